//! Where one is signed in, where others are, and ending it there.

use epic::{api::ApiRequest, app::overlay::Overlay, keys::KeyContext, messages::Lang};
use epic_events::reason::Reason;

use crate::{
    fake_server::{ALICE, KARIM},
    test_client::TestClient,
};

fn desk(digit: char) -> TestClient {
    TestClient::signed_in(Lang::En, (120, 40), digit)
}

/// The numbers of the sessions that are on the screen.
fn shown(desk: &TestClient) -> Vec<String> {
    let sessions = desk
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
fn asked(desk: &TestClient) -> Vec<Option<i64>> {
    let of = |call: &ApiRequest| match call {
        ApiRequest::ListSessions(request) => Some(request.collaborator_id),
        _ => None,
    };
    desk.calls.iter().filter_map(of).collect()
}

/// The sessions that were to be ended.
fn ended(desk: &TestClient) -> Vec<String> {
    let id = |call: &ApiRequest| match call {
        ApiRequest::RevokeSession(request) => Some(request.id.clone()),
        _ => None,
    };
    desk.calls.iter().filter_map(id).collect()
}

#[test]
fn gestion_sees_those_of_the_collaborator_in_front_and_others_only_their_own() {
    let cases = [
        ('1', "2o", None),
        ('1', "1<down>o", Some(KARIM)),
        ('1', "1<home>o", None),
        ('2', "1<home>o", None),
        ('3', "1<down>o", None),
    ];
    for (who, keys, of) in cases {
        let mut desk = desk(who);
        desk.keys(keys);
        assert_eq!(asked(&desk), [of], "{who}: {keys}");
        assert_ne!(of, Some(ALICE));
    }
}

#[test]
fn a_session_ends_after_a_question() {
    let mut desk = desk('1');
    desk.keys("o<down><enter>");
    assert_eq!(desk.model.key_context(), KeyContext::Confirm);
    desk.keys("n");
    assert_eq!(ended(&desk), Vec::<String>::new());
    desk.keys("dy");
    assert_eq!(ended(&desk), ["there"]);
    assert_eq!(desk.model.key_context(), KeyContext::Sessions);
    assert_eq!(shown(&desk), ["here", "gone"]);
    assert!(desk.screen().contains("The session has ended."));
    assert!(desk.model.me.is_some());
}

#[test]
fn to_end_the_session_one_is_in_is_to_sign_out() {
    let mut desk = desk('1');
    desk.keys("o<enter>y");
    assert_eq!(ended(&desk), Vec::<String>::new());
    assert!(matches!(desk.calls.last(), Some(ApiRequest::Logout(_))));
    assert!(desk.model.me.is_none());
    assert!(desk.screen().contains("You are signed out."));
}

#[test]
fn what_cannot_be_ended_says_why_and_what_is_there_now_is_read() {
    let mut desk = desk('1');
    desk.keys("oG<enter>y");
    assert_eq!(ended(&desk), ["gone"]);
    assert!(
        desk.screen().contains("no longer exists"),
        "{}",
        desk.screen()
    );
    assert_eq!(desk.model.key_context(), KeyContext::Sessions);
    assert_eq!(asked(&desk).len(), 2);
}

#[test]
fn nothing_is_ended_where_nothing_is_shown() {
    let mut desk = desk('1');
    desk.office.refuses = Some(Reason::UnknownRpc);
    desk.keys("o<enter>d");
    assert_eq!(desk.model.key_context(), KeyContext::Sessions);
    desk.office.refuses = None;
    desk.keys("r");
    assert_eq!(shown(&desk), ["here", "there", "gone"]);
}

#[test]
fn an_answer_that_comes_after_one_has_left_changes_nothing() {
    let mut desk = desk('1');
    desk.slow = true;
    desk.keys("o");
    assert!(shown(&desk).is_empty());
    desk.keys("<esc>");
    desk.answer_backwards();
    assert!(desk.model.overlays.is_empty());
    desk.keys("o");
    assert_eq!(shown(&desk).len(), 3);
}

#[test]
fn the_selection_stays_with_its_session() {
    let mut desk = desk('1');
    desk.keys("o<down><down>r");
    let Some(Overlay::Sessions(sessions)) = desk.model.overlays.last() else {
        panic!("no sessions");
    };
    assert_eq!(sessions.current().unwrap().id, "gone");
}
