//! Connections and calls that clients leave open when the server shuts down. No time limit ends the
//! shutdown here, so each test fails when anything delays it.

use std::time::Duration;

use epic_events::{
    api_error::ApiError,
    policy::{self, Rpc},
    reason::Reason,
    v1::WatchChangesRequest,
};
use epic_server::server::{Options, limits::Limits};
use tokio::time::{sleep, timeout};
use tonic::Status;

use crate::support::{
    fixtures::sample_records,
    http2_frames::{
        END_HEADERS, HEADERS, call, call_as, connection_preface, connection_preface_with, frame,
        headers, stream_ids,
    },
    raw_connection::RawConnection,
    server::TestServer,
    wait::TIMEOUT,
};

/// Longer than the tests.
const NEVER: Duration = Duration::from_hours(1);

async fn start() -> TestServer {
    let limits = Limits {
        keepalive: NEVER,
        shutdown: NEVER,
        ..Limits::default()
    };
    let options = Options {
        reflection: true,
        limits,
        ..Options::default()
    };
    TestServer::with_options(&sample_records(), options).await
}

/// What a client leaves open: a name, the preface, and frames.
fn left_open(token: &str) -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    let begin = |rpc: Rpc| frame(HEADERS, END_HEADERS, 1, &headers(rpc.path(), ""));
    let window = connection_preface;
    let no_window = || connection_preface_with(0);
    let lists = stream_ids(8).map(|id| call_as(id, policy::LIST_HISTORY, token));
    let lists = lists.collect::<Vec<_>>().concat();
    vec![
        ("no call", window(), Vec::new()),
        ("a watch", window(), call(1, policy::HEALTH_WATCH)),
        (
            "an unread watch",
            no_window(),
            call(1, policy::HEALTH_WATCH),
        ),
        (
            "an unread probe",
            no_window(),
            call(1, policy::HEALTH_CHECK),
        ),
        ("an unread list", no_window(), lists),
        ("reflection", window(), begin(policy::REFLECTION)),
        ("an unfinished login", window(), begin(policy::LOGIN)),
    ]
}

/// Neither clients that answer pings meanwhile nor those that do not delay it.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_clients_leave_open_delays_the_shutdown() {
    let mut server = start().await;
    let mut caller = server.login("gestion1").await;
    let request = WatchChangesRequest::default();
    let stream = caller.changes.watch_changes(request).await;
    let mut stream = stream.expect("a stream").into_inner();
    let mut left = Vec::new();
    for answers_pings in [true, false] {
        for (name, preface, frames) in left_open(&caller.access_token) {
            let bytes = [preface, frames].concat();
            let mut connection = RawConnection::open(server.address, &bytes).await;
            connection.synchronize().await;
            connection.answers_pings = answers_pings;
            left.push((name, connection));
        }
    }
    server.begin_shutdown();
    for (name, connection) in &mut left {
        let closed = connection.wait_until_closed();
        assert!(timeout(TIMEOUT, closed).await.is_ok(), "{name}");
    }
    let ended: Status = loop {
        match stream.message().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("an end without a reason"),
            Err(status) => break status,
        }
    };
    let reason = ApiError::from_status(&ended).expect("a reason").reason;
    assert_eq!(reason, Reason::ShuttingDown);
    assert!(timeout(TIMEOUT, server.shutdown()).await.is_ok());
}

/// The clients read nothing that the server sends.
#[tokio::test(flavor = "multi_thread")]
async fn frozen_clients_do_not_delay_the_shutdown() {
    let server = start().await;
    let caller = server.login("gestion1").await;
    let mut frozen = Vec::new();
    for (_, preface, frames) in left_open(&caller.access_token) {
        let bytes = [preface, frames].concat();
        let mut connection = RawConnection::open(server.address, &bytes).await;
        connection.synchronize().await;
        frozen.push(connection);
    }
    assert!(timeout(TIMEOUT, server.shutdown()).await.is_ok());
}

/// A client that does not answer pings never learns that its connection is to end, and may make further
/// calls.
#[tokio::test(flavor = "multi_thread")]
async fn new_calls_do_not_delay_the_shutdown() {
    let server = start().await;
    let mut connection = RawConnection::open(server.address, &connection_preface()).await;
    connection.synchronize().await;
    connection.answers_pings = false;
    let calling = tokio::spawn(async move {
        for id in stream_ids(100_000) {
            connection.send(&call(id, policy::HEALTH_CHECK)).await;
            sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(timeout(TIMEOUT, server.shutdown()).await.is_ok());
    calling.abort();
}
