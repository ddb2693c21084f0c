//! What is done in the palette and the help: typing, asking the server, taking a line.

use super::{
    act::{self, DEBOUNCE},
    cmd::{Cmd, Timer},
    front,
    model::Model,
    overlay::{Entry, Overlay},
    palette,
};
use crate::{
    api::RequestKind,
    keys::{Action, Binding, KeyContext},
    record::{Link, Tab},
    screens::spec::ListQuery,
};

/// Records of each tab that the palette shows.
const RECORDS: i32 = 5;

/// Does an action of the palette or the help.
pub(super) fn in_finder(model: &mut Model, action: Action) -> Vec<Cmd> {
    if action == Action::Cancel {
        return front::close(model);
    }
    let by = match action {
        Action::Up => -1,
        Action::Down => 1,
        Action::PageUp => -8,
        Action::PageDown => 8,
        _ => 0,
    };
    match model.overlays.last() {
        Some(Overlay::Palette(found)) => {
            let entries = palette::entries(model, found);
            let at = found.selected.saturating_add_signed(by);
            let at = at.min(entries.len().saturating_sub(1));
            if action == Action::Choose {
                let entry = entries.into_iter().nth(at);
                return entry.map_or_else(Vec::new, |entry| run(model, entry));
            }
            if let Some(Overlay::Palette(found)) = model.overlays.last_mut() {
                found.selected = at;
            }
        }
        Some(Overlay::Help(help)) => {
            let lines = palette::help(model, help);
            let at = help.selected.saturating_add_signed(by);
            let at = at.min(lines.len().saturating_sub(1));
            if action == Action::Choose {
                let line = lines.into_iter().nth(at);
                return line.map_or_else(Vec::new, |(b, _)| run_help(model, b));
            }
            if let Some(Overlay::Help(help)) = model.overlays.last_mut() {
                help.selected = at;
            }
        }
        _ => {}
    }
    Vec::new()
}

/// Asks the server a moment after the last letter.
pub(super) fn search_soon(model: &mut Model) -> Vec<Cmd> {
    let generation = model.next_generation();
    if let Some(Overlay::Palette(palette)) = model.overlays.last_mut() {
        palette.generation = generation;
    }
    vec![Cmd::After(DEBOUNCE, Timer::Palette(generation))]
}

/// Asks the server for records that are called like what is typed.
pub(super) fn search(model: &mut Model, generation: u64) -> Vec<Cmd> {
    let now = model.time();
    let Some(Overlay::Palette(palette)) = model.overlays.last_mut() else {
        return Vec::new();
    };
    if palette.generation != generation {
        return Vec::new();
    }
    let query = palette.input.value().trim().to_owned();
    if query.is_empty() {
        palette.found = Default::default();
        return Vec::new();
    }
    let call = |tab: Tab| {
        (tab.screen().call)(&ListQuery {
            page_size: RECORDS,
            page_token: String::new(),
            order: tab.screen().order,
            query: query.clone(),
            filters: Vec::new(),
            within: None,
            now,
        })
    };
    Tab::ALL
        .map(|tab| model.ask(RequestKind::Found(tab), call(tab)))
        .into()
}

/// Runs a line of the palette.
fn run(model: &mut Model, entry: Entry) -> Vec<Cmd> {
    model.overlays.pop();
    model.forget(|purpose| matches!(purpose, RequestKind::Found(_)));
    match entry {
        Entry::Action(action) => act::in_list(model, action),
        Entry::Record(record) => {
            let link = Link {
                key: ' ',
                label: "",
                tab: record.tab(),
                within: None,
                query: record.name().to_owned(),
                select: Some(record.id()),
            };
            act::follow(model, link)
        }
    }
}

/// Runs a line of the help, where it is one of the list's.
fn run_help(model: &mut Model, binding: &Binding) -> Vec<Cmd> {
    if binding.place != KeyContext::List {
        return Vec::new();
    }
    model.overlays.pop();
    act::in_list(model, binding.action)
}
