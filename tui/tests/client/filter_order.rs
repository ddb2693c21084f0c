//! The order and the selection of a list whose filters change.

use epic::{
    app::Msg,
    messages::Lang,
    record::{Record, Tab},
};
use epic_events::{v1::Event, value::wire_time};
use jiff::SignedDuration;

use crate::support::{
    records::events,
    test_client::{TestClient, now},
};

/// The events tab of a client whose server has an event a day: 300 that have ended and 40 that have not.
fn client(size: (u16, u16)) -> TestClient {
    let mut client = TestClient::signed_in(Lang::En, size, '1');
    client.server.sorts_events = true;
    client.server.added_events = (-300..40)
        .map(|day| {
            let start = now().timestamp() + SignedDuration::from_hours(24 * day + 1);
            Event {
                id: 2_000 + day,
                start_time: Some(wire_time(start)),
                end_time: Some(wire_time(start + SignedDuration::from_hours(2))),
                ..events().remove(0)
            }
        })
        .collect();
    client.keys("4");
    client
}

/// The selected record, and its line on the screen.
fn selected(client: &TestClient) -> (i64, usize) {
    let screen = client.screen();
    let line = screen.lines().position(|line| line.starts_with("\"▌"));
    let id = client.model.selected().map(Record::id).unwrap();
    (id, line.unwrap_or_else(|| panic!("{screen}")))
}

fn is_descending(client: &TestClient) -> bool {
    client.model.list().criteria.order.descending
}

#[test]
fn removing_a_filter_keeps_order_selection_and_line() {
    // By the menu with Enter on "All", with Space on "Upcoming", and after several keys.
    for keys in ["f<up><enter>", "f <enter>", "f<home><enter>"] {
        for before in ["", "<down><down>", "<pgdn>", "<end>"] {
            let mut client = client((120, 30));
            client.keys(before);
            let seen = selected(&client);
            assert!(!is_descending(&client));
            client.requests.clear();
            client.keys(keys);
            assert!(client.model.list().criteria.filters.is_empty());
            assert!(!is_descending(&client), "{keys}");
            // Its line is the same, or as far down as there is room for some of the past. A rule between
            // months may take a line.
            let rows = epic::layout::areas((120, 30)).unwrap().rows;
            let line = seen.1.max(usize::from(rows.y + rows.height / 4));
            let shown = selected(&client);
            assert_eq!(shown.0, seen.0, "{keys} {before}");
            let is_there = shown.1 == line || shown.1 + 1 == line;
            assert!(is_there, "{line} {keys} {before}\n{}", client.screen());
            assert!(client.screen().contains("Starts ↑"), "{}", client.screen());
            // The past was not read to find the record.
            let pages = client.requests.len();
            assert!(pages <= 2 + 3, "{pages}");
            // Above it are the past events, and back to the filter it stays too.
            let list = client.model.list();
            let above = list.records[..list.row.unwrap()].last().map(Record::id);
            assert!(above.is_some(), "{before}");
            client.keys("f<down><enter>");
            assert_eq!(selected(&client).0, seen.0, "{keys} {before}");
        }
    }
}

/// All past events are reached by scrolling up.
#[test]
fn the_past_is_above_what_is_upcoming() {
    let mut client = client((120, 30));
    client.keys("f<up><enter>");
    for _ in 0..30 {
        client.keys("<pgup>");
        client.send(Msg::Clock(client.model.now.clone()));
    }
    let list = client.model.list();
    assert_eq!(list.row, Some(0));
    assert_eq!(client.model.selected().map(Record::id), Some(1_700));
}

/// What was not on the screen begins in its usual order: a search, a link, a tab that opens.
#[test]
fn other_lists_begin_in_their_usual_order() {
    let mut client = client((120, 30));
    client.keys("f<up><enter>");
    assert!(!is_descending(&client));
    client.keys("2<down>ge");
    assert_eq!(client.model.tab, Tab::Events);
    assert!(is_descending(&client));
    // The filter begins with the next event.
    client.keys("f<down><enter>");
    assert!(!is_descending(&client));
}

#[test]
fn an_order_that_the_user_has_chosen_stays_under_every_filter() {
    let mut client = client((120, 30));
    client.keys("s<home><enter>");
    let order = client.model.list().criteria.order;
    for keys in [
        "f<up><enter>",
        "f<down><enter>",
        "f <enter>",
        "f<end><enter>",
    ] {
        client.keys(keys);
        assert_eq!(client.model.list().criteria.order, order, "{keys}");
    }
}

/// "All" includes the past until something else is chosen, by the menu or by a click; without it, other filters
/// are those of what is upcoming.
#[test]
fn all_includes_the_past_under_other_filters_too() {
    let cases: [(&str, &[&str]); 6] = [
        ("f<end><enter>", &["filter-upcoming", "filter-no-support"]),
        ("f<home><enter>f<end><enter>", &["filter-no-support"]),
        (
            "f<home><enter>/g<enter><esc>f<end><enter>",
            &["filter-no-support"],
        ),
        ("f <enter>f<end><enter>", &["filter-no-support"]),
        (
            "f<home><enter>f<down><enter>f<end><enter>",
            &["filter-upcoming", "filter-no-support"],
        ),
        (
            "f<home><enter><esc>f<end><enter>",
            &["filter-upcoming", "filter-no-support"],
        ),
    ];
    for (keys, expected) in cases {
        let mut client = client((120, 30));
        client.keys(keys);
        let filters = client.model.list().criteria.filters.iter();
        let filters: Vec<_> = filters.map(|it| it.label).collect();
        assert_eq!(filters, expected, "{keys}");
        // The number beside the filter is that of the list.
        let shown = client
            .model
            .list()
            .count_of(&client.model.list().criteria.filters);
        assert_eq!(shown, client.model.list().total, "{keys}");
    }
}

/// The next event stays in sight, and is selected where the selected one is not in the list.
#[test]
fn a_filter_of_all_events_is_read_around_the_next_one() {
    let mut client = client((120, 30));
    client.keys("<down>f<home><enter>");
    let seen = selected(&client);
    client.keys("f<end><enter>");
    assert_eq!(selected(&client).0, seen.0);
    client.keys("f<home><enter>");
    let id = client.model.selected().unwrap().id();
    for event in &mut client.server.added_events {
        event.support_id = (event.id == id || event.id == id + 1).then_some(3);
    }
    client.keys("f<end><enter>");
    let next = client.model.selected().unwrap();
    let Record::Event(next) = next else {
        panic!("{next:?}");
    };
    let start = epic_events::value::time(next.start_time.as_ref()).unwrap();
    let days = start.duration_since(now().timestamp()).as_hours() / 24;
    assert!((0..=4).contains(&days), "{days}");
}
