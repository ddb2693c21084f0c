//! What stands in a table: columns, cells, and the lines beside a list.

use super::Context;

/// How a text is meant; a sign or word in it says the same without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub enum Tone {
    #[default]
    Plain,
    Dim,
    Good,
    Warn,
    Bad,
}

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
pub struct Head {
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

impl Head {
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
    pub(super) const fn fixed(title: &'static str, width: u16) -> Self {
        Self::new(title, Width::Fixed(width))
    }

    /// At least so wide, with this share of what is left.
    pub(super) const fn share(title: &'static str, least: u16, share: u16) -> Self {
        Self::new(title, Width::Share(least, share))
    }

    /// The list can be ordered by it.
    pub(super) const fn by(mut self, order: &'static str) -> Self {
        self.order = Some(order);
        self
    }

    /// Numbers stand to the right.
    pub(super) const fn right(mut self) -> Self {
        self.right = true;
        self
    }

    /// It goes when it gets narrow, those with the highest number first.
    pub(super) const fn drop(mut self, drop: u8) -> Self {
        self.drop = drop;
        self
    }
}

/// A column of a table of `R`.
pub struct Column<R> {
    /// Its head.
    pub head: Head,
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
    pub(super) fn new(label: &'static str, cell: impl Into<Cell>) -> Self {
        Self {
            label,
            cell: cell.into(),
            bar: None,
        }
    }
}
