//! The status line: shows a message until the next key, or for a few seconds.

use std::time::Duration;

use super::{
    cmd::{Cmd, Timer},
    model::{Focus, Model},
};
use crate::tone::{Status, Tone};

/// How long a message stays. An error stays until the next key.
const TIME: Duration = Duration::from_secs(6);

impl Model {
    /// Shows a warning: on the login screen, or in the status line.
    pub(super) fn show_warning(&mut self, text: String) {
        match self.focus() {
            Focus::Login => self.login.warn(text),
            _ => self.set_status(text, Tone::Warn),
        }
    }

    pub(super) fn set_status(&mut self, text: String, tone: Tone) {
        self.status = Some(Status { text, tone });
        self.status_timer = None;
    }
}

/// The timer of a new message.
pub(super) fn start_timer(model: &mut Model) -> Option<Cmd> {
    let status = model.status.as_ref()?;
    if status.tone == Tone::Bad || model.status_timer.is_some() {
        return None;
    }
    let generation = model.next_generation();
    model.status_timer = Some(generation);
    Some(Cmd::After(TIME, Timer::Status(generation)))
}

/// Removes the message of this timer.
pub(super) fn on_timer(model: &mut Model, generation: u64) {
    if model.status_timer == Some(generation) {
        model.status = None;
    }
}
