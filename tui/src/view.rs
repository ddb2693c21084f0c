//! Draws the screen from the model, without changing it.

pub mod footer;
pub mod header;
mod list;
mod login;
mod status;
mod target;

use epic_events::character;
use ratatui::{
    Frame,
    buffer::Buffer,
    layout::Rect,
    text::Line,
    widgets::{Clear, Widget},
};

pub use self::target::target_at;
use crate::{
    app::model::Model,
    layout::{self, SMALLEST},
    messages::Arg,
    theme,
    widgets::popup::Popup,
};

/// Draws a frame.
pub fn draw(model: &Model, frame: &mut Frame<'_>) {
    let Some(areas) = layout::areas(model.size) else {
        draw_too_small(model, frame.area(), frame.buffer_mut());
        return;
    };
    let buffer = frame.buffer_mut();
    let mut cursor = None;
    if model.me.is_none() {
        cursor = login::popup(model).draw(model.size, true, buffer);
        status::draw(model, areas.status, buffer);
    } else {
        header::draw(model, &areas, buffer);
        cursor = list::draw(model, &areas, buffer).or(cursor);
        let counter = layout::columns(&list::position(model));
        let message = Rect {
            width: areas.status.width.saturating_sub(counter),
            ..areas.status
        };
        status::draw(model, message, buffer);
        status::draw_cause(model, message, buffer);
        for (id, overlay) in model.overlays.with_ids() {
            let front = model.overlays.front_id() == Some(id);
            let popup = overlay.drawing().popup(&model.overlay_context(id), front);
            dim_behind(model, popup.area(model.size), buffer);
            let found = popup.draw(model.size, front, buffer);
            cursor = if front { found } else { None };
        }
    }
    footer::draw(model, buffer);
    replace_unsafe(buffer);
    if let Some(position) = cursor {
        frame.set_cursor_position(position);
    }
}

/// Replaces characters that could control the terminal or change the direction of text. The widgets
/// display them as signs; this function covers texts that are drawn without widgets.
fn replace_unsafe(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        let symbol = cell.symbol();
        let is_plain = matches!(symbol.as_bytes(), [b' '..=b'~']);
        if !is_plain && symbol.contains(character::is_unsafe) {
            // A cell has one column: the terminal draws further characters in it over the first
            // one.
            let mut letters = symbol.chars();
            let first = letters.next().map(|it| match it {
                it if character::is_unsafe(it) => character::sign(it),
                it => it,
            });
            let rest = letters.filter(|&it| !character::is_unsafe(it));
            let safe: String = first.into_iter().chain(rest).collect();
            cell.set_symbol(&safe);
        }
    }
}

/// Dims the content behind a popup. On a narrow screen, also clears the rows beside the popup,
/// where only fragments of the content would remain.
pub(super) fn dim_behind(model: &Model, over: Rect, buffer: &mut Buffer) {
    buffer.set_style(buffer.area, theme::dim());
    if !layout::has_pane(model.size) {
        let band = Rect {
            x: 0,
            width: model.size.0,
            ..over
        };
        Clear.render(band.intersection(buffer.area), buffer);
    }
}

/// The focused popup, if any.
fn front_popup(model: &Model) -> Option<Popup> {
    if model.me.is_none() {
        return Some(login::popup(model));
    }
    let (id, overlay) = model.overlays.with_ids().last()?;
    Some(overlay.drawing().popup(&model.overlay_context(id), true))
}

fn draw_too_small(model: &Model, area: Rect, buffer: &mut Buffer) {
    let sizes = [
        ("width", Arg::Number(SMALLEST.0.into())),
        ("height", Arg::Number(SMALLEST.1.into())),
        ("has-width", Arg::Number(model.size.0.into())),
        ("has-height", Arg::Number(model.size.1.into())),
    ];
    let id = if model.quits_unseen() {
        "too-small-quit"
    } else {
        "too-small"
    };
    let text = model.messages.with(id, &sizes);
    let lines = crate::widgets::text::wrap(&text, area.width);
    let top = area
        .height
        .saturating_sub(u16::try_from(lines.len()).unwrap_or(1))
        / 2;
    for (y, line) in (area.y + top..area.bottom()).zip(lines) {
        let row = Rect {
            y,
            height: 1,
            ..area
        };
        Line::raw(line).centered().render(row, buffer);
    }
}
