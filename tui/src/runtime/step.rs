//! The steps of the event loop: what it does for an input from the terminal.

use crossterm::event::{
    Event, KeyCode, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::layout::Size;

use super::{Input, size_or_fallback};
use crate::{
    app::{
        cmd::{Msg, Target},
        model::Model,
    },
    view,
};

/// Rows per step of the mouse wheel.
const WHEEL_ROWS: isize = 3;

/// What the event loop does next.
pub(super) enum Step {
    Update(Msg),
    Input(Msg, u64),
    Suspend,
    Resume,
    Ignore,
    Quit,
}

impl Step {
    /// The step for an input; the end of all inputs ends the program.
    pub(super) fn of_input(model: &Model, input: Option<Input>) -> Self {
        match input {
            None | Some(Input::Quit) => Self::Quit,
            Some(Input::Suspend) => Self::Suspend,
            Some(Input::Resume) => Self::Resume,
            Some(Input::Terminal(event, _)) if is_suspend(&event) => Self::Suspend,
            Some(Input::Terminal(event, frames)) => {
                to_message(model, event).map_or(Self::Ignore, |msg| Self::Input(msg, frames))
            }
        }
    }

    /// Whether it is a typed character, which may belong to a text that is pasted without brackets.
    pub(super) fn is_character(&self) -> bool {
        let Self::Input(Msg::Key(key), _) = self else {
            return false;
        };
        let is_plain = (key.modifiers - KeyModifiers::SHIFT).is_empty();
        is_plain && matches!(key.code, KeyCode::Char(_))
    }
}

/// Ctrl-Z is a key event, because raw mode disables its signal.
fn is_suspend(event: &Event) -> bool {
    matches!(event, Event::Key(key)
        if key.code == KeyCode::Char('z')
            && key.modifiers == KeyModifiers::CONTROL
            && key.kind == KeyEventKind::Press)
}

/// The message for a terminal event, if any.
fn to_message(model: &Model, event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => Some(Msg::Key(key)),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(width, height) => {
            let Size { width, height } = size_or_fallback(width, height);
            Some(Msg::Resize(width, height))
        }
        Event::Mouse(mouse) => match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                let target = view::target_at(model, mouse.column, mouse.row);
                Some(Msg::Click(target))
            }
            MouseEventKind::ScrollDown => Some(scroll(model, mouse, WHEEL_ROWS)),
            MouseEventKind::ScrollUp => Some(scroll(model, mouse, -WHEEL_ROWS)),
            _ => None,
        },
        _ => None,
    }
}

/// The message for the wheel, which scrolls what is under the pointer.
fn scroll(model: &Model, mouse: MouseEvent, rows: isize) -> Msg {
    match view::target_at(model, mouse.column, mouse.row) {
        Target::Pane => Msg::ScrollPane(rows),
        _ => Msg::Scroll(rows),
    }
}
