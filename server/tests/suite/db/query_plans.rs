//! Query plans: the database reads a page from an index, without sorting.

use diesel::{
    QueryableByName,
    sql_types::{Array, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};
use epic_events::v1::ListEventsRequest;
use epic_server::db::Connection;

use crate::support::{
    api_client::ApiClient,
    fixtures::{insert, time},
    lists::{Entity, ListQuery},
    server::TestServer,
};

/// SQL for so many rows that sorting all of them costs more than reading fifty through an index.
pub(super) fn many_records() -> String {
    let collaborators = insert(
        "collaborators",
        "name, role",
        "select 'Name ' || n % 700,
            case n % 3 when 0 then 'gestion' when 1 then 'commercial' else 'support' end
         from generate_series(1, 2000) n",
    );
    let clients = insert(
        "clients",
        "name, company, commercial_id",
        "select 'Name ' || n % 700, 'Company ' || n % 300,
            case n % 3 when 0 then 3 when 1 then 4 end
         from generate_series(1, 3000) n",
    );
    let contracts = insert(
        "contracts",
        "client_id, event_title, total_cents, remaining_cents, date",
        "select n, 'Title ' || n % 700, n, n % 900, date '2026-01-01' + n % 300
         from generate_series(1, 3000) n",
    );
    let events = insert(
        "events",
        "contract_id, start_time, end_time, support_id, location, attendees",
        "select n, timestamptz '2026-01-01' + n * interval '1 hour',
            timestamptz '2026-01-01' + n * interval '2 hours', case n % 3 when 0 then 5 end,
            'Room ' || n % 70, n % 400
         from generate_series(1, 3000) n",
    );
    collaborators + &clients + &contracts + &events + "analyze;"
}

#[derive(QueryableByName)]
struct Prepared {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    statement: String,
    #[diesel(sql_type = Array<Text>)]
    parameters: Vec<String>,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    text: String,
}

/// The statements that the connection has prepared.
async fn prepared_statements(connection: &mut AsyncPgConnection) -> Vec<Prepared> {
    diesel::sql_query(
        "select name, statement, parameter_types::text[] as parameters from pg_prepared_statements",
    )
    .load(connection)
    .await
    .expect("statements")
}

/// Connections of a pool that a test without concurrent calls may have opened.
const CONNECTIONS: usize = 4;

/// The connection of the server that has prepared a statement, and the statement. There may be
/// several connections, because background work uses them too.
async fn find_prepared(
    server: &TestServer,
    is_wanted: impl Fn(&Prepared) -> bool,
) -> Option<(Connection, Prepared)> {
    let mut others = Vec::new();
    for _ in 0..if server.is_on_postgres() {
        CONNECTIONS
    } else {
        1
    } {
        let mut connection = server.state.db.connection().await.expect("a connection");
        let prepared = prepared_statements(&mut connection).await;
        if let Some(found) = prepared.into_iter().find(&is_wanted) {
            return Some((connection, found));
        }
        others.push(connection);
    }
    None
}

/// The plan that an `explain` statement prints.
async fn explain(connection: &mut AsyncPgConnection, statement: String) -> String {
    let lines: Vec<Line> = diesel::sql_query(statement)
        .load(connection)
        .await
        .expect("a plan");
    let lines: Vec<_> = lines.into_iter().map(|line| line.text).collect();
    lines.join("\n")
}

/// The plan of the statement that the server has prepared for pages in the order `order`; `None` if the
/// connection that has prepared it was replaced.
async fn plan(server: &TestServer, entity: Entity, order: &str, first: bool) -> Option<String> {
    let column = order.trim_end_matches(" desc");
    let view = format!("{}_records", entity.table().trim_end_matches('s'));
    let middle = server
        .query_text(&format!(
            "select quote_literal({column}::text) || ', ' || id as value from {view} \
             order by {column}, id offset 1500 limit 1"
        ))
        .await;
    let ends = if column == "id" {
        format!(" ORDER BY {order} limit")
    } else {
        format!(" ORDER BY {order}, {} limit", order.replace(column, "id"))
    };
    let single_spaced = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let found = find_prepared(server, |prepared| {
        prepared.statement.contains(&view)
            && single_spaced(&prepared.statement).contains(&single_spaced(&ends))
            && prepared.statement.contains(", id) ") != first
    });
    let (mut connection, found) = found.await?;
    let arguments = if first {
        String::new()
    } else {
        format!("({})", middle[0])
    };
    let count = if first { 0 } else { 2 };
    assert_eq!(found.parameters.len(), count);
    let statement = format!("explain execute {}{arguments}", found.name);
    Some(explain(&mut connection, statement).await)
}

/// Makes the server prepare the statements of the first and the second page.
async fn list_two_pages(caller: &ApiClient, entity: Entity, order_by: &str) {
    let mut list_query = ListQuery {
        order_by: order_by.to_owned(),
        ..ListQuery::default()
    };
    let first = caller.list(entity, &list_query).await.expect("a page");
    list_query.page_token = first.next_page_token;
    let second = caller.list(entity, &list_query).await;
    second.expect("the next page");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_in_every_order_is_read_from_an_index_without_sorting() {
    let server = TestServer::without_list_cache(&many_records()).await;
    let caller = server.login("support1").await;
    for entity in Entity::ALL {
        let table = entity.table();
        for (order_by, column, descending) in entity.every_order() {
            let index = server
                .query_text(&format!(
                    "select indexname as value from pg_indexes where tablename = '{table}' \
                     and indexdef like '%USING btree ({})'",
                    if column.column == "id" {
                        "id".to_owned()
                    } else {
                        format!("{}, id", column.column)
                    }
                ))
                .await;
            let [index] = index.as_slice() else {
                panic!("{table} by {order_by} has the indexes {index:?}");
            };
            let direction = if descending { " desc" } else { "" };
            let order = format!("{}{direction}", column.column);
            for first in [true, false] {
                let mut attempts = 0..3;
                let plan = loop {
                    list_two_pages(&caller, entity, &order_by).await;
                    if let Some(plan) = plan(&server, entity, &order, first).await {
                        break plan;
                    }
                    assert!(attempts.next().is_some(), "{table} by {order_by}");
                };
                assert!(
                    plan.contains(&format!(" {index} on {table}")) && !plan.contains("Sort"),
                    "{table} by {order_by}, first page {first}:\n{plan}"
                );
            }
        }
    }
    server.shutdown().await;
}

/// SQL for events that follow each other every hour, some of which last two weeks. The triggers are
/// off, because they would take most of the time.
fn many_events() -> String {
    let clients = insert("clients", "name", "values ('Name')");
    let contracts = insert(
        "contracts",
        "client_id, event_title, remaining_cents, date, signed",
        "select 1, 'Title', 0, date '2026-01-01', true from generate_series(1, 20000)",
    );
    let events = insert(
        "events",
        "contract_id, start_time, end_time, location, attendees",
        "select n, timestamptz '2026-01-01Z' + n * interval '1 hour',
            timestamptz '2026-01-01Z' + n * interval '1 hour'
            + case n % 50 when 0 then interval '14 days' else interval '5 hours' end,
            'Room ' || n % 70, n % 400
         from generate_series(1, 20000) n",
    );
    let tables = ["clients", "contracts", "events"];
    let triggers = |state| {
        let tables = tables.map(|table| format!("alter table {table} {state} trigger user;"));
        tables.concat()
    };
    [
        triggers("disable"),
        clients,
        contracts,
        events,
        triggers("enable"),
        "analyze;".to_owned(),
    ]
    .concat()
}

/// The executed plan of the prepared list of events, with (`&&`) or without an upper limit of the
/// start.
async fn event_plan(server: &TestServer, mode: &str, overlap: bool, arguments: &str) -> String {
    let found = find_prepared(server, |prepared| {
        let statement = &prepared.statement;
        !prepared.parameters.is_empty()
            && ["@>", "ORDER BY"]
                .iter()
                .all(|part| statement.contains(part))
            && statement.contains("&&") == overlap
    });
    let (mut connection, found) = found.await.expect("a prepared list of events");
    assert_eq!(arguments.split(", ").count(), found.parameters.len());
    let mode = format!("set plan_cache_mode = {mode}");
    connection.batch_execute(&mode).await.expect("a mode");
    let statement = format!("explain (analyze) execute {}({arguments})", found.name);
    explain(&mut connection, statement).await
}

/// Checks the generic plan too, which a connection uses after some calls.
#[tokio::test(flavor = "multi_thread")]
async fn events_that_overlap_a_period_are_found_without_reading_those_before_or_after() {
    let server = TestServer::without_list_cache(&many_events()).await;
    let mut caller = server.login("support1").await;
    // 1 January 2027, after 8,760 events.
    let start = 1_798_761_600;
    let after = "'2027-01-01 00:00Z'";
    let before = "'2027-01-01 05:00Z'";
    for (start_before, arguments) in [
        (
            Some(time(start + 5 * 3600)),
            format!("{before}, {after}, {after}, {after}, {after}, {before}"),
        ),
        (None, format!("{after}, {after}, {after}")),
    ] {
        let request = ListEventsRequest {
            page_size: 200,
            end_after: Some(time(start)),
            start_before,
            ..ListEventsRequest::default()
        };
        let reply = caller.events.list_events(request).await;
        let reply = reply.expect("events").into_inner();
        if start_before.is_some() {
            assert_eq!(reply.events.len(), 16);
        }
        for mode in ["force_custom_plan", "force_generic_plan"] {
            let plan = event_plan(&server, mode, start_before.is_some(), &arguments).await;
            let removed = plan.lines().filter_map(|line| {
                let (_, count) = line.split_once("Rows Removed by Filter: ")?;
                count.parse::<u32>().ok()
            });
            assert!(
                removed.sum::<u32>() < 500
                    && plan.contains("events_by_period")
                    && !plan.contains("Seq Scan on events"),
                "{mode}:\n{plan}"
            );
        }
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_for_a_word_and_a_number_uses_the_trigram_index() {
    let server = TestServer::without_list_cache(&many_records()).await;
    let caller = server.login("support1").await;
    for entity in Entity::ALL {
        let table = entity.table();
        let list_query = ListQuery {
            query: "durand 3172".to_owned(),
            ..ListQuery::default()
        };
        caller.list(entity, &list_query).await.expect("a page");
        let view = format!("{}_records", table.trim_end_matches('s'));
        let found = find_prepared(&server, |prepared| {
            let parts = [view.as_str(), "count(*)", "search like $1", "search ~ $2"];
            parts.iter().all(|part| prepared.statement.contains(part))
        });
        let found = found.await;
        let (mut connection, found) = found.unwrap_or_else(|| panic!("no search in {view}"));
        // PostgreSQL would otherwise read the whole table, because it is small.
        for sql in ["set enable_seqscan = off", "set enable_indexscan = off"] {
            let set = diesel::sql_query(sql).execute(&mut connection).await;
            set.expect("a setting");
        }
        let statement = format!("explain execute {}('%durand%', '3172|DBHC')", found.name);
        let plan = explain(&mut connection, statement).await;
        assert!(plan.contains(&format!(" on {table}_search")), "{plan}");
        for sql in ["reset enable_seqscan", "reset enable_indexscan"] {
            let reset = diesel::sql_query(sql).execute(&mut connection).await;
            reset.expect("a setting");
        }
    }
    server.shutdown().await;
}
