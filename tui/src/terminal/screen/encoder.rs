//! Encodes cells as text and control sequences, in few bytes: over a slow link the bytes of a frame are
//! what the user waits for.
//!
//! The library's own encoder positions the cursor for every gap between changed cells, with up to eight
//! bytes, and sets each attribute with a sequence of its own. Here the cursor moves in the fewest bytes,
//! a short gap is written again, and a single sequence changes the style.

use std::io::{self, Write};

use ratatui::buffer::Cell;

use super::{
    has_known_width,
    movement::{self, Movement},
    style::Style,
};

/// Writes cells from the default style on, to which [`Self::finish`] returns.
pub(super) struct Encoder<'output, W: Write> {
    output: &'output mut W,
    style: Style,
    /// The column and row of the cursor, if they are known.
    cursor: Option<(usize, usize)>,
    /// The width of the terminal: behind its last column the position of the cursor is not defined.
    width: usize,
}

impl<'output, W: Write> Encoder<'output, W> {
    pub(super) const fn new(output: &'output mut W, width: usize) -> Self {
        Self {
            output,
            style: Style::DEFAULT,
            cursor: None,
            width,
        }
    }

    /// Writes a cell at this position. `row` are the cells that the row shows.
    pub(super) fn write(
        &mut self,
        x: usize,
        y: usize,
        cell: &Cell,
        row: &[Cell],
    ) -> io::Result<()> {
        self.move_to(x, y, row)?;
        self.put(cell)
    }

    /// Writes blanks on the background of the terminal, from this position on. The cursor stays before
    /// them.
    pub(super) fn erase(
        &mut self,
        x: usize,
        y: usize,
        count: usize,
        row: &[Cell],
    ) -> io::Result<()> {
        // Some terminals erase with the background that is set, others never do.
        if !self.style.draws_plain_blanks() {
            self.set_style(Style::DEFAULT)?;
        }
        self.move_to(x, y, row)?;
        if x + count >= self.width {
            self.output.write_all(b"\x1b[K")
        } else {
            write!(self.output, "\x1b[{count}X")
        }
    }

    /// Treats the position of the cursor as unknown.
    pub(super) const fn forget_position(&mut self) {
        self.cursor = None;
    }

    /// Sets the default style again.
    pub(super) fn finish(self) -> io::Result<()> {
        if self.style == Style::DEFAULT {
            return Ok(());
        }
        self.output.write_all(b"\x1b[m")
    }

    fn move_to(&mut self, x: usize, y: usize, row: &[Cell]) -> io::Result<()> {
        let to = (x, y);
        if self.cursor == Some(to) {
            return Ok(());
        }
        let absolute = match x {
            0 => 3 + movement::digits(y + 1),
            _ => 4 + movement::digits(y + 1) + movement::digits(x + 1),
        };
        if let Some(from) = self.cursor {
            let rewritten = |start, end| self.rewritten(row.get(start..end)?);
            let (movement, bytes) = Movement::shortest(from, to, rewritten);
            if bytes < absolute {
                let again = movement.write(from, to, self.output)?;
                self.cursor = Some((again.start, y));
                return row[again].iter().try_for_each(|cell| self.put(cell));
            }
        }
        self.cursor = Some(to);
        match x {
            0 => write!(self.output, "\x1b[{}H", y + 1),
            _ => write!(self.output, "\x1b[{};{}H", y + 1, x + 1),
        }
    }

    /// The bytes that write these cells again, if the present style draws them.
    fn rewritten(&self, cells: &[Cell]) -> Option<usize> {
        let repeats = |cell: &Cell| has_known_width(cell.symbol()) && self.style.draws(cell);
        let bytes = cells.iter().map(|it| it.symbol().len()).sum();
        cells.iter().all(repeats).then_some(bytes)
    }

    /// Writes a cell at the cursor.
    fn put(&mut self, cell: &Cell) -> io::Result<()> {
        if !self.style.draws(cell) {
            self.set_style(Style::of(cell))?;
        }
        self.output.write_all(cell.symbol().as_bytes())?;
        let next = self.cursor.map(|(x, y)| (x + 1, y));
        self.cursor = next.filter(|(x, _)| *x < self.width && has_known_width(cell.symbol()));
        Ok(())
    }

    fn set_style(&mut self, style: Style) -> io::Result<()> {
        let change = self.style.change_to(style);
        self.style = style;
        self.output.write_all(change.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use ratatui::style::Color;

    use super::*;

    fn cell(symbol: &str, style: ratatui::style::Style) -> Cell {
        let mut cell = Cell::default();
        cell.set_symbol(symbol).set_style(style);
        cell
    }

    /// The bytes that write the cells at those columns of the first row.
    fn written(columns: &[usize], row: &[Cell]) -> String {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 40);
        for &x in columns {
            encoder.write(x, 0, &row[x], row).unwrap();
        }
        encoder.finish().unwrap();
        String::from_utf8(bytes)
            .unwrap()
            .replace('\u{1b}', "␛")
            .replace('\u{8}', "←")
    }

    #[test]
    fn a_style_is_set_by_a_single_sequence() {
        use ratatui::style::Style;
        let plain = Style::new();
        let strong = plain.bold().fg(Color::Red);
        let cases = [
            (plain, plain, "␛[1Hab"),
            (plain, strong, "␛[1Ha␛[1;31mb␛[m"),
            (strong, strong, "␛[1H␛[1;31mab␛[m"),
            (
                strong,
                strong.bg(Color::Indexed(236)),
                "␛[1H␛[1;31ma␛[48;5;236mb␛[m",
            ),
            (strong, plain.dim(), "␛[1H␛[1;31ma␛[0;2mb␛[m"),
            (
                strong.bg(Color::Rgb(1, 2, 3)),
                plain.fg(Color::Red).bg(Color::Rgb(1, 2, 3)),
                "␛[1H␛[1;31;48;2;1;2;3ma␛[22mb␛[m",
            ),
            (
                strong.italic(),
                plain.fg(Color::Red),
                "␛[1H␛[1;3;31ma␛[0;31mb␛[m",
            ),
            (strong, plain, "␛[1H␛[1;31ma␛[mb"),
            (plain.fg(Color::White), plain, "␛[1H␛[97ma␛[mb"),
            (
                plain.fg(Color::Rgb(1, 2, 3)).bg(Color::DarkGray),
                plain.reversed().underlined(),
                "␛[1H␛[38;2;1;2;3;100ma␛[4;7;39;49mb␛[m",
            ),
        ];
        for (first, second, expected) in cases {
            let row = [cell("a", first), cell("b", second)];
            assert_eq!(written(&[0, 1], &row), expected, "{first:?} {second:?}");
        }
    }

    #[test]
    fn a_blank_needs_no_style_but_its_background() {
        use ratatui::style::Style;
        let strong = Style::new().bold().fg(Color::Red);
        let cases = [
            (Style::new(), "␛[1H␛[1;31ma b␛[m"),
            (
                Style::new().bg(Color::Blue),
                "␛[1H␛[1;31ma␛[0;44m ␛[1;31;49mb␛[m",
            ),
            (Style::new().reversed(), "␛[1H␛[1;31ma␛[0;7m ␛[0;1;31mb␛[m"),
        ];
        for (blank, expected) in cases {
            let row = [cell("a", strong), cell(" ", blank), cell("b", strong)];
            assert_eq!(written(&[0, 1, 2], &row), expected, "{blank:?}");
        }
    }

    #[test]
    fn a_short_gap_is_written_again_if_its_style_and_width_are_known() {
        use ratatui::style::Style;
        let plain = |text: &str| {
            text.chars()
                .map(|it| cell(&it.to_string(), Style::new()))
                .collect()
        };
        let row: Vec<Cell> = plain("abcdefghijkl");
        assert_eq!(written(&[2, 4], &row), "␛[1;3Hcde");
        assert_eq!(written(&[0, 5], &row), "␛[1Habcdef");
        assert_eq!(written(&[0, 6], &row), "␛[1Ha␛[5Cg");
        assert_eq!(written(&[4, 2], &row), "␛[1;5He←←←c");
        let mut styled = row.clone();
        styled[3] = cell("d", Style::new().bold());
        assert_eq!(written(&[2, 4], &styled), "␛[1;3Hc␛[Ce");
        let mut wide = row;
        wide[3] = cell("王", Style::new());
        assert_eq!(written(&[2, 5], &wide), "␛[1;3Hc␛[2Cf");
        assert_eq!(written(&[3, 5], &wide), "␛[1;4H王␛[1;6Hf");
    }

    #[test]
    fn behind_the_last_column_the_position_is_set() {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 2);
        let row = [Cell::default(), Cell::default()];
        encoder.write(1, 0, &row[1], &row).unwrap();
        encoder.write(0, 1, &row[0], &row).unwrap();
        encoder.finish().unwrap();
        assert_eq!(bytes, b"\x1b[1;2H \x1b[2H ");
    }
}
