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
