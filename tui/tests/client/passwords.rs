//! Passwords: how hard a new one is to guess, too many wrong ones, and one that was handed out.

use epic::{api::ApiRequest, app::overlay::Overlay, messages::Lang};
use epic_events::reason::Reason;

use crate::{fake_server::FakeServer, test_client::TestClient};

const SIZE: (u16, u16) = (120, 40);

fn desk() -> TestClient {
    TestClient::signed_in(Lang::En, SIZE, '1')
}

fn changes(desk: &TestClient) -> usize {
    let is_change = |call: &&ApiRequest| matches!(call, ApiRequest::ChangePassword(_));
    desk.calls.iter().filter(is_change).count()
}

#[test]
fn the_strength_is_shown_after_every_letter() {
    let mut desk = desk();
    desk.keys("p<tab>");
    for (typed, shown) in [
        ("a", "very weak"),
        ("lice", "12 characters or more, whatever they are"),
        (" martin", "avoid your name, your email and the company"),
        (" boit son thé", "██████████ strong"),
    ] {
        desk.keys(typed);
        assert!(desk.screen().contains(shown), "{typed}: {}", desk.screen());
    }
    desk.keys("<ctrl-u>");
    assert!(desk.screen().contains("░░░░░░░░░░"), "{}", desk.screen());
}

#[test]
fn what_the_server_would_refuse_is_not_sent() {
    let mut desk = desk();
    for guessable in ["alicemartin1", "epicevents!!", "azertyuiopqsdfghjklm"] {
        desk.keys(&format!("pmy own<tab>{guessable}<tab>{guessable}<ctrl-s>"));
        assert!(
            desk.screen().contains("is too easy to guess"),
            "{guessable}"
        );
        desk.keys("<esc>y");
    }
    assert_eq!(changes(&desk), 0);
    desk.keys("pmy own<tab>plume d’oie, encre<tab>plume d’oie, encre<ctrl-s>");
    assert_eq!(changes(&desk), 1);
    assert!(desk.model.overlays.is_empty());
}

#[test]
fn too_many_wrong_passwords_are_waited_for() {
    let mut desk = TestClient::new(Lang::En, SIZE);
    desk.office.refuses = Some(Reason::TooManyAttempts);
    desk.keys("alice@epic.example<tab>wrong<enter>");
    assert_eq!(desk.calls.len(), 1);
    for (passed, shown) in [(0, "in 8 s."), (3, "in 5 s."), (4, "in 1 s.")] {
        desk.pass(passed);
        assert!(desk.screen().contains(shown), "{}", desk.screen());
        assert!(desk.model.tick().is_some());
        // Nothing is sent before, and nothing that is typed is lost.
        desk.keys("<enter>");
        assert_eq!(desk.calls.len(), 1);
    }
    desk.pass(1);
    assert!(desk.screen().contains("You can try again now."));
    assert_eq!(desk.model.tick(), None);
    assert_eq!(desk.calls.len(), 1);
    assert_eq!(desk.model.login.fields[1].input.value(), "wrong");
    desk.office.refuses = None;
    desk.keys("<ctrl-u>correct horse battery<enter>");
    assert!(desk.model.me.is_some());
}

#[test]
fn the_password_form_waits_too_and_keeps_what_is_typed() {
    let mut desk = desk();
    desk.office.refuses = Some(Reason::TooManyAttempts);
    desk.keys("pwrong<tab>plume d’oie, encre<tab>plume d’oie, encre<ctrl-s><ctrl-s>");
    assert_eq!(changes(&desk), 1);
    assert!(
        desk.screen().contains("Try again in 8 s."),
        "{}",
        desk.screen()
    );
    desk.pass(8);
    assert_eq!(desk.model.tick(), None);
    desk.office.refuses = None;
    desk.keys("<ctrl-s>");
    assert!(desk.model.overlays.is_empty());
}

#[test]
fn a_password_handed_out_meanwhile_is_changed_over_what_was_begun() {
    let mut desk = TestClient::signed_in(Lang::En, SIZE, '1');
    desk.office = FakeServer {
        handed_out: true,
        ..FakeServer::default()
    };
    desk.keys("4");
    let forced = |desk: &TestClient| {
        let forced = |it: &&Overlay| matches!(it, Overlay::Form(form) if form.forced);
        desk.model.overlays.iter().filter(forced).count()
    };
    // A list and its counts were refused together.
    assert_eq!(forced(&desk), 1);
    assert!(desk.screen().contains("Choose your own before you start."));
    desk.office.handed_out = false;
    desk.keys("kite-ember<tab>plume d’oie, encre<tab>plume d’oie, encre<ctrl-s>");
    assert_eq!(forced(&desk), 0);
    assert!(desk.screen().contains("▌4 Events▐"), "{}", desk.screen());
    assert!(!desk.model.list().records.is_empty());
}
