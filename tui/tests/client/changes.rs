//! What follows from changes by others, beside the list in front.

use std::time::Duration;

use epic::{
    api::ApiRequest,
    app::{Msg, overlay::Overlay},
    client::ChangeEvent,
    form::Form,
    keys::KeyContext,
    messages::Lang,
    record::{Record, Tab},
};
use epic_events::v1::RecordType;

use crate::support::{
    changes::{deleted, pages, paid, save, saved},
    records::{ALICE, KARIM, MARIE},
    test_client::TestClient,
};

fn form(client: &TestClient) -> &Form {
    match client.model.overlays.last() {
        Some(Overlay::Form(form)) => form,
        _ => panic!("no form"),
    }
}

#[test]
fn lists_that_show_a_changed_record_are_read_when_they_come_to_the_front() {
    use Tab::{Clients, Collaborators, Contracts, Events};
    // What was saved, and the lists that show something of it.
    let cases = [
        (RecordType::Collaborator, Tab::ALL.to_vec()),
        (RecordType::Client, Tab::ALL.to_vec()),
        (RecordType::Contract, vec![Contracts, Events]),
        (RecordType::Event, vec![Collaborators, Contracts, Events]),
        (RecordType::Unspecified, vec![]),
    ];
    for (record, shown_in) in cases {
        let mut client = TestClient::signed_in(Lang::En, (120, 24), '1');
        client.keys("1342");
        client.send(Msg::Changes(vec![saved(record, 7_777, "9")]));
        client.calls.clear();
        client.wait();
        for (key, tab) in [
            ("", Clients),
            ("1", Collaborators),
            ("3", Contracts),
            ("4", Events),
        ] {
            client.keys(key);
            let asked = !client.calls.is_empty();
            assert_eq!(asked, shown_in.contains(&tab), "{record:?} in {tab:?}");
            client.calls.clear();
        }
    }
}

#[test]
fn a_form_shows_changes_of_its_record_and_loses_nothing() {
    let mut client = TestClient::signed_in(Lang::En, (80, 24), '1');
    client.keys("1<down>e<ctrl-u>Karim Benali-Roy<tab>");
    client.send(Msg::Changes(vec![saved(
        RecordType::Collaborator,
        MARIE,
        "2",
    )]));
    assert_eq!(form(&client).change_notice, None, "that is another record");
    client.send(Msg::Changes(vec![saved(
        RecordType::Collaborator,
        KARIM,
        "1",
    )]));
    assert_eq!(form(&client).change_notice, None, "that version is open");
    client.send(Msg::Changes(vec![saved(
        RecordType::Collaborator,
        KARIM,
        "2",
    )]));
    assert!(
        client
            .screen()
            .contains("Sofia Rossi has just saved this record.")
    );
    client.keys("x");
    assert!(
        client
            .screen()
            .contains("Sofia Rossi has just saved this record.")
    );
    client.server.deleted.push((Tab::Collaborators, KARIM));
    client.send(Msg::Changes(vec![deleted()]));
    client.wait();
    assert_eq!(client.model.key_context(), KeyContext::Form);
    let screen = client.screen();
    assert!(screen.contains("Sofia Rossi has just deleted this record."));
    assert!(screen.contains("Karim Benali-Roy"), "{screen}");
    assert_eq!(client.model.list().selected.as_ref().unwrap().id(), MARIE);
}

#[test]
fn missed_changes_are_read_again() {
    let mut client = TestClient::signed_in(Lang::En, (120, 24), '1');
    client.keys("34");
    client.calls.clear();
    client.send(Msg::Changes(vec![ChangeEvent::Reload]));
    client.wait();
    assert!(
        client
            .calls
            .iter()
            .any(|call| matches!(call, ApiRequest::ListEvents(_)))
    );
    assert_eq!(pages(&mut client), 0);
    client.keys("3");
    assert_eq!(pages(&mut client), 1);
}

#[test]
fn a_session_that_ends_is_shown_at_once_and_keeps_what_was_typed() {
    let mut client = TestClient::signed_in(Lang::En, (120, 24), '1');
    client.keys("1<down>e<ctrl-u>Karim B");
    client.send(Msg::Changes(vec![
        ChangeEvent::SessionEnded,
        ChangeEvent::Reload,
    ]));
    assert_eq!(client.model.key_context(), KeyContext::Login);
    assert_eq!(client.model.listener(), None);
    assert!(client.screen().contains("Your session has ended."));
    client.keys("correct horse battery<enter>");
    assert_eq!(form(&client).fields[0].input.value(), "Karim B");
}

#[test]
fn a_change_of_ones_own_account_is_read() {
    let mut client = TestClient::signed_in(Lang::En, (120, 24), '1');
    client.calls.clear();
    client.send(Msg::Changes(vec![saved(
        RecordType::Collaborator,
        ALICE,
        "2",
    )]));
    let asked = |call: &ApiRequest| matches!(call, ApiRequest::GetMe(_));
    assert!(client.calls.iter().any(asked));
}

#[test]
fn the_stream_is_opened_anew_when_the_server_is_back() {
    let mut client = TestClient::signed_in(Lang::En, (120, 24), '1');
    let before = client.model.listener();
    client.send(Msg::Changes(vec![ChangeEvent::Gap]));
    assert!(client.model.offline.is_none(), "it answers");
    assert_eq!(client.model.listener(), before);
    client.server.away = true;
    client.send(Msg::Changes(vec![ChangeEvent::Gap]));
    assert!(client.screen().contains("The server does not answer."));
    assert_eq!(client.model.listener(), before);
    client.server.away = false;
    client.wait();
    assert!(client.model.offline.is_none());
    assert_ne!(client.model.listener(), before);
}

#[test]
fn nothing_is_read_without_input_for_hours() {
    let mut client = TestClient::signed_in(Lang::En, (120, 24), '1');
    client.keys("3");
    client.calls.clear();
    let later = client
        .model
        .now
        .checked_add(Duration::from_hours(3))
        .unwrap();
    client.send(Msg::Clock(later));
    save(&mut client, paid(1));
    client.send(Msg::Changes(vec![ChangeEvent::Gap, ChangeEvent::Reload]));
    client.wait();
    assert!(client.calls.is_empty(), "it would go on for ever");
    client.keys("<down>");
    client.wait();
    assert_eq!(pages(&mut client), 1);
    assert_eq!(client.model.selected(), Some(&Record::Contract(paid(1))));
}
