//! The specification of a tab.

use epic_events::{policy::Rpc, v1::Role};
use jiff::Timestamp;

use crate::{
    api::ApiRequest,
    form::spec::FormSpec,
    keys::{Action, RecordActionId},
    record::{Entity, ParentFilter, Record, Tab, table::ColumnHeader},
};

/// The specification of a tab.
#[derive(Debug)]
pub struct Screen {
    /// Fluent message: the tab's title.
    pub title: &'static str,
    /// Fluent message: the title of a record, as in "Contract 1042".
    pub record_title: &'static str,
    /// Fluent message: the text of an empty list.
    pub empty_text: &'static str,
    /// The columns, from left to right.
    pub headers: fn() -> Vec<&'static ColumnHeader>,
    /// The initial order.
    pub order: Order,
    /// The filters.
    pub filters: &'static [Filter],
    /// The filters that are active at first.
    pub opens_with: &'static [Filter],
    /// Other tabs whose records contain data of this tab's records, such as a name or a count.
    pub shown_in: &'static [Tab],
    /// The actions that a record is likely to need next, if it waits for somebody, the likeliest first.
    pub next_steps: fn(&Record) -> &'static [Action],
    /// The record that this one lacks. Who may add that record and none of this tab adds it here.
    pub missing: fn(&Record) -> Option<MissingRecord>,
    /// Builds the request for a page.
    pub list_request: fn(&ListQuery) -> ApiRequest,
    /// Restricts the request for a page to records that overlap a period; `None` if they last no time.
    pub within: Option<fn(&mut ApiRequest, Period)>,
    /// The form for a new record.
    pub create: &'static FormSpec,
    /// The form for an existing record.
    pub edit: &'static FormSpec,
    /// The RPC that assigns a collaborator, or the Fluent message that explains why there is none.
    pub assign: Result<Rpc, &'static str>,
    /// The RPC that deletes, or the Fluent message that explains why there is none.
    pub delete: Result<Rpc, &'static str>,
    /// Actions that ask a question about the selected record and then call an RPC.
    pub actions: &'static [RecordAction],
}

impl Screen {
    /// Whether a list that is ordered by this column begins with the largest value at first: numbers,
    /// amounts and dates do.
    #[must_use]
    pub(crate) fn begins_with_largest(&self, column: &str) -> bool {
        let headers = (self.headers)();
        let header = headers.iter().find(|it| it.order == Some(column));
        header.is_some_and(|header| header.right)
    }

    /// The active filters after this one was chosen while these are active.
    #[must_use]
    pub(crate) fn chosen(
        &self,
        filter: &'static Filter,
        active: &[&'static Filter],
    ) -> Vec<&'static Filter> {
        let stays = |it: &&'static Filter| filter.narrows_opening && active.contains(it);
        let opening = self.opens_with.iter().filter(stays);
        opening.chain([filter]).collect()
    }

    /// The specification of an action; `None` if it does not apply to this tab's records.
    #[must_use]
    pub(crate) fn action(&self, id: RecordActionId) -> Option<&'static RecordAction> {
        self.actions.iter().find(|it| it.id == id)
    }
}

/// A record that another one lacks.
#[derive(Clone, Copy, Debug)]
pub struct MissingRecord {
    /// Its tab.
    pub tab: Tab,
    /// The record that lacks it, to which it will refer.
    pub parent: ParentFilter,
    /// Fluent message: the label of the key that adds it.
    pub label: &'static str,
    /// Fluent message: why it cannot be added yet; `None` if it can.
    pub not_yet: Option<&'static str>,
}

/// An action that asks a question about the selected record and then calls an RPC. The response is
/// the changed record, or a record with a one-time password, which is displayed once.
#[derive(Debug)]
pub struct RecordAction {
    /// Identifies the action in the table of keys.
    pub id: RecordActionId,
    /// The RPC.
    pub rpc: Rpc,
    /// Builds the request.
    pub request: fn(&Record) -> ApiRequest,
    /// Fluent message: the title of the question.
    pub title: &'static str,
    /// Fluent message: the question, with `$name`.
    pub question: &'static str,
    /// Fluent message: the question if the record is the user's own account and the question differs.
    pub question_about_own_account: Option<&'static str>,
    /// Fluent message: the status after a success, with `$name`.
    pub done: &'static str,
    /// Fluent message: the action as a verb phrase, for the sentence that names who may run it.
    pub verb_phrase: &'static str,
    /// Fluent message: why the action does not apply to records of other tabs.
    pub not_applicable_elsewhere: &'static str,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// The name in `order_by`.
    pub column: &'static str,
    /// Whether the largest value comes first.
    pub descending: bool,
}

impl Order {
    /// The value of `order_by`.
    #[must_use]
    pub(crate) fn wire(self) -> String {
        let suffix = if self.descending { " desc" } else { "" };
        format!("{}{suffix}", self.column)
    }
}

/// A filter of a list. Its label identifies it.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Fluent message: the label.
    pub label: &'static str,
    /// Whether the filter is offered to the role.
    pub for_role: fn(Role) -> bool,
    /// The labels of the filters that it deactivates.
    pub switches_off: &'static [&'static str],
    /// The order of its records, where it differs from that of the tab. In this order, they are the last ones
    /// of all records.
    pub order: Option<Order>,
    /// Whether the filters with which the tab opens stay active when it is chosen.
    pub narrows_opening: bool,
    /// Whether the server lists the record under this filter. It only decides when the client says that
    /// a record has left a list; the server decides what a list contains.
    pub matches: fn(&Record, &Viewer) -> bool,
}

/// What filters depend on beside the record.
#[derive(Clone, Copy, Debug)]
pub struct Viewer {
    /// Identifier of the signed-in user.
    pub user: Option<i64>,
    /// The current time.
    pub now: Timestamp,
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.label == other.label
    }
}

impl Eq for Filter {}

impl Filter {
    pub(super) const fn new(label: &'static str) -> Self {
        Self {
            label,
            for_role: |_| true,
            switches_off: &[],
            order: None,
            narrows_opening: false,
            matches: |_, _| true,
        }
    }
}

/// The parameters of a list request.
#[derive(Clone, Debug)]
pub struct ListQuery {
    /// Records per page.
    pub page_size: i32,
    /// Token of the page; empty for the first.
    pub page_token: String,
    /// The order.
    pub order: Order,
    /// The search text.
    pub query: String,
    /// The active filters.
    pub filters: Vec<&'static Filter>,
    /// Restricts the list to the records of this parent.
    pub parent: Option<ParentFilter>,
    /// The current time, for filters on dates.
    pub now: Timestamp,
}

/// A period, from a time on and before a time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Period {
    /// The start; `None` for all times before the end.
    pub from: Option<Timestamp>,
    /// The end; `None` for all times after the start.
    pub before: Option<Timestamp>,
}

impl ListQuery {
    /// Whether the filter is active.
    #[must_use]
    pub(crate) fn is_active(&self, filter: &Filter) -> bool {
        self.filters.contains(&filter)
    }
}

/// The headers of the entity's columns.
pub(super) fn headers<R: Entity>() -> Vec<&'static ColumnHeader> {
    R::COLUMNS.iter().map(|column| &column.header).collect()
}
