//! A tab: its filters and search line, the table, and the record pane.

use ratatui::{
    buffer::Buffer,
    layout::{Alignment, Position, Rect},
    text::{Line, Span},
    widgets::{
        Block, BorderType, Clear, Padding, Scrollbar, ScrollbarOrientation, ScrollbarState,
        StatefulWidget, Widget,
    },
};

use crate::{
    app::{model::Model, network::owner::RequestKind, overlay::draw::spinner, tab::list::List},
    layout::{self, Areas},
    messages::Arg,
    record::{Record, table::PaneRow},
    screens::spec::too_long,
    theme,
    widgets::{
        input, table,
        text::{fit, wrap},
    },
};

/// Draws the current tab. Returns the position of the cursor if the search line has the focus.
pub(super) fn draw(model: &Model, areas: &Areas, buffer: &mut Buffer) -> Option<Position> {
    let cursor = chips(model, areas.chips, buffer);
    rows(model, areas, buffer);
    Line::raw(position(model))
        .right_aligned()
        .render(areas.status, buffer);
    let beside = areas.pane.unwrap_or_default();
    match model.selected() {
        Some(record) if !beside.is_empty() => pane(model, record, beside, false, buffer),
        Some(record) if model.opened => {
            let body = areas.column_headers.union(areas.rows);
            let width = model.size.0.saturating_sub(4).min(76);
            let over = Rect {
                x: (model.size.0 - width) / 2,
                width,
                ..body
            };
            pane(model, record, over, true, buffer);
        }
        _ => {}
    }
    cursor
}

fn count_suffix(model: &Model, count: Option<(u64, bool)>) -> String {
    count.map_or_else(String::new, |(count, is_lower_bound)| {
        let more = if is_lower_bound { "+" } else { "" };
        format!(" {}{more}", model.messages.count(count))
    })
}

/// Draws the filters and the search line.
fn chips(model: &Model, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let list = model.list();
    let searching = list.searching || !list.search.value().is_empty();
    let label = model.messages.get("search-label");
    let search_width = if searching {
        layout::columns(&label) + 22
    } else {
        0
    };
    let mut all = Vec::new();
    let mut chip = |label: String, count: String, on: bool| all.push((label, count, on));
    if let Some((_, name)) = &list.criteria.parent {
        let of = model
            .messages
            .with("filter-parent", &[("name", Arg::Text(name))]);
        chip(fit(&of, 30), String::new(), true);
    }
    let is_unfiltered = list.criteria.filters.is_empty() && list.criteria.parent.is_none();
    chip(
        model.messages.get("filter-all"),
        count_suffix(model, list.counts[0]),
        is_unfiltered,
    );
    let role = model.me.as_ref().map(epic_events::v1::Me::role);
    for (index, filter) in list.tab.screen().filters.iter().enumerate() {
        if role.is_some_and(|role| (filter.for_role)(role)) {
            let count = count_suffix(model, list.counts[index + 1]);
            let on = list.criteria.filters.contains(&filter);
            chip(model.messages.get(filter.label), count, on);
        }
    }
    let width = search_width.min(area.width / 2);
    let room = area.width.saturating_sub(width + 2);
    if list.search_is_too_long() {
        let sentence = fit(&too_long(&model.messages), room);
        Line::styled(sentence, theme::warning()).render(area, buffer);
    } else {
        Line::from(fit_chips(all, room)).render(area, buffer);
    }
    if !searching {
        return None;
    }
    let search = Rect {
        x: area.right().saturating_sub(width + 1),
        width: width + 1,
        ..area
    };
    Clear.render(search, buffer);
    let room = width.saturating_sub(layout::columns(&label));
    let visible = input::line(&list.search, room, false);
    let line = Line::from(vec![
        Span::styled(label.clone(), theme::accent()),
        Span::raw(visible.lines.concat()),
    ]);
    line.render(search, buffer);
    let x = search.x + layout::columns(&label) + visible.column;
    list.searching.then(|| Position::new(x, search.y))
}

/// The chips that fit, in their order. Active chips have precedence and may lose their count;
/// others are dropped rather than truncated.
fn fit_chips(chips: Vec<(String, String, bool)>, mut room: u16) -> Vec<Span<'static>> {
    /// Columns of the sign before a chip and of the gap after it.
    const PADDING: u16 = 5;
    let mut shown: Vec<Option<String>> = vec![None; chips.len()];
    for (text, (label, count, _)) in shown.iter_mut().zip(&chips).filter(|(_, chip)| chip.2) {
        let whole = format!("{label}{count}");
        let fitted = if layout::columns(&whole) + PADDING <= room {
            whole
        } else {
            fit(label, room.saturating_sub(PADDING))
        };
        room = room.saturating_sub(layout::columns(&fitted) + PADDING);
        *text = Some(fitted);
    }
    for (text, (label, count, _)) in shown.iter_mut().zip(&chips).filter(|(_, chip)| !chip.2) {
        let whole = format!("{label}{count}");
        if layout::columns(&whole) + PADDING <= room + 3 {
            room = room.saturating_sub(layout::columns(&whole) + PADDING);
            *text = Some(whole);
        }
    }
    let mut spans = vec![Span::raw(" ")];
    for (text, (.., on)) in shown.into_iter().zip(chips) {
        let Some(text) = text else { continue };
        let (sign, style) = if on {
            ("● ", theme::accent())
        } else {
            ("  ", theme::dim())
        };
        spans.push(Span::styled(format!("{sign}{text}"), style));
        spans.push(Span::raw("   "));
    }
    spans
}

fn rows(model: &Model, areas: &Areas, buffer: &mut Buffer) {
    let list = model.list();
    let headers = (list.tab.screen().headers)();
    let order = (list.criteria.order.column, list.criteria.order.descending);
    let title = |id: &str| model.messages.get(id);
    let context = model.context().cells();
    let on_screen = list.records.iter().enumerate().skip(list.top);
    let on_screen = on_screen.take(areas.rows.height.into());
    let (indices, cells): (Vec<_>, Vec<_>) = on_screen
        .map(|(index, record)| (index, record.cells(&context)))
        .unzip();
    let columns = table::columns(&headers, &cells, title, order, areas.rows.width);
    table::draw_headers(
        areas.column_headers,
        &headers,
        &columns,
        title,
        order,
        buffer,
    );
    if list.records.is_empty() {
        empty_list(model, areas.rows, buffer);
        return;
    }
    let lines = (areas.rows.y..areas.rows.bottom()).zip(indices.into_iter().zip(&cells));
    for (y, (index, cells)) in lines {
        let area = Rect {
            y,
            height: 1,
            ..areas.rows
        };
        let selected = list.row == Some(index);
        table::draw_row(area, &headers, &columns, cells, selected, buffer);
    }
    scroll_bar(list, areas.scroll, buffer);
}

fn scroll_bar(list: &List, area: Rect, buffer: &mut Buffer) {
    let total = list.total.map_or(0, |(total, _)| total);
    let total = usize::try_from(total).unwrap_or(usize::MAX);
    let visible = usize::from(area.height);
    if total <= visible {
        return;
    }
    let mut state = ScrollbarState::new(total.saturating_sub(visible))
        .viewport_content_length(visible)
        .position(list.top);
    Scrollbar::new(ScrollbarOrientation::VerticalRight)
        .begin_symbol(None)
        .end_symbol(None)
        .track_symbol(Some("│"))
        .thumb_symbol("┃")
        .track_style(theme::frame())
        .thumb_style(theme::focused_border())
        .render(area, buffer, &mut state);
}

/// Draws the reason for an empty list.
fn empty_list(model: &Model, area: Rect, buffer: &mut Buffer) {
    let list = model.list();
    let waiting = model.pending.waits_for(RequestKind::Page(list.tab));
    let text = if waiting || model.offline.is_some() {
        format!(
            "{} {}",
            spinner(&model.context()),
            model.messages.get("loading")
        )
    } else if list.failed {
        model.messages.get("list-failed")
    } else if list.total.is_none() {
        return;
    } else if list.is_unfiltered() {
        model.messages.get(list.tab.screen().empty_text)
    } else {
        model.messages.get("nothing-found")
    };
    let middle = Rect {
        y: area.y + area.height / 3,
        height: 1,
        ..area
    };
    Line::styled(text, theme::dim())
        .alignment(Alignment::Center)
        .render(middle, buffer);
}

/// The selected row and the total, "2 / 3,014", with a spinner while a response is slow.
pub(super) fn position(model: &Model) -> String {
    let list = model.list();
    let Some((total, is_lower_bound)) = list.total else {
        return String::new();
    };
    let row = match list.row {
        // The selected record is no longer in the list.
        None if list.selected.is_some() => "–".to_owned(),
        row => {
            let row = row.map_or(0, |row| row + 1);
            model.messages.count(u64::try_from(row).unwrap_or(0))
        }
    };
    let more = if is_lower_bound { "+" } else { "" };
    format!(
        "{} {row} / {}{more} ",
        spinner(&model.context()),
        model.messages.count(total)
    )
}

/// Draws the record pane.
fn pane(model: &Model, record: &Record, area: Rect, over: bool, buffer: &mut Buffer) {
    let screen = record.tab().screen();
    let id = record.id().to_string();
    let title = model
        .messages
        .with(screen.record_title, &[("id", Arg::Text(&id))]);
    let style = if over {
        theme::focused_border()
    } else {
        theme::frame()
    };
    let context = model.context().cells();
    let rows = record.pane_rows(&context);
    let width = area.width.saturating_sub(4);
    let lines = pane_lines(model, record.name(), &rows, width);
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let area = Rect {
        height: height.min(area.height),
        ..area
    };
    if over {
        super::dim_behind(model, area, buffer);
    }
    let block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(style)
        .title(Line::styled(format!(" {title} "), theme::title()))
        .padding(Padding::horizontal(1));
    let inner = block.inner(area);
    Clear.render(area, buffer);
    block.render(area, buffer);
    for (y, line) in (inner.y..inner.bottom()).zip(lines) {
        line.render(
            Rect {
                y,
                height: 1,
                ..inner
            },
            buffer,
        );
    }
}

fn pane_lines(model: &Model, name: &str, rows: &[PaneRow], width: u16) -> Vec<Line<'static>> {
    let mut lines: Vec<_> = wrap(name, width)
        .into_iter()
        .map(|line| Line::styled(line, theme::title()))
        .collect();
    lines.push(Line::default());
    let labels = rows.iter().filter(|row| !row.label.is_empty());
    let labels = labels.map(|row| layout::columns(&model.messages.get(row.label)));
    let label_width = labels.max().unwrap_or(0) + 2;
    let value_width = width.saturating_sub(label_width);
    for row in rows {
        let label = match row.label {
            "" => String::new(),
            id => model.messages.get(id),
        };
        let mut label = crate::widgets::text::pad(&label, label_width, false);
        for text in wrap(&row.cell.text, value_width) {
            let used = layout::columns(&text);
            let mut spans = vec![
                Span::styled(std::mem::take(&mut label), theme::label()),
                Span::styled(text, theme::tone(row.cell.tone)),
            ];
            if let Some((part, whole)) = row.bar {
                let room = value_width.saturating_sub(used + 2).min(8);
                spans.push(Span::raw("  "));
                spans.push(Span::styled(bar(part, whole, room), theme::accent()));
            }
            lines.push(Line::from(spans));
            label = " ".repeat(label_width.into());
        }
    }
    lines
}

/// A bar that shows a part of a whole, `███░░`; empty without room.
fn bar(part: i64, whole: i64, width: u16) -> String {
    let full = i64::from(width);
    // At least one block unless the part is zero, so that a single cent is visible.
    let filled = match (part, whole) {
        (0, _) | (_, 0) => 0,
        _ if width == 0 => 0,
        _ => (i128::from(part) * i128::from(full) / i128::from(whole))
            .try_into()
            .unwrap_or(full)
            .clamp(1, full),
    };
    let blocks = |count: i64, sign: &str| sign.repeat(usize::try_from(count).unwrap_or(0));
    blocks(filled, "█") + &blocks(full - filled, "░")
}
