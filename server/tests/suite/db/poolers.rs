//! Poolers between the server and the database.

use epic_server::db::{connect as connection, migrations};

use crate::support::{database::TestDatabase, pgbouncer::Pgbouncer, server_process::Installation};

/// Settings of pgbouncer, and whether a connection keeps its session.
const SETTINGS: &[(&str, bool)] = &[
    ("pool_mode = session", true),
    ("pool_mode = session\ndefault_pool_size = 30", true),
    ("pool_mode = transaction", false),
    ("pool_mode = transaction\ndefault_pool_size = 1", false),
    ("pool_mode = transaction\nserver_round_robin = 1", false),
    (
        "pool_mode = transaction\nmin_pool_size = 4\nserver_round_robin = 1",
        false,
    ),
    ("pool_mode = statement", false),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_must_keep_sessions() {
    let server = require_postgres!();
    let database = TestDatabase::empty(server.clone()).await;
    let name = database.postgres_name().expect("a name");
    for (settings, keeps_sessions) in SETTINGS {
        let Some(pooler) = Pgbouncer::start(&server, settings).await else {
            return;
        };
        let url = pooler.url(name);
        let checked = connection::check_sessions(&url).await;
        assert_eq!(checked.is_ok(), *keeps_sessions, "{settings}: {checked:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_refuse_a_pooler_that_separates_transactions() {
    let server = require_postgres!();
    let database = TestDatabase::migrated().await;
    let name = database.postgres_name().expect("a name");
    let Some(pooler) = Pgbouncer::start(&server, "pool_mode = transaction").await else {
        return;
    };
    let url = pooler.url(name);
    let installation = Installation::without_database();
    for command in ["migrate", "load-demo", "serve"] {
        let output = installation.run(&[command], &[("DATABASE_URL", &url)]);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{command}");
        assert!(
            errors.contains("pool_mode = session"),
            "{command}: {errors}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_that_keeps_sessions_is_used() {
    let server = require_postgres!();
    let database = TestDatabase::empty(server.clone()).await;
    let name = database.postgres_name().expect("a name");
    let settings = "pool_mode = session\ndefault_pool_size = 30";
    let Some(pooler) = Pgbouncer::start(&server, settings).await else {
        return;
    };
    let url = pooler.url(name);
    migrations::run(&url).await.expect("migrations");
    let installation = Installation::without_database();
    let server = installation.serve(&[("DATABASE_URL", &url)]).await;
    drop(server);
}
