//! What the screen looks like: drawn from the model alone, which it does not change. It decides
//! nothing.

mod dialogs;
mod fields;
mod finders;
pub mod footer;
pub mod header;
mod history;
mod list;
mod sessions;
mod strength;

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::Rect,
    text::Line,
    widgets::{Clear, Widget},
};

pub use self::history::reading_reach;
use crate::{
    app::{model::Model, overlay::Overlay},
    layout::{self, SMALLEST},
    messages::Arg,
    theme,
    widgets::{popup::Popup, text::fit},
};

/// Draws everything.
pub fn draw(model: &Model, frame: &mut Frame<'_>) {
    let Some(areas) = layout::areas(model.size) else {
        too_small(model, frame.area(), frame.buffer_mut());
        return;
    };
    let buffer = frame.buffer_mut();
    let mut cursor = None;
    if model.me.is_none() {
        let sheet = fields::login(model);
        cursor = sheet.draw(model.size, true, buffer);
        status(model, areas.status, buffer);
    } else {
        header::draw(model, &areas, buffer);
        cursor = list::draw(model, &areas, buffer).or(cursor);
        let counter = layout::columns(&list::position(model));
        let said = Rect {
            width: areas.status.width.saturating_sub(counter),
            ..areas.status
        };
        status(model, said, buffer);
        for (index, overlay) in model.overlays.iter().enumerate() {
            let front = index + 1 == model.overlays.len();
            let sheet = sheet(model, overlay);
            behind(model, sheet.area(model.size), buffer);
            let found = sheet.draw(model.size, front, buffer);
            cursor = if front { found } else { None };
        }
    }
    footer::draw(model, buffer);
    if let Some(position) = cursor {
        frame.set_cursor_position(position);
    }
}

/// What lies under a sheet steps back. Where there is little room beside the sheet, nothing stands
/// there: the ends of rows cut by it would be crumbs.
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

/// The sheet of an overlay.
fn sheet(model: &Model, overlay: &Overlay) -> Popup {
    match overlay {
        Overlay::Form(form) => fields::form(model, form),
        Overlay::Picker(picker) => finders::picker(model, picker),
        Overlay::Palette(palette) => finders::palette(model, palette),
        Overlay::Help(help) => finders::help(model, help),
        Overlay::Menu(menu) => finders::menu(model, menu),
        Overlay::Confirm(question) => dialogs::question(model, question),
        Overlay::Removal(removal) => dialogs::removal(model, removal),
        Overlay::Secret(secret) => dialogs::secret(model, secret),
        Overlay::Calendar(calendar) => dialogs::calendar(model, *calendar),
        Overlay::History(history) => history::sheet(model, history),
        Overlay::Sessions(sessions) => sessions::sheet(model, sessions),
    }
}

/// The sheet that keys go to, if any: the mouse asks where its lines are.
#[must_use]
pub fn sheet_in_front(model: &Model) -> Option<Popup> {
    if model.me.is_none() {
        return Some(fields::login(model));
    }
    model.overlays.last().map(|overlay| sheet(model, overlay))
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

/// What there is to say: the server's absence first, then what happened last.
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
        // When the next try is matters more than why this one failed.
        let rest = layout::columns(&model.messages.with(id, &blanks("")));
        let why = fit(&offline.message, area.width.saturating_sub(rest + 3));
        let text = format!(" ○ {}", model.messages.with(id, &blanks(&why)));
        Line::styled(fit(&text, area.width), theme::warning())
    } else if let Some(said) = &model.status {
        let text = fit(&format!(" {}", said.text), area.width);
        Line::styled(text, theme::tone(said.tone))
    } else {
        return;
    };
    line.render(area, buffer);
}

/// One of the signs that turn while an answer takes its time.
fn spinner(model: &Model) -> &'static str {
    const SIGNS: [&str; 8] = ["⣷", "⣯", "⣟", "⡿", "⢿", "⣻", "⣽", "⣾"];
    let turn = model.now.timestamp().as_millisecond() / 100;
    let index = usize::try_from(turn.rem_euclid(8)).unwrap_or(0);
    if model.is_slow() { SIGNS[index] } else { " " }
}
