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

/// A login of one's own in between gives no further guesses at the accounts of others.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_limited_by_the_accounts_that_are_tried_from_it() {
    let server = TestServer::start().await;
    server.login("support1").await;
    for unknown in 0..10 {
        fail_logins(&server, &format!("nobody{unknown}@test.example"), 1).await;
        server.login("support1").await;
    }
    for other in ["nobody10@test.example", "support2@test.example"] {
        let refused = api_error(try_login(&server, other, PASSWORD).await);
        assert!((55..=60).contains(&required_wait(&refused)), "{refused:?}");
    }
    // Accounts that were tried lately, or have signed in from there, do not wait.
    fail_logins(&server, "nobody3@test.example", 1).await;
    server.login("support1").await;
    let_time_pass(&server, "1 minute").await;
    server.login("support2").await;
    // The success gave back what it was counted for.
    server.login("gestion2").await;
    fail_logins(&server, "nobody11@test.example", 1).await;
    let refused = api_error(try_login(&server, "nobody12@test.example", PASSWORD).await);
    assert!((55..=60).contains(&required_wait(&refused)), "{refused:?}");
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_errors_of_a_colleague_delay_nobody_else_at_the_address() {
    let server = TestServer::start().await;
    fail_logins(&server, "support1@test.example", 5).await;
    let refused = api_error(try_login(&server, "support1@test.example", PASSWORD).await);
    assert_eq!(required_wait(&refused), 1);
    for colleague in ["support2", "commercial1", "gestion1", "gestion2"] {
        server.login(colleague).await;
    }
    server.shutdown().await;
}

/// Attempts from before the change lie in the future.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_prolongs_no_wait() {
    let server = TestServer::start().await;
    server.login("support1").await;
    fail_logins(&server, "gestion1@test.example", 5).await;
    fail_logins(&server, "support1@test.example", 5).await;
    let_time_pass(&server, "-2 hours").await;
    for account in ["gestion1", "support1"] {
        let email = format!("{account}@test.example");
        let refused = api_error(try_login(&server, &email, PASSWORD).await);
        assert_eq!(required_wait(&refused), 1, "{account}");
    }
    let_time_pass(&server, "1 second").await;
    for account in ["gestion1", "support1"] {
        server.login(account).await;
    }
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
