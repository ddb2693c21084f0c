//! The mouse: tabs, rows, wheel, the footer's buttons, the lines of what lies over the tabs.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::{act, cmd::Cmd, dialog, dispatch, load, model::Model, overlay::Overlay};
use crate::{
    keys::{Action, KeyContext},
    layout,
    view::{self, footer, header},
};

/// Takes a click or a turn of the wheel.
pub(super) fn on_mouse(model: &mut Model, event: MouseEvent) -> Vec<Cmd> {
    let (column, row) = (event.column, event.row);
    match event.kind {
        MouseEventKind::ScrollDown => wheel(model, 3),
        MouseEventKind::ScrollUp => wheel(model, -3),
        MouseEventKind::Down(MouseButton::Left) => click(model, column, row),
        _ => Vec::new(),
    }
}

fn wheel(model: &mut Model, by: isize) -> Vec<Cmd> {
    match model.place() {
        KeyContext::List | KeyContext::Search => {
            let visible = model.visible();
            let more = model.list_mut().scroll(by, visible);
            load::next_page_if(model, more)
        }
        KeyContext::Picker | KeyContext::Menu | KeyContext::History | KeyContext::Sessions => {
            let action = if by < 0 { Action::Up } else { Action::Down };
            dispatch::run(model, action)
        }
        _ => Vec::new(),
    }
}

fn click(model: &mut Model, column: u16, row: u16) -> Vec<Cmd> {
    model.status = None;
    let offers = footer::offers(model);
    if let Some(offer) = offers.iter().find(|o| layout::hit(o.rect, column, row)) {
        return dispatch::run(model, offer.action);
    }
    if model.place() == KeyContext::Login {
        return Vec::new();
    }
    if !model.overlays.is_empty() {
        return click_overlay(model, column, row);
    }
    let tabs = header::tabs(model);
    if let Some((tab, ..)) = tabs
        .iter()
        .find(|(_, rect, _)| layout::hit(*rect, column, row))
    {
        model.list_mut().searching = false;
        return load::show_tab(model, *tab);
    }
    click_row(model, column, row)
}

fn click_row(model: &mut Model, column: u16, row: u16) -> Vec<Cmd> {
    let Some(areas) = layout::areas(model.size) else {
        return Vec::new();
    };
    if layout::hit(areas.chips, column, row) {
        return act::in_list(model, Action::Filter);
    }
    if layout::hit(areas.heads, column, row) {
        return act::in_list(model, Action::Sort);
    }
    if model.opened || !layout::hit(areas.rows, column, row) {
        return Vec::new();
    }
    let visible = model.visible();
    let list = model.list_mut();
    list.searching = false;
    let clicked = list.top + usize::from(row - areas.rows.y);
    if clicked >= list.records.len() {
        return Vec::new();
    }
    let again = list.row == Some(clicked);
    list.go_to(clicked, visible);
    if again {
        return act::in_list(model, Action::Open);
    }
    Vec::new()
}

/// A click on a line stands on it; on the line one stands on, it takes it.
fn click_overlay(model: &mut Model, column: u16, row: u16) -> Vec<Cmd> {
    let Some(line) =
        view::sheet_in_front(model).and_then(|sheet| sheet.line_at(model.size, column, row))
    else {
        return Vec::new();
    };
    let selected = match model.overlays.last_mut() {
        Some(Overlay::Form(_)) => {
            dialog::focus_field(model, line);
            return Vec::new();
        }
        Some(Overlay::Picker(picker)) => &mut picker.selected,
        Some(Overlay::Menu(menu)) => &mut menu.selected,
        Some(Overlay::Palette(palette)) => &mut palette.selected,
        Some(Overlay::Help(help)) => &mut help.selected,
        Some(Overlay::History(history)) => &mut history.selected,
        Some(Overlay::Sessions(sessions)) => &mut sessions.selected,
        _ => return Vec::new(),
    };
    if std::mem::replace(selected, line) == line {
        return dispatch::run(model, Action::Choose);
    }
    Vec::new()
}
