//! A database of one test on the PostgreSQL server of `EPIC_TEST_DATABASE_URL`, dropped with it.
//!
//! Its twin is `server/tests/suite/support/postgres_run.rs`. Both use the same database names,
//! locks and comment on roles, so that the next run of the server's tests drops what a killed run
//! leaves behind: change them together. They share no code, because the twin requires Diesel and a
//! migrated template, and this test requires neither.

use std::thread;

use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

const LOCK_CLASS: i32 = 0x7375_6974;
const ANY_RUN: i32 = 0;
const ROLE_COMMENT: &str = "Created by the tests of epic-server";

pub(super) struct TestDatabase {
    pub(super) url: String,
    name: String,
    /// Holds the locks of the run; `None` once the database is dropped.
    connection: Option<Client>,
    roles_before: Vec<String>,
}

impl TestDatabase {
    /// An empty database; `None` when the tests use the built-in one.
    pub(super) async fn create() -> Option<Self> {
        let server = std::env::var("EPIC_TEST_DATABASE_URL").ok()?;
        let (connection, io) = tokio_postgres::connect(&server, NoTls).await.unwrap();
        tokio::spawn(io);
        let run = rand::random_range(1..=i32::MAX);
        let name = format!("epic_suite_{run}_restart");
        let lock = format!(
            "select pg_advisory_lock_shared({LOCK_CLASS}, {ANY_RUN}); \
             select pg_advisory_lock_shared({LOCK_CLASS}, {run})"
        );
        connection.batch_execute(&lock).await.unwrap();
        let roles_before = roles(&connection, "true").await;
        let create = format!("create database {name}");
        connection.batch_execute(&create).await.unwrap();
        Some(Self {
            url: with_database(&server, &name),
            name,
            connection: Some(connection),
            roles_before,
        })
    }

    /// Marks the roles that the migrations have created, so that they are dropped at the end.
    pub(super) async fn mark_created_roles(&self) {
        let Some(connection) = &self.connection else {
            return;
        };
        for role in roles(connection, "true").await {
            if !self.roles_before.contains(&role) {
                let comment = format!("comment on role {role} is '{ROLE_COMMENT}'");
                // Another test may mark it at the same time.
                let _ = connection.batch_execute(&comment).await;
            }
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (name, connection) = (self.name.clone(), self.connection.take());
        // `drop` cannot await; the test's runtime still serves the connection.
        let dropping = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build();
            if let (Ok(runtime), Some(connection)) = (runtime, connection) {
                runtime.block_on(drop_database(&connection, &name));
            }
        });
        let _ = dropping.join();
    }
}

/// Prints a failure, because a panic would hide the panic of a failing test.
async fn drop_database(connection: &Client, name: &str) {
    let drop = format!("drop database {name} with (force)");
    if let Err(error) = connection.batch_execute(&drop).await {
        eprintln!("{name} could not be dropped: {error}");
    }
    let alone = format!(
        "select from pg_advisory_unlock_shared({LOCK_CLASS}, {ANY_RUN}) unlocked \
         where pg_try_advisory_lock({LOCK_CLASS}, {ANY_RUN})"
    );
    let alone = connection.simple_query(&alone).await.unwrap_or_default();
    if !alone
        .iter()
        .any(|it| matches!(it, SimpleQueryMessage::Row(_)))
    {
        return;
    }
    let created = format!("shobj_description(oid, 'pg_authid') = '{ROLE_COMMENT}'");
    for role in roles(connection, &created).await {
        // Refused while a database outside of the tests depends on it.
        let _ = connection.batch_execute(&format!("drop role {role}")).await;
    }
}

/// The roles of Epic Events that meet the condition.
async fn roles(connection: &Client, condition: &str) -> Vec<String> {
    let query =
        format!("select rolname::text from pg_roles where rolname like 'epic\\_%' and {condition}");
    let rows = connection.query(&query, &[]).await.unwrap_or_default();
    rows.iter().map(|row| row.get(0)).collect()
}

/// The URL of another database on the same server.
fn with_database(url: &str, name: &str) -> String {
    let (server, options) = url.split_once('?').unwrap_or((url, ""));
    let (server, _) = server.rsplit_once('/').unwrap();
    let options = if options.is_empty() {
        ""
    } else {
        &url[url.len() - options.len() - 1..]
    };
    format!("{server}/{name}{options}")
}
