//! Parses amounts, numbers, dates and times that users type, and formats them for form inputs.
//!
//! Input in either language is accepted, regardless of the language of the client. The day always
//! precedes the month.

mod day;
mod money;
#[cfg(test)]
mod tests;

use jiff::{Zoned, civil};

pub use self::{
    day::{date, moment},
    money::{amount, format_amount, number},
};
use crate::messages::Messages;

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
    /// A time without a date.
    DayMissing,
    /// A date without a time.
    TimeMissing,
    /// A time of day that does not exist, such as 25:00.
    NoSuchTime,
    /// A local time that the change to summer time skips.
    ClockSkips,
}

impl ParseError {
    /// All errors.
    pub const ALL: [Self; 12] = [
        Self::Empty,
        Self::NotAnAmount,
        Self::TooPrecise,
        Self::NotANumber,
        Self::TooLarge,
        Self::NotADate,
        Self::NoSuchDay,
        Self::NotAMoment,
        Self::DayMissing,
        Self::TimeMissing,
        Self::NoSuchTime,
        Self::ClockSkips,
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
            Self::DayMissing => "parse-error-day-missing",
            Self::TimeMissing => "parse-error-time-missing",
            Self::NoSuchTime => "parse-error-no-such-time",
            Self::ClockSkips => "parse-error-clock-skips",
        }
    }
}

impl Messages {
    /// The error as a predicate, displayed under the field: “is not an amount…”.
    #[must_use]
    pub fn parse_error(&self, error: ParseError) -> String {
        self.get(error.message())
    }
}

/// Formats a date so that [`date`] parses it back: `12/09/2026`.
#[must_use]
pub fn format_date(date: civil::Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// Formats a time, to the minute, so that [`moment`] parses it back: `12/09/2026 18:00`.
#[must_use]
pub fn format_moment(at: &Zoned) -> String {
    format!(
        "{} {:02}:{:02}",
        format_date(at.date()),
        at.hour(),
        at.minute()
    )
}
