//! Draws the screen from the model, without changing it.

pub mod footer;
pub mod header;
mod list;
mod login;
mod target;

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
    widgets::{popup::Popup, text::fit},
};

/// Draws a frame.
pub fn draw(model: &Model, frame: &mut Frame<'_>) {
    let Some(areas) = layout::areas(model.size) else {
        too_small(model, frame.area(), frame.buffer_mut());
        return;
    };
    let buffer = frame.buffer_mut();
    let mut cursor = None;
    if model.me.is_none() {
        cursor = login::popup(model).draw(model.size, true, buffer);
        status(model, areas.status, buffer);
    } else {
        header::draw(model, &areas, buffer);
        cursor = list::draw(model, &areas, buffer).or(cursor);
        let counter = layout::columns(&list::position(model));
        let message = Rect {
            width: areas.status.width.saturating_sub(counter),
            ..areas.status
        };
        status(model, message, buffer);
        for (id, overlay) in model.overlays.with_ids() {
            let front = model.overlays.front() == Some(id);
            let popup = overlay.drawing().popup(&model.context_of(id), front);
            behind(model, popup.area(model.size), buffer);
            let found = popup.draw(model.size, front, buffer);
            cursor = if front { found } else { None };
        }
    }
    footer::draw(model, buffer);
    if let Some(position) = cursor {
        frame.set_cursor_position(position);
    }
}

/// Dims the content behind a popup. On a narrow screen also clears the rows beside the popup, where
/// only fragments of the content would remain.
pub(super) fn behind(model: &Model, over: Rect, buffer: &mut Buffer) {
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

/// The popup that keys go to, if any.
fn popup_in_front(model: &Model) -> Option<Popup> {
    if model.me.is_none() {
        return Some(login::popup(model));
    }
    let (id, overlay) = model.overlays.with_ids().last()?;
    Some(overlay.drawing().popup(&model.context_of(id), true))
}

fn too_small(model: &Model, area: Rect, buffer: &mut Buffer) {
    let sizes = [
        ("width", Arg::Number(SMALLEST.0.into())),
        ("height", Arg::Number(SMALLEST.1.into())),
        ("has-width", Arg::Number(model.size.0.into())),
        ("has-height", Arg::Number(model.size.1.into())),
    ];
    let text = model.messages.with("too-small", &sizes);
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

/// Draws the status line: that the server is offline, else the last message.
fn status(model: &Model, area: Rect, buffer: &mut Buffer) {
    let line = if let Some(offline) = &model.offline {
        let seconds = Arg::Number(offline.seconds(model.now.timestamp()));
        let next = model
            .now
            .time_zone()
            .to_offset(offline.next)
            .to_datetime(offline.next);
        let at = next.strftime("%H:%M:%S").to_string();
        let blanks = |why| {
            [
                ("why", Arg::Text(why)),
                ("seconds", seconds),
                ("at", Arg::Text(&at)),
            ]
        };
        let id = if offline.trying {
            "away-trying"
        } else {
            "away-next"
        };
        // The time of the next retry has precedence over the cause.
        let rest = layout::columns(&model.messages.with(id, &blanks("")));
        let why = fit(&offline.message, area.width.saturating_sub(rest + 3));
        let text = format!(" ○ {}", model.messages.with(id, &blanks(&why)));
        Line::styled(fit(&text, area.width), theme::warning())
    } else if let Some(status) = &model.status {
        let text = fit(&format!(" {}", status.text), area.width);
        Line::styled(text, theme::tone(status.tone))
    } else {
        return;
    };
    line.render(area, buffer);
}
