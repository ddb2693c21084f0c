//! The table of a list. Columns share the width; a narrow table drops columns.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};

use super::text::{fit, pad};
use crate::{
    layout,
    record::table::{Cell, ColumnHeader, Width},
    theme,
};

/// Columns between two columns.
const GAP: u16 = 2;
/// Columns before the first one, for the mark of the selected row.
const MARK: u16 = 2;

/// The index and the width of each column that fits.
#[must_use]
pub fn columns(headers: &[&ColumnHeader], width: u16) -> Vec<(usize, u16)> {
    let mut shown: Vec<usize> = (0..headers.len()).collect();
    let least = |index: &usize| match headers[*index].width {
        Width::Fixed(width) | Width::Share(width, _) => width + GAP,
    };
    while shown.iter().map(least).sum::<u16>() + MARK > width + GAP {
        let droppable = shown
            .iter()
            .copied()
            .filter(|&index| headers[index].drop > 0);
        match droppable.max_by_key(|&index| headers[index].drop) {
            Some(index) => shown.retain(|&other| other != index),
            None => break,
        }
    }
    let remaining = (width + GAP).saturating_sub(shown.iter().map(least).sum::<u16>() + MARK);
    let share = |index: &usize| match headers[*index].width {
        Width::Fixed(_) => 0,
        Width::Share(_, share) => share,
    };
    let shares: u16 = shown.iter().map(share).sum();
    let extra = |index: &usize| (remaining * share(index)).checked_div(shares).unwrap_or(0);
    shown
        .iter()
        .map(|index| (*index, least(index) - GAP + extra(index)))
        .collect()
}

/// Draws the headers; an arrow marks the column that orders the list.
pub fn draw_headers(
    area: Rect,
    headers: &[&ColumnHeader],
    columns: &[(usize, u16)],
    title: impl Fn(&str) -> String,
    order: (&str, bool),
    buffer: &mut Buffer,
) {
    let mut spans = vec![Span::raw(" ".repeat(MARK.into()))];
    for &(index, width) in columns {
        let header = headers[index];
        let mut text = title(header.title);
        let mut style = theme::label();
        if header.order == Some(order.0) {
            text += if order.1 { " ▾" } else { " ▴" };
            style = theme::ordered_header();
        }
        spans.push(Span::styled(pad(&text, width, header.right), style));
        spans.push(Span::raw(" ".repeat(GAP.into())));
    }
    Line::from(spans).render(area, buffer);
}

/// Draws a row.
pub fn draw_row(
    area: Rect,
    headers: &[&ColumnHeader],
    columns: &[(usize, u16)],
    cells: &[Cell],
    selected: bool,
    buffer: &mut Buffer,
) {
    if selected {
        buffer.set_string(area.x, area.y, "▌", theme::accent());
    }
    let mut x = area.x + MARK;
    for &(index, width) in columns {
        let cell = &cells[index];
        // Padding is not drawn, because it is most of a wide table.
        let text = fit(&cell.text, width);
        let indent = if headers[index].right {
            width.saturating_sub(layout::columns(&text))
        } else {
            0
        };
        let room = area.right().saturating_sub(x + indent);
        write(
            buffer,
            (x + indent, area.y),
            &text,
            room,
            theme::tone(cell.tone),
        );
        x += width + GAP;
    }
    if selected {
        buffer.set_style(area, theme::selected());
    }
}

/// Writes a text of one line. ASCII text, the most frequent case, needs no lookup of each
/// character's width, which matters because a frame of a list has thousands of cells.
fn write(buffer: &mut Buffer, (x, y): (u16, u16), text: &str, room: u16, style: Style) {
    if !text.is_ascii() {
        buffer.set_stringn(x, y, text, room.into(), style);
        return;
    }
    for (x, letter) in (x..x + room).zip(text.chars()) {
        if let Some(cell) = buffer.cell_mut((x, y)) {
            cell.set_char(letter).set_style(style);
        }
    }
}
