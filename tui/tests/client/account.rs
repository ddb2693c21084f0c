//! Signing in and out, and the end of the session.

use epic::{api::ApiRequest, app::Msg, client::RequestError, keys::KeyContext, messages::Lang};
use epic_events::reason::Reason;

use crate::support::test_client::{SIZE, TestClient, signed_in};

#[test]
fn a_digit_fills_in_another_account_after_a_failed_login() {
    let mut client = TestClient::new(Lang::En, SIZE);
    let email = |client: &TestClient| client.model.login.fields[0].input.value().to_owned();
    client.keys("1<ctrl-u>wrong");
    client.keys("2");
    assert_eq!(
        email(&client),
        "alice@epic.example",
        "digits of a password are typed"
    );
    client.server.error = Some(Reason::LoginFailed);
    client.keys("<enter>2");
    assert_eq!(email(&client), "karim@epic.example");
}

#[test]
fn signing_out_deletes_the_loaded_data() {
    let mut client = signed_in('1');
    client.keys("3<down><ctrl-l>");
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
