//! The parts of a table: columns, cells, and the lines of the record pane.

use jiff::{Zoned, civil::Date, tz::TimeZone};

use crate::{
    format::{clock, euros},
    layout::columns,
    messages::{Arg, Messages},
    record::ParentFilter,
    tone::Tone,
};

/// A sign before a text, which says its state without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Something is reached: signed, free.
    Reached,
    /// It waits for somebody: to sign, nobody.
    Waiting,
    /// It is not as it should be: busy.
    Alert,
}

impl Sign {
    /// The character.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Reached => "●",
            Self::Waiting => "○",
            Self::Alert => "!",
        }
    }

    /// Its tone.
    #[must_use]
    pub const fn tone(self) -> Tone {
        match self {
            Self::Reached => Tone::Good,
            Self::Waiting | Self::Alert => Tone::Warn,
        }
    }
}

/// A text in a table, with its tone.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Cell {
    /// The sign before the text.
    pub sign: Option<Sign>,
    /// The text.
    pub text: String,
    /// The end of an amount, such as `.50`: a table writes it only if a row needs it.
    pub decimals: String,
    /// The bytes at the start of the text that name a day: a table writes it once for consecutive rows.
    pub day: usize,
    /// The tone of the text.
    pub tone: Tone,
}

impl Cell {
    /// A text with a tone. Drawing it shows invisible characters as signs.
    #[must_use]
    pub fn new(text: impl Into<String>, tone: Tone) -> Self {
        Self {
            text: text.into(),
            tone,
            ..Self::default()
        }
    }

    /// A secondary text.
    #[must_use]
    pub fn muted(text: impl Into<String>) -> Self {
        Self::new(text, Tone::Dim)
    }

    /// A state: what is normal is quiet, what waits for somebody stands out.
    #[must_use]
    pub fn state(sign: Sign, text: impl Into<String>) -> Self {
        let tone = match sign {
            Sign::Reached => Tone::Dim,
            Sign::Waiting | Sign::Alert => Tone::Warn,
        };
        Self {
            sign: Some(sign),
            ..Self::new(text, tone)
        }
    }

    /// An amount in cents, whose unit is in the header.
    #[must_use]
    pub fn amount(cents: i64, messages: &Messages) -> Self {
        let mut text = euros(messages.lang(), cents);
        let decimals = text.split_off(text.len() - DECIMALS);
        Self {
            decimals,
            ..text.into()
        }
    }

    /// Whether the decimals of the amount are not zero.
    #[must_use]
    pub fn needs_decimals(&self) -> bool {
        self.decimals.bytes().any(|it| matches!(it, b'1'..=b'9'))
    }

    /// The text after its sign.
    #[must_use]
    pub fn signed_text(&self) -> String {
        match self.sign {
            Some(sign) => format!("{} {}", sign.symbol(), self.text),
            None => self.text.clone(),
        }
    }

    /// Its width in terminal columns.
    #[must_use]
    pub fn width(&self) -> u16 {
        let sign = if self.sign.is_some() { SIGN } else { 0 };
        columns(&self.text).saturating_add(sign)
    }
}

/// Columns of a sign and the gap after it.
pub const SIGN: u16 = 2;
/// Bytes of the decimals of an amount.
const DECIMALS: usize = 3;

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
    /// How it is displayed.
    pub form: RowForm,
}

/// How a line of the record pane is displayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowForm {
    /// The value beside the label.
    Value,
    /// The value at the right edge, as amounts are.
    Right,
    /// A line that shows a part of a whole.
    Share(i64, i64),
    /// A text of several lines below its label.
    Text,
    /// A blank line, which parts two groups.
    Gap,
}

impl PaneRow {
    const fn of(label: &'static str, cell: Cell, form: RowForm) -> Self {
        Self { label, cell, form }
    }

    pub(crate) fn new(label: &'static str, cell: impl Into<Cell>) -> Self {
        Self::of(label, cell.into(), RowForm::Value)
    }

    /// An amount at the right edge.
    pub(crate) fn amount(label: &'static str, cell: impl Into<Cell>) -> Self {
        Self::of(label, cell.into(), RowForm::Right)
    }

    /// A line that shows a part of a whole.
    pub(crate) fn share(part: i64, whole: i64) -> Self {
        Self::of("", Cell::default(), RowForm::Share(part, whole))
    }

    /// A text of several lines.
    pub(crate) fn text(label: &'static str, text: &str) -> Self {
        Self::of(label, text.into(), RowForm::Text)
    }

    /// A blank line.
    pub(crate) fn gap() -> Self {
        Self::of("", Cell::default(), RowForm::Gap)
    }
}

/// The data that cells need in addition to the record.
#[derive(Clone, Copy)]
pub struct CellContext<'a> {
    /// Texts in the user's language.
    pub messages: &'a Messages,
    /// The current time, in the time zone in which times are displayed.
    pub now: &'a Zoned,
    /// The signed-in collaborator.
    pub user: Option<i64>,
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
        Cell::state(Sign::Waiting, context.messages.get("nobody"))
    } else {
        name.into()
    }
}

/// The row of the collaborator in charge, with a mark if it is the user.
pub(crate) fn owner_row(
    label: &'static str,
    (id, name): (Option<i64>, &str),
    context: &CellContext<'_>,
) -> PaneRow {
    let mut cell = name_or_nobody(name, context);
    if id.is_some() && id == context.user {
        let name = [("name", Arg::Text(name))];
        cell.text = context.messages.with("name-you", &name);
    }
    PaneRow::new(label, cell)
}

/// [`name_or_nobody`] as a secondary text.
pub(crate) fn owner_name(name: &str, context: &CellContext<'_>) -> Cell {
    match name_or_nobody(name, context) {
        cell if cell.sign.is_some() => cell,
        cell => Cell::muted(cell.text),
    }
}

/// The cell of a date in a table.
pub(crate) fn short_date(date: Date, context: &CellContext<'_>) -> Cell {
    let text = context.messages.short_date(date, context.now);
    Cell {
        day: text.len(),
        ..text.into()
    }
}

/// The cell of a time in a table, without the year if it is the current one; empty if the time is
/// invalid.
pub(crate) fn short_moment(
    wire: Option<&prost_types::Timestamp>,
    context: &CellContext<'_>,
) -> Cell {
    match epic_events::value::time(wire) {
        Ok(time) => {
            let time = time.to_zoned(context.zone().clone());
            let mut cell = short_date(time.date(), context);
            cell.text = format!("{} {}", cell.text, clock(&time));
            cell
        }
        Err(_) => Cell::default(),
    }
}

/// The cell of a time from the wire in the display time zone; empty if the time is invalid.
pub(crate) fn moment(wire: Option<&prost_types::Timestamp>, context: &CellContext<'_>) -> Cell {
    match epic_events::value::time(wire) {
        Ok(time) => context.messages.full_moment(time, context.zone()).into(),
        Err(_) => Cell::default(),
    }
}
