//! A database that is read-only for a while, as during a failover.

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use epic_events::{
    reason::Reason,
    v1::{GetClientRequest, LoginRequest},
};
use epic_server::db::connect as connection;

use crate::support::{
    cluster::PostgresCluster,
    database::{connect, query_text},
    errors::well_formed_error,
    fixtures,
    outage::{end_connections, fill_pool},
    server::TestServer,
};

async fn set_read_only(admin: &mut AsyncPgConnection, server: &TestServer, is_read_only: bool) {
    let name = server.database.postgres_name().expect("a database");
    let state = if is_read_only { "on" } else { "off" };
    let sql = format!("alter database {name} set default_transaction_read_only = {state}");
    admin.batch_execute(&sql).await.expect("a setting");
}

/// Connections that were opened while the database was read-only stay read-only.
#[tokio::test(flavor = "multi_thread")]
async fn writes_succeed_again_once_the_database_is_writable() {
    let url = require_postgres!();
    let server = TestServer::with_sample_records().await;
    let mut admin = connect(&url).await;
    let mut commercial = server.login("commercial1").await;
    let login = LoginRequest {
        email: "support1@test.example".to_owned(),
        ..fixtures::login_request()
    };
    for _ in 0..2 {
        set_read_only(&mut admin, &server, true).await;
        end_connections(&mut admin, &server).await;
        fill_pool(&server, &commercial).await;
        for _ in 0..2 {
            let create = commercial.clients.create_client(fixtures::client_request());
            let create = create.await.map(drop);
            let login = server.auth().login(login.clone()).await.map(drop);
            for result in [create, login] {
                let error = well_formed_error(&result.expect_err("a read-only database"));
                assert_eq!(error.reason, Reason::DatabaseUnavailable);
            }
            let read = commercial.clients.get_client(GetClientRequest { id: 1 });
            read.await.expect("a client");
            fill_pool(&server, &commercial).await;
        }
        set_read_only(&mut admin, &server, false).await;
        let create = commercial.clients.create_client(fixtures::client_request());
        create.await.expect("to write");
        server.auth().login(login.clone()).await.expect("to log in");
    }
    server.shutdown().await;
}

/// The server uses the writable one of several hosts.

#[tokio::test(flavor = "multi_thread")]
async fn the_host_that_is_writable_is_found() {
    let (Some(standby), Some(primary)) =
        (PostgresCluster::start(None), PostgresCluster::start(None))
    else {
        return;
    };
    let mut admin = connect(&standby.url("127.0.0.1", "")).await;
    let sql = "alter database postgres set default_transaction_read_only = on";
    admin.batch_execute(sql).await.expect("a setting");
    let host = |cluster: &PostgresCluster| cluster.authority("127.0.0.1");
    for (hosts, is_read_only) in [
        (vec![&standby, &primary], "off"),
        (vec![&primary, &standby], "off"),
        (vec![&standby], "on"),
    ] {
        let hosts: Vec<_> = hosts.into_iter().map(host).collect();
        let url = format!("postgres://postgres@{}/postgres", hosts.join(","));
        let mut connection = connection::connect(&url).await.expect("a connection");
        let sql = "select current_setting('transaction_read_only') as value";
        assert_eq!(
            query_text(&mut connection, sql).await,
            [is_read_only],
            "{url}"
        );
    }
    let url = format!(
        "postgres://postgres@{},{}/postgres?target_session_attrs=read-only",
        host(&primary),
        host(&standby)
    );
    let mut connection = connection::connect(&url).await.expect("a connection");
    let sql = "select current_setting('transaction_read_only') as value";
    assert_eq!(query_text(&mut connection, sql).await, ["on"]);
}
