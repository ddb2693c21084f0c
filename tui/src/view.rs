//! Draws the screen from the model, without changing it.

mod empty;
mod filters;
pub mod footer;
pub mod header;
mod list;
mod login;
mod pane;
mod sheet;
mod status;
mod target;

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::{Position, Rect},
    text::Line,
    widgets::Widget,
};

pub use self::target::target_at;
use crate::{
    app::model::Model,
    layout::{self, SMALLEST},
    messages::Arg,
    theme::Palette,
    widgets::{backdrop, popup::Popup},
};

/// Draws a frame in these colours.
///
/// The size of the terminal may have changed since the model was told of it. What does not fit is then
/// not drawn; the message about the size is on its way.
pub fn draw(model: &Model, palette: &Palette, frame: &mut Frame<'_>) {
    let area = Rect::new(0, 0, model.size.0, model.size.1);
    let cursor = if frame.area() == area {
        let buffer = frame.buffer_mut();
        let cursor = draw_roles(model, buffer);
        palette.paint(buffer);
        cursor
    } else {
        let mut buffer = Buffer::empty(area);
        let cursor = draw_roles(model, &mut buffer);
        palette.paint(&mut buffer);
        for position in area.intersection(frame.area()).positions() {
            frame.buffer_mut()[position] = buffer[position].clone();
        }
        cursor.filter(|position| frame.area().contains(*position))
    };
    if let Some(position) = cursor {
        frame.set_cursor_position(position);
    }
}

/// Draws cells whose colours are names of roles, which [`Palette::paint`] replaces. Returns the position
/// of the cursor.
pub fn draw_roles(model: &Model, buffer: &mut Buffer) -> Option<Position> {
    let Some(areas) = layout::areas(model.size) else {
        draw_too_small(model, buffer.area, buffer);
        return None;
    };
    let popup = front_popup(model);
    let mut cursor = None;
    if model.me.is_none() {
        login::draw_foot(model, areas.footer, buffer);
        cursor = popup
            .as_ref()
            .and_then(|popup| popup.draw(model.size, buffer));
        status::draw(model, areas.status, "", buffer);
    } else {
        header::draw(model, &areas, buffer);
        cursor = list::draw(model, &areas, buffer).or(cursor);
        status::draw(model, areas.status, &list::position(model), buffer);
        if let Some(popup) = &popup {
            backdrop::fade_behind(model.size, popup.area(model.size), buffer);
            cursor = popup.draw(model.size, buffer);
        }
    }
    footer::draw(model, popup.as_ref(), buffer);
    cursor
}

/// The popup in front, if any.
fn front_popup(model: &Model) -> Option<Popup> {
    if model.me.is_none() {
        return Some(login::popup(model));
    }
    sheet::front(model)
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
