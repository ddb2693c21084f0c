//! The share of each account: however many calls one account makes, others are served.

use std::time::Duration;

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use epic_events::{
    reason::Reason,
    v1::{
        GetClientRequest, ListEventsRequest, ListHistoryRequest, ListSessionsRequest,
        LogoutRequest, ResetPasswordRequest, UpdateClientRequest,
    },
};
use epic_server::db::Database;
use tokio::{
    task::{JoinHandle, JoinSet},
    time::timeout,
};

use crate::support::{
    api_client::ApiClient,
    database::TestDatabase,
    errors::{api_error, error_reason},
    fixtures::{COMMERCIAL2, client_update, sample_records},
    outage::wait_for_lock_waiters,
    server::TestServer,
    wait::TIMEOUT,
};

/// Counts statements of the server's connections that wait for a lock.
const WAITING: &str = "select count(*) as value from pg_stat_activity \
     where datname = current_database() and wait_event_type = 'Lock'";

/// Executes a locking statement in a transaction that stays open.
async fn lock(server: &TestServer, statement: &str) -> AsyncPgConnection {
    let mut connection = server.database.connect().await;
    let statement = format!("begin; {statement}");
    connection.batch_execute(&statement).await.expect("a lock");
    connection
}

/// Starts `count` concurrent searches of events, on several connections.
fn start_searches(
    server: &TestServer,
    caller: &ApiClient,
    count: usize,
) -> JoinSet<Option<Reason>> {
    let connections: Vec<_> = (0..=count / 50)
        .map(|_| caller.with_channel(server.connect()))
        .collect();
    let mut searches = JoinSet::new();
    for number in 0..count {
        let mut events = connections[number % connections.len()].events.clone();
        let request = ListEventsRequest {
            query: "lyon".to_owned(),
            ..Default::default()
        };
        searches.spawn(async move { error_reason(&events.list_events(request).await) });
    }
    searches
}

/// Adds the reasons of the searches that have ended, and returns their number.
fn finished(floods: &mut [JoinSet<Option<Reason>>], reasons: &mut Vec<Option<Reason>>) -> usize {
    let before = reasons.len();
    for flood in floods {
        while let Some(search) = flood.try_join_next() {
            reasons.push(search.expect("no panic"));
        }
    }
    reasons.len() - before
}

/// Starts `count` concurrent updates of the first client.
fn start_updates(caller: &ApiClient, count: usize) -> Vec<JoinHandle<Option<Reason>>> {
    (0..count)
        .map(|number| {
            let mut clients = caller.clients.clone();
            let patch = UpdateClientRequest {
                company: Some(format!("Company {number}")),
                ..client_update(1)
            };
            tokio::spawn(async move { error_reason(&clients.update_client(patch).await) })
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_of_one_account_neither_delay_others_nor_exceed_its_share() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let attacker = server.login("commercial1").await;
    let mut other = server.login("support1").await;
    let mut table = lock(&server, "lock table events in access exclusive mode").await;
    let mut searches = start_searches(&server, &attacker, 120);
    // Of 120 searches, 16 begin and 4 reach the database; the others are refused at once.
    for _ in 0..120 - 16 {
        let refused = timeout(TIMEOUT, searches.join_next())
            .await
            .expect("a refusal");
        let refused = refused.expect("a search").expect("no panic");
        assert!(
            matches!(refused, Some(Reason::TooManyCalls | Reason::Busy)),
            "{refused:?}"
        );
    }
    let waiting = server.query_ids(WAITING).await;
    assert!(waiting[0] <= 4, "{waiting:?}");
    let read = other.clients.get_client(GetClientRequest { id: 1 }).await;
    read.expect("the client, while the table of events is locked");
    table.batch_execute("commit").await.expect("no lock");
    while let Some(search) = searches.join_next().await {
        search.expect("no panic");
    }
    let again = start_searches(&server, &attacker, 1).join_all().await;
    assert_eq!(again, [None]);
    server.shutdown().await;
}

/// Starts 16 concurrent reads of a table.
fn start_reads(caller: &ApiClient, table: &str) -> JoinSet<Option<Reason>> {
    let mut reads = JoinSet::new();
    for _ in 0..16 {
        let (mut caller, table) = (caller.clone(), table.to_owned());
        reads.spawn(async move {
            match table.as_str() {
                "history" => error_reason(
                    &caller
                        .changes
                        .list_history(ListHistoryRequest::default())
                        .await,
                ),
                "sessions" => error_reason(
                    &caller
                        .auth
                        .list_sessions(ListSessionsRequest::default())
                        .await,
                ),
                _ => error_reason(
                    &caller
                        .events
                        .list_events(ListEventsRequest::default())
                        .await,
                ),
            }
        });
    }
    reads
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_table_stops_reads_of_this_table_only() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let mut other = server.login("gestion1").await;
    let names = [
        "gestion2",
        "commercial1",
        "commercial2",
        "support1",
        "support2",
    ];
    let mut accounts = Vec::new();
    for name in names {
        accounts.push(server.login(name).await);
    }
    // The tables, and how many connections their reads may hold together.
    for (name, connections) in [("events", 10), ("history", 10), ("sessions", 10)] {
        // The session of the reader is in the cache.
        let read = other.clients.get_client(GetClientRequest { id: 1 }).await;
        read.expect("the client");
        let statement = format!("lock table {name} in access exclusive mode");
        let mut table = lock(&server, &statement).await;
        let mut floods: Vec<_> = accounts.iter().map(|it| start_reads(it, name)).collect();
        // Five accounts hold all connections that reads of the table may hold, and more of their reads wait.
        wait_for_lock_waiters(&server, connections).await;
        let mut reasons = Vec::new();
        let mut is_delayed = true;
        // Reads give up after a second; later ones take their turn.
        for _ in 0..5 {
            finished(&mut floods, &mut reasons);
            let read = other.clients.get_client(GetClientRequest { id: 1 }).await;
            read.expect("the client, while another table is locked");
            // A read that waits for a connection of the others is answered after some of them.
            is_delayed = finished(&mut floods, &mut reasons) > 0;
            if !is_delayed {
                break;
            }
        }
        assert!(!is_delayed, "reads of clients wait for reads of {name}");
        for flood in floods {
            reasons.extend(flood.join_all().await);
        }
        // The lock is still held.
        assert!(reasons.iter().all(Option::is_some), "{name} {reasons:?}");
        assert!(reasons.contains(&Some(Reason::Busy)), "{name} {reasons:?}");
        table.batch_execute("commit").await.expect("no lock");
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_that_wait_for_a_lock_leave_connections_to_reads() {
    require_postgres!();
    let database = TestDatabase::migrated().await;
    let opened = Database::at(database.application().url()).with_connections(4);
    let server = TestServer::opening(database, &sample_records(), &opened).await;
    let mut other = server.login("support1").await;
    // Reads may continue.
    let mut table = lock(&server, "lock table clients in exclusive mode").await;
    let mut updates = Vec::new();
    for account in ["commercial1", "commercial2", "gestion1"] {
        let caller = server.login(account).await;
        updates.extend(start_updates(&caller, 2));
    }
    // Two of three ordinary connections; the other writes wait for them.
    wait_for_lock_waiters(&server, 2).await;
    for _ in 0..3 {
        let read = other.clients.get_client(GetClientRequest { id: 1 }).await;
        read.expect("the client, while writes wait");
    }
    assert_eq!(server.query_ids(WAITING).await, [2]);
    table.batch_execute("commit").await.expect("no lock");
    for update in updates {
        update.await.expect("no panic");
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_administered_while_all_ordinary_connections_are_in_use() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let mut gestion = server.login("gestion1").await;
    let mut support = server.login("support1").await;
    // The sessions are in the cache, as are those of other active callers.
    let mut slots = Vec::new();
    while let Ok(Ok(connection)) =
        timeout(Duration::from_millis(300), server.state.db.connection()).await
    {
        slots.push(connection);
    }
    assert_eq!(slots.len(), 14);
    let login = timeout(TIMEOUT, server.login("support2"));
    login.await.expect("a login");
    let reset = ResetPasswordRequest { id: COMMERCIAL2 };
    let reset = gestion.collaborators.reset_password(reset).await;
    reset.expect("a new password");
    support
        .auth
        .logout(LogoutRequest {})
        .await
        .expect("to log out");
    drop(slots);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_of_one_account_wait_for_each_other_only() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let attacker = server.login("commercial1").await;
    let mut other = server.login("commercial2").await;
    let mut row = lock(&server, "select from clients where id = 1 for update").await;
    let updates = start_updates(&attacker, 16);
    wait_for_lock_waiters(&server, 2).await;
    let patch = UpdateClientRequest {
        company: Some("Other".to_owned()),
        ..client_update(2)
    };
    let reply = other.clients.update_client(patch).await;
    reply.expect("an update");
    // Further calls are refused, but not those that end sessions.
    let read = GetClientRequest { id: 2 };
    let read = attacker.clients.clone().get_client(read).await;
    assert_eq!(api_error(read).reason, Reason::TooManyCalls);
    assert_eq!(server.query_ids(WAITING).await, [2]);
    let ended = attacker.auth.clone().logout(LogoutRequest {}).await;
    ended.expect("to log out");
    row.batch_execute("commit").await.expect("no lock");
    for update in updates {
        update.await.expect("no panic");
    }
    server.shutdown().await;
}
