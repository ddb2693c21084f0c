//! Draws to the terminal, also when its size is unknown, and when it gives a character another width
//! than ratatui does.
//!
//! Terminals disagree about the width of flags, keycaps, emoji and the vowels of some scripts. ratatui
//! writes only cells that have changed, and moves the cursor only where it skips cells: after such a
//! character it would write into wrong columns, and leave characters that it does not know about. [`Screen`]
//! therefore writes a row as a whole when a character of doubtful width enters or leaves it, and moves
//! the cursor after each of them.

use std::{
    collections::BTreeSet,
    io::{self, Write},
};

use crossterm::{
    queue,
    terminal::{DisableLineWrap, EnableLineWrap},
};
use ratatui::{
    backend::{Backend, ClearType, CrosstermBackend, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
};
use unicode_width::UnicodeWidthStr as _;

use crate::runtime::size_or_fallback;

/// A terminal that is drawn to through `crossterm`.
#[derive(Debug)]
pub struct Screen<W: Write> {
    backend: CrosstermBackend<W>,
    shown: ShownCells,
    /// The width of the terminal, of which ratatui asks before each frame.
    width: std::cell::Cell<u16>,
}

impl<W: Write> Screen<W> {
    /// Draws by writing to `output`.
    pub const fn new(output: W) -> Self {
        Self {
            backend: CrosstermBackend::new(output),
            shown: ShownCells { rows: Vec::new() },
            width: std::cell::Cell::new(0),
        }
    }
}

/// The cells that were drawn since the screen was cleared, by row and column.
#[derive(Debug)]
struct ShownCells {
    rows: Vec<Vec<Cell>>,
}

impl ShownCells {
    /// Replaces a cell, and returns the previous one. The columns that it covers beyond its own become
    /// blank: ratatui passes no cells for them.
    fn replace(&mut self, x: u16, y: u16, cell: &Cell) -> Cell {
        let (x, y) = (usize::from(x), usize::from(y));
        let end = x + usize::from(columns(cell));
        if self.rows.len() <= y {
            self.rows.resize_with(y + 1, Vec::new);
        }
        let row = &mut self.rows[y];
        if row.len() < end {
            row.resize_with(end, Cell::default);
        }
        row[x + 1..end].fill(blank(cell));
        std::mem::replace(&mut row[x], cell.clone())
    }
}

/// The number of columns that ratatui reserves for a cell.
fn columns(cell: &Cell) -> u16 {
    u16::try_from(cell.symbol().width()).unwrap_or(1).max(1)
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
            // Box drawing, blocks and geometric shapes, without the two that are emoji.
            | '\u{2500}'..='\u{25fc}'
            // Braille patterns.
            | '\u{2800}'..='\u{28ff}'
    )
}

impl<W: Write> Screen<W> {
    /// Writes a row from its first cell. Blanks below a character of doubtful width replace what was in
    /// its columns, and the cells after it replace the rest of a character that is too wide.
    fn write_row(&mut self, y: u16) -> io::Result<()> {
        let row = &mut self.shown.rows[usize::from(y)];
        // What was never drawn is blank.
        let length = row.len().max(usize::from(self.width.get()));
        row.resize_with(length, Cell::default);
        let mut run: Vec<(u16, u16, Cell)> = Vec::new();
        let mut next = 0;
        for (x, cell) in (0_u16..).zip(&*row) {
            if x < next {
                continue;
            }
            next = x.saturating_add(columns(cell));
            if has_known_width(cell.symbol()) {
                run.push((x, y, cell.clone()));
                continue;
            }
            run.extend((x..next).map(|x| (x, y, blank(cell))));
            run.push((x, y, cell.clone()));
            // Each call begins with the position of its first cell.
            write_cells(&mut self.backend, &run)?;
            run.clear();
        }
        write_cells(&mut self.backend, &run)
    }
}

fn write_cells(
    backend: &mut impl Backend<Error = io::Error>,
    cells: &[(u16, u16, Cell)],
) -> io::Result<()> {
    if cells.is_empty() {
        return Ok(());
    }
    backend.draw(cells.iter().map(|(x, y, cell)| (*x, *y, cell)))
}

impl<W: Write> Backend for Screen<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let content: Vec<_> = content.collect();
        let mut doubtful_rows = BTreeSet::new();
        for &(x, y, cell) in &content {
            let previous = self.shown.replace(x, y, cell);
            if [&previous, cell]
                .iter()
                .any(|it| !has_known_width(it.symbol()))
            {
                doubtful_rows.insert(y);
            }
        }
        let known = content
            .into_iter()
            .filter(|(_, y, _)| !doubtful_rows.contains(y));
        self.backend.draw(known)?;
        if doubtful_rows.is_empty() {
            return Ok(());
        }
        // A character that is too wide for the last column must not go on in the next row.
        queue!(self.backend, DisableLineWrap)?;
        for y in doubtful_rows {
            self.write_row(y)?;
        }
        queue!(self.backend, EnableLineWrap)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.backend.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
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
        self.backend.clear()
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        self.shown.rows.clear();
        self.backend.clear_region(region)
    }

    fn size(&self) -> io::Result<Size> {
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
