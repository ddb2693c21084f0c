//! Events that overlap a period: the availability of a support depends on this condition alone.

use epic_events::v1::ListEventsRequest;

use crate::support::{
    api_client::ApiClient,
    fixtures::{insert, time},
    server::TestServer,
};

/// The first hour, in seconds.
const ZERO: i64 = 1_780_308_000;

/// Start and end of the events, in hours: short and long ones, an event within another, an event
/// that begins when another ends, and two events with the same period.
const EVENTS: [(i64, i64); 9] = [
    (10, 14),
    (14, 18),
    (11, 12),
    (0, 400),
    (-8000, 12),
    (10, 14),
    (13, 15),
    (500, 501),
    (-50, -40),
];

/// The events replace those of the sample; their ids and contracts begin here.
const FIRST_EVENT: i64 = 3;
const FIRST_CONTRACT: i64 = 7;

fn events() -> String {
    let count = EVENTS.len();
    let contracts =
        format!("select 1, 'Title', 0, date '2026-01-01', true from generate_series(1, {count})");
    let periods = (FIRST_CONTRACT..)
        .zip(EVENTS)
        .map(|(contract, (start, end))| {
            let [start, end] = [start, end].map(|hour| ZERO + hour * 3600);
            format!("({contract}, to_timestamp({start}), to_timestamp({end}), 'Room', 10)")
        });
    let periods: Vec<_> = periods.collect();
    let contracts = insert(
        "contracts",
        "client_id, event_title, remaining_cents, date, signed",
        &contracts,
    );
    let events = insert(
        "events",
        "contract_id, start_time, end_time, location, attendees",
        &format!("values {}", periods.join(", ")),
    );
    "delete from events;".to_owned() + &contracts + &events
}

/// The ids on all pages.
async fn all_pages(caller: &mut ApiClient, mut request: ListEventsRequest) -> Vec<i64> {
    let mut ids = Vec::new();
    loop {
        let reply = caller.events.list_events(request.clone()).await;
        let reply = reply.expect("a page").into_inner();
        ids.extend(reply.events.iter().map(|event| event.id));
        if reply.next_page_token.is_empty() {
            let total = usize::try_from(reply.total_size).expect("a total");
            assert_eq!(ids.len(), total, "{request:?}");
            ids.sort_unstable();
            return ids;
        }
        request.page_token = reply.next_page_token;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_overlaps_a_period_if_it_starts_before_its_end_and_ends_after_its_start() {
    let server = TestServer::with_sample_records().await;
    server.execute(&events()).await;
    let mut caller = server.login("gestion1").await;
    let hours = [-8001, -8000, -45, 9, 10, 11, 12, 14, 15, 18, 400, 501];
    let mut cases: Vec<_> = hours.iter().map(|&after| (after, None)).collect();
    for before in hours {
        cases.extend(hours.iter().map(|&after| (after, Some(before))));
    }
    for (index, (after, before)) in cases.into_iter().enumerate() {
        let expected: Vec<_> = (FIRST_EVENT..)
            .zip(EVENTS)
            .filter(|(_, (start, end))| *end > after && before.is_none_or(|it| *start < it))
            .map(|(id, _)| id)
            .collect();
        let orders = ["", "start_time desc", "end_time", "location", "id desc"];
        let request = ListEventsRequest {
            // Covers several pages and every order too.
            page_size: [0, 2][index % 2],
            order_by: orders[index % orders.len()].to_owned(),
            end_after: Some(time(ZERO + after * 3600)),
            start_before: before.map(|hour| time(ZERO + hour * 3600)),
            ..ListEventsRequest::default()
        };
        let found = all_pages(&mut caller, request).await;
        assert_eq!(found, expected, "{after} to {before:?}");
    }
    server.shutdown().await;
}
