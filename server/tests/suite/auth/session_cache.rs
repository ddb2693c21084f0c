//! The session cache: a server does not use a cached session after any server has changed it.

use std::time::{Duration, Instant};

use diesel_async::SimpleAsyncConnection as _;
use epic_events::{
    reason::Reason,
    v1::{GetMeRequest, LogoutRequest, Role, UpdateCollaboratorRequest},
};

use crate::support::{
    api_client::ApiClient,
    errors::{api_error, error_reason},
    fixtures::collaborator_update,
    server::{IS_FEED, TestServer, signing_keys},
    wait::TIMEOUT,
};

/// The same session on two servers, cached by both.
async fn cached_session(server: &TestServer) -> (ApiClient, ApiClient) {
    let mut local = server.login("support1").await;
    let peer = server.start_peer(signing_keys()).await;
    let mut remote = local.with_channel(peer);
    for caller in [&mut local, &mut remote] {
        caller
            .auth
            .get_me(GetMeRequest {})
            .await
            .expect("signed in");
    }
    (local, remote)
}

/// Calls until the session has ended.
async fn wait_until_ended(caller: &mut ApiClient) {
    let since = Instant::now();
    loop {
        match caller.auth.get_me(GetMeRequest {}).await {
            Ok(_) => assert!(since.elapsed() < TIMEOUT, "the session continues"),
            refused => {
                assert_eq!(error_reason(&refused), Some(Reason::SessionEnded));
                return;
            }
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn assert_session_ended(caller: &mut ApiClient) {
    let refused = caller.auth.get_me(GetMeRequest {}).await;
    assert_eq!(api_error(refused).reason, Reason::SessionEnded);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_or_new_role_on_one_server_applies_on_the_other() {
    require_postgres!();
    let server = TestServer::start().await;
    let (mut local, mut remote) = cached_session(&server).await;
    local
        .auth
        .logout(LogoutRequest {})
        .await
        .expect("to log out");
    assert_session_ended(&mut local).await;
    wait_until_ended(&mut remote).await;

    let (local, mut remote) = cached_session(&server).await;
    let mut gestion = server.login("gestion1").await;
    let etag = server
        .query_text("select version as value from collaborators where id = 5")
        .await;
    let request = UpdateCollaboratorRequest {
        etag: etag[0].clone(),
        role: Some(Role::Commercial.into()),
        ..collaborator_update(local.me.id)
    };
    gestion
        .collaborators
        .update_collaborator(request)
        .await
        .expect("moved");
    let role = async |caller: &mut ApiClient| {
        let me = caller.auth.get_me(GetMeRequest {}).await.expect("me");
        me.into_inner().me.expect("me").role()
    };
    assert_eq!(role(&mut local.clone()).await, Role::Commercial);
    let since = Instant::now();
    while role(&mut remote).await != Role::Commercial {
        assert!(since.elapsed() < TIMEOUT, "the old role still applies");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_reads_no_changes_caches_nothing() {
    require_postgres!();
    let server = TestServer::start().await;
    let validity = server.state.db.auth_epoch();
    let since = Instant::now();
    while validity.current().is_none() {
        assert!(since.elapsed() < TIMEOUT, "the server never reads changes");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut caller = server.login("support1").await;
    caller
        .auth
        .get_me(GetMeRequest {})
        .await
        .expect("a cached session");
    let mut owner = server.database.connect().await;
    // Terminates the connection of the feed faster than the server opens new ones.
    let end_feed =
        format!("select pg_terminate_backend(pid) from pg_stat_activity where {IS_FEED}");
    let since = Instant::now();
    while validity.current().is_some() {
        owner.batch_execute(&end_feed).await.expect("to end it");
        assert!(since.elapsed() < TIMEOUT, "the cache is still in use");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    owner.batch_execute(&end_feed).await.expect("to end it");
    owner
        .batch_execute("alter table sessions disable trigger sessions_tell; delete from sessions")
        .await
        .expect("to end the session unnoticed");
    assert_session_ended(&mut caller).await;
    server.shutdown().await;
}
