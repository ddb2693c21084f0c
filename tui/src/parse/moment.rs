//! Dates with a time, and the values that complete them.

use jiff::{
    Timestamp, ToSpan, Zoned,
    civil::{Date, DateTime, Time},
    tz::{AmbiguousOffset, TimeZone},
};

use super::{
    ParseError,
    clock::{Clock, clock, is_unsigned_length, length, offsets},
    day::{Days, Year, day},
    words::words,
};

/// The values that complete a typed moment.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'a> {
    /// The current time, in the time zone of the user.
    pub now: &'a Zoned,
    /// The last valid value of the field, which decides between two equal local times.
    pub previous: Option<Timestamp>,
    /// The value that completes a time without a date.
    pub completion: Completion,
    /// The year of a date without one.
    pub year: Year,
}

/// The value that completes a time without a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// The day of the field's last valid value.
    Previous,
    /// The start of the period that the field ends, if it is known: the time is the first one after
    /// it. A length is added to it.
    Start(Option<Timestamp>),
}

impl Reference<'_> {
    fn zone(&self) -> &TimeZone {
        self.now.time_zone()
    }

    const fn start(&self) -> Option<Timestamp> {
        match self.completion {
            Completion::Previous => None,
            Completion::Start(start) => start,
        }
    }

    fn local(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.zone().clone())
    }
}

/// Parses a date and a time: `12/09/2026 18:00`, `12/9 18h30`, `demain 9h`, `monday 9am`,
/// `2026-09-12 18:00`, `2026-09-12T18:00:00Z`, `12/9 24h`. A time without a date is completed: `23h`, `minuit`. In the end
/// of a period, a length is added to the start: `+5h`, `3 hours`.
///
/// A local time that occurs twice, when summer time ends, is the one with the typed abbreviation or
/// offset (`02:45 CET`, `02:45 +01:00`). Without either, it has the offset of the previous value if
/// that is on the same day; otherwise it is the one nearest to that value, or the earlier one.
///
/// # Errors
/// Every [`ParseError`] about dates and times.
pub fn moment(text: &str, reference: &Reference<'_>) -> Result<Timestamp, ParseError> {
    if let Some(found) = rfc_3339(text, reference) {
        return found;
    }
    if text.trim_start().starts_with('+') {
        return after_length(text, reference);
    }
    if matches!(reference.completion, Completion::Start(_)) && is_unsigned_length(text) {
        return after_length(&format!("+{}", text.trim()), reference);
    }
    let words = words(text);
    if words.is_empty() {
        return Err(ParseError::Empty);
    }
    let days = Days {
        today: reference.now.date(),
        start: reference.start().map(|start| reference.local(start).date()),
        year: reference.year,
    };
    match day(&words, days) {
        Ok((_, [])) => Err(ParseError::TimeMissing),
        Ok((date, rest)) => on_day(date, &clock(rest)?, reference),
        Err(error @ ParseError::WrongWeekday(_)) => Err(error),
        Err(error) => match (clock(&words), error) {
            (Ok(clock), _) => time_without_date(&clock, reference),
            (Err(ParseError::NoSuchTime), ParseError::NotADate) => Err(ParseError::NoSuchTime),
            (Err(_), ParseError::NotADate) => Err(ParseError::NotAMoment),
            (Err(_), error) => Err(error),
        },
    }
}

/// The moment of a local date and time; of two moments, the one that [`moment`] returns for a time
/// without an abbreviation or offset.
///
/// # Errors
/// [`ParseError::ClockSkips`], or [`ParseError::NoSuchDay`] at the ends of the calendar.
pub fn at(
    local: DateTime,
    previous: Option<Timestamp>,
    zone: &TimeZone,
) -> Result<Timestamp, ParseError> {
    let offset = zone.to_ambiguous_timestamp(local).offset();
    let times = offsets(offset).into_iter();
    let times = times.filter_map(|offset| offset.to_timestamp(local).ok());
    choose(times.collect(), previous, zone).ok_or(match offset {
        AmbiguousOffset::Gap { .. } => ParseError::ClockSkips,
        _ => ParseError::NoSuchDay,
    })
}

/// Parses RFC 3339, as the commands write times: `2026-09-12T18:00:00.5+02:00`. Its offset need not be one of the
/// time zone of the user; without one, it is a local time.
fn rfc_3339(text: &str, reference: &Reference<'_>) -> Option<Result<Timestamp, ParseError>> {
    let text = text.trim();
    let (date, _) = text.split_once(['T', 't'])?;
    date.parse::<Date>().ok()?;
    if let Ok(at) = text.parse() {
        return Some(Ok(at));
    }
    let local = text.parse::<DateTime>().ok()?;
    Some(at(local, reference.previous, reference.zone()))
}

fn after_length(text: &str, reference: &Reference<'_>) -> Result<Timestamp, ParseError> {
    let span = match reference.completion {
        Completion::Previous => return Err(ParseError::NotAMoment),
        Completion::Start(_) => length(text.trim())?,
    };
    let start = reference.start().ok_or(ParseError::StartMissing)?;
    let end = reference.local(start).checked_add(span);
    end.map(|end| end.timestamp())
        .map_err(|_| ParseError::NoSuchDay)
}

/// A time on the given day. At the end of a period, the first of two such times after the start.
fn on_day(date: Date, clock: &Clock, reference: &Reference<'_>) -> Result<Timestamp, ParseError> {
    let times = candidates(date, clock, reference)?;
    let Some(start) = reference.start() else {
        return nearest_to_reference(times, reference);
    };
    let later: Vec<_> = times.iter().copied().filter(|at| *at > start).collect();
    if !later.is_empty() {
        return nearest_to_reference(later, reference);
    }
    // As an end, “12/9 minuit” is midnight at the end of that day.
    if clock.is_midnight && date == reference.local(start).date() {
        return nearest_to_reference(candidates(tomorrow(date)?, clock, reference)?, reference);
    }
    nearest_to_reference(times, reference)
}

/// A time without a date.
fn time_without_date(clock: &Clock, reference: &Reference<'_>) -> Result<Timestamp, ParseError> {
    let start = match reference.completion {
        Completion::Previous => {
            let previous = reference.previous.ok_or(ParseError::DayMissing)?;
            let date = reference.local(previous).date();
            return nearest_to_reference(candidates(date, clock, reference)?, reference);
        }
        Completion::Start(start) => reference.local(start.ok_or(ParseError::DayMissing)?),
    };
    let times = candidates(start.date(), clock, reference);
    let is_later_on_that_day = local(start.date(), clock)? > start.datetime();
    match times {
        Err(error) if is_later_on_that_day => return Err(error),
        Ok(times) => {
            let later: Vec<_> = times
                .into_iter()
                .filter(|at| *at > start.timestamp())
                .collect();
            if !later.is_empty() {
                return nearest_to_reference(later, reference);
            }
        }
        Err(_) => {}
    }
    let next = candidates(tomorrow(start.date())?, clock, reference)?;
    nearest_to_reference(next, reference)
}

/// The moments of a local time: two if it occurs twice and has no abbreviation or offset.
fn candidates(
    date: Date,
    clock: &Clock,
    reference: &Reference<'_>,
) -> Result<Vec<Timestamp>, ParseError> {
    let local = local(date, clock)?;
    let zone = reference.zone();
    let offsets = offsets(zone.to_ambiguous_timestamp(local).offset());
    if offsets.is_empty() {
        return Err(ParseError::ClockSkips);
    }
    let mut times = Vec::new();
    for offset in offsets {
        let time = offset
            .to_timestamp(local)
            .map_err(|_| ParseError::NoSuchDay)?;
        let is_meant = |mark: &super::clock::Mark| mark.filter(offset, time, zone);
        if clock.mark.as_ref().is_none_or(is_meant) {
            times.push(time);
        }
    }
    if times.is_empty() {
        let is_known = clock
            .mark
            .as_ref()
            .is_none_or(|mark| mark.is_known(date.year(), zone));
        return Err(if is_known {
            ParseError::NoSuchOffset
        } else {
            ParseError::NotAMoment
        });
    }
    Ok(times)
}

/// The local date and time; 24h is midnight at the start of the next day.
fn local(date: Date, clock: &Clock) -> Result<DateTime, ParseError> {
    if clock.hour == 24 {
        return Ok(tomorrow(date)?.to_datetime(Time::midnight()));
    }
    let time = Time::new(clock.hour, clock.minute, 0, 0);
    time.map(|time| date.to_datetime(time))
        .map_err(|_| ParseError::NoSuchTime)
}

fn tomorrow(date: Date) -> Result<Date, ParseError> {
    date.checked_add(1.day()).map_err(|_| ParseError::NoSuchDay)
}

fn nearest_to_reference(
    times: Vec<Timestamp>,
    reference: &Reference<'_>,
) -> Result<Timestamp, ParseError> {
    choose(times, reference.previous, reference.zone()).ok_or(ParseError::NoSuchDay)
}

/// The time with the offset of `previous` if they are on the same day; otherwise the time nearest to
/// it, or the first one. The nearest time alone would change 02:05 CET, retyped as 02:55, to 02:55
/// CEST.
fn choose(
    times: Vec<Timestamp>,
    previous: Option<Timestamp>,
    zone: &TimeZone,
) -> Option<Timestamp> {
    let Some(previous) = previous else {
        return times.into_iter().next();
    };
    let local = |at: Timestamp| at.to_zoned(zone.clone());
    let before = local(previous);
    let is_same = |at: Zoned| at.date() == before.date() && at.offset() == before.offset();
    if let Some(same) = times.iter().find(|at| is_same(local(**at))) {
        return Some(*same);
    }
    let distance = |at: &Timestamp| at.duration_since(previous).abs();
    times.into_iter().min_by_key(distance)
}
