//! The palette and the help: every action and every record, by typing a part of it.

use super::{
    act::{self, DEBOUNCE},
    cmd::{Cmd, Timer},
    model::Model,
    overlay::{Entry, Help, Overlay, Palette},
    pick::matching,
    standing::{self, Standing},
};
use crate::{
    ask::Purpose,
    keys::{self, Action, BINDINGS, Binding, Place},
    record::{Link, Tab},
    screens::screen::Ask,
};

/// Records of each tab that the palette shows.
const RECORDS: i32 = 5;

/// The lines of the palette: actions that can be done now, then records.
#[must_use]
pub fn entries(model: &Model, palette: &Palette) -> Vec<Entry> {
    let ready = keys::here(Place::List)
        .filter(|binding| !moves(binding.action))
        .filter(|binding| standing::in_list(model, binding.action) == Standing::Ready)
        .map(|binding| (model.words.get(binding.label), binding.action));
    let actions = matching(palette.input.value(), ready.collect(), |(label, _)| label);
    let actions = actions.into_iter().map(|(_, action)| Entry::Action(action));
    let found = palette.found.iter().flatten().cloned();
    let records = found.map(|record| Entry::Record(Box::new(record)));
    actions.chain(records).collect()
}

/// Whether the action only moves about, which nobody looks up by name.
const fn moves(action: Action) -> bool {
    matches!(
        action,
        Action::Up
            | Action::Down
            | Action::PageUp
            | Action::PageDown
            | Action::Palette
            | Action::Back
    )
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
        (tab.screen().call)(&Ask {
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
        .map(|tab| model.ask(Purpose::Found(tab), call(tab)))
        .into()
}

/// Runs a line of the palette.
pub(super) fn run(model: &mut Model, entry: Entry) -> Vec<Cmd> {
    model.overlays.pop();
    model.forget(|purpose| matches!(purpose, Purpose::Found(_)));
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

/// The lines of the help that match what is typed.
#[must_use]
pub fn help(model: &Model, help: &Help) -> Vec<(&'static Binding, String)> {
    // What is under this overlay is what one asks about; the rest follows.
    let all = BINDINGS.iter().map(|binding| {
        let keys: Vec<_> = binding.keys.iter().map(|k| k.show(&model.words)).collect();
        let label = model.words.get(binding.label);
        (binding, format!("{label} {}", keys.join(" ")))
    });
    let mut all: Vec<_> = all
        .filter(|(binding, _)| !matches!(binding.place, Place::Login))
        .collect();
    all.sort_by_key(|(binding, _)| binding.place != Place::List);
    matching(help.input.value(), all, |(_, text)| text)
}

/// Runs a line of the help, where it is one of the list's.
pub(super) fn run_help(model: &mut Model, binding: &Binding) -> Vec<Cmd> {
    if binding.place != Place::List {
        return Vec::new();
    }
    model.overlays.pop();
    act::in_list(model, binding.action)
}
