//! The columns of a table: their headers, their widths, and where they are shown.

use super::{Cell, CellContext};
use crate::record::ParentFilter;

/// Width of a column, in terminal columns.
#[derive(Clone, Copy, Debug)]
pub enum Width {
    /// A minimum; the column is as wide as its widest cell on the screen, because a truncated number,
    /// date or phone number looks like another value.
    Fit(u16),
    /// A minimum and a maximum; in between the column is as wide as most of its cells on the screen.
    /// Longer texts are truncated.
    Text(u16, u16),
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
    /// Minimum width of a screen that shows it, unless it orders the list.
    pub from: u16,
    /// The filters that give all its cells the same text, of which it says nothing then.
    pub constant_under: &'static [&'static str],
    /// The lists of a parent that give all its cells the same text.
    pub constant_of: fn(ParentFilter) -> bool,
    /// Columns with the highest value are dropped first when the table is narrow; 0 is never
    /// dropped.
    pub drop: u8,
    /// Whether it is shown only where no other text has to be truncated for it.
    pub optional: bool,
    /// Whether an optional column is shown also where its own texts have to be truncated.
    pub truncatable: bool,
}

impl ColumnHeader {
    const fn new(title: &'static str, width: Width) -> Self {
        Self {
            title,
            order: None,
            width,
            right: false,
            from: 0,
            constant_under: &[],
            constant_of: |_| false,
            drop: 0,
            optional: false,
            truncatable: false,
        }
    }

    /// A column that is as wide as its widest cell, for values that must not be truncated.
    pub(crate) const fn fit(title: &'static str, least: u16) -> Self {
        Self::new(title, Width::Fit(least))
    }

    /// A column of texts that may be truncated, with its minimum and maximum width.
    pub(crate) const fn text(title: &'static str, least: u16, most: u16) -> Self {
        Self::new(title, Width::Text(least, most))
    }

    /// Sets the name in `order_by`.
    pub(crate) const fn ordered_by(mut self, order: &'static str) -> Self {
        self.order = Some(order);
        self
    }

    /// Whether a screen of this width shows it whatever orders the list.
    pub(crate) const fn is_on(&self, screen: u16) -> bool {
        screen >= self.from
    }

    /// Right-aligns the cells.
    pub(crate) const fn right(mut self) -> Self {
        self.right = true;
        self
    }

    /// Shows it on screens of at least this width, or when it orders the list.
    pub(crate) const fn from(mut self, from: u16) -> Self {
        self.from = from;
        self
    }

    /// The number of the record, which the pane shows too.
    pub(crate) const fn number() -> Self {
        Self::fit("column-id", 5)
            .ordered_by("id")
            .right()
            .from(150)
            .drop(7)
    }

    /// The time of the creation, shown only while it orders the list.
    pub(crate) const fn created() -> Self {
        Self::fit("column-created", 12)
            .ordered_by("create_time")
            .right()
            .from(u16::MAX)
    }

    /// The time of the last change, shown only while it orders the list.
    pub(crate) const fn updated() -> Self {
        Self::fit("column-updated", 12)
            .ordered_by("update_time")
            .right()
            .from(u16::MAX)
    }

    /// Sets the filters that give all its cells the same text.
    pub(crate) const fn constant_under(mut self, filters: &'static [&'static str]) -> Self {
        self.constant_under = filters;
        self
    }

    /// Sets the parents whose lists give all its cells the same text.
    pub(crate) const fn constant_of(mut self, parents: fn(ParentFilter) -> bool) -> Self {
        self.constant_of = parents;
        self
    }

    /// Sets the rank at which a narrow table drops the column.
    pub(crate) const fn drop(mut self, drop: u8) -> Self {
        self.drop = drop;
        self
    }

    /// Shows it only where no other text has to be truncated for it; those with the lowest rank first.
    pub(crate) const fn optional(mut self, drop: u8) -> Self {
        self.optional = true;
        self.drop(drop)
    }

    /// Shows an optional column also where its own texts have to be truncated.
    pub(crate) const fn truncatable(mut self) -> Self {
        self.truncatable = true;
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
