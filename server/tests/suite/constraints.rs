//! The rules as the database holds them by itself: each is broken with plain SQL, and the table
//! that says what they mean to people has them all.

use std::collections::BTreeSet;

use diesel::result::Error;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use epic_events::api_error::ApiError;
use epic_server::db::constraint::{self, CONSTRAINTS};
use tonic::Status;

use crate::{
    database::{Database, values},
    stage::furniture,
};

/// Statements that the database refuses, and the constraint that refuses them.
#[rustfmt::skip] // A statement a line.
const BROKEN: &[(&str, &str)] = &[
    // 1. What is left to pay is between nothing and all.
    ("contracts_remaining_not_negative", "update contracts set remaining_cents = -1 where id = 1"),
    ("contracts_remaining_within_total", "update contracts set remaining_cents = 10001 where id = 1"),
    ("contracts_remaining_within_total", "update contracts set total_cents = 4999 where id = 1"),
    ("contracts_remaining_within_total", "update contracts set total_cents = -1, remaining_cents = 0"),
    ("contracts_remaining_within_total", "insert into contracts (request_id, client_id, event_title, total_cents, remaining_cents, date, signed) values (gen_random_uuid(), 1, '', 1, 2, now(), false)"),
    // 2. An event ends after it starts, and nobody is fewer than nobody.
    ("events_ends_after_start", "update events set end_time = start_time where id = 1"),
    ("events_ends_after_start", "update events set start_time = end_time + interval '1 microsecond'"),
    ("events_attendees_not_negative", "update events set attendees = -1 where id = 1"),
    // 3. An event belongs to a signed contract of its own.
    ("events_contract_fkey", "insert into events (request_id, contract_id, start_time, end_time, location, attendees, note) values (gen_random_uuid(), 7, '2026-06-01', '2026-06-02', '', 0, '')"),
    ("events_contract_fkey", "update events set contract_id = 7 where id = 1"),
    ("events_contract_fkey", "update events set contract_id = 999 where id = 1"),
    ("events_contract_fkey", "update contracts set signed = false where id = 4"),
    ("events_contract_fkey", "delete from contracts where id = 4"),
    ("events_contract_signed_check", "update events set contract_signed = false, contract_id = 7 where id = 1"),
    ("events_contract_key", "insert into events (request_id, contract_id, start_time, end_time, location, attendees, note) values (gen_random_uuid(), 4, '2026-06-01', '2026-06-02', '', 0, '')"),
    ("events_contract_key", "update events set contract_id = 5 where id = 1"),
    // 4. Who is in charge has the role for it, and keeps it.
    ("clients_commercial_fkey", "update clients set commercial_id = 5 where id = 1"),
    ("clients_commercial_fkey", "update clients set commercial_id = 1 where id = 3"),
    ("clients_commercial_fkey", "update clients set commercial_id = 999 where id = 3"),
    ("clients_commercial_fkey", "update collaborators set role = 'support' where id = 3"),
    ("clients_commercial_role_check", "update clients set commercial_id = 5, commercial_role = 'support' where id = 1"),
    ("events_support_fkey", "update events set support_id = 3 where id = 1"),
    ("events_support_fkey", "update events set support_id = 999 where id = 3"),
    ("events_support_fkey", "update collaborators set role = 'gestion' where id = 5"),
    ("events_support_role_check", "update events set support_id = 3, support_role = 'commercial' where id = 1"),
    // 5. Contracts have no commercial of their own: see below.
    ("contracts_client_fkey", "update contracts set client_id = 999 where id = 1"),
    ("contracts_client_fkey", "delete from clients where id = 1"),
    // 6. There is always a gestion account.
    ("collaborators_last_gestion", "delete from collaborators where role = 'gestion'"),
    ("collaborators_last_gestion", "delete from collaborators"),
    ("collaborators_last_gestion", "update collaborators set role = 'support' where role = 'gestion'"),
    ("collaborators_last_gestion", "delete from collaborators where role = 'gestion' and id <> 1; update collaborators set role = 'commercial' where id = 1"),
    // Accounts and sessions.
    ("collaborators_role_check", "update collaborators set role = 'admin' where id = 2"),
    ("collaborators_role_check", "update collaborators set role = '' where id = 2"),
    ("collaborators_password_hash_check", "update collaborators set password_hash = 'a password for tests' where id = 2"),
    ("collaborators_email_key", "update collaborators set email = 'GESTION1@Test.example' where id = 2"),
    ("clients_email_key", "update clients set email = 'CLIENT1@Client.example' where id = 2"),
    ("sessions_collaborator_fkey", "update sessions set collaborator_id = 999 where collaborator_id = 1"),
    ("sessions_refresh_hash_key", "update sessions set refresh_hash = ''"),
    ("spent_refresh_tokens_session_fkey", "insert into spent_refresh_tokens values ('', gen_random_uuid())"),
    // The history knows what can happen, and to what.
    ("history_kind_check", "update history set kind = 'undone' where id = 1"),
    ("history_record_check", "update history set record = 'session' where id = 1"),
    // The same request adds nothing twice.
    ("collaborators_request_id_key", "update collaborators set request_id = '00000000-0000-4000-8000-000000000000'"),
    ("clients_request_id_key", "update clients set request_id = '00000000-0000-4000-8000-000000000000'"),
    ("contracts_request_id_key", "update contracts set request_id = '00000000-0000-4000-8000-000000000000'"),
    ("events_request_id_key", "update events set request_id = '00000000-0000-4000-8000-000000000000'"),
];

/// What foreign keys point to. The primary key says more, so they cannot be broken alone.
const UNBREAKABLE: [&str; 2] = ["collaborators_id_role_key", "contracts_id_signed_key"];

/// The connection comes last, so that it is closed before its database stops.
async fn furnished() -> (Database, AsyncPgConnection) {
    let database = Database::new().await;
    let mut connection = database.connect().await;
    connection
        .batch_execute(&furniture())
        .await
        .expect("furniture");
    (database, connection)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_alone_refuses_what_breaks_a_rule() {
    let (_database, mut connection) = furnished().await;
    let mut wrong = Vec::new();
    for (constraint, sql) in BROKEN {
        let refused = match connection.batch_execute(sql).await {
            Err(Error::DatabaseError(_, info)) => info.constraint_name().map(str::to_owned),
            other => Some(format!("{other:?}")),
        };
        if refused.as_deref() != Some(constraint) {
            wrong.push(format!("{sql}: {refused:?} instead of {constraint}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_of_the_database_is_broken_once() {
    let broken: BTreeSet<_> = BROKEN
        .iter()
        .map(|&(name, _)| name)
        .chain(UNBREAKABLE)
        .collect();
    let listed: BTreeSet<_> = CONSTRAINTS.iter().map(|rule| rule.name).collect();
    assert_eq!(broken, listed);
}

/// Every rule that the database has, and its comment. Primary keys and columns that must be filled
/// in are not rules of ours.
const RULES: &str = "
    select conname as name, obj_description(oid, 'pg_constraint') as comment from pg_constraint
    where connamespace = 'public'::regnamespace and contype not in ('p', 'n')
    union all
    select relname, obj_description(pg_class.oid, 'pg_class')
    from pg_index join pg_class on pg_class.oid = indexrelid
    where relnamespace = 'public'::regnamespace and indisunique
        and indexrelid not in (select conindid from pg_constraint where contype in ('p', 'u', 'x'))
    union all
    select raised[1], obj_description(pg_proc.oid, 'pg_proc')
    from pg_proc, regexp_matches(prosrc, 'constraint = ''(\\w+)''', 'g') raised
    where pronamespace = 'public'::regnamespace";

#[tokio::test(flavor = "multi_thread")]
async fn every_rule_of_the_database_is_in_the_table_and_has_a_comment() {
    let database = Database::new().await;
    let mut connection = database.connect().await;
    let mut found = values(
        &mut connection,
        &format!("select name as value from ({RULES}) rules"),
    )
    .await;
    let mut listed: Vec<_> = CONSTRAINTS
        .iter()
        .map(|rule| rule.name.to_owned())
        .collect();
    found.sort();
    listed.sort();
    assert_eq!(found, listed);
    let silent = format!("select name as value from ({RULES}) rules where comment is null");
    assert_eq!(values(&mut connection, &silent).await, Vec::<String>::new());
}

#[test]
fn a_rule_that_a_field_breaks_names_the_field() {
    for rule in CONSTRAINTS {
        let refusal = constraint::api_error(rule.name);
        assert_eq!(refusal.as_ref().map(|refusal| refusal.reason), rule.reason);
        let Some((field, problem)) = rule.field else {
            continue;
        };
        let status = Status::from(refusal.expect("a reason"));
        let told = ApiError::from_status(&status).expect("a reason").fields;
        assert_eq!(told.len(), 1);
        assert_eq!(
            (told[0].field.as_str(), told[0].code.as_str()),
            (field, problem.code())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn amounts_are_whole_and_contracts_have_no_commercial_of_their_own() {
    let database = Database::new().await;
    let mut connection = database.connect().await;
    let columns = "select table_name || '.' || column_name || ' ' || data_type as value \
         from information_schema.columns join pg_tables on tablename = table_name \
         where table_schema = 'public' and schemaname = 'public'";
    let amounts = format!("{columns} and column_name like '%\\_cents' order by 1");
    assert_eq!(
        values(&mut connection, &amounts).await,
        [
            "contracts.remaining_cents bigint",
            "contracts.total_cents bigint"
        ]
    );
    let inexact =
        format!("{columns} and data_type in ('real', 'double precision', 'numeric', 'money')");
    assert_eq!(
        values(&mut connection, &inexact).await,
        Vec::<String>::new()
    );
    let copies = format!(
        "{columns} and table_name in ('contracts', 'events') and (column_name \
         like '%commercial%' or table_name = 'events' and column_name like '%client%')"
    );
    assert_eq!(values(&mut connection, &copies).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_by_plain_sql_leaves_everything_else() {
    let (_database, mut connection) = furnished().await;
    let counts = "select concat_ws(' ', (select count(*) from clients), \
         (select count(*) from contracts), (select count(*) from events)) as value";
    let before = values(&mut connection, counts).await;
    let leave = "delete from collaborators where id in (3, 5)";
    connection.batch_execute(leave).await.expect("to leave");
    assert_eq!(values(&mut connection, counts).await, before);
    let held = "select string_agg(coalesce(commercial_id::text, '-'), ' ' order by id) as value \
         from clients union all \
         select string_agg(coalesce(support_id::text, '-'), ' ' order by id) from events union all \
         select string_agg(coalesce(commercial_id::text, '-'), ' ' order by id) \
         from contract_records";
    assert_eq!(
        values(&mut connection, held).await,
        ["- 4 -", "- 6 -", "- 4 - - 4 - - 4 -"]
    );
    let sessions = "select id from sessions where collaborator_id in (3, 5)";
    assert_eq!(
        values(
            &mut connection,
            &format!("select id as value from ({sessions}) left_over")
        )
        .await
        .len(),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_by_plain_sql_ends_the_sessions_of_its_owner_only() {
    let (_database, mut connection) = furnished().await;
    let others = "select collaborator_id as value from sessions order by collaborator_id";
    let before = values(&mut connection, others).await;
    let change = "update collaborators set password_hash = password_hash || 'x' where id = 3";
    connection
        .batch_execute(change)
        .await
        .expect("a new password");
    let after: Vec<_> = before.into_iter().filter(|id| id != "3").collect();
    assert_eq!(values(&mut connection, others).await, after);
}
