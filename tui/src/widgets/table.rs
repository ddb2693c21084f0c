//! The table of a list. Columns are as wide as what the page contains; a narrow table truncates texts,
//! then drops columns.

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
    record::table::{Cell, ColumnHeader, SIGN, Width},
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
/// Minimum width to which a text is truncated before a number is.
const SHORTEST_TEXT: u16 = 4;

/// A table without its rows.
pub struct Table<'a> {
    /// The headers of all columns.
    pub headers: &'a [&'static ColumnHeader],
    /// Their titles.
    pub title: &'a dyn Fn(&str) -> String,
    /// The column that orders the list, and whether the largest value comes first.
    pub order: (&'a str, bool),
    /// Whether the filter with this label is active.
    pub is_active: &'a dyn Fn(&str) -> bool,
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

/// The widths between which a column is drawn.
#[derive(Clone, Copy)]
struct Widths {
    least: u16,
    /// The width of most cells, up to the maximum of the column.
    wanted: u16,
    /// The width of the widest cell.
    whole: u16,
    is_text: bool,
}

impl Table<'_> {
    /// The index and the width of each column that is drawn in this width.
    #[must_use]
    pub fn columns(&self, rows: &[Vec<Cell>], width: u16) -> Vec<(usize, u16)> {
        let indices = (0..self.headers.len()).filter(|index| self.is_shown(*index, rows));
        let mut shown: Vec<_> = indices
            .map(|index| (index, self.widths(index, rows)))
            .collect();
        while total(shown.iter().map(|(_, widths)| widths.least)) > width {
            let rank = |(index, _): &(usize, Widths)| self.rank(*index);
            match shown.iter().map(rank).max() {
                Some(most) if most > 0 => shown.retain(|it| rank(it) < most),
                _ => break,
            }
        }
        let widths: Vec<_> = shown.iter().map(|(_, widths)| *widths).collect();
        let fitted = fitted_widths(&widths, width);
        let indices = shown.into_iter().map(|(index, _)| index);
        indices.zip(fitted).collect()
    }

    /// The rank at which a narrow table drops a column. The one that orders the list stays, except for the
    /// number: the order beside the filters says it in words.
    fn rank(&self, index: usize) -> u8 {
        let header = self.headers[index];
        let is_order = header.order == Some(self.order.0);
        if is_order && self.order.0 != "id" {
            0
        } else {
            header.drop
        }
    }

    /// Whether a column says something here.
    fn is_shown(&self, index: usize, rows: &[Vec<Cell>]) -> bool {
        let header = self.headers[index];
        let is_order = header.order == Some(self.order.0);
        let mut texts = rows.iter().map(|cells| &cells[index].text);
        let first = texts.next();
        let is_constant = first.is_some()
            && header.constant_under.iter().any(|it| (self.is_active)(it))
            && texts.all(|text| Some(text) == first);
        is_order || self.screen >= header.from && !is_constant
    }

    fn widths(&self, index: usize, rows: &[Vec<Cell>]) -> Widths {
        let title = layout::columns(&self.header_text(index));
        let mut cells: Vec<_> = rows.iter().map(|cells| cells[index].width()).collect();
        cells.sort_unstable();
        let whole = cells.last().copied().unwrap_or(0).max(title);
        match self.headers[index].width {
            Width::Fit(least) => {
                let width = whole.max(least);
                Widths {
                    least: width,
                    wanted: width,
                    whole: width,
                    is_text: false,
                }
            }
            // Without rows, the headers stand where they will with them.
            Width::Text(least, most) if rows.is_empty() => {
                let usual = least.midpoint(most).max(title);
                Widths {
                    least: least.max(title),
                    wanted: usual,
                    whole: usual,
                    is_text: true,
                }
            }
            Width::Text(least, most) => {
                // That of nine cells in ten.
                let usual = cells.get(cells.len() * 9 / 10).copied().unwrap_or(0);
                Widths {
                    least: least.min(whole).max(title),
                    wanted: usual.clamp(title, most.max(title)),
                    whole,
                    is_text: true,
                }
            }
        }
    }

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
                buffer.set_string(area.x, area.y, "▌", theme::accent());
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

/// Distributes the width of the table: each column has its minimum; then the first one, which is the name,
/// is brought to the width that it wants, then the others evenly, then all to their whole width. Without room
/// for the minimum, texts are truncated further, the widest first.
fn fitted_widths(columns: &[Widths], width: u16) -> Vec<u16> {
    let mut fitted: Vec<u16> = columns.iter().map(|it| it.least).collect();
    for _ in 0..total(fitted.iter().copied()).saturating_sub(width) {
        let texts = fitted.iter_mut().zip(columns);
        let texts = texts.filter(|(_, widths)| widths.is_text);
        match texts.map(|(width, _)| width).max_by_key(|width| **width) {
            Some(widest) if *widest > SHORTEST_TEXT => *widest -= 1,
            _ => return fitted,
        }
    }
    let mut room = width.saturating_sub(total(fitted.iter().copied()));
    for goal in [|it: &Widths| it.wanted, |it: &Widths| it.whole] {
        if let (Some(width), Some(first)) = (fitted.first_mut(), columns.first()) {
            let missing = goal(first).saturating_sub(*width).min(room);
            *width += missing;
            room -= missing;
        }
        widen_evenly(&mut fitted, columns, goal, &mut room);
    }
    fitted
}

/// Widens the columns that lack most of their goal, until there is no room.
fn widen_evenly(fitted: &mut [u16], columns: &[Widths], goal: fn(&Widths) -> u16, room: &mut u16) {
    while *room > 0 {
        let columns = fitted.iter_mut().zip(columns);
        let missing = columns.map(|(width, widths)| (goal(widths).saturating_sub(*width), width));
        match missing.max_by_key(|(missing, _)| *missing) {
            Some((1.., width)) => *width += 1,
            _ => return,
        }
        *room -= 1;
    }
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
