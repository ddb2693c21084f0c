//! Letters and pasted text, to wherever typing goes now.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::Zoned;
use tui_input::{Input, InputRequest};

use super::{act, choosing, cmd::Cmd, dialog, finding, front, model::Model, overlay::Overlay};
use crate::{
    form::{Form, spec::Kind},
    keys::KeyContext,
};

/// Takes a key that writes or moves within a line before any action can have it; `None` when it
/// is not such a key here.
pub(super) fn letter(model: &mut Model, key: KeyEvent) -> Option<Vec<Cmd>> {
    let place = model.place();
    if place == KeyContext::Login && demo_digit(model, key) {
        return Some(Vec::new());
    }
    if place == KeyContext::Menu {
        return choosing::menu_letter(model, key);
    }
    let lines =
        front::focused_form(model).is_some_and(|form| form.focused().spec.kind == Kind::Lines);
    let breaks = key.code == KeyCode::Enter && lines && key.modifiers.is_empty();
    let within = match key.code {
        KeyCode::Char(_) => is_text(key),
        KeyCode::Left | KeyCode::Right => true,
        _ => breaks,
    };
    if !within || input(model).is_none() {
        return None;
    }
    Some(edit(model, key))
}

/// A demo account is a digit away while nothing is typed yet, or what is there came by a digit.
fn demo_digit(model: &mut Model, key: KeyEvent) -> bool {
    let KeyCode::Char(digit) = key.code else {
        return false;
    };
    let empty = model
        .login
        .fields
        .iter()
        .all(|f| f.input.value().is_empty());
    let [email, password] = [0, 1].map(|at| model.login.fields[at].input.value());
    let filled = model.demo.iter().any(|account| {
        let untouched = password.is_empty() || password == account.password;
        email == account.email && (untouched || model.login.notice.is_some())
    });
    let index = digit
        .to_digit(10)
        .and_then(|n| usize::try_from(n).ok()?.checked_sub(1));
    match index {
        Some(index) if index < model.demo.len() && (empty || filled) => {
            dialog::fill(model, index);
            true
        }
        _ => false,
    }
}

/// Whether the key writes a letter. Ctrl and Alt together are how some terminals send `AltGr`.
fn is_text(key: KeyEvent) -> bool {
    let held = key.modifiers - KeyModifiers::SHIFT;
    held.is_empty() || held == KeyModifiers::CONTROL | KeyModifiers::ALT
}

/// The line that typing goes to.
fn input(model: &mut Model) -> Option<&mut Input> {
    let tab = model.tab.index();
    if model.me.is_some() && model.overlays.is_empty() {
        let list = &mut model.lists[tab];
        return list.searching.then_some(&mut list.search);
    }
    if model.me.is_none() {
        return Some(&mut model.login.focused_mut().input);
    }
    match model.overlays.last_mut()? {
        Overlay::Form(form) if form.busy || !form.focused().spec.kind.is_typed() => None,
        Overlay::Form(form) => Some(&mut form.focused_mut().input),
        Overlay::Picker(picker) => Some(&mut picker.input),
        Overlay::Palette(palette) => Some(&mut palette.input),
        Overlay::Help(help) => Some(&mut help.input),
        _ => None,
    }
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
        Some(change) if change.value => after(model),
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

/// Takes pasted text. Line breaks stay only where lines are written.
pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Cmd> {
    let lines =
        front::focused_form(model).is_some_and(|form| form.focused().spec.kind == Kind::Lines);
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
    after(model)
}

/// What follows when a line has changed.
fn after(model: &mut Model) -> Vec<Cmd> {
    let now = model.now.clone();
    match model.overlays.last_mut() {
        _ if model.me.is_none() => {
            model.login.focused_mut().problem = None;
            model.login.notice = None;
            forget_wait(&mut model.login, &now);
            Vec::new()
        }
        None => act::search_soon(model),
        Some(Overlay::Form(form)) => {
            form.notice = form.notice.take().filter(|_| form.forced);
            forget_wait(form, &now);
            form.measure();
            // What is wrong is told on leaving; while typing, only that it is right again.
            if form.focused().problem.is_some() {
                form.check(&model.messages, &now);
            }
            Vec::new()
        }
        Some(Overlay::Picker(picker)) => {
            picker.selected = 0;
            picker.notice = None;
            if picker.is_remote() {
                return choosing::narrow_soon(model);
            }
            picker.narrow(&model.messages, &now);
            Vec::new()
        }
        Some(Overlay::Palette(palette)) => {
            palette.selected = 0;
            finding::search_soon(model)
        }
        Some(Overlay::Help(help)) => {
            help.selected = 0;
            Vec::new()
        }
        Some(_) => Vec::new(),
    }
}

/// That one may try again is said until one does.
fn forget_wait(form: &mut Form, now: &Zoned) {
    form.again = form.again.filter(|_| form.is_waiting(now.timestamp()));
}
