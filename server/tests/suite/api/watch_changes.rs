//! `WatchChanges`: every change reaches every stream on every server, as long as its session lasts.

use std::time::Duration;

use epic_events::{
    api_error::ApiError,
    reason::Reason,
    v1::{
        ChangeKind, LogoutRequest, RecordType, ResetPasswordRequest, RevokeSessionRequest,
        UpdateCollaboratorRequest, WatchChangesRequest, WatchChangesResponse,
    },
};
use epic_server::change::feed::{CAPACITY, STREAMS_MAX};
use tokio::time::timeout;
use tonic::{Status, Streaming};

use crate::support::{
    api_client::ApiClient,
    errors::api_error,
    fixtures,
    server::{IS_FEED, TestServer, signing_keys},
    wait::{TIMEOUT, eventually},
};

/// A stream of all changes from now on.
pub(super) async fn watch(caller: &mut ApiClient) -> Streaming<WatchChangesResponse> {
    let (stream, first) = resume(caller, "").await;
    assert_eq!(first.kind(), ChangeKind::Reload);
    stream
}

/// A stream that continues at `resume_token`, and its first message.
async fn resume(
    caller: &mut ApiClient,
    resume_token: &str,
) -> (Streaming<WatchChangesResponse>, WatchChangesResponse) {
    let request = WatchChangesRequest {
        resume_token: resume_token.to_owned(),
    };
    let reply = caller.changes.watch_changes(request).await;
    let mut stream = reply.expect("a stream").into_inner();
    let first = timeout(TIMEOUT, stream.message()).await.expect("a message");
    (stream, first.expect("no error").expect("a message"))
}

/// The next change of a record. A stream may begin with a request to reload.
pub(super) async fn next_change(
    stream: &mut Streaming<WatchChangesResponse>,
) -> Result<WatchChangesResponse, Status> {
    loop {
        let change = timeout(TIMEOUT, stream.message())
            .await
            .expect("a change")?;
        let change = change.expect("a stream that does not end");
        if !matches!(change.kind(), ChangeKind::Reload | ChangeKind::Resumed) {
            return Ok(change);
        }
    }
}

/// Waits until this number of servers has begun to read changes. Changes before the first read of a server
/// are announced only by a reload message.
pub(super) async fn wait_for_feeds(server: &TestServer, count: i64) {
    let feeds = format!(
        "select count(*) as value from pg_stat_activity \
         where {IS_FEED} and query like '%from changes%'"
    );
    eventually("the servers read changes", async || {
        server.query_ids(&feeds).await[0] >= count
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_reaches_every_server_with_its_actor() {
    let server = TestServer::start().await;
    let mut caller = server.login("gestion1").await;
    let mut local = watch(&mut caller).await;
    // The built-in database serves a single server.
    let mut remote = if server.is_on_postgres() {
        let peer = server.start_peer(signing_keys()).await;
        Some(watch(&mut caller.with_channel(peer)).await)
    } else {
        None
    };
    if server.is_on_postgres() {
        wait_for_feeds(&server, 2).await;
    }
    let created = caller
        .collaborators
        .create_collaborator(fixtures::collaborator_request())
        .await
        .expect("a collaborator")
        .into_inner();
    let id = created.collaborator.expect("the record").id;
    let expected = WatchChangesResponse {
        kind: ChangeKind::Created.into(),
        record: RecordType::Collaborator.into(),
        id,
        etag: "1".to_owned(),
        actor_id: Some(caller.me.id),
        actor_name: "gestion 1".to_owned(),
        resume_token: String::new(),
    };
    let without_token = |change| WatchChangesResponse {
        resume_token: String::new(),
        ..change
    };
    let change = next_change(&mut local).await.map(without_token);
    assert_eq!(change.expect("a change"), expected);
    if let Some(remote) = &mut remote {
        let change = next_change(remote).await.map(without_token);
        assert_eq!(change.expect("a change"), expected);
    }
    let request = UpdateCollaboratorRequest {
        phone: Some("0102030405".to_owned()),
        ..fixtures::collaborator_update(id)
    };
    let saved = caller.collaborators.update_collaborator(request).await;
    saved.expect("saved");
    let change = next_change(&mut local).await.expect("a change");
    assert_eq!(
        (change.kind(), change.etag.as_str()),
        (ChangeKind::Changed, "2")
    );
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_session() {
    let server = TestServer::start().await;
    let mut gestion = server.login("gestion1").await;
    for ending in 0..3 {
        let mut caller = server.login("support1").await;
        let mut stream = watch(&mut caller).await;
        match ending {
            0 => {
                caller
                    .auth
                    .logout(LogoutRequest {})
                    .await
                    .expect("to log out");
            }
            1 => {
                let last = "select id as value from sessions where collaborator_id = 5";
                let id = server.query_text(last).await.remove(0);
                let revoked = gestion
                    .auth
                    .revoke_session(RevokeSessionRequest { id })
                    .await;
                revoked.expect("ended");
            }
            _ => {
                let request = ResetPasswordRequest { id: caller.me.id };
                let reset = gestion.collaborators.reset_password(request).await;
                reset.expect("a new password");
            }
        }
        let status = loop {
            match next_change(&mut stream).await {
                // The change of the collaborator may arrive before the end of the session.
                Ok(_) => {}
                Err(status) => break status,
            }
        };
        let error = ApiError::from_status(&status).expect("a reason");
        assert_eq!(error.reason, Reason::SessionEnded, "{ending}");
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_is_told_to_reload_and_the_queue_is_bounded() {
    let server = TestServer::start().await;
    let mut caller = server.login("gestion1").await;
    // A separate connection, so that its flow control delays no other stream.
    let mut stream = watch(&mut caller.with_channel(server.connect())).await;
    let created = caller
        .collaborators
        .create_collaborator(fixtures::collaborator_request())
        .await;
    created.expect("a collaborator");
    next_change(&mut stream).await.expect("a change");
    let many = CAPACITY * 40;
    let insert_clients = fixtures::insert(
        "clients",
        "name",
        &format!("select 'client ' || n from generate_series(1, {many}) n"),
    );
    server.execute(&insert_clients).await;
    everything_is_published(&server, &mut caller).await;
    // Read only now, the stream contains some of the changes, and then a reload message.
    let mut received = 0;
    loop {
        let change = timeout(TIMEOUT, stream.message()).await.expect("a change");
        let change = change
            .expect("no error")
            .expect("a stream that does not end");
        if change.kind() == ChangeKind::Reload {
            break;
        }
        received += 1;
    }
    assert!(received < many, "{received}");
    server.shutdown().await;
}

/// Waits until the server has distributed all changes so far: makes another change and waits until a
/// stream delivers it. Repeats both steps, because a stream may drop the change if there are many
/// others.
async fn everything_is_published(server: &TestServer, caller: &mut ApiClient) {
    let mut stream = watch(&mut caller.with_channel(server.connect())).await;
    let delivered = tokio::spawn(async move {
        while next_change(&mut stream).await.expect("a change").record() != RecordType::Collaborator
        {
        }
    });
    while !delivered.is_finished() {
        let request = fixtures::collaborator_request();
        let created = caller.collaborators.create_collaborator(request).await;
        created.expect("a collaborator");
    }
    delivered.await.expect("a change of a collaborator");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_has_a_maximum_of_streams_and_a_closed_one_frees_its_slot() {
    let server = TestServer::start().await;
    let mut caller = server.login("gestion1").await;
    let mut streams = Vec::new();
    for _ in 0..STREAMS_MAX {
        streams.push(watch(&mut caller).await);
    }
    let request = WatchChangesRequest::default();
    let refused = caller.changes.watch_changes(request.clone()).await;
    let refused = api_error(refused.map(drop));
    assert_eq!(refused.reason, Reason::TooManyStreams);
    watch(&mut server.login("gestion1").await).await;
    streams.pop();
    let since = std::time::Instant::now();
    while caller.changes.watch_changes(request.clone()).await.is_err() {
        assert!(since.elapsed() < TIMEOUT, "no slot is freed");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_continues_after_the_last_message_of_an_earlier_one() {
    let server = TestServer::start().await;
    let mut caller = server.login("gestion1").await;
    let mut stream = watch(&mut caller).await;
    everything_is_published(&server, &mut caller).await;
    let mut token = next_change(&mut stream)
        .await
        .expect("a change")
        .resume_token;
    drop(stream);
    let mut missed = Vec::new();
    for _ in 0..3 {
        let request = fixtures::collaborator_request();
        let created = caller.collaborators.create_collaborator(request).await;
        let created = created.expect("a collaborator").into_inner();
        missed.push(created.collaborator.expect("the record").id);
    }
    everything_is_published(&server, &mut caller).await;
    // Whoever has read everything continues without a change.
    for _ in 0..2 {
        let (mut stream, first) = resume(&mut caller, &token).await;
        assert_eq!(first.kind(), ChangeKind::Resumed);
        assert_eq!(first.resume_token, token);
        while let Some(next) = missed.first() {
            let change = next_change(&mut stream).await.expect("a change");
            token = change.resume_token;
            // Those of `everything_is_published` are among them.
            if change.id == *next {
                missed.remove(0);
            }
        }
    }
    let many = CAPACITY + 1;
    let insert_clients = fixtures::insert(
        "clients",
        "name",
        &format!("select 'client ' || n from generate_series(1, {many}) n"),
    );
    server.execute(&insert_clients).await;
    everything_is_published(&server, &mut caller).await;
    let unknown = format!("{}0", &token);
    for token in [&*token, &unknown, "of another server", &"7".repeat(1_000)] {
        let (_, first) = resume(&mut caller, token).await;
        assert_eq!(first.kind(), ChangeKind::Reload, "{token}");
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_graceful_stop_ends_streams() {
    let mut server = TestServer::start().await;
    let mut caller = server.login("gestion1").await;
    let mut stream = watch(&mut caller).await;
    server.begin_shutdown();
    let status = next_change(&mut stream).await.expect_err("an end");
    assert_eq!(api_error::<()>(Err(status)).reason, Reason::ShuttingDown);
    timeout(TIMEOUT, server.shutdown()).await.expect("to stop");
}
