//! Amounts, numbers, days and moments as people type them, and how a form shows them back.
//!
//! Both languages are understood whichever is on, and the day always comes before the month.

mod day;
mod money;
#[cfg(test)]
mod tests;

use jiff::{Zoned, civil};

pub use self::{
    day::{date, moment},
    money::{amount, number, show_amount},
};
use crate::messages::Messages;

/// Why something typed cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// Nothing but spaces.
    Empty,
    /// Not an amount of euros.
    NotAnAmount,
    /// Fractions of a cent.
    TooPrecise,
    /// Not a whole number.
    NotANumber,
    /// More than the computer's numbers hold.
    TooLarge,
    /// Not a day in any form.
    NotADate,
    /// A day that the calendar does not have, such as 31/02.
    NoSuchDay,
    /// Not a day and a time in any form.
    NotAMoment,
    /// A time without a day.
    DayMissing,
    /// A day without a time.
    TimeMissing,
    /// A time that clocks do not show, such as 25:00.
    NoSuchTime,
    /// A time that the clocks jump over that night.
    ClockSkips,
}

impl ParseError {
    /// Every way to mistype.
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
            Self::Empty => "mistyped-empty",
            Self::NotAnAmount => "mistyped-not-an-amount",
            Self::TooPrecise => "mistyped-too-precise",
            Self::NotANumber => "mistyped-not-a-number",
            Self::TooLarge => "mistyped-too-large",
            Self::NotADate => "mistyped-not-a-date",
            Self::NoSuchDay => "mistyped-no-such-day",
            Self::NotAMoment => "mistyped-not-a-moment",
            Self::DayMissing => "mistyped-day-missing",
            Self::TimeMissing => "mistyped-time-missing",
            Self::NoSuchTime => "mistyped-no-such-time",
            Self::ClockSkips => "mistyped-clock-skips",
        }
    }
}

impl Messages {
    /// What is wrong with what was typed, to stand under the field.
    #[must_use]
    pub fn mistyped(&self, mistyped: &ParseError) -> String {
        self.get(mistyped.message())
    }
}

/// A day as a form shows it, and [`date`] reads it: `12/09/2026`.
#[must_use]
pub fn show_date(date: civil::Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// A moment as a form shows it, and [`moment`] reads it: `12/09/2026 18:00`.
#[must_use]
pub fn show_moment(at: &Zoned) -> String {
    format!(
        "{} {:02}:{:02}",
        show_date(at.date()),
        at.hour(),
        at.minute()
    )
}
