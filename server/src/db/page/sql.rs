//! The SQL of keyset paging that Diesel cannot express: an order and a row comparison on a column that
//! is chosen at run time, and a bounded count. Statements with Diesel's `sql()` would be prepared at
//! every call.

use diesel::{
    expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate},
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    result::QueryResult,
    sql_types::{BigInt, Bool, Text},
};

use super::{COUNT_MAX, Column, Condition, Page};

/// The limits of the queries for pages: one row more than the usual page sizes have.
const PAGE_LIMITS: [i64; 3] = [11, 51, 201];

/// `order by` the page's column, then the id, so that the order is total.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    column: &'static str,
    descending: bool,
}

/// `(column, id) > (…)`: the rows after the previous page. The values are in subqueries, which hide
/// them from the planner: otherwise PostgreSQL estimates the remaining rows by the column alone,
/// expects none among equal values, and sorts the whole table instead of using the index.
#[derive(Clone, Debug)]
pub(crate) struct After {
    column: Column,
    descending: bool,
    key: String,
    id: i64,
}

/// The page's column as text, for the page token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key(&'static str);

/// A condition without parameters. With a parameter in place of a constant, PostgreSQL would plan the query
/// anew at every call whenever the constant is rarer than other values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Constant(pub(crate) &'static str);

impl Page {
    /// The order of the rows.
    #[must_use]
    pub(crate) const fn order(&self) -> Order {
        Order {
            column: self.column.column,
            descending: self.descending,
        }
    }

    /// The condition that skips the previous pages; `None` for the first page.
    #[must_use]
    pub(crate) fn after(&self) -> Option<After> {
        let end = self.after.clone()?;
        Some(After {
            column: self.column,
            descending: self.descending,
            key: end.key,
            id: end.id,
        })
    }

    /// The expression to select beside the row.
    #[must_use]
    pub(crate) const fn key(&self) -> Key {
        Key(self.column.column)
    }

    /// The query with a `limit` of at least one row more than the page has.
    #[must_use]
    pub(crate) fn limited<Q>(&self, query: Q) -> Limited<Q> {
        let mut limits = PAGE_LIMITS.into_iter();
        let limit = limits.find(|limit| *limit > self.size);
        Limited::new(query, limit.unwrap_or(self.size + 1))
    }
}

impl QueryFragment<Pg> for Order {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let direction = if self.descending { " desc" } else { "" };
        out.push_sql(self.column);
        out.push_sql(direction);
        if self.column != "id" {
            out.push_sql(", id");
            out.push_sql(direction);
        }
        Ok(())
    }
}

impl QueryFragment<Pg> for After {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(");
        out.push_sql(self.column.column);
        out.push_sql(if self.descending {
            ", id) < ((select "
        } else {
            ", id) > ((select "
        });
        out.push_bind_param::<Text, _>(&self.key)?;
        out.push_sql("::");
        out.push_sql(self.column.sql_type);
        out.push_sql("), (select ");
        out.push_bind_param::<BigInt, _>(&self.id)?;
        out.push_sql("::bigint))");
        Ok(())
    }
}

impl QueryFragment<Pg> for Key {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // The column's own name would make `order by` ambiguous.
        out.push_sql(self.0);
        out.push_sql("::text as page_key");
        Ok(())
    }
}

impl QueryFragment<Pg> for Constant {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

impl QueryFragment<Pg> for Condition {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let (operator, pattern) = match self {
            Self::Contains(pattern) => ("search like ", pattern),
            Self::ContainsAny(expression) => ("search ~ ", expression),
        };
        out.push_sql(operator);
        out.push_bind_param::<Text, _>(pattern)
    }
}

macro_rules! expressions {
    ($($fragment:ty => $kind:ty),*) => {$(
        impl Expression for $fragment { type SqlType = $kind; }
        impl<T> AppearsOnTable<T> for $fragment {}
        impl<T> SelectableExpression<T> for $fragment {}
        impl<G> ValidGrouping<G> for $fragment { type IsAggregate = is_aggregate::Never; }
        // The SQL depends on the value, so Diesel identifies the statement by its text.
        impl QueryId for $fragment {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
    )*};
}

expressions!(Order => diesel::expression::expression_types::NotSelectable, After => Bool, Condition => Bool, Constant => Bool, Key => Text);

/// The first rows of the query. The limit is part of the text: with a parameter, PostgreSQL would plan
/// the query anew at every call, because it expects a tenth of all rows of a plan for any limit, and so
/// finds it more expensive than a new plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limited<Q> {
    query: Q,
    limit: i64,
}

impl<Q> Limited<Q> {
    pub(crate) const fn new(query: Q, limit: i64) -> Self {
        Self { query, limit }
    }
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Limited<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(&format!(" limit {}", self.limit));
        Ok(())
    }
}

impl<Q> QueryId for Limited<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Limited<Q> {
    type SqlType = Q::SqlType;
}

/// The number of rows of the query, at most one more than [`COUNT_MAX`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count<Q>(pub(crate) Q);

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Count<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("select count(*) from (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(&format!(" limit {}) counted", COUNT_MAX + 1));
        Ok(())
    }
}

impl<Q> QueryId for Count<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Count<Q> {
    type SqlType = BigInt;
}

/// Loads a page of rows and, unless `$total` is known, the total count in one round trip. `$filtered` is an
/// expression for the boxed query before paging; it is evaluated for the rows and again for the count. This is a macro,
/// because the bounds of a generic function over boxed queries would be longer than the function.
macro_rules! load_page {
    ($connection:expr, $page:expr, $total:expr, $filtered:expr, $records:ident, $row:ty) => {{
        let (connection, page): (&diesel_async::AsyncPgConnection, &$crate::db::page::Page) =
            (&$connection, $page);
        let mut rows = $filtered;
        if let Some(after) = page.after() {
            rows = rows.filter(after);
        }
        let rows = rows
            .order(page.order())
            .select((<$row>::as_select(), page.key()));
        let rows = page.limited(rows);
        let count = async {
            match $total {
                Some(total) => Ok(total),
                None => {
                    let count = $crate::db::page::sql::Count($filtered.select($records::id));
                    count.get_result::<i64>(&mut &*connection).await
                }
            }
        };
        let rows = rows.load::<($row, String)>(&mut &*connection);
        let (found, total) = tokio::try_join!(rows, count)?;
        Ok($crate::db::page::ListPage::new(found, total, page, |row| {
            row.id
        }))
    }};
}
pub(crate) use load_page;
