//! The feed of changes is complete: a stream contains every change exactly once, in whatever order
//! transactions commit, and begins anew when a server may have missed one.

use std::{process::Command, time::Duration};

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use epic_events::v1::{ChangeKind, RecordType, WatchChangesResponse};
use epic_server::db::{Database, database_roles, migrations};
use tokio::time::timeout;
use tonic::Streaming;

use super::watch_changes::{next_change, wait_for_feeds, watch};
use crate::support::{
    cluster::{PostgresCluster, ReplicatedCluster},
    database::{TestDatabase, connect, postgres_url, query_text},
    fixtures::{insert, sample_records},
    server::{IS_FEED, TestServer, signing_keys},
    wait::{TIMEOUT, eventually},
};

type ChangeStream = Streaming<WatchChangesResponse>;

/// A server with three clients, and a stream that has begun.
async fn server_and_stream() -> (TestServer, ChangeStream) {
    let server = TestServer::with_sample_records().await;
    let stream = stream_of(&server).await;
    (server, stream)
}

/// A stream of a server that has begun to read changes.
async fn stream_of(server: &TestServer) -> ChangeStream {
    let mut caller = server.login("gestion1").await;
    let stream = watch(&mut caller).await;
    eventually("the server reads changes", async || {
        server.state.db.auth_epoch().current().is_some()
    })
    .await;
    stream
}

/// Changes a client in a transaction of its own, or in the one that is open.
pub(super) async fn change_client(connection: &mut AsyncPgConnection, id: i64) {
    let sql = format!("update clients set company = company || '+' where id = {id}");
    connection.batch_execute(&sql).await.expect("a change");
}

/// SQL that creates this number of clients without a commercial.
fn clients(count: usize) -> String {
    let values = format!(
        "select 'Client ' || n, 'client' || n || '@example.org', '0102030405', 'Company' \
         from generate_series(1, {count}) n"
    );
    insert("clients", "name, email, phone, company", &values)
}

async fn execute(connection: &mut AsyncPgConnection, sql: &str) {
    connection.batch_execute(sql).await.expect(sql);
}

/// The id of the next changed client.
async fn next_client(stream: &mut ChangeStream) -> i64 {
    let change = next_change(stream).await.expect("a change");
    assert_eq!(change.record(), RecordType::Client);
    change.id
}

/// Changes a client until the stream contains a change of it: those that are committed while the server
/// connects again are announced only by a reload message.
async fn change_until_read(url: &str, id: i64, stream: &mut ChangeStream) {
    let since = std::time::Instant::now();
    while timeout(Duration::from_secs(1), next_client(stream)).await != Ok(id) {
        assert!(since.elapsed() < TIMEOUT, "no change is read");
        change_client(&mut connect(url).await, id).await;
    }
}

async fn wait_for_reload(stream: &mut ChangeStream) {
    loop {
        let change = timeout(TIMEOUT, stream.message()).await.expect("in time");
        let change = change.expect("no error").expect("no end");
        if change.kind() == ChangeKind::Reload {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_that_commit_out_of_order_are_all_read() {
    require_postgres!();
    let (server, mut stream) = server_and_stream().await;
    let mut connections = Vec::new();
    for id in 1..=3 {
        let mut connection = server.database.connect().await;
        execute(&mut connection, "begin").await;
        change_client(&mut connection, id).await;
        connections.push((id, connection));
    }
    // The last to begin commits first.
    while let Some((id, mut connection)) = connections.pop() {
        execute(&mut connection, "commit").await;
        assert_eq!(next_client(&mut stream).await, id);
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rolled_back_transactions_and_savepoints_leave_no_change() {
    let (server, mut stream) = server_and_stream().await;
    let change = |id: i64| format!("update clients set company = company || '+' where id = {id}; ");
    let (first, second, third) = (change(1), change(2), change(3));
    let script = format!(
        "begin; {first} rollback; \
         begin; savepoint kept; {second} release kept; savepoint undone; {first} \
         rollback to undone; {third} commit"
    );
    server.execute(&script).await;
    assert_eq!(next_client(&mut stream).await, 2);
    assert_eq!(next_client(&mut stream).await, 3);
    server.shutdown().await;
}

/// A transaction that stays open longer than changes are kept, here or in another database, neither
/// delays the changes of others nor loses its own. A row of another database, as a restored backup has
/// it, is no change.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_open_for_a_minute_delays_and_loses_nothing() {
    require_postgres!();
    let (server, mut stream) = server_and_stream().await;
    let mut elsewhere = connect(&postgres_url().expect("PostgreSQL")).await;
    execute(&mut elsewhere, "begin; select pg_current_xact_id()").await;
    let mut open = server.database.connect().await;
    execute(&mut open, "begin").await;
    change_client(&mut open, 1).await;
    let mut other = server.database.connect().await;
    let restored = "insert into changes (xid, kind, record, record_id) \
         values ('1000000000000', 'changed', 'client', 1)";
    execute(&mut other, restored).await;
    for _ in 0..300 {
        change_client(&mut other, 2).await;
        assert_eq!(next_client(&mut stream).await, 2);
    }
    let since = std::time::Instant::now();
    let count = "select count(*) as value from changes";
    while query_text(&mut other, count).await != ["0"] {
        assert!(since.elapsed() < Duration::from_mins(5), "changes are kept");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    execute(&mut open, "commit").await;
    assert_eq!(next_client(&mut stream).await, 1);
    change_client(&mut other, 3).await;
    assert_eq!(next_client(&mut stream).await, 3);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_starts_late_begins_with_a_reload() {
    require_postgres!();
    let (server, mut stream) = server_and_stream().await;
    let mut open = server.database.connect().await;
    execute(&mut open, "begin").await;
    change_client(&mut open, 1).await;
    let mut other = server.database.connect().await;
    change_client(&mut other, 2).await;
    assert_eq!(next_client(&mut stream).await, 2);
    let caller = server.login("gestion1").await;
    let peer = server.start_peer(signing_keys()).await;
    let mut late = watch(&mut caller.with_channel(peer)).await;
    wait_for_feeds(&server, 2).await;
    execute(&mut open, "commit").await;
    assert_eq!(next_client(&mut late).await, 1);
    change_client(&mut other, 3).await;
    assert_eq!(next_client(&mut late).await, 3);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_cut_off_reloads() {
    require_postgres!();
    let (server, mut stream) = server_and_stream().await;
    let mut other = server.database.connect().await;
    change_client(&mut other, 1).await;
    assert_eq!(next_client(&mut stream).await, 1);
    let cut =
        format!("select count(pg_terminate_backend(pid)) from pg_stat_activity where {IS_FEED}");
    execute(&mut other, &cut).await;
    change_client(&mut other, 2).await;
    wait_for_reload(&mut stream).await;
    change_client(&mut other, 3).await;
    // The second change may have been committed before the feed was cut off.
    while next_client(&mut stream).await != 3 {}
    server.shutdown().await;
}

/// More changes in one transaction than a stream buffers are announced by a reload.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_transaction_is_a_reload() {
    let (server, mut stream) = server_and_stream().await;
    let many = clients(1_000);
    server.execute(&many).await;
    wait_for_reload(&mut stream).await;
    server
        .execute("update clients set company = 'Other' where id = 3")
        .await;
    assert_eq!(next_client(&mut stream).await, 3);
    server.shutdown().await;
}

/// The connections end, and servers begin anew with the rows that are left.
#[tokio::test(flavor = "multi_thread")]
async fn changes_after_a_crash_and_a_promotion_are_read() {
    let Some(clusters) = ReplicatedCluster::start().await else {
        return;
    };
    let both = clusters.url();
    let ReplicatedCluster { primary, standby } = clusters;
    let url = primary.url("127.0.0.1", "");
    let opened = Database::at(&both);
    let server = TestServer::opening(TestDatabase::at(&url), &sample_records(), &opened).await;
    let mut stream = stream_of(&server).await;
    change_until_read(&url, 1, &mut stream).await;
    primary.stop_immediately();
    primary.restart();
    change_until_read(&url, 2, &mut stream).await;
    let follower = standby.url("127.0.0.1", "");
    let changed = "select count(*) as value from clients where id = 2 and company like '%+'";
    eventually("the standby has followed", async || {
        query_text(&mut connect(&follower).await, changed).await == ["1"]
    })
    .await;
    primary.freeze();
    standby.promote();
    change_until_read(&follower, 3, &mut stream).await;
    server.shutdown().await;
}

/// A backup that contains changes, restored into a database whose transactions have lower numbers.
#[tokio::test(flavor = "multi_thread")]
async fn the_changes_in_a_restored_backup_are_none() {
    let (Some(source), Some(target)) = (PostgresCluster::start(None), PostgresCluster::start(None))
    else {
        return;
    };
    let url = source.url("127.0.0.1", "");
    migrations::run(&url).await.expect("migrations");
    let mut connection = connect(&url).await;
    for _ in 0..2_000 {
        execute(&mut connection, "select pg_current_xact_id()").await;
    }
    execute(&mut connection, &clients(3)).await;
    let copy = format!(
        "set -e; cd /; roles() {{ psql -q -d \"$2\" -c 'create role {}' -c 'create role epic_owner'; }}; \
         roles '{}' '{}'; pg_dump '{url}' | psql -q -1 -d '{}' -v ON_ERROR_STOP=1 >&2",
        database_roles::APPLICATION,
        url,
        target.url("127.0.0.1", ""),
        target.url("127.0.0.1", ""),
    );
    let copied = Command::new("sh").args(["-c", &copy]).output().expect("sh");
    assert!(copied.status.success(), "{copied:?}");
    let url = target.url("127.0.0.1", "");
    let mut connection = connect(&url).await;
    let foreign = "select count(*) as value from changes \
         where xid >= pg_snapshot_xmax(pg_current_snapshot())";
    let foreign = query_text(&mut connection, foreign).await.concat();
    assert_ne!(foreign, "0", "the backup contains no changes");
    let opened = Database::at(&url);
    let server = TestServer::opening(TestDatabase::at(&url), "", &opened).await;
    let mut stream = stream_of(&server).await;
    change_client(&mut connection, 2).await;
    assert_eq!(next_client(&mut stream).await, 2);
    change_client(&mut connection, 3).await;
    assert_eq!(next_client(&mut stream).await, 3);
    server.shutdown().await;
}

/// A server that may turn off the logging of its statements does so for the reads of changes alone.
#[tokio::test(flavor = "multi_thread")]
async fn reads_are_not_logged_where_the_server_may_say_so() {
    let Some(cluster) = PostgresCluster::start(None) else {
        return;
    };
    let url = cluster.url("127.0.0.1", "");
    migrations::run(&url).await.expect("migrations");
    let mut connection = connect(&url).await;
    execute(&mut connection, "alter system set log_statement = 'all'").await;
    execute(&mut connection, "select pg_reload_conf()").await;
    let opened = Database::at(&url);
    let server = TestServer::opening(TestDatabase::at(&url), &sample_records(), &opened).await;
    let mut stream = stream_of(&server).await;
    change_until_read(&url, 1, &mut stream).await;
    assert!(cluster.log().contains("pg_current_snapshot"));

    let grant = format!(
        "grant set on parameter log_statement to {}",
        database_roles::APPLICATION
    );
    execute(&mut connection, &grant).await;
    // The server connects again.
    let end =
        format!("select pg_terminate_backend(pid, 10000) from pg_stat_activity where {IS_FEED}");
    execute(&mut connection, &end).await;
    let before = cluster.log();
    change_until_read(&url, 2, &mut stream).await;
    let log = cluster.log();
    let logged = log.strip_prefix(&before).expect("a longer log");
    assert!(logged.contains("where id = 2"), "{logged}");
    assert!(!logged.contains("pg_current_snapshot"), "{logged}");
    server.shutdown().await;
}
