//! Signing in and out, and the end of the session.

use epic::{
    api::{ApiRequest, RequestError},
    app::Msg,
    keys::KeyContext,
    messages::Lang,
};
use epic_events::{api_error::ApiError, reason::Reason};

use crate::support::test_client::{SIZE, TestClient, signed_in};

/// A part of the notice that fits on its first line.
const NOT_ENDED: &str = "You are signed out on this device, but the server";

#[test]
fn function_keys_fill_in_an_account_and_digits_are_typed() {
    let mut client = TestClient::new(Lang::En, SIZE);
    let email = |client: &TestClient| client.model.login.fields[0].input.value().to_owned();
    client.keys("2");
    assert_eq!(email(&client), "2");
    client.keys("<f1><ctrl-u>wrong2");
    assert_eq!(email(&client), "alice@epic.example");
    assert_eq!(client.model.login.fields[1].input.value(), "wrong2");
    client.server.error = Some(Reason::LoginFailed);
    client.keys("<enter><f2>");
    assert_eq!(email(&client), "karim@epic.example");
}

#[test]
fn signing_out_deletes_the_loaded_data() {
    let mut client = signed_in('1');
    client.keys("3<down>:sign out<enter>");
    assert!(matches!(
        client.requests.last(),
        Some(ApiRequest::Logout(_))
    ));
    assert!(client.model.me.is_none());
    assert!(
        client
            .model
            .lists
            .iter()
            .all(|list| list.records.is_empty())
    );
    assert!(!client.screen().contains("Mariage"));
}

#[test]
fn a_logout_that_the_server_does_not_carry_out_leaves_the_session_open() {
    let failures = [
        RequestError::Unavailable("The server does not answer.".to_owned().into()),
        RequestError::Api(ApiError::new(Reason::Busy)),
        RequestError::SessionEnded,
    ];
    // The keys before the last one, the last one, the text that the login screen displays
    // immediately, and whether the session may still be open.
    let cases = [
        (":sign out", "<enter>", "You are signed out.", true),
        ("o<enter>", "<ctrl-y>", "You are signed out.", true),
        (
            "1<home>w<ctrl-y>",
            "<enter>",
            "Sign in with the new password",
            false,
        ),
        ("1<home>d", "<ctrl-d>", "Your account is deleted", false),
    ];
    for (before, last, notice, can_be_open) in cases {
        for failure in &failures {
            let mut client = signed_in('1');
            client.keys(before);
            client.holds_responses = true;
            client.keys(last);
            let logout = loop {
                let (id, request) = client.release(ApiRequest::writes).unwrap();
                if matches!(request, ApiRequest::Logout(_)) {
                    break id;
                }
                let result = client.answer(&request);
                client.send(Msg::Response { id, result });
            };
            assert_eq!(client.model.key_context(), KeyContext::Login, "{last}");
            assert!(client.screen().contains(notice), "{last}");
            let result = Err(failure.clone());
            client.send(Msg::Response { id: logout, result });
            let is_open = can_be_open && *failure != RequestError::SessionEnded;
            let screen = client.screen();
            assert_eq!(screen.contains(NOT_ENDED), is_open, "{last}: {screen}");
            assert_eq!(screen.contains(notice), !is_open, "{last}: {screen}");
        }
    }
}

/// The user has signed in again before the logout fails.
#[test]
fn a_logout_that_fails_late_leaves_the_new_session_alone() {
    let unavailable = RequestError::Unavailable("The server does not answer.".to_owned().into());
    for (failure, is_open) in [(unavailable, true), (RequestError::SessionEnded, false)] {
        let mut client = signed_in('1');
        client.holds_responses = true;
        client.keys(":sign out<enter>");
        let (id, _) = client.release(ApiRequest::writes).unwrap();
        client.holds_responses = false;
        client.keys("<f2><enter>");
        let result = Err(failure);
        client.send(Msg::Response { id, result });
        assert_eq!(client.model.key_context(), KeyContext::List);
        let screen = client.screen();
        assert_eq!(screen.contains("is still open"), is_open, "{screen}");
    }
}

#[test]
fn the_end_of_the_session_keeps_the_input() {
    let mut client = signed_in('2');
    client.keys("2nZoé");
    client.holds_responses = true;
    client.keys("<tab>Petit SA<tab>zoe@petit.fr<tab>0102030405<ctrl-s>");
    let id = client.last_held_id();
    client.holds_responses = false;
    client.send(Msg::Response {
        id,
        result: Err(RequestError::SessionEnded),
    });
    assert_eq!(client.model.key_context(), KeyContext::Login);
    client.keys("correct horse battery<enter>");
    assert_eq!(client.model.key_context(), KeyContext::Form);
    assert!(client.screen().contains("Petit SA"));
}
