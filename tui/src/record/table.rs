//! The parts of a table: columns, cells, and the lines of the record pane.

mod column;

use jiff::{Zoned, civil::Date, tz::TimeZone};

pub use self::column::{Column, ColumnHeader, Width};
use crate::{
    format::{clock, euros},
    layout::columns,
    messages::{Arg, Messages},
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
