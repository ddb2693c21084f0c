//! The database roles: the application's role reads and writes rows, and can neither rewrite the
//! history nor alter the schema, which belongs to the owner's role.

use diesel::result::Error;
use diesel_async::SimpleAsyncConnection as _;
use epic_server::db::migrations::{self, requirements::RIGHTS};

use crate::support::{
    database::{TestDatabase, query_text},
    server::TestServer,
};

/// The rights that the migrations grant, as in [`RIGHTS`].
const GRANTED: &str = "
    select relname || ' ' || lower(privilege_type) || ' ' as value
    from pg_class, aclexplode(relacl) where grantee = 'epic_app'::regrole
    union all
    select relname || ' ' || lower(privilege_type) || ' ' || string_agg(attname, ',' order by attname)
    from pg_class join pg_attribute on attrelid = pg_class.oid, aclexplode(attacl)
    where grantee = 'epic_app'::regrole group by relname, privilege_type";

/// A right that is missing in the list is not missed at the start of the server.
#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_rights_is_what_the_migrations_grant() {
    let database = TestDatabase::migrated().await;
    let mut granted = query_text(&mut database.connect().await, GRANTED).await;
    granted.sort();
    let mut listed: Vec<_> = RIGHTS
        .iter()
        .map(|(relation, right, columns)| {
            let mut columns: Vec<_> = columns.split(',').collect();
            columns.sort_unstable();
            format!("{relation} {right} {}", columns.join(","))
        })
        .collect();
    listed.sort();
    assert_eq!(listed, granted);
}

/// Statements that are refused to the application's role.
const FORBIDDEN: &[&str] = &[
    "delete from history",
    "update history set actor_name = 'somebody else'",
    "truncate history",
    "insert into history (actor_name, rpc, kind, record, record_id, record_name, changes) \
     values ('a', 'b', 'created', 'client', 1, 'c', '[]')",
    "select add_history('created', 'client', 1::bigint, 'c', 1::bigint, '[]')",
    "select keep_history()",
    "alter table history disable trigger all",
    "alter table clients disable trigger clients_history",
    "alter table clients add column more text",
    "alter table contracts drop constraint contracts_remaining_within_total",
    "drop trigger clients_history on clients",
    "drop table history",
    "drop function keep_history() cascade",
    "create or replace function add_history(kind text, record text, record_id bigint, \
     record_name text, version bigint, changes jsonb) returns void language sql as ''",
    "update clients set name = 'somebody', search = '' where id = 1",
    "update contracts set version = 1 where id = 1",
    "update events set updated_by = 'somebody' where id = 1",
    "insert into collaborators (id, request_id, name, email, phone, role, password_hash, must_change_password) \
     overriding system value values (99, gen_random_uuid(), 'a', 'a@a.example', '1', 'support', '$argon2id$', true)",
    "insert into clients (request_id, name, email, phone, company, create_time) \
     values (gen_random_uuid(), 'a', 'a@a.example', '1', 'c', '2020-01-01')",
    "insert into contracts (request_id, client_id, event_title, total_cents, remaining_cents, date, signed, version) \
     values (gen_random_uuid(), 1, 'a', 1, 1, '2026-01-01', true, 9)",
    "insert into events (request_id, contract_id, start_time, end_time, location, attendees, note, updated_by) \
     values (gen_random_uuid(), 2, '2026-01-01', '2026-01-02', 'a', 1, '', 'somebody')",
    "lock table __diesel_schema_migrations in share row exclusive mode",
    "insert into server_requirements values ('1', '99.0.0')",
    "delete from clients where id = 3",
    "select end_session(gen_random_uuid(), 'deleted')",
    "create table mine (id integer)",
    "create temp table contracts (id integer)",
    "create schema mine",
    "create function mine() returns integer language sql as 'select 1'",
    "truncate clients, contracts, events",
    "set session_replication_role = replica",
    "alter role epic_app superuser",
    "create role somebody",
    "update __diesel_schema_migrations set version = '0'",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_application_can_neither_rewrite_the_history_nor_alter_the_schema() {
    let server = TestServer::with_sample_records().await;
    let mut connection = server.state.db.connection().await.expect("a connection");
    let role = query_text(&mut connection, "select current_user as value").await;
    assert_eq!(role, ["epic_app"]);
    let mut allowed = Vec::new();
    for sql in FORBIDDEN {
        match connection.batch_execute(sql).await {
            Err(Error::DatabaseError(..)) => {}
            other => allowed.push(format!("{sql}: {other:?}")),
        }
    }
    assert!(allowed.is_empty(), "{}", allowed.join("\n"));
    drop(connection);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_records_changes_by_the_owner_that_create_no_version() {
    let server = TestServer::with_sample_records().await;
    let entries = "select count(*) as value from history";
    let before = server.query_text(entries).await;
    // A refresh of the search text is no change.
    server
        .execute("update clients set search = '' where id = 1")
        .await;
    assert_eq!(server.query_text(entries).await, before);
    server
        .execute("update clients set name = 'Somebody', search = '' where id = 1")
        .await;
    assert_ne!(server.query_text(entries).await, before);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_belongs_to_the_owner_who_cannot_log_in() {
    let database = TestDatabase::migrated().await;
    let mut connection = database.connect().await;
    let others = query_text(
        &mut connection,
        "select relname as value from pg_class where relnamespace = 'public'::regnamespace \
             and relowner <> 'epic_owner'::regrole \
         union all \
         select proname from pg_proc where pronamespace = 'public'::regnamespace \
             and proowner <> 'epic_owner'::regrole \
             and oid not in (select objid from pg_depend where deptype = 'e')",
    )
    .await;
    assert_eq!(others, Vec::<String>::new());
    let roles = "select rolname || ' ' || rolsuper || ' ' || rolcanlogin as value from pg_roles \
               where rolname like 'epic\\_%' order by 1";
    let roles = query_text(&mut connection, roles).await;
    assert_eq!(roles, ["epic_app false true", "epic_owner false false"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_gives_relations_of_another_role_to_the_owner() {
    let database = TestDatabase::migrated().await;
    let mut connection = database.connect().await;
    connection
        .batch_execute(
            "alter table clients owner to current_user; \
                        alter function fold(text) owner to current_user",
        )
        .await
        .expect("the state of an earlier version");
    drop(connection);
    let url = database.owner_url();
    assert_eq!(migrations::run(url).await.expect("nothing to apply"), 0);
    let mut connection = database.connect().await;
    let owners = "select distinct relowner::regrole::text as value from pg_class \
                  where relname = 'clients'";
    assert_eq!(query_text(&mut connection, owners).await, ["epic_owner"]);
}
