//! Refreshes after changes by others keep selection, scroll position and input.

use std::time::Duration;

use epic::{
    api::ApiRequest,
    app::{Msg, Timer},
    keys::KeyContext,
    messages::Lang,
    record::{Record, Tab},
};
use epic_events::v1::{Contract, RecordType};

use crate::support::{
    changes::{deleted, page_requests, paid, save, saved},
    records::{KARIM, MARIE, contracts},
    test_client::TestClient,
};

/// The selected record, its row, and the first row on the screen.
fn position(client: &TestClient) -> (i64, Option<usize>, usize) {
    let list = client.model.list();
    (client.model.selected().unwrap().id(), list.row, list.top)
}

#[test]
fn a_refreshed_list_keeps_selection_and_scroll_position() {
    // Keys that set the position, and the row that another collaborator saves.
    let cases = [
        ("", 1),
        ("<down><down>", 2),
        ("<end>", 30),
        ("<end><up><up><up>", 36),
        ("<pgdn><pgdn><up>", 39),
    ];
    for (keys, row) in cases {
        let mut client = TestClient::signed_in(Lang::En, (120, 24), '1');
        client.keys("3").keys(keys);
        let before = position(&client);
        page_requests(&mut client);
        save(&mut client, paid(row));
        assert_eq!(page_requests(&mut client), 0, "the refresh is delayed");
        client.run_timers();
        assert_eq!(page_requests(&mut client), 1, "{keys}");
        assert_eq!(position(&client), before, "{keys}");
        let shown = &client.model.list().records[row];
        assert_eq!(shown, &Record::Contract(paid(row)), "{keys}");
        let open = client.model.selected().unwrap();
        assert_eq!(open, &client.model.list().records[before.1.unwrap()]);
    }
}

#[test]
fn the_open_record_is_refreshed() {
    for (size, keys) in [((120, 24), "3<down>"), ((80, 24), "3<down><enter>")] {
        let mut client = TestClient::signed_in(Lang::En, size, '1');
        client.keys(keys);
        assert!(client.screen().contains("50 % paid"), "{}", client.screen());
        save(&mut client, paid(1));
        client.run_timers();
        assert!(
            client.screen().contains("100 % paid"),
            "{}",
            client.screen()
        );
    }
}

#[test]
fn new_records_at_the_top_do_not_move_the_rows_of_a_scrolled_list() {
    let new = || Contract {
        id: 2_000,
        ..paid(0)
    };
    // Keys, and the number of rows by which the selected record and the visible rows move down.
    let cases = [
        ("", 1, 0),
        ("<down>", 1, 0),
        ("<end>", 1, 1),
        ("<end><home><down>", 1, 0),
    ];
    for (keys, row, top) in cases {
        let mut client = TestClient::signed_in(Lang::En, (120, 24), '1');
        client.keys("3").keys(keys);
        let before = position(&client);
        save(&mut client, new());
        client.run_timers();
        let moved = (before.0, before.1.map(|r| r + row), before.2 + top);
        assert_eq!(position(&client), moved, "{keys}");
        assert_eq!(client.model.list().total, Some((41, false)));
        assert_eq!(client.model.list().count_of(&[]), Some((41, false)));
    }
}

#[test]
fn a_burst_costs_one_refresh_and_a_flow_few() {
    let mut client = TestClient::signed_in(Lang::En, (120, 24), '1');
    client.keys("3");
    page_requests(&mut client);
    let mut delays = Vec::new();
    for _ in 0..3 {
        for id in 0..500 {
            client.send(Msg::Changes(vec![saved(RecordType::Contract, id, "7")]));
        }
        let refreshes = client
            .timers
            .iter()
            .filter(|(_, timer)| *timer == Timer::Refresh);
        delays.extend(refreshes.map(|(delay, _)| *delay));
        client.run_timers();
        assert_eq!(page_requests(&mut client), 1);
    }
    // The first refresh follows the short delay. The clock does not advance, so each later one
    // waits for the minimum interval.
    assert_eq!(delays.len(), 3);
    assert!(delays[0] <= Duration::from_millis(300));
    assert!(delays[1] > delays[0] && delays[1] < Duration::from_secs(1));
}

#[test]
fn a_refresh_ends_before_the_next_one() {
    let mut client = TestClient::signed_in(Lang::En, (120, 24), '1');
    client.keys("3");
    client.requests.clear();
    save(&mut client, paid(2));
    client.holds_responses = true;
    client.run_timers();
    save(&mut client, paid(3));
    client.run_timers();
    assert_eq!(page_requests(&mut client), 1, "the first refresh continues");
    client.answer_in_reverse();
    client.run_timers();
    assert_eq!(page_requests(&mut client), 1);
    assert_eq!(client.model.list().records[3], Record::Contract(paid(3)));
}

#[test]
fn the_screen_does_not_change_during_a_refresh() {
    let mut client = TestClient::signed_in(Lang::En, (120, 24), '1');
    client.keys("3<down>");
    let before = client.screen();
    client.holds_responses = true;
    save(&mut client, paid(2));
    client.run_timers();
    let later = client
        .model
        .now
        .checked_add(Duration::from_secs(3))
        .unwrap();
    client.send(Msg::Clock(later));
    assert_eq!(client.screen(), before);
    assert!(client.model.tick().is_none(), "there is no spinner");
}

#[test]
fn the_users_own_save_causes_no_refresh() {
    let mut client = TestClient::signed_in(Lang::En, (120, 24), '1');
    client.keys("4alop<enter>");
    let event = client.model.selected().unwrap();
    let change = saved(RecordType::Event, event.id(), event.etag());
    client.timers.clear();
    client.send(Msg::Changes(vec![change]));
    assert!(client.timers.is_empty());
}

#[test]
fn a_record_that_leaves_the_list_stays_selected_until_the_selection_moves() {
    let mut client = TestClient::signed_in(Lang::En, (120, 24), '1');
    client.keys("3f<down><enter><down><down>");
    let list = client.model.list();
    let (row, next) = (list.row.unwrap(), list.records[list.row.unwrap() + 1].id());
    let id = client.model.selected().unwrap().id();
    let at = contracts().iter().position(|c| c.id == id).unwrap();
    save(&mut client, paid(at));
    client.run_timers();
    assert_eq!(client.model.selected(), Some(&Record::Contract(paid(at))));
    assert_eq!(client.model.list().row, Some(row), "it is signed now");
    assert!(client.screen().contains("no longer in this list"));
    assert!(client.screen().contains(" – of 19"), "{}", client.screen());
    client.keys("<down>");
    assert_eq!(position(&client), (next, Some(row), 0));
}

#[test]
fn the_neighbour_of_a_deleted_record_is_selected() {
    for size in [(120, 24), (80, 24)] {
        let mut client = TestClient::signed_in(Lang::En, size, '1');
        client.keys("1<down><enter>");
        assert_eq!(client.model.selected().unwrap().id(), KARIM);
        client.server.deleted.push((Tab::Collaborators, KARIM));
        client.send(Msg::Changes(vec![deleted()]));
        assert!(
            client
                .screen()
                .contains("Sofia Rossi has deleted “Karim Benali”.")
        );
        assert!(!client.model.opened);
        assert_eq!(client.model.selected().unwrap().id(), MARIE);
        client.run_timers();
        assert_eq!(position(&client), (MARIE, Some(1), 0));
        assert_eq!(client.model.list().total, Some((5, false)));
    }
}

#[test]
fn a_refresh_does_not_disturb_a_search() {
    let mut client = TestClient::signed_in(Lang::En, (120, 24), '1');
    client.keys("3/mar");
    client.requests.clear();
    client.timers.clear();
    save(&mut client, paid(1));
    client.run_timers();
    let queries = client.requests.iter().filter_map(|request| match request {
        ApiRequest::ListContracts(r) if r.page_size > 1 => Some(r.query.as_str()),
        _ => None,
    });
    assert_eq!(
        queries.collect::<Vec<_>>(),
        [""],
        "the typed text is not searched yet"
    );
    client.keys("i");
    client.run_timers();
    assert_eq!(client.model.key_context(), KeyContext::Search);
    assert_eq!(client.model.list().search.value(), "mari");
    assert_eq!(client.model.list().total, Some((10, false)));
}
