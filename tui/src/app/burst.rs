//! Letters that may belong to a text that is pasted without brackets: they do not quit.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent};

use super::{
    cmd::{Cmd, Timer},
    model::Model,
};
use crate::{
    keys::{self, Action, KeyContext},
    tone::Tone,
};

/// How long a letter that quits waits for others that arrived with it.
const WAIT: Duration = Duration::from_millis(30);

/// Handles a letter of the list that must not act in the middle of a text: one that arrived with another is
/// refused, and one that quits waits whether others follow. `None` for other keys.
pub(super) fn on_key(model: &mut Model, key: KeyEvent) -> Option<Vec<Cmd>> {
    let had_quit = model.quitting.take().is_some();
    let action = match (model.key_context(), key.code) {
        (KeyContext::List, KeyCode::Char(_)) => keys::find(KeyContext::List, key)?.action,
        _ => return None,
    };
    let is_letter = key.modifiers.is_empty();
    if !is_letter || !matches!(action, Action::Quit | Action::Mouse) {
        return None;
    }
    if had_quit || model.overlays.is_burst() {
        let text = model.messages.get("status-burst");
        model.set_status(text, Tone::Warn);
        return Some(Vec::new());
    }
    if action == Action::Mouse {
        return None;
    }
    let generation = model.next_generation();
    model.quitting = Some(generation);
    Some(vec![Cmd::After(WAIT, Timer::Quit(generation))])
}

/// Quits, unless other input has followed the letter.
pub(super) fn on_timer(model: &mut Model, generation: u64) -> Vec<Cmd> {
    match model.quitting.take_if(|quitting| *quitting == generation) {
        Some(_) => vec![Cmd::Quit],
        None => Vec::new(),
    }
}
