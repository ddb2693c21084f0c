//! The versions of PostgreSQL, and owners of a database who are no superusers, as on every managed server.

use diesel_async::SimpleAsyncConnection as _;
use epic_events::v1::ListClientsRequest;
use epic_server::db::migrations;

use crate::support::{
    cluster::PostgresCluster,
    database::{TestDatabase, connect, query_text},
    fixtures::{self, sample_records},
    server::TestServer,
    versions,
};

/// Creates an owner who may create roles, and their database; returns its URL.
async fn owner(cluster: &PostgresCluster, name: &str) -> String {
    let mut admin = connect(&cluster.url("127.0.0.1", "")).await;
    let role = format!("create role {name} login createrole");
    let database = format!("create database {name} owner {name}");
    for sql in [role, database] {
        admin.batch_execute(&sql).await.expect(name);
    }
    format!(
        "postgres://{name}@{}/{name}",
        cluster.authority("127.0.0.1")
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_version_is_refused_before_the_first_migration() {
    for cluster in versions::clusters(..15) {
        let url = cluster.url("127.0.0.1", "");
        let refusal = migrations::run(&url).await.expect_err("a refusal");
        let refusal = refusal.to_string();
        assert!(
            refusal.contains("is too old; version 15 or later"),
            "{refusal}"
        );
        let tables =
            "select relname as value from pg_class where relnamespace = 'public'::regnamespace";
        assert!(
            query_text(&mut connect(&url).await, tables)
                .await
                .is_empty()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_may_create_roles_needs_no_superuser() {
    for cluster in versions::clusters(15..) {
        let url = owner(&cluster, "first_owner").await;
        migrations::run(&url).await.expect("migrations");
        assert_eq!(migrations::run(&url).await.expect("nothing"), 0);
        assert!(migrations::is_current(&url).await.expect("a check"));
        let server = TestServer::on(TestDatabase::at(&url), &sample_records()).await;
        let mut commercial = server.login("commercial1").await;
        let create = commercial.clients.create_client(fixtures::client_request());
        create.await.expect("a client");
        let listed = commercial
            .clients
            .list_clients(ListClientsRequest::default());
        listed.await.expect("a list");
        server.shutdown().await;
    }
}

/// From PostgreSQL 16 on, only the role that created them may grant them.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_owner_is_told_who_must_grant_the_roles() {
    for cluster in versions::clusters(16..) {
        let first = owner(&cluster, "first_owner").await;
        migrations::run(&first).await.expect("migrations");
        let second = owner(&cluster, "second_owner").await;
        let refusal = migrations::run(&second).await.expect_err("a refusal");
        let refusal = refusal.to_string();
        assert!(refusal.contains("must grant both to this one"), "{refusal}");
        let grant = "grant epic_owner, epic_app to second_owner with set true, inherit true";
        let mut creator = connect(&first).await;
        creator.batch_execute(grant).await.expect("a grant");
        migrations::run(&second).await.expect("migrations");
        assert!(migrations::is_current(&second).await.expect("a check"));
    }
}
