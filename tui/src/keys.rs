//! Key bindings. Key handling, footer, help and palette all use the table [`BINDINGS`].

mod bindings;
mod key;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use self::key::ctrl;
pub use self::{
    bindings::{Action, BINDINGS, Binding, KeyContext, RecordActionId, TextEdit},
    key::Key,
};
use crate::messages::Messages;

/// The binding of a key, if it has one in this context.
#[must_use]
pub(crate) fn find(context: KeyContext, event: KeyEvent) -> Option<&'static Binding> {
    let modifiers = event.modifiers - KeyModifiers::SHIFT;
    let pressed = Key {
        code: event.code,
        modifiers,
    };
    bindings(context).find(|binding| binding.keys.contains(&pressed))
}

/// The edit that a key makes in a text input.
#[must_use]
pub(crate) fn text_edit(event: KeyEvent) -> Option<TextEdit> {
    match find(KeyContext::Text, event)?.action {
        Action::Text(edit) => Some(edit),
        _ => None,
    }
}

/// Removes Alt, or Ctrl and Alt, from a character that is no letter: so some terminals send what `AltGr`
/// types. A letter with Alt is a command.
#[must_use]
pub(crate) fn without_alt_gr(event: KeyEvent) -> KeyEvent {
    let held = event.modifiers - KeyModifiers::SHIFT - KeyModifiers::CONTROL;
    match event.code {
        KeyCode::Char(letter) if held == KeyModifiers::ALT && !letter.is_ascii_alphabetic() => {
            KeyEvent {
                modifiers: event.modifiers & KeyModifiers::SHIFT,
                ..event
            }
        }
        _ => event,
    }
}

/// Whether the key draws the screen again, which it does in every context.
#[must_use]
pub(crate) fn is_redraw(event: KeyEvent) -> bool {
    find(KeyContext::List, event).is_some_and(|binding| binding.action == Action::Redraw)
}

/// Whether the key is Ctrl-C.
#[must_use]
pub(crate) fn is_interrupt(event: KeyEvent) -> bool {
    let interrupt = ctrl('c');
    (event.code, event.modifiers) == (interrupt.code, interrupt.modifiers)
}

/// The bindings of a context, in the table's order.
pub fn bindings(context: KeyContext) -> impl Iterator<Item = &'static Binding> {
    BINDINGS
        .iter()
        .filter(move |binding| binding.context == context)
}

/// The name of the key of an action in a context; empty if it has none.
#[must_use]
pub(crate) fn name_of(context: KeyContext, action: Action, messages: &Messages) -> String {
    let binding = bindings(context).find(|binding| binding.action == action);
    let key = binding.and_then(Binding::displayed_key);
    key.map_or_else(String::new, |key| key.name(messages))
}

impl Binding {
    /// The key that the footer displays.
    #[must_use]
    pub(crate) fn displayed_key(&self) -> Option<Key> {
        self.keys.first().copied()
    }
}

#[cfg(test)]
mod tests;
