//! Pagination: a walk through a list returns every unchanged row once and in order, while other
//! rows are inserted and deleted.

use crate::support::{
    api_client::ApiClient,
    fixtures::insert,
    lists::{Entity, ListQuery},
    server::TestServer,
};

// Few distinct keys, so that pages begin and end among equal keys, and times around the hours that
// clocks repeat or skip.
const CREATE_TIME: &str = "timestamptz '2026-03-29 00:59:59Z' + n % 11 * interval '1 microsecond'";
const UPDATE_TIME: &str = "timestamptz '2026-10-24 23:59:59Z' + n % 5 * interval '1 hour'";

/// SQL that adds `count` records.
fn records(entity: Entity, count: usize) -> String {
    let times = format!("{CREATE_TIME}, {UPDATE_TIME} from generate_series(1, {count}) n");
    match entity {
        Entity::Collaborators => insert(
            "collaborators",
            "name, role, create_time, update_time",
            &format!(
                "select 'Name ' || n % 7, case n % 3 when 0 then 'gestion' \
                 when 1 then 'commercial' else 'support' end, {times}"
            ),
        ),
        Entity::Clients => insert(
            "clients",
            "name, company, commercial_id, create_time, update_time",
            &format!(
                "select 'Name ' || n % 7, 'Compagnie ' || n % 3, \
                 case n % 3 when 0 then 3 when 1 then 4 end, {times}"
            ),
        ),
        Entity::Contracts => insert(
            "contracts",
            "event_title, total_cents, remaining_cents, date, signed, create_time, update_time",
            &format!(
                "select 'Titre ' || n % 7, 1000 + n % 5, n % 3, date '2026-01-01' + n % 4, \
                 n % 5 > 0, {times}"
            ),
        ),
        Entity::Events => events(count),
    }
}

/// SQL that adds `count` contracts and an event for each of them.
fn events(count: usize) -> String {
    let contracts = insert(
        "contracts",
        "total_cents",
        &format!("select 0 from generate_series(1, {count})"),
    );
    let events = insert(
        "events",
        "contract_id, start_time, end_time, support_id, location, attendees, create_time, \
         update_time",
        &format!(
            "select id, at, at + id % 2 * interval '1 hour' + interval '1 second', \
                case id % 3 when 0 then 5 end, 'Salle ' || id % 7, id % 4, at, at \
             from (select id, timestamptz '2026-10-24 23:59:59Z' + id % 5 * interval '1 hour' as at \
                from contracts order by id desc limit {count}) newest \
             order by id"
        ),
    );
    contracts + &events
}

/// The rows that may be deleted during a walk: before, at or after its position.
const DELETABLE: &str = "id % 10 = 0";

/// Reads every page; between two pages it deletes a row and inserts another.
async fn walk(
    server: &TestServer,
    caller: &ApiClient,
    entity: Entity,
    order_by: &str,
    page_size: i32,
) -> Vec<i64> {
    let table = entity.table();
    let another = records(entity, 1);
    let mut query = ListQuery {
        page_size,
        order_by: order_by.to_owned(),
        ..ListQuery::default()
    };
    let mut seen = Vec::new();
    loop {
        let found = caller.list(entity, &query).await.expect("a page");
        seen.extend(&found.ids);
        if found.next_page_token.is_empty() {
            return seen;
        }
        assert_eq!(found.ids.len(), usize::try_from(page_size).unwrap());
        server
            .execute(&format!(
                "delete from {table} where id = (select id from {table} \
                 where {DELETABLE} and id > 6 order by random() limit 1); {another}"
            ))
            .await;
        query.page_token = found.next_page_token;
    }
}

/// Walks through a list in every order.
async fn walk_in_every_order(entity: Entity, count: usize, page_size: i32) {
    let referenced = usize::from(entity != Entity::Clients);
    let sql = records(Entity::Clients, referenced) + &records(entity, count);
    let server = TestServer::with_sql(&sql).await;
    let caller = server.login("support1").await;
    let table = entity.table();
    let untouched = server
        .query_ids(&format!(
            "select id as value from {table} where not {DELETABLE}"
        ))
        .await;
    assert!(untouched.len() >= count * 9 / 10);
    let last = untouched.iter().max().unwrap();
    for (order_by, column, descending) in entity.every_order() {
        let direction = if descending { "desc" } else { "asc" };
        let expected = server
            .query_ids(&format!(
                "select id as value from {table} where not {DELETABLE} and id <= {last} \
                 order by {} {direction}, id {direction}",
                column.column
            ))
            .await;
        let seen = walk(&server, &caller, entity, &order_by, page_size).await;
        let repeated = {
            let mut sorted = seen.clone();
            sorted.sort_unstable();
            sorted.windows(2).filter(|two| two[0] == two[1]).count()
        };
        assert_eq!(repeated, 0, "rows of {table} by {order_by} repeat");
        let seen: Vec<_> = seen
            .into_iter()
            .filter(|id| id % 10 != 0 && id <= last)
            .collect();
        assert!(seen == expected, "{table} by {order_by}: rows are missing");
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn walks_through_ten_thousand_clients_in_every_order() {
    walk_in_every_order(Entity::Clients, 10_000, 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn walks_through_collaborators_in_every_order() {
    walk_in_every_order(Entity::Collaborators, 400, 37).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn walks_through_contracts_in_every_order() {
    walk_in_every_order(Entity::Contracts, 400, 37).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn walks_through_events_in_every_order() {
    walk_in_every_order(Entity::Events, 400, 37).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_has_the_requested_size_within_bounds() {
    let server = TestServer::with_sql(
        &(records(Entity::Clients, 250) + &records(Entity::Collaborators, 250)),
    )
    .await;
    let caller = server.login("gestion1").await;
    for entity in [Entity::Clients, Entity::Collaborators] {
        for (page_size, rows) in [
            (0, 50),
            (1, 1),
            (50, 50),
            (200, 200),
            (201, 200),
            (i32::MAX, 200),
        ] {
            let query = ListQuery {
                page_size,
                ..ListQuery::default()
            };
            let found = caller.list(entity, &query).await.expect("a page");
            assert_eq!(found.ids.len(), rows, "{entity:?} by {page_size}");
        }
    }
    server.shutdown().await;
}

/// A page token is not bound to the page size.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_size_may_change_between_pages() {
    let server = TestServer::with_sql(&records(Entity::Clients, 30)).await;
    let caller = server.login("gestion1").await;
    let mut query = ListQuery::default();
    let mut seen = Vec::new();
    for page_size in [1, 7, 200] {
        query.page_size = page_size;
        let found = caller.list(Entity::Clients, &query).await.expect("a page");
        seen.extend(found.ids);
        query.page_token = found.next_page_token;
    }
    seen.sort_unstable();
    assert_eq!(seen, (1..=30).collect::<Vec<_>>());
    assert_eq!(query.page_token, "", "the last page has no next one");
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_total_is_exact_up_to_ten_thousand() {
    let server = TestServer::with_sql(&records(Entity::Clients, 9_999)).await;
    let caller = server.login("gestion1").await;
    for (rows, total, is_lower_bound) in [
        (9_999, 9_999, false),
        (10_000, 10_000, false),
        (10_001, 10_000, true),
        (10_002, 10_000, true),
    ] {
        let query = ListQuery {
            page_size: 1,
            ..ListQuery::default()
        };
        let found = caller.list(Entity::Clients, &query).await.expect("a page");
        assert_eq!(
            (found.total_size, found.total_size_is_lower_bound),
            (total, is_lower_bound),
            "of {rows}"
        );
        server.execute(&records(Entity::Clients, 1)).await;
    }
    let unmatched = ListQuery {
        query: "no such client".to_owned(),
        ..ListQuery::default()
    };
    let found = caller
        .list(Entity::Clients, &unmatched)
        .await
        .expect("a page");
    assert_eq!(
        (found.ids, found.total_size, found.next_page_token.as_str()),
        (vec![], 0, "")
    );
    server.shutdown().await;
}

/// A count costs more than a page.
#[tokio::test(flavor = "multi_thread")]
async fn the_total_of_later_pages_is_that_of_the_first_one() {
    let server = TestServer::with_sql(&records(Entity::Clients, 3)).await;
    let caller = server.login("gestion1").await;
    let mut query = ListQuery {
        page_size: 1,
        ..ListQuery::default()
    };
    for (inserted, total) in [(0, 3), (2, 3), (0, 3)] {
        server.execute(&records(Entity::Clients, inserted)).await;
        let found = caller.list(Entity::Clients, &query).await.expect("a page");
        assert_eq!(found.total_size, total);
        query.page_token = found.next_page_token;
    }
    query.page_token.clear();
    let found = caller.list(Entity::Clients, &query).await.expect("a page");
    assert_eq!(found.total_size, 5);
    server.shutdown().await;
}
