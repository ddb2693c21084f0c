//! The lines of a pick-list, with details that help to choose.

use epic_events::v1::Role;
use jiff::{Timestamp, Zoned};

use super::{PickTarget, Picker};
use crate::{
    app::context::Context,
    format::clock,
    messages::{Arg, Messages},
    record::Record,
    screens::events,
    tone::Tone,
};

/// A line of a pick-list.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The record; `None` for the line without a successor.
    pub id: Option<i64>,
    /// Its name.
    pub label: String,
    /// A detail, such as the company or the workload.
    pub detail: String,
    /// A second detail.
    pub extra: String,
    /// Whether the detail is a warning.
    pub tone: Tone,
    /// Whether it is the current owner.
    pub is_owner: bool,
}

impl Choice {
    /// The line for no successor.
    pub(super) fn nobody(ctx: &Context<'_>) -> Self {
        Self {
            id: None,
            label: ctx.messages.get("nobody"),
            detail: ctx.messages.get("successor-none"),
            extra: String::new(),
            tone: Tone::Dim,
            is_owner: false,
        }
    }
}

impl Picker {
    /// The line of a record.
    pub(super) fn choice(&self, record: &Record, ctx: &Context<'_>) -> Choice {
        let assigned = |id: &str, count: i32| {
            let count = [("count", Arg::Number(count.into()))];
            (ctx.messages.with(id, &count), String::new(), Tone::Dim)
        };
        let (detail, extra, tone) = match record {
            Record::Collaborator(person) if self.period.is_some() => {
                self.support_workload(person.id, ctx)
            }
            Record::Collaborator(person) if person.role() == Role::Support => {
                assigned("assigned-events", person.event_count)
            }
            Record::Collaborator(person) => assigned("assigned-clients", person.client_count),
            Record::Client(client) => (
                client.company.clone(),
                client.commercial_name.clone(),
                Tone::Dim,
            ),
            Record::Contract(contract) => (
                contract.client_name.clone(),
                contract.client_company.clone(),
                Tone::Dim,
            ),
            Record::Event(_) => (String::new(), String::new(), Tone::Dim),
        };
        let label = match record {
            Record::Contract(contract) => format!("{} · {}", contract.id, contract.event_title),
            _ => record.name().to_owned(),
        };
        let is_owner = match &self.target {
            PickTarget::Record(target) => target.owner() == Some(record.id()),
            PickTarget::Opener => false,
        };
        Choice {
            is_owner,
            id: Some(record.id()),
            label,
            detail,
            extra,
            tone,
        }
    }

    /// Whether a support is free at the time of the event, and how many events they have that week.
    fn support_workload(&self, id: i64, ctx: &Context<'_>) -> (String, String, Tone) {
        let messages = ctx.messages;
        let (Some((start, end)), Some((monday, after))) =
            (self.period, self.week_of_event(ctx.now))
        else {
            return (String::new(), String::new(), Tone::Dim);
        };
        let this = match &self.target {
            PickTarget::Record(record) => record.id(),
            PickTarget::Opener => 0,
        };
        let events = self
            .week
            .iter()
            .filter(|event| event.support_id == Some(id) && event.id != this);
        let periods: Vec<_> = events
            .filter_map(|e| Some((e, events::period(e)?)))
            .collect();
        let conflict = periods.iter().find(|(_, (s, e))| *s < end && start < *e);
        if let Some((event, (s, e))) = conflict {
            let when = hours(*s, *e, start, messages, ctx.now);
            let busy = messages.with("support-busy", &[("when", Arg::Text(&when))]);
            return (busy, event.event_title.clone(), Tone::Warn);
        }
        let in_week = |at: &Timestamp| (monday..after).contains(at);
        let count = periods.iter().filter(|(_, (s, _))| in_week(s)).count();
        let count = Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
        let week = messages.with("support-week", &[("count", count)]);
        (messages.get("support-free"), week, Tone::Good)
    }
}

/// Start and end as hours, "18:00–23:30"; with the weekday if it differs from that of `day`:
/// "22:00–Su 02:15".
fn hours(
    start: Timestamp,
    end: Timestamp,
    day: Timestamp,
    messages: &Messages,
    now: &Zoned,
) -> String {
    let [start, end, day] = [start, end, day].map(|at| at.to_zoned(now.time_zone().clone()));
    let hour = |at: &Zoned| {
        let hour = clock(at);
        if at.date() == day.date() {
            return hour;
        }
        let weekday = at.weekday().to_monday_one_offset();
        format!("{} {hour}", messages.get(&format!("weekday-{weekday}")))
    };
    format!("{}–{}", hour(&start), hour(&end))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::messages::Lang;

    #[test]
    fn hours_name_the_weekday_of_another_day() {
        let now: Zoned = "2026-09-07T10:30[Europe/Paris]".parse().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let day = at("2026-09-12T18:00+02:00");
        let cases = [
            (
                "2026-09-12T18:00+02:00",
                "2026-09-12T23:30+02:00",
                "18:00–23:30",
            ),
            (
                "2026-09-12T22:00+02:00",
                "2026-09-13T02:15+02:00",
                "22:00–di 02:15",
            ),
            (
                "2026-09-11T22:00+02:00",
                "2026-09-12T19:00+02:00",
                "ve 22:00–19:00",
            ),
            (
                "2026-10-25T02:30+02:00",
                "2026-10-25T02:30+01:00",
                "di 02:30 CEST–di 02:30 CET",
            ),
        ];
        for (start, end, expected) in cases {
            let messages = Messages::new(Lang::Fr);
            assert_eq!(hours(at(start), at(end), day, &messages, &now), expected);
        }
    }
}
