//! Dates and times.

use jiff::{
    ToSpan, Zoned,
    civil::{Date, Time, Weekday},
};

use super::ParseError;

/// Prefixes of the months in both languages, without accents.
const MONTHS: [&[&str]; 12] = [
    &["jan"],
    &["feb", "fev"],
    &["mar"],
    &["apr", "avr"],
    &["may", "mai"],
    &["jun", "juin"],
    &["jul", "juil"],
    &["aug", "aou"],
    &["sep"],
    &["oct"],
    &["nov"],
    &["dec"],
];
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
/// Words that are ignored, such as “at” between the date and the time.
const FILLERS: [&str; 4] = ["a", "at", "le", "on"];

/// Parses a date: `12/09/2026`, `12/9`, `12.9.26`, `12 sept. 2026`, `2026-09-12`, `demain`,
/// `monday`.
///
/// A date without a year is the next such date, today included; a weekday is the next one after
/// today.
///
/// # Errors
/// [`ParseError::Empty`], [`ParseError::NotADate`] or [`ParseError::NoSuchDay`].
pub fn date(text: &str, today: Date) -> Result<Date, ParseError> {
    let words = words(text);
    if words.is_empty() {
        return Err(ParseError::Empty);
    }
    match day(&words, today)? {
        (date, []) => Ok(date),
        _ => Err(ParseError::NotADate),
    }
}

/// Parses a date and a time in the time zone of `now`: `12/09/2026 18:00`, `12/9 18h30`,
/// `demain 9h`, `monday 9am`, `2026-09-12 18:00`.
///
/// A local time that occurs twice, when summer time ends, is the earlier of the two.
///
/// # Errors
/// Every [`ParseError`] about dates and times.
pub fn moment(text: &str, now: &Zoned) -> Result<Zoned, ParseError> {
    let words = words(text);
    if words.is_empty() {
        return Err(ParseError::Empty);
    }
    let (date, rest) = match day(&words, now.date()) {
        Ok(found) => found,
        Err(ParseError::NotADate) if time(&words).is_ok() => return Err(ParseError::DayMissing),
        Err(ParseError::NotADate) => return Err(ParseError::NotAMoment),
        Err(error) => return Err(error),
    };
    if rest.is_empty() {
        return Err(ParseError::TimeMissing);
    }
    let local = now
        .time_zone()
        .to_ambiguous_zoned(date.to_datetime(time(rest)?));
    if matches!(local.offset(), jiff::tz::AmbiguousOffset::Gap { .. }) {
        return Err(ParseError::ClockSkips);
    }
    local.earlier().map_err(|_| ParseError::NoSuchDay)
}

/// Splits a text into lower-case words without accents; `T` separates an ISO date from its time.
fn words(text: &str) -> Vec<String> {
    let plain: String = text
        .to_lowercase()
        .chars()
        .map(|c| match c {
            'à' | 'â' => 'a',
            'é' | 'è' | 'ê' => 'e',
            'û' | 'ù' => 'u',
            '’' => '\'',
            c => c,
        })
        .collect();
    plain
        .split_whitespace()
        .flat_map(|word| match word.split_once('t') {
            Some((day, time)) if iso(day).is_some() && !time.is_empty() => vec![day, time],
            _ => vec![word],
        })
        .filter(|word| !FILLERS.contains(word))
        .map(str::to_owned)
        .collect()
}

/// The date at the start of the words, and the remaining words.
fn day(words: &[String], today: Date) -> Result<(Date, &[String]), ParseError> {
    let (first, rest) = words.split_first().ok_or(ParseError::NotADate)?;
    if let Some((_, days)) = RELATIVE_DAYS.iter().find(|(name, _)| name == first) {
        let date = today.checked_add(days.days());
        return Ok((date.map_err(|_| ParseError::NoSuchDay)?, rest));
    }
    if let Some(weekday) = weekday(first) {
        // In "lundi 12/9 9h" the date takes precedence over the weekday.
        if let Ok(found) = day(rest, today) {
            return Ok(found);
        }
        let date = today.nth_weekday(1, weekday);
        return Ok((date.map_err(|_| ParseError::NoSuchDay)?, rest));
    }
    if let Some((year, month, day)) = iso(first) {
        return Ok((calendar(year, month, day)?, rest));
    }
    if let Some(found) = with_month_name(words, today) {
        return found;
    }
    Ok((numeric(first, today)?, rest))
}

/// A weekday by its name or by a prefix of at least three letters.
fn weekday(word: &str) -> Option<Weekday> {
    let word = word.trim_end_matches(['.', ',']);
    let matches = |name: &str| word.len() >= 3 && name.starts_with(word);
    WEEKDAYS
        .iter()
        .find(|(_, names)| names.iter().any(|name| matches(name)))
        .map(|&(weekday, _)| weekday)
}

/// `12 sept. 2026`, `1er mars`, `12 September`; `None` unless the words start with a number and the
/// name of a month.
fn with_month_name(words: &[String], today: Date) -> Option<Result<(Date, &[String]), ParseError>> {
    let [number, name, rest @ ..] = words else {
        return None;
    };
    let number = number.strip_suffix("er").unwrap_or(number);
    let day = digits(number, 1..=2)?;
    let month = month(name)?;
    let year = rest.first().filter(|word| word.len() == 4);
    Some(match year.and_then(|word| digits(word, 4..=4)) {
        Some(year) => calendar(year, month, day).map(|date| (date, &rest[1..])),
        None => next_date(month, day, today).map(|date| (date, rest)),
    })
}

fn month(word: &str) -> Option<i16> {
    let word = word.trim_end_matches('.');
    if !word.chars().all(char::is_alphabetic) {
        return None;
    }
    let found = MONTHS
        .iter()
        .position(|names| names.iter().any(|name| word.starts_with(name)))?;
    i16::try_from(found + 1).ok()
}

/// `12/09/2026`, `12/9/26`, `12/9`, with slashes, dots or dashes.
fn numeric(word: &str, today: Date) -> Result<Date, ParseError> {
    let word = word.trim_end_matches(',');
    let separator = word
        .chars()
        .find(|c| "/.-".contains(*c))
        .ok_or(ParseError::NotADate)?;
    let parts: Vec<&str> = word.split(separator).collect();
    let part = |text, length| digits(text, length).ok_or(ParseError::NotADate);
    match parts[..] {
        [day, month] => next_date(part(month, 1..=2)?, part(day, 1..=2)?, today),
        [day, month, year] => {
            let (day, month) = (part(day, 1..=2)?, part(month, 1..=2)?);
            let year = match year.len() {
                // The protocol accepts the years 2000 to 2199.
                2 => 2000 + part(year, 2..=2)?,
                _ => part(year, 4..=4)?,
            };
            calendar(year, month, day)
        }
        _ => Err(ParseError::NotADate),
    }
}

/// Year, month and day of `2026-09-12` or `2026/9/12`.
fn iso(word: &str) -> Option<(i16, i16, i16)> {
    let separator = if word.contains('/') { '/' } else { '-' };
    let mut parts = word.split(separator);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    match parts.next() {
        None => Some((
            digits(year, 4..=4)?,
            digits(month, 1..=2)?,
            digits(day, 1..=2)?,
        )),
        Some(_) => None,
    }
}

/// The next such date, today included; 29/2 is the next one in a leap year.
fn next_date(month: i16, day: i16, today: Date) -> Result<Date, ParseError> {
    // Leap years are at most eight years apart.
    (0..=8)
        .filter_map(|years| calendar(today.year() + years, month, day).ok())
        .find(|&date| date >= today)
        .ok_or(ParseError::NoSuchDay)
}

fn calendar(year: i16, month: i16, day: i16) -> Result<Date, ParseError> {
    let small = |part: i16| i8::try_from(part).map_err(|_| ParseError::NoSuchDay);
    Date::new(year, small(month)?, small(day)?).map_err(|_| ParseError::NoSuchDay)
}

/// `18:00`, `18:00:00`, `18h`, `18h30`, `18 h 30`, `9am`, `9:30 pm`, `midi`, `midnight`.
fn time(words: &[String]) -> Result<Time, ParseError> {
    let text = words.concat();
    match text.as_str() {
        "noon" | "midi" => return time_of_day(12, 0),
        "midnight" | "minuit" => return time_of_day(0, 0),
        _ => {}
    }
    let halves = ["am", "pm"];
    if let Some(half) = halves.into_iter().find(|half| text.ends_with(half)) {
        let (hour, minute) = hour_and_minute(&text[..text.len() - 2])?;
        return match (hour, half) {
            (1..=11, "pm") => time_of_day(hour + 12, minute),
            (1..=11, _) | (12, "pm") => time_of_day(hour, minute),
            (12, _) => time_of_day(0, minute),
            _ => Err(ParseError::NoSuchTime),
        };
    }
    // A number alone is ambiguous: "12/9 18" is not a time.
    if text.chars().all(|c| c.is_ascii_digit()) {
        return Err(ParseError::NotAMoment);
    }
    let (hour, minute) = hour_and_minute(&text)?;
    time_of_day(hour, minute)
}

fn hour_and_minute(text: &str) -> Result<(i16, i16), ParseError> {
    let part = |text| digits(text, 1..=2).ok_or(ParseError::NotAMoment);
    let text = text
        .strip_suffix(":00")
        .filter(|rest| rest.contains(':'))
        .unwrap_or(text);
    let text = text.strip_suffix("min").unwrap_or(text);
    match text.split_once([':', 'h']) {
        None => Ok((part(text)?, 0)),
        Some((hour, "")) if text.ends_with('h') => Ok((part(hour)?, 0)),
        Some((hour, minute)) => Ok((
            part(hour)?,
            digits(minute, 2..=2).ok_or(ParseError::NotAMoment)?,
        )),
    }
}

fn time_of_day(hour: i16, minute: i16) -> Result<Time, ParseError> {
    let small = |part: i16| i8::try_from(part).map_err(|_| ParseError::NoSuchTime);
    Time::new(small(hour)?, small(minute)?, 0, 0).map_err(|_| ParseError::NoSuchTime)
}

/// A number of ASCII digits whose count is in the range.
fn digits(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<i16> {
    let valid = length.contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit());
    valid.then(|| text.parse().ok()).flatten()
}
