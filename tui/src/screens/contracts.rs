//! The contracts tab.

use epic_events::{
    contract::{ContractDraft, ContractPatch},
    policy,
    v1::{Contract, CreateContractRequest, ListContractsRequest, Role, UpdateContractRequest},
    value,
    value::Title,
};

use super::spec::{Filter, ListQuery, MissingRecord, Order, Screen, headers};
use crate::{
    api::ApiRequest,
    form::{
        spec::{Built, FieldSpec, FormSpec, Kind, PickSource, checked},
        values::FormValues,
    },
    keys::Action,
    parse::Year,
    record::{
        Entity, Link, ParentFilter, Record, Tab,
        table::{
            Cell, CellContext, Column, ColumnHeader, PaneRow, Sign, moment, owner_name, owner_row,
            short_date, short_moment,
        },
        value::Value,
    },
};

const UNSIGNED: Filter = Filter {
    matches: |record, _| matches!(record, Record::Contract(it) if !it.signed),
    ..Filter::new("filter-unsigned")
};
const DEBTOR: Filter = Filter {
    matches: |record, _| matches!(record, Record::Contract(it) if it.remaining_cents > 0),
    ..Filter::new("filter-debtor")
};
/// Signed contracts without an event. The pick-list for a new event uses it too.
pub const NO_EVENT: Filter = Filter {
    matches: |record, _| matches!(record, Record::Contract(it) if it.signed && it.event_id.is_none()),
    ..Filter::new("filter-no-event")
};
/// The user's contracts. The pick-list for a new event uses it too.
pub const MINE: Filter = Filter {
    for_role: |role| matches!(role, Role::Commercial),
    matches: |record, viewer| matches!(record, Record::Contract(it) if it.commercial_id == viewer.user),
    ..Filter::new("filter-mine")
};

/// The tab's specification.
pub const SCREEN: Screen = Screen {
    title: "tab-contracts",
    record_title: "record-contract",
    empty_text: "empty-contracts",
    headers: headers::<Contract>,
    order: Order {
        column: "id",
        descending: true,
    },
    filters: &[UNSIGNED, DEBTOR, NO_EVENT, MINE],
    opens_with: &[],
    shown_in: &[Tab::Events],
    next_steps,
    missing: event,
    list_request: list,
    within: None,
    create: &CREATE,
    edit: &EDIT,
    assign: Err("not-applicable-assign-contracts"),
    delete: Err("not-applicable-delete-contracts"),
    actions: &[],
};

fn next_steps(record: &Record) -> &'static [Action] {
    match record {
        Record::Contract(contract) if !contract.signed => &[Action::Edit],
        // The rest is paid later.
        Record::Contract(contract) if contract.event_id.is_none() => &[Action::New, Action::Edit],
        Record::Contract(contract) if contract.remaining_cents > 0 => &[Action::Edit],
        _ => &[],
    }
}

/// The event of a contract, which can be added once the contract is signed.
fn event(record: &Record) -> Option<MissingRecord> {
    match record {
        Record::Contract(contract) if contract.event_id.is_none() => Some(MissingRecord {
            tab: Tab::Events,
            parent: ParentFilter::Contract(contract.id),
            label: "key-new-event",
            not_yet: (!contract.signed).then_some("not-applicable-unsigned"),
        }),
        _ => None,
    }
}

/// Builds the request for a page of contracts.
#[must_use]
pub fn list(query: &ListQuery) -> ApiRequest {
    ApiRequest::ListContracts(ListContractsRequest {
        page_size: query.page_size,
        page_token: query.page_token.clone(),
        order_by: query.order.wire(),
        query: query.query.clone(),
        mine: query.is_active(&MINE),
        unsigned: query.is_active(&UNSIGNED),
        debtor: query.is_active(&DEBTOR),
        no_event: query.is_active(&NO_EVENT),
        client_id: ParentFilter::client(query.parent),
        commercial_id: ParentFilter::commercial(query.parent),
    })
}

impl Entity for Contract {
    const TAB: Tab = Tab::Contracts;

    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            header: ColumnHeader::text("column-event-title", 24, 44).ordered_by("event_title"),
            cell: |contract, _| contract.event_title.as_str().into(),
        },
        Column {
            header: ColumnHeader::text("column-client", 15, 28)
                .constant_of(|parent| matches!(parent, ParentFilter::Client(_))),
            cell: |contract, _| Cell::muted(contract.client_name.as_str()),
        },
        Column {
            header: ColumnHeader::text("column-commercial", 12, 24)
                .constant_under(&["filter-mine"])
                // A client has one commercial.
                .constant_of(|parent| {
                    matches!(
                        parent,
                        ParentFilter::Commercial(_) | ParentFilter::Client(_)
                    )
                })
                .optional(6)
                .truncatable(),
            cell: |contract, context| owner_name(&contract.commercial_name, context),
        },
        Column {
            header: ColumnHeader::number(),
            cell: |contract, _| Cell::muted(contract.id.to_string()),
        },
        Column {
            header: ColumnHeader::created(),
            cell: |contract, context| short_moment(contract.create_time.as_ref(), context),
        },
        Column {
            header: ColumnHeader::updated(),
            cell: |contract, context| short_moment(contract.update_time.as_ref(), context),
        },
        Column {
            header: ColumnHeader::fit("column-total", 7)
                .ordered_by("total_cents")
                .right()
                .from(100)
                .drop(4),
            cell: |contract, context| Cell::amount(contract.total_cents, context.messages),
        },
        Column {
            header: ColumnHeader::fit("column-remaining", 7)
                .ordered_by("remaining_cents")
                .right(),
            cell: remaining,
        },
        Column {
            header: ColumnHeader::fit("column-date", 6)
                .ordered_by("date")
                .right()
                .optional(5),
            cell: |contract, context| {
                value::date(contract.date.as_ref())
                    .map(|date| short_date(date, context))
                    .unwrap_or_default()
            },
        },
        Column {
            header: ColumnHeader::fit("column-signed", 7)
                .ordered_by("signed")
                .constant_under(&["filter-unsigned", "filter-no-event"]),
            cell: signed,
        },
    ];

    fn id(&self) -> i64 {
        self.id
    }

    fn etag(&self) -> &str {
        &self.etag
    }

    fn name(&self) -> &str {
        &self.event_title
    }

    fn owner(&self) -> Option<i64> {
        self.commercial_id
    }

    fn state(&self, context: &CellContext<'_>) -> Option<Cell> {
        Some(signed(self, context))
    }

    fn pane_rows(&self, context: &CellContext<'_>) -> Vec<PaneRow> {
        let messages = context.messages;
        let paid = self.total_cents.saturating_sub(self.remaining_cents);
        let due = match self.remaining_cents {
            0 => Cell::muted(messages.amount(0)),
            due => messages.amount(due).into(),
        };
        vec![
            PaneRow::amount("field-total", messages.amount(self.total_cents)),
            PaneRow::amount("field-paid", Cell::muted(messages.amount(paid))),
            PaneRow::amount("field-remaining", due),
            PaneRow::share(paid, self.total_cents),
            PaneRow::gap(),
            PaneRow::new("field-client", self.client_name.as_str()),
            PaneRow::new("", Cell::muted(self.client_company.as_str())),
            owner_row(
                "field-owner",
                (self.commercial_id, &self.commercial_name),
                context,
            ),
            PaneRow::new("field-date", date(self, context)),
            PaneRow::new("field-event", event_start(self, context)),
        ]
    }

    fn links(&self) -> Vec<Link> {
        let mut links = vec![Link {
            key: 'c',
            label: "go-client",
            tab: Tab::Clients,
            parent: None,
            query: self.client_name.clone(),
            select: Some(self.client_id),
        }];
        if let Some(event) = self.event_id {
            links.push(Link {
                key: 'e',
                label: "go-event",
                tab: Tab::Events,
                parent: Some((ParentFilter::Contract(self.id), self.event_title.clone())),
                query: String::new(),
                select: Some(event),
            });
        } else if self.signed {
            // The list is empty, and an event that is added there belongs to this contract.
            links.push(Link {
                key: 'e',
                label: "go-event-none",
                tab: Tab::Events,
                parent: Some((ParentFilter::Contract(self.id), self.event_title.clone())),
                query: String::new(),
                select: None,
            });
        }
        links
    }

    fn value(&self, field: &str) -> Value {
        match field {
            "client_id" => Value::Link(self.client_id, self.client_name.clone()),
            "event_title" => Value::Text(self.event_title.clone()),
            "total_cents" => Value::Cents(self.total_cents),
            "remaining_cents" => Value::Cents(self.remaining_cents),
            "date" => value::date(self.date.as_ref()).map_or(Value::Nothing, Value::Date),
            "signed" => Value::Flag(self.signed),
            _ => Value::Nothing,
        }
    }
}

fn remaining(contract: &Contract, context: &CellContext<'_>) -> Cell {
    if contract.remaining_cents == 0 {
        Cell::muted(context.messages.get("state-paid"))
    } else {
        Cell::amount(contract.remaining_cents, context.messages)
    }
}

fn date(contract: &Contract, context: &CellContext<'_>) -> Cell {
    value::date(contract.date.as_ref())
        .map(|date| context.messages.full_date(date).into())
        .unwrap_or_default()
}

/// The start of its event, which has the title of the contract.
fn event_start(contract: &Contract, context: &CellContext<'_>) -> Cell {
    let none_yet = || context.messages.get("event-none-yet");
    match &contract.event_start_time {
        Some(start) => moment(Some(start), context),
        // It is asked for next.
        None if contract.signed => Cell::state(Sign::Waiting, none_yet()),
        None => Cell::muted(none_yet()),
    }
}

fn signed(contract: &Contract, context: &CellContext<'_>) -> Cell {
    if contract.signed {
        Cell::state(Sign::Reached, context.messages.get("state-signed"))
    } else {
        Cell::state(Sign::Waiting, context.messages.get("state-to-sign"))
    }
}

const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("client_id", "field-client", Kind::Link(PickSource::Client)),
    FieldSpec::new("event_title", "field-event-title", Kind::Text(Title::MAX)),
    FieldSpec::new("total_cents", "field-total", Kind::Amount)
        .in_new_group()
        .in_unit("amounts"),
    FieldSpec::new("remaining_cents", "field-remaining", Kind::Amount).in_unit("amounts"),
    FieldSpec {
        year: Year::Nearest,
        ..FieldSpec::new("date", "field-date", Kind::Date).in_new_group()
    },
    FieldSpec::new("signed", "field-signed", Kind::Flag),
];

const CREATE: FormSpec = FormSpec {
    title: "form-new-contract",
    rpc: policy::CREATE_CONTRACT,
    fields: FIELDS,
    build: create,
    questions: &[],
};

fn create(form: &FormValues<'_>) -> Built {
    let request = CreateContractRequest {
        request_id: form.request_id(),
        client_id: form.link("client_id"),
        event_title: form.text("event_title"),
        total_cents: form.cents("total_cents"),
        remaining_cents: form.cents("remaining_cents"),
        date: form.date("date"),
        signed: form.flag("signed"),
    };
    checked::<_, ContractDraft>(request, ApiRequest::CreateContract)
}

const EDIT: FormSpec = FormSpec {
    title: "form-edit-contract",
    rpc: policy::UPDATE_CONTRACT,
    fields: FIELDS,
    build: update,
    questions: &[],
};

fn update(form: &FormValues<'_>) -> Built {
    let request = UpdateContractRequest {
        id: form.id(),
        etag: form.etag(),
        client_id: form.changed("client_id").map(|name| form.link(name)),
        event_title: form.changed("event_title").map(|name| form.text(name)),
        total_cents: form.changed("total_cents").map(|name| form.cents(name)),
        remaining_cents: form.changed("remaining_cents").map(|name| form.cents(name)),
        date: form.changed("date").and_then(|name| form.date(name)),
        signed: form.changed("signed").map(|name| form.flag(name)),
    };
    checked::<_, ContractPatch>(request, ApiRequest::UpdateContract)
}
