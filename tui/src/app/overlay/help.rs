//! The help: every key and what it does.

mod view;

use std::collections::HashSet;

use tui_input::Input;

use super::{Component, Effect, matching::matching, selection_step};
use crate::{
    app::context::Context,
    keys::{Action, BINDINGS, Binding, KeyContext},
};

/// The help.
#[derive(Clone, Debug, Default)]
pub struct Help {
    input: Input,
    /// The index of the selected line.
    selected: usize,
}

impl Help {
    /// The bindings that match the typed text, those of the list first.
    fn lines(&self, ctx: &Context<'_>) -> Vec<&'static Binding> {
        let all = BINDINGS.iter().map(|binding| {
            let keys: Vec<_> = binding.keys.iter().map(|k| k.name(ctx.messages)).collect();
            let label = ctx.messages.get(binding.label);
            (binding, format!("{label} {}", keys.join(" ")))
        });
        let mut all: Vec<_> = all
            .filter(|(binding, _)| binding.context != KeyContext::Login)
            .collect();
        all.sort_by_key(|(binding, _)| binding.context != KeyContext::List);
        // The two kinds of questions share a name, and some keys.
        let mut listed = HashSet::new();
        all.retain(|(binding, text)| listed.insert((binding.context.label(), text.clone())));
        let found = matching(self.input.value(), all, |(_, text)| text);
        found.into_iter().map(|(binding, _)| binding).collect()
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
