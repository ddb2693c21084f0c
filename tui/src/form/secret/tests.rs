#![allow(clippy::unwrap_used)]

use jiff::ToSpan;
use tui_input::Input;
use uuid::Uuid;

use super::*;
use crate::{messages::Lang, record::fixtures::now, screens::login};

fn form() -> Form {
    let me = Me {
        name: "Quillfeather Dunwoody".to_owned(),
        email: "qd@epic.example".to_owned(),
        ..Me::default()
    };
    Form::new(&login::PASSWORD, None, None, Uuid::nil(), Lang::En, &now()).with_user(Some(me))
}

fn strength_of(index: usize, text: &str) -> Option<Strength> {
    let mut form = form();
    form.focus = index;
    form.focused_mut().input = Input::new(text.to_owned());
    form.update_strength();
    form.fields[index].strength
}

#[test]
fn update_strength_rates_only_the_new_password() {
    const CURRENT: usize = 0;
    const NEW: usize = 1;
    const REPEATED: usize = 2;
    assert!(strength_of(NEW, "plume d'oie, encre").is_some());
    assert_eq!(strength_of(NEW, ""), None);
    assert_eq!(strength_of(CURRENT, "plume d'oie, encre"), None);
    assert_eq!(strength_of(REPEATED, "plume d'oie, encre"), None);
}

#[test]
fn the_strength_depends_on_the_owner() {
    let text = "quillfeather dunwoody";
    let with_owner = strength_of(1, text).unwrap();
    assert_ne!(
        with_owner,
        Strength::estimate(
            text,
            AccountOwner {
                name: "",
                email: ""
            }
        )
    );
}

#[test]
fn attempts_are_blocked_until_the_delay_is_over() {
    let start = now().timestamp();
    let mut form = form();
    assert_eq!(form.seconds_until_retry(start), None);
    assert!(!form.is_throttled(start));
    form.warn("wrong".to_owned());
    form.throttle(Duration::from_secs(8), start);
    assert_eq!(form.notice, None);
    // Milliseconds since the error, seconds to wait.
    let cases = [
        (0, 8),
        (1, 8),
        (999, 8),
        (1_000, 7),
        (7_000, 1),
        (7_999, 1),
        (8_000, 0),
        (60_000, 0),
    ];
    for (elapsed, seconds) in cases {
        let at = start + elapsed.milliseconds();
        assert_eq!(form.seconds_until_retry(at), Some(seconds), "{elapsed}");
        assert_eq!(form.is_throttled(at), seconds > 0, "{elapsed}");
    }
}
