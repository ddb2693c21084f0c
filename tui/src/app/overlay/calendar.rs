//! A month from which the user picks a day.

mod view;

use jiff::{Span, ToSpan, civil};

use super::{Component, Effect};
use crate::{
    app::{context::Context, effect::Outcome},
    keys::{Action, KeyContext},
};

/// A month from which the user picks a day.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    /// The selected day.
    pub(super) day: civil::Date,
}

impl Component for Calendar {
    fn key_context(&self) -> KeyContext {
        KeyContext::Calendar
    }

    fn on_action(&mut self, action: Action, _: &Context<'_>) -> Vec<Effect> {
        let step: Span = match action {
            Action::Cancel => return vec![Effect::Close],
            Action::Choose => return vec![Effect::Return(Outcome::Day(self.day))],
            Action::Left => -1.day(),
            Action::Right => 1.day(),
            Action::Up => -1.week(),
            Action::Down => 1.week(),
            Action::PageUp => -1.month(),
            Action::PageDown => 1.month(),
            _ => return Vec::new(),
        };
        self.day = self.day.checked_add(step).unwrap_or(self.day);
        Vec::new()
    }
}
