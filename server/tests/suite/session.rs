//! Logging in, staying in, getting out.

use epic_events::{
    reason::Reason,
    v1::{GetMeRequest, LoginRequest, LogoutRequest, RefreshSessionRequest},
};

use crate::house::{House, PASSWORD, refusal};

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_email_are_told_the_same() {
    let house = House::new().await;
    let mut told = Vec::new();
    for (email, password) in [
        ("gestion1@test.example", "not the password"),
        ("nobody@test.example", PASSWORD),
        ("not an address", PASSWORD),
    ] {
        let before = house.shared.passwords.runs();
        let reply = house
            .auth()
            .login(LoginRequest {
                email: email.to_owned(),
                password: password.to_owned(),
                device: String::new(),
            })
            .await;
        let status = reply.expect_err("no entry");
        // The time goes into the hash, so the same work is the same time.
        assert_eq!(house.shared.passwords.runs() - before, 1, "{email}");
        told.push((status.code(), status.message().to_owned()));
    }
    assert_eq!(told[0].0, tonic::Code::Unauthenticated);
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0], told[2]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_goes_on_by_refreshing_and_ends_at_logout() {
    let house = House::new().await;
    let mut caller = house.login("GESTION1").await;
    assert_eq!(caller.me.name, "gestion 1");
    let refresh = RefreshSessionRequest {
        refresh_token: caller.refresh_token.clone(),
    };
    let next = house.auth().refresh_session(refresh).await;
    let next = next.expect("a new pair").into_inner();
    assert_ne!(next.refresh_token, caller.refresh_token);
    caller.auth.logout(LogoutRequest {}).await.expect("goodbye");
    let after = caller.auth.get_me(GetMeRequest {}).await;
    assert_eq!(refusal(after).reason, Reason::SessionEnded);
    let after = house
        .auth()
        .refresh_session(RefreshSessionRequest {
            refresh_token: next.refresh_token,
        })
        .await;
    assert_eq!(refusal(after).reason, Reason::SessionEnded);
    house.close().await;
}
