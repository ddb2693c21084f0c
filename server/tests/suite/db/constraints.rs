//! The constraints of the schema: each of them rejects plain SQL that violates it, and the table that
//! maps constraints to reasons contains all of them.

use std::collections::BTreeSet;

use diesel::result::Error;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use epic_events::api_error::ApiError;
use epic_server::db::constraint::{self, CONSTRAINTS};
use tonic::Status;

use crate::support::{
    database::{TestDatabase, query_text},
    fixtures::insert,
    rights_fixture::{accounts_and_records, assert_none},
};

/// Constraints, and statements that violate them. [`inserts`] returns more.
#[rustfmt::skip] // A statement per line.
const VIOLATIONS: &[(&str, &str)] = &[
    // Rule 1: the remaining amount is between zero and the total.
    ("contracts_remaining_not_negative", "update contracts set remaining_cents = -1 where id = 1"),
    ("contracts_remaining_within_total", "update contracts set remaining_cents = 10001 where id = 1"),
    ("contracts_remaining_within_total", "update contracts set total_cents = 4999 where id = 1"),
    ("contracts_remaining_within_total", "update contracts set total_cents = -1, remaining_cents = 0"),
    // Rule 2: an event ends after it starts, and has no negative number of attendees.
    ("events_ends_after_start", "update events set end_time = start_time where id = 1"),
    ("events_ends_after_start", "update events set start_time = end_time + interval '1 microsecond'"),
    ("events_attendees_not_negative", "update events set attendees = -1 where id = 1"),
    // Rule 3: an event belongs to a signed contract without another event.
    ("events_contract_fkey", "update events set contract_id = 7 where id = 1"),
    ("events_contract_fkey", "update events set contract_id = 999 where id = 1"),
    ("events_contract_fkey", "update contracts set signed = false where id = 4"),
    ("events_contract_fkey", "delete from contracts where id = 4"),
    ("events_contract_signed_check", "update events set contract_signed = false, contract_id = 7 where id = 1"),
    ("events_contract_key", "update events set contract_id = 5 where id = 1"),
    // Rule 4: a responsible collaborator has the right role, and keeps it.
    ("clients_commercial_fkey", "update clients set commercial_id = 5 where id = 1"),
    ("clients_commercial_fkey", "update clients set commercial_id = 1 where id = 3"),
    ("clients_commercial_fkey", "update clients set commercial_id = 999 where id = 3"),
    ("clients_commercial_fkey", "update collaborators set role = 'support' where id = 3"),
    ("clients_commercial_role_check", "update clients set commercial_id = 5, commercial_role = 'support' where id = 1"),
    ("events_support_fkey", "update events set support_id = 3 where id = 1"),
    ("events_support_fkey", "update events set support_id = 999 where id = 3"),
    ("events_support_fkey", "update collaborators set role = 'gestion' where id = 5"),
    ("events_support_role_check", "update events set support_id = 3, support_role = 'commercial' where id = 1"),
    // Rule 5: contracts have no commercial of their own; a test below reads the columns.
    ("contracts_client_fkey", "update contracts set client_id = 999 where id = 1"),
    ("contracts_client_fkey", "delete from clients where id = 1"),
    // Rule 6: there is always a gestion account.
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
    // Kinds of changes and of records in the history.
    ("history_kind_check", "update history set kind = 'undone' where id = 1"),
    ("history_record_check", "update history set record = 'session' where id = 1"),
    ("changes_kind_check", "insert into changes (kind) values ('undone')"),
    ("changes_record_check", "insert into changes (kind) values ('changed')"),
    ("changes_record_check", "insert into changes (kind, record) values ('changed', 'client')"),
    // Values that the server can read and send.
    ("collaborators_request_id_of_deleted", "update collaborators set request_id = gen_random_uuid() where id = 2; delete from collaborators where id = 2; insert into collaborators (request_id, name, email, phone, role, password_hash, must_change_password) select request_id, 'a', 'deleted@test.example', '1', 'support', (select password_hash from collaborators limit 1), true from deleted_request_ids limit 1"),
    ("sessions_text_lengths", "update sessions set device = repeat('x', 1001)"),
    ("sessions_times_readable", "update sessions set last_use_time = 'infinity'"),
    ("history_text_lengths", "update history set record_name = repeat('x', 1001) where id = 1"),
    ("history_times_readable", "update history set time = 'infinity' where id = 1"),
    ("login_attempts_times_readable", "insert into login_attempts values ('x', 1, 'infinity')"),
    ("login_places_times_readable", "insert into login_places values ('x', 'y', '-infinity')"),
    ("suspensions_times_readable", "insert into suspensions (collaborator_id, expire_time) values (1, 'infinity')"),
    ("spent_refresh_tokens_times_readable", "insert into spent_refresh_tokens select '', id, 'infinity' from sessions limit 1"),
    ("collaborators_text_lengths", "update collaborators set name = repeat('é', 1001) where id = 1"),
    ("collaborators_times_readable", "update collaborators set create_time = 'infinity' where id = 1"),
    ("clients_text_lengths", "update clients set company = repeat('x', 1001) where id = 1"),
    ("clients_times_readable", "update clients set create_time = '-infinity' where id = 1"),
    ("contracts_text_lengths", "update contracts set event_title = repeat('x', 1001) where id = 1"),
    ("contracts_times_readable", "update contracts set date = '20000-01-01' where id = 1"),
    ("contracts_times_readable", "update contracts set date = '0044-03-15 BC' where id = 1"),
    ("events_text_lengths", "update events set note = repeat('x', 8001) where id = 1"),
    ("events_times_readable", "update events set end_time = 'infinity' where id = 1"),
    ("events_times_readable", "update events set start_time = '-infinity' where id = 1"),
    // A request creates one record.
    ("collaborators_request_id_key", "update collaborators set request_id = '00000000-0000-4000-8000-000000000000'"),
    ("clients_request_id_key", "update clients set request_id = '00000000-0000-4000-8000-000000000000'"),
    ("contracts_request_id_key", "update contracts set request_id = '00000000-0000-4000-8000-000000000000'"),
    ("events_request_id_key", "update events set request_id = '00000000-0000-4000-8000-000000000000'"),
];

/// Keys that foreign keys reference. The primary key implies them, so nothing violates them alone.
const IMPLIED: [&str; 2] = ["collaborators_id_role_key", "contracts_id_signed_key"];

/// Inserts that violate a constraint.
fn inserts() -> [(&'static str, String); 3] {
    [
        (
            "contracts_remaining_within_total",
            insert("contracts", "total_cents, remaining_cents", "values (1, 2)"),
        ),
        (
            "events_contract_fkey",
            insert("events", "contract_id", "values (7)"),
        ),
        (
            "events_contract_key",
            insert("events", "contract_id", "values (4)"),
        ),
    ]
}

/// A database with the records of the rights fixture. The connection is the last field, so that it closes
/// before the database stops.
async fn database_with_records() -> (TestDatabase, AsyncPgConnection) {
    let database = TestDatabase::migrated().await;
    let mut connection = database.connect().await;
    connection
        .batch_execute(&accounts_and_records())
        .await
        .expect("records");
    (database, connection)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_constraint_refuses_its_violations() {
    let (_database, mut connection) = database_with_records().await;
    let mut failures = Vec::new();
    let inserts = inserts();
    let inserts = inserts.iter().map(|(name, sql)| (*name, sql.as_str()));
    for (constraint, sql) in VIOLATIONS.iter().copied().chain(inserts) {
        let refused = match connection.batch_execute(sql).await {
            Err(Error::DatabaseError(_, info)) => info.constraint_name().map(str::to_owned),
            other => Some(format!("{other:?}")),
        };
        if refused.as_deref() != Some(constraint) {
            failures.push(format!("{sql}: {refused:?} instead of {constraint}"));
        }
    }
    assert_none(&failures);
}

#[test]
fn every_constraint_has_a_violation() {
    let violated: BTreeSet<_> = VIOLATIONS
        .iter()
        .map(|&(name, _)| name)
        .chain(IMPLIED)
        .collect();
    let listed: BTreeSet<_> = CONSTRAINTS.iter().map(|rule| rule.name).collect();
    assert_eq!(violated, listed);
}

/// Every constraint of the schema except for primary keys and `not null`, and its comment.
const ALL_CONSTRAINTS: &str = "
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
async fn every_constraint_is_in_the_table_and_has_a_comment() {
    let database = TestDatabase::migrated().await;
    let mut connection = database.connect().await;
    let mut found = query_text(
        &mut connection,
        &format!("select name as value from ({ALL_CONSTRAINTS}) constraints"),
    )
    .await;
    let mut listed: Vec<_> = CONSTRAINTS
        .iter()
        .map(|rule| rule.name.to_owned())
        .collect();
    found.sort();
    listed.sort();
    assert_eq!(found, listed);
    let without_comment =
        format!("select name as value from ({ALL_CONSTRAINTS}) constraints where comment is null");
    assert_eq!(
        query_text(&mut connection, &without_comment).await,
        Vec::<String>::new()
    );
}

#[test]
fn the_refusal_of_a_constraint_names_its_field() {
    for rule in CONSTRAINTS {
        let error = constraint::api_error(rule.name);
        assert_eq!(error.as_ref().map(|error| error.reason), rule.reason);
        let Some((field, kind)) = rule.field else {
            continue;
        };
        let status = Status::from(error.expect("a reason"));
        let fields = ApiError::from_status(&status).expect("a reason").fields;
        assert_eq!(fields.len(), 1);
        assert_eq!(
            (fields[0].field.as_str(), fields[0].code.as_str()),
            (field, kind.code())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn amounts_are_integers_and_contracts_have_no_commercial_of_their_own() {
    let database = TestDatabase::migrated().await;
    let mut connection = database.connect().await;
    let columns = "select table_name || '.' || column_name || ' ' || data_type as value \
         from information_schema.columns join pg_tables on tablename = table_name \
         where table_schema = 'public' and schemaname = 'public'";
    let amounts = format!("{columns} and column_name like '%\\_cents' order by 1");
    assert_eq!(
        query_text(&mut connection, &amounts).await,
        [
            "contracts.remaining_cents bigint",
            "contracts.total_cents bigint"
        ]
    );
    let inexact =
        format!("{columns} and data_type in ('real', 'double precision', 'numeric', 'money')");
    assert_eq!(
        query_text(&mut connection, &inexact).await,
        Vec::<String>::new()
    );
    let copies = format!(
        "{columns} and table_name in ('contracts', 'events') and (column_name \
         like '%commercial%' or table_name = 'events' and column_name like '%client%')"
    );
    assert_eq!(
        query_text(&mut connection, &copies).await,
        Vec::<String>::new()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collaborator_deleted_by_plain_sql_leaves_records_without_owner() {
    let (_database, mut connection) = database_with_records().await;
    let counts = "select concat_ws(' ', (select count(*) from clients), \
         (select count(*) from contracts), (select count(*) from events)) as value";
    let before = query_text(&mut connection, counts).await;
    let delete = "delete from collaborators where id in (3, 5)";
    connection.batch_execute(delete).await.expect("to delete");
    assert_eq!(query_text(&mut connection, counts).await, before);
    let owners = "select string_agg(coalesce(commercial_id::text, '-'), ' ' order by id) as value \
         from clients union all \
         select string_agg(coalesce(support_id::text, '-'), ' ' order by id) from events union all \
         select string_agg(coalesce(commercial_id::text, '-'), ' ' order by id) \
         from contract_records";
    assert_eq!(
        query_text(&mut connection, owners).await,
        ["- 4 -", "- 6 -", "- 4 - - 4 - - 4 -"]
    );
    let sessions = "select id from sessions where collaborator_id in (3, 5)";
    assert_eq!(
        query_text(
            &mut connection,
            &format!("select id as value from ({sessions}) left_over")
        )
        .await
        .len(),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_changed_by_plain_sql_ends_the_sessions_of_that_account_only() {
    let (_database, mut connection) = database_with_records().await;
    let others = "select collaborator_id as value from sessions order by collaborator_id";
    let before = query_text(&mut connection, others).await;
    let change = "update collaborators set password_hash = password_hash || 'x' where id = 3";
    connection
        .batch_execute(change)
        .await
        .expect("a new password");
    let after: Vec<_> = before.into_iter().filter(|id| id != "3").collect();
    assert_eq!(query_text(&mut connection, others).await, after);
}
