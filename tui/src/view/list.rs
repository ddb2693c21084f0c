//! A tab: its filters and search line, the table, and the record pane.

use jiff::civil::Date;
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    widgets::{Scrollbar, ScrollbarOrientation, ScrollbarState, StatefulWidget},
};

use super::{empty, filters, pane};
use crate::{
    app::{
        model::Model,
        overlay::draw::spinner,
        tab::list::{Criteria, List, Place},
    },
    layout::{Areas, line},
    messages::Arg,
    record::{
        Record,
        table::{Cell, ColumnHeader},
    },
    theme,
    widgets::table::{Selection, Table, complete_amounts, write_days_once},
};

/// Draws the current tab. Returns the position of the cursor if the search line has the focus.
pub(super) fn draw(model: &Model, areas: &Areas, buffer: &mut Buffer) -> Option<Position> {
    let cursor = filters::draw(model, areas.chips, buffer);
    rows(model, areas, buffer);
    pane::draw(model, areas, buffer);
    cursor
}

/// The rows on the screen, and the widths of their columns.
struct Rows {
    headers: Vec<&'static ColumnHeader>,
    cells: Vec<Vec<Cell>>,
    columns: Vec<(usize, u16)>,
}

/// The cells of records in the columns for which this screen has room.
fn cells_of(model: &Model, records: &[Record]) -> Vec<Vec<Cell>> {
    let order = Some(model.list().criteria.order.column);
    let is_shown = |header: &ColumnHeader| header.is_on(model.size.0) || header.order == order;
    let context = model.context().cells();
    let records = records.iter();
    let mut cells: Vec<_> = records
        .map(|it| it.cells_where(is_shown, &context))
        .collect();
    complete_amounts(&mut cells);
    cells
}

impl Rows {
    fn new(model: &Model, areas: &Areas) -> Self {
        let list = model.list();
        let headers = (list.tab.screen().headers)();
        let on_screen = list.screen_rows(areas.rows.height.into());
        let sampled = list.sample();
        let mut sample = cells_of(model, &list.records[sampled.clone()]);
        let columns = |cells: &[Vec<Cell>], sample: &[Vec<Cell>]| {
            with_table(model, &headers, |table| {
                // A blank parts the last column from the scroll bar.
                table.columns(cells, sample, areas.rows.width.saturating_sub(1))
            })
        };
        // Near the first record, or the last one of a list that is loaded from there, the sample contains the
        // rows on the screen.
        let is_sampled = sampled.start <= on_screen.start && on_screen.end <= sampled.end;
        let (columns, mut cells) = if is_sampled {
            let on_screen = on_screen.start - sampled.start..on_screen.end - sampled.start;
            let columns = columns(&sample[on_screen.clone()], &sample);
            (columns, sample.drain(on_screen).collect())
        } else {
            let cells = cells_of(model, &list.records[on_screen]);
            (columns(&cells, &sample), cells)
        };
        let order = Some(list.criteria.order.column);
        if let Some(column) = headers.iter().position(|it| it.order == order) {
            write_days_once(&mut cells, column);
        }
        Self {
            headers,
            cells,
            columns,
        }
    }
}

fn with_table<T>(
    model: &Model,
    headers: &[&'static ColumnHeader],
    run: impl FnOnce(&Table<'_>) -> T,
) -> T {
    let Criteria {
        order,
        shows_order,
        filters,
        parent,
        ..
    } = &model.list().criteria;
    let parent = parent.as_ref().map(|(parent, _)| *parent);
    let is_active = |label: &&str| filters.iter().any(|filter| filter.label == *label);
    run(&Table {
        headers,
        title: &|id| model.messages.get(id),
        order: (order.column, order.descending),
        shows_order: *shows_order,
        is_constant: &|header| {
            header.constant_under.iter().any(is_active) || parent.is_some_and(header.constant_of)
        },
        screen: model.size.0,
    })
}

/// The name in `order_by` of the header in this terminal column.
pub(super) fn order_at(model: &Model, areas: &Areas, column: u16) -> Option<&'static str> {
    let rows = Rows::new(model, areas);
    let x = column.checked_sub(areas.column_headers.x)?;
    let index = Table::column_at(&rows.columns, x)?;
    rows.headers[index].order
}

/// The first terminal column of the header that orders the list, if a column does.
pub(super) fn order_column(model: &Model, areas: &Areas) -> Option<u16> {
    let rows = Rows::new(model, areas);
    let order = model.list().criteria.order.column;
    let position = |it: &(usize, u16)| rows.headers[it.0].order == Some(order);
    let index = rows.columns.iter().position(position)?;
    Some(areas.column_headers.x + Table::start_of(&rows.columns, index))
}

fn rows(model: &Model, areas: &Areas, buffer: &mut Buffer) {
    let list = model.list();
    let rows = Rows::new(model, areas);
    let shows_records = model.context().shows_records();
    with_table(model, &rows.headers, |table| {
        table.draw_headers(areas.column_headers, &rows.columns, buffer);
        let lines = list.lines().zip(&rows.cells);
        for ((index, y, month), cells) in lines.take_while(|_| shows_records) {
            let y = u16::try_from(y).unwrap_or(u16::MAX);
            let area = line(areas.rows, y);
            if let Some(month) = month {
                let name = month_name(model, month);
                Table::draw_rule(line(areas.rows, y - 1), &rows.columns, &name, buffer);
            }
            let selection = match (list.row == Some(index), list.searching || model.opened) {
                (false, _) => Selection::None,
                (true, false) => Selection::Front,
                (true, true) => Selection::Behind,
            };
            let look = (selection, index % 2 == 1);
            table.draw_row(area, &rows.columns, cells, look, buffer);
            if list.kept_row() == Some(index) {
                let note = model.messages.get("row-kept");
                Table::draw_note(area, &rows.columns, &note, buffer);
            }
        }
    });
    if list.records.is_empty() || !shows_records {
        empty::draw(model, &rows.columns, areas.rows, buffer);
    }
    scroll_bar(list, areas.scroll, buffer);
}

/// The name of a month, with the year if it is not the current one.
fn month_name(model: &Model, month: Date) -> String {
    let name = model.messages.month(month);
    if month.year() == model.now.year() {
        name
    } else {
        format!("{name} {}", month.year())
    }
}

/// The scroll bar, which is also the left edge of the record pane.
fn scroll_bar(list: &List, area: Rect, buffer: &mut Buffer) {
    let total = list.total.map_or(0, |(total, _)| total);
    let total = usize::try_from(total).unwrap_or(usize::MAX);
    let visible = usize::from(area.height);
    // Near the end of a list of unknown length, the rows before are at least as many as are known.
    let before = list.rows_before();
    let before = before.unwrap_or_else(|| total.saturating_sub(list.records.len()));
    let top = before.saturating_add(list.top);
    let mut state = ScrollbarState::new(total.saturating_sub(visible).max(1))
        .viewport_content_length(visible)
        .position(top);
    let thumb = if total > visible { "┃" } else { "│" };
    let thumb_style = if total > visible {
        theme::accent()
    } else {
        theme::faint()
    };
    Scrollbar::new(ScrollbarOrientation::VerticalRight)
        .begin_symbol(None)
        .end_symbol(None)
        .track_symbol(Some("│"))
        .thumb_symbol(thumb)
        .track_style(theme::faint())
        .thumb_style(thumb_style)
        .render(area, buffer, &mut state);
}

/// The selected row and the total, "2 of 3,014", with a spinner while a response is slow. Empty for an
/// empty list.
pub(super) fn position(model: &Model) -> String {
    let list = model.list();
    let total = list.total.filter(|_| model.context().shows_records());
    let Some(total) = total.filter(|(total, _)| *total > 0) else {
        return format!("{} ", spinner(&model.context()));
    };
    let count = |rows: usize| model.messages.count(u64::try_from(rows).unwrap_or(0));
    let row = match list.place() {
        Place::Unknown => "–".to_owned(),
        Place::Number(number) => count(number),
        Place::BeforeEnd(0) => model.messages.get("position-end"),
        Place::BeforeEnd(rows) => {
            let args = [("rows", Arg::Text(&count(rows)))];
            model.messages.with("position-before-end", &args)
        }
    };
    let total = model.messages.total(total);
    let args = [("row", Arg::Text(&row)), ("total", Arg::Text(&total))];
    let position = model.messages.with("position", &args);
    format!("{} {position} ", spinner(&model.context()))
}
