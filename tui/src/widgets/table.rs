//! The table of a list.

mod columns;

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
    record::table::{Cell, ColumnHeader, SIGN},
    theme,
};

/// Columns between two columns.
const GAP: u16 = 2;
/// Columns to the left of the first one, for the mark of the selected row.
const MARK: u16 = 2;
/// Columns of a rule before its name.
const RULE: u16 = 2;
/// Minimum width of a screen on which every second row has a ground of its own, which leads the eye from
/// the first column to the last.
const STRIPED: u16 = 150;
/// A table without its rows.
pub struct Table<'a> {
    /// The headers of all columns.
    pub headers: &'a [&'static ColumnHeader],
    /// Their titles.
    pub title: &'a dyn Fn(&str) -> String,
    /// The column that orders the list, and whether the largest value comes first.
    pub order: (&'a str, bool),
    /// Whether that column is shown also on a screen that is too narrow for it otherwise.
    pub shows_order: bool,
    /// Whether a filter or the parent of the list gives all cells of a column the same text.
    pub is_constant: &'a dyn Fn(&ColumnHeader) -> bool,
    /// The width of the screen.
    pub screen: u16,
}

/// Adds the cents to all amounts of a column if one of them is not a whole number of euros.
pub fn complete_amounts(rows: &mut [Vec<Cell>]) {
    for column in 0..rows.first().map_or(0, Vec::len) {
        if rows.iter().any(|cells| cells[column].needs_decimals()) {
            for cells in &mut *rows {
                let cell = &mut cells[column];
                cell.text.push_str(&cell.decimals);
                cell.decimals.clear();
            }
        }
    }
}

/// Leaves out the day of a row of this column if it is that of the row above.
pub fn write_days_once(rows: &mut [Vec<Cell>], column: usize) {
    let day = |cells: &[Cell]| {
        let cell = &cells[column];
        cell.text[..cell.day].to_owned()
    };
    for row in (1..rows.len()).rev() {
        if day(&rows[row]) == day(&rows[row - 1]) {
            let cell = &mut rows[row][column];
            cell.text.drain(..std::mem::take(&mut cell.day));
        }
    }
}

impl Table<'_> {
    /// The title of a column, with an arrow if the column orders the list.
    fn header_text(&self, index: usize) -> String {
        let header = self.headers[index];
        let arrow = match self.order {
            (column, _) if header.order != Some(column) => "",
            (_, true) => " ↓",
            (_, false) => " ↑",
        };
        (self.title)(header.title) + arrow
    }

    /// The index of the column at this terminal column of the table.
    #[must_use]
    pub fn column_at(columns: &[(usize, u16)], x: u16) -> Option<usize> {
        let mut columns = columns.iter().scan(MARK, |start, &(index, width)| {
            let range = *start..*start + width;
            *start = range.end + GAP;
            Some((index, range))
        });
        let found = columns.find(|(_, range)| range.contains(&x));
        found.map(|(index, _)| index)
    }

    /// The first terminal column of the column at this position.
    #[must_use]
    pub fn start_of(columns: &[(usize, u16)], position: usize) -> u16 {
        let before = columns.iter().take(position);
        before.fold(MARK, |start, (_, width)| start + width + GAP)
    }

    /// Draws the headers, with an arrow at the column that orders the list.
    pub fn draw_headers(&self, area: Rect, columns: &[(usize, u16)], buffer: &mut Buffer) {
        let mut spans = vec![Span::raw(" ".repeat(MARK.into()))];
        for &(index, width) in columns {
            let header = self.headers[index];
            let style = if header.order == Some(self.order.0) {
                theme::strong()
            } else {
                theme::muted()
            };
            let text = pad(&self.header_text(index), width, header.right);
            spans.push(Span::styled(text, style));
            spans.push(Span::raw(" ".repeat(GAP.into())));
        }
        Line::from(spans).render(area, buffer);
    }

    /// Draws a row; every second one is striped.
    pub fn draw_row(
        &self,
        area: Rect,
        columns: &[(usize, u16)],
        cells: &[Cell],
        (selection, is_striped): (Selection, bool),
        buffer: &mut Buffer,
    ) {
        let mut x = area.x + MARK;
        for (position, &(index, width)) in columns.iter().enumerate() {
            let style = match selection {
                Selection::None => theme::tone(cells[index].tone),
                _ if position == 0 => theme::strong(),
                _ => theme::tone(cells[index].tone),
            };
            let room = width.min(area.right().saturating_sub(x));
            let right = self.headers[index].right;
            draw_cell((x, area.y), &cells[index], style, (room, right), buffer);
            x = x.saturating_add(width).saturating_add(GAP);
        }
        match selection {
            Selection::None if is_striped && self.screen >= STRIPED => {
                buffer.set_style(area, theme::stripe());
            }
            Selection::None => {}
            Selection::Front => {
                buffer.set_string(area.x, area.y, theme::MARK, theme::accent());
                super::select(area, buffer);
            }
            Selection::Behind => buffer.set_style(area, theme::selected_behind()),
        }
    }

    /// Draws a rule with a name between two rows: `── December ─────`.
    pub fn draw_rule(area: Rect, columns: &[(usize, u16)], name: &str, buffer: &mut Buffer) {
        let width = total(columns.iter().map(|(_, width)| *width)).min(area.width);
        let name = fit(name, width.saturating_sub(MARK + RULE + 2));
        let used = MARK + RULE + 2 + layout::columns(&name);
        let rest = width.saturating_sub(used);
        let spans = vec![
            Span::raw(" ".repeat(MARK.into())),
            Span::styled("─".repeat(RULE.into()), theme::faint()),
            Span::styled(format!(" {name} "), theme::muted()),
            Span::styled("─".repeat(rest.into()), theme::faint()),
        ];
        Line::from(spans).render(area, buffer);
    }

    /// Draws a note over a row, in place of as many columns after the first as it needs.
    pub fn draw_note(area: Rect, columns: &[(usize, u16)], note: &str, buffer: &mut Buffer) {
        let (Some((_, first)), needed) = (columns.first(), layout::columns(note)) else {
            return;
        };
        let start = MARK.saturating_add(*first).saturating_add(GAP);
        let mut room: u16 = 0;
        for (position, (_, width)) in columns.iter().enumerate().skip(1) {
            if room < needed {
                let gap = if position == 1 { 0 } else { GAP };
                room = room.saturating_add(gap).saturating_add(*width);
            }
        }
        let room = room.min(area.width.saturating_sub(start));
        let text = pad(&fit(note, room), room, false);
        buffer.set_string(area.x + start, area.y, text, theme::muted());
    }
}

/// Whether a row is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// It is not.
    None,
    /// It is, in a list that receives keys.
    Front,
    /// It is, in a list that does not.
    Behind,
}

/// Draws a cell within this many columns, to the right of them if asked. Padding is not drawn, because a
/// wide table consists mostly of padding.
fn draw_cell(
    (x, y): (u16, u16),
    cell: &Cell,
    style: Style,
    (room, right): (u16, bool),
    buffer: &mut Buffer,
) {
    let mut start = x;
    if let Some(sign) = cell.sign {
        write(buffer, (x, y), sign.symbol(), theme::tone(sign.tone()));
        start += SIGN;
    }
    let room = room.saturating_sub(start - x);
    let text = fit(&cell.text, room);
    if right {
        start += room.saturating_sub(layout::columns(&text));
    }
    write(buffer, (start, y), &text, style);
}

/// The width of columns with their gaps.
fn total(widths: impl Iterator<Item = u16>) -> u16 {
    let sum = widths.fold(MARK, |sum, width| {
        sum.saturating_add(width).saturating_add(GAP)
    });
    sum.saturating_sub(GAP)
}

/// Writes a text of one line. ASCII text, the most frequent case, needs no lookup of each
/// character's width, which matters because a frame of a list has thousands of cells.
fn write(buffer: &mut Buffer, (x, y): (u16, u16), text: &str, style: Style) {
    if !text.is_ascii() {
        buffer.set_string(x, y, text, style);
        return;
    }
    for (x, letter) in (x..).zip(text.chars()) {
        if let Some(cell) = buffer.cell_mut((x, y)) {
            cell.set_char(letter).set_style(style);
        }
    }
}

#[cfg(test)]
mod tests;
