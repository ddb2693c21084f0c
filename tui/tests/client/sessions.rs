//! Sessions of the user and of others, and ending them.

use epic::{
    api::{ApiRequest, RequestError},
    app::{Msg, overlay::Overlay},
    keys::KeyContext,
};
use epic_events::{api_error::ApiError, reason::Reason};

use crate::support::{
    records::{ALICE, KARIM},
    test_client::{TestClient, signed_in},
};

/// The identifiers of the listed sessions.
fn listed(client: &TestClient) -> Vec<String> {
    let sessions = client
        .model
        .overlays
        .iter()
        .find_map(|overlay| match overlay {
            Overlay::Sessions(sessions) => sessions.all(),
            _ => None,
        });
    let all = sessions.into_iter().flatten();
    all.map(|session| session.id.clone()).collect()
}

/// The collaborators whose sessions were requested, in order.
fn requested(client: &TestClient) -> Vec<Option<i64>> {
    let collaborator = |request: &ApiRequest| match request {
        ApiRequest::ListSessions(request) => Some(request.collaborator_id),
        _ => None,
    };
    client.requests.iter().filter_map(collaborator).collect()
}

/// The sessions whose end was requested.
fn ended(client: &TestClient) -> Vec<String> {
    let id = |request: &ApiRequest| match request {
        ApiRequest::RevokeSession(request) => Some(request.id.clone()),
        _ => None,
    };
    client.requests.iter().filter_map(id).collect()
}

#[test]
fn only_gestion_lists_sessions_of_others() {
    let cases = [
        ('1', "2o", None),
        ('1', "1<down>o", Some(KARIM)),
        ('1', "1<home>o", None),
        ('2', "1<home>o", None),
        ('3', "1<down>o", None),
    ];
    for (digit, keys, of) in cases {
        let mut client = signed_in(digit);
        client.keys(keys);
        assert_eq!(requested(&client), [of], "{digit}: {keys}");
        assert_ne!(of, Some(ALICE));
    }
}

#[test]
fn ending_a_session_is_confirmed_first() {
    let mut client = signed_in('1');
    client.keys("o<down><enter>");
    assert_eq!(client.model.key_context(), KeyContext::Confirm);
    client.keys("n");
    assert_eq!(ended(&client), Vec::<String>::new());
    client.keys("d<ctrl-y>");
    assert_eq!(ended(&client), ["other"]);
    assert_eq!(client.model.key_context(), KeyContext::Sessions);
    assert_eq!(listed(&client), ["current", "ended"]);
    assert!(client.screen().contains("The session has ended."));
    assert!(client.model.me.is_some());
}

#[test]
fn ending_the_current_session_signs_out() {
    let mut client = signed_in('1');
    client.keys("o<enter><ctrl-y>");
    assert_eq!(ended(&client), Vec::<String>::new());
    assert!(matches!(
        client.requests.last(),
        Some(ApiRequest::Logout(_))
    ));
    assert!(client.model.me.is_none());
    assert!(client.screen().contains("You are signed out."));
}

#[test]
fn a_failed_end_shows_the_error_and_reloads() {
    let mut client = signed_in('1');
    client.keys("oG<enter>");
    client.holds_responses = true;
    client.keys("<ctrl-y>");
    let id = client.last_held_id();
    client.holds_responses = false;
    let result = Err(RequestError::Api(ApiError::new(Reason::Busy)));
    client.send(Msg::Response { id, result });
    assert!(client.screen().contains("The server is overloaded."));
    assert_eq!(client.model.key_context(), KeyContext::Sessions);
    assert_eq!(requested(&client).len(), 2);
}

#[test]
fn no_session_is_ended_before_the_list_is_loaded() {
    let mut client = signed_in('1');
    client.server.error = Some(Reason::UnknownRpc);
    client.keys("o<enter>d");
    assert_eq!(client.model.key_context(), KeyContext::Sessions);
    client.server.error = None;
    client.keys("r");
    assert_eq!(listed(&client), ["current", "other", "ended"]);
}

#[test]
fn a_response_to_a_closed_overlay_is_dropped() {
    let mut client = signed_in('1');
    client.holds_responses = true;
    client.keys("o");
    assert!(listed(&client).is_empty());
    client.keys("<esc>");
    client.answer_in_reverse();
    assert!(client.model.overlays.is_empty());
    client.keys("o");
    assert_eq!(listed(&client).len(), 3);
}

#[test]
fn the_selection_follows_its_session() {
    let mut client = signed_in('1');
    client.keys("o<down><down>r");
    let Some(Overlay::Sessions(sessions)) = client.model.overlays.front() else {
        panic!("no sessions");
    };
    assert_eq!(sessions.selected_session().unwrap().id, "ended");
}
