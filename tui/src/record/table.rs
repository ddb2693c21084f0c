//! The parts of a table: columns, cells, and the lines of the record pane.

use jiff::{Zoned, tz::TimeZone};

use crate::{messages::Messages, tone::Tone};

/// A text in a table, with its tone.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub struct Cell {
    pub text: String,
    pub tone: Tone,
}

impl Cell {
    /// A text with a tone. Drawing it shows invisible characters as signs.
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

/// Width of a column, in terminal columns.
#[derive(Clone, Copy, Debug)]
pub enum Width {
    /// A minimum; the column is as wide as its widest cell on the screen, because a truncated number,
    /// date or phone number looks like another value.
    Fit(u16),
    /// A minimum, and a weight by which columns share the remaining width. Longer texts are
    /// truncated.
    Share(u16, u16),
}

/// The header of a column.
#[derive(Debug)]
pub struct ColumnHeader {
    /// Fluent message: the title.
    pub title: &'static str,
    /// The name in `order_by`, if the server can order the list by this column.
    pub order: Option<&'static str>,
    /// The width.
    pub width: Width,
    /// Whether cells are right-aligned, as numbers are.
    pub right: bool,
    /// Columns with the highest value are dropped first when the table is narrow; 0 is never
    /// dropped.
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

    /// A column that is as wide as its widest cell, for values that must not be truncated.
    pub(crate) const fn fit(title: &'static str, least: u16) -> Self {
        Self::new(title, Width::Fit(least))
    }

    /// A column with a minimum width and a share of the remaining width.
    pub(crate) const fn share(title: &'static str, least: u16, share: u16) -> Self {
        Self::new(title, Width::Share(least, share))
    }

    /// Sets the name in `order_by`.
    pub(crate) const fn ordered_by(mut self, order: &'static str) -> Self {
        self.order = Some(order);
        self
    }

    /// Right-aligns the cells.
    pub(crate) const fn right(mut self) -> Self {
        self.right = true;
        self
    }

    /// Sets the rank at which a narrow table drops the column.
    pub(crate) const fn drop(mut self, drop: u8) -> Self {
        self.drop = drop;
        self
    }
}

/// A column of a table of `R`.
pub struct Column<R> {
    /// The header.
    pub header: ColumnHeader,
    /// Computes the cell of a record.
    pub cell: fn(&R, &CellContext<'_>) -> Cell,
}

/// A line of the record pane.
#[derive(Clone, Debug, PartialEq)]
pub struct PaneRow {
    /// Fluent message: the label; empty to continue the line above.
    pub label: &'static str,
    /// The value.
    pub cell: Cell,
    /// A bar after the value: part and whole.
    pub bar: Option<(i64, i64)>,
}

impl PaneRow {
    pub(crate) fn new(label: &'static str, cell: impl Into<Cell>) -> Self {
        Self {
            label,
            cell: cell.into(),
            bar: None,
        }
    }
}

/// The data that cells need in addition to the record.
#[derive(Clone, Copy)]
pub struct CellContext<'a> {
    /// Texts in the user's language.
    pub messages: &'a Messages,
    /// The current time, in the time zone in which times are displayed.
    pub now: &'a Zoned,
}

impl CellContext<'_> {
    /// The time zone in which times are displayed.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        self.now.time_zone()
    }
}

/// The name of a collaborator in charge; if it is empty, “nobody” as a warning.
pub(crate) fn name_or_nobody(name: &str, context: &CellContext<'_>) -> Cell {
    if name.is_empty() {
        Cell::new(context.messages.get("nobody"), Tone::Warn)
    } else {
        name.into()
    }
}

/// The cell of a time from the wire in the display time zone; empty if the time is invalid.
pub(crate) fn moment(wire: Option<&prost_types::Timestamp>, context: &CellContext<'_>) -> Cell {
    match epic_events::value::time(wire) {
        Ok(time) => context.messages.moment(time, context.zone()).into(),
        Err(_) => Cell::default(),
    }
}
