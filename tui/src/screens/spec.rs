//! What one tab's table is made of.

use epic_events::{policy::Rpc, v1::Role};
use jiff::Timestamp;

use crate::{
    api::ApiRequest,
    form::spec::FormSpec,
    record::{Entity, ParentFilter, Tab, table::ColumnHeader},
};

/// One tab's table.
#[derive(Debug)]
pub struct Screen {
    /// Fluent message: the tab's title.
    pub title: &'static str,
    /// Fluent message: one such record, as in "Contract 1042".
    pub one: &'static str,
    /// Fluent message: what to say when there are none.
    pub none: &'static str,
    /// The columns, from left to right.
    pub heads: fn() -> Vec<&'static ColumnHeader>,
    /// Orders that belong to no column: Fluent message and the server's name.
    pub orders: &'static [(&'static str, &'static str)],
    /// The order at first.
    pub order: Order,
    /// Ways to narrow the list.
    pub filters: &'static [Filter],
    /// The other tabs whose records carry something of such a record: a name, a count.
    pub shown_in: &'static [Tab],
    /// The question for a page.
    pub call: fn(&ListQuery) -> ApiRequest,
    /// The form for a new record.
    pub create: &'static FormSpec,
    /// The form for a record that is there.
    pub edit: &'static FormSpec,
    /// The call that puts somebody in charge, or the Fluent message why there is none.
    pub assign: Result<Rpc, &'static str>,
    /// The call that deletes, or the Fluent message why there is none.
    pub delete: Result<Rpc, &'static str>,
}

/// The order of a list: a column of the server's, and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// The server's name of the column.
    pub by: &'static str,
    /// From the largest down.
    pub descending: bool,
}

impl Order {
    /// What goes into `order_by`.
    #[must_use]
    pub fn wire(self) -> String {
        let suffix = if self.descending { " desc" } else { "" };
        format!("{}{suffix}", self.by)
    }
}

/// One way to narrow a list.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Fluent message: its name.
    pub label: &'static str,
    /// Whether it is of use to the role.
    pub for_role: fn(Role) -> bool,
    /// Whether only one filter of this tab can be on.
    pub alone: bool,
}

impl Filter {
    pub(super) const fn new(label: &'static str) -> Self {
        Self {
            label,
            for_role: |_| true,
            alone: false,
        }
    }
}

/// What a list is asked for.
#[derive(Clone, Debug)]
pub struct ListQuery {
    /// Records a page.
    pub page_size: i32,
    /// The page; empty for the first.
    pub page_token: String,
    /// In which order.
    pub order: Order,
    /// Parts of words to find.
    pub query: String,
    /// Which of the screen's filters are on, by their place in the table.
    pub filters: Vec<usize>,
    /// Only what belongs to one record.
    pub within: Option<ParentFilter>,
    /// The present, for filters that look forward.
    pub now: Timestamp,
}

impl ListQuery {
    /// Whether the filter is on.
    #[must_use]
    pub fn has(&self, filter: usize) -> bool {
        self.filters.contains(&filter)
    }
}

/// The heads of its columns.
pub(super) fn heads<R: Entity>() -> Vec<&'static ColumnHeader> {
    R::COLUMNS.iter().map(|column| &column.head).collect()
}
