//! Signals, and what operators find in the log.

use std::{fs::File, os::unix::fs::MetadataExt as _, process::Command, time::Duration};

use epic_events::v1::ListClientsRequest;

use tokio::time::timeout;

use crate::support::{
    api_client::ApiClient, fixtures::PASSWORD, server_process::Installation, tcp_proxy::TcpProxy,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_hangup_does_not_end_the_server() {
    let installation = Installation::with_sql("").await;
    let mut server = installation.serve(&[]).await;
    let id = server.child.id().to_string();
    let sent = Command::new("kill").args(["-HUP", &id]).status();
    assert!(sent.expect("kill").success());
    server.wait_for_log("SIGHUP is ignored").await;
    server.stop().await;
    assert!(server.log().contains("stopping"), "{}", server.log());
}

/// `journalctl -p warning` finds a line by the priority before it.
#[tokio::test(flavor = "multi_thread")]
async fn lines_in_the_journal_have_a_priority() {
    let installation = Installation::without_database();
    let log = installation.folder.path().join("journal");
    let file = File::create(&log).expect("a file");
    let journal = file.metadata().expect("its inode");
    let status = installation
        .command(&["serve"])
        .env(
            "JOURNAL_STREAM",
            format!("{}:{}", journal.dev(), journal.ino()),
        )
        .env(
            "DATABASE_URL",
            "postgres://nobody@192.0.2.1/epic?sslmode=nothing",
        )
        .env("EPIC_LISTN", "127.0.0.1:1")
        .stderr(file)
        .status();
    assert_eq!(status.expect("an end").code(), Some(78));
    let log = std::fs::read_to_string(&log).expect("the log");
    assert!(log.contains("<4> WARN"), "{log}");
    assert!(
        log.contains("EPIC_LISTN is not a setting; EPIC_LISTEN is"),
        "{log}"
    );
    assert!(log.contains("<3>epic-server: "), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_contains_no_parameters_of_statements() {
    let _ = require_postgres!();
    let installation = Installation::with_sql("").await;
    let levels = "trace,h2=info,hyper=info,tokio_postgres=trace,diesel=trace";
    let server = installation.serve(&[("RUST_LOG", levels)]).await;
    drop(ApiClient::login(&server.channel(), "gestion1").await);
    let log = server.log();
    assert!(log.contains("DEBUG") || log.contains("TRACE"), "{log}");
    for secret in ["$argon2id$", PASSWORD, "@test.example"] {
        assert!(!log.contains(secret), "{secret}");
    }
}

/// One line when it goes away, and one when it is back.
#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_the_database_has_two_lines() {
    let url = require_postgres!();
    let installation = Installation::with_sql("").await;
    let proxy = TcpProxy::before(&url).await;
    let database = proxy.url(installation.database_url());
    let mut server = installation.serve(&[("DATABASE_URL", &database)]).await;
    let mut client = ApiClient::login(&server.channel(), "gestion1").await;
    proxy.set_mute(true);
    proxy.silence_connections();
    server.wait_for_log("the database is away").await;
    for _ in 0..30 {
        let call = client.clients.list_clients(ListClientsRequest::default());
        let _ = timeout(Duration::from_millis(20), call).await;
    }
    proxy.set_mute(false);
    server.wait_for_log("the database is back").await;
    let log = server.log();
    let warnings = log
        .lines()
        .filter(|it| it.contains(" WARN ") || it.contains(" ERROR "));
    let warnings: Vec<_> = warnings
        .filter(|it| !it.contains("DATABASE_URL logs in as"))
        .collect();
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
}
