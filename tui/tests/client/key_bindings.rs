//! The table of key bindings against the messages, and against itself.

use epic::{
    keys::{Action, BINDINGS},
    messages::{Lang, Messages},
    view::footer::actions,
};

use crate::support::test_client::signed_in;

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
    let lines = screen.lines().filter(|line| line.contains("questions"));
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
