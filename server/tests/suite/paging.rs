//! Walking through a list: every row that nobody touches is there once, in its order, whatever
//! comes and goes meanwhile.

use crate::{
    house::{Caller, House},
    lists::{Ask, Entity},
};

// Few different keys, so that pages begin and end among equals, and times on both sides of the
// hours that clocks repeat and skip.

fn collaborators(count: usize) -> String {
    format!(
        "insert into collaborators (request_id, name, email, phone, role, password_hash, \
            must_change_password, create_time, update_time) \
         select gen_random_uuid(), 'Name ' || n % 7, gen_random_uuid() || '@staff.example', \
            '0102030405', case n % 3 when 0 then 'gestion' when 1 then 'commercial' \
            else 'support' end, '$argon2id$', true, \
            timestamptz '2026-03-29 00:59:59Z' + n % 11 * interval '1 microsecond', \
            timestamptz '2026-10-24 23:59:59Z' + n % 5 * interval '1 hour' \
         from generate_series(1, {count}) n;"
    )
}

fn clients(count: usize) -> String {
    format!(
        "insert into clients (request_id, name, email, phone, company, commercial_id, \
            create_time, update_time) \
         select gen_random_uuid(), 'Name ' || n % 7, gen_random_uuid() || '@client.example', \
            '0102030405', 'Compagnie ' || n % 3, case n % 3 when 0 then 3 when 1 then 4 end, \
            timestamptz '2026-03-29 00:59:59Z' + n % 11 * interval '1 microsecond', \
            timestamptz '2026-10-24 23:59:59Z' + n % 5 * interval '1 hour' \
         from generate_series(1, {count}) n;"
    )
}

fn contracts(count: usize) -> String {
    format!(
        "insert into contracts (request_id, client_id, event_title, total_cents, \
            remaining_cents, date, signed, create_time, update_time) \
         select gen_random_uuid(), 1, 'Titre ' || n % 7, 1000 + n % 5, n % 3, \
            date '2026-01-01' + n % 4, n % 5 > 0, \
            timestamptz '2026-03-29 00:59:59Z' + n % 11 * interval '1 microsecond', \
            timestamptz '2026-10-24 23:59:59Z' + n % 5 * interval '1 hour' \
         from generate_series(1, {count}) n;"
    )
}

fn events(count: usize) -> String {
    format!(
        "with signed as ( \
            insert into contracts (request_id, client_id, event_title, total_cents, \
                remaining_cents, date, signed) \
            select gen_random_uuid(), 1, 'Titre', 0, 0, '2026-01-01', true \
            from generate_series(1, {count}) returning id), \
         starts as ( \
            select id, timestamptz '2026-10-24 23:59:59Z' + id % 5 * interval '1 hour' as at \
            from signed) \
         insert into events (request_id, contract_id, start_time, end_time, support_id, \
            location, attendees, note, create_time, update_time) \
         select gen_random_uuid(), id, at, at + id % 2 * interval '1 hour' + interval '1 second', \
            case id % 3 when 0 then 5 end, 'Salle ' || id % 7, id % 4, '', at, at from starts;"
    )
}

fn rows(entity: Entity, count: usize) -> String {
    match entity {
        Entity::Collaborators => collaborators(count),
        Entity::Clients => clients(count),
        Entity::Contracts => contracts(count),
        // An event needs its contract first: the foreign key is checked at the statement's end,
        // the search text before.
        Entity::Events => events(count),
    }
}

/// One row in ten may go while a walk is under way: where it is, or ahead, or behind.
const DOOMED: &str = "id % 10 = 0";

/// Turns every page; before each next one a row goes and another comes.
async fn walk(
    house: &House,
    caller: &Caller,
    entity: Entity,
    order_by: &str,
    page_size: i32,
) -> Vec<i64> {
    let table = entity.table();
    let another = rows(entity, 1);
    let mut ask = Ask {
        page_size,
        order_by: order_by.to_owned(),
        ..Ask::default()
    };
    let mut seen = Vec::new();
    loop {
        let found = caller.list(entity, &ask).await.expect("a page");
        seen.extend(&found.ids);
        if found.next.is_empty() {
            return seen;
        }
        assert_eq!(found.ids.len(), usize::try_from(page_size).unwrap());
        house
            .sql(&format!(
                "delete from {table} where id = (select id from {table} \
                 where {DOOMED} and id > 6 order by random() limit 1); {another}"
            ))
            .await;
        ask.page_token = found.next;
    }
}

async fn every_walk(entity: Entity, count: usize, page_size: i32) {
    let client = usize::from(entity != Entity::Clients);
    let house = House::furnished(&(clients(client) + &rows(entity, count))).await;
    let caller = house.login("support1").await;
    let table = entity.table();
    let untouched = house
        .ids(&format!(
            "select id as value from {table} where not {DOOMED}"
        ))
        .await;
    assert!(untouched.len() >= count * 9 / 10);
    let last = untouched.iter().max().unwrap();
    for (order_by, column, descending) in entity.every_order() {
        let direction = if descending { "desc" } else { "asc" };
        let right = house
            .ids(&format!(
                "select id as value from {table} where not {DOOMED} and id <= {last} \
                 order by {} {direction}, id {direction}",
                column.column
            ))
            .await;
        let seen = walk(&house, &caller, entity, &order_by, page_size).await;
        let twice = {
            let mut sorted = seen.clone();
            sorted.sort_unstable();
            sorted.windows(2).filter(|two| two[0] == two[1]).count()
        };
        assert_eq!(twice, 0, "rows of {table} by {order_by} seen twice");
        let seen: Vec<_> = seen
            .into_iter()
            .filter(|id| id % 10 != 0 && id <= last)
            .collect();
        assert!(seen == right, "{table} by {order_by}: rows are missing");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_clients_are_walked_in_every_order() {
    every_walk(Entity::Clients, 10_000, 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn collaborators_are_walked_in_every_order() {
    every_walk(Entity::Collaborators, 400, 37).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn contracts_are_walked_in_every_order() {
    every_walk(Entity::Contracts, 400, 37).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_walked_in_every_order() {
    every_walk(Entity::Events, 400, 37).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_has_as_many_rows_as_asked_for_within_bounds() {
    let house = House::furnished(&(clients(250) + &collaborators(250))).await;
    let caller = house.login("gestion1").await;
    for entity in [Entity::Clients, Entity::Collaborators] {
        for (page_size, rows) in [
            (0, 50),
            (1, 1),
            (50, 50),
            (200, 200),
            (201, 200),
            (i32::MAX, 200),
        ] {
            let ask = Ask {
                page_size,
                ..Ask::default()
            };
            let found = caller.list(entity, &ask).await.expect("a page");
            assert_eq!(found.ids.len(), rows, "{entity:?} by {page_size}");
        }
    }
    house.close().await;
}

/// The page size may change on the way: it is not what a token is bound to.
#[tokio::test(flavor = "multi_thread")]
async fn a_walk_may_change_its_stride() {
    let house = House::furnished(&clients(30)).await;
    let caller = house.login("gestion1").await;
    let mut ask = Ask::default();
    let mut seen = Vec::new();
    for page_size in [1, 7, 200] {
        ask.page_size = page_size;
        let found = caller.list(Entity::Clients, &ask).await.expect("a page");
        seen.extend(found.ids);
        ask.page_token = found.next;
    }
    seen.sort_unstable();
    assert_eq!(seen, (1..=30).collect::<Vec<_>>());
    assert_eq!(ask.page_token, "", "the last page has no next one");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counting_stops_at_ten_thousand() {
    let house = House::furnished(&clients(9_999)).await;
    let caller = house.login("gestion1").await;
    for (rows, total, is_lower_bound) in [
        (9_999, 9_999, false),
        (10_000, 10_000, false),
        (10_001, 10_000, true),
        (10_002, 10_000, true),
    ] {
        let ask = Ask {
            page_size: 1,
            ..Ask::default()
        };
        let found = caller.list(Entity::Clients, &ask).await.expect("a page");
        assert_eq!(
            (found.total, found.total_is_lower_bound),
            (total, is_lower_bound),
            "of {rows}"
        );
        house.sql(&clients(1)).await;
    }
    let none = Ask {
        query: "nobody has this".to_owned(),
        ..Ask::default()
    };
    let found = caller.list(Entity::Clients, &none).await.expect("a page");
    assert_eq!(
        (found.ids, found.total, found.next.as_str()),
        (vec![], 0, "")
    );
    house.close().await;
}
