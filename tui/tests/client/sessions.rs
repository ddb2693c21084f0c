//! Sessions of the user and of others, and ending them.

use epic::{api::ApiRequest, app::overlay::Overlay, keys::KeyContext, messages::Lang};
use epic_events::reason::Reason;

use crate::support::{
    records::{ALICE, KARIM},
    test_client::TestClient,
};

fn client(digit: char) -> TestClient {
    TestClient::signed_in(Lang::En, (120, 40), digit)
}

/// The numbers of the sessions that are on the screen.
fn shown(client: &TestClient) -> Vec<String> {
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

/// Whose sessions were asked for, one after the other.
fn asked(client: &TestClient) -> Vec<Option<i64>> {
    let of = |call: &ApiRequest| match call {
        ApiRequest::ListSessions(request) => Some(request.collaborator_id),
        _ => None,
    };
    client.calls.iter().filter_map(of).collect()
}

/// The sessions that were to be ended.
fn ended(client: &TestClient) -> Vec<String> {
    let id = |call: &ApiRequest| match call {
        ApiRequest::RevokeSession(request) => Some(request.id.clone()),
        _ => None,
    };
    client.calls.iter().filter_map(id).collect()
}

#[test]
fn gestion_sees_sessions_of_others_and_others_only_their_own() {
    let cases = [
        ('1', "2o", None),
        ('1', "1<down>o", Some(KARIM)),
        ('1', "1<home>o", None),
        ('2', "1<home>o", None),
        ('3', "1<down>o", None),
    ];
    for (who, keys, of) in cases {
        let mut client = client(who);
        client.keys(keys);
        assert_eq!(asked(&client), [of], "{who}: {keys}");
        assert_ne!(of, Some(ALICE));
    }
}

#[test]
fn ending_a_session_is_confirmed_first() {
    let mut client = client('1');
    client.keys("o<down><enter>");
    assert_eq!(client.model.key_context(), KeyContext::Confirm);
    client.keys("n");
    assert_eq!(ended(&client), Vec::<String>::new());
    client.keys("dy");
    assert_eq!(ended(&client), ["there"]);
    assert_eq!(client.model.key_context(), KeyContext::Sessions);
    assert_eq!(shown(&client), ["here", "gone"]);
    assert!(client.screen().contains("The session has ended."));
    assert!(client.model.me.is_some());
}

#[test]
fn ending_the_current_session_signs_out() {
    let mut client = client('1');
    client.keys("o<enter>y");
    assert_eq!(ended(&client), Vec::<String>::new());
    assert!(matches!(client.calls.last(), Some(ApiRequest::Logout(_))));
    assert!(client.model.me.is_none());
    assert!(client.screen().contains("You are signed out."));
}

#[test]
fn a_refused_end_gives_the_reason_and_reloads() {
    let mut client = client('1');
    client.keys("oG<enter>y");
    assert_eq!(ended(&client), ["gone"]);
    assert!(
        client.screen().contains("no longer exists"),
        "{}",
        client.screen()
    );
    assert_eq!(client.model.key_context(), KeyContext::Sessions);
    assert_eq!(asked(&client).len(), 2);
}

#[test]
fn nothing_is_ended_where_no_session_is_shown() {
    let mut client = client('1');
    client.server.refuses = Some(Reason::UnknownRpc);
    client.keys("o<enter>d");
    assert_eq!(client.model.key_context(), KeyContext::Sessions);
    client.server.refuses = None;
    client.keys("r");
    assert_eq!(shown(&client), ["here", "there", "gone"]);
}

#[test]
fn a_reply_to_a_closed_overlay_is_dropped() {
    let mut client = client('1');
    client.slow = true;
    client.keys("o");
    assert!(shown(&client).is_empty());
    client.keys("<esc>");
    client.answer_backwards();
    assert!(client.model.overlays.is_empty());
    client.keys("o");
    assert_eq!(shown(&client).len(), 3);
}

#[test]
fn the_selection_follows_its_session() {
    let mut client = client('1');
    client.keys("o<down><down>r");
    let Some(Overlay::Sessions(sessions)) = client.model.overlays.last() else {
        panic!("no sessions");
    };
    assert_eq!(sessions.current().unwrap().id, "gone");
}
