//! The record pane: beside the list, or over it on a narrow screen.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::{Block, BorderType, Clear, Padding, Widget},
};

use crate::{
    app::{
        model::Model,
        pane::{self, Ink, PaneLine, scrolled},
    },
    keys::{self, Action, KeyContext},
    layout::Areas,
    messages::Arg,
    record::Record,
    theme,
    widgets::{backdrop, text::fit},
};

/// Whether the pane is displayed over the list.
pub(super) fn is_over_list(model: &Model, areas: &Areas) -> bool {
    let is_open = model.opened && model.selected().is_some();
    areas.pane.is_none() && is_open && model.context().shows_records()
}

/// Draws the pane of the selected record, if it is displayed.
pub(super) fn draw(model: &Model, areas: &Areas, buffer: &mut Buffer) {
    let record = model.selected().filter(|_| model.context().shows_records());
    let (Some(record), Some(area)) = (record, areas.pane_of(model.opened)) else {
        return;
    };
    if areas.pane.is_none() {
        let frame = areas.over_list();
        backdrop::fade_behind(model.size, frame, buffer);
        Clear.render(frame, buffer);
        let block = Block::bordered()
            .border_type(BorderType::Rounded)
            .border_style(theme::accent())
            .style(theme::surface())
            .padding(Padding::horizontal(2));
        block.render(frame, buffer);
    }
    page(model, record, area, buffer);
}

fn page(model: &Model, record: &Record, area: Rect, buffer: &mut Buffer) {
    let lines = pane::lines(record, model.recent.entries(), &model.context(), area.width);
    let (top, below) = scrolled(model.pane_top, lines.len(), area.height);
    let is_scrolled = lines.len() > usize::from(area.height);
    let shown = lines.into_iter().skip(top);
    let height = usize::from(area.height.saturating_sub(u16::from(is_scrolled)));
    for (row, line) in area.rows().zip(shown.take(height)) {
        drawn(line).render(row, buffer);
    }
    if is_scrolled && let Some(last) = area.rows().next_back() {
        more(model, top, below, area.width).render(last, buffer);
    }
}

/// A line of the pane with its styles.
fn drawn(line: PaneLine) -> Line<'static> {
    let parts = line.into_iter().map(|part| {
        let style = match part.ink {
            Ink::Title => theme::strong(),
            Ink::Label => theme::muted(),
            Ink::Value(tone) => theme::tone(tone),
            Ink::Bar => theme::accent(),
            Ink::Rule => theme::faint(),
        };
        Span::styled(part.text, style)
    });
    parts.collect()
}

/// That there are more lines, and the key that shows them.
fn more(model: &Model, above: usize, below: usize, width: u16) -> Line<'static> {
    let messages = &model.messages;
    let (id, count, action) = if below > 0 {
        ("pane-more-below", below, Action::PaneDown)
    } else {
        ("pane-more-above", above, Action::PaneUp)
    };
    let count = Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
    let text = messages.with(id, &[("count", count)]);
    let key = keys::name_of(KeyContext::List, action, messages);
    Line::from(vec![
        Span::styled(key, theme::key()),
        Span::styled(format!(" {}", fit(&text, width)), theme::muted()),
    ])
}
