//! The role that serves: it reads and writes rows, and can neither rewrite the history nor alter
//! anything.

use diesel::result::Error;
use diesel_async::SimpleAsyncConnection as _;
use epic_server::db::migrations;

use crate::{
    database::{Database, values},
    furniture::FURNITURE,
    house::House,
};

/// What must be refused to whoever serves.
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
async fn whoever_serves_can_neither_rewrite_the_history_nor_alter_a_table() {
    let house = House::furnished(FURNITURE).await;
    let mut connection = house.shared.db.connection().await.expect("a connection");
    let who = values(&mut connection, "select current_user as value").await;
    assert_eq!(who, ["epic_app"]);
    let mut allowed = Vec::new();
    for sql in FORBIDDEN {
        match connection.batch_execute(sql).await {
            Err(Error::DatabaseError(..)) => {}
            other => allowed.push(format!("{sql}: {other:?}")),
        }
    }
    assert!(allowed.is_empty(), "{}", allowed.join("\n"));
    drop(connection);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_owner_changes_past_all_versions_is_kept_too() {
    let house = House::furnished(FURNITURE).await;
    let entries = "select count(*) as value from history";
    let before = house.values(entries).await;
    // A search text that is refreshed is no change.
    house
        .sql("update clients set search = '' where id = 1")
        .await;
    assert_eq!(house.values(entries).await, before);
    house
        .sql("update clients set name = 'Somebody', search = '' where id = 1")
        .await;
    assert_ne!(house.values(entries).await, before);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_belongs_to_the_owner_who_cannot_log_in() {
    let database = Database::new().await;
    let mut connection = database.connect().await;
    let others = values(
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
    let can = "select rolname || ' ' || rolsuper || ' ' || rolcanlogin as value from pg_roles \
               where rolname like 'epic\\_%' order by 1";
    let can = values(&mut connection, can).await;
    assert_eq!(can, ["epic_app false true", "epic_owner false false"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_role_owned_before_is_taken_over() {
    let database = Database::new().await;
    let mut connection = database.connect().await;
    connection
        .batch_execute(
            "alter table clients owner to current_user; \
                        alter function fold(text) owner to current_user",
        )
        .await
        .expect("as an earlier version left it");
    drop(connection);
    let url = database.owned.url();
    assert_eq!(migrations::run(url).await.expect("nothing to apply"), 0);
    let mut connection = database.connect().await;
    let owners = "select distinct relowner::regrole::text as value from pg_class \
                  where relname = 'clients'";
    assert_eq!(values(&mut connection, owners).await, ["epic_owner"]);
}
