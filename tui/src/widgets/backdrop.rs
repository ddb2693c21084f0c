//! What lies under a sheet.

use std::ops::Range;

use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
};

use crate::{layout, theme};

/// Columns beside a sheet that are clear.
const CLEAR: u16 = 2;
/// Rows of the header, its rule and the filters.
const TOP: u16 = 3;

/// Makes everything under a sheet step back, and clears two columns on both sides of it, with the texts
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
            let left = sheet.left().saturating_sub(CLEAR);
            let right = (sheet.right() + CLEAR).min(width);
            clear_with_cut_texts(row, left.into(), right.into());
        } else {
            row.iter_mut().for_each(Cell::reset);
        }
    }
}

/// Clears the columns from `left` to `right`, and the texts that they cut: part of a number would look
/// like another one.
fn clear_with_cut_texts(row: &mut [Cell], left: usize, right: usize) {
    for text in texts(row) {
        if text.start < right && text.end > left {
            row[text].iter_mut().for_each(Cell::reset);
        }
    }
    row[left..right].iter_mut().for_each(Cell::reset);
}

/// The texts of a row. Two blanks end a text.
fn texts(row: &[Cell]) -> Vec<Range<usize>> {
    let mut texts: Vec<Range<usize>> = Vec::new();
    let cells = row.iter().enumerate();
    for (at, _) in cells.filter(|(_, cell)| !matches!(cell.symbol(), " " | "│" | "┃")) {
        match texts.last_mut().filter(|text| text.end + 1 >= at) {
            Some(text) => text.end = at + 1,
            None => texts.push(at..at + 1),
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;

    use super::*;

    #[test]
    fn no_part_of_a_text_is_left_beside_a_sheet() {
        let cases = [
            (
                "Adam Arnoux  08 61 16 27 81  Livio",
                (15, 20),
                "Adam Arnoux                  Livio",
            ),
            (
                "Adam Arnoux  08 61 16 27 81  Livio",
                (3, 20),
                "                             Livio",
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
            ("ab  cd", (2, 4), "ab  cd"),
        ];
        for (text, (left, right), expected) in cases {
            let mut buffer = Buffer::with_lines([text]);
            clear_with_cut_texts(&mut buffer.content, left, right);
            assert_eq!(
                buffer,
                Buffer::with_lines([expected]),
                "{text} {left} {right}"
            );
        }
    }
}
