//! What keyset paging needs of SQL beyond Diesel's own words: an order and a row comparison on a
//! column that is chosen at run time, and a count that stops. Diesel's `sql()` would do, but a
//! statement with it is prepared anew each time.

use diesel::{
    expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate},
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    result::QueryResult,
    sql_types::{BigInt, Bool, Text},
};

use crate::page::{COUNT_MAX, Column, Page};

const COUNT_LIMIT: i64 = COUNT_MAX + 1;

/// `order by` the page's column, then the id, which makes every order total.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    column: &'static str,
    descending: bool,
}

/// `(column, id) > (…)`: the rows after the page before. The values are hidden in subqueries, so
/// that every page has the plan of the first: PostgreSQL guesses how many rows are left from the
/// column alone, expects none among equals, and would then sort them all.
#[derive(Clone, Debug)]
pub struct After {
    column: Column,
    descending: bool,
    key: String,
    id: i64,
}

/// The value of the page's column as text, which a page token carries.
#[derive(Clone, Copy, Debug)]
pub struct Key(&'static str);

impl Page {
    /// The order of the rows.
    #[must_use]
    pub const fn order(&self) -> Order {
        Order {
            column: self.column.column,
            descending: self.descending,
        }
    }

    /// The condition that skips the pages before; `None` on the first.
    #[must_use]
    pub fn after(&self) -> Option<After> {
        let (key, id) = self.after.clone()?;
        Some(After {
            column: self.column,
            descending: self.descending,
            key,
            id,
        })
    }

    /// What to select beside the row.
    #[must_use]
    pub const fn key(&self) -> Key {
        Key(self.column.column)
    }

    /// How many rows to ask for: one more than the page holds.
    #[must_use]
    pub const fn limit(&self) -> i64 {
        self.size + 1
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
        out.push_sql(self.column.kind);
        out.push_sql("), (select ");
        out.push_bind_param::<BigInt, _>(&self.id)?;
        out.push_sql("::bigint))");
        Ok(())
    }
}

impl QueryFragment<Pg> for Key {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // With a name of its own: the column's would make `order by` ambiguous.
        out.push_sql(self.0);
        out.push_sql("::text as page_key");
        Ok(())
    }
}

macro_rules! expressions {
    ($($fragment:ty => $kind:ty),*) => {$(
        impl Expression for $fragment { type SqlType = $kind; }
        impl<T> AppearsOnTable<T> for $fragment {}
        impl<T> SelectableExpression<T> for $fragment {}
        impl<G> ValidGrouping<G> for $fragment { type IsAggregate = is_aggregate::Never; }
        // The SQL depends on the value, so the statement is kept by its text.
        impl QueryId for $fragment {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }
    )*};
}

expressions!(Order => diesel::expression::expression_types::NotSelectable, After => Bool, Key => Text);

/// How many rows the query has; counting stops one above [`COUNT_MAX`].
#[derive(Clone, Copy, Debug)]
pub struct Count<Q>(pub Q);

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Count<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("select count(*) from (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" limit ");
        out.push_bind_param::<BigInt, _>(&COUNT_LIMIT)?;
        out.push_sql(") counted");
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

diesel::define_sql_function! {
    /// Text without accents, case and ligatures.
    fn fold(value: Text) -> Text;
}

/// A page of rows and the count of all pages, asked for in one round trip. `$filtered` is the boxed
/// query before paging, made once for each. A macro, because every entity's query is a type of its
/// own, whose bounds in Diesel's words would be longer than this.
macro_rules! load_page {
    ($connection:expr, $page:expr, $filtered:expr, $records:ident, $row:ty) => {{
        let (connection, page): (&diesel_async::AsyncPgConnection, &$crate::page::Page) =
            (&$connection, $page);
        let mut rows = $filtered;
        if let Some(after) = page.after() {
            rows = rows.filter(after);
        }
        let rows = rows
            .order(page.order())
            .limit(page.limit())
            .select((<$row>::as_select(), page.key()));
        let count = $crate::page::sql::Count($filtered.select($records::id));
        let (found, total) = tokio::try_join!(
            rows.load::<($row, String)>(&mut &*connection),
            count.get_result::<i64>(&mut &*connection),
        )?;
        Ok($crate::page::Listed::new(found, total, page, |row| row.id))
    }};
}
pub(crate) use load_page;
