//! Keyset paging: a page begins after the last row of the previous page. Every page costs the same,
//! and rows that are inserted or deleted meanwhile do not shift the pages.

pub(crate) mod list_cache;
mod search;
pub(crate) mod sql;
pub mod token;

use epic_events::v1::{
    ListClientsRequest, ListCollaboratorsRequest, ListContractsRequest, ListEventsRequest,
    ListHistoryRequest,
};
use prost::Message;

pub use self::search::Condition;

/// The total is counted up to this number; above it, the reply states that there are more rows.
const COUNT_MAX: i64 = 10_000;

/// A column that a list can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Column {
    /// The name in `order_by`.
    pub name: &'static str,
    /// The column of the view, which has an index together with the id.
    pub column: &'static str,
    /// The PostgreSQL type of the column.
    pub sql_type: &'static str,
}

impl Column {
    /// A column, by its name in requests, its name in the view and its PostgreSQL type.
    #[must_use]
    pub(crate) const fn new(
        name: &'static str,
        column: &'static str,
        sql_type: &'static str,
    ) -> Self {
        Self {
            name,
            column,
            sql_type,
        }
    }
}

/// The orders of a list.
#[derive(Clone, Copy, Debug)]
pub struct Orders {
    /// The columns to order by.
    pub columns: &'static [Column],
    /// The names of the columns, for the error message. A test compares them with `columns`.
    pub allowed: &'static str,
    /// The order of requests without `order_by`.
    pub default: &'static str,
}

/// A request for a list.
pub trait ListRequest: Message + Clone {
    /// Removes `page_size` and `page_token` and returns them. A page token is bound to the
    /// arguments that remain.
    fn take_paging(&mut self) -> (i32, String);
    /// The field `order_by`.
    fn order_by(&self) -> &str;
    /// The field `query`; empty for lists without search.
    fn query(&self) -> &str;
}

macro_rules! list_requests {
    ($($message:ty: $($query:ident)?),*) => {$(
        impl ListRequest for $message {
            fn take_paging(&mut self) -> (i32, String) {
                (std::mem::take(&mut self.page_size), std::mem::take(&mut self.page_token))
            }
            fn order_by(&self) -> &str { &self.order_by }
            fn query(&self) -> &str { list_requests!(@query self $($query)?) }
        }
    )*};
    (@query $request:ident) => { "" };
    (@query $request:ident $query:ident) => { &$request.$query };
}

list_requests!(
    ListClientsRequest: query,
    ListCollaboratorsRequest: query,
    ListContractsRequest: query,
    ListEventsRequest: query,
    ListHistoryRequest:
);

/// The validated paging arguments of a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Page {
    /// The column to order by.
    pub column: Column,
    /// Whether the order is descending.
    pub descending: bool,
    /// The end of the previous page; `None` for the first page.
    pub after: Option<PageEnd>,
    /// Maximum number of rows.
    pub size: i64,
    /// The conditions of the search.
    pub conditions: Vec<Condition>,
}

/// The end of a page, with which the next one begins.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageEnd {
    /// The key of the last row.
    pub key: String,
    /// The id of the last row.
    pub id: i64,
    /// Number of rows on all pages, at most one more than `COUNT_MAX`. Only the first page counts them,
    /// unless the cache of lists knows their number: the count costs more than the page.
    pub total: i64,
}

/// A page of a list, as read from the database.
#[derive(Clone, Debug)]
pub struct ListPage<R> {
    /// The rows.
    pub rows: Vec<R>,
    /// Its end; `None` on the last page.
    pub end: Option<PageEnd>,
    /// Number of rows on all pages, at most one more than `COUNT_MAX`.
    pub total: i64,
}

impl<R> ListPage<R> {
    /// Ends the page before the rows of which the sizes exceed `max` bytes in total, but not before the
    /// second row. The next page begins with them, at the `key` of the last row that remains.
    pub(crate) fn limit_bytes(
        &mut self,
        max: usize,
        size: impl Fn(&R) -> usize,
        end: impl Fn(&R) -> (String, i64),
    ) {
        let mut bytes = 0;
        let fitting = self.rows.iter().take_while(|row| {
            bytes += size(row);
            bytes <= max
        });
        let count = fitting.count().max(1);
        if count >= self.rows.len() {
            return;
        }
        self.rows.truncate(count);
        let last = self.rows.last().map(end);
        self.end = last.map(|(key, id)| PageEnd {
            key,
            id,
            total: self.total,
        });
    }

    /// `found` contains more rows than the page if there is another page.
    pub(crate) fn new(
        mut found: Vec<(R, String)>,
        total: i64,
        page: &Page,
        id: impl Fn(&R) -> i64,
    ) -> Self {
        let size = usize::try_from(page.size).unwrap_or_default();
        let has_next = found.len() > size;
        found.truncate(size);
        let last = found.last().filter(|_| has_next);
        let end = last.map(|(row, key)| PageEnd {
            key: key.clone(),
            id: id(row),
            total,
        });
        Self {
            rows: found.into_iter().map(|(row, _)| row).collect(),
            end,
            total,
        }
    }

    /// `total_size` and `total_size_is_lower_bound` of the reply.
    #[must_use]
    pub(crate) fn total_size(&self) -> (i32, bool) {
        let counted = self.total.min(COUNT_MAX);
        (
            i32::try_from(counted).unwrap_or(i32::MAX),
            self.total > COUNT_MAX,
        )
    }
}
