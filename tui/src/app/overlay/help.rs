//! The help: every key and what it does.

mod view;

use std::collections::HashSet;

use epic_events::policy::Denied;
use tui_input::Input;

use super::{Component, Effect, matching::matching, selection_step};
use crate::{
    app::{
        availability::{self, Availability},
        context::Context,
    },
    keys::{Action, BINDINGS, Binding, KeyContext},
    layout,
    messages::Arg,
    record::Record,
    widgets::text::with_initial,
};

/// The help.
#[derive(Clone, Debug, Default)]
pub struct Help {
    input: Input,
    /// The index of the selected line.
    selected: usize,
}

impl Help {
    /// The bindings that match the typed text, those of the list first, by groups.
    fn lines(&self, ctx: &Context<'_>) -> Vec<&'static Binding> {
        let all = BINDINGS.iter().map(|binding| {
            let keys: Vec<_> = binding.keys.iter().map(|k| k.name(ctx.messages)).collect();
            let text = availability::searched_text(ctx, binding);
            (binding, format!("{text} {}", keys.join(" ")))
        });
        let mut all: Vec<_> = all
            .filter(|(binding, _)| binding.context != KeyContext::Login)
            .collect();
        all.sort_by_key(|(binding, _)| Group::of(binding));
        // The two kinds of questions share a name, and some keys.
        let mut listed = HashSet::new();
        all.retain(|(binding, text)| listed.insert((Group::of(binding).label(), text.clone())));
        let found = matching(self.input.value(), all, |(_, text)| text);
        found.into_iter().map(|(binding, _)| binding).collect()
    }
}

/// A group of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    /// What can be done with the selected record.
    Here,
    /// Moves the selection, and from tab to tab.
    Move,
    /// Narrows and orders the list, and leads to other records.
    Find,
    /// The user's account, and the program.
    Account,
    /// The keys of another context than the list.
    Elsewhere(KeyContext),
}

impl Group {
    const fn of(binding: &Binding) -> Self {
        if !matches!(binding.context, KeyContext::List) {
            return Self::Elsewhere(binding.context);
        }
        match binding.action {
            Action::Search
            | Action::Filter
            | Action::Sort
            | Action::Go
            | Action::GoBack
            | Action::Palette
            | Action::Refresh => Self::Find,
            Action::Up
            | Action::Down
            | Action::PageUp
            | Action::PageDown
            | Action::PaneUp
            | Action::PaneDown
            | Action::Top
            | Action::Bottom
            | Action::ShowTab(_)
            | Action::NextTab
            | Action::PreviousTab => Self::Move,
            Action::OwnPassword
            | Action::Sessions
            | Action::Logout
            | Action::Mouse
            | Action::Redraw
            | Action::Help
            | Action::Quit => Self::Account,
            _ => Self::Here,
        }
    }

    /// Fluent message: its head.
    const fn label(self) -> &'static str {
        match self {
            Self::Here => "help-here",
            Self::Find => "help-find",
            Self::Move => "help-move",
            Self::Account => "help-account",
            Self::Elsewhere(context) => context.label(),
        }
    }
}

/// Why an action of the list cannot be run now: in a few words of at most this width, and as a sentence.
fn reason(ctx: &Context<'_>, binding: &Binding, width: u16) -> Option<(String, String)> {
    if binding.context != KeyContext::List {
        return None;
    }
    match availability::of_action_in_list(ctx, binding.action) {
        Availability::Enabled => None,
        Availability::Denied(denied) => {
            let sentence = availability::denial_message(ctx, binding.action, &denied);
            Some((few_words(ctx, &denied, width), sentence))
        }
        Availability::NotApplicable(id) => {
            let few_words = ctx.messages.get(&format!("{id}-short"));
            Some((few_words, ctx.messages.get(id)))
        }
    }
}

/// Why the access policy denies an action, in few words, without a name that has no room.
fn few_words(ctx: &Context<'_>, denied: &Denied, width: u16) -> String {
    let messages = ctx.messages;
    let owner = ctx.selected().map_or("", Record::owner_name);
    match denied {
        Denied::Role { allowed } | Denied::Field { allowed, .. } => {
            let allowed = messages.departments(allowed);
            messages.with("help-only", &[("allowed", Arg::Text(&allowed))])
        }
        Denied::NotYours if owner.is_empty() => messages.get("help-unassigned"),
        Denied::NotYours => {
            let name = with_initial(owner);
            let named = messages.with("help-only-name", &[("name", Arg::Text(&name))]);
            if layout::columns(&named) <= width {
                named
            } else {
                messages.get("help-not-yours")
            }
        }
        Denied::AlreadyAssigned => messages.get("help-assigned"),
        Denied::Unlisted => messages.get("help-unlisted"),
    }
}

impl Component for Help {
    fn key_context(&self) -> KeyContext {
        KeyContext::Picker
    }

    fn is_answer(&self, action: Action) -> bool {
        action == Action::Choose
    }

    fn on_action(&mut self, action: Action, ctx: &Context<'_>) -> Vec<Effect> {
        if action == Action::Cancel {
            return vec![Effect::Close];
        }
        let lines = self.lines(ctx);
        let last = lines.len().saturating_sub(1);
        let step = selection_step(action);
        self.selected = self.selected.saturating_add_signed(step).min(last);
        match lines.get(self.selected) {
            Some(binding) if action == Action::Choose && binding.context == KeyContext::List => {
                vec![Effect::Close, Effect::RunAction(binding.action)]
            }
            _ => Vec::new(),
        }
    }

    fn input(&mut self) -> Option<&mut Input> {
        Some(&mut self.input)
    }

    fn on_input(&mut self, _: &Context<'_>) -> Vec<Effect> {
        self.selected = 0;
        Vec::new()
    }

    fn selected(&mut self) -> Option<&mut usize> {
        Some(&mut self.selected)
    }
}
