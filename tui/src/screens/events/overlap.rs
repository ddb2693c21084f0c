//! Events at the same time: whether a support is free, and the questions that the forms of an event
//! ask before they save it.

use epic_events::{
    v1::{Event, ListEventsRequest},
    value::{self, wire_time},
};
use jiff::{SignedDuration, Timestamp, Zoned};

use crate::{
    api::ApiRequest,
    form::{spec::Question, values::FormValues},
    messages::{Arg, Messages},
    record::{Entity as _, Record, table::CellContext},
};

/// Events per page: the maximum of the server.
const PAGE: i32 = 200;

/// Duration of an event above which a form asks for confirmation.
const LONG_HOURS: i64 = 72;

/// Start and end of the event; `None` if either is invalid.
#[must_use]
pub fn period(event: &Event) -> Option<(Timestamp, Timestamp)> {
    let start = value::time(event.start_time.as_ref()).ok()?;
    let end = value::time(event.end_time.as_ref()).ok()?;
    Some((start, end))
}

/// The request for a page of the events that overlap a period, by their start. An event that ends
/// when the period starts, or starts when it ends, does not overlap it.
#[must_use]
pub fn list_overlapping(
    (start, end): (Timestamp, Timestamp),
    support: Option<i64>,
    page_token: String,
) -> ApiRequest {
    ApiRequest::ListEvents(ListEventsRequest {
        page_size: PAGE,
        page_token,
        order_by: "start_time".to_owned(),
        end_after: Some(wire_time(start)),
        start_before: Some(wire_time(end)),
        support_id: support,
        ..ListEventsRequest::default()
    })
}

/// Title and period of the first of these events, and the number of the others; `None` if there is
/// none.
#[must_use]
pub fn summary(events: &[&Event], messages: &Messages, now: &Zoned) -> Option<String> {
    let (first, others) = events.split_first()?;
    let when = period(first).map(|(start, end)| messages.period(start, end, now));
    let when = when.unwrap_or_default();
    let args = [
        ("event", Arg::Text(first.name())),
        ("when", Arg::Text(&when)),
    ];
    let first = messages.with("overlap-event", &args);
    let count = i64::try_from(others.len()).unwrap_or(i64::MAX);
    let args = [("first", Arg::Text(&first)), ("count", Arg::Number(count))];
    Some(messages.with("overlap-events", &args))
}

/// Asks for confirmation of an event that lasts more than [`LONG_HOURS`].
pub(super) const LONG: Question = Question {
    title: "confirm-long-title",
    list: |_, _| None,
    text: |form, _, context| {
        let (start, end) = changed_period(form)?;
        if end.duration_since(start) <= SignedDuration::from_hours(LONG_HOURS) {
            return None;
        }
        let zone = context.now.time_zone();
        let length = context.messages.length(start, end, zone);
        let [from, to] = [start, end].map(|at| context.messages.moment(at, zone));
        let args = [
            ("length", Arg::Text(&length)),
            ("from", Arg::Text(&from)),
            ("to", Arg::Text(&to)),
        ];
        Some(context.messages.with("confirm-long", &args))
    },
    unread: "",
};

/// Asks whether the event may overlap another one of its support.
pub(super) const OVERLAP: Question = Question {
    title: "confirm-busy-title",
    list: |form, page_token| {
        let support = form.target()?.owner()?;
        Some(list_overlapping(
            changed_period(form)?,
            Some(support),
            page_token,
        ))
    },
    text: overlap,
    unread: "confirm-overlap-unread",
};

fn overlap(form: &FormValues<'_>, records: &[Record], context: &CellContext<'_>) -> Option<String> {
    let others = records.iter().filter_map(|record| match record {
        Record::Event(event) if event.id != form.id() => Some(event),
        _ => None,
    });
    let others: Vec<_> = others.collect();
    let events = summary(&others, context.messages, context.now)?;
    let name = form.target().map_or("", Record::owner_name);
    let args = [("name", Arg::Text(name)), ("events", Arg::Text(&events))];
    Some(context.messages.with("confirm-overlap", &args))
}

/// Start and end of the event, if the user has changed either.
fn changed_period(form: &FormValues<'_>) -> Option<(Timestamp, Timestamp)> {
    form.changed("start_time")
        .or_else(|| form.changed("end_time"))?;
    let time = |name| value::time(form.moment(name).as_ref()).ok();
    Some((time("start_time")?, time("end_time")?))
}
