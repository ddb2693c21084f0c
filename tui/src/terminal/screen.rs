//! Draws to the terminal, also when its size is unknown, and when it gives a character another width
//! than ratatui does.
//!
//! Terminals disagree about the width of flags, keycaps, emoji and the vowels of some scripts. ratatui
//! writes only cells that have changed, and moves the cursor only where it skips cells: after such a
//! character it would write into wrong columns, and leave characters that it does not know about. [`Screen`]
//! therefore draws a sequence of emoji as its first character, writes a row as a whole when a character
//! of doubtful width enters or leaves it, and moves the cursor after each of them. When rows move up or
//! down, it has the terminal move them.

mod emoji;
mod encoder;
mod movement;
mod order;
mod scroll;
mod style;

use std::{
    borrow::Cow,
    collections::BTreeSet,
    io::{self, Write},
};

use crossterm::{
    queue,
    terminal::{DisableLineWrap, EnableLineWrap},
};
use ratatui::{
    backend::{Backend, ClearType, CrosstermBackend, WindowSize},
    buffer::{Cell, CellWidth as _},
    layout::{Position, Size},
};

use self::{
    encoder::Encoder,
    scroll::{Direction, Scroll},
};
use crate::runtime::size_or_fallback;

/// A terminal that is drawn to through `crossterm`.
#[derive(Debug)]
pub struct Screen<W: Write> {
    backend: CrosstermBackend<W>,
    shown: ShownCells,
    /// Whether the cursor is hidden since the screen was cleared. ratatui hides it with each frame.
    hides_cursor: bool,
    /// The size of an output that is no terminal.
    fixed_size: Option<Size>,
    /// The width of the terminal, of which ratatui asks before each frame.
    width: std::cell::Cell<u16>,
}

impl<W: Write> Screen<W> {
    /// Draws by writing to `output`.
    pub const fn new(output: W) -> Self {
        Self {
            backend: CrosstermBackend::new(output),
            shown: ShownCells { rows: Vec::new() },
            hides_cursor: false,
            fixed_size: None,
            width: std::cell::Cell::new(0),
        }
    }

    /// Draws to an output of this size that is no terminal, such as that of a test.
    pub fn of_size(output: W, size: Size) -> Self {
        Self {
            fixed_size: Some(size),
            width: std::cell::Cell::new(size.width),
            ..Self::new(output)
        }
    }
}

/// A row of painted cells as text with the sequences of their styles, for an output that is not drawn.
#[must_use]
pub(crate) fn styled_row(cells: &[Cell]) -> String {
    style::row(cells)
}

/// The cells that were drawn since the screen was cleared, by row and column.
#[derive(Debug)]
struct ShownCells {
    rows: Vec<Vec<Cell>>,
}

impl ShownCells {
    /// Replaces a cell, and returns the previous one.
    fn replace(&mut self, x: u16, y: u16, cell: &Cell) -> Cell {
        let y = usize::from(y);
        if self.rows.len() <= y {
            self.rows.resize_with(y + 1, Vec::new);
        }
        replace(&mut self.rows[y], x, cell)
    }

    /// The rows after these changes; those without a change are not copied.
    fn after<'a>(&'a self, changes: &[(u16, u16, &Cell)]) -> Vec<Cow<'a, [Cell]>> {
        let mut rows: Vec<_> = self.rows.iter().map(|row| Cow::from(&**row)).collect();
        for &(x, y, cell) in changes {
            let y = usize::from(y);
            if rows.len() <= y {
                rows.resize_with(y + 1, || Cow::from(Vec::new()));
            }
            replace(rows[y].to_mut(), x, cell);
        }
        rows
    }

    /// Adds the blanks with which the cells of `shown` are to be overwritten.
    fn extend_to(&mut self, shown: &Self) {
        for (row, other) in self.rows.iter_mut().zip(&shown.rows) {
            let length = row.len().max(other.len());
            row.resize_with(length, Cell::default);
        }
    }

    /// The cells of `next` that differ from these.
    fn changes<'next>(&self, next: &'next Self) -> Vec<(u16, u16, &'next Cell)> {
        let mut changes = Vec::new();
        for (y, row) in (0_u16..).zip(&next.rows) {
            let shown = self.rows.get(usize::from(y)).map_or(&[][..], Vec::as_slice);
            let mut x = 0;
            while let Some(cell) = row.get(usize::from(x)) {
                if shown.get(usize::from(x)).unwrap_or(&Cell::EMPTY) != cell {
                    changes.push((x, y, cell));
                }
                x += columns(cell);
            }
        }
        changes
    }
}

/// Replaces a cell of a row, and returns the previous one. The columns that it covers beyond its own become
/// blank: ratatui passes no cells for them.
fn replace(row: &mut Vec<Cell>, x: u16, cell: &Cell) -> Cell {
    let x = usize::from(x);
    let end = x + usize::from(columns(cell));
    if row.len() < end {
        row.resize_with(end, Cell::default);
    }
    row[x + 1..end].fill(blank(cell));
    std::mem::replace(&mut row[x], cell.clone())
}

/// The number of columns that ratatui reserves for a cell.
fn columns(cell: &Cell) -> u16 {
    cell.symbol().cell_width().max(1)
}

/// The cell with a symbol that terminals draw in the same width, if there is one.
fn drawable(cell: &Cell) -> Cow<'_, Cell> {
    let symbol = cell.symbol();
    if has_known_width(symbol) {
        return Cow::Borrowed(cell);
    }
    emoji::simplified(symbol).map_or(Cow::Borrowed(cell), |symbol| {
        let mut drawn = cell.clone();
        drawn.set_symbol(&symbol);
        Cow::Owned(drawn)
    })
}

/// A blank in the style of a cell.
fn blank(cell: &Cell) -> Cell {
    let mut blank = cell.clone();
    blank.set_symbol(" ");
    blank
}

/// Whether terminals agree that the symbol takes one column: a letter of Latin, Greek or Cyrillic, or a
/// sign that is neither an emoji nor combined with another character.
fn has_known_width(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    let (first, None) = (chars.next(), chars.next()) else {
        return false;
    };
    matches!(
        first.unwrap_or(' '),
        ' '..='~'
            | '\u{a0}'..='\u{2ff}'
            | '\u{370}'..='\u{482}'
            | '\u{48a}'..='\u{52f}'
            // Punctuation, currency signs, arrows.
            | '\u{2010}'..='\u{2027}'
            | '\u{202f}'..='\u{205e}'
            | '\u{20a0}'..='\u{20bf}'
            | '\u{2190}'..='\u{21ff}'
            // Operators and the signs ✓ to ✘, without ✔, which is an emoji.
            | '\u{2200}'..='\u{22ff}'
            | '\u{2713}'
            | '\u{2715}'
            | '\u{2717}'..='\u{2718}'
            // Box drawing, blocks and geometric shapes, without the two that are emoji.
            | '\u{2500}'..='\u{25fc}'
            // Braille patterns.
            | '\u{2800}'..='\u{28ff}'
    )
}

impl<W: Write> Screen<W> {
    /// Draws cells. In rows with characters of doubtful width, it draws all cells.
    fn draw_cells(&mut self, content: &[(u16, u16, &Cell)]) -> io::Result<()> {
        let mut doubtful_rows = BTreeSet::new();
        for &(x, y, cell) in content {
            let previous = self.shown.replace(x, y, cell);
            if [&previous, cell]
                .iter()
                .any(|it| !has_known_width(it.symbol()))
            {
                doubtful_rows.insert(y);
            }
        }
        let width = usize::from(self.width.get());
        for &y in &doubtful_rows {
            // What was never drawn is blank.
            let row = &mut self.shown.rows[usize::from(y)];
            row.resize_with(row.len().max(width), Cell::default);
        }
        let others: Vec<_> = content
            .iter()
            .copied()
            .filter(|(_, y, _)| !doubtful_rows.contains(y))
            .collect();
        let bytes = order::encode(&others, &self.shown.rows, width)?;
        self.backend.write_all(&bytes)?;
        if doubtful_rows.is_empty() {
            return Ok(());
        }
        // A character that is too wide for the last column must not go on in the next row.
        queue!(self.backend, DisableLineWrap)?;
        let mut encoder = Encoder::new(&mut self.backend, width);
        for y in doubtful_rows.into_iter().map(usize::from) {
            write_row(&mut encoder, y, &self.shown.rows[y])?;
        }
        encoder.finish()?;
        queue!(self.backend, EnableLineWrap)
    }

    /// Moves rows by deleting or inserting lines in a scrolling region (DECSTBM, DL, IL), which the
    /// console of Linux has as well.
    fn scroll(&mut self, scroll: &Scroll) -> io::Result<()> {
        let Scroll {
            top,
            bottom,
            direction,
            distance,
        } = *scroll;
        let kind = match direction {
            Direction::Up => 'M',
            Direction::Down => 'L',
        };
        let (first, last) = (top + 1, bottom + 1);
        write!(
            self.backend,
            "\x1b[{first};{last}r\x1b[{first};1H\x1b[{distance}{kind}\x1b[r"
        )?;
        scroll.apply(&mut self.shown.rows);
        Ok(())
    }
}

/// Writes a row from its first cell. Blanks below a character of doubtful width replace what was in its
/// columns, and the cells after it replace the rest of a character that is too wide.
fn write_row<W: Write>(encoder: &mut Encoder<'_, W>, y: usize, row: &[Cell]) -> io::Result<()> {
    let mut next = 0;
    for (x, cell) in row.iter().enumerate() {
        if x < next {
            continue;
        }
        next = x + usize::from(columns(cell));
        if !has_known_width(cell.symbol()) {
            let blank = blank(cell);
            for x in x..next {
                encoder.write(x, y, &blank, row)?;
            }
            encoder.forget_position();
        }
        encoder.write(x, y, cell, row)?;
    }
    Ok(())
}

impl<W: Write> Backend for Screen<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let drawable: Vec<_> = content.map(|(x, y, cell)| (x, y, drawable(cell))).collect();
        let content: Vec<(u16, u16, &Cell)> = drawable
            .iter()
            .map(|(x, y, cell)| (*x, *y, &**cell))
            .collect();
        let changed: BTreeSet<_> = content.iter().map(|(_, y, _)| y).collect();
        if changed.len() < scroll::ROWS_MIN {
            return self.draw_cells(&content);
        }
        let next = self.shown.after(&content);
        let Some(scroll) = scroll::find(&self.shown.rows, &next) else {
            return self.draw_cells(&content);
        };
        let rows = next.into_iter().map(Cow::into_owned).collect();
        let mut next = ShownCells { rows };
        self.scroll(&scroll)?;
        next.extend_to(&self.shown);
        let rest = self.shown.changes(&next);
        self.draw_cells(&rest)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.hides_cursor, true) {
            return Ok(());
        }
        self.backend.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.hides_cursor = false;
        self.backend.show_cursor()
    }

    /// Not supported: `crossterm` would read the answer of the terminal, and the keys before it.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.backend.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.shown.rows.clear();
        self.hides_cursor = false;
        self.backend.clear()
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        self.shown.rows.clear();
        self.hides_cursor = false;
        self.backend.clear_region(region)
    }

    fn size(&self) -> io::Result<Size> {
        if let Some(size) = self.fixed_size {
            return Ok(size);
        }
        let Size { width, height } = self.backend.size()?;
        let size = size_or_fallback(width, height);
        self.width.set(size.width);
        Ok(size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        let pixels = self.backend.window_size()?.pixels;
        Ok(WindowSize {
            columns_rows: self.size()?,
            pixels,
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.backend)
    }
}

#[cfg(test)]
mod tests;
