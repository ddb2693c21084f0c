//! The history of a record, read entry by entry.

use epic::{
    api::ApiRequest,
    app::{
        Msg,
        overlay::{Overlay, history::History},
    },
    client::{Change, ChangeEvent, RequestError},
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

use crate::test_client::TestClient;

fn change(field: &str, old: &str, new: &str) -> FieldChange {
    let value = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    FieldChange {
        field: field.to_owned(),
        old: value(old),
        new: value(new),
        ..FieldChange::default()
    }
}

/// What Alice changed of a contract, at this moment.
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

/// A contract's life, the latest first.
pub(crate) fn contract() -> Vec<HistoryEntry> {
    use ChangeKind::{Changed, Created};

    let title = "Gala de la Croix-Rouge française et de tous ses amis de longue date, réunis";
    let handed_on = FieldChange {
        old_name: "Chloé Dupont".to_owned(),
        new_name: "Jean-Baptiste de la Fontaine-Saint-Germain".to_owned(),
        ..change("client_id", "0", "1")
    };
    let made = vec![
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
            vec![change("total_cents", "820000", "900000"), handed_on],
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
        entry(3, "2026-03-12T15:20:00Z", Created, made),
    ]
}

/// So many changes of an amount.
fn many(count: i64) -> Vec<HistoryEntry> {
    let at = |id: i64| {
        let changes = vec![change("remaining_cents", "100", &id.to_string())];
        entry(id, "2026-09-06T14:20:00Z", ChangeKind::Changed, changes)
    };
    (1..=count).rev().map(at).collect()
}

fn open(entries: Vec<HistoryEntry>) -> TestClient {
    let mut desk = TestClient::signed_in(Lang::En, (80, 24), '1');
    desk.office.history = entries;
    desk.keys("3<down>v");
    desk
}

fn history(desk: &TestClient) -> &History {
    match desk.model.overlays.last() {
        Some(Overlay::History(history)) => history,
        _ => panic!("no history"),
    }
}

#[test]
fn it_reads_as_people_tell_it() {
    let desk = open(contract());
    let asked = desk.calls.iter().find_map(|call| match call {
        ApiRequest::ListHistory(request) => Some((request.record(), request.record_id)),
        _ => None,
    });
    assert_eq!(asked, Some((RecordType::Contract, Some(1_042))));
    let expected = "Alice Martin changed Remaining from 4,100.00 € to 0.00 €, yesterday 16:20";
    assert!(desk.screen().contains(expected), "{}", desk.screen());
}

#[test]
fn it_is_scrolled_to_its_end_page_by_page() {
    let mut desk = open(many(120));
    assert_eq!(history(&desk).entries().len(), 50);
    for _ in 0..200 {
        let selected = history(&desk).position();
        desk.keys("<down>");
        let amount = format!(
            "to {}.{:02} €",
            (120 - selected) / 100,
            (120 - selected) % 100
        );
        assert!(
            desk.screen().contains(&amount),
            "{amount}:\n{}",
            desk.screen()
        );
    }
    assert_eq!(history(&desk).entries().len(), 120);
    assert_eq!(history(&desk).position(), 119);
    assert!(desk.screen().contains("120 / 120"));
    let pages = desk
        .calls
        .iter()
        .filter(|call| matches!(call, ApiRequest::ListHistory(_)));
    assert_eq!(pages.count(), 3);
    desk.keys("<home>");
    assert!(desk.screen().contains("1 / 120"));
}

#[test]
fn an_entry_is_read_in_full_and_left_again() {
    let note = "Accès par la porte nord. ".repeat(80) + "Fin.";
    let changes = vec![change("note", "", &note)];
    let mut entry = entry(1, "2026-09-06T14:20:00Z", ChangeKind::Changed, changes);
    entry.record = RecordType::Event.into();
    let mut desk = open(vec![entry]);
    assert!(desk.screen().contains('…') && !desk.screen().contains("Fin."));
    desk.keys("<enter>");
    assert!(!desk.screen().contains('…'), "{}", desk.screen());
    desk.keys("<end>");
    assert!(desk.screen().contains("Fin."), "{}", desk.screen());
    desk.keys("<esc>");
    assert_eq!(desk.model.key_context(), KeyContext::History);
    assert!(desk.screen().contains('…'));
    desk.keys("v");
    assert_eq!(desk.model.key_context(), KeyContext::List);
}

#[test]
fn it_says_why_there_is_nothing() {
    let desk = open(Vec::new());
    assert!(
        desk.screen()
            .contains("Nothing has been noted about it yet.")
    );

    let mut desk = TestClient::signed_in(Lang::En, (80, 24), '1');
    desk.keys("3");
    desk.slow = true;
    desk.keys("v");
    assert!(desk.screen().contains("Loading…"));
    let id = desk.last_ticket();
    let result = Err(RequestError::Api(ApiError::new(Reason::Busy)));
    desk.send(Msg::Response { id, result });
    assert!(desk.screen().contains("The server has too much to do."));

    let mut desk = TestClient::signed_in(Lang::En, (80, 24), '1');
    desk.keys("3");
    desk.office.away = true;
    desk.keys("v");
    assert!(desk.screen().contains("Loading…"));
    assert!(desk.screen().contains("The server does not answer."));
    desk.office = crate::fake_server::FakeServer {
        history: contract(),
        ..Default::default()
    };
    desk.wait();
    assert!(desk.screen().contains("Alice Martin changed Remaining"));
}

#[test]
fn new_entries_come_in_above_the_one_that_is_read() {
    let mut desk = open(many(60));
    desk.keys("<down>");
    let reading = history(&desk).current().cloned();
    desk.office.history = many(62);
    let news = |id| {
        ChangeEvent::Change(Change {
            deleted: false,
            record: RecordType::Contract,
            id,
            etag: "2".to_owned(),
            actor: "Alice Martin".to_owned(),
        })
    };
    desk.send(Msg::Changes(vec![news(1)]));
    desk.wait();
    assert_eq!(
        history(&desk).total(),
        Some((60, false)),
        "that is another record"
    );
    desk.send(Msg::Changes(vec![news(1_042)]));
    desk.wait();
    assert_eq!(history(&desk).total(), Some((62, false)));
    assert_eq!(history(&desk).entries()[0].id, 62);
    assert_eq!(history(&desk).current().cloned(), reading);
    let ids = history(&desk).entries().iter().map(|entry| entry.id);
    assert!(
        ids.is_sorted_by(|a, b| a == &(b + 1)),
        "none is missing, none twice"
    );
    // So many at once that the first page does not reach down to what is there.
    desk.office.history = many(200);
    desk.send(Msg::Changes(vec![ChangeEvent::Reload]));
    desk.wait();
    assert_eq!(history(&desk).entries().len(), 50);
}

#[test]
fn every_kind_of_record_has_one() {
    for (key, tab) in [
        ('1', Tab::Collaborators),
        ('2', Tab::Clients),
        ('4', Tab::Events),
    ] {
        let mut desk = TestClient::signed_in(Lang::En, (80, 24), '3');
        desk.keys(&format!("{key}v"));
        let asked = history(&desk).record().0;
        assert_eq!(
            (asked, desk.model.key_context()),
            (tab, KeyContext::History)
        );
    }
}

#[test]
fn only_what_there_is_can_be_read_in_full() {
    let offered = |desk: &TestClient| {
        let offers = desk.model.offers();
        offers.iter().any(|binding| binding.label == "key-in-full")
    };
    let mut desk = open(contract());
    assert!(offered(&desk));
    desk.keys("<enter>");
    assert!(!offered(&desk), "it is read already");
    assert!(!offered(&open(Vec::new())));
}
