//! Deleting collaborators, and one-time passwords.

use epic::{api::ApiRequest, keys::KeyContext, messages::Lang, record::Record};

use crate::support::test_client::{TestClient, popup_of, signed_in};

#[test]
fn deleting_the_users_own_account_warns_and_signs_out() {
    let mut client = signed_in('1');
    client.keys("1<home>d");
    assert!(client.screen().contains("This is your own account"));
    client.keys("<ctrl-d>");
    assert_eq!(client.model.key_context(), KeyContext::Login);
    assert!(client.screen().contains("Your account is deleted"));
}

#[test]
fn a_one_time_password_is_shown_until_acknowledged() {
    let mut client = signed_in('1');
    client.keys("1<down>w<ctrl-y><esc>");
    assert_eq!(client.model.key_context(), KeyContext::Secret);
    client.keys("c");
    assert_eq!(client.copied, ["kite-ember-42-lotus"]);
    client.keys("<enter>");
    assert_eq!(client.model.key_context(), KeyContext::List);
}

#[test]
fn resetting_the_users_own_password_shows_it_before_signing_out() {
    let mut client = signed_in('1');
    client.keys("1<home>w");
    assert!(client.screen().contains("This is your own account"));
    client.holds_responses = true;
    client.keys("<ctrl-y>");
    client.answer_in_reverse();
    assert_eq!(client.model.key_context(), KeyContext::Secret);
    assert!(client.screen().contains("kite-ember-42-lotus"));
    client.keys("<enter>");
    assert_eq!(client.model.key_context(), KeyContext::Login);
    assert!(client.screen().contains("Sign in with the new password"));
    assert!(client.screen().contains("alice@epic.example"));
}

#[test]
fn changing_the_users_own_department_asks_first() {
    let mut client = signed_in('1');
    client.keys("1<home>e<tab><tab><tab><right><ctrl-s>");
    assert!(client.screen().contains("Your own department"));
    let updates = |client: &TestClient| {
        let is_update = |it: &&ApiRequest| matches!(it, ApiRequest::UpdateCollaborator(_));
        client.requests.iter().filter(is_update).count()
    };
    client.keys("<enter>");
    assert_eq!(
        (updates(&client), client.model.key_context()),
        (0, KeyContext::Form)
    );
    client.keys("<ctrl-s><ctrl-y>");
    assert_eq!(updates(&client), 1);
    // Another collaborator is changed without a question.
    let mut client = signed_in('1');
    client.keys("1<down><down>e<tab><tab><tab><right><ctrl-s>");
    assert_eq!(updates(&client), 1);
}

/// Clients and events are assigned to the others.
#[test]
fn members_of_gestion_are_in_charge_of_nothing() {
    for lang in Lang::ALL {
        let mut client = TestClient::signed_in(lang, (80, 24), '1');
        client.keys("1<enter>");
        let label = client.model.messages.get("field-in-charge");
        let pane = |client: &TestClient| popup_of(&client.screen());
        assert!(!pane(&client).contains(&label), "{}", pane(&client));
        client.keys("<down>");
        assert!(pane(&client).contains(&label), "{}", pane(&client));
    }
}

/// A change of departments gives everything to the successor, and names what before it does.
#[test]
fn a_handover_with_a_department_asks_first() {
    for lang in Lang::ALL {
        let mut client = TestClient::signed_in(lang, (120, 30), '1');
        client.keys("1<home>");
        let is_in_charge = |client: &TestClient| matches!(client.model.selected(), Some(Record::Collaborator(it)) if it.client_count > 0);
        while !is_in_charge(&client) {
            client.keys("<down>");
        }
        client.keys("e<tab><tab><tab><right>");
        let title = client.model.messages.get("confirm-handover-title");
        client.keys("<tab><enter>");
        // Without a successor, the server refuses the change.
        let nobody = client.model.messages.get("nobody");
        let lists = popup_of(&client.screen());
        assert!(!lists.contains(&nobody), "{lists}");
        client.keys("<enter>");
        client.keys("<ctrl-s>");
        assert!(client.screen().contains(&title), "{}", client.screen());
        let is_update = |it: &ApiRequest| matches!(it, ApiRequest::UpdateCollaborator(_));
        assert!(!client.requests.iter().any(is_update));
        client.keys("<ctrl-y>");
        assert!(client.requests.iter().any(is_update), "{}", client.screen());
    }
}
