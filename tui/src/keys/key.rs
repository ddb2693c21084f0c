//! A key, and its name.

use crossterm::event::{KeyCode, KeyModifiers};

use crate::messages::Messages;

/// A key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub code: KeyCode,
    /// The modifiers, without Shift, which is part of a letter.
    pub modifiers: KeyModifiers,
}

pub(super) const fn key(code: KeyCode) -> Key {
    Key {
        code,
        modifiers: KeyModifiers::NONE,
    }
}

pub(super) const fn ch(letter: char) -> Key {
    key(KeyCode::Char(letter))
}

/// Ctrl with a letter.
pub(super) const fn ctrl(letter: char) -> Key {
    with_ctrl(ch(letter))
}

pub(super) const fn with_ctrl(key: Key) -> Key {
    Key {
        modifiers: key.modifiers.union(KeyModifiers::CONTROL),
        ..key
    }
}

pub(super) const fn with_alt(key: Key) -> Key {
    Key {
        modifiers: key.modifiers.union(KeyModifiers::ALT),
        ..key
    }
}

impl Key {
    /// The key's name in the language.
    #[must_use]
    pub fn name(self, messages: &Messages) -> String {
        let name = match self.code {
            KeyCode::Char(' ') => messages.get("keyname-space"),
            KeyCode::Char(letter) if self.modifiers.contains(KeyModifiers::CONTROL) => {
                letter.to_ascii_uppercase().to_string()
            }
            KeyCode::Char(letter) => letter.to_string(),
            KeyCode::F(number) => format!("F{number}"),
            KeyCode::Enter => messages.get("keyname-enter"),
            KeyCode::Esc => messages.get("keyname-esc"),
            KeyCode::Tab => messages.get("keyname-tab"),
            KeyCode::BackTab => messages.get("keyname-back-tab"),
            KeyCode::Backspace => messages.get("keyname-backspace"),
            KeyCode::Delete => messages.get("keyname-delete"),
            KeyCode::Home => messages.get("keyname-home"),
            KeyCode::End => messages.get("keyname-end"),
            KeyCode::PageUp => messages.get("keyname-page-up"),
            KeyCode::PageDown => messages.get("keyname-page-down"),
            KeyCode::Up => "↑".to_owned(),
            KeyCode::Down => "↓".to_owned(),
            KeyCode::Left => "←".to_owned(),
            KeyCode::Right => "→".to_owned(),
            _ => String::new(),
        };
        if self.modifiers.contains(KeyModifiers::CONTROL) {
            format!("Ctrl-{name}")
        } else if self.modifiers.contains(KeyModifiers::ALT) {
            format!("Alt-{name}")
        } else {
            name
        }
    }
}
