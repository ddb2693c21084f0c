//! Passwords: strength, too many wrong ones, one-time passwords.

use epic::{api::ApiRequest, app::overlay::Overlay, messages::Lang};
use epic_events::reason::Reason;

use crate::support::{
    fake_server::FakeServer,
    test_client::{SIZE, TestClient, signed_in},
};

fn changes(client: &TestClient) -> usize {
    let is_change = |request: &&ApiRequest| matches!(request, ApiRequest::ChangePassword(_));
    client.requests.iter().filter(is_change).count()
}

#[test]
fn strength_is_shown_after_every_letter() {
    let mut client = signed_in('1');
    client.keys("p<tab>");
    for (typed, shown) in [
        ("a", "very weak"),
        ("lice", "12 characters or more, of any kind"),
        (" martin", "avoid your name, your email and the company"),
        (" boit son thé", "━━━━━━━━━━ strong"),
    ] {
        client.keys(typed);
        assert!(
            client.screen().contains(shown),
            "{typed}: {}",
            client.screen()
        );
    }
    client.keys("<ctrl-u>");
    assert!(
        client.screen().contains("──────────"),
        "{}",
        client.screen()
    );
}

#[test]
fn a_weak_password_is_not_sent() {
    let mut client = signed_in('1');
    for guessable in ["alicemartin1", "epicevents!!", "azertyuiopqsdfghjklm"] {
        client.keys(&format!("pmy own<tab>{guessable}<tab>{guessable}<ctrl-s>"));
        assert!(
            client.screen().contains("is too easy to guess"),
            "{guessable}"
        );
        client.keys("<esc><ctrl-y>");
    }
    assert_eq!(changes(&client), 0);
    client.keys("pmy own<tab>plume d’oie, encre<tab>plume d’oie, encre<ctrl-s>");
    assert_eq!(changes(&client), 1);
    assert!(client.model.overlays.is_empty());
}

#[test]
fn login_waits_after_too_many_wrong_passwords() {
    let mut client = TestClient::new(Lang::En, SIZE);
    client.server.error = Some(Reason::TooManyAttempts);
    client.keys("alice@epic.example<tab>wrong<enter>");
    assert_eq!(client.requests.len(), 1);
    for (passed, shown) in [(0, "in 8 s."), (3, "in 5 s."), (4, "in 1 s.")] {
        client.advance(passed);
        assert!(client.screen().contains(shown), "{}", client.screen());
        assert!(client.model.tick().is_some());
        // Nothing is sent before the delay has ended, and the input stays.
        client.keys("<enter>");
        assert_eq!(client.requests.len(), 1);
    }
    client.advance(1);
    assert!(client.screen().contains("You can try again now."));
    assert_eq!(client.model.tick(), None);
    assert_eq!(client.requests.len(), 1);
    assert_eq!(client.model.login.fields[1].input.value(), "wrong");
    client.server.error = None;
    client.keys("<ctrl-u>correct horse battery<enter>");
    assert!(client.model.me.is_some());
}

#[test]
fn the_password_form_waits_and_keeps_the_input() {
    let mut client = signed_in('1');
    client.server.error = Some(Reason::TooManyAttempts);
    client.keys("pwrong<tab>plume d’oie, encre<tab>plume d’oie, encre<ctrl-s><ctrl-s>");
    assert_eq!(changes(&client), 1);
    assert!(
        client.screen().contains("Try again in 8 s."),
        "{}",
        client.screen()
    );
    client.advance(8);
    assert_eq!(client.model.tick(), None);
    client.server.error = None;
    client.keys("<ctrl-s>");
    assert!(client.model.overlays.is_empty());
}

#[test]
fn a_one_time_password_is_changed_before_anything_else() {
    let mut client = signed_in('1');
    client.server = FakeServer {
        one_time: true,
        ..FakeServer::default()
    };
    client.keys("4");
    let mandatory_forms = |client: &TestClient| {
        let is_mandatory = |it: &&Overlay| matches!(it, Overlay::Form(form) if form.mandatory);
        client.model.overlays.iter().filter(is_mandatory).count()
    };
    // The requests of a list and of its counts have failed together.
    assert_eq!(mandatory_forms(&client), 1);
    assert!(
        client
            .screen()
            .contains("Choose your own before you start.")
    );
    client.server.one_time = false;
    client.keys("kite-ember<tab>plume d’oie, encre<tab>plume d’oie, encre<ctrl-s>");
    assert_eq!(mandatory_forms(&client), 0);
    assert!(client.screen().contains("Starts ↑"), "{}", client.screen());
    assert!(!client.model.list().records.is_empty());
}
