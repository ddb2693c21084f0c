//! Applies typed and pasted text to the focused input: of the login screen, the search line or the
//! overlay in front.

use std::mem;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use epic_events::{character, fold::QUERY_MAX, value};
use tui_input::{Input, InputRequest, InputResponse};
use unicode_width::UnicodeWidthChar as _;

use super::{
    cmd::Cmd,
    login,
    model::{Focus, Model},
    reaction,
    tab::actions,
};
use crate::{
    form::spec::Breaks,
    keys::{self, TextEdit},
    messages::Arg,
};

/// Handles a key that edits the focused input, before the key bindings; `None` for other keys.
pub(super) fn on_key(model: &mut Model, key: KeyEvent) -> Option<Vec<Cmd>> {
    if let KeyCode::Char(letter) = key.code
        && is_text(key)
        && let Some(cmds) = on_letter(model, letter)
    {
        return Some(cmds);
    }
    let is_edit = match key.code {
        KeyCode::Char(_) => is_text(key),
        KeyCode::Left | KeyCode::Right => true,
        // Where they move nothing in the text, they are keys of what is below it.
        KeyCode::Home => input(model).is_some_and(|it| it.cursor() > 0),
        KeyCode::End => input(model).is_some_and(|it| it.cursor() < it.value().chars().count()),
        KeyCode::Enter => key.modifiers.is_empty() && breaks(model) == Breaks::Keep,
        _ => false,
    };
    if !is_edit || input(model).is_none() {
        return None;
    }
    Some(edit(model, key))
}

/// Handles a letter that is an action, where no input has the focus.
fn on_letter(model: &mut Model, letter: char) -> Option<Vec<Cmd>> {
    match model.focus() {
        Focus::Overlay(id) => {
            let mut handled = false;
            let cmds = reaction::run_overlay(model, id, |overlay, ctx| {
                let effects = overlay.on_letter(letter, ctx);
                handled = effects.is_some();
                effects.unwrap_or_default()
            });
            handled.then_some(cmds)
        }
        Focus::Login | Focus::List | Focus::Search => None,
    }
}

/// Whether the key types its character.
fn is_text(key: KeyEvent) -> bool {
    (key.modifiers - KeyModifiers::SHIFT).is_empty()
}

/// The focused input.
fn input(model: &mut Model) -> Option<&mut Input> {
    match model.focus() {
        Focus::Login => Some(&mut model.login.focused_mut().input),
        Focus::Search => Some(&mut model.list_mut().search),
        Focus::Overlay(id) => model.overlays.get_mut(id)?.component_mut().input(),
        Focus::List => None,
    }
}

/// How tabs and line breaks are treated that are pasted into the focused input.
fn breaks(model: &Model) -> Breaks {
    match model.focus() {
        Focus::Login => model.login.focused().spec.kind.breaks(),
        Focus::Overlay(_) => {
            let overlay = model.overlays.front();
            overlay.map_or(Breaks::Space, |it| it.component().breaks())
        }
        Focus::List | Focus::Search => Breaks::Space,
    }
}

/// Maximum number of characters in the focused input.
fn input_max(model: &Model) -> usize {
    match model.focus() {
        Focus::Login => model.login.focused().spec.kind.input_max(),
        Focus::Overlay(_) => {
            let overlay = model.overlays.front();
            overlay.map_or(QUERY_MAX, |it| it.component().input_max())
        }
        Focus::List | Focus::Search => QUERY_MAX,
    }
}

/// Edits the focused input.
pub(super) fn edit(model: &mut Model, key: KeyEvent) -> Vec<Cmd> {
    let Some(request) = input_request(key) else {
        return Vec::new();
    };
    let max = input_max(model);
    let Some(input) = input(model) else {
        return Vec::new();
    };
    // Text that is pasted without brackets arrives as keys.
    let is_full = || input.value().len() >= max && input.value().chars().count() >= max;
    if matches!(request, InputRequest::InsertChar(_)) && is_full() {
        warn_full(model, "status-input-full", max);
        return Vec::new();
    }
    let change = match request {
        InputRequest::GoToNextWord => input.handle(InputRequest::SetCursor(word_end(input))),
        InputRequest::DeleteNextWord => delete_to_word_end(input),
        request => input.handle(request),
    };
    match change {
        Some(change) if change.value => on_input(model),
        _ => Vec::new(),
    }
}

/// The end of the word at or after the cursor, in characters. As in readline, a word consists of letters
/// and digits, with the marks combined with them.
fn word_end(input: &Input) -> usize {
    let is_word = |it: &char| it.is_alphanumeric() || it.width() == Some(0);
    let ahead = || input.value().chars().skip(input.cursor());
    let gap = ahead().take_while(|it| !is_word(it)).count();
    let word = ahead().skip(gap).take_while(is_word).count();
    input.cursor() + gap + word
}

/// Deletes to the end of the word, and keeps it for [`TextEdit::Yank`].
fn delete_to_word_end(input: &mut Input) -> InputResponse {
    let (cursor, end) = (input.cursor(), word_end(input));
    let value = input.value().to_owned();
    let rest: String = value.chars().skip(end).collect();
    let before: String = value.chars().take(end).collect();
    let mut shorter = mem::take(input).with_value(before).with_cursor(cursor);
    let change = shorter.handle(InputRequest::DeleteTillEnd);
    let value = shorter.value().to_owned() + &rest;
    *input = shorter.with_value(value).with_cursor(cursor);
    change
}

/// The edit that a key makes.
fn input_request(key: KeyEvent) -> Option<InputRequest> {
    if let Some(edit) = keys::text_edit(key) {
        return Some(match edit {
            TextEdit::PreviousWord => InputRequest::GoToPrevWord,
            TextEdit::NextWord => InputRequest::GoToNextWord,
            TextEdit::Start => InputRequest::GoToStart,
            TextEdit::End => InputRequest::GoToEnd,
            TextEdit::DeletePreviousWord => InputRequest::DeletePrevWord,
            TextEdit::DeleteNextWord => InputRequest::DeleteNextWord,
            TextEdit::DeleteToStart => InputRequest::DeleteFromStart,
            TextEdit::DeleteToEnd => InputRequest::DeleteTillEnd,
            TextEdit::Yank => InputRequest::Yank,
        });
    }
    Some(match key.code {
        KeyCode::Enter if key.modifiers.is_empty() => InputRequest::InsertChar('\n'),
        KeyCode::Char(letter) if is_text(key) => InputRequest::InsertChar(letter),
        KeyCode::Backspace => InputRequest::DeletePrevChar,
        KeyCode::Delete => InputRequest::DeleteNextChar,
        KeyCode::Left => InputRequest::GoToPrevChar,
        KeyCode::Right => InputRequest::GoToNextChar,
        _ => return None,
    })
}

/// Inserts pasted text. Control characters other than tabs and line breaks are dropped.
pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Cmd> {
    let (breaks, max) = (breaks(model), input_max(model));
    let Some(input) = input(model) else {
        return Vec::new();
    };
    // A copied row of a table or line of a text ends with a line break.
    let value = text.trim_matches(character::is_break);
    let text = match breaks {
        Breaks::Space => value::spaces(value),
        Breaks::Keep => value::line_feeds(text),
        Breaks::Refuse => value.to_owned(),
    };
    let is_inserted = |it: &char| !it.is_control() || character::is_break(*it);
    let text: String = text.chars().filter(is_inserted).collect();
    let is_cut = insert(input, &text, max);
    let cmds = on_input(model);
    if is_cut {
        warn_full(model, "status-paste-cut", max);
    }
    cmds
}

/// Says in this Fluent message how many characters the focused input has room for.
fn warn_full(model: &mut Model, message: &str, max: usize) {
    let limit = Arg::Number(i64::try_from(max).unwrap_or(i64::MAX));
    let text = model.messages.with(message, &[("limit", limit)]);
    model.show_warning(text);
}

/// Inserts the text at the cursor, up to `max` characters in the input. Returns whether a part was
/// omitted.
fn insert(input: &mut Input, text: &str, max: usize) -> bool {
    let value = input.value();
    let room = max.saturating_sub(value.chars().count());
    let end = text.char_indices().nth(room).map(|(at, _)| at);
    let inserted = &text[..end.unwrap_or(text.len())];
    let mut before: String = value.chars().take(input.cursor()).collect();
    let after = &value[before.len()..];
    before.push_str(inserted);
    let cursor = input.cursor() + inserted.chars().count();
    let value = before + after;
    *input = mem::take(input).with_value(value).with_cursor(cursor);
    end.is_some()
}

/// Notifies the focused component that its input has changed.
fn on_input(model: &mut Model) -> Vec<Cmd> {
    match model.focus() {
        Focus::Login => {
            login::on_input(model);
            Vec::new()
        }
        Focus::List | Focus::Search => actions::debounce_search(model),
        Focus::Overlay(id) => reaction::run_overlay(model, id, |it, ctx| it.on_input(ctx)),
    }
}
