//! Start and end of a period in a form: the end moves with the start, and a hint displays the
//! length.

use jiff::{Timestamp, ToSpan, Zoned, civil};
use tui_input::Input;

use super::{Form, field::Field, spec::Kind};
use crate::{
    format,
    messages::Arg,
    parse,
    record::{table::CellContext, value::Value},
};

/// The time of day that completes a date from the calendar.
const DEFAULT_TIME: civil::Time = civil::time(9, 0, 0, 0);

impl Form {
    /// Rewrites a field's input in full. If it is the start of a period, the end moves with it.
    pub fn normalize(&mut self, index: usize, now: &Zoned) {
        let before = self.fields[index].moment;
        self.fields[index].normalize(now);
        let start = moment(&self.fields[index], now);
        let name = self.fields[index].spec.name;
        let ends = self
            .fields
            .iter_mut()
            .filter(|field| field.spec.start_field == Some(name));
        for end in ends {
            end.move_with_start(before, start, now);
        }
    }

    /// Passes the start to each end of a period, after a value was set that the user has not typed.
    pub(super) fn link_periods(&mut self, now: &Zoned) {
        for index in 0..self.fields.len() {
            if let Some(name) = self.fields[index].spec.start_field {
                let mut fields = self.fields.iter();
                let start = fields.find(|field| field.spec.name == name);
                self.fields[index].start = start.and_then(|start| moment(start, now));
            }
        }
    }

    /// Swaps the focused field's value with the alternative one.
    pub fn swap(&mut self, now: &Zoned) {
        self.focused_mut().swap(now);
        self.link_periods(now);
    }

    /// Sets the day of the focused field without changing its time.
    pub fn set_day(&mut self, day: civil::Date, now: &Zoned) {
        let field = &mut self.fields[self.focus];
        let time = match field.value(now) {
            Ok(Value::Moment(at)) => at.to_zoned(now.time_zone().clone()).time(),
            _ => DEFAULT_TIME,
        };
        let day = parse::format_date(day);
        let text = match field.spec.kind {
            Kind::Moment => format!("{day} {:02}:{:02}", time.hour(), time.minute()),
            _ => day,
        };
        field.input = Input::new(text);
        field.visited = true;
        self.normalize(self.focus, now);
    }
}

impl Field {
    /// Adapts the end of a period to a new start. An end that was typed in this form is parsed
    /// again: a date stays, an hour and a length refer to the new start. Any other end keeps its
    /// distance.
    fn move_with_start(
        &mut self,
        before: Option<Timestamp>,
        start: Option<Timestamp>,
        now: &Zoned,
    ) {
        self.start = start;
        let Some(start) = start.filter(|_| self.locked.is_none()) else {
            return;
        };
        if before == Some(start) && self.is_normalized(now) {
            return;
        }
        let previous = self.moment;
        if !self.is_normalized(now) {
            // The input could not be parsed without the start, or cannot be parsed at all.
            self.normalize(now);
        } else if let Some(typed) = self.typed.clone() {
            self.input = Input::new(typed);
            self.normalize(now);
        } else if let (Some(before), Some(end)) = (before, previous)
            && let Some(end) = moved(before, end, start, now)
        {
            self.set(Value::Moment(end), now);
        }
        let start_changed = before != Some(start);
        self.has_moved = start_changed && previous.is_some() && self.moment != previous;
    }
}

/// The end of a period of the same length that starts at `start`.
fn moved(before: Timestamp, end: Timestamp, start: Timestamp, now: &Zoned) -> Option<Timestamp> {
    let (days, hours, minutes) = format::length(before, end, now.time_zone())?;
    let start = start.to_zoned(now.time_zone().clone());
    let span = days.days().hours(hours).minutes(minutes);
    start.checked_add(span).ok().map(|end| end.timestamp())
}

/// The current value of a field that contains a time.
fn moment(field: &Field, now: &Zoned) -> Option<Timestamp> {
    match field.value(now) {
        Ok(Value::Moment(at)) => Some(at),
        _ => None,
    }
}

/// The hint under the end of a period: its length, and whether the end has moved with the start.
/// `None` while the period does not end after it starts.
pub(crate) fn length_hint(form: &Form, end: &str, context: &CellContext<'_>) -> Option<String> {
    let field = form.fields.iter().find(|field| field.spec.name == end)?;
    let (start, end) = (field.start?, moment(field, context.now)?);
    let length = context.messages.length(start, end, context.zone());
    if length.is_empty() {
        return None;
    }
    if field.has_moved && field.is_normalized(context.now) {
        let args = [("length", Arg::Text(&length))];
        return Some(context.messages.with("hint-end-moved", &args));
    }
    Some(length)
}

#[cfg(test)]
mod tests;
