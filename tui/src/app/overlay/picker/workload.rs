//! The workload of a support at the time of the event that needs one: whether they are free, and the
//! number of their events in that week.

use epic_events::v1::Event;
use jiff::{Timestamp, ToSpan, Zoned};

use super::{OVERLAPS, PickTarget, Picker, choice::Fit};
use crate::{
    api::Page,
    app::{context::Context, network::owner::RequestSlot, overlay::Effect},
    format::clock,
    messages::{Arg, Messages},
    record::Record,
    screens::events::overlap,
    tone::Tone,
};

/// The narrowest screen that has room for a strip.
const STRIP_SCREEN: u16 = 60;

/// The events that overlap a period, loaded page by page.
#[derive(Clone, Debug)]
pub(super) struct Overlaps {
    slot: RequestSlot,
    period: (Timestamp, Timestamp),
    /// All events; `None` until the last page has arrived.
    events: Option<Vec<Event>>,
    /// The events of the pages that have arrived.
    loading: Vec<Event>,
    /// Whether the last request failed.
    failed: bool,
}

impl Overlaps {
    pub(super) const fn new(slot: RequestSlot, period: (Timestamp, Timestamp)) -> Self {
        Self {
            slot,
            period,
            events: None,
            loading: Vec::new(),
            failed: false,
        }
    }

    /// Requests the first page. The previous events remain until the last page has arrived.
    pub(super) fn request(&mut self) -> Effect {
        self.loading.clear();
        self.page(String::new())
    }

    fn page(&self, page_token: String) -> Effect {
        Effect::Request {
            slot: self.slot,
            request: overlap::list_overlapping(self.period, None, page_token),
        }
    }

    /// Adds a page; returns the request of the next one.
    pub(super) fn on_page(&mut self, page: Page) -> Option<Effect> {
        let events = page.records.into_iter().filter_map(|record| match record {
            Record::Event(event) => Some(event),
            Record::Collaborator(_) | Record::Client(_) | Record::Contract(_) => None,
        });
        self.loading.extend(events);
        if !page.next_page_token.is_empty() {
            return Some(self.page(page.next_page_token));
        }
        self.events = Some(std::mem::take(&mut self.loading));
        self.failed = false;
        None
    }

    pub(super) fn on_error(&mut self) {
        self.events = None;
        self.failed = true;
    }
}

/// Whether a support is free.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Availability<'a> {
    Free,
    /// Busy with these events.
    Busy(Vec<&'a Event>),
    /// The check has not ended yet.
    Checking,
    /// The check has failed.
    Unknown,
}

impl Picker {
    pub(super) fn overlaps(&mut self, slot: RequestSlot) -> Option<&mut Overlaps> {
        if slot == OVERLAPS {
            self.overlaps.as_mut()
        } else {
            self.week.as_mut()
        }
    }

    pub(super) fn on_overlaps(
        &mut self,
        slot: RequestSlot,
        page: Page,
        ctx: &Context<'_>,
    ) -> Vec<Effect> {
        let next = self.overlaps(slot).and_then(|it| it.on_page(page));
        self.update_choices(ctx);
        let mut effects = self.stop_waiting(ctx);
        effects.extend(next);
        effects
    }

    /// Requests the events that determine who is free.
    pub(super) fn request_overlaps(&mut self) -> Vec<Effect> {
        self.stale = false;
        let all = [self.overlaps.as_mut(), self.week.as_mut()];
        all.into_iter().flatten().map(Overlaps::request).collect()
    }

    /// Whether a support is free at the time of the event that needs one.
    pub(super) fn support_availability(&self, support: i64) -> Availability<'_> {
        let Some(overlaps) = &self.overlaps else {
            return Availability::Unknown;
        };
        match (&overlaps.events, overlaps.failed) {
            (Some(events), _) => {
                let busy: Vec<_> = self.events_of(support, events).collect();
                if busy.is_empty() {
                    Availability::Free
                } else {
                    Availability::Busy(busy)
                }
            }
            (None, false) => Availability::Checking,
            (None, true) => Availability::Unknown,
        }
    }

    /// The events of a support, except for the event that needs one.
    fn events_of<'e>(&self, support: i64, events: &'e [Event]) -> impl Iterator<Item = &'e Event> {
        let this = match &self.target {
            PickTarget::Record(record) => Some(record.id()),
            PickTarget::Opener(_) => None,
        };
        let is_other = move |event: &&Event| event.support_id == Some(support);
        events
            .iter()
            .filter(is_other)
            .filter(move |event| Some(event.id) != this)
    }

    /// Whether a support is busy, and the number of their events that week.
    pub(super) fn support_fit(&self, id: i64) -> Fit {
        Fit {
            is_busy: matches!(self.support_availability(id), Availability::Busy(_)),
            load: self.week_count(id).unwrap_or(0),
        }
    }

    /// Leaves out the busy ones, or shows them again.
    pub(super) fn toggle_only_free(&mut self, ctx: &Context<'_>) {
        if self.overlaps.is_none() {
            return;
        }
        self.cancel_waiting();
        self.only_free = !self.only_free;
        self.update_choices(ctx);
    }

    /// The number of events of a support in the week of the event; `None` while it is unknown.
    fn week_count(&self, id: i64) -> Option<usize> {
        let events = self.week.as_ref()?.events.as_ref()?;
        let (monday, after) = self.week_period?;
        let is_that_week = |event: &&Event| {
            overlap::period(event).is_some_and(|(start, end)| start < after && end > monday)
        };
        Some(self.events_of(id, events).filter(is_that_week).count())
    }

    /// The periods of the other events of a support, as far as they are known.
    pub(super) fn other_periods(&self, id: i64) -> Vec<(Timestamp, Timestamp)> {
        let known = [self.overlaps.as_ref(), self.week.as_ref()];
        let events = known
            .into_iter()
            .flatten()
            .filter_map(|it| it.events.as_ref());
        let events = events.flat_map(|events| self.events_of(id, events));
        events.filter_map(overlap::period).collect()
    }

    /// The time of the event that needs a support.
    pub(super) fn period(&self) -> Option<(Timestamp, Timestamp)> {
        Some(self.overlaps.as_ref()?.period)
    }

    /// Whether the strip of the day is drawn, which shows when a support is busy.
    pub(super) const fn has_strip(&self, ctx: &Context<'_>) -> bool {
        self.strip.is_some() && ctx.size.0 >= STRIP_SCREEN
    }

    /// The details of a support: whether they are free, and the event that they are busy with or the
    /// number of their events that week.
    pub(super) fn support_details(&self, id: i64, ctx: &Context<'_>) -> (String, String, Tone) {
        let messages = ctx.messages;
        match self.support_availability(id) {
            Availability::Checking => (messages.get("support-checking"), String::new(), Tone::Dim),
            Availability::Unknown => (messages.get("support-unchecked"), String::new(), Tone::Warn),
            Availability::Free => (
                messages.get("support-free"),
                self.support_week(id, messages),
                Tone::Good,
            ),
            Availability::Busy(events) if self.has_strip(ctx) => {
                let busy = messages.get("support-busy-now");
                (busy, events[0].event_title.clone(), Tone::Warn)
            }
            Availability::Busy(events) => {
                let when = self.overlaps.as_ref().zip(overlap::period(events[0]));
                let when = when
                    .map(|(overlaps, period)| hours(period, overlaps.period.0, messages, ctx.now));
                let when = when.unwrap_or_default();
                let busy = messages.with("support-busy", &[("when", Arg::Text(&when))]);
                (busy, events[0].event_title.clone(), Tone::Warn)
            }
        }
    }

    /// The number of events of a support in the week of the event; empty while it is unknown.
    fn support_week(&self, id: i64, messages: &Messages) -> String {
        let Some(count) = self.week_count(id) else {
            return String::new();
        };
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        messages.with("support-week", &[("count", Arg::Number(count))])
    }
}

/// The start and the end of the week around a time, from Monday to Monday.
pub(super) fn week_of(time: Timestamp, now: &Zoned) -> Option<(Timestamp, Timestamp)> {
    let day = time.to_zoned(now.time_zone().clone());
    let since_monday = i64::from(day.weekday().to_monday_zero_offset());
    let monday = day.checked_sub(since_monday.days()).ok()?;
    let monday = monday.start_of_day().ok()?;
    let after = monday.checked_add(1.week()).ok()?;
    Some((monday.timestamp(), after.timestamp()))
}

/// The time from the start of the first to the end of the last of two periods.
pub(super) fn union(
    one: Option<(Timestamp, Timestamp)>,
    other: Option<(Timestamp, Timestamp)>,
) -> Option<(Timestamp, Timestamp)> {
    match (one, other) {
        (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.max(other.1))),
        (one, other) => one.or(other),
    }
}

/// Start and end as hours: `18:00–23:30`. With the weekday for another day in the week of `day`:
/// `22:00–Su 02:15`. With dates if either is in another week, and with years if either is in another
/// year.
fn hours(
    (start, end): (Timestamp, Timestamp),
    day: Timestamp,
    messages: &Messages,
    now: &Zoned,
) -> String {
    let [start, end, day] = [start, end, day].map(|at| at.to_zoned(now.time_zone().clone()));
    let both = [&start, &end];
    let week = |at: &Zoned| {
        let week = at.date().iso_week_date();
        (week.year(), week.week())
    };
    let leaves_week = both.map(week) != [week(&day); 2];
    let leaves_year = both.map(Zoned::year) != [day.year(); 2];
    let hour = |at: &Zoned| {
        let hour = clock(at);
        if leaves_year {
            format!("{} {hour}", messages.date(at.date()))
        } else if at.date() == day.date() {
            hour
        } else if leaves_week {
            format!("{} {hour}", messages.day(at.month(), at.day()))
        } else {
            let weekday = at.weekday().to_monday_one_offset();
            format!("{} {hour}", messages.get(&format!("weekday-{weekday}")))
        }
    };
    format!("{}–{}", hour(&start), hour(&end))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::messages::Lang;

    #[test]
    fn hours_name_the_weekday_or_date_of_another_day() {
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
                "25 oct. 02:30 CEST–25 oct. 02:30 CET",
            ),
            (
                "2026-09-06T08:00+02:00",
                "2026-09-19T18:00+02:00",
                "6 sept. 08:00–19 sept. 18:00",
            ),
            (
                "2026-08-12T08:00+02:00",
                "2026-09-13T18:00+02:00",
                "12 août 08:00–13 sept. 18:00",
            ),
            (
                "2026-09-12T20:00+02:00",
                "2026-09-14T01:00+02:00",
                "20:00–14 sept. 01:00",
            ),
            (
                "2026-09-12T20:00+02:00",
                "2027-01-01T01:00+01:00",
                "12 sept. 2026 20:00–1er janv. 2027 01:00",
            ),
            (
                "2023-09-12T08:00+02:00",
                "2029-09-12T18:00+02:00",
                "12 sept. 2023 08:00–12 sept. 2029 18:00",
            ),
        ];
        for (start, end, expected) in cases {
            let messages = Messages::new(Lang::Fr);
            let period = (at(start), at(end));
            assert_eq!(hours(period, day, &messages, &now), expected);
        }
    }

    #[test]
    fn a_week_begins_on_monday_also_when_the_clocks_change() {
        let now: Zoned = "2026-09-07T10:30[Europe/Paris]".parse().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let cases = [
            (
                "2026-09-07T00:00+02:00",
                "2026-09-07T00:00+02:00",
                "2026-09-14T00:00+02:00",
            ),
            (
                "2026-09-13T23:59+02:00",
                "2026-09-07T00:00+02:00",
                "2026-09-14T00:00+02:00",
            ),
            (
                "2026-10-25T02:30+01:00",
                "2026-10-19T00:00+02:00",
                "2026-10-26T00:00+01:00",
            ),
        ];
        for (time, monday, after) in cases {
            assert_eq!(
                week_of(at(time), &now),
                Some((at(monday), at(after))),
                "{time}"
            );
        }
    }
}
