//! Errors of PostgreSQL: the reply to the caller, and whether the write is repeated.

use epic_events::{policy, reason::Reason, v1::UpdateClientRequest};

use crate::support::{api_client::ApiClient, errors::error_reason, fixtures, server::TestServer};

/// A trigger on clients that fails, and a sequence that counts its runs. The message is not English,
/// because the server must not depend on it.
fn failing_trigger(sqlstate: &str, condition: &str, kind: &str) -> String {
    format!(
        "drop trigger if exists fails on clients; drop sequence if exists runs; \
         create sequence runs; grant select on sequence runs to public; \
         create or replace function fail() returns trigger language plpgsql security definer \
         as $$ begin if nextval('runs') {condition} then \
         raise exception 'une panne' using errcode = '{sqlstate}'; end if; return new; end $$; \
         {kind} execute function fail()"
    )
}

const BEFORE_UPDATE: &str = "create trigger fails before update on clients for each row";
const AT_COMMIT: &str = "create constraint trigger fails after update on clients \
     deferrable initially deferred for each row";

/// Updates the first client; returns the reason of the failure and the number of attempts.
async fn update_with(
    server: &TestServer,
    commercial: &ApiClient,
    trigger: &str,
) -> (Option<Reason>, String) {
    server.execute(trigger).await;
    let update = UpdateClientRequest {
        company: Some("Après".to_owned()),
        ..fixtures::client_update(1)
    };
    let reply = server
        .call(commercial, policy::UPDATE_CLIENT, &update)
        .await;
    let runs = server
        .query_text("select last_value as value from runs")
        .await;
    (error_reason(&reply), runs[0].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sqlstate_decides_what_a_caller_gets_and_whether_a_write_is_repeated() {
    let server = TestServer::with_sample_records().await;
    let commercial = server.login("commercial1").await;
    for (sqlstate, reason, attempts) in [
        ("08006", Reason::DatabaseUnavailable, "3"),
        ("25006", Reason::DatabaseUnavailable, "3"),
        ("25P03", Reason::DatabaseUnavailable, "3"),
        ("26000", Reason::DatabaseUnavailable, "3"),
        ("40001", Reason::Conflict, "3"),
        ("40P01", Reason::Conflict, "3"),
        ("42P01", Reason::DatabaseUnavailable, "3"),
        ("53100", Reason::DatabaseUnavailable, "1"),
        ("53300", Reason::DatabaseUnavailable, "1"),
        ("55P03", Reason::Conflict, "3"),
        ("57014", Reason::Busy, "1"),
        ("57P01", Reason::DatabaseUnavailable, "3"),
        ("57P03", Reason::DatabaseUnavailable, "3"),
        ("P0001", Reason::Internal, "1"),
        ("XX000", Reason::Internal, "1"),
    ] {
        let trigger = failing_trigger(sqlstate, "> 0", BEFORE_UPDATE);
        let found = update_with(&server, &commercial, &trigger).await;
        assert_eq!(found, (Some(reason), attempts.to_owned()), "{sqlstate}");
    }
    server.shutdown().await;
}

/// PostgreSQL replies with an error, so it has rolled the transaction back.
#[tokio::test(flavor = "multi_thread")]
async fn a_serialization_failure_at_commit_is_repeated() {
    let server = TestServer::with_sample_records().await;
    let commercial = server.login("commercial1").await;
    for (condition, reason, attempts) in [("> 0", Some(Reason::Conflict), "3"), ("= 1", None, "2")]
    {
        let trigger = failing_trigger("40001", condition, AT_COMMIT);
        let found = update_with(&server, &commercial, &trigger).await;
        assert_eq!(found, (reason, attempts.to_owned()));
    }
    server.shutdown().await;
}
