//! What lies under a sheet.

use std::ops::Range;

use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
};

use crate::{layout, theme};

/// Rows of the header, its rule and the filters.
const TOP: u16 = 3;

/// Makes everything under a sheet step back, and clears two columns on both sides of it, with the words
/// that this cuts. On a narrow screen it clears the rows beside it, where only fragments would remain.
pub(crate) fn fade_behind(screen: (u16, u16), sheet: Rect, buffer: &mut Buffer) {
    let width = buffer.area.width.max(1);
    for (index, cell) in buffer.content.iter_mut().enumerate() {
        theme::fade(cell, index < usize::from(TOP * width));
    }
    let sheet = sheet.intersection(buffer.area);
    for y in sheet.top()..sheet.bottom() {
        let start = usize::from(y) * usize::from(width);
        let row = &mut buffer.content[start..start + usize::from(width)];
        if layout::has_pane(screen) {
            let left = sheet.left().saturating_sub(layout::CLEAR);
            let right = (sheet.right() + layout::CLEAR).min(width);
            clear_with_cut_words(row, left.into(), right.into());
        } else {
            row.iter_mut().for_each(Cell::reset);
        }
    }
}

/// Clears the columns from `left` to `right`, and the words that they cut: part of a number would look
/// like another one.
fn clear_with_cut_words(row: &mut [Cell], left: usize, right: usize) {
    for part in parts(row) {
        if part.start < right && part.end > left {
            row[part].iter_mut().for_each(Cell::reset);
        }
    }
    row[left..right].iter_mut().for_each(Cell::reset);
}

/// The parts of a row that stay or go as a whole: words, numbers with the blanks and the unit that belong to
/// them, and signs with the word after them.
fn parts(row: &[Cell]) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let cells = row.iter().enumerate();
    for (at, cell) in cells.filter(|(_, cell)| !matches!(cell.symbol(), " " | "│" | "┃")) {
        let end = at + usize::from(layout::columns(cell.symbol()).max(1));
        let end = end.min(row.len());
        let continues = |part: &Range<usize>| match at.saturating_sub(part.end) {
            0 => true,
            1 => {
                let (last, next) = (row[part.end - 1].symbol(), cell.symbol());
                let is_number = is_digit(next) || UNITS.contains(&next);
                is_digit(last) && is_number || SIGNS.contains(&last)
            }
            _ => false,
        };
        match parts.last_mut().filter(|part| continues(part)) {
            Some(part) => part.end = end,
            None => parts.push(at..end),
        }
    }
    parts
}

/// The signs of states, which say nothing without their word.
const SIGNS: [&str; 6] = ["●", "○", "✓", "✗", "!", "⊘"];

/// The units that say nothing without their number.
const UNITS: [&str; 2] = ["€", "%"];

fn is_digit(symbol: &str) -> bool {
    symbol.starts_with(|letter: char| letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;

    use super::*;

    #[test]
    fn no_part_of_a_word_is_left_beside_a_sheet() {
        let cases = [
            (
                "Adam Arnoux  08 61 16 27 81  Livio",
                (15, 20),
                "Adam Arnoux                  Livio",
            ),
            (
                "Adam Arnoux  08 61 16 27 81  Livio",
                (6, 20),
                "Adam                         Livio",
            ),
            (
                "Adam Arnoux  08 61 16 27 81  Livio",
                (11, 28),
                "Adam Arnoux                  Livio",
            ),
            (
                "Adam Arnoux  08 61 16 27 81  Livio",
                (0, 34),
                "                                  ",
            ),
            (
                "Mariage Besse  ● signed  148 100 €",
                (10, 18),
                "Mariage                  148 100 €",
            ),
            (
                "Mariage Besse  ○ to sign  148 100 €",
                (20, 28),
                "Mariage Besse  ○ to                ",
            ),
            ("王小明  cd", (5, 8), "        cd"),
            ("ab  cd", (2, 4), "ab  cd"),
        ];
        for (text, (left, right), expected) in cases {
            let mut buffer = Buffer::with_lines([text]);
            clear_with_cut_words(&mut buffer.content, left, right);
            assert_eq!(
                buffer,
                Buffer::with_lines([expected]),
                "{text} {left} {right}"
            );
        }
    }
}
