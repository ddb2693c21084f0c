//! Faults of a server's connections, and their state as its database reports it.

use std::time::Duration;

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use tokio::time::timeout;

use super::{
    api_client::ApiClient,
    database::{connect, query_text},
    lists::{Entity, ListQuery},
    server::TestServer,
    wait::TIMEOUT,
};

/// Statements that wait for a lock.
const LOCK_WAITERS: &str = "select count(*) as value from pg_stat_activity \
     where datname = current_database() and wait_event_type = 'Lock'";

/// Ends every connection to the server's database.
pub async fn end_connections(admin: &mut AsyncPgConnection, server: &TestServer) {
    let name = server
        .database
        .postgres_name()
        .expect("a database of its own");
    admin
        .batch_execute(&format!(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity \
             where datname = '{name}' and pid <> pg_backend_pid()"
        ))
        .await
        .expect("to end connections");
}

/// Waits until exactly `count` statements wait for a lock in the server's database.
pub async fn wait_for_lock_waiters(server: &TestServer, count: i64) {
    wait_for_lock_waiters_at(server.database.owner_url(), count).await;
}

/// Waits until exactly `count` statements wait for a lock in the database of `url`.
pub async fn wait_for_lock_waiters_at(url: &str, count: i64) {
    let mut connection = connect(url).await;
    let waited = timeout(TIMEOUT, async {
        while query_text(&mut connection, LOCK_WAITERS).await != [count.to_string()] {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    assert!(
        waited.await.is_ok(),
        "{count} statements that wait for a lock"
    );
}

/// Fills the pool with connections that have been used.
pub async fn fill_pool(server: &TestServer, caller: &ApiClient) {
    let calls: Vec<_> = (0..16)
        .map(|_| {
            let caller = caller.clone();
            tokio::spawn(async move { caller.list(Entity::Clients, &ListQuery::default()).await })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("a page");
    }
    assert!(server.state.db.connection().await.is_ok());
}
