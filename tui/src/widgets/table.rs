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
/// Columns to the left of the first one, for the mark of the selected row.
const MARK: u16 = 2;

/// Minimum width to which a text is truncated before a number is.
const SHORTEST_TEXT: u16 = 4;

/// The index and the width of each column that fits. Columns of text are narrowed first, down to
/// their minimum; then the least important columns are dropped.
#[must_use]
pub fn columns(
    headers: &[&ColumnHeader],
    rows: &[Vec<Cell>],
    title: impl Fn(&str) -> String,
    order: (&str, bool),
    width: u16,
) -> Vec<(usize, u16)> {
    let least = |index: usize| match headers[index].width {
        Width::Share(least, _) => least,
        Width::Fit(least) => {
            let cells = rows.iter().map(|cells| layout::columns(&cells[index].text));
            let title = layout::columns(&header_text(headers[index], &title, order));
            cells.chain([least, title]).max().unwrap_or(least)
        }
    };
    let mut shown: Vec<_> = (0..headers.len())
        .map(|index| (index, least(index)))
        .collect();
    let total = |shown: &[(usize, u16)]| {
        let widths = shown.iter().map(|(_, width)| width.saturating_add(GAP));
        widths.fold(MARK, u16::saturating_add).saturating_sub(GAP)
    };
    while total(&shown) > width {
        let droppable = shown.iter().filter(|(index, _)| headers[*index].drop > 0);
        match droppable
            .max_by_key(|(index, _)| headers[*index].drop)
            .copied()
        {
            Some((index, _)) => shown.retain(|(other, _)| *other != index),
            None => break,
        }
    }
    let excess = total(&shown).saturating_sub(width);
    shorten_texts(headers, &mut shown, excess);
    let remaining = width.saturating_sub(total(&shown));
    let share = |index: usize| match headers[index].width {
        Width::Fit(_) => 0,
        Width::Share(_, share) => share,
    };
    let shares: u16 = shown.iter().map(|(index, _)| share(*index)).sum();
    for (index, width) in &mut shown {
        let part = u32::from(remaining) * u32::from(share(*index));
        let part = part.checked_div(shares.into()).unwrap_or(0);
        *width = width.saturating_add(u16::try_from(part).unwrap_or(u16::MAX));
    }
    shown
}

/// Takes terminal columns from the widest texts until all numbers fit.
fn shorten_texts(headers: &[&ColumnHeader], shown: &mut [(usize, u16)], excess: u16) {
    for _ in 0..excess {
        let is_text = |index: usize| matches!(headers[index].width, Width::Share(..));
        let texts = shown.iter_mut().filter(|(index, _)| is_text(*index));
        match texts.max_by_key(|(_, width)| *width) {
            Some((_, width)) if *width > SHORTEST_TEXT => *width -= 1,
            _ => return,
        }
    }
}

/// The title of a column, with an arrow if the column orders the list.
fn header_text(
    header: &ColumnHeader,
    title: impl Fn(&str) -> String,
    order: (&str, bool),
) -> String {
    let arrow = match order {
        (column, _) if header.order != Some(column) => "",
        (_, true) => " ▾",
        (_, false) => " ▴",
    };
    title(header.title) + arrow
}

/// Draws the headers, with an arrow at the column that orders the list.
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
        let text = header_text(header, &title, order);
        let style = if header.order == Some(order.0) {
            theme::ordered_header()
        } else {
            theme::label()
        };
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
        // Padding is not drawn, because a wide table consists mostly of padding.
        let text = fit(&cell.text, width);
        let indent = if headers[index].right {
            width.saturating_sub(layout::columns(&text))
        } else {
            0
        };
        let start = x.saturating_add(indent);
        let room = area.right().saturating_sub(start);
        write(buffer, (start, area.y), &text, room, theme::tone(cell.tone));
        x = x.saturating_add(width).saturating_add(GAP);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        messages::{Lang, Messages},
        record::{
            Record, Tab,
            fixtures::{client, collaborator, contract, event, now, time},
            table::CellContext,
        },
    };

    /// Records with the widest numbers, dates and phone numbers that the server accepts, between
    /// narrow ones.
    fn records(tab: Tab) -> [Record; 2] {
        use epic_events::{
            v1::{Client, Collaborator, Contract, Event},
            value::wire_time,
        };
        let at = Some(wire_time(time("2026-10-25T01:30:00Z")));
        match tab {
            Tab::Collaborators => [
                Record::Collaborator(collaborator()),
                Record::Collaborator(Collaborator {
                    client_count: 1_000,
                    phone: "+33 6 12 34 56 78 poste 1234".to_owned(),
                    ..collaborator()
                }),
            ],
            Tab::Clients => [
                Record::Client(client()),
                Record::Client(Client {
                    update_time: at,
                    phone: "+33 6 12 34 56 78 poste 1234".to_owned(),
                    ..client()
                }),
            ],
            Tab::Contracts => [
                Record::Contract(contract()),
                Record::Contract(Contract {
                    id: 1_234_567,
                    total_cents: 1_000_000_000_000,
                    remaining_cents: 1_000_000_000_000,
                    ..contract()
                }),
            ],
            Tab::Events => [
                Record::Event(event()),
                Record::Event(Event {
                    id: 1_234_567,
                    start_time: at,
                    attendees: 1_000_000,
                    ..event()
                }),
            ],
        }
    }

    #[test]
    fn numbers_are_never_cut() {
        for (lang, tab) in Lang::ALL
            .into_iter()
            .flat_map(|lang| Tab::ALL.map(|tab| (lang, tab)))
        {
            let (messages, now) = (Messages::new(lang), now());
            let context = CellContext {
                messages: &messages,
                now: &now,
            };
            let headers = (tab.screen().headers)();
            let rows = records(tab).map(|record| record.cells(&context));
            let order = (tab.screen().order.column, tab.screen().order.descending);
            // The widths of lists on screens of 60 to 200 columns, with and without the pane.
            for width in [59, 71, 79, 82, 99, 109, 122, 159, 162, 199] {
                let shown = columns(&headers, &rows, |id| messages.get(id), order, width);
                let used: u16 = shown.iter().map(|(_, width)| width + GAP).sum();
                assert!(used + MARK - GAP <= width, "{tab:?} at {width}: {used}");
                for (index, column) in shown {
                    let is_text = matches!(headers[index].width, Width::Share(..));
                    for text in rows.iter().map(|cells| &cells[index].text) {
                        let is_cut = fit(text, column) != *text;
                        assert!(is_text || !is_cut, "{text} in {lang:?} at {width}");
                    }
                }
            }
        }
    }

    const TEXT: ColumnHeader = ColumnHeader::share("text", 10, 1);
    const NUMBER: ColumnHeader = ColumnHeader::fit("number", 6);
    const OTHER: ColumnHeader = ColumnHeader::fit("other", 6).drop(1);

    /// The columns of a row with a text and two numbers, in tables from wide to narrow.
    #[test]
    fn texts_give_way_before_columns_are_dropped() {
        let headers = [&TEXT, &NUMBER, &OTHER];
        let rows = [["a title", "12345678", "1234567890"]
            .map(Cell::from)
            .to_vec()];
        let cases: [(u16, &[(usize, u16)]); 6] = [
            (60, &[(0, 36), (1, 8), (2, 10)]),
            (40, &[(0, 16), (1, 8), (2, 10)]),
            (34, &[(0, 10), (1, 8), (2, 10)]),
            (33, &[(0, 21), (1, 8)]),
            (19, &[(0, 7), (1, 8)]),
            (10, &[(0, 4), (1, 8)]),
        ];
        for (width, expected) in cases {
            let found = columns(&headers, &rows, str::to_owned, ("", false), width);
            assert_eq!(found, expected, "{width}");
        }
    }

    #[test]
    fn a_column_is_as_wide_as_its_header_with_the_arrow() {
        let header = ColumnHeader::fit("quantity", 3).ordered_by("quantity");
        let width = |order| columns(&[&header], &[], str::to_owned, (order, true), 80)[0].1;
        assert_eq!((width("quantity"), width("name")), (10, 8));
    }
}
