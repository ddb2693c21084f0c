//! Typed and pasted text, to the line that it goes to now: of the login screen, the search line or
//! the overlay in front.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::{Input, InputRequest};

use super::{
    cmd::Cmd,
    login,
    model::{Focus, Model},
    reaction,
    tab::actions,
};

/// Handles a key that writes or moves within a line, before key bindings do; `None` when it is not
/// such a key here.
pub(super) fn on_key(model: &mut Model, key: KeyEvent) -> Option<Vec<Cmd>> {
    if let KeyCode::Char(letter) = key.code
        && let Some(cmds) = on_letter(model, letter)
    {
        return Some(cmds);
    }
    let is_edit = match key.code {
        KeyCode::Char(_) => is_text(key),
        KeyCode::Left | KeyCode::Right => true,
        KeyCode::Enter => key.modifiers.is_empty() && takes_line_breaks(model),
        _ => false,
    };
    if !is_edit || input(model).is_none() {
        return None;
    }
    Some(edit(model, key))
}

/// A letter that is an action where no text is typed.
fn on_letter(model: &mut Model, letter: char) -> Option<Vec<Cmd>> {
    match model.focus() {
        Focus::Login => login::on_digit(model, letter).then(Vec::new),
        Focus::Overlay(id) => {
            let mut handled = false;
            let cmds = reaction::of_overlay(model, id, |overlay, ctx| {
                let effects = overlay.on_letter(letter, ctx);
                handled = effects.is_some();
                effects.unwrap_or_default()
            });
            handled.then_some(cmds)
        }
        Focus::List | Focus::Search => None,
    }
}

/// Whether the key writes a letter. Ctrl and Alt together are how some terminals send `AltGr`.
fn is_text(key: KeyEvent) -> bool {
    let held = key.modifiers - KeyModifiers::SHIFT;
    held.is_empty() || held == KeyModifiers::CONTROL | KeyModifiers::ALT
}

/// The line that typing goes to.
fn input(model: &mut Model) -> Option<&mut Input> {
    match model.focus() {
        Focus::Login => Some(&mut model.login.focused_mut().input),
        Focus::Search => Some(&mut model.list_mut().search),
        Focus::Overlay(id) => model.overlays.get_mut(id)?.component_mut().input(),
        Focus::List => None,
    }
}

fn takes_line_breaks(model: &Model) -> bool {
    let overlay = model.overlays.last();
    model.me.is_some() && overlay.is_some_and(|it| it.component().takes_line_breaks())
}

/// Edits the line that typing goes to.
pub(super) fn edit(model: &mut Model, key: KeyEvent) -> Vec<Cmd> {
    let Some(request) = request(key) else {
        return Vec::new();
    };
    let Some(input) = input(model) else {
        return Vec::new();
    };
    match input.handle(request) {
        Some(change) if change.value => on_input(model),
        _ => Vec::new(),
    }
}

/// What a key does to a line.
fn request(key: KeyEvent) -> Option<InputRequest> {
    let ctrl = key.modifiers == KeyModifiers::CONTROL;
    Some(match key.code {
        KeyCode::Enter => InputRequest::InsertChar('\n'),
        KeyCode::Char(letter) if is_text(key) => InputRequest::InsertChar(letter),
        KeyCode::Char('a') if ctrl => InputRequest::GoToStart,
        KeyCode::Char('e') if ctrl => InputRequest::GoToEnd,
        KeyCode::Char('u') if ctrl => InputRequest::DeleteLine,
        KeyCode::Char('w') | KeyCode::Backspace if ctrl => InputRequest::DeletePrevWord,
        KeyCode::Char('y') if ctrl => InputRequest::Yank,
        KeyCode::Backspace => InputRequest::DeletePrevChar,
        KeyCode::Delete => InputRequest::DeleteNextChar,
        KeyCode::Left if ctrl => InputRequest::GoToPrevWord,
        KeyCode::Right if ctrl => InputRequest::GoToNextWord,
        KeyCode::Left => InputRequest::GoToPrevChar,
        KeyCode::Right => InputRequest::GoToNextChar,
        KeyCode::Home => InputRequest::GoToStart,
        KeyCode::End => InputRequest::GoToEnd,
        _ => return None,
    })
}

/// Inserts pasted text. Line breaks become spaces where only one line can be written.
pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Cmd> {
    let lines = takes_line_breaks(model);
    let Some(input) = input(model) else {
        return Vec::new();
    };
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = if lines {
        text
    } else {
        text.trim_end_matches('\n').replace('\n', " ")
    };
    for letter in text.chars().filter(|c| *c == '\n' || !c.is_control()) {
        input.handle(InputRequest::InsertChar(letter));
    }
    on_input(model)
}

/// Runs what follows when the line has changed.
fn on_input(model: &mut Model) -> Vec<Cmd> {
    match model.focus() {
        Focus::Login => {
            login::on_input(model);
            Vec::new()
        }
        Focus::List | Focus::Search => actions::search_soon(model),
        Focus::Overlay(id) => reaction::of_overlay(model, id, |it, ctx| it.on_input(ctx)),
    }
}
