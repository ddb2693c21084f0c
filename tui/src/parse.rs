//! Parses amounts, numbers, dates and times that users type, and formats them for form inputs.
//!
//! Dates and times are accepted in either language, regardless of the language of the client. The
//! day precedes the month, except after a month's name (`Nov 25 2026`). Amounts and numbers are read
//! by the separators of the client's language, because `1,234` has a different value in each.

mod clock;
mod day;
mod moment;
mod money;
#[cfg(test)]
mod tests;
mod words;

use jiff::{Zoned, civil};

pub use self::{
    day::{Year, date},
    moment::{Completion, Reference, at, moment},
    money::{amount, format_amount, number},
};
use crate::{
    format,
    messages::{Arg, Messages},
};

/// Why an input cannot be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// Empty or only whitespace.
    Empty,
    /// Not an amount of euros.
    NotAnAmount,
    /// An amount with fractions of a cent.
    TooPrecise,
    /// Not a whole number.
    NotANumber,
    /// A number out of range of its type.
    TooLarge,
    /// Not a date in any accepted form.
    NotADate,
    /// A date that does not exist, such as 31/02.
    NoSuchDay,
    /// Not a date and time in any accepted form.
    NotAMoment,
    /// A weekday that contradicts this date.
    WrongWeekday(civil::Date),
    /// A time without a date.
    DayMissing,
    /// A length without the start to which it is added.
    StartMissing,
    /// A date without a time.
    TimeMissing,
    /// A time of day that does not exist, such as 25:00.
    NoSuchTime,
    /// A local time that the change to summer time skips.
    ClockSkips,
    /// An offset or an abbreviation that the time zone does not have at that time.
    NoSuchOffset,
    /// A tab or a line break, which separates two values.
    LineBreak,
}

impl ParseError {
    /// All errors.
    pub const ALL: [Self; 16] = [
        Self::Empty,
        Self::NotAnAmount,
        Self::TooPrecise,
        Self::NotANumber,
        Self::TooLarge,
        Self::NotADate,
        Self::NoSuchDay,
        Self::NotAMoment,
        Self::WrongWeekday(civil::Date::ZERO),
        Self::DayMissing,
        Self::StartMissing,
        Self::TimeMissing,
        Self::NoSuchTime,
        Self::ClockSkips,
        Self::NoSuchOffset,
        Self::LineBreak,
    ];

    const fn message(self) -> &'static str {
        match self {
            Self::Empty => "parse-error-empty",
            Self::NotAnAmount => "parse-error-not-an-amount",
            Self::TooPrecise => "parse-error-too-precise",
            Self::NotANumber => "parse-error-not-a-number",
            Self::TooLarge => "parse-error-too-large",
            Self::NotADate => "parse-error-not-a-date",
            Self::NoSuchDay => "parse-error-no-such-day",
            Self::NotAMoment => "parse-error-not-a-moment",
            Self::WrongWeekday(_) => "parse-error-wrong-weekday",
            Self::DayMissing => "parse-error-day-missing",
            Self::StartMissing => "parse-error-start-missing",
            Self::TimeMissing => "parse-error-time-missing",
            Self::NoSuchTime => "parse-error-no-such-time",
            Self::ClockSkips => "parse-error-clock-skips",
            Self::NoSuchOffset => "parse-error-no-such-offset",
            Self::LineBreak => "parse-error-line-break",
        }
    }
}

impl Messages {
    /// The error as a predicate, displayed under the field: “is not an amount…”.
    #[must_use]
    pub fn parse_error(&self, error: ParseError) -> String {
        let ParseError::WrongWeekday(date) = error else {
            return self.get(error.message());
        };
        let weekday = date.weekday().to_monday_one_offset();
        let weekday = self.get(&format!("weekday-name-{weekday}"));
        let date = format_date(date);
        let args = [("date", Arg::Text(&date)), ("weekday", Arg::Text(&weekday))];
        self.with(error.message(), &args)
    }
}

/// Formats a date so that [`date`] parses it back: `12/09/2026`.
#[must_use]
pub fn format_date(date: civil::Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// Formats a time, to the minute, so that [`moment()`] parses it back: `12/09/2026 18:00`,
/// `25/10/2026 02:30 CET`.
#[must_use]
pub fn format_moment(at: &Zoned) -> String {
    format!("{} {}", format_date(at.date()), format::clock(at))
}
