//! The end of a list, which is loaded without the pages before it.

use epic::{
    api::{ApiRequest, RequestError},
    app::Msg,
    messages::Lang,
    record::{Record, Tab},
};
use epic_events::{
    api_error::ApiError,
    reason::Reason,
    v1::{Client, RecordType},
};

use crate::support::{changes::saved, records::clients, test_client::TestClient};

/// The number of clients in the list, of which the first page has 200.
const COUNT: i64 = 450;

/// A client with a list of several pages.
fn client(lang: Lang) -> TestClient {
    let mut client = TestClient::new(lang, (120, 24));
    let added = (150..COUNT).map(|id| {
        Record::Client(Client {
            id,
            name: format!("Client {id}"),
            ..clients().swap_remove(149)
        })
    });
    client.server.saved = added.collect();
    client.keys("<f1><enter>");
    assert_eq!(client.model.tab, Tab::Clients);
    client.requests.clear();
    client
}

fn selected(client: &TestClient) -> i64 {
    client.model.selected().unwrap().id()
}

/// Asserts that the mark of the selection stands before the name of the selected record.
fn assert_selection_is_drawn(client: &TestClient) {
    let screen = client.screen();
    let marked = screen.lines().find(|line| line.contains('▌'));
    let marked = marked.unwrap_or_else(|| panic!("no selection: {screen}"));
    let name = client.model.selected().unwrap().name();
    let name: String = name.chars().take(12).collect();
    assert!(marked.contains(&name), "{name}: {screen}");
}

/// The orders of the pages that were requested since the last call.
fn orders(client: &mut TestClient) -> Vec<String> {
    let requests = std::mem::take(&mut client.requests);
    let pages = requests.into_iter().filter_map(|request| match request {
        ApiRequest::ListClients(r) if r.page_size > 1 => Some(r.order_by),
        _ => None,
    });
    pages.collect()
}

#[test]
fn the_end_is_loaded_by_the_reversed_order() {
    for key in ["G", "<end>"] {
        let mut client = client(Lang::En);
        client.keys(key);
        assert_eq!(orders(&mut client), ["name desc"], "{key}");
        assert_eq!(selected(&client), 449, "{key}");
        let screen = client.screen();
        assert!(screen.contains(" 450 of 450"), "{screen}");
        // Up to the first record, over the pages that were not loaded.
        for id in (0..449).rev() {
            client.keys("<up>");
            assert_eq!(selected(&client), id, "{key}");
            assert_selection_is_drawn(&client);
            let position = format!(" {} of 450", id + 1);
            assert!(client.screen().contains(&position), "{position}");
        }
        assert_eq!(orders(&mut client), ["name desc"; 4], "{key}");
        let ids: Vec<_> = client.model.list().records.iter().map(Record::id).collect();
        assert_eq!(ids, (0..450).collect::<Vec<_>>());
        client.keys("<up><home><end>gg");
        assert_eq!(selected(&client), 0);
        assert!(orders(&mut client).is_empty(), "all records are loaded");
    }
}

#[test]
fn the_start_is_loaded_again_from_the_end() {
    for key in ["<home>", "gg"] {
        let mut client = client(Lang::En);
        client.keys("<down><end><up>");
        assert_eq!(selected(&client), 448);
        client.keys(key);
        assert_eq!(orders(&mut client), ["name desc", "name"], "{key}");
        assert_eq!((selected(&client), client.model.list().top), (0, 0));
        client.keys("<down>");
        assert_eq!(selected(&client), 1, "{key}");
        assert!(client.screen().contains(" 2 of 450"));
    }
}

#[test]
fn the_end_of_a_list_of_unknown_length_has_no_number() {
    let cases = [
        (Lang::En, [" end of 100+", " end − 2 of 100+", " 1 of 450"]),
        (
            Lang::Fr,
            [" fin sur 100+", " fin − 2 sur 100+", " 1 sur 450"],
        ),
    ];
    for (lang, [end, before, first]) in cases {
        let mut client = client(lang);
        client.server.count_limit = Some(100);
        client.keys("r<end>");
        assert!(client.screen().contains(end), "{}", client.screen());
        client.keys("<up><up>");
        assert!(client.screen().contains(before), "{}", client.screen());
        client.server.count_limit = None;
        client.keys("r<home>");
        assert_eq!(selected(&client), 0);
        assert!(client.screen().contains(first), "{}", client.screen());
    }
}

/// Until the end arrives, keys act on what is displayed; the way back to the top replaces the request.
#[test]
fn the_selection_stays_until_the_end_is_loaded() {
    let mut client = client(Lang::En);
    client.keys("<down><down>");
    client.holds_responses = true;
    client.keys("<end>GG");
    assert_eq!(orders(&mut client), ["name desc"], "one request");
    assert_eq!(selected(&client), 2);
    client.keys("<home>");
    client.answer_in_reverse();
    assert_eq!(selected(&client), 0);
    client.keys("<down>");
    assert_eq!(selected(&client), 1);
}

/// A list that is loaded from its end as a whole, because it has fewer records than a page.
#[test]
fn the_marked_row_is_the_selected_record_in_a_list_of_any_length() {
    for count in [1, 20, 49, 50, 51, 70, 93, 99, 100, 101, 149] {
        let mut client = TestClient::new(Lang::En, (120, 24));
        client.server.clients_max = Some(count);
        client.keys("<f1><enter>");
        for key in [
            "<end>", "<home>", "<down>", "<pgdn>", "<end>", "r", "<pgup>", "<pgup>", "<home>",
        ] {
            client.keys(key);
            assert_selection_is_drawn(&client);
        }
    }
}

/// A key that arrives before the records on the other side moves from there.
#[test]
fn the_selection_moves_from_the_end_while_it_is_loaded() {
    for (keys, expected) in [
        ("G<up>", 448),
        ("G<up><up><down>", 448),
        ("<end><pgup>", 431),
        ("G<down>", 449),
        ("G<home><down>", 1),
    ] {
        let mut client = client(Lang::En);
        client.holds_responses = true;
        client.keys(keys);
        client.answer_in_order();
        assert_eq!(selected(&client), expected, "{keys}");
        assert_selection_is_drawn(&client);
    }
}

#[test]
fn a_list_whose_end_cannot_be_loaded_continues_from_its_start() {
    let mut client = client(Lang::En);
    client.holds_responses = true;
    client.keys("<end>");
    let (id, _) = client
        .release(|it| matches!(it, ApiRequest::ListClients(_)))
        .unwrap();
    client.holds_responses = false;
    let result = Err(RequestError::Api(ApiError::new(Reason::Busy)));
    client.send(Msg::Response { id, result });
    assert_eq!(selected(&client), 0);
    orders(&mut client);
    for _ in 0..30 {
        client.keys("<pgdn>");
    }
    assert_eq!(selected(&client), 449);
    assert_eq!(orders(&mut client), ["name"; 2]);
    assert_eq!(client.model.list().records.len(), 450);
}

/// Refreshes and reloads continue at the end, on the same record.
#[test]
fn a_list_that_shows_its_end_is_refreshed_there() {
    let mut client = client(Lang::En);
    client.keys("<end><up><up><up>");
    let list = client.model.list();
    let line = list.row.unwrap() - list.top;
    orders(&mut client);
    let renamed = Client {
        name: "Renamed".to_owned(),
        etag: "2".to_owned(),
        id: 447,
        ..clients().swap_remove(147)
    };
    client.server.saved.push(Record::Client(renamed));
    client.send(Msg::Changes(vec![saved(RecordType::Client, 447, "2")]));
    client.run_timers();
    assert_eq!(orders(&mut client), ["name desc"]);
    assert!(client.screen().contains("Renamed"), "{}", client.screen());
    let list = client.model.list();
    assert_eq!(selected(&client), 446);
    assert_eq!(list.row.unwrap() - list.top, line);
    assert!(client.screen().contains(" 447 of 450"));
    client.keys("r");
    assert_eq!(orders(&mut client), ["name desc"]);
    assert_eq!(selected(&client), 446);
    assert!(client.screen().contains(" 447 of 450"));
    // Another order is another list.
    client.keys("s<down><enter>");
    assert_eq!(client.model.list().row, Some(0));
    assert!(client.screen().contains(" 1 of 450"));
}

#[test]
fn a_list_at_its_end_fills_a_window_that_has_grown() {
    let mut client = client(Lang::En);
    client.keys("G");
    let full = client.screen();
    client.send(Msg::Resize(60, 16));
    client.send(Msg::Resize(5, 3));
    client.send(Msg::Resize(120, 24));
    assert_eq!(client.screen(), full);
    client.keys("kkk");
    client.send(Msg::Resize(120, 40));
    let list = client.model.list();
    assert!(list.records.len() - list.top > 30, "{}", client.screen());
}
