//! Faults: dead connections, an unreachable database, callers who disconnect, a server that stops
//! or crashes.

mod client_disconnect;
#[cfg(unix)]
mod database_restart;
#[cfg(unix)]
mod server_crash;

use std::time::Duration;

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use epic_events::{
    policy,
    reason::Reason,
    v1::{
        DeleteCollaboratorRequest, GetClientRequest, LoginRequest, UpdateClientRequest,
        UpdateClientResponse,
    },
};
use tokio::{net::TcpStream, task::JoinHandle, time::timeout};
use tonic::{Response, Status};

use crate::support::{
    api_client::ApiClient,
    database::connect,
    errors::{api_error, well_formed_error},
    fixtures::{self, COMMERCIAL1, COMMERCIAL2},
    lists::{Entity, ListQuery},
    outage::{end_connections, fill_pool, wait_for_lock_waiters},
    server::TestServer,
    wait::TIMEOUT,
};

/// Starts an update of the first client that waits for a lock, and returns the connection with the
/// lock and the update.
async fn start_blocked_update(
    server: &TestServer,
    mut commercial: ApiClient,
) -> (
    AsyncPgConnection,
    JoinHandle<Result<Response<UpdateClientResponse>, Status>>,
) {
    let mut lock = server.database.connect().await;
    lock.batch_execute("begin; select from clients where id = 1 for update")
        .await
        .expect("a lock");
    let writing = tokio::spawn(async move { commercial.clients.update_client(update()).await });
    wait_for_lock_waiters(server, 1).await;
    (lock, writing)
}

/// An update of the first client.
fn update() -> UpdateClientRequest {
    UpdateClientRequest {
        company: Some("Après".to_owned()),
        ..fixtures::client_update(1)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_pooled_connections_cause_no_error() {
    let url = require_postgres!();
    let server = TestServer::with_sample_records().await;
    let mut admin = connect(&url).await;
    let mut commercial = server.login("commercial1").await;
    for round in 0..5 {
        fill_pool(&server, &commercial).await;
        end_connections(&mut admin, &server).await;
        match round {
            0 => drop(
                commercial
                    .list(Entity::Events, &ListQuery::default())
                    .await
                    .expect("a page"),
            ),
            1 => drop(server.login("support1").await),
            2 => {
                let created = commercial
                    .clients
                    .create_client(fixtures::client_request())
                    .await;
                created.expect("a client");
            }
            3 => {
                let refresh = epic_events::v1::RefreshSessionRequest {
                    refresh_token: commercial.refresh_token.clone(),
                };
                server
                    .auth()
                    .refresh_session(refresh)
                    .await
                    .expect("new tokens");
            }
            _ => {
                // Sixteen concurrent calls on dead connections.
                fill_pool(&server, &commercial).await;
            }
        }
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_dies_during_a_write_causes_no_error() {
    let url = require_postgres!();
    let server = TestServer::with_sample_records().await;
    let mut admin = connect(&url).await;
    let commercial = server.login("commercial1").await;
    let (mut lock, writing) = start_blocked_update(&server, commercial).await;
    let name = server
        .database
        .postgres_name()
        .expect("a database of its own");
    admin
        .batch_execute(&format!(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity \
             where datname = '{name}' and wait_event_type = 'Lock'"
        ))
        .await
        .expect("to end a connection");
    wait_for_lock_waiters(&server, 1).await;
    lock.batch_execute("commit")
        .await
        .expect("to release the lock");
    let saved = timeout(TIMEOUT, writing)
        .await
        .expect("an end")
        .expect("no panic");
    assert_eq!(
        saved.expect("to save").into_inner().client.unwrap().etag,
        "2"
    );
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_database_is_reported_and_calls_succeed_once_it_is_back() {
    let url = require_postgres!();
    let server = TestServer::without_list_cache(&fixtures::sample_records()).await;
    let mut admin = connect(&url).await;
    let mut commercial = server.login("commercial1").await;
    let name = server
        .database
        .postgres_name()
        .expect("a database of its own")
        .to_owned();
    let login = LoginRequest {
        email: "support1@test.example".to_owned(),
        ..fixtures::login_request()
    };
    for _ in 0..2 {
        fill_pool(&server, &commercial).await;
        admin
            .batch_execute(&format!(
                "alter database {name} with allow_connections false"
            ))
            .await
            .expect("a closed database");
        end_connections(&mut admin, &server).await;
        for _ in 0..2 {
            let list = commercial
                .list(Entity::Clients, &ListQuery::default())
                .await
                .map(drop);
            let get = commercial
                .clients
                .get_client(GetClientRequest { id: 1 })
                .await
                .map(drop);
            let create = commercial
                .clients
                .create_client(fixtures::client_request())
                .await
                .map(drop);
            let login = server.auth().login(login.clone()).await.map(drop);
            for result in [list, get, create, login] {
                let error = well_formed_error(&result.expect_err("no database"));
                assert_eq!(error.reason, Reason::DatabaseUnavailable);
            }
        }
        admin
            .batch_execute(&format!(
                "alter database {name} with allow_connections true"
            ))
            .await
            .expect("an open database");
        fill_pool(&server, &commercial).await;
        let created = commercial
            .clients
            .create_client(fixtures::client_request())
            .await;
        created.expect("a client");
        server.auth().login(login.clone()).await.expect("to log in");
    }
    server.shutdown().await;
}

/// At the disconnection, the deletion has reassigned the clients and waits for the row of a
/// contract.
#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_disconnects_does_not_interrupt_a_write() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let mut gestion = server.login("gestion1").await;
    let mut lock = server.database.connect().await;
    lock.batch_execute("begin; select from contracts where id = 3 for update")
        .await
        .expect("a lock");
    let call = tokio::spawn(async move {
        let removal = DeleteCollaboratorRequest {
            id: COMMERCIAL1,
            etag: String::new(),
            successor_id: Some(COMMERCIAL2),
        };
        gestion.collaborators.delete_collaborator(removal).await
    });
    wait_for_lock_waiters(&server, 1).await;
    call.abort();
    assert!(call.await.expect_err("cancelled").is_cancelled());
    let state = "select (select count(*) from collaborators where id = 3) || ' ' || \
         (select count(*) from clients where commercial_id = 3) || ' ' || \
         (select count(*) from clients where commercial_id = 4) as value";
    assert_eq!(server.query_text(state).await, ["1 1 1"]);
    lock.batch_execute("commit")
        .await
        .expect("to release the lock");
    timeout(TIMEOUT, async {
        loop {
            match server.query_text(state).await[0].as_str() {
                "1 1 1" => tokio::time::sleep(Duration::from_millis(5)).await,
                "0 0 2" => break,
                partial => panic!("{partial}"),
            }
        }
    })
    .await
    .expect("the whole write");
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_graceful_stop_finishes_running_calls() {
    require_postgres!();
    let mut server = TestServer::with_sample_records().await;
    let commercial = server.login("commercial1").await;
    let (mut lock, call) = start_blocked_update(&server, commercial).await;
    server.begin_shutdown();
    let address = server.address;
    timeout(TIMEOUT, async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("new connections to be refused");
    assert!(!call.is_finished());
    lock.batch_execute("commit")
        .await
        .expect("to release the lock");
    let saved = timeout(TIMEOUT, call)
        .await
        .expect("an end")
        .expect("no panic");
    let saved = saved.expect("to save").into_inner().client.unwrap();
    assert_eq!(saved.company, "Après");
    timeout(TIMEOUT, server.shutdown()).await.expect("to stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_server_stops_at_once() {
    let server = TestServer::start().await;
    let caller = server.login("support1").await;
    let address = server.address;
    timeout(Duration::from_secs(10), server.shutdown())
        .await
        .expect("to stop");
    assert!(TcpStream::connect(address).await.is_err());
    let after = caller.list(Entity::Clients, &ListQuery::default()).await;
    // Cancelled, if the client has not detected the end of its connection yet.
    assert!(matches!(
        after.expect_err("no server").code(),
        tonic::Code::Unavailable | tonic::Code::Cancelled
    ));
}

/// A row that stays locked beyond `lock_timeout` is a conflict.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_waits_too_long_for_a_lock_is_a_conflict() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let commercial = server.login("commercial1").await;
    let mut lock = server.database.connect().await;
    lock.batch_execute("begin; select from clients where id = 1 for update")
        .await
        .expect("a lock");
    let update = update();
    let reply = server
        .call(&commercial, policy::UPDATE_CLIENT, &update)
        .await;
    assert_eq!(api_error(reply).reason, Reason::Conflict);
    lock.batch_execute("commit")
        .await
        .expect("to release the lock");
    server
        .call(&commercial, policy::UPDATE_CLIENT, &update)
        .await
        .expect("to save");
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_exceeds_its_timeout_is_not_retried() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let mut commercial = server.login("commercial1").await;
    let mut lock = server.database.connect().await;
    lock.batch_execute("begin; lock table clients in access exclusive mode")
        .await
        .expect("a lock");
    // The pool first reuses the connection that was returned last, which is this one.
    let mut pooled = server.state.db.connection().await.expect("a connection");
    pooled
        .batch_execute("set statement_timeout = '200ms'")
        .await
        .expect("a timeout");
    drop(pooled);
    let reply = commercial
        .clients
        .get_client(GetClientRequest { id: 1 })
        .await;
    assert_eq!(
        well_formed_error(&reply.expect_err("no time")).reason,
        Reason::Busy
    );
    lock.batch_execute("commit")
        .await
        .expect("to release the lock");
    commercial
        .clients
        .get_client(GetClientRequest { id: 1 })
        .await
        .expect("the client");
    server.shutdown().await;
}
