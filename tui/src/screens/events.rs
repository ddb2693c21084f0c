//! The events tab.

pub mod overlap;

use epic_events::{
    event::{EventDraft, EventPatch},
    policy,
    v1::{CreateEventRequest, Event, ListEventsRequest, Role, UpdateEventRequest},
    value::{self, Location, wire_time},
};

use jiff::{RoundMode, Timestamp, TimestampRound, Unit};

use super::spec::{Filter, ListQuery, Order, Period, Screen, headers};
use crate::{
    api::ApiRequest,
    form::{
        period::length_hint,
        spec::{Built, FieldSpec, FormSpec, Kind, PickSource, checked},
        values::FormValues,
    },
    keys::Action,
    record::{
        Entity, Link, ParentFilter, Record, Tab,
        table::{
            Cell, CellContext, Column, ColumnHeader, PaneRow, moment, name_or_nobody, owner_name,
            owner_row, short_moment,
        },
        value::Value,
    },
};

/// The order of past events is the reverse.
const UPCOMING: Filter = Filter {
    order: Some(Order {
        column: "start_time",
        descending: false,
    }),
    matches: |record, viewer| matches!(record, Record::Event(it) if ends_after(it, viewer.now)),
    ..Filter::new("filter-upcoming")
};
const NO_SUPPORT: Filter = Filter {
    narrows_opening: true,
    matches: |record, _| matches!(record, Record::Event(it) if it.support_id.is_none()),
    ..Filter::new("filter-no-support")
};
const MINE: Filter = Filter {
    narrows_opening: true,
    for_role: |role| role != Role::Gestion,
    matches: |record, viewer| {
        let is_in_charge = |it: &Event| [it.support_id, it.commercial_id].contains(&viewer.user);
        matches!(record, Record::Event(it) if is_in_charge(it))
    },
    ..Filter::new("filter-mine")
};

/// The tab's specification.
pub const SCREEN: Screen = Screen {
    title: "tab-events",
    record_title: "record-event",
    empty_text: "empty-events",
    headers: headers::<Event>,
    order: Order {
        column: "start_time",
        descending: true,
    },
    filters: &[UPCOMING, NO_SUPPORT, MINE],
    opens_with: &[UPCOMING],
    shown_in: &[Tab::Collaborators, Tab::Contracts],
    next_steps,
    missing: |_| None,
    list_request: list,
    within: Some(within),
    create: &CREATE,
    edit: &EDIT,
    assign: Ok(policy::ASSIGN_SUPPORT),
    delete: Err("not-applicable-delete-events"),
    actions: &[],
};

fn next_steps(record: &Record) -> &'static [Action] {
    match record {
        Record::Event(event) if event.support_id.is_none() => &[Action::Assign],
        _ => &[],
    }
}

/// The beginning of the minute: clients that show upcoming events ask for the same list, which the server
/// reads once for all of them.
fn start_of_minute(time: Timestamp) -> Timestamp {
    let minute = TimestampRound::new()
        .smallest(Unit::Minute)
        .mode(RoundMode::Floor);
    time.round(minute).unwrap_or(time)
}

fn list(query: &ListQuery) -> ApiRequest {
    ApiRequest::ListEvents(ListEventsRequest {
        page_size: query.page_size,
        page_token: query.page_token.clone(),
        order_by: query.order.wire(),
        query: query.query.clone(),
        mine: query.is_active(&MINE),
        no_support: query.is_active(&NO_SUPPORT),
        start_after: None,
        start_before: None,
        // An event that is still running is upcoming too.
        end_after: query
            .is_active(&UPCOMING)
            .then(|| wire_time(start_of_minute(query.now))),
        client_id: ParentFilter::client(query.parent),
        contract_id: ParentFilter::contract(query.parent),
        commercial_id: ParentFilter::commercial(query.parent),
        support_id: ParentFilter::support(query.parent),
    })
}

/// Events that are still running when the period starts belong to it. An upcoming event of the period ends
/// after both times.
fn within(request: &mut ApiRequest, period: Period) {
    let ApiRequest::ListEvents(request) = request else {
        return;
    };
    let ends_after = value::time(request.end_after.as_ref()).ok();
    request.end_after = ends_after.max(period.from).map(wire_time);
    request.start_before = period.before.map(wire_time);
}

impl Entity for Event {
    const TAB: Tab = Tab::Events;

    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            header: ColumnHeader::text("column-event-title", 22, 44),
            cell: |event, _| event.event_title.as_str().into(),
        },
        Column {
            header: ColumnHeader::text("column-client", 16, 28)
                .constant_of(|parent| {
                    matches!(parent, ParentFilter::Client(_) | ParentFilter::Contract(_))
                })
                .optional(5)
                .truncatable(),
            cell: |event, _| Cell::muted(event.client_name.as_str()),
        },
        Column {
            header: ColumnHeader::text("column-location", 12, 32)
                .ordered_by("location")
                .optional(4),
            cell: |event, _| Cell::muted(event.location.as_str()),
        },
        Column {
            header: ColumnHeader::number(),
            cell: |event, _| Cell::muted(event.id.to_string()),
        },
        Column {
            header: ColumnHeader::created(),
            cell: |event, context| short_moment(event.create_time.as_ref(), context),
        },
        Column {
            header: ColumnHeader::updated(),
            cell: |event, context| short_moment(event.update_time.as_ref(), context),
        },
        Column {
            header: ColumnHeader::fit("column-attendees", 6)
                .ordered_by("attendees")
                .right()
                .optional(6),
            cell: |event, context| attendees(event, context).into(),
        },
        Column {
            header: ColumnHeader::fit("column-start", 12)
                .ordered_by("start_time")
                .right(),
            cell: |event, context| short_moment(event.start_time.as_ref(), context),
        },
        Column {
            header: ColumnHeader::text("column-support", 12, 24)
                .constant_under(&["filter-mine", "filter-no-support"])
                .constant_of(|parent| matches!(parent, ParentFilter::Support(_))),
            cell: |event, context| owner_name(&event.support_name, context),
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
        self.support_id
    }

    fn state(&self, context: &CellContext<'_>) -> Option<Cell> {
        let nobody = || name_or_nobody("", context);
        self.support_id.is_none().then(nobody)
    }

    fn pane_rows(&self, context: &CellContext<'_>) -> Vec<PaneRow> {
        let mut rows = vec![
            PaneRow::new("field-start", moment(self.start_time.as_ref(), context)),
            PaneRow::new("field-end", moment(self.end_time.as_ref(), context)),
        ];
        rows.extend(length(self, context).map(|length| PaneRow::new("field-length", length)));
        rows.extend([
            PaneRow::new("field-location", self.location.as_str()),
            PaneRow::new("field-attendees", attendees(self, context)),
            PaneRow::gap(),
            owner_row(
                "field-support",
                (self.support_id, &self.support_name),
                context,
            ),
            PaneRow::new("field-client", self.client_name.as_str()),
            PaneRow::new("", Cell::muted(self.client_company.as_str())),
            PaneRow::new("field-contract", self.contract_id.to_string()),
            owner_row(
                "field-commercial",
                (self.commercial_id, &self.commercial_name),
                context,
            ),
        ]);
        if !self.note.is_empty() {
            rows.extend([
                PaneRow::gap(),
                PaneRow::text("field-note", self.note.as_str()),
            ]);
        }
        rows
    }

    fn links(&self) -> Vec<Link> {
        vec![
            Link {
                key: 't',
                label: "go-contract",
                tab: Tab::Contracts,
                parent: Some((
                    ParentFilter::Client(self.client_id),
                    self.client_name.clone(),
                )),
                query: String::new(),
                select: Some(self.contract_id),
            },
            Link {
                key: 'c',
                label: "go-client",
                tab: Tab::Clients,
                parent: None,
                query: self.client_name.clone(),
                select: Some(self.client_id),
            },
        ]
    }

    fn value(&self, field: &str) -> Value {
        match field {
            "contract_id" => Value::Link(self.contract_id, self.event_title.clone()),
            "start_time" => Value::moment(self.start_time.as_ref()),
            "end_time" => Value::moment(self.end_time.as_ref()),
            "location" => Value::Text(self.location.clone()),
            "attendees" => Value::Number(self.attendees),
            "note" => Value::Text(self.note.clone()),
            _ => Value::Nothing,
        }
    }
}

fn ends_after(event: &Event, now: jiff::Timestamp) -> bool {
    overlap::period(event).is_none_or(|(_, end)| end > now)
}

fn attendees(event: &Event, context: &CellContext<'_>) -> String {
    let count = u64::try_from(event.attendees).unwrap_or_default();
    context.messages.count(count)
}

/// The length of an event that ends on another day than it starts.
fn length(event: &Event, context: &CellContext<'_>) -> Option<String> {
    let (start, end) = overlap::period(event)?;
    let zone = context.zone();
    let day = |at: jiff::Timestamp| at.to_zoned(zone.clone()).date();
    (day(start) != day(end)).then(|| context.messages.length(start, end, zone))
}

const START: FieldSpec = FieldSpec::new("start_time", "field-start", Kind::Moment)
    .in_new_group()
    .in_unit("period");
const END: FieldSpec = FieldSpec {
    start_field: Some("start_time"),
    hint: |form, context| length_hint(form, "end_time", context),
    ..FieldSpec::new("end_time", "field-end", Kind::Moment).in_unit("period")
};
const LOCATION: FieldSpec =
    FieldSpec::new("location", "field-location", Kind::Text(Location::MAX)).in_new_group();
const ATTENDEES: FieldSpec = FieldSpec::new("attendees", "field-attendees", Kind::Number);
const NOTE: FieldSpec = FieldSpec::new("note", "field-note", Kind::Lines).in_new_group();

const CREATE: FormSpec = FormSpec {
    title: "form-new-event",
    rpc: policy::CREATE_EVENT,
    fields: &[
        FieldSpec::new(
            "contract_id",
            "field-contract",
            Kind::Link(PickSource::Contract),
        ),
        START,
        END,
        LOCATION,
        ATTENDEES,
        NOTE,
    ],
    build: create,
    questions: &[overlap::LONG],
};

fn create(form: &FormValues<'_>) -> Built {
    let request = CreateEventRequest {
        request_id: form.request_id(),
        contract_id: form.link("contract_id"),
        start_time: form.moment("start_time"),
        end_time: form.moment("end_time"),
        location: form.text("location"),
        attendees: form.number("attendees"),
        note: form.text("note"),
    };
    checked::<_, EventDraft>(request, ApiRequest::CreateEvent)
}

const EDIT: FormSpec = FormSpec {
    title: "form-edit-event",
    rpc: policy::UPDATE_EVENT,
    fields: &[START, END, LOCATION, ATTENDEES, NOTE],
    build: update,
    questions: &[overlap::LONG, overlap::OVERLAP],
};

fn update(form: &FormValues<'_>) -> Built {
    let request = UpdateEventRequest {
        id: form.id(),
        etag: form.etag(),
        start_time: form
            .changed("start_time")
            .and_then(|name| form.moment(name)),
        end_time: form.changed("end_time").and_then(|name| form.moment(name)),
        location: form.changed("location").map(|name| form.text(name)),
        attendees: form.changed("attendees").map(|name| form.number(name)),
        note: form.changed("note").map(|name| form.text(name)),
    };
    checked::<_, EventPatch>(request, ApiRequest::UpdateEvent)
}
