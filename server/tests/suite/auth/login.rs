//! Login, refresh and logout.

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
