//! The table of key bindings against the messages, and against itself.

use epic::{
    keys::{Action, BINDINGS},
    messages::{Lang, Messages},
    view::footer::actions,
};

use crate::support::test_client::{TestClient, signed_in};

#[test]
fn every_key_and_label_has_a_message_in_every_language() {
    for lang in Lang::ALL {
        let messages = Messages::new(lang);
        for binding in BINDINGS {
            assert_ne!(messages.get(binding.label), binding.label, "{lang:?}");
            for key in binding.keys {
                let name = key.name(&messages);
                assert!(!name.is_empty() && !name.contains("keyname"), "{key:?}");
            }
        }
    }
}

#[test]
fn no_key_has_two_bindings_in_one_context() {
    for (index, binding) in BINDINGS.iter().enumerate() {
        for other in &BINDINGS[index + 1..] {
            if binding.context == other.context {
                let twice = binding.keys.iter().find(|key| other.keys.contains(key));
                assert!(twice.is_none(), "{twice:?} in {:?}", binding.context);
            }
        }
    }
}

#[test]
fn the_help_lists_the_yes_of_the_two_kinds_of_questions_once() {
    let mut client = signed_in('1');
    client.keys("?yes");
    let screen = client.screen();
    let lines = screen.lines().filter(|line| line.contains("Questions"));
    assert_eq!(lines.count(), 1, "{screen}");
}

#[test]
fn the_help_says_why_an_action_cannot_be_run() {
    let mut client = signed_in('3');
    client.keys("?new password");
    let screen = client.screen();
    assert!(screen.contains("⊘"), "{screen}");
    client.keys("<esc>1?new password");
    let screen = client.screen();
    assert!(screen.contains("⊘ only gestion"), "{screen}");
    assert!(screen.contains("Only gestion can"), "{screen}");
}

#[test]
fn the_footer_begins_with_what_the_record_needs_next() {
    let first = |keys: &str, digit| {
        let mut client = signed_in(digit);
        client.keys(keys);
        actions(&client.model)[0].action
    };
    // An event without a support.
    assert_eq!(first("4", '1'), Action::Assign);
    assert_ne!(first("4", '3'), Action::Assign);
    // A contract to sign.
    assert_eq!(first("3<down>", '1'), Action::Edit);
    assert_ne!(first("3<down>", '4'), Action::Edit);
}

#[test]
fn the_footer_begins_with_reading_or_editing_when_nothing_waits() {
    // The width of the screen, the account, the keys, and the first action.
    let cases = [
        // An event with a support.
        (80, '1', "4<down>", Action::Open),
        (80, '1', "4<down><enter>", Action::Go),
        (120, '1', "4<down>", Action::Go),
        (120, '3', "4<down><down>", Action::Edit),
        // A client of a commercial, and one of another.
        (120, '2', "2<down>", Action::Edit),
        (120, '2', "2<down><down>", Action::Go),
        // A contract that is signed and paid, and has an event.
        (120, '1', "3", Action::Edit),
        (120, '3', "3", Action::Go),
        // A list without records.
        (120, '1', "2/zzz", Action::Choose),
        (120, '2', "2/zzz<enter>", Action::New),
    ];
    for (width, digit, keys, expected) in cases {
        let mut client = TestClient::signed_in(Lang::En, (width, 30), digit);
        client.keys(keys);
        client.run_timers();
        let first = actions(&client.model)[0].action;
        assert_eq!(first, expected, "{width} {digit} {keys}");
    }
}
