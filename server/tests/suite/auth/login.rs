//! Login, refresh and logout.

use argon2::{Argon2, PasswordHasher as _};
use epic_events::{
    reason::Reason,
    v1::{GetMeRequest, LoginRequest, LogoutRequest, RefreshSessionRequest},
};

use crate::support::{errors::api_error, fixtures::PASSWORD, server::TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_email_get_the_same_reply_after_the_same_work() {
    let server = TestServer::start().await;
    let mut replies = Vec::new();
    for (email, password) in [
        ("gestion1@test.example", "not the password"),
        ("nobody@test.example", PASSWORD),
        ("not an address", PASSWORD),
    ] {
        let before = server.password_hashes();
        let reply = server
            .auth()
            .login(LoginRequest {
                email: email.to_owned(),
                password: password.to_owned(),
                ..LoginRequest::default()
            })
            .await;
        let status = reply.expect_err("a refusal");
        // Hashing takes nearly all of the time, so the same work takes the same time.
        assert_eq!(server.password_hashes() - before, 1, "{email}");
        replies.push((status.code(), status.message().to_owned()));
    }
    assert_eq!(replies[0].0, tonic::Code::Unauthenticated);
    assert_eq!(replies[0], replies[1]);
    assert_eq!(replies[0], replies[2]);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_renewed_by_refresh_and_ends_at_logout() {
    let server = TestServer::start().await;
    let mut caller = server.login("GESTION1").await;
    assert_eq!(caller.me.name, "gestion 1");
    let refresh = RefreshSessionRequest {
        refresh_token: caller.refresh_token.clone(),
    };
    let next = server.auth().refresh_session(refresh).await;
    let next = next.expect("a new pair").into_inner();
    assert_ne!(next.refresh_token, caller.refresh_token);
    caller
        .auth
        .logout(LogoutRequest {})
        .await
        .expect("to log out");
    let after = caller.auth.get_me(GetMeRequest {}).await;
    assert_eq!(api_error(after).reason, Reason::SessionEnded);
    let after = server
        .auth()
        .refresh_session(RefreshSessionRequest {
            refresh_token: next.refresh_token,
        })
        .await;
    assert_eq!(api_error(after).reason, Reason::SessionEnded);
    server.shutdown().await;
}

async fn try_login(server: &TestServer, email: &str, password: &str) -> Result<i64, Reason> {
    let request = LoginRequest {
        email: email.to_owned(),
        password: password.to_owned(),
        ..LoginRequest::default()
    };
    match server.auth().login(request).await {
        Ok(reply) => Ok(reply.into_inner().me.expect("me").id),
        Err(status) => Err(api_error(Err::<(), _>(status)).reason),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_every_spelling_of_its_email() {
    let server = TestServer::start().await;
    // The second account is stored as older versions stored it; the third has no valid address.
    server
        .execute(
            "update collaborators set email = 'zoé@épic.example' where id = 1; \
             update collaborators set email = 'Max@XN--PIC-9LA.example' where id = 2; \
             update collaborators set email = 'e\u{301}lise@epic_events.example' where id = 3",
        )
        .await;
    for (email, id) in [
        ("zoé@épic.example", 1),
        (" ZOÉ@xn--pic-9la.example", 1),
        ("zoe\u{301}@E\u{301}PIC.example", 1),
        ("zoé＠épic。example", 1),
        ("\u{202a}zoé@épic.example\u{202c}", 1),
        ("max@épic.example", 2),
        ("max@xn--pic-9la.example", 2),
        ("e\u{301}lise@epic_events.example", 3),
    ] {
        assert_eq!(try_login(&server, email, PASSWORD).await, Ok(id), "{email}");
    }
    // All spellings share the failures.
    for email in [
        "zoé@épic.example",
        "zoé@xn--pic-9la.example",
        "zoe\u{301}@épic.example",
    ] {
        for _ in 0..2 {
            let _ = try_login(&server, email, "not the password").await;
        }
    }
    let refused = try_login(&server, "zoé@XN--PIC-9LA.example", PASSWORD).await;
    assert_eq!(refused, Err(Reason::TooManyAttempts));
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_has_both_encodings_of_its_accents() {
    let server = TestServer::start().await;
    let (composed, decomposed) = ("plumé d'oie et encre", "plume\u{301} d'oie et encre");
    let hash = |text: &str| {
        // Older versions hashed the password as it was typed.
        let hash = Argon2::default().hash_password(text.as_bytes());
        hash.expect("a hash").to_string()
    };
    for (id, stored) in [(1, composed), (2, decomposed)] {
        server
            .execute(&format!(
                "update collaborators set password_hash = '{}' where id = {id}",
                hash(stored)
            ))
            .await;
    }
    for (email, password, expected, hashes) in [
        ("gestion1@test.example", composed, Ok(1), 1),
        ("gestion1@test.example", decomposed, Ok(1), 1),
        ("gestion2@test.example", decomposed, Ok(2), 2),
        (
            "gestion2@test.example",
            composed,
            Err(Reason::LoginFailed),
            1,
        ),
        // A known and an unknown account cause the same work.
        (
            "gestion1@test.example",
            "encre\u{301}",
            Err(Reason::LoginFailed),
            2,
        ),
        (
            "nobody@test.example",
            "encre\u{301}",
            Err(Reason::LoginFailed),
            2,
        ),
        ("nobody@test.example", "encre", Err(Reason::LoginFailed), 1),
    ] {
        let before = server.password_hashes();
        let found = try_login(&server, email, password).await;
        assert_eq!(found, expected, "{email} {password}");
        assert_eq!(
            server.password_hashes() - before,
            hashes,
            "{email} {password}"
        );
    }
    server.shutdown().await;
}
