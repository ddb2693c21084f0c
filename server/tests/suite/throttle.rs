//! Who guesses passwords waits, and nobody else does.

use std::time::Duration;

use epic_events::{
    api_error::ApiError,
    reason::Reason,
    v1::{ChangePasswordRequest, LoginRequest, LoginResponse},
};
use tonic::{Response, Status};

use crate::house::{House, PASSWORD, refusal};

async fn try_in(
    house: &House,
    email: &str,
    password: &str,
) -> Result<Response<LoginResponse>, Status> {
    let request = LoginRequest {
        email: email.to_owned(),
        password: password.to_owned(),
        device: String::new(),
    };
    house.auth().login(request).await
}

/// Fails so many times in a row.
async fn fail(house: &House, email: &str, times: usize) {
    for _ in 0..times {
        let refused = refusal(try_in(house, email, "not the password").await);
        assert_eq!(refused.reason, Reason::LoginFailed);
    }
}

/// The wait of a refusal, in seconds, rounded up.
#[track_caller]
fn wait(refused: &ApiError) -> u64 {
    assert_eq!(refused.reason, Reason::TooManyAttempts);
    let wait = refused.wait.expect("how long to wait");
    assert!(wait > Duration::ZERO);
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// Lets that much time pass, for whoever counts.
async fn later(house: &House, interval: &str) {
    house
        .sql(&format!(
            "update login_attempts set last_time = last_time - interval '{interval}'"
        ))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wait_doubles_from_one_second_to_fifteen_minutes_and_nothing_is_hashed_meanwhile() {
    let house = House::new().await;
    fail(&house, "gestion1@test.example", 5).await;
    let hashed = house.shared.passwords.runs();
    for expected in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
        for password in ["not the password", PASSWORD] {
            let refused = refusal(try_in(&house, "gestion1@test.example", password).await);
            assert_eq!(wait(&refused), expected);
        }
        later(&house, &format!("{expected} seconds")).await;
        fail(&house, "gestion1@test.example", 1).await;
    }
    assert_eq!(house.shared.passwords.runs() - hashed, 12);
    // A quarter of an hour after the wait is over, everything is forgotten.
    later(&house, "31 minutes").await;
    fail(&house, "gestion1@test.example", 4).await;
    try_in(&house, "gestion1@test.example", PASSWORD)
        .await
        .expect("to log in");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_waits_whatever_the_account_and_a_right_password_ends_that() {
    let house = House::new().await;
    for unknown in 0..4 {
        fail(&house, &format!("nobody{unknown}@test.example"), 1).await;
    }
    house.login("support1").await;
    for unknown in 0..5 {
        fail(&house, &format!("nobody{unknown}@test.example"), 1).await;
    }
    let refused = refusal(try_in(&house, "support2@test.example", PASSWORD).await);
    assert_eq!(wait(&refused), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_elsewhere_does_not_lock_the_owner_out_at_their_own_desk() {
    let house = House::new().await;
    // Somebody guesses from another address, before and after the owner has signed in here.
    let guess =
        "select begin_login('Gestion1@test.example', '192.0.2.1') from generate_series(1, 9)";
    house.sql(guess).await;
    let refused = refusal(try_in(&house, "gestion1@test.example", PASSWORD).await);
    assert_eq!(wait(&refused), 1, "nothing is known of this desk");
    later(&house, "1 second").await;
    house.login("gestion1").await;
    house.sql(guess).await;
    house.login("gestion1").await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_at_the_same_time_do_not_slip_past_each_other() {
    let house = House::new().await;
    let hashed = house.shared.passwords.runs();
    let tries = (0..200).map(|_| try_in(&house, "gestion1@test.example", "not the password"));
    let told = futures_util::future::join_all(tries).await;
    let mut failed = 0;
    for reply in told {
        match refusal(reply).reason {
            Reason::LoginFailed => failed += 1,
            reason => assert_eq!(reason, Reason::TooManyAttempts),
        }
    }
    // While they last, waits of a second and two may run out and let another one try.
    assert!((5..=9).contains(&failed), "{failed}");
    assert_eq!(house.shared.passwords.runs() - hashed, failed);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_current_password_cannot_be_guessed_faster_than_at_the_door() {
    let house = House::new().await;
    let mut caller = house.login("gestion1").await;
    let guess = ChangePasswordRequest {
        current_password: "not the password".to_owned(),
        new_password: "quite another password 7".to_owned(),
    };
    for _ in 0..5 {
        let refused = refusal(caller.auth.change_password(guess.clone()).await);
        assert_eq!(refused.fields[0].code, "WRONG_PASSWORD");
    }
    let refused = refusal(caller.auth.change_password(guess).await);
    assert_eq!(wait(&refused), 1);
    house.close().await;
}
