//! The history of a record.

use epic::{
    api::{ApiRequest, Change, ChangeEvent, RequestError},
    app::{
        Msg,
        overlay::{Overlay, history::History},
    },
    keys::KeyContext,
    messages::Lang,
    record::Tab,
};
use epic_events::{
    api_error::ApiError,
    reason::Reason,
    v1::{ChangeKind, FieldChange, HistoryEntry, RecordType},
    value::wire_time,
};
use jiff::Timestamp;

use crate::support::test_client::TestClient;

fn change(field: &str, old: &str, new: &str) -> FieldChange {
    let value = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    FieldChange {
        field: field.to_owned(),
        old: value(old),
        new: value(new),
        ..FieldChange::default()
    }
}

/// A change of a contract by Alice at this time.
fn entry(id: i64, time: &str, kind: ChangeKind, changes: Vec<FieldChange>) -> HistoryEntry {
    HistoryEntry {
        id,
        time: Some(wire_time(time.parse::<Timestamp>().unwrap())),
        actor_id: Some(1),
        actor_name: "Alice Martin".to_owned(),
        kind: kind.into(),
        record: RecordType::Contract.into(),
        record_id: 1_042,
        changes,
        ..HistoryEntry::default()
    }
}

/// The history of a contract, the latest entry first.
pub(crate) fn contract() -> Vec<HistoryEntry> {
    use ChangeKind::{Changed, Created};

    let title = "Gala de la Croix-Rouge française et de tous ses amis de longue date, réunis";
    let client_change = FieldChange {
        old_name: "Chloé Dupont".to_owned(),
        new_name: "Jean-Baptiste de la Fontaine-Saint-Germain".to_owned(),
        ..change("client_id", "0", "1")
    };
    let initial_values = vec![
        FieldChange {
            new_name: "Chloé Dupont".to_owned(),
            ..change("client_id", "", "0")
        },
        change("event_title", "", "Mariage Dupont"),
        change("total_cents", "", "820000"),
        change("remaining_cents", "", "410000"),
        change("date", "", "2026-03-12"),
        change("signed", "", "false"),
    ];
    vec![
        entry(
            9,
            "2026-09-07T07:05:00Z",
            Changed,
            vec![change("signed", "false", "true")],
        ),
        entry(
            7,
            "2026-09-06T14:20:00Z",
            Changed,
            vec![change("remaining_cents", "410000", "0")],
        ),
        entry(
            5,
            "2026-09-01T08:00:00Z",
            Changed,
            vec![change("total_cents", "820000", "900000"), client_change],
        ),
        HistoryEntry {
            actor_id: Some(6),
            actor_name: "Sofia Rossi".to_owned(),
            ..entry(
                4,
                "2026-08-12T14:20:00Z",
                Changed,
                vec![change("event_title", "Mariage Dupont", title)],
            )
        },
        entry(3, "2026-03-12T15:20:00Z", Created, initial_values),
    ]
}

/// `count` changes of an amount.
fn many(count: i64) -> Vec<HistoryEntry> {
    let at = |id: i64| {
        let changes = vec![change("remaining_cents", "100", &id.to_string())];
        entry(id, "2026-09-06T14:20:00Z", ChangeKind::Changed, changes)
    };
    (1..=count).rev().map(at).collect()
}

fn open(entries: Vec<HistoryEntry>) -> TestClient {
    let mut client = TestClient::signed_in(Lang::En, (80, 24), '1');
    client.server.history = entries;
    client.keys("3<down>v");
    client
}

fn history(client: &TestClient) -> &History {
    match client.model.overlays.front() {
        Some(Overlay::History(history)) => history,
        _ => panic!("no history"),
    }
}

#[test]
fn entries_are_sentences() {
    let client = open(contract());
    let requested = client.requests.iter().find_map(|request| match request {
        ApiRequest::ListHistory(request) => Some((request.record(), request.record_id)),
        _ => None,
    });
    assert_eq!(requested, Some((RecordType::Contract, Some(1_042))));
    let expected = "yesterday 16:20      Alice Martin changed Due from 4,100.00 € to 0.00 €";
    assert!(client.screen().contains(expected), "{}", client.screen());
}

#[test]
fn scrolling_loads_pages_until_the_end() {
    let mut client = open(many(120));
    assert_eq!(history(&client).entries().len(), 50);
    for _ in 0..200 {
        let selected = history(&client).selected_index();
        client.keys("<down>");
        let amount = format!(
            "to {}.{:02} €",
            (120 - selected) / 100,
            (120 - selected) % 100
        );
        assert!(
            client.screen().contains(&amount),
            "{amount}:\n{}",
            client.screen()
        );
    }
    assert_eq!(history(&client).entries().len(), 120);
    assert_eq!(history(&client).selected_index(), 119);
    assert!(client.screen().contains("120 of 120"));
    let pages = client
        .requests
        .iter()
        .filter(|request| matches!(request, ApiRequest::ListHistory(_)));
    assert_eq!(pages.count(), 3);
    client.keys("<home>");
    assert!(client.screen().contains("1 of 120"));
}

#[test]
fn an_entry_is_shown_in_full_and_closed_again() {
    let note = "Accès par la porte nord. ".repeat(80) + "Fin.";
    let changes = vec![change("note", "", &note)];
    let mut entry = entry(1, "2026-09-06T14:20:00Z", ChangeKind::Changed, changes);
    entry.record = RecordType::Event.into();
    let mut client = open(vec![entry]);
    assert!(client.screen().contains('…') && !client.screen().contains("Fin."));
    client.keys("<enter>");
    assert!(!client.screen().contains('…'), "{}", client.screen());
    client.keys("<end>");
    assert!(client.screen().contains("Fin."), "{}", client.screen());
    client.keys("<esc>");
    assert_eq!(client.model.key_context(), KeyContext::History);
    assert!(client.screen().contains('…'));
    client.keys("v");
    assert_eq!(client.model.key_context(), KeyContext::List);
}

#[test]
fn an_empty_history_gives_the_reason() {
    let client = open(Vec::new());
    assert!(client.screen().contains("No changes are recorded yet."));

    let mut client = TestClient::signed_in(Lang::En, (80, 24), '1');
    client.keys("3");
    client.holds_responses = true;
    client.keys("v");
    assert!(client.screen().contains("Loading…"));
    let id = client.last_held_id();
    let result = Err(RequestError::Api(ApiError::new(Reason::Busy)));
    client.send(Msg::Response { id, result });
    assert!(client.screen().contains("The server is overloaded."));

    let mut client = TestClient::signed_in(Lang::En, (80, 24), '1');
    client.keys("3");
    client.server.unavailable = true;
    client.keys("v");
    assert!(client.screen().contains("Loading…"));
    assert!(client.screen().contains("The server does not answer."));
    client.server = crate::support::fake_server::FakeServer {
        history: contract(),
        ..Default::default()
    };
    client.run_timers();
    assert!(client.screen().contains("Alice Martin changed Due"));
}

#[test]
fn new_entries_are_added_above_the_selection() {
    let mut client = open(many(60));
    client.keys("<down>");
    let selected = history(&client).selected_entry().cloned();
    client.server.history = many(62);
    let change_of = |id| {
        ChangeEvent::Change(Change {
            deleted: false,
            record: RecordType::Contract,
            id,
            etag: "2".to_owned(),
            actor: "Alice Martin".to_owned(),
        })
    };
    client.send(Msg::Changes(vec![change_of(1)]));
    client.run_timers();
    assert_eq!(
        history(&client).total(),
        Some((60, false)),
        "another record"
    );
    client.send(Msg::Changes(vec![change_of(1_042)]));
    client.run_timers();
    assert_eq!(history(&client).total(), Some((62, false)));
    assert_eq!(history(&client).entries()[0].id, 62);
    assert_eq!(history(&client).selected_entry().cloned(), selected);
    let ids = history(&client).entries().iter().map(|entry| entry.id);
    assert!(
        ids.is_sorted_by(|a, b| a == &(b + 1)),
        "no entry is missing or duplicated"
    );
    // More new entries than a page.
    client.server.history = many(200);
    client.send(Msg::Changes(vec![ChangeEvent::Reload]));
    client.run_timers();
    assert_eq!(history(&client).entries().len(), 50);
}

#[test]
fn every_kind_of_record_has_a_history() {
    for (key, tab) in [
        ('1', Tab::Collaborators),
        ('2', Tab::Clients),
        ('4', Tab::Events),
    ] {
        let mut client = TestClient::signed_in(Lang::En, (80, 24), '3');
        client.keys(&format!("{key}v"));
        let shown = history(&client).record().0;
        assert_eq!(
            (shown, client.model.key_context()),
            (tab, KeyContext::History)
        );
    }
}

#[test]
fn showing_in_full_needs_an_entry() {
    let offered = |client: &TestClient| {
        let bindings = client.model.footer_bindings();
        bindings
            .iter()
            .any(|binding| binding.label == "key-in-full")
    };
    let mut client = open(contract());
    assert!(offered(&client));
    client.keys("<enter>");
    assert!(!offered(&client), "it is displayed in full already");
    assert!(!offered(&open(Vec::new())));
}
