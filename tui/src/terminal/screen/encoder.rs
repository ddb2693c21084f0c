//! Encodes cells as text and control sequences, in few bytes: over a slow link the bytes of a frame are
//! what the user waits for.
//!
//! The library's own encoder positions the cursor for every gap between changed cells, with up to eight
//! bytes, and sets each attribute with a sequence of its own. Here a short gap is written again, the
//! cursor moves relatively where that is shorter, and a single sequence changes the style.

use std::io::{self, Write};

use ratatui::{
    buffer::Cell,
    style::{Color, Modifier},
};

use super::has_known_width;

/// The longest gap that is written again: a movement of the cursor takes at least four bytes.
const GAP_MAX: usize = 5;

/// The most columns at the start of a row that are written again after a line feed and a carriage return: with
/// another movement it takes five bytes.
const MARGIN_MAX: usize = 2;

/// The attributes of SGR (ECMA-48, 8.3.117) and their codes.
const ATTRIBUTES: [(Modifier, u8); 9] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::RAPID_BLINK, 6),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

/// The attributes that are visible on a blank.
const ON_BLANKS: Modifier = Modifier::UNDERLINED
    .union(Modifier::REVERSED)
    .union(Modifier::CROSSED_OUT);

/// The most rows by which the cursor moves down with a line feed for each.
const LINE_FEEDS_MAX: usize = 3;
/// The most columns by which it moves back with a backspace for each: a sequence takes four bytes.
const BACKSPACES_MAX: usize = 3;

/// How the terminal draws the next character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Style {
    pub(super) const DEFAULT: Self = Self {
        fg: Color::Reset,
        bg: Color::Reset,
        modifier: Modifier::empty(),
    };

    pub(super) const fn of(cell: &Cell) -> Self {
        Self {
            fg: cell.fg,
            bg: cell.bg,
            modifier: cell.modifier,
        }
    }

    /// Whether this style draws the cell as its own style does.
    pub(super) fn draws(self, cell: &Cell) -> bool {
        let own = Self::of(cell);
        let is_plain = |it: Self| !it.modifier.intersects(ON_BLANKS);
        let is_plain_blank = cell.symbol() == " " && is_plain(self) && is_plain(own);
        self == own || is_plain_blank && self.bg == own.bg
    }
}

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
        if self.style.bg != Color::Reset || self.style.modifier.intersects(ON_BLANKS) {
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
        let from = self.cursor;
        if from == Some((x, y)) {
            return Ok(());
        }
        if let Some((start, line)) = from
            && line == y
            && let Some(cells) = self.gap(start, x, row)
        {
            return cells.iter().try_for_each(|cell| self.put(cell));
        }
        if let Some((start, line)) = from
            && start > x
            && y.checked_sub(line) == Some(1)
            && x <= MARGIN_MAX
            && let Some(cells) = self.gap(0, x, row)
        {
            self.cursor = Some((0, y));
            self.output.write_all(b"\r\n")?;
            return cells.iter().try_for_each(|cell| self.put(cell));
        }
        self.cursor = Some((x, y));
        let absolute = match x {
            0 => format!("\x1b[{}H", y + 1),
            _ => format!("\x1b[{};{}H", y + 1, x + 1),
        };
        let relative = from.and_then(|from| relative_movement(from, (x, y)));
        let shorter = relative.filter(|it| it.len() < absolute.len());
        write!(self.output, "{}", shorter.unwrap_or(absolute))
    }

    /// The cells between two columns, if they can be written again in the present style.
    fn gap<'row>(&self, start: usize, end: usize, row: &'row [Cell]) -> Option<&'row [Cell]> {
        let repeats = |cell: &Cell| has_known_width(cell.symbol()) && self.style.draws(cell);
        let cells = row.get(start..end)?;
        (cells.len() <= GAP_MAX && cells.iter().all(repeats)).then_some(cells)
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
        if style == Style::DEFAULT {
            self.style = style;
            return self.output.write_all(b"\x1b[m");
        }
        self.output.write_all(b"\x1b[")?;
        let mut separator = "";
        // Only a reset ends an attribute on every terminal.
        if !style.modifier.contains(self.style.modifier) {
            self.output.write_all(b"0")?;
            self.style = Style::DEFAULT;
            separator = ";";
        }
        let added = style.modifier.difference(self.style.modifier);
        for (_, code) in ATTRIBUTES.iter().filter(|(it, _)| added.contains(*it)) {
            write!(self.output, "{separator}{code}")?;
            separator = ";";
        }
        for (color, current, base) in [(style.fg, self.style.fg, 30), (style.bg, self.style.bg, 40)]
        {
            if color != current {
                write!(self.output, "{separator}")?;
                write_color(self.output, color, base)?;
                separator = ";";
            }
        }
        self.style = style;
        self.output.write_all(b"m")
    }
}

/// Moves the cursor within its row, or to one of the next rows. A line feed moves it down only, because
/// the terminal does not process the output.
fn relative_movement(from: (usize, usize), to: (usize, usize)) -> Option<String> {
    let down = to.1.checked_sub(from.1)?;
    if down > LINE_FEEDS_MAX {
        return None;
    }
    let mut movement = "\n".repeat(down);
    match (from.0, to.0) {
        (start, end) if start == end => {}
        (_, 0) => movement.push('\r'),
        (start, end) if start < end => movement += &columns_by(end - start, 'C'),
        (start, end) if start - end <= BACKSPACES_MAX => {
            movement += &"\u{8}".repeat(start - end);
        }
        (start, end) => movement += &columns_by(start - end, 'D'),
    }
    Some(movement)
}

fn columns_by(count: usize, direction: char) -> String {
    match count {
        1 => format!("\x1b[{direction}"),
        _ => format!("\x1b[{count}{direction}"),
    }
}

/// Writes the code of a colour: `base` is 30 for the foreground and 40 for the background.
fn write_color(output: &mut impl Write, color: Color, base: u8) -> io::Result<()> {
    let extended = base + 8;
    let bright = base + 60;
    let code = match color {
        Color::Reset => base + 9,
        Color::Black => base,
        Color::Red => base + 1,
        Color::Green => base + 2,
        Color::Yellow => base + 3,
        Color::Blue => base + 4,
        Color::Magenta => base + 5,
        Color::Cyan => base + 6,
        Color::Gray => base + 7,
        Color::DarkGray => bright,
        Color::LightRed => bright + 1,
        Color::LightGreen => bright + 2,
        Color::LightYellow => bright + 3,
        Color::LightBlue => bright + 4,
        Color::LightMagenta => bright + 5,
        Color::LightCyan => bright + 6,
        Color::White => bright + 7,
        Color::Indexed(index) => return write!(output, "{extended};5;{index}"),
        Color::Rgb(red, green, blue) => {
            return write!(output, "{extended};2;{red};{green};{blue}");
        }
    };
    write!(output, "{code}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

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
        assert_eq!(written(&[0, 6], &row), "␛[1Habcdefg");
        assert_eq!(written(&[0, 7], &row), "␛[1Ha␛[6Ch");
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
