//! Logins, passwords, refresh tokens.

use epic_events::{
    policy,
    reason::Reason::{InvalidField, LoginFailed, SessionEnded},
    v1::*,
};

use super::{assert_refused, refused, s};

use crate::support::fixtures::PASSWORD;

#[tokio::test(flavor = "multi_thread")]
async fn invalid_logins_password_changes_and_refreshes() {
    let login = |email: &str, password: &str| LoginRequest {
        email: s(email),
        password: s(password),
        ..LoginRequest::default()
    };
    let change = |current: &str, new: &str| ChangePasswordRequest {
        current_password: s(current),
        new_password: s(new),
    };
    let mut cases = vec![
        refused(
            "support1",
            policy::LOGIN,
            login("", ""),
            InvalidField,
            &[("email", "MISSING"), ("password", "MISSING")],
        ),
        refused(
            "support1",
            policy::LOGIN,
            login("a\0b@c.de", "x"),
            InvalidField,
            &[("email", "CONTROL_CHARACTER")],
        ),
        refused(
            "support1",
            policy::LOGIN,
            login(&"x".repeat(2_000), "x"),
            InvalidField,
            &[("email", "TOO_LONG")],
        ),
        refused(
            "support1",
            policy::LOGIN,
            login("a@b.de", &"x".repeat(2_000)),
            InvalidField,
            &[("password", "TOO_LONG")],
        ),
        refused(
            "support1",
            policy::LOGIN,
            login("a@b.de", "a\0b"),
            LoginFailed,
            &[],
        ),
        refused(
            "support1",
            policy::LOGIN,
            login("' or ''='", "x"),
            LoginFailed,
            &[],
        ),
        refused(
            "support1",
            policy::LOGIN,
            login("%", PASSWORD),
            LoginFailed,
            &[],
        ),
        refused(
            "support1",
            policy::CHANGE_PASSWORD,
            change("", ""),
            InvalidField,
            &[("current_password", "MISSING"), ("new_password", "MISSING")],
        ),
        refused(
            "support1",
            policy::CHANGE_PASSWORD,
            change(PASSWORD, "short"),
            InvalidField,
            &[("new_password", "TOO_SHORT")],
        ),
        refused(
            "support1",
            policy::CHANGE_PASSWORD,
            change(PASSWORD, &"x".repeat(129)),
            InvalidField,
            &[("new_password", "TOO_LONG")],
        ),
        refused(
            "support1",
            policy::CHANGE_PASSWORD,
            change(PASSWORD, "Support1@test"),
            InvalidField,
            &[("new_password", "TOO_GUESSABLE")],
        ),
        refused(
            "support1",
            policy::CHANGE_PASSWORD,
            change("not the password", "passwordpassword"),
            InvalidField,
            &[("current_password", "WRONG_PASSWORD")],
        ),
        refused(
            "support1",
            policy::CHANGE_PASSWORD,
            change(PASSWORD, PASSWORD),
            InvalidField,
            &[("new_password", "UNCHANGED")],
        ),
        refused(
            "support1",
            policy::CHANGE_PASSWORD,
            change("not the password", "a new password"),
            InvalidField,
            &[("current_password", "WRONG_PASSWORD")],
        ),
    ];
    for refresh_token in ["", "x", "\0", "é", "=", &"A".repeat(43), &"A".repeat(1_000)] {
        let message = RefreshSessionRequest {
            refresh_token: s(refresh_token),
        };
        cases.push(refused(
            "support1",
            policy::REFRESH_SESSION,
            message,
            SessionEnded,
            &[],
        ));
    }
    assert_refused(cases).await;
}
