//! Changes by others, apart from those of the list in front.

use std::time::Duration;

use epic::{
    api::{ApiRequest, ChangeEvent},
    app::{Msg, overlay::Overlay},
    form::Form,
    keys::KeyContext,
    messages::Lang,
    record::{Record, Tab},
};
use epic_events::v1::RecordType;

use crate::support::{
    changes::{deleted, page_requests, paid, save, saved},
    records::{ALICE, KARIM, MARIE},
    test_client::TestClient,
};

fn form(client: &TestClient) -> &Form {
    match client.model.overlays.front() {
        Some(Overlay::Form(form)) => form,
        _ => panic!("no form"),
    }
}

#[test]
fn stale_lists_are_loaded_when_they_come_to_the_front() {
    use Tab::{Clients, Collaborators, Contracts, Events};
    // Saved record, and the lists that contain its data.
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
        client.run_timers();
        client.send(Msg::Changes(vec![saved(record, 7_777, "9")]));
        client.requests.clear();
        client.run_timers();
        for (key, tab) in [
            ("", Clients),
            ("1", Collaborators),
            ("3", Contracts),
            ("4", Events),
        ] {
            client.keys(key);
            let is_read = !client.requests.is_empty();
            assert_eq!(is_read, shown_in.contains(&tab), "{record:?} in {tab:?}");
            client.requests.clear();
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
    assert_eq!(form(&client).change_notice, None, "another record");
    client.send(Msg::Changes(vec![saved(
        RecordType::Collaborator,
        KARIM,
        "1",
    )]));
    assert_eq!(form(&client).change_notice, None, "the version of the form");
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
    client.run_timers();
    assert_eq!(client.model.key_context(), KeyContext::Form);
    let screen = client.screen();
    assert!(screen.contains("Sofia Rossi has just deleted this record."));
    assert!(screen.contains("Karim Benali-Roy"), "{screen}");
    assert!(!screen.contains("Ctrl-S"), "{screen}");
    client.requests.clear();
    client.keys("<ctrl-s>");
    assert!(client.requests.is_empty());
    assert_eq!(client.model.key_context(), KeyContext::Form);
    let status = client.model.status.as_ref().unwrap();
    assert!(status.text.contains("can no longer be saved"), "{status:?}");
    assert_eq!(client.model.list().selected.as_ref().unwrap().id(), MARIE);
}

#[test]
fn missed_changes_cause_a_reload() {
    let mut client = TestClient::signed_in(Lang::En, (120, 24), '1');
    client.keys("34");
    client.requests.clear();
    client.send(Msg::Changes(vec![ChangeEvent::Reload]));
    client.run_timers();
    assert!(
        client
            .requests
            .iter()
            .any(|request| matches!(request, ApiRequest::ListEvents(_)))
    );
    assert_eq!(page_requests(&mut client), 0);
    client.keys("3");
    assert_eq!(page_requests(&mut client), 1);
}

#[test]
fn the_end_of_the_session_is_shown_at_once_and_keeps_the_input() {
    let mut client = TestClient::signed_in(Lang::En, (120, 24), '1');
    client.keys("1<down>e<ctrl-u>Karim B");
    client.send(Msg::Changes(vec![
        ChangeEvent::SessionEnded,
        ChangeEvent::Reload,
    ]));
    assert_eq!(client.model.key_context(), KeyContext::Login);
    assert_eq!(client.model.listener(), None);
    assert!(
        client
            .screen()
            .contains("Your session has ended or could not be renewed.")
    );
    client.keys("correct horse battery<enter>");
    assert_eq!(form(&client).fields[0].input.value(), "Karim B");
}

#[test]
fn a_change_of_the_users_account_is_loaded() {
    let mut client = TestClient::signed_in(Lang::En, (120, 24), '1');
    client.requests.clear();
    client.send(Msg::Changes(vec![saved(
        RecordType::Collaborator,
        ALICE,
        "2",
    )]));
    let is_account = |request: &ApiRequest| matches!(request, ApiRequest::GetMe(_));
    assert!(client.requests.iter().any(is_account));
}

#[test]
fn the_stream_is_reopened_when_the_server_is_available_again() {
    let mut client = TestClient::signed_in(Lang::En, (120, 24), '1');
    let before = client.model.listener();
    client.send(Msg::Changes(vec![ChangeEvent::Gap]));
    assert!(client.model.offline.is_none(), "the server answers");
    assert_eq!(client.model.listener(), before);
    client.server.unavailable = true;
    client.send(Msg::Changes(vec![ChangeEvent::Gap]));
    assert!(client.screen().contains("The server does not answer."));
    assert_eq!(client.model.listener(), before);
    client.server.unavailable = false;
    client.run_timers();
    assert!(client.model.offline.is_none());
    assert_ne!(client.model.listener(), before);
}

#[test]
fn nothing_is_loaded_after_hours_without_input() {
    let mut client = TestClient::signed_in(Lang::En, (120, 24), '1');
    client.keys("3");
    client.run_timers();
    client.requests.clear();
    let later = client
        .model
        .now
        .checked_add(Duration::from_hours(3))
        .unwrap();
    client.send(Msg::Clock(later));
    save(&mut client, paid(1));
    client.send(Msg::Changes(vec![ChangeEvent::Gap, ChangeEvent::Reload]));
    client.run_timers();
    assert!(client.requests.is_empty(), "the session would never expire");
    client.keys("<down>");
    client.run_timers();
    assert_eq!(page_requests(&mut client), 1);
    assert_eq!(client.model.selected(), Some(&Record::Contract(paid(1))));
}
