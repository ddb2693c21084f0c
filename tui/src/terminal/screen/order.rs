//! The order in which changed cells are written: row by row, or style by style, whichever takes fewer
//! bytes.
//!
//! A style with colours of 24 bits takes up to 38 bytes, a movement of the cursor about five: written row
//! by row, half of the bytes of a page would be colours.

use std::io;

use ratatui::buffer::Cell;

use super::{columns, encoder::Encoder, style::Style};

/// As many blanks are erased in place of being written: erasing them, and moving behind them, takes
/// about nine bytes.
const ERASED_MIN: usize = 9;
/// The same for blanks behind which nothing changes: the cursor moves anyway.
const LAST_ERASED_MIN: usize = 5;

/// A changed cell, with its column and row.
type Change<'cell> = (u16, u16, &'cell Cell);

/// Changed cells that follow each other in a row and are drawn in one style.
#[derive(Clone, Copy)]
struct Run<'cells> {
    cells: &'cells [Change<'cells>],
    style: Style,
    /// Whether it consists of blanks that are erased.
    is_erased: bool,
}

impl Run<'_> {
    fn row(&self) -> u16 {
        self.cells[0].1
    }

    fn start(&self) -> u16 {
        self.cells[0].0
    }

    /// The column behind its last cell.
    fn end(&self) -> u16 {
        self.cells
            .last()
            .map_or(0, |(x, _, cell)| x + columns(cell))
    }

    /// Whether it consists of blanks on the background of the terminal.
    fn is_blank(&self) -> bool {
        self.is_erased || self.cells.iter().all(is_plain_blank)
    }
}

fn is_plain_blank((_, _, cell): &Change<'_>) -> bool {
    cell.symbol() == " " && Style::DEFAULT.draws(cell)
}

/// The bytes that draw the changes, which are sorted by row and column. `rows` are the cells that the
/// screen shows afterwards.
pub(super) fn encode(
    changes: &[Change<'_>],
    rows: &[Vec<Cell>],
    width: usize,
) -> io::Result<Vec<u8>> {
    let mut runs = runs(changes);
    let by_row = written(runs.iter(), rows, width)?;
    join_blanks(&mut runs);
    let mut styles = Vec::new();
    for run in &runs {
        if !styles.contains(&run.style) {
            styles.push(run.style);
        }
    }
    let by_style = styles
        .iter()
        .flat_map(|style| runs.iter().filter(move |run| run.style == *style));
    let by_style = written(by_style, rows, width)?;
    Ok(if by_style.len() < by_row.len() {
        by_style
    } else {
        by_row
    })
}

/// Gives blanks on the background of the terminal the style of the nearest run in their row, or of the
/// run before: in a style of their own, the cursor would move to them once more.
fn join_blanks(runs: &mut [Run<'_>]) {
    let mut before: Option<Run<'_>> = None;
    for index in 0..runs.len() {
        let run = runs[index];
        if !run.is_blank() {
            if run.style.draws_plain_blanks() {
                before = Some(run);
            }
            continue;
        }
        let after = runs[index + 1..]
            .iter()
            .take_while(|it| it.row() == run.row())
            .find(|it| !it.is_blank() && it.style.draws_plain_blanks());
        let nearest = match (before, after) {
            (Some(before), Some(after)) => {
                let is_before = before.row() == run.row()
                    && run.start() - before.end() <= after.start() - run.end();
                Some(if is_before { before } else { *after })
            }
            (before, after) => before.or(after.copied()),
        };
        if let Some(nearest) = nearest {
            runs[index].style = nearest.style;
        }
    }
}

fn written<'runs>(
    runs: impl Iterator<Item = &'runs Run<'runs>>,
    rows: &[Vec<Cell>],
    width: usize,
) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width);
    for run in runs {
        for &(x, y, cell) in run.cells {
            let (x, y) = (usize::from(x), usize::from(y));
            if run.is_erased {
                encoder.erase(x, y, run.cells.len(), &rows[y])?;
                break;
            }
            encoder.write(x, y, cell, &rows[y])?;
        }
    }
    encoder.finish()?;
    Ok(bytes)
}

fn runs<'cells>(changes: &'cells [Change<'cells>]) -> Vec<Run<'cells>> {
    let adjacent = |left: &Change<'_>, right: &Change<'_>| {
        left.1 == right.1 && left.0 + columns(left.2) == right.0
    };
    let mut runs = Vec::new();
    for cells in changes.chunk_by(adjacent) {
        let mut rest = cells;
        while let Some((first, _)) = rest.split_first() {
            let blanks = rest.iter().take_while(|it| is_plain_blank(it)).count();
            let is_erased =
                blanks >= ERASED_MIN || blanks == rest.len() && blanks >= LAST_ERASED_MIN;
            let (length, style) = if is_erased {
                (blanks, Style::DEFAULT)
            } else {
                styled_run(rest, Style::of(first.2))
            };
            let (cells, others) = rest.split_at(length);
            runs.push(Run {
                cells,
                style,
                is_erased,
            });
            rest = others;
        }
    }
    runs
}

/// The length and the style of the run at the start of the cells. Blanks at its start have the style of
/// what follows, if that draws them.
fn styled_run(cells: &[Change<'_>], first: Style) -> (usize, Style) {
    let mut style = first;
    let mut blanks = 0;
    let last_blanks = cells
        .iter()
        .rev()
        .take_while(|it| is_plain_blank(it))
        .count();
    let cells = if last_blanks >= LAST_ERASED_MIN {
        &cells[..cells.len() - last_blanks]
    } else {
        cells
    };
    for (index, change) in cells.iter().enumerate() {
        blanks = if is_plain_blank(change) {
            blanks + 1
        } else {
            0
        };
        if blanks == ERASED_MIN {
            return (index + 1 - ERASED_MIN, style);
        }
        if style.draws(change.2) {
            continue;
        }
        let own = Style::of(change.2);
        let is_leading = cells[..index].iter().all(|it| it.2.symbol() == " ");
        if !is_leading || !cells[..index].iter().all(|it| own.draws(it.2)) {
            return (index, style);
        }
        style = own;
    }
    (cells.len(), style)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::num::NonZero;

    use ratatui::{
        buffer::Buffer,
        layout::Rect,
        style::{Color, Modifier, Style},
    };

    use super::*;

    const AREA: Rect = Rect::new(0, 0, 30, 8);

    /// Pseudo-random numbers (Numerical Recipes, section 7.1).
    struct Random(u32);

    impl Random {
        fn below(&mut self, end: u32) -> u32 {
            self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (self.0 >> 16) % end
        }
    }

    /// Words and blanks in a few styles.
    fn frame(random: &mut Random) -> Buffer {
        let styles = [
            Style::new(),
            Style::new().fg(Color::Rgb(216, 217, 222)),
            Style::new().fg(Color::Rgb(154, 156, 166)),
            Style::new()
                .fg(Color::Indexed(3))
                .bg(Color::Rgb(41, 50, 80)),
            Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            Style::new().add_modifier(Modifier::REVERSED),
        ];
        let mut buffer = Buffer::empty(AREA);
        for _ in 0..30 {
            let (x, y) = (random.below(30), random.below(8));
            let length = usize::try_from(random.below(20)).unwrap();
            let (text, style) = (["ab●", "   "][random.below(2) as usize], random.below(6));
            let text: String = text.chars().cycle().take(length).collect();
            let (x, y) = (u16::try_from(x).unwrap(), u16::try_from(y).unwrap());
            buffer.set_string(x, y, text, styles[style as usize]);
        }
        buffer
    }

    fn vt100_color(color: Color) -> vt100::Color {
        match color {
            Color::Indexed(index) => vt100::Color::Idx(index),
            Color::Rgb(red, green, blue) => vt100::Color::Rgb(red, green, blue),
            _ => vt100::Color::Default,
        }
    }

    fn assert_shown(emulator: &vt100::Screen, expected: &Buffer, step: u32) {
        for y in 0..AREA.height {
            for x in 0..AREA.width {
                let (shown, cell) = (emulator.cell(y, x).unwrap(), &expected[(x, y)]);
                let symbol = if shown.has_contents() {
                    shown.contents()
                } else {
                    " "
                };
                assert_eq!(symbol, cell.symbol(), "{x}, {y} of frame {step}");
                let attributes = |it: Modifier| cell.modifier.contains(it);
                assert_eq!(shown.bgcolor(), vt100_color(cell.bg), "{x}, {y} of {step}");
                assert_eq!(shown.inverse(), attributes(Modifier::REVERSED));
                assert_eq!(shown.underline(), attributes(Modifier::UNDERLINED));
                if symbol != " " {
                    assert_eq!(shown.fgcolor(), vt100_color(cell.fg), "{x}, {y} of {step}");
                    assert_eq!(shown.bold(), attributes(Modifier::BOLD));
                }
            }
        }
    }

    #[test]
    fn every_order_shows_the_same() {
        let mut random = Random(7);
        let (height, width) = (NonZero::new(8).unwrap(), NonZero::new(30).unwrap());
        let mut emulators = [(); 3].map(|()| vt100::Parser::new(height, width, 0));
        let mut shown = Buffer::empty(AREA);
        for step in 0..300 {
            let next = frame(&mut random);
            let changes = shown.diff(&next);
            let rows: Vec<_> = next.content.chunks(30).map(<[Cell]>::to_vec).collect();
            let runs = runs(&changes);
            let by_row = written(runs.iter(), &rows, 30).unwrap();
            let backwards = written(runs.iter().rev(), &rows, 30).unwrap();
            let shortest = encode(&changes, &rows, 30).unwrap();
            assert!(shortest.len() <= by_row.len());
            for (emulator, bytes) in emulators.iter_mut().zip([by_row, backwards, shortest]) {
                emulator.process(&bytes);
                assert_shown(emulator.screen(), &next, step);
            }
            shown = next;
        }
    }

    #[test]
    fn a_page_in_few_styles_sets_each_once() {
        let columns = [Color::Rgb(216, 217, 222), Color::Rgb(154, 156, 166)];
        let mut page = Buffer::empty(AREA);
        for y in 0..AREA.height {
            for (x, color) in [2, 18].into_iter().zip(columns) {
                page.set_string(x, y, "Concert", Style::new().fg(color));
            }
        }
        let rows: Vec<_> = page.content.chunks(30).map(<[Cell]>::to_vec).collect();
        let bytes = encode(&Buffer::empty(AREA).diff(&page), &rows, 30).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.matches("38;2;").count(), 2, "{text:?}");
        assert_eq!(text.matches("Concert").count(), 16, "{text:?}");
    }
}
