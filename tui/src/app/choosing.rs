//! Choosing a line: pick-lists and menus.

use crossterm::event::{KeyCode, KeyEvent};
use epic_events::v1::{AssignCommercialRequest, AssignSupportRequest};

use super::{
    act::{self, DEBOUNCE},
    cmd::{Cmd, Timer},
    front::close,
    load,
    model::Model,
    overlay::{Confirm, Menu, MenuChoice, Overlay, Yes},
    pick::For,
};
use crate::{
    api::{ApiRequest, RequestKind},
    keys::Action,
    messages::Arg,
    record::{Record, value::Value},
    tone::Tone,
};

pub(super) fn in_pick(model: &mut Model, action: Action) -> Vec<Cmd> {
    let Some(Overlay::Picker(picker)) = model.overlays.last_mut() else {
        return Vec::new();
    };
    match action {
        Action::Up => picker.step(-1),
        Action::Down => picker.step(1),
        Action::PageUp => picker.step(-8),
        Action::PageDown => picker.step(8),
        Action::Choose if !picker.busy => return choose(model),
        Action::Cancel => return close(model),
        _ => {}
    }
    Vec::new()
}

fn choose(model: &mut Model) -> Vec<Cmd> {
    let Some(Overlay::Picker(picker)) = model.overlays.last_mut() else {
        return Vec::new();
    };
    let Some(choice) = picker.current().cloned() else {
        return Vec::new();
    };
    let purpose = picker.purpose.clone();
    let chosen = choice.id.map(|id| (id, choice.label.clone()));
    match purpose {
        For::Field => {
            close(model);
            let now = model.now.clone();
            let messages = model.messages.clone();
            if let Some(form) = model.form_mut() {
                let link = chosen.map_or(Value::Nothing, |(id, name)| Value::Link(id, name));
                form.focused_mut().chosen = link;
                form.focused_mut().visited = true;
                form.notice = None;
                form.check(&messages, &now);
                form.step(1);
            }
            Vec::new()
        }
        For::Removal => {
            close(model);
            if let Some(Overlay::Removal(removal)) = model.overlays.last_mut() {
                removal.successor = chosen;
            }
            Vec::new()
        }
        For::Record(record) => {
            let Some(call) = assignment(&record, choice.id) else {
                return Vec::new();
            };
            if choice.tone == Tone::Warn {
                let name = Arg::Text(&choice.label);
                let busy = Arg::Text(&choice.detail);
                let event = Arg::Text(&choice.more);
                let blanks = [("name", name), ("busy", busy), ("event", event)];
                let question = Confirm {
                    title: model.messages.get("question-busy-title"),
                    text: model.messages.with("question-busy", &blanks),
                    yes: Yes::Assign(call),
                    busy: false,
                };
                model.overlays.push(Overlay::Confirm(Box::new(question)));
                return Vec::new();
            }
            picker.busy = true;
            vec![model.ask(RequestKind::Assign, call)]
        }
    }
}

fn assignment(record: &Record, who: Option<i64>) -> Option<ApiRequest> {
    let (id, etag) = (record.id(), record.etag().to_owned());
    match record {
        Record::Client(_) => Some(ApiRequest::AssignCommercial(AssignCommercialRequest {
            id,
            etag,
            commercial_id: who?,
        })),
        Record::Event(_) => Some(ApiRequest::AssignSupport(AssignSupportRequest {
            id,
            etag,
            support_id: who?,
        })),
        Record::Collaborator(_) | Record::Contract(_) => None,
    }
}

/// Asks the server for the pick-list a moment after the last letter.
pub(super) fn narrow_soon(model: &mut Model) -> Vec<Cmd> {
    let generation = model.next_generation();
    if let Some(Overlay::Picker(picker)) = model.overlays.last_mut() {
        picker.generation = generation;
    }
    vec![Cmd::After(DEBOUNCE, Timer::Narrow(generation))]
}

/// Asks the server for what matches now.
pub(super) fn narrow_remote(model: &mut Model, generation: u64) -> Vec<Cmd> {
    let now = model.time();
    match model.overlays.last() {
        Some(Overlay::Picker(picker)) if picker.generation == generation => {
            let call = picker.call(String::new(), now);
            vec![model.ask(RequestKind::Choices, call)]
        }
        _ => Vec::new(),
    }
}

pub(super) fn in_menu(model: &mut Model, action: Action) -> Vec<Cmd> {
    let Some(Overlay::Menu(menu)) = model.overlays.last_mut() else {
        return Vec::new();
    };
    let last = menu.items.len().saturating_sub(1);
    match action {
        Action::Up => menu.selected = menu.selected.saturating_sub(1),
        Action::Down => menu.selected = (menu.selected + 1).min(last),
        Action::Choose => return take_item(model),
        Action::Toggle if menu.many => return toggle_item(model),
        Action::Cancel => return close(model),
        _ => {}
    }
    Vec::new()
}

/// Takes the line that one stands on; what was turned on line by line stays as it is.
pub(super) fn take_item(model: &mut Model) -> Vec<Cmd> {
    let Some(Overlay::Menu(menu)) = model.overlays.pop() else {
        return Vec::new();
    };
    if menu.toggled {
        return Vec::new();
    }
    match menu.items.into_iter().nth(menu.selected) {
        Some(item) => act::take(model, item.choice),
        None => Vec::new(),
    }
}

/// Turns a filter on beside the others, and leaves the menu open.
fn toggle_item(model: &mut Model) -> Vec<Cmd> {
    let Some(Overlay::Menu(menu)) = model.overlays.last() else {
        return Vec::new();
    };
    let Some(item) = menu.items.get(menu.selected) else {
        return Vec::new();
    };
    let selected = menu.selected;
    match item.choice {
        MenuChoice::Filter(index) => model.list_mut().toggle(index),
        _ => model.list_mut().wanted.filters.clear(),
    }
    let menu = Menu {
        selected,
        toggled: true,
        ..super::menus::filters(model)
    };
    model.overlays.pop();
    model.overlays.push(Overlay::Menu(menu));
    load::reload(model, model.tab, false)
}

/// A letter that takes a line of the menu at once.
pub(super) fn menu_letter(model: &mut Model, key: KeyEvent) -> Option<Vec<Cmd>> {
    let (Some(Overlay::Menu(menu)), KeyCode::Char(letter)) = (model.overlays.last_mut(), key.code)
    else {
        return None;
    };
    menu.selected = menu
        .items
        .iter()
        .position(|item| item.key == Some(letter))?;
    Some(take_item(model))
}
