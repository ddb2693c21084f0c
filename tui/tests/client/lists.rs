//! Lists of the tabs: selection, pages, search, links.

use std::time::Duration;

use epic::{
    api::ApiRequest,
    app::{Msg, Timer},
    messages::Lang,
    record::{Record, Tab},
};

use crate::support::{
    records::contracts,
    test_client::{TestClient, popup_text, signed_in},
};

#[test]
fn the_selection_follows_the_record() {
    let mut client = signed_in('1');
    client.keys("2<down><down><down>");
    let id = client.model.selected().unwrap().id();
    client.keys("r");
    assert_eq!(client.model.selected().unwrap().id(), id);
    client.keys("/client 1");
    client.run_timers();
    assert_ne!(
        client.model.selected().unwrap().id(),
        id,
        "the record does not match"
    );
}

#[test]
fn sorting_goes_to_the_top_and_begins_with_the_largest_amount() {
    let mut client = signed_in('1');
    client.keys("3<down><down>s<down><enter>");
    let order = client.model.list().criteria.order;
    assert_eq!((order.column, order.descending), ("total_cents", true));
    assert_eq!(
        (client.model.list().row, client.model.list().top),
        (Some(0), 0)
    );
    client.keys("<down>s<enter>");
    assert!(!client.model.list().criteria.order.descending);
    assert_eq!(client.model.list().row, Some(0));
    // Names begin with A.
    client.keys("2s<down><enter>");
    assert!(!client.model.list().criteria.order.descending);
}

#[test]
fn events_open_with_the_next_and_a_search_reads_all() {
    let mut client = signed_in('1');
    let state = |client: &TestClient| {
        let criteria = &client.model.list().criteria;
        let filters = criteria.filters.iter().map(|it| it.label);
        (filters.collect::<Vec<_>>(), criteria.order.descending)
    };
    let opening = (vec!["filter-upcoming"], false);
    client.keys("4");
    assert_eq!(state(&client), opening);
    assert!(!client.screen().contains("Esc"), "{}", client.screen());

    client.keys("/gala");
    client.run_timers();
    assert_eq!(state(&client), (vec![], true));
    client.keys("<esc>");
    assert_eq!(state(&client), opening);

    // A filter that the user has chosen stays during a search, and after it.
    client.keys("f<down><enter>");
    let chosen = state(&client);
    assert_ne!(chosen, opening);
    client.keys("/gala");
    client.run_timers();
    assert_eq!(state(&client), chosen);
    client.keys("<esc>");
    assert_eq!(state(&client), chosen);
    client.keys("<esc>");
    assert_eq!(state(&client), opening);
}

/// What waits for a support is ahead, the next event first.
#[test]
fn events_without_support_are_those_that_have_not_ended() {
    let mut client = signed_in('1');
    client.keys("4f<down><enter>");
    let criteria = &client.model.list().criteria;
    let filters: Vec<_> = criteria.filters.iter().map(|it| it.label).collect();
    assert_eq!(filters, ["filter-upcoming", "filter-no-support"]);
    assert!(!criteria.order.descending);
    // The number beside the filter is that of the list.
    let counted = client.requests.iter().filter_map(|it| match it {
        ApiRequest::ListEvents(list) if list.no_support => Some(list.end_after),
        _ => None,
    });
    let counted: Vec<_> = counted.collect();
    assert!(!counted.is_empty());
    // From the whole minute on, so that all clients ask for the same list.
    let is_whole = |end: &Option<prost_types::Timestamp>| {
        end.is_some_and(|it| it.seconds % 60 == 0 && it.nanos == 0)
    };
    assert!(counted.iter().all(is_whole), "{counted:?}");
}

#[test]
fn an_empty_list_says_what_helps() {
    // The role, keys, and what the list says.
    let more = "n  adds the first one";
    let all = "Esc  ends the search";
    let cases = [
        ('1', "2<end>gt", ["has no contract yet.", more]),
        (
            '3',
            "2<end>gt",
            ["has no contract yet.", "Only gestion can add a contract."],
        ),
        ('2', "2<end>ge", ["has no event yet.", more]),
        ('1', "2/zzz<enter>", ["“zzz”", all]),
    ];
    for (account, keys, expected) in cases {
        let mut client = signed_in(account);
        client.keys(keys);
        client.run_timers();
        let screen = client.screen();
        for text in expected {
            assert!(screen.contains(text), "{account} {keys} {text}:\n{screen}");
        }
    }
}

/// What hides a new record is removed, and nothing else.
#[test]
fn a_new_record_keeps_the_filters_that_it_matches() {
    let client_keys = "nDupont<tab>Dupont<tab>d@e.fr<tab>0612345678<ctrl-s>";
    let cases: [(&str, &[&str]); 4] = [
        ("2f<end><enter>", &["filter-mine"]),
        ("2f<down><enter>", &[]),
        ("2f<down> <down> <enter>", &["filter-mine"]),
        ("2f<end><enter>/cli<enter>", &["filter-mine"]),
    ];
    for (keys, expected) in cases {
        let mut client = signed_in('2');
        client.keys(keys);
        client.run_timers();
        client.keys(client_keys);
        let list = client.model.list();
        let filters: Vec<_> = list.criteria.filters.iter().map(|it| it.label).collect();
        assert_eq!(filters, expected, "{keys}");
        assert_eq!(list.search.value(), "", "{keys}");
        assert_eq!(list.selected.as_ref().map(Record::id), Some(99), "{keys}");
    }
}

#[test]
fn a_message_goes_after_a_few_seconds() {
    let mut client = signed_in('3');
    client.keys("2n");
    assert!(client.model.status.is_some());
    let timer = client.timers.iter().find_map(|(after, timer)| match timer {
        Timer::Status(_) => Some((*after, *timer)),
        _ => None,
    });
    let (after, timer) = timer.unwrap();
    assert_eq!(after, Duration::from_secs(6));
    // A later message has its own time.
    client.keys("n");
    client.send(Msg::Timer(timer));
    assert!(client.model.status.is_some());
    let timer = client.timers.last().unwrap().1;
    client.send(Msg::Timer(timer));
    assert!(client.model.status.is_none());
}

/// Keys that follow a search at once must not act on the record that was selected before it.
#[test]
fn an_action_does_not_act_on_the_record_before_a_search_or_filter() {
    let actions = ["a", "e", "d", "w", "v", "g", "o", "<enter>"];
    for change in ["/karim<enter>", "fj<enter>"] {
        for action in actions {
            let mut client = signed_in('1');
            client.keys("1<down><down>");
            client.holds_responses = true;
            client.keys(change);
            client.keys(action);
            assert!(client.model.overlays.front().is_none(), "{change} {action}");
            let status = client.model.status.as_ref().map(|it| it.text.as_str());
            assert_eq!(
                status,
                Some("The list is being loaded. Press the key again."),
                "{action}"
            );
            client.run_timers();
            client.keys(action);
            assert!(client.model.overlays.front().is_none(), "{change} {action}");
            client.answer_in_reverse();
            client.keys("v");
            assert!(client.model.overlays.front().is_some(), "{change}");
        }
    }
}

#[test]
fn scrolling_loads_pages_until_the_end() {
    let mut client = signed_in('1');
    assert_eq!(client.model.list().tab, Tab::Clients);
    for _ in 0..12 {
        client.keys("<pgdn>");
    }
    assert_eq!(client.model.list().records.len(), 150);
    assert_eq!(client.model.list().row, Some(149));
    let pages = client.requests.len();
    client.keys("<pgdn><end>");
    assert_eq!(
        client.requests.len(),
        pages,
        "no request after the last page"
    );
}

#[test]
fn the_response_to_a_replaced_request_is_dropped() {
    let mut client = signed_in('1');
    client.holds_responses = true;
    client.keys("2/zoé");
    client.run_timers();
    client.keys("<esc>/ana");
    client.run_timers();
    client.answer_in_reverse();
    let names: Vec<_> = client
        .model
        .list()
        .records
        .iter()
        .map(|r| r.name().to_owned())
        .collect();
    assert_eq!(names, ["Ana García"]);
}

#[test]
fn opening_a_link_selects_the_record() {
    let mut client = signed_in('1');
    client.keys("3");
    let contract = client.model.selected().unwrap().id();
    client.keys("ge");
    assert_eq!(client.model.tab, Tab::Events);
    assert_eq!(client.model.selected().unwrap().id(), 500);
    client.keys("g<enter>");
    assert_eq!(client.model.tab, Tab::Contracts);
    assert_eq!(client.model.selected().unwrap().id(), contract);
    client.keys("<down>gg");
    assert_eq!(client.model.list().row, Some(0));
}

/// Checks every size, including the narrowest screen.
#[test]
fn a_list_shows_amounts_in_full() {
    for (lang, amount) in [
        (Lang::En, "12,345,678.90"),
        (Lang::Fr, "12\u{202f}345\u{202f}678,90"),
    ] {
        for width in [60, 80, 120, 160, 200] {
            let mut client = TestClient::signed_in(lang, (width, 30), '1');
            let mut contract = contracts().swap_remove(0);
            contract.total_cents = 1_234_567_890;
            contract.remaining_cents = 1_234_567_890;
            client.server.saved = vec![Record::Contract(contract)];
            client.keys("3");
            let screen = client.screen();
            assert!(screen.contains(amount), "{lang:?} at {width}:\n{screen}");
            assert!(!screen.contains("12,345,6…") && !screen.contains("678,9…"));
        }
    }
}

/// Covers a pick-list and the palette while the replies to the typed text are pending.
#[test]
fn rows_of_a_former_text_cannot_be_chosen_under_a_new_one() {
    for open in ["3<ctrl-p>", "3n<enter>"] {
        let mut client = signed_in('1');
        client.keys(open).keys("chloé");
        client.run_timers();
        let popup = |client: &TestClient| popup_text(client);
        assert!(popup(&client).contains("Chloé Dupont"), "{open}");
        let context = client.model.key_context();
        client.keys("<ctrl-u>garcía<enter>");
        assert!(popup(&client).contains("Loading…"), "{}", popup(&client));
        assert_eq!(client.model.key_context(), context, "{open}");
        // The text of the rows is typed again, and then a new text, whose replies are pending.
        client.keys("<ctrl-u>chloé");
        client.run_timers();
        client.holds_responses = true;
        client.keys(" dupont");
        client.run_timers();
        client.keys("<ctrl-u>garcía");
        client.answer_in_reverse();
        client.keys("<enter>");
        assert!(!popup(&client).contains("Chloé"), "{}", popup(&client));
        client.run_timers();
        assert!(popup(&client).contains("Ana García"), "{open}");
        client.keys("<enter>");
        assert_ne!(client.model.key_context(), context, "{open}");
        assert!(client.screen().contains("Ana García"), "{open}");
    }
}

/// The rows of a tab that answers late would appear above others, under the selection.
#[test]
fn the_palette_shows_records_when_all_tabs_have_answered() {
    let mut client = signed_in('1');
    client.keys("1<ctrl-p>mariage");
    client.holds_responses = true;
    client.run_timers();
    let (id, request) = client
        .release(|it| matches!(it, ApiRequest::ListContracts(_)))
        .unwrap();
    let result = client.answer(&request);
    client.send(Msg::Response { id, result });
    assert!(popup_text(&client).contains("Loading…"));
    client.keys("<enter>");
    client.answer_in_reverse();
    assert!(popup_text(&client).contains("▌ Mariage Dupont"));
    // Another space sends no request.
    client.keys(" ");
    client.requests.clear();
    client.run_timers();
    assert!(client.requests.is_empty());
    assert!(popup_text(&client).contains("▌ Mariage Dupont"));
}

#[test]
fn bars_stand_for_the_rows_of_a_list_that_loads_slowly() {
    let mut client = signed_in('1');
    client.holds_responses = true;
    client.keys("3");
    let bars = |client: &TestClient| client.screen().matches("▁▁▁▁  ▁▁▁▁").count();
    let later = &client.model.now + jiff::SignedDuration::from_millis(149);
    client.send(Msg::Clock(later));
    assert_eq!(bars(&client), 0, "{}", client.screen());
    let later = &client.model.now + jiff::SignedDuration::from_millis(1);
    client.send(Msg::Clock(later));
    let screen = client.screen();
    assert_eq!(
        screen.lines().filter(|it| it.contains("▁▁▁▁")).count(),
        6,
        "{screen}"
    );
    client.answer_in_reverse();
    let screen = client.screen();
    assert!(!screen.contains('▁'), "{screen}");
}
