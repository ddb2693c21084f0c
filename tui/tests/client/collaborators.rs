//! Deleting collaborators, and one-time passwords.

use epic::keys::KeyContext;

use crate::support::test_client::signed_in;

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
    client.keys("1<down>w<enter><esc>");
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
    client.keys("y");
    client.answer_in_reverse();
    assert_eq!(client.model.key_context(), KeyContext::Secret);
    assert!(client.screen().contains("kite-ember-42-lotus"));
    client.keys("<enter>");
    assert_eq!(client.model.key_context(), KeyContext::Login);
    assert!(client.screen().contains("Sign in with the new password"));
    assert!(client.screen().contains("alice@epic.example"));
}
