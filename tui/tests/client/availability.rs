//! The actions that can be run, and the reason why another action cannot.

use std::collections::BTreeSet;

use crossterm::event::KeyEvent;
use epic::{
    app::{Msg, Timer},
    keys::{self, Action, KeyContext},
    messages::Lang,
    record::{Record, Tab},
};

use crate::support::test_client::{TestClient, signed_in};

#[test]
fn a_denied_action_gives_the_reason() {
    // Account, keys, text of the status line.
    let cases = [
        ('2', "2<home>a", "gestion"),
        ('1', "2n", "commercial"),
        ('1', "2e", "commercial"),
        ('3', "3n", "gestion"),
        ('3', "1d", "only gestion can delete this collaborator"),
        ('2', "4e", "support"),
        ('1', "2<down>a", "already"),
        (
            '2',
            "2<down><down>e",
            "only sofia rossi, who is in charge, can edit this client",
        ),
        ('2', "2e", "nobody is in charge yet"),
        (
            '3',
            "4<down>e",
            "only its support, martin roy, can edit this event",
        ),
        ('1', "2<down>a", "karim benali is already in charge"),
        ('2', "2<home>a", "only gestion can assign a commercial"),
        ('1', "2d", "clients cannot be deleted"),
        ('1', "4d", "events cannot be deleted"),
        ('1', "3w", "only collaborators have passwords"),
        ('1', "3a", "a contract follows its client"),
    ];
    for (digit, keys, expected) in cases {
        let mut client = signed_in(digit);
        client.keys(keys);
        let status = client.model.status.clone().map(|status| status.text);
        let status = status.unwrap_or_default().to_lowercase();
        assert!(status.contains(expected), "{digit} {keys}: {status:?}");
        assert!(
            client.model.overlays.is_empty(),
            "{digit} {keys} opened something"
        );
    }
}

#[test]
fn the_footer_offers_only_enabled_actions() {
    let labels = |client: &TestClient| -> Vec<&str> {
        let bindings = client.model.footer_bindings();
        bindings.iter().map(|binding| binding.label).collect()
    };
    // Account, keys, offered, not offered.
    let cases = [
        ('1', "2", "key-assign", "key-edit"),
        ('2', "2<down>", "key-edit", "key-assign"),
        ('3', "2", "key-go", "key-new"),
        ('1', "1", "key-delete", "key-assign"),
    ];
    for (digit, keys, offered, not) in cases {
        let mut client = signed_in(digit);
        client.keys(keys);
        let labels = labels(&client);
        assert!(labels.contains(&offered), "{digit} {keys}: {labels:?}");
        assert!(!labels.contains(&not), "{digit} {keys}: {labels:?}");
    }
}

/// The parts of the client that an action of the list may change, except for the status line, which
/// also displays why an action is not available.
fn effects(client: &TestClient) -> impl PartialEq + use<> {
    let model = &client.model;
    (
        (model.overlays.is_empty(), model.opened, model.mouse),
        (model.tab, model.selected().map(Record::id)),
        (model.list().searching, model.me.is_some(), model.pane_top),
        (client.requests.len(), client.has_quit, client.redraws),
    )
}

#[test]
fn every_action_of_the_list_has_an_effect() {
    let accounts = ['1', '2', '3'];
    let states = ["1", "2", "3", "4"].map(|tab| format!("{tab}<down><down>"));
    let states: Vec<_> = states
        .into_iter()
        .chain(
            [
                "3/e<enter>",
                "4<down><enter>",
                "4<down><enter><ctrl-d>",
                "2<down>gt",
            ]
            .map(str::to_owned),
        )
        .collect();
    for binding in keys::bindings(KeyContext::List) {
        let has_effect = |digit, state: &str| {
            let mut client = TestClient::signed_in(Lang::En, (60, 16), digit);
            client.keys(state);
            let before = effects(&client);
            if let Some(key) = binding.keys.first() {
                client.send(Msg::Key(KeyEvent::new(key.code, key.modifiers)));
            } else {
                let label = client.model.messages.get(binding.label);
                client.keys(&format!(":{label}<enter>"));
            }
            let quits = |(_, timer): &(_, Timer)| matches!(timer, Timer::Quit(_));
            client.timers.iter().any(quits) || effects(&client) != before
        };
        let has_effect = accounts
            .iter()
            .any(|&digit| states.iter().any(|state| has_effect(digit, state)));
        assert!(has_effect, "{:?}", binding.action);
    }
}

#[test]
fn every_record_action_has_a_key_and_a_specification() {
    let specified: BTreeSet<_> = Tab::ALL
        .into_iter()
        .flat_map(|tab| tab.screen().actions)
        .map(|action| action.id)
        .collect();
    let bound: BTreeSet<_> = keys::bindings(KeyContext::List)
        .filter_map(|binding| match binding.action {
            Action::Record(id) => Some(id),
            _ => None,
        })
        .collect();
    assert_eq!(specified, bound);
}
