//! What a field of a record holds, and how one would type it.

use epic_events::{v1::Role, value};
use jiff::{Timestamp, Zoned, civil};

use crate::{messages::Lang, parse};

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing yet.
    Nothing,
    /// Words.
    Text(String),
    /// An amount in cents of a euro.
    Cents(i64),
    /// A count.
    Number(i32),
    /// A day.
    Date(civil::Date),
    /// A moment.
    Moment(Timestamp),
    /// Yes or no.
    Flag(bool),
    /// A department.
    Role(Role),
    /// Another record: its number and name.
    Link(i64, String),
}

impl Value {
    /// A moment of the wire.
    #[must_use]
    pub fn moment(wire: Option<&prost_types::Timestamp>) -> Self {
        value::time(wire).map_or(Self::Nothing, Self::Moment)
    }

    /// The value as one would type it.
    #[must_use]
    pub fn to_input(&self, lang: Lang, now: &Zoned) -> String {
        match self {
            Self::Text(text) | Self::Link(_, text) => text.clone(),
            Self::Cents(cents) => parse::show_amount(lang, *cents),
            Self::Number(number) => number.to_string(),
            Self::Date(date) => parse::show_date(*date),
            Self::Moment(time) => parse::show_moment(&time.to_zoned(now.time_zone().clone())),
            Self::Nothing | Self::Flag(_) | Self::Role(_) => String::new(),
        }
    }
}
