//! Bindings by key, and keys by name.

use super::{
    bindings::*,
    key::{ch, key, with_alt, with_ctrl},
    *,
};
use crate::{messages::Lang, record::Tab};

fn event(code: KeyCode, modifiers: KeyModifiers) -> KeyEvent {
    KeyEvent::new(code, modifiers)
}

#[test]
fn the_key_that_draws_again_is_one_key() {
    let redraw = event(KeyCode::Char('l'), KeyModifiers::CONTROL);
    assert!(is_redraw(redraw));
    for other in ['L', 'j', 'r'] {
        assert!(!is_redraw(event(
            KeyCode::Char(other),
            KeyModifiers::CONTROL
        )));
    }
    assert!(!is_redraw(event(KeyCode::Char('l'), KeyModifiers::NONE)));
}

#[test]
fn a_key_is_found_in_its_context() {
    use KeyCode::{BackTab, Char, Delete, Enter, Esc, F, Right, Tab as TabKey, Up};
    use KeyContext::{Calendar, Confirm, DeleteCollaborator, Discard, Form, List, Login, Menu};
    const ALT: KeyModifiers = KeyModifiers::ALT;
    const CTRL: KeyModifiers = KeyModifiers::CONTROL;
    const NONE: KeyModifiers = KeyModifiers::NONE;
    const SHIFT: KeyModifiers = KeyModifiers::SHIFT;

    let cases = [
        (List, Enter, NONE, Some(Action::Open)),
        (List, Char('d'), NONE, Some(Action::Delete)),
        (List, Delete, NONE, Some(Action::Delete)),
        (List, Char('G'), SHIFT, Some(Action::Bottom)),
        (List, Char('G'), NONE, Some(Action::Bottom)),
        (List, BackTab, SHIFT, Some(Action::PreviousTab)),
        (List, Char('p'), CTRL, Some(Action::Palette)),
        (List, Char('p'), NONE, Some(Action::OwnPassword)),
        (List, Char('p'), ALT, None),
        (List, Char('p'), CTRL.union(ALT), None),
        (
            List,
            Char('1'),
            NONE,
            Some(Action::ShowTab(Tab::Collaborators)),
        ),
        (
            List,
            Char('&'),
            NONE,
            Some(Action::ShowTab(Tab::Collaborators)),
        ),
        (List, Char('4'), NONE, Some(Action::ShowTab(Tab::Events))),
        (List, Char('5'), NONE, None),
        (Login, F(3), NONE, Some(Action::Fill(2))),
        (Login, Char('n'), NONE, None),
        (Form, Right, NONE, Some(Action::Toggle)),
        (Form, Char('s'), CTRL, Some(Action::Save)),
        (Form, Char('s'), NONE, None),
        (Confirm, Char('y'), CTRL, Some(Action::Yes)),
        (Confirm, Char('o'), CTRL, None),
        (Confirm, Char('y'), NONE, None),
        (Confirm, Enter, NONE, Some(Action::Cancel)),
        (Discard, Enter, NONE, Some(Action::Cancel)),
        (DeleteCollaborator, Enter, NONE, Some(Action::Cancel)),
        (DeleteCollaborator, Delete, NONE, None),
        (Menu, TabKey, NONE, None),
        (Calendar, Up, NONE, Some(Action::Up)),
        (Calendar, Esc, NONE, Some(Action::Cancel)),
    ];
    for (context, code, modifiers, expected) in cases {
        let found = find(context, event(code, modifiers)).map(|binding| binding.action);
        assert_eq!(found, expected, "{context:?} {code:?} {modifiers:?}");
    }
}

#[test]
fn a_context_has_its_own_bindings_in_the_order_of_the_table() {
    let actions = |context| bindings(context).map(|binding| binding.action);
    let search: Vec<_> = actions(KeyContext::Search).collect();
    assert_eq!(search, [Action::Choose, Action::Cancel]);
    let secret: Vec<_> = actions(KeyContext::Secret).collect();
    assert_eq!(secret, [Action::Copy, Action::Yes]);
    let contexts = BINDINGS.iter().map(|binding| binding.context);
    for context in contexts {
        assert!(bindings(context).all(|binding| binding.context == context));
    }
}

#[test]
fn every_tab_has_a_key_and_every_context_a_name() {
    for tab in Tab::ALL {
        let binding = bindings(KeyContext::List).find(|it| it.action == Action::ShowTab(tab));
        let label = binding.map(|binding| binding.label);
        assert_eq!(label, Some(tab.screen().title));
    }
    for lang in Lang::ALL {
        let messages = Messages::new(lang);
        for binding in BINDINGS {
            let label = binding.context.label();
            assert!(label.starts_with("context-"), "{label}");
            assert_ne!(messages.get(label), label, "{lang:?}");
        }
    }
}

#[test]
fn a_question_is_confirmed_with_the_letter_that_its_answer_begins_with() {
    let shown = |context, action, lang| {
        let messages = Messages::new(lang);
        let binding = bindings(context).find(|binding| binding.action == action);
        binding
            .and_then(Binding::displayed_key)
            .map(|key| key.name(&messages))
    };
    // Context, action, key in English, key in French.
    let cases = [
        (KeyContext::Confirm, Action::Yes, "Ctrl-Y", "Ctrl-Y"),
        (KeyContext::Confirm, Action::Cancel, "Esc", "Échap"),
        (KeyContext::Discard, Action::Yes, "Ctrl-Y", "Ctrl-Y"),
        (KeyContext::Discard, Action::Cancel, "Esc", "Échap"),
        (KeyContext::List, Action::New, "n", "n"),
        (KeyContext::Secret, Action::Yes, "Enter", "Entrée"),
        (KeyContext::Sessions, Action::Choose, "Enter", "Entrée"),
    ];
    for (context, action, english, french) in cases {
        for (lang, expected) in [(Lang::En, english), (Lang::Fr, french)] {
            let key = shown(context, action, lang);
            assert_eq!(key.as_deref(), Some(expected), "{context:?} {action:?}");
        }
    }
}

#[test]
fn a_key_is_named_in_the_language() {
    let cases = [
        (ch('a'), "a", "a"),
        (ch('é'), "é", "é"),
        (ch(' '), "Space", "Espace"),
        (ctrl('s'), "Ctrl-S", "Ctrl-S"),
        (ENTER, "Enter", "Entrée"),
        (ESC, "Esc", "Échap"),
        (TAB, "Tab", "Tab"),
        (BACK_TAB, "Shift-Tab", "Maj-Tab"),
        (BACKSPACE, "Bksp", "Ret.arr"),
        (with_alt(ch('b')), "Alt-b", "Alt-b"),
        (with_ctrl(LEFT), "Ctrl-←", "Ctrl-←"),
        (DELETE, "Del", "Suppr"),
        (HOME, "Home", "Début"),
        (END, "End", "Fin"),
        (PAGE_UP, "PgUp", "PgPréc"),
        (PAGE_DOWN, "PgDn", "PgSuiv"),
        (UP, "↑", "↑"),
        (DOWN, "↓", "↓"),
        (LEFT, "←", "←"),
        (RIGHT, "→", "→"),
        (F5, "F5", "F5"),
        (key(KeyCode::Null), "", ""),
    ];
    for (key, english, french) in cases {
        for (lang, expected) in [(Lang::En, english), (Lang::Fr, french)] {
            assert_eq!(key.name(&Messages::new(lang)), expected, "{key:?}");
        }
    }
}

#[test]
fn keys_of_readline_edit_text() {
    let cases = [
        (
            KeyCode::Char('w'),
            KeyModifiers::CONTROL,
            Some(TextEdit::DeletePreviousWord),
        ),
        (
            KeyCode::Backspace,
            KeyModifiers::ALT,
            Some(TextEdit::DeletePreviousWord),
        ),
        (
            KeyCode::Delete,
            KeyModifiers::CONTROL,
            Some(TextEdit::DeleteNextWord),
        ),
        (
            KeyCode::Char('b'),
            KeyModifiers::ALT,
            Some(TextEdit::PreviousWord),
        ),
        (KeyCode::End, KeyModifiers::NONE, Some(TextEdit::End)),
        (KeyCode::Char('w'), KeyModifiers::NONE, None),
        (KeyCode::Enter, KeyModifiers::NONE, None),
    ];
    for (code, modifiers, expected) in cases {
        assert_eq!(
            text_edit(event(code, modifiers)),
            expected,
            "{code:?} {modifiers:?}"
        );
    }
}

#[test]
fn alt_gr_types_what_is_no_letter() {
    const ALT: KeyModifiers = KeyModifiers::ALT;
    const CTRL: KeyModifiers = KeyModifiers::CONTROL;
    const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
    // The character, the modifiers, those that remain.
    let cases = [
        ('@', ALT, KeyModifiers::NONE),
        ('@', ALT.union(CTRL), KeyModifiers::NONE),
        ('€', ALT.union(CTRL).union(SHIFT), SHIFT),
        ('ł', ALT, KeyModifiers::NONE),
        ('7', CTRL, CTRL),
        ('b', ALT, ALT),
        ('b', ALT.union(CTRL), ALT.union(CTRL)),
        (
            '@',
            ALT.union(KeyModifiers::SUPER),
            ALT.union(KeyModifiers::SUPER),
        ),
        ('@', SHIFT, SHIFT),
    ];
    for (letter, modifiers, expected) in cases {
        let key = without_alt_gr(event(KeyCode::Char(letter), modifiers));
        assert_eq!(key, event(KeyCode::Char(letter), expected), "{letter}");
    }
    let left = event(KeyCode::Left, ALT);
    assert_eq!(without_alt_gr(left), left);
}
