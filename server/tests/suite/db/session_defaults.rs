//! Databases and roles with defaults that suit other programs, and databases on which the server cannot
//! work.

use std::time::Duration;

use diesel_async::SimpleAsyncConnection as _;
use epic_events::v1::ListClientsRequest;
use epic_server::{
    db::{connect as connection, migrations},
    error::StartResult,
};

use crate::support::{
    database::{TestDatabase, query_text},
    fixtures::{self, sample_records},
    server::TestServer,
};

/// Objects and defaults of a database, with its name for `{}`. Each makes migrations or calls fail where a
/// connection takes it over.
const DEFAULTS: &[&str] = &[
    "create schema app; alter database {} set search_path = app, public",
    "alter database {} set search_path = ''",
    "create schema postgres; create schema epic_owner; create schema epic_app",
    "create schema tools; create extension pg_trgm schema tools",
    "create schema tools; create extension pg_trgm schema tools; \
     alter database {} set search_path = tools, pg_catalog",
    "create schema \"Tools, more\"; create extension pg_trgm schema \"Tools, more\"",
    "alter database {} set default_transaction_isolation = serializable",
    "alter database {} set default_transaction_deferrable = on",
    "alter database {} set statement_timeout = '10ms'",
    "alter database {} set lock_timeout = '1ms'",
    "alter database {} set idle_session_timeout = '500ms'",
    "alter database {} set idle_in_transaction_session_timeout = '1ms'",
    "alter database {} set standard_conforming_strings = off",
    "create role defaults_{}; grant defaults_{} to current_user; alter database {} set role = defaults_{}",
    "alter database {} set datestyle = 'SQL, MDY'; alter database {} set timezone = 'Asia/Kathmandu'; \
     alter database {} set intervalstyle = iso_8601; alter database {} set bytea_output = escape; \
     alter database {} set transform_null_equals = on",
];

#[tokio::test(flavor = "multi_thread")]
async fn defaults_for_other_programs_change_nothing() {
    let url = require_postgres!();
    for defaults in DEFAULTS {
        let database = TestDatabase::empty(url.clone()).await;
        let name = database.postgres_name().expect("a name");
        let sql = defaults.replace("{}", name);
        let mut admin = database.connect().await;
        admin.batch_execute(&sql).await.expect(defaults);
        drop(admin);
        let url = database.owner_url().to_owned();
        let applied = migrations::run(&url).await.expect(defaults);
        assert!(applied > 0, "{defaults}");
        assert_eq!(
            migrations::run(&url).await.expect(defaults),
            0,
            "{defaults}"
        );
        assert!(migrations::is_current(&url).await.expect(defaults));
        let mut admin = connection::connect(&url).await.expect(defaults);
        let schemas =
            "select distinct schemaname as value from pg_tables where tableowner = 'epic_owner'";
        assert_eq!(
            query_text(&mut admin, schemas).await,
            ["public"],
            "{defaults}"
        );
        drop(admin);
        let server = TestServer::on(database, &sample_records()).await;
        let mut commercial = server.login("commercial1").await;
        // Longer than an idle session may last.
        tokio::time::sleep(Duration::from_millis(600)).await;
        let create = commercial.clients.create_client(fixtures::client_request());
        create.await.expect(defaults);
        let request = ListClientsRequest {
            query: "a".to_owned(),
            ..ListClientsRequest::default()
        };
        let found = commercial.clients.list_clients(request).await;
        let found = found.expect(defaults).into_inner().clients;
        assert!(!found.is_empty(), "{defaults}");
        server.shutdown().await;
    }
}

/// Logins at the same time read and write the same rows, which fails in serializable transactions.
#[tokio::test(flavor = "multi_thread")]
async fn logins_succeed_whatever_the_default_isolation_is() {
    let url = require_postgres!();
    let database = TestDatabase::empty(url).await;
    let name = database.postgres_name().expect("a name");
    let sql = format!("alter database {name} set default_transaction_isolation = serializable");
    let mut admin = database.connect().await;
    admin.batch_execute(&sql).await.expect("a default");
    migrations::run(database.owner_url())
        .await
        .expect("migrations");
    let server = TestServer::on(database, "").await;
    let logins = (0..8).map(|_| async {
        let login = server.auth().login(fixtures::login_request()).await;
        login.map(drop)
    });
    for login in futures_util::future::join_all(logins).await {
        login.expect("a login");
    }
    server.shutdown().await;
}

/// Why the commands refuse a database; also at `serve`.
async fn refusals(url: &str) -> Vec<String> {
    let refusal = |result: StartResult<()>| result.expect_err("a refusal").to_string();
    vec![
        refusal(migrations::run(url).await.map(drop)),
        refusal(migrations::is_current(url).await.map(drop)),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_store_every_name_is_refused_before_the_first_migration() {
    let url = require_postgres!();
    for encoding in ["SQL_ASCII", "LATIN1", "LATIN9", "WIN1252", "EUC_JP"] {
        let options =
            format!("template template0 encoding '{encoding}' lc_collate 'C' lc_ctype 'C'");
        let database = TestDatabase::empty_with(url.clone(), &options).await;
        for refusal in refusals(database.owner_url()).await {
            assert!(refusal.contains(encoding), "{refusal}");
            assert!(refusal.contains("--encoding=UTF8"), "{refusal}");
        }
        let tables =
            "select relname as value from pg_class where relnamespace = 'public'::regnamespace";
        let mut admin = database.connect().await;
        assert!(query_text(&mut admin, tables).await.is_empty());
    }
}

/// No trigger would run, so that nothing would check the records or write their history.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_a_replica_is_refused() {
    let url = require_postgres!();
    let database = TestDatabase::empty(url).await;
    let name = database.postgres_name().expect("a name");
    let sql = format!("alter database {name} set session_replication_role = replica");
    let mut admin = database.connect().await;
    admin.batch_execute(&sql).await.expect("a default");
    for refusal in refusals(database.owner_url()).await {
        assert!(refusal.contains("session_replication_role"), "{refusal}");
        assert!(refusal.contains("alter database"), "{refusal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_that_does_not_fit_is_refused_in_a_sentence() {
    let url = require_postgres!();
    let (server, _) = url.rsplit_once('/').expect("a URL with a database");
    let address = server.rsplit_once('@').expect("a URL with a user").1;
    let cases = [
        (
            format!("{url}?gssencmode=disable"),
            "`gssencmode`; supported are user, ",
        ),
        (
            format!("{url}?passfile=/tmp/x"),
            "`passfile`; supported are",
        ),
        (
            format!("{url}?client_encoding=UTF8"),
            "`client_encoding`; supported are",
        ),
        (format!("{url}?sslcert=/tmp/x"), "`sslcert`; supported are"),
        (
            format!("{url}?fallback_application_name=x"),
            "`fallback_application_name`; supported",
        ),
        (
            format!("{url}?port=many"),
            "invalid value for option `port`.",
        ),
        (format!("{url}?sslmode=always"), "sslmode=always"),
        (
            format!("{server}/nowhere"),
            "database \"nowhere\" does not exist. Create the database",
        ),
        (
            format!("postgres://nobody@{address}/postgres"),
            "role \"nobody\" does not exist. Check the user",
        ),
        (
            "postgres://postgres@127.0.0.1:1/postgres".to_owned(),
            "whether PostgreSQL runs",
        ),
    ];
    for (url, expected) in cases {
        for refusal in refusals(&url).await {
            assert!(refusal.contains(expected), "{url}: {refusal}");
            assert!(!refusal.contains("db error"), "{refusal}");
            assert!(!refusal.contains("invalid connection string"), "{refusal}");
        }
    }
}
