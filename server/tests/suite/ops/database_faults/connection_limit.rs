//! PostgreSQL refuses connections above its limit.

use diesel_async::SimpleAsyncConnection as _;

use crate::support::{
    api_client::ApiClient,
    database::connect,
    lists::{Entity, ListQuery},
    outage::{end_connections, fill_pool},
    server::TestServer,
    server_process::Installation,
    wait::eventually,
};

/// The feed of changes needs a connection too, and gets one.
#[tokio::test(flavor = "multi_thread")]
async fn calls_wait_for_each_other_when_no_connection_can_be_opened() {
    let url = require_postgres!();
    let server = TestServer::with_sample_records().await;
    let commercial = server.login("commercial1").await;
    let mut admin = connect(&url).await;
    let name = server.database.postgres_name().expect("a database");
    let limit = format!("alter database {name} connection limit 4");
    admin.batch_execute(&limit).await.expect("a limit");
    for _ in 0..3 {
        end_connections(&mut admin, &server).await;
        fill_pool(&server, &commercial).await;
        fill_pool(&server, &commercial).await;
        eventually("notifications arrive", async || {
            server.state.db.auth_epoch().current().is_some()
        })
        .await;
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_connections_is_a_setting() {
    let _ = require_postgres!();
    let installation = Installation::with_sql("").await;
    let server = installation
        .serve(&[("EPIC_DATABASE_CONNECTIONS", "3")])
        .await;
    let caller = ApiClient::login(&server.channel(), "commercial1").await;
    // While this lock is held, every call has a connection or waits for one.
    let mut lock = connect(installation.database_url()).await;
    lock.batch_execute(
        "set application_name = 'lock'; begin; lock table clients in access exclusive mode",
    )
    .await
    .expect("a lock");
    let calls: Vec<_> = (1..=16)
        .map(|page_size| {
            let caller = caller.clone();
            // Equal calls would share one query.
            let query = ListQuery {
                page_size,
                ..ListQuery::default()
            };
            tokio::spawn(async move { caller.list(Entity::Clients, &query).await })
        })
        .collect();
    let connections = "select count(*) as value from pg_stat_activity \
         where datname = current_database() and pid <> pg_backend_pid() and application_name <> 'lock'";
    // Two connections for these calls, and one for the feed of changes; the third of the pool is reserved.
    eventually("two calls have a connection", async || {
        installation.query_text(connections).await == ["3"]
    })
    .await;
    lock.batch_execute("commit")
        .await
        .expect("to release the lock");
    for call in calls {
        call.await.expect("no panic").expect("a page");
    }
    assert_eq!(installation.query_text(connections).await, ["3"]);
}
