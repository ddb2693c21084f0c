//! What stands in a table: columns, cells, and the lines beside a list.

use jiff::{Zoned, tz::TimeZone};

use crate::{messages::Messages, tone::Tone};

/// A text in a table.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub struct Cell {
    pub text: String,
    pub tone: Tone,
}

impl Cell {
    /// A text that is meant so.
    #[must_use]
    pub fn new(text: impl Into<String>, tone: Tone) -> Self {
        Self {
            text: text.into(),
            tone,
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::new(text, Tone::Plain)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::new(text, Tone::Plain)
    }
}

/// How wide a column is.
#[derive(Clone, Copy, Debug)]
pub enum Width {
    /// So many terminal columns.
    Fixed(u16),
    /// At least so many, and this share of what is left.
    Share(u16, u16),
}

/// The head of a column.
#[derive(Debug)]
pub struct ColumnHeader {
    /// Fluent message: the title.
    pub title: &'static str,
    /// The server's name, when a list can be ordered by it.
    pub order: Option<&'static str>,
    /// How wide.
    pub width: Width,
    /// Numbers stand to the right.
    pub right: bool,
    /// Columns with the highest number go first when it gets narrow; 0 never goes.
    pub drop: u8,
}

impl ColumnHeader {
    const fn new(title: &'static str, width: Width) -> Self {
        Self {
            title,
            order: None,
            width,
            right: false,
            drop: 0,
        }
    }

    /// So many terminal columns wide.
    pub(crate) const fn fixed(title: &'static str, width: u16) -> Self {
        Self::new(title, Width::Fixed(width))
    }

    /// At least so wide, with this share of what is left.
    pub(crate) const fn share(title: &'static str, least: u16, share: u16) -> Self {
        Self::new(title, Width::Share(least, share))
    }

    /// The list can be ordered by it.
    pub(crate) const fn by(mut self, order: &'static str) -> Self {
        self.order = Some(order);
        self
    }

    /// Numbers stand to the right.
    pub(crate) const fn right(mut self) -> Self {
        self.right = true;
        self
    }

    /// It goes when it gets narrow, those with the highest number first.
    pub(crate) const fn drop(mut self, drop: u8) -> Self {
        self.drop = drop;
        self
    }
}

/// A column of a table of `R`.
pub struct Column<R> {
    /// Its head.
    pub head: ColumnHeader,
    /// What stands in it.
    pub cell: fn(&R, &Context<'_>) -> Cell,
}

/// A line beside the list, about the selected record.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Fluent message: what it is; empty continues the line above.
    pub label: &'static str,
    /// The value.
    pub cell: Cell,
    /// A bar after it: how much of how much.
    pub bar: Option<(i64, i64)>,
}

impl Row {
    pub(crate) fn new(label: &'static str, cell: impl Into<Cell>) -> Self {
        Self {
            label,
            cell: cell.into(),
            bar: None,
        }
    }
}

/// What cells need besides the record.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The language.
    pub messages: &'a Messages,
    /// The present, in the zone that times are shown in.
    pub now: &'a Zoned,
}

impl Context<'_> {
    /// The zone that times are shown in.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        self.now.time_zone()
    }
}

/// "nobody", for a record without anyone in charge.
pub(crate) fn somebody(name: &str, context: &Context<'_>) -> Cell {
    if name.is_empty() {
        Cell::new(context.messages.get("nobody"), Tone::Warn)
    } else {
        name.into()
    }
}

/// A moment of the wire as the zone's clocks show it.
pub(crate) fn moment(wire: Option<&prost_types::Timestamp>, context: &Context<'_>) -> Cell {
    match epic_events::value::time(wire) {
        Ok(time) => context.messages.moment(time, context.zone()).into(),
        Err(_) => Cell::default(),
    }
}
