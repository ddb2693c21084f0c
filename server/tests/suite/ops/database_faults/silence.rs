//! A database, or a firewall in front of it, that accepts connections and is silent.

use std::{cell::RefCell, process::Stdio};

use epic_events::v1::{ChangeKind, GetClientRequest, WatchChangesRequest};
use epic_server::db::{Database, connect};
use tokio::time::timeout;

use crate::support::{
    database::{TestDatabase, postgres_url, query_text},
    fixtures::sample_records,
    outage::fill_pool,
    server::TestServer,
    server_process::Installation,
    tcp_proxy::TcpProxy,
    wait::{TIMEOUT, eventually},
};

/// A server whose connections to its database lead through a proxy.
async fn server_behind_proxy() -> (TestServer, TcpProxy) {
    let url = postgres_url().expect("PostgreSQL");
    let proxy = TcpProxy::before(&url).await;
    let database = TestDatabase::migrated().await;
    let through = Database::at(&proxy.url(database.application().url()));
    let server = TestServer::opening(database, &sample_records(), &through).await;
    (server, proxy)
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_died_silently_are_replaced() {
    let _ = require_postgres!();
    let (server, proxy) = server_behind_proxy().await;
    let mut caller = server.login("commercial1").await;
    fill_pool(&server, &caller).await;
    let before = proxy.accepted();
    proxy.silence_connections();
    for _ in 0..3 {
        let read = caller.clients.get_client(GetClientRequest { id: 1 });
        let read = timeout(TIMEOUT, read).await.expect("an end");
        read.expect("the client");
    }
    assert!(proxy.accepted() > before);
    server.shutdown().await;
}

/// PostgreSQL is silent when the feed of changes connects again.
#[tokio::test(flavor = "multi_thread")]
async fn streams_continue_after_a_silent_reconnection() {
    let _ = require_postgres!();
    let (server, proxy) = server_behind_proxy().await;
    let mut caller = server.login("commercial1").await;
    eventually("the feed of changes is connected", async || {
        server.state.db.auth_epoch().current().is_some()
    })
    .await;
    let stream = caller.changes.watch_changes(WatchChangesRequest::default());
    let mut stream = stream.await.expect("a stream").into_inner();
    stream.message().await.expect("the first message");
    let before = proxy.accepted();
    proxy.set_mute(true);
    proxy.silence_connections();
    eventually("a connection that is not answered", async || {
        proxy.accepted() > before
    })
    .await;
    proxy.set_mute(false);
    let next = timeout(TIMEOUT, stream.message()).await.expect("in time");
    let next = next.expect("a message").expect("an open stream");
    assert_eq!(next.kind(), ChangeKind::Reload);
    server.shutdown().await;
}

/// The commands end with an error message; `serve` waits.
#[tokio::test(flavor = "multi_thread")]
async fn commands_do_not_wait_for_a_mute_database() {
    let proxy = TcpProxy::mute().await;
    let url = format!("postgres://epic@{}/epic?connect_timeout=1", proxy.address);
    let installation = Installation::without_database();
    for arguments in [["migrate"], ["init"], ["end-sessions"]] {
        let mut command = installation.command(&arguments);
        command
            .env("DATABASE_URL", &url)
            .env("EPIC_JWT_SECRET", &installation.signing_key)
            .env("EPIC_ADMIN_NAME", "Alice Martin")
            .env("EPIC_ADMIN_EMAIL", "alice@test.example")
            .env("EPIC_ADMIN_PASSWORD", "un mot de passe assez long")
            .stderr(Stdio::piped());
        let process = RefCell::new(command.spawn().expect("to run"));
        eventually("the command ends", async || {
            let ended = process.borrow_mut().try_wait().expect("a process");
            ended.is_some()
        })
        .await;
        let output = process.into_inner().wait_with_output().expect("its log");
        assert!(!output.status.success());
        let log = String::from_utf8_lossy(&output.stderr);
        assert!(log.contains("does not answer within 1 s"), "{log}");
    }
}

/// A frozen host whose kernel accepts connections does not prevent a connection to the next host.
#[tokio::test(flavor = "multi_thread")]
async fn a_silent_host_is_skipped() {
    let url = require_postgres!();
    let mute = TcpProxy::mute().await;
    let answering = TcpProxy::before(&url).await;
    let both = answering.url(&url).replacen(
        &answering.address.to_string(),
        &format!("{},{}", mute.address, answering.address),
        1,
    );
    let connected = timeout(TIMEOUT, connect::connect(&both)).await;
    let mut connection = connected.expect("an end").expect("a connection");
    assert_eq!(
        query_text(&mut connection, "select 1 as value").await,
        ["1"]
    );
    assert_eq!((mute.accepted(), answering.accepted()), (1, 1));
}
