//! Dates.

use epic_events::date_words::{ORDINALS, month};
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

use super::{
    ParseError,
    words::{digits, iso, words},
};

const WEEKDAYS: [(Weekday, [&str; 2]); 7] = [
    (Weekday::Monday, ["monday", "lundi"]),
    (Weekday::Tuesday, ["tuesday", "mardi"]),
    (Weekday::Wednesday, ["wednesday", "mercredi"]),
    (Weekday::Thursday, ["thursday", "jeudi"]),
    (Weekday::Friday, ["friday", "vendredi"]),
    (Weekday::Saturday, ["saturday", "samedi"]),
    (Weekday::Sunday, ["sunday", "dimanche"]),
];
/// Days relative to today.
const RELATIVE_DAYS: [(&str, i32); 8] = [
    ("today", 0),
    ("aujourd'hui", 0),
    ("tomorrow", 1),
    ("demain", 1),
    ("apres-demain", 2),
    ("yesterday", -1),
    ("hier", -1),
    ("avant-hier", -2),
];
/// The beginnings of words that follow an hour, as in “18 h” and “6 pm”.
const AFTER_AN_HOUR: [&str; 4] = ["h", "am", "pm", "min"];

/// The year of a date without one, and the week of a weekday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Year {
    /// The year of the next such date, today included: for planned events.
    Next,
    /// The year of the nearest such date, past or future: for dates that may be in the past.
    Nearest,
    /// The year of the last such date, today included: for what has happened.
    Last,
}

/// The dates that complete incomplete dates.
#[derive(Clone, Copy, Debug)]
pub(super) struct Days {
    pub(super) today: Date,
    /// The start of the period that the date ends. A date without a year, or a weekday, is the first
    /// one from that day on.
    pub(super) start: Option<Date>,
    pub(super) year: Year,
}

/// Parses a date: `12/09/2026`, `12/9`, `12.9.26`, `12 sept. 2026`, `25-nov-26`, `Nov 25 2026`,
/// `2026-09-12`, `demain`, `monday`, `next friday`.
///
/// `year` determines what a date without a year, or a weekday, means: the next one, which for a
/// weekday is after today, the nearest one, or the last one. A weekday next to a date must match it.
///
/// # Errors
/// [`ParseError::Empty`], [`ParseError::NotADate`], [`ParseError::NoSuchDay`] or
/// [`ParseError::WrongWeekday`].
pub fn date(text: &str, today: Date, year: Year) -> Result<Date, ParseError> {
    let words = words(text);
    if words.is_empty() {
        return Err(ParseError::Empty);
    }
    let start = None;
    match day(&words, Days { today, start, year })? {
        (date, []) => Ok(date),
        _ => Err(ParseError::NotADate),
    }
}

/// The date at the start of the words, and the remaining words.
pub(super) fn day(words: &[String], days: Days) -> Result<(Date, &[String]), ParseError> {
    let (first, rest) = words.split_first().ok_or(ParseError::NotADate)?;
    if let Some((_, after)) = RELATIVE_DAYS.iter().find(|(name, _)| name == first) {
        let date = days.today.checked_add(after.days());
        return Ok((date.map_err(|_| ParseError::NoSuchDay)?, rest));
    }
    if let Some((weekday, rest)) = next_weekday(words) {
        let year = Year::Next;
        return Ok((bare_weekday(weekday, Days { year, ..days })?, rest));
    }
    if let Some(weekday) = weekday(first) {
        match day(rest, days) {
            Ok((date, rest)) if date.weekday() == weekday => return Ok((date, rest)),
            Ok((date, _)) => return Err(ParseError::WrongWeekday(date)),
            Err(error @ ParseError::WrongWeekday(_)) => return Err(error),
            // `18.30` is not a date, but may be a time.
            Err(ParseError::NoSuchDay) if !rest[0].contains('.') => {
                return Err(ParseError::NoSuchDay);
            }
            Err(_) => {}
        }
        // “mar” is a weekday in French and a month in English.
        if let Some(found) = month_first(words, days) {
            return found;
        }
        return Ok((bare_weekday(weekday, days)?, rest));
    }
    if let Some((year, month, day)) = iso(first) {
        return Ok((calendar(year, month, day)?, rest));
    }
    let named = day_first(words, days).or_else(|| month_first(words, days));
    if let Some(found) = named.or_else(|| year_first(words)) {
        return found;
    }
    if let [day, month, year, rest @ ..] = words
        && let (Some(day), Some(month)) = (digits(day, 1..=2), digits(month, 1..=2))
        && let Some(year) = digits(year, 4..=4)
    {
        return Ok((calendar(year, month, day)?, rest));
    }
    Ok((numeric(first, days)?, rest))
}

/// A weekday by its name or by a prefix of at least three letters.
fn weekday(word: &str) -> Option<Weekday> {
    let word = word.trim_end_matches('.');
    let matches = |name: &str| word.len() >= 3 && name.starts_with(word);
    WEEKDAYS
        .iter()
        .find(|(_, names)| names.iter().any(|name| matches(name)))
        .map(|&(weekday, _)| weekday)
}

/// A weekday without a date: the first one from the start of the period on; without a period, the
/// first one after today, the nearest one, at most three days away, or the last one, which may be today.
fn bare_weekday(weekday: Weekday, days: Days) -> Result<Date, ParseError> {
    let before = match (days.start, days.year) {
        (Some(start), _) => start.yesterday(),
        (None, Year::Next) => Ok(days.today),
        (None, Year::Nearest) => days.today.checked_sub(4.days()),
        (None, Year::Last) => days.today.checked_sub(7.days()),
    };
    let date = before.and_then(|before| before.nth_weekday(1, weekday));
    date.map_err(|_| ParseError::NoSuchDay)
}

/// The weekday of “next friday” and “vendredi prochain”: the first one after today, in every field.
fn next_weekday(words: &[String]) -> Option<(Weekday, &[String])> {
    match words {
        [next, day, rest @ ..] if next == "next" => Some((weekday(day)?, rest)),
        [day, next, rest @ ..] if next == "prochain" => Some((weekday(day)?, rest)),
        _ => None,
    }
}

/// A date, or why there is none, and the remaining words.
type Found<'w> = Result<(Date, &'w [String]), ParseError>;

/// `12 sept. 2026`, `1er mars`, `12 September`; `None` unless the words start with a number and the
/// name of a month.
fn day_first(words: &[String], days: Days) -> Option<Found<'_>> {
    let [number, name, rest @ ..] = words else {
        return None;
    };
    let (day, month) = (day_of_month(number)?, month(name)?);
    Some(with_year(month, day, rest, days))
}

/// `September 12 2026`, `nov 25th`; `None` unless the words start with the name of a month and a
/// number.
fn month_first(words: &[String], days: Days) -> Option<Found<'_>> {
    let [name, number, rest @ ..] = words else {
        return None;
    };
    let (month, day) = (month(name)?, day_of_month(number)?);
    // Without a year, “mar 12” may be a Tuesday.
    if weekday(name).is_some() && year(rest).is_none() {
        return None;
    }
    Some(with_year(month, day, rest, days))
}

/// Parses `2026 nov 25`.
fn year_first(words: &[String]) -> Option<Found<'_>> {
    let [year, name, number, rest @ ..] = words else {
        return None;
    };
    let (year, month) = (digits(year, 4..=4)?, month(name)?);
    let day = day_of_month(number)?;
    Some(calendar(year, month, day).map(|date| (date, rest)))
}

/// The date of this day and month, in the year that the remaining words start with, if they start with
/// one.
fn with_year(month: i16, day: i16, rest: &[String], days: Days) -> Found<'_> {
    match year(rest) {
        Some(year) => Ok((calendar(year, month, day)?, &rest[1..])),
        None => Ok((without_year(month, day, days)?, rest)),
    }
}

/// The year that the words start with. Two digits before a unit of time are an hour, not a year.
fn year(words: &[String]) -> Option<i16> {
    let first = words.first()?;
    let is_hour = words
        .get(1)
        .is_some_and(|next| AFTER_AN_HOUR.iter().any(|unit| next.starts_with(unit)));
    match digits(first, 2..=2) {
        Some(_) if is_hour => None,
        // The protocol accepts the years 2000 to 2199.
        Some(short) => Some(2000 + short),
        None => digits(first, 4..=4),
    }
}

/// Parses `12`, `1er`, `21st`.
fn day_of_month(word: &str) -> Option<i16> {
    let word = word.trim_end_matches('.');
    let end = word.find(|c: char| !c.is_ascii_digit());
    let (number, ending) = word.split_at(end.unwrap_or(word.len()));
    let is_number = ending.is_empty() || ORDINALS.contains(&ending);
    digits(number, 1..=2).filter(|_| is_number)
}

/// Parses `12/09/2026`, `12/9/26`, `12/9`, with slashes, dots or dashes.
fn numeric(word: &str, days: Days) -> Result<Date, ParseError> {
    let separator = word
        .chars()
        .find(|c| "/.-".contains(*c))
        .ok_or(ParseError::NotADate)?;
    let parts: Vec<&str> = word.split(separator).collect();
    let part = |text, length| digits(text, length).ok_or(ParseError::NotADate);
    match parts[..] {
        [day, month] => without_year(part(month, 1..=2)?, part(day, 1..=2)?, days),
        [day, month, year] => {
            let (day, month) = (part(day, 1..=2)?, part(month, 1..=2)?);
            let year = match year.len() {
                2 => 2000 + part(year, 2..=2)?,
                _ => part(year, 4..=4)?,
            };
            calendar(year, month, day)
        }
        _ => Err(ParseError::NotADate),
    }
}

/// The date of this day and month in the year that the field implies.
fn without_year(month: i16, day: i16, days: Days) -> Result<Date, ParseError> {
    let first = days.start.unwrap_or(days.today);
    // Leap years, the only years with a 29 February, are at most eight years apart.
    let dates = (-8..=8).filter_map(|years| calendar(first.year() + years, month, day).ok());
    let found = match days.year {
        Year::Next => dates.into_iter().find(|&date| date >= first),
        Year::Last => dates.rev().find(|&date| date <= first),
        Year::Nearest => dates.min_by_key(|&date| first.duration_until(date).abs()),
    };
    found.ok_or(ParseError::NoSuchDay)
}

fn calendar(year: i16, month: i16, day: i16) -> Result<Date, ParseError> {
    let small = |part: i16| i8::try_from(part).map_err(|_| ParseError::NoSuchDay);
    Date::new(year, small(month)?, small(day)?).map_err(|_| ParseError::NoSuchDay)
}
