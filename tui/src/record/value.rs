//! The value of a record's field, and its text in a form.

use epic_events::{v1::Role, value};
use jiff::{Timestamp, Zoned, civil};

use crate::{messages::Lang, parse};

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// No value.
    Nothing,
    /// A text.
    Text(String),
    /// An amount in cents of a euro.
    Cents(i64),
    /// A whole number.
    Number(i32),
    /// A day.
    Date(civil::Date),
    /// A point in time.
    Moment(Timestamp),
    /// A yes-or-no value.
    Flag(bool),
    /// A department.
    Role(Role),
    /// A reference to another record: its identifier and name.
    Link(i64, String),
}

impl Value {
    /// Converts a time of the wire; a missing or invalid one becomes [`Value::Nothing`].
    #[must_use]
    pub fn moment(wire: Option<&prost_types::Timestamp>) -> Self {
        value::time(wire).map_or(Self::Nothing, Self::Moment)
    }

    /// The text of a form's input, which [`crate::parse`] parses back to the same value. Empty for
    /// values that are chosen rather than typed. Times have minute precision.
    #[must_use]
    pub(crate) fn to_input(&self, lang: Lang, now: &Zoned) -> String {
        match self {
            Self::Text(text) | Self::Link(_, text) => text.clone(),
            Self::Cents(cents) => parse::format_amount(lang, *cents),
            Self::Number(number) => number.to_string(),
            Self::Date(date) => parse::format_date(*date),
            Self::Moment(time) => parse::format_moment(&time.to_zoned(now.time_zone().clone())),
            Self::Nothing | Self::Flag(_) | Self::Role(_) => String::new(),
        }
    }
}
