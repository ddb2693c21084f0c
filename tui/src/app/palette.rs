//! What the palette and the help list: every action and every record, by typing a part of it.

use super::{
    availability::{self, Availability},
    model::Model,
    overlay::{Entry, Help, Palette},
    pick::matching,
};
use crate::keys::{self, Action, BINDINGS, Binding, KeyContext};

/// The lines of the palette: actions that can be done now, then records.
#[must_use]
pub fn entries(model: &Model, palette: &Palette) -> Vec<Entry> {
    let ready = keys::here(KeyContext::List)
        .filter(|binding| !moves(binding.action))
        .filter(|binding| availability::in_list(model, binding.action) == Availability::Enabled)
        .map(|binding| (model.messages.get(binding.label), binding.action));
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

/// The lines of the help that match what is typed.
#[must_use]
pub fn help(model: &Model, help: &Help) -> Vec<(&'static Binding, String)> {
    // What is under this overlay is what one asks about; the rest follows.
    let all = BINDINGS.iter().map(|binding| {
        let keys: Vec<_> = binding
            .keys
            .iter()
            .map(|k| k.show(&model.messages))
            .collect();
        let label = model.messages.get(binding.label);
        (binding, format!("{label} {}", keys.join(" ")))
    });
    let mut all: Vec<_> = all
        .filter(|(binding, _)| !matches!(binding.place, KeyContext::Login))
        .collect();
    all.sort_by_key(|(binding, _)| binding.place != KeyContext::List);
    matching(help.input.value(), all, |(_, text)| text)
}
