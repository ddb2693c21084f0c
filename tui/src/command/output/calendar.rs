//! Events as a calendar (RFC 5545), one at a time.

use std::{collections::HashMap, io::Write as _};

use epic_events::{v1::Event as CrmEvent, value};
use icalendar::{Attendee, Calendar, Component as _, Event, EventLike as _, PartStat, Role};
use jiff::{Timestamp, tz::TimeZone};

use super::sink::Sink;
use crate::{
    command::failure::Outcome,
    messages::{Arg, Messages},
};

/// The last line of a calendar.
const END: &str = "END:VCALENDAR";

/// What makes the identifiers of events unique in the world. It does not depend on how the server is addressed:
/// calendars would show an event twice.
const DOMAIN: &str = "epic-events.example";

/// Writes events to a calendar.
pub(crate) struct CalendarWriter<'a> {
    sink: Sink,
    messages: &'a Messages,
    /// The email addresses of the collaborators.
    emails: HashMap<i64, String>,
}

impl<'a> CalendarWriter<'a> {
    /// A calendar of events.
    pub(crate) fn new(
        mut sink: Sink,
        messages: &'a Messages,
        emails: HashMap<i64, String>,
    ) -> Outcome<Self> {
        let mut calendar = Calendar::new();
        calendar.name(&messages.get("tab-events"));
        let text = calendar.to_string();
        let begin = text.split(END).next().unwrap_or_default();
        sink.write_all(begin.as_bytes())?;
        Ok(Self {
            sink,
            messages,
            emails,
        })
    }

    /// Writes an event.
    pub(crate) fn write(&mut self, event: &CrmEvent) -> Outcome {
        let text = self.event(event).try_into_string();
        let text = text.map_err(std::io::Error::other)?;
        self.sink.write_all(text.as_bytes())?;
        Ok(())
    }

    /// Passes on what is written so far.
    pub(crate) fn flush(&mut self) -> Outcome {
        Ok(self.sink.flush()?)
    }

    /// Completes the calendar.
    pub(crate) fn finish(mut self) -> Outcome {
        write!(self.sink, "{END}\r\n")?;
        Ok(self.sink.finish()?)
    }

    fn event(&self, from: &CrmEvent) -> Event {
        let time = |wire| value::time(wire).map(utc).unwrap_or_default();
        let mut event = Event::new();
        event
            .uid(&uid(from))
            .summary(&text(&from.event_title))
            .location(&text(&from.location))
            .description(&text(&self.description(from)))
            .add_property("DTSTAMP", time(from.update_time.as_ref()))
            .add_property("DTSTART", time(from.start_time.as_ref()))
            .add_property("DTEND", time(from.end_time.as_ref()))
            .add_property("X-EPIC-ATTENDEES", from.attendees.to_string());
        let email = from.support_id.and_then(|id| self.emails.get(&id));
        if let Some(email) = email {
            event.attendee(
                Attendee::new(format!("mailto:{email}"))
                    .cn(parameter(&from.support_name))
                    .role(Role::ReqParticipant)
                    .partstat(PartStat::Accepted),
            );
        }
        event.done()
    }

    /// What has no property of its own: client, number of attendees, support and note.
    fn description(&self, event: &CrmEvent) -> String {
        let messages = self.messages;
        let line = |label: &str, text: &str| {
            let label = messages.get(label);
            let args = [("label", Arg::Text(&label)), ("text", Arg::Text(text))];
            messages.with("command-labelled", &args)
        };
        let attendees = messages.count(u64::try_from(event.attendees).unwrap_or_default());
        let mut lines = vec![
            line("field-client", &event.client_name),
            line("field-attendees", &attendees),
        ];
        if !event.support_name.is_empty() {
            lines.push(line("field-support", &event.support_name));
        }
        if !event.note.is_empty() {
            lines.extend([String::new(), event.note.clone()]);
        }
        lines.join("\n")
    }
}

/// A time as RFC 5545 writes it in UTC.
fn utc(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%Y%m%dT%H%M%SZ")
        .to_string()
}

/// The identifier of an event: its number, and its creation, in which the servers of two companies differ.
fn uid(event: &CrmEvent) -> String {
    let created = value::time(event.create_time.as_ref());
    let created = created.map(Timestamp::as_microsecond).unwrap_or_default();
    format!("event-{}-{created}@{DOMAIN}", event.id)
}

/// A text without the control characters that RFC 5545 excludes.
fn text(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.replace(|it: char| it.is_control() && it != '\n', " ")
}

/// The value of a parameter, with RFC 6868 for the characters that RFC 5545 excludes.
fn parameter(value: &str) -> String {
    text(value)
        .replace('^', "^^")
        .replace('\n', "^n")
        .replace('"', "^'")
}

#[cfg(test)]
mod tests;
