//! Writes whose reply was lost: the server refuses the second attempt, although the record contains
//! the written values.

use epic::{
    api::{ApiRequest, RequestError},
    app::{Msg, overlay::Overlay},
    keys::KeyContext,
    record::{Record, Tab},
};
use epic_events::{
    api_error::ApiError,
    reason::Reason,
    v1::{Client, Contract, Role},
};

use crate::support::{
    fake_server::single::supported,
    records::{clients, collaborators, contracts, events},
    test_client::{TestClient, signed_in},
};

const OMAR: i64 = 4;
const SOFIA: i64 = 6;

/// The number of requests of this kind that were sent.
fn sent(client: &TestClient, matches: impl Fn(&ApiRequest) -> bool) -> usize {
    client.requests.iter().filter(|it| matches(it)).count()
}

/// The client with the commercial Sofia Rossi.
fn of_sofia(client: Client) -> Client {
    Client {
        commercial_id: Some(SOFIA),
        commercial_name: "Sofia Rossi".to_owned(),
        ..client
    }
}

#[test]
fn an_assignment_whose_reply_was_lost_is_complete() {
    // Keys that open the pick-list and choose, the record after the first attempt, the status.
    let event = |index, support| Record::Event(supported(events().swap_remove(index), support));
    let cases = [
        (
            ["4a", "omar<enter>"],
            event(0, Some(OMAR)),
            "✓ Omar Diallo supports",
        ),
        (
            ["4<down>a", "nobody<enter>"],
            event(1, None),
            "✓ Nobody supports",
        ),
        (
            ["2a", "rossi<enter><ctrl-y>"],
            Record::Client(of_sofia(clients().swap_remove(0))),
            "✓ Sofia Rossi is in charge of",
        ),
    ];
    for ([open, choose], record, status) in cases {
        let mut client = signed_in('1');
        client.keys(open);
        client.server.outdated = true;
        client.server.saved = vec![record];
        client.keys(choose);
        assert_eq!(client.model.key_context(), KeyContext::List, "{choose}");
        let screen = client.screen();
        assert!(screen.contains(status), "{choose}: {screen}");
        assert!(!screen.contains("has saved this record"), "{screen}");
    }
}

#[test]
fn an_assignment_that_others_overtook_says_so() {
    let martin = supported(events().swap_remove(0), Some(5));
    let mut sofia = of_sofia(clients().swap_remove(0));
    sofia.name.push_str(" SARL");
    // Keys that open the pick-list and choose, the record as another collaborator saved it, the text
    // on the screen, and the overlay in front.
    let cases = [
        (
            ["4a", "omar<enter>"],
            Record::Event(martin),
            "Sofia Rossi has saved this record. Check it, then try again.",
            KeyContext::List,
        ),
        (
            ["2a", "benali<enter><ctrl-y>"],
            Record::Client(sofia),
            "already has a commercial",
            KeyContext::Picker,
        ),
    ];
    for ([open, choose], record, text, front) in cases {
        let mut client = signed_in('1');
        client.keys(open);
        client.server.outdated = true;
        client.server.saved = vec![record];
        client.keys(choose);
        let screen = client.screen();
        assert!(screen.contains(text), "{choose}: {screen}");
        assert_eq!(client.model.key_context(), front, "{choose}");
        // These keys send the assignment again only if the pick-list is open.
        client.server.outdated = false;
        client.requests.clear();
        client.keys("<enter><ctrl-y>");
        let is_open = front == KeyContext::Picker;
        assert_eq!(sent(&client, ApiRequest::writes), usize::from(is_open));
    }
}

/// The client reads the record before it displays anything, and sends nothing twice meanwhile.
#[test]
fn a_refused_assignment_waits_until_its_record_is_read() {
    let mut client = signed_in('1');
    client.keys("4aomar");
    client.server.outdated = true;
    client.holds_responses = true;
    client.keys("<enter>");
    let (id, request) = client.release(ApiRequest::writes).unwrap();
    let result = client.answer(&request);
    client.send(Msg::Response { id, result });
    client.keys("<enter>");
    assert_eq!(sent(&client, ApiRequest::writes), 1);
    assert!(!client.screen().contains("has saved this record"));
    assert_eq!(client.model.key_context(), KeyContext::Picker);
    // The record cannot be read, so the client displays the error of the assignment.
    let (id, _) = client
        .release(|it| matches!(it, ApiRequest::GetEvent(_)))
        .unwrap();
    let result = Err(RequestError::Api(ApiError::new(Reason::Busy)));
    client.send(Msg::Response { id, result });
    assert!(
        client
            .screen()
            .contains("Sofia Rossi has saved this record")
    );
    assert_eq!(client.model.key_context(), KeyContext::List);
}

#[test]
fn an_update_whose_response_was_lost_succeeds() {
    let mut client = signed_in('1');
    client.server.outdated = true;
    // The server has this amount already: the first save succeeded.
    client.keys("3<down>e<tab><tab><tab><ctrl-u>2000<ctrl-s>");
    assert_eq!(client.model.key_context(), KeyContext::List);
    assert_eq!(sent(&client, ApiRequest::writes), 1);
}

#[test]
fn a_save_is_complete_when_the_record_holds_what_the_server_makes_of_the_input() {
    // Another user has also changed the amount, which the form does not save.
    let merged = "Saved. Changed meanwhile by others: Due.";
    for (remaining_cents, status) in [(410_000, "is saved."), (5, merged)] {
        let mut client = signed_in('1');
        client.keys("3<down>e<tab><ctrl-u>  Bal des plumets ");
        client.server.outdated = true;
        client.server.saved = vec![Record::Contract(Contract {
            event_title: "Bal des plumets".to_owned(),
            remaining_cents,
            etag: "2".to_owned(),
            ..contracts().swap_remove(1)
        })];
        client.keys("<ctrl-s>");
        assert_eq!(client.model.key_context(), KeyContext::List);
        assert!(client.screen().contains(status), "{}", client.screen());
    }
}

#[test]
fn a_refused_save_waits_until_its_record_is_read() {
    let mut client = signed_in('1');
    client.keys("3<down>e<tab><ctrl-u>Bal");
    client.server.outdated = true;
    client.holds_responses = true;
    client.keys("<ctrl-s>");
    let (id, request) = client.release(ApiRequest::writes).unwrap();
    let result = client.answer(&request);
    client.send(Msg::Response { id, result });
    client.keys("<ctrl-s>");
    assert_eq!(sent(&client, ApiRequest::writes), 1);
    assert!(!client.screen().contains("has saved this record"));
    client.answer_in_reverse();
    assert!(
        client
            .screen()
            .contains("Sofia Rossi has saved this record")
    );
}

/// The server refuses the second attempt of a user who has left gestion.
#[test]
fn a_change_of_the_own_role_whose_reply_was_lost_is_complete() {
    for (role, is_saved) in [(Role::Commercial, true), (Role::Support, false)] {
        let mut client = signed_in('1');
        let mut alice = collaborators().swap_remove(0);
        alice.set_role(role);
        client.keys("1<home>e<tab><tab><tab> ");
        client.server.saved = vec![Record::Collaborator(alice)];
        client.server.error = Some(Reason::RoleNotAllowed);
        client.keys("<ctrl-s><ctrl-y>");
        let screen = client.screen();
        assert_eq!(screen.contains("is saved."), is_saved, "{screen}");
        assert_eq!(screen.contains("! This is reserved"), !is_saved, "{screen}");
    }
}

#[test]
fn a_deletion_whose_reply_was_lost_is_complete() {
    let mut client = signed_in('1');
    client.keys("1<down>d");
    let selected = client
        .model
        .list()
        .selected
        .as_ref()
        .expect("a record")
        .id();
    client.server.deleted.push((Tab::Collaborators, selected));
    client.keys("<ctrl-d>");
    assert_eq!(client.model.key_context(), KeyContext::List);
    assert!(client.screen().contains("is deleted."));
}

/// An earlier request whose reply was lost, or another device, has ended the session.
#[test]
fn a_session_that_has_ended_already_is_ended() {
    let mut client = signed_in('1');
    client.keys("oG<enter><ctrl-y>");
    assert_eq!(sent(&client, ApiRequest::writes), 1);
    assert!(client.screen().contains("The session has ended."));
    let Some(Overlay::Sessions(sessions)) = client.model.overlays.front() else {
        panic!("no sessions");
    };
    assert_eq!(sessions.all().unwrap().len(), 2);
}
