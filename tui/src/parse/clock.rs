//! Times of day, and lengths of time.

use jiff::{
    Span, Timestamp,
    civil::Date,
    tz::{AmbiguousOffset, Offset, TimeZone},
};

use super::{
    ParseError,
    words::{digits, plain},
};

/// Words for units and their abbreviations, longer words first, so that no word is split.
const UNITS: [(&[&str], &str); 2] = [
    (&["heures", "heure", "hours", "hour", "hrs"], "h"),
    (&["minutes", "minute", "mins", "min", "mn"], ""),
];
/// Words of three or more letters after a number that do not name a time zone.
const TIME_WORDS: [&str; 4] = ["midi", "noon", "minuit", "midnight"];

/// A time of day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    /// From 0 to 24; 24 is midnight at the end of the day.
    pub(super) hour: i8,
    pub(super) minute: i8,
    /// Whether it is the word “midnight”, which may be either end of the day.
    pub(super) is_midnight: bool,
    /// Which of two equal local times is meant.
    pub(super) mark: Option<Mark>,
}

/// The offset of a time as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// `+01:00`.
    Offset(Offset),
    /// `cet`.
    Abbreviation(String),
}

impl Mark {
    /// The offsets with this mark among those of a local time.
    pub(super) fn filter(&self, offset: Offset, time: Timestamp, zone: &TimeZone) -> bool {
        match self {
            Self::Offset(mark) => *mark == offset,
            Self::Abbreviation(mark) => is_abbreviation(mark, time, zone),
        }
    }

    /// Whether it is an offset, or an abbreviation that the zone has in winter or summer of that year. Other
    /// words are no part of a time.
    pub(super) fn is_known(&self, year: i16, zone: &TimeZone) -> bool {
        let Self::Abbreviation(mark) = self else {
            return true;
        };
        let first_days = [1, 7].map(|month| Date::new(year, month, 1));
        first_days.into_iter().flatten().any(|day| {
            let midday = zone.to_timestamp(day.at(12, 0, 0, 0));
            midday.is_ok_and(|time| is_abbreviation(mark, time, zone))
        })
    }
}

/// Whether the zone has this abbreviation at that time.
fn is_abbreviation(name: &str, time: Timestamp, zone: &TimeZone) -> bool {
    let info = zone.to_offset_info(time);
    info.abbreviation().eq_ignore_ascii_case(name)
}

/// The offsets of a local time, in the order in which they occur; empty if the clocks skip it.
pub(super) fn offsets(offset: AmbiguousOffset) -> Vec<Offset> {
    match offset {
        AmbiguousOffset::Unambiguous { offset } => vec![offset],
        AmbiguousOffset::Gap { .. } => Vec::new(),
        AmbiguousOffset::Fold { before, after } => vec![before, after],
    }
}

/// Parses `18:00`, `18:00:00`, `18.30`, `18h`, `18h30`, `18 h 30 min`, `9am`, `9:30 p.m.`, `midi`,
/// `midnight`, `24h`, optionally followed by `CET`, `+01:00` or `UTC+1`.
pub(super) fn clock(words: &[String]) -> Result<Clock, ParseError> {
    let (text, mark) = split_mark(words)?;
    let (hour, minute) = match text.as_str() {
        "noon" | "midi" => (12, 0),
        "midnight" | "minuit" => (0, 0),
        text => hour_and_minute(text)?,
    };
    if hour > 24 || minute > 59 || (hour == 24 && minute > 0) {
        return Err(ParseError::NoSuchTime);
    }
    let small = |part: i16| i8::try_from(part).map_err(|_| ParseError::NoSuchTime);
    Ok(Clock {
        hour: small(hour)?,
        minute: small(minute)?,
        is_midnight: ["midnight", "minuit"].contains(&text.as_str()),
        mark,
    })
}

/// Splits the offset or its abbreviation from a time, and joins the words of the time.
fn split_mark(words: &[String]) -> Result<(String, Option<Mark>), ParseError> {
    let text = words.concat();
    if let Some(at) = text.rfind(['+', '-']).filter(|at| *at > 0) {
        let offset = parse_offset(&text[at..]).ok_or(ParseError::NotAMoment)?;
        let time = text[..at].trim_end_matches("utc").trim_end_matches("gmt");
        return Ok((time.to_owned(), Some(Mark::Offset(offset))));
    }
    // An abbreviation is a word of its own, or the letters after a digit: `02:45 cet`, `02:45cet`.
    let name = match words {
        [_, .., last] if last.chars().all(char::is_alphabetic) => last,
        _ => text
            .rsplit(|c: char| !c.is_alphabetic())
            .next()
            .unwrap_or(""),
    };
    let is_unit = UNITS.iter().any(|(units, _)| units.contains(&name));
    let is_name = name.len() >= 3 && !is_unit && !TIME_WORDS.contains(&name);
    if is_name && name.len() < text.len() {
        let time = text[..text.len() - name.len()].to_owned();
        return Ok((time, Some(Mark::Abbreviation(name.to_owned()))));
    }
    Ok((text, None))
}

/// Parses `+01:00`, `-0230`, `+1`.
fn parse_offset(text: &str) -> Option<Offset> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = match text.split_once(':') {
        Some((hours, minutes)) => (digits(hours, 1..=2)?, digits(minutes, 2..=2)?),
        None if text.len() == 4 => {
            let number = digits(text, 4..=4)?;
            (number / 100, number % 100)
        }
        None => (digits(text, 1..=2)?, 0),
    };
    let seconds = (i32::from(hours) * 60 + i32::from(minutes)) * 60;
    // Every time zone is within 14 hours of UTC.
    let is_valid = minutes < 60 && seconds <= 14 * 3_600;
    Offset::from_seconds(sign * seconds)
        .ok()
        .filter(|_| is_valid)
}

fn hour_and_minute(text: &str) -> Result<(i16, i16), ParseError> {
    let half = ["am", "pm"].into_iter().find(|half| text.ends_with(half));
    if let Some(half) = half {
        let (hour, minute) = hours_of_day(&text[..text.len() - 2])?;
        return match (hour, half) {
            (1..=11, "pm") => Ok((hour + 12, minute)),
            (1..=11, _) | (12, "pm") => Ok((hour, minute)),
            (12, _) => Ok((0, minute)),
            _ => Err(ParseError::NoSuchTime),
        };
    }
    // A number alone is ambiguous: "12/9 18" is not a time.
    if text.chars().all(|c| c.is_ascii_digit()) {
        return Err(ParseError::NotAMoment);
    }
    hours_of_day(text)
}

fn hours_of_day(text: &str) -> Result<(i16, i16), ParseError> {
    let part = |text| digits(text, 1..=2).ok_or(ParseError::NotAMoment);
    let text = with_short_units(text);
    let text = text
        .strip_suffix(":00")
        .filter(|rest| rest.contains(':'))
        .unwrap_or(&text);
    // `18:30 h`.
    let text = match text.strip_suffix('h') {
        Some(rest) if rest.contains([':', '.']) => rest,
        _ => text,
    };
    match text.split_once([':', 'h', '.']) {
        None => Ok((part(text)?, 0)),
        Some((hour, "")) if text.ends_with('h') => Ok((part(hour)?, 0)),
        Some((hour, minute)) => Ok((
            part(hour)?,
            digits(minute, 2..=2).ok_or(ParseError::NotAMoment)?,
        )),
    }
}

/// Replaces “heures” by `h` and drops “min”.
fn with_short_units(text: &str) -> String {
    let mut text = text.to_owned();
    for (names, short) in UNITS {
        for name in names {
            text = text.replace(name, short);
        }
    }
    text
}

/// Parses a length after a plus sign: `+5h`, `+2h30`, `+1,5 h`, `+90 min`, `+1j`,
/// `+2 days 3 hours`, `+2:30`. Days are calendar days.
pub(super) fn length(text: &str) -> Result<Span, ParseError> {
    parse_length(text).ok_or(ParseError::NotAMoment)
}

/// Whether the text is a length without a sign that cannot be a time of day: `3 hours`, `90 min`,
/// `1 jour 2h`. In French, `3 heures` is three o’clock.
pub(super) fn is_unsigned_length(text: &str) -> bool {
    let text = plain(text);
    let unit: String = text
        .chars()
        .skip_while(|letter| !letter.is_alphabetic())
        .take_while(|letter| letter.is_alphabetic())
        .collect();
    !matches!(unit.as_str(), "" | "h" | "heure" | "heures")
        && parse_length(&format!("+{text}")).is_some()
}

fn parse_length(text: &str) -> Option<Span> {
    let text: String = plain(text).split_whitespace().collect();
    let mut rest = text.strip_prefix('+')?;
    if let Some((hours, minutes)) = rest.split_once(':') {
        let minutes = digits(minutes, 2..=2).filter(|minutes| *minutes < 60)?;
        return span(
            0,
            i64::from(digits(hours, 1..=3)?) * 60 + i64::from(minutes),
        );
    }
    let (mut days, mut minutes) = (0, 0);
    // The rank of the previous unit: units go from long to short.
    let mut last = 0;
    while !rest.is_empty() {
        let (number, after) = split_while(rest, |c| c.is_ascii_digit() || ",.".contains(c));
        let (unit, after) = split_while(after, char::is_alphabetic);
        let rank = match unit {
            "j" | "jour" | "jours" | "d" | "day" | "days" => 1,
            "h" | "hr" | "hrs" | "heure" | "heures" | "hour" | "hours" => 2,
            "m" | "mn" | "min" | "mins" | "minute" | "minutes" => 3,
            // `2h30`.
            "" if last == 2 => 3,
            _ => return None,
        };
        if rank <= last {
            return None;
        }
        match rank {
            1 => days = i64::from(digits(number, 1..=3)?),
            2 => minutes += hours_in_minutes(number)?,
            _ => minutes += i64::from(digits(number, 1..=4)?),
        }
        (last, rest) = (rank, after);
    }
    (last > 0).then(|| span(days, minutes)).flatten()
}

fn span(days: i64, minutes: i64) -> Option<Span> {
    Span::new().try_days(days).ok()?.try_minutes(minutes).ok()
}

/// Converts hours with at most two decimals to minutes: `1,5` is 90. `None` unless the result is
/// whole.
fn hours_in_minutes(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once([',', '.']).unwrap_or((text, "0"));
    let scale = if fraction.len() == 2 { 100 } else { 10 };
    let parts = i64::from(digits(fraction, 1..=2)?) * 60;
    let minutes = i64::from(digits(whole, 1..=3)?) * 60 + parts / scale;
    (parts % scale == 0).then_some(minutes)
}

fn split_while(text: &str, is_part: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !is_part(c)).unwrap_or(text.len()))
}
