//! Rate limits of login attempts: they delay callers who guess passwords, and no others.

use std::time::Duration;

use epic_events::{
    api_error::ApiError,
    reason::Reason,
    v1::{ChangePasswordRequest, LoginRequest, LoginResponse},
};
use tonic::{Response, Status};

use crate::support::{errors::api_error, fixtures::PASSWORD, server::TestServer};

async fn try_login(
    server: &TestServer,
    email: &str,
    password: &str,
) -> Result<Response<LoginResponse>, Status> {
    let request = LoginRequest {
        email: email.to_owned(),
        password: password.to_owned(),
        ..LoginRequest::default()
    };
    server.auth().login(request).await
}

/// Makes `times` failed logins in a row.
async fn fail_logins(server: &TestServer, email: &str, times: usize) {
    for _ in 0..times {
        let refused = api_error(try_login(server, email, "not the password").await);
        assert_eq!(refused.reason, Reason::LoginFailed);
    }
}

/// The wait that a refusal requires, in seconds, rounded up.
#[track_caller]
fn required_wait(error: &ApiError) -> u64 {
    assert_eq!(error.reason, Reason::TooManyAttempts);
    let wait = error.retry_delay.expect("how long to wait");
    assert!(wait > Duration::ZERO);
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// Moves every counted attempt into the past by `interval`.
async fn let_time_pass(server: &TestServer, interval: &str) {
    server
        .execute(&format!(
            "update login_attempts set last_time = last_time - interval '{interval}'"
        ))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wait_doubles_from_one_second_to_fifteen_minutes_without_hashing() {
    let server = TestServer::start().await;
    fail_logins(&server, "gestion1@test.example", 5).await;
    let hashed = server.password_hashes();
    for expected in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
        for password in ["not the password", PASSWORD] {
            let refused = api_error(try_login(&server, "gestion1@test.example", password).await);
            assert_eq!(required_wait(&refused), expected);
        }
        let_time_pass(&server, &format!("{expected} seconds")).await;
        fail_logins(&server, "gestion1@test.example", 1).await;
    }
    assert_eq!(server.password_hashes() - hashed, 12);
    // Failures expire a quarter of an hour after the wait.
    let_time_pass(&server, "31 minutes").await;
    fail_logins(&server, "gestion1@test.example", 4).await;
    try_login(&server, "gestion1@test.example", PASSWORD)
        .await
        .expect("to log in");
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_waits_for_failures_of_any_account_until_a_login_succeeds() {
    let server = TestServer::start().await;
    for unknown in 0..4 {
        fail_logins(&server, &format!("nobody{unknown}@test.example"), 1).await;
    }
    server.login("support1").await;
    for unknown in 0..5 {
        fail_logins(&server, &format!("nobody{unknown}@test.example"), 1).await;
    }
    let refused = api_error(try_login(&server, "support2@test.example", PASSWORD).await);
    assert_eq!(required_wait(&refused), 1);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_from_another_address_do_not_lock_an_account_where_it_has_signed_in() {
    let server = TestServer::start().await;
    // Guesses from another address, before and after a login from this one.
    let guess =
        "select begin_login('Gestion1@test.example', '192.0.2.1') from generate_series(1, 9)";
    server.execute(guess).await;
    let refused = api_error(try_login(&server, "gestion1@test.example", PASSWORD).await);
    assert_eq!(required_wait(&refused), 1, "no login from this address yet");
    let_time_pass(&server, "1 second").await;
    server.login("gestion1").await;
    server.execute(guess).await;
    server.login("gestion1").await;
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_attempts_are_all_counted() {
    let server = TestServer::start().await;
    let hashed = server.password_hashes();
    let tries = (0..200).map(|_| try_login(&server, "gestion1@test.example", "not the password"));
    let replies = futures_util::future::join_all(tries).await;
    let mut failed = 0;
    for reply in replies {
        match api_error(reply).reason {
            Reason::LoginFailed => failed += 1,
            reason => assert_eq!(reason, Reason::TooManyAttempts),
        }
    }
    // Waits of one and two seconds may end during the test and admit a further attempt.
    assert!((5..=9).contains(&failed), "{failed}");
    assert_eq!(server.password_hashes() - hashed, failed);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_of_the_own_password_wait_like_logins_and_delay_no_login_from_there() {
    let server = TestServer::start().await;
    let mut caller = server.login("gestion1").await;
    let guess = ChangePasswordRequest {
        current_password: "not the password".to_owned(),
        new_password: "quite another password 7".to_owned(),
    };
    for _ in 0..5 {
        let refused = api_error(caller.auth.change_password(guess.clone()).await);
        assert_eq!(refused.fields[0].code, "WRONG_PASSWORD");
    }
    let hashed = server.password_hashes();
    let refused = api_error(caller.auth.change_password(guess.clone()).await);
    assert_eq!(required_wait(&refused), 1);
    // The server has computed neither a hash nor an estimate of the new password.
    assert_eq!(server.password_hashes() - hashed, 0);
    // The guesses delay logins of the account from elsewhere, but not from this address.
    let elsewhere = "select ceil(extract(epoch from wait))::bigint as value \
        from login_admission('gestion1@test.example', '192.0.2.1')";
    assert_eq!(server.query_ids(elsewhere).await, [1]);
    server.login("support1").await;
    server.login("gestion1").await;
    let_time_pass(&server, "1 second").await;
    let refused = api_error(caller.auth.change_password(guess.clone()).await);
    assert_eq!(refused.fields[0].code, "WRONG_PASSWORD");
    // A login does not allow more guesses.
    let refused = api_error(caller.auth.change_password(guess).await);
    assert_eq!(required_wait(&refused), 2);
    server.shutdown().await;
}
