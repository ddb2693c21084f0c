//! The life of connections: which connection is closed in favour of a new one, when a connection is
//! closed, and what ends the streams on it.

use std::time::Duration;

use epic_events::{
    policy::{self, Rpc},
    v1::{GetMeRequest, LoginRequest, WatchChangesRequest, WatchChangesResponse},
};
use epic_server::server::{Options, limits::Limits};

use prost::Message as _;
use tokio::time::sleep;
use tonic::Streaming;

use crate::support::{
    api_client::ApiClient,
    fixtures::login_request,
    http2_frames::{
        DATA, END_HEADERS, END_STREAM, HEADERS, call, call_as, call_with, connection_preface,
        connection_preface_with, frame, headers, message, stream_ids,
    },
    raw_connection::RawConnection,
    server::TestServer,
};

/// Longer than the test.
const NEVER: Duration = Duration::from_hours(1);

fn options(limits: Limits) -> Options {
    Options {
        reflection: true,
        limits,
        ..Options::default()
    }
}

/// A caller with a call under way, which keeps the connection open.
async fn watcher(server: &TestServer) -> (ApiClient, Streaming<WatchChangesResponse>) {
    let mut caller = server.login("gestion1").await;
    let request = WatchChangesRequest::default();
    let stream = caller.changes.watch_changes(request).await;
    (caller, stream.expect("a stream").into_inner())
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_never_call_do_not_keep_others_out() {
    let limits = Limits {
        connections: 12,
        unused_connection: NEVER,
        ..Limits::default()
    };
    let server = TestServer::with_options("", options(limits)).await;
    let (mut caller, _stream) = watcher(&server).await;
    let mut silent = Vec::new();
    for _ in 0..30 {
        let mut connection = RawConnection::open(server.address, &connection_preface()).await;
        connection.synchronize().await;
        silent.push(connection);
    }
    // The first connections are closed, the last ones are open.
    for (index, connection) in silent.iter_mut().enumerate() {
        if index < 30 - 11 {
            connection.wait_until_closed().await;
        } else {
            connection.synchronize().await;
        }
    }
    let other = server.login("support1").await;
    let mut other = other.with_channel(server.connect());
    other.auth.get_me(GetMeRequest {}).await.expect("a reply");
    caller.auth.get_me(GetMeRequest {}).await.expect("a reply");
    server.shutdown().await;
}

/// Of connections at rest, the one whose last authenticated call is the oldest makes room, not the newest.
#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_with_a_session_do_not_keep_others_out() {
    let limits = Limits {
        connections: 6,
        ..Limits::default()
    };
    let server = TestServer::with_options("", options(limits)).await;
    let token = server.login("commercial1").await.access_token;
    let call = [call_as(1, policy::GET_ME, &token)].concat();
    let mut idle = Vec::new();
    for _ in 0..6 {
        let mut connection = RawConnection::open(server.address, &connection_preface()).await;
        connection.send(&call).await;
        connection
            .wait_until("a reply", |answers| answers.complete.contains(&1))
            .await;
        idle.push(connection);
    }
    // Connections that were used within a second are kept.
    sleep(Duration::from_secs(2)).await;
    let mut others = Vec::new();
    for number in 0..3 {
        let mut other = RawConnection::open(server.address, &connection_preface()).await;
        other.synchronize().await;
        others.push(other);
        if number == 0 {
            // The server searches idle connections once a second.
            sleep(Duration::from_millis(1_100)).await;
        }
    }
    for other in &mut others {
        other.send(&call).await;
        other
            .wait_until("a reply", |answers| answers.complete.contains(&1))
            .await;
    }
    for (index, connection) in idle.iter_mut().enumerate() {
        if index < 3 {
            connection.wait_until_closed().await;
            assert!(connection.answers.is_going_away);
        } else {
            connection.synchronize().await;
        }
    }
    server.shutdown().await;
}

/// Any client can leave a request unfinished, a reply unread, or a stream open.
#[tokio::test(flavor = "multi_thread")]
async fn calls_without_a_token_that_wait_for_their_client_do_not_keep_others_out() {
    let limits = Limits {
        connections: 12,
        public_request: NEVER,
        excess_public_request: NEVER,
        stalled_reply: NEVER,
        ..Limits::default()
    };
    let server = TestServer::with_options("", options(limits)).await;
    let (mut caller, _stream) = watcher(&server).await;
    let unfinished = |rpc: Rpc| frame(HEADERS, END_HEADERS, 1, &headers(rpc.path(), "invalid"));
    let no_window = connection_preface_with(0);
    let attacks = [
        [connection_preface(), unfinished(policy::LOGIN)].concat(),
        [connection_preface(), unfinished(policy::GET_ME)].concat(),
        [connection_preface(), unfinished(policy::REFLECTION)].concat(),
        [connection_preface(), call(1, policy::HEALTH_WATCH)].concat(),
        [no_window.clone(), call(1, policy::HEALTH_WATCH)].concat(),
        [no_window, call(1, policy::HEALTH_CHECK)].concat(),
    ];
    for attack in attacks {
        let mut attackers = Vec::new();
        for _ in 0..12 {
            let mut attacker = RawConnection::open(server.address, &attack).await;
            attacker.synchronize().await;
            attackers.push(attacker);
        }
        let mut other = server
            .login("support1")
            .await
            .with_channel(server.connect());
        other.auth.get_me(GetMeRequest {}).await.expect("a reply");
        caller.auth.get_me(GetMeRequest {}).await.expect("a reply");
    }
    server.shutdown().await;
}

/// A call that proves the caller's identity counts as a call with a token.
#[tokio::test(flavor = "multi_thread")]
async fn authenticated_connections_do_not_make_room_for_others() {
    let limits = Limits {
        anonymous_connections: 3,
        ..Limits::default()
    };
    let server = TestServer::with_options("", options(limits)).await;
    let login = |password: &str| {
        let request = LoginRequest {
            password: password.to_owned(),
            ..login_request()
        };
        let body = request.encode_to_vec();
        [
            connection_preface(),
            call_with(1, &headers(policy::LOGIN.path(), ""), &body),
        ]
        .concat()
    };
    let mut connections = Vec::new();
    for bytes in [login("not the password"), login(&login_request().password)] {
        let mut connection = RawConnection::open(server.address, &bytes).await;
        connection
            .wait_until("a reply", |answers| answers.complete.contains(&1))
            .await;
        connections.push(connection);
    }
    let probe = [connection_preface(), call(1, policy::HEALTH_CHECK)].concat();
    for _ in 0..2 {
        let mut other = RawConnection::open(server.address, &probe).await;
        other.synchronize().await;
        connections.push(other);
    }
    // New connections have this time to sign in.
    sleep(Duration::from_secs(1)).await;
    let _other = RawConnection::open(server.address, &probe).await;
    connections[0].wait_until_closed().await;
    connections[1].synchronize().await;
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_makes_no_call_is_closed_and_a_probed_one_is_not() {
    let limits = Limits {
        unused_connection: Duration::from_millis(500),
        ..Limits::default()
    };
    let server = TestServer::with_options("", options(limits)).await;
    let probe = [connection_preface(), call(1, policy::HEALTH_CHECK)].concat();
    let mut probed = RawConnection::open(server.address, &probe).await;
    probed
        .wait_until("a reply", |answers| !answers.complete.is_empty())
        .await;
    // A later connection, which is closed.
    let mut silent = RawConnection::open(server.address, &connection_preface()).await;
    silent.wait_until_closed().await;
    probed.synchronize().await;
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_connection_is_announced_its_streams_end_well_and_its_calls_have_a_grace() {
    let limits = Limits {
        connection_age: Duration::from_millis(800),
        connection_age_grace: NEVER,
        ..Limits::default()
    };
    let server = TestServer::with_options("", options(limits)).await;
    let open = [
        connection_preface(),
        call(1, policy::HEALTH_WATCH),
        frame(HEADERS, END_HEADERS, 3, &headers(policy::LOGIN.path(), "")),
    ];
    let mut old = RawConnection::open(server.address, &open.concat()).await;
    old.wait_until("the announcement", |answers| answers.is_going_away)
        .await;
    old.wait_until("the end of the stream", |answers| {
        answers.complete.contains(&1)
    })
    .await;
    // The call under way is answered, and its end closes the connection.
    assert!(!old.answers.begun.contains(&3));
    old.send(&frame(DATA, END_STREAM, 3, &message(0, &[])))
        .await;
    old.wait_until("a reply", |answers| answers.complete.contains(&3))
        .await;
    old.wait_until_closed().await;
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_grace_of_an_old_connection_ends() {
    let limits = Limits {
        connection_age: Duration::from_millis(300),
        connection_age_grace: Duration::from_millis(300),
        public_request: NEVER,
        ..Limits::default()
    };
    let server = TestServer::with_options("", options(limits)).await;
    let unfinished = frame(HEADERS, END_HEADERS, 1, &headers(policy::LOGIN.path(), ""));
    let bytes = [connection_preface(), unfinished].concat();
    let mut old = RawConnection::open(server.address, &bytes).await;
    old.wait_until_closed().await;
    assert!(old.answers.is_going_away && old.answers.complete.is_empty());
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_has_four_streams_without_a_token() {
    let server = TestServer::with_options("", options(Limits::default())).await;
    for rpc in [policy::HEALTH_WATCH, policy::REFLECTION] {
        let open = stream_ids(6).map(|id| match rpc {
            rpc if rpc == policy::REFLECTION => {
                frame(HEADERS, END_HEADERS, id, &headers(rpc.path(), ""))
            }
            rpc => call(id, rpc),
        });
        let bytes = [connection_preface(), open.collect::<Vec<_>>().concat()].concat();
        let mut connection = RawConnection::open(server.address, &bytes).await;
        connection
            .wait_until("refusals", |answers| answers.complete.len() == 2)
            .await;
        connection.synchronize().await;
        assert_eq!(connection.answers.complete.len(), 2, "{}", rpc.path());
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_arrive_after_their_calls_were_refused_do_not_end_the_connection() {
    let limits = Limits {
        excess_public_request: NEVER,
        ..Limits::default()
    };
    let server = TestServer::with_options("", options(limits)).await;
    let mut caller = RawConnection::open(server.address, &connection_preface()).await;
    let head = headers(policy::GET_ME.path(), "no token");
    let ids: Vec<u32> = stream_ids(400).collect();
    for ids in ids.chunks(50) {
        let heads = ids.iter().map(|id| frame(HEADERS, END_HEADERS, *id, &head));
        caller.send(&heads.collect::<Vec<_>>().concat()).await;
        caller
            .wait_until("refusals", |answers| {
                ids.iter().all(|id| answers.complete.contains(id))
            })
            .await;
        let messages = ids.iter().map(|id| {
            [
                frame(DATA, 0, *id, &message(0, &[])),
                frame(DATA, END_STREAM, *id, &[]),
            ]
            .concat()
        });
        caller.send(&messages.collect::<Vec<_>>().concat()).await;
    }
    caller.synchronize().await;
    // h2 counts the messages of reset streams until it closes the connection.
    assert!(caller.answers.reset_when_complete.is_empty());
    assert!(!caller.answers.is_going_away);
    drop(caller);
    server.shutdown().await;
}

/// The bytes that a client may send before it learns that the table of the server has size zero.
fn stored_at_once() -> Vec<u8> {
    let call = headers(policy::GET_ME.path(), "");
    let calls = stream_ids(100).map(|id| {
        let name = format!("x-{id:08}");
        let stored = [&call[..], &[0x40, 10], name.as_bytes(), &[1, b'v']].concat();
        let message = frame(DATA, END_STREAM, id, &message(0, &[]));
        [frame(HEADERS, END_HEADERS, id, &stored), message].concat()
    });
    [connection_preface(), calls.collect::<Vec<_>>().concat()].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_store_headers_before_it_knows_that_it_must_not() {
    let server = TestServer::start().await;
    let mut connection = RawConnection::open(server.address, &stored_at_once()).await;
    connection.synchronize().await;
    server.shutdown().await;
}
