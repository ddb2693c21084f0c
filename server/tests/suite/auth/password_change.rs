//! The change of a caller's own password: repeated after a lost reply, and misused to guess passwords.

use epic_events::{
    reason::Reason,
    v1::{ChangePasswordRequest, ChangePasswordResponse},
};
use tonic::Status;

use crate::support::{
    api_client::ApiClient, errors::api_error, fixtures::PASSWORD, server::TestServer,
};

const NEW_PASSWORD: &str = "another password for tests";

async fn change(
    caller: &ApiClient,
    current: &str,
    new: &str,
) -> Result<ChangePasswordResponse, Status> {
    let request = ChangePasswordRequest {
        current_password: current.to_owned(),
        new_password: new.to_owned(),
    };
    let reply = caller.auth.clone().change_password(request).await?;
    Ok(reply.into_inner())
}

/// The values that a change of the password writes.
async fn written(server: &TestServer) -> Vec<String> {
    let sql = "select password_hash as value from collaborators where id = 5 \
        union all select count(*)::text from history where rpc = 'ChangePassword'";
    server.query_text(sql).await
}

/// The maximum of the failures that are counted for an account, a network or both.
async fn failures(server: &TestServer) -> Vec<i64> {
    server
        .query_ids("select coalesce(max(failures), 0) as value from login_attempts")
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_whose_reply_is_lost_can_be_repeated() {
    let server = TestServer::start().await;
    let caller = server.login("support1").await;
    let lost = change(&caller, PASSWORD, NEW_PASSWORD)
        .await
        .expect("changed");
    let after_first = written(&server).await;
    // More often than failures without a wait.
    for _ in 0..6 {
        let repeated = change(&caller, PASSWORD, NEW_PASSWORD).await;
        assert_eq!(repeated.expect("changed already"), lost);
        assert_eq!(failures(&server).await, [0]);
    }
    assert_eq!(written(&server).await, after_first);
    // The session may change its password again; from then on it may repeat only that change.
    change(&caller, NEW_PASSWORD, "a third password for tests")
        .await
        .expect("changed again");
    let outdated = api_error(change(&caller, PASSWORD, NEW_PASSWORD).await);
    assert_eq!(outdated.fields[0].code, "WRONG_PASSWORD");
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_change_may_overtake_the_first_one() {
    let server = TestServer::start().await;
    let caller = server.login("support1").await;
    let calls = (0..3).map(|_| change(&caller, PASSWORD, NEW_PASSWORD));
    for reply in futures_util::future::join_all(calls).await {
        reply.expect("changed once");
    }
    assert_eq!(written(&server).await[1], "1");
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_new_password_is_no_guess_in_a_session_that_has_not_set_it() {
    let server = TestServer::start().await;
    let caller = server.login("support1").await;
    let hashed = server.password_hashes();
    let refused = api_error(change(&caller, NEW_PASSWORD, PASSWORD).await);
    assert_eq!(refused.fields[0].code, "WRONG_PASSWORD");
    let with_another = api_error(change(&caller, NEW_PASSWORD, "no such password, no").await);
    assert_eq!(refused, with_another);
    assert_eq!(failures(&server).await, [2]);
    // One hash per call, for the current password.
    assert_eq!(server.password_hashes() - hashed, 2);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guess_of_both_passwords_counts_twice() {
    let server = TestServer::start().await;
    let caller = server.login("support1").await;
    change(&caller, PASSWORD, NEW_PASSWORD)
        .await
        .expect("changed");
    for expected in [2, 4] {
        let refused = api_error(change(&caller, "not the password", PASSWORD).await);
        assert_eq!(refused.fields[0].code, "WRONG_PASSWORD");
        assert_eq!(failures(&server).await, [expected]);
    }
    let hashed = server.password_hashes();
    let refused = api_error(change(&caller, "not the password", NEW_PASSWORD).await);
    assert_eq!(
        refused.reason,
        Reason::TooManyAttempts,
        "before the second hash"
    );
    assert_eq!(server.password_hashes() - hashed, 1);
    server.shutdown().await;
}
