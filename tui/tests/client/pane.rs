//! The record pane: its lines, its scrolling, and the latest changes.

use epic::{api::ApiRequest, messages::Lang, record::Record};
use epic_events::v1::{Client, Event, FieldChange, RecordType};

use crate::{
    history,
    support::{
        records::{clients, events},
        test_client::TestClient,
    },
};

/// A client whose list of events has one with a note of 40 lines in front.
fn with_long_note(size: (u16, u16)) -> TestClient {
    let mut client = TestClient::signed_in(Lang::En, size, '1');
    let lines: Vec<_> = (1..=40).map(|line| format!("Line {line}.")).collect();
    let event = Event {
        note: lines.join("\n"),
        ..events().remove(0)
    };
    client.server.saved = vec![Record::Event(event)];
    client.keys("4");
    client
}

#[test]
fn a_long_note_can_be_read_to_its_end() {
    // The size, the keys that open the pane, and those that scroll it down and up.
    let cases = [
        ((60, 16), "<enter>", "<pgdn>", "<ctrl-u>"),
        ((60, 16), "<enter>", "<ctrl-d>", "<ctrl-u>"),
        ((80, 24), "<enter>", "<pgdn>", "<ctrl-u>"),
        ((120, 30), "", "<ctrl-d>", "<ctrl-u>"),
        ((200, 50), "", "<ctrl-d>", "<ctrl-u>"),
    ];
    for (size, open, down, up) in cases {
        let mut client = with_long_note(size);
        client.keys(open);
        let first = client.screen();
        assert!(!first.contains("Line 40."), "{size:?}:\n{first}");
        assert!(first.contains("more lines"), "{size:?}:\n{first}");
        let mut seen = first.clone();
        for _ in 0..20 {
            client.keys(down);
            seen += &client.screen();
        }
        for line in 1..=40 {
            assert!(seen.contains(&format!("Line {line}.")), "{size:?}: {line}");
        }
        assert!(client.screen().contains("Line 40."), "{size:?}");
        assert!(!client.screen().contains("more lines"), "{size:?}");
        for _ in 0..20 {
            client.keys(up);
        }
        assert_eq!(client.screen(), first, "{size:?}");
    }
}

#[test]
fn another_record_is_shown_from_its_first_line_on() {
    let mut client = with_long_note((120, 30));
    let before = client.screen();
    client.keys("<ctrl-d><down><up>");
    assert_eq!(client.screen(), before);
}

/// The requests for the latest changes.
fn requests(client: &TestClient) -> usize {
    let is_history = |it: &&ApiRequest| matches!(it, ApiRequest::ListHistory(_));
    client.requests.iter().filter(is_history).count()
}

#[test]
fn the_latest_changes_are_loaded_after_the_selection_has_stayed() {
    let mut client = TestClient::signed_in(Lang::En, (120, 30), '1');
    client.server.history = crate::history::contract();
    client.keys("3<down><down><up>");
    assert_eq!(requests(&client), 0);
    client.run_timers();
    assert_eq!(requests(&client), 1, "earlier timers are ignored");
    let screen = client.screen();
    assert!(screen.contains("Last changes"), "{screen}");
    assert!(screen.contains("signed · you"), "{screen}");
    client.keys("<down>");
    assert!(!client.screen().contains("Last changes"));
}

#[test]
fn changes_that_cannot_be_loaded_leave_the_record() {
    let mut client = TestClient::signed_in(Lang::En, (120, 30), '1');
    client.keys("3");
    let before = client.screen();
    client.server.error = Some(epic_events::reason::Reason::Busy);
    client.run_timers();
    assert_eq!(client.screen(), before);
}

#[test]
fn without_a_pane_no_changes_are_requested() {
    let mut client = TestClient::signed_in(Lang::En, (80, 24), '1');
    client.keys("3<down>");
    client.run_timers();
    assert_eq!(requests(&client), 0);
    client.keys("<enter>");
    client.run_timers();
    assert_eq!(requests(&client), 1);
}

/// Amounts of every length that fits.
#[test]
fn an_amount_of_a_change_stays_with_its_unit() {
    for digits in 3..12 {
        let mut client = TestClient::new(Lang::En, (120, 40));
        let mut entry = history::contract().swap_remove(1);
        entry.changes[0].old = Some("9".repeat(digits));
        client.server.history = vec![entry];
        client.keys("<f1><enter>3<down>");
        client.run_timers();
        let screen = client.screen();
        assert!(screen.contains(".99 €"), "{screen}");
        let starts_line = |line: &&str| line.contains("   € ");
        assert_eq!(screen.lines().find(starts_line), None, "{screen}");
    }
}

/// A phone number is longer than the room beside the times.
#[test]
fn email_addresses_and_phone_numbers_stay_whole() {
    let email = "m.dupin@epic.example";
    for (lang, size) in [Lang::En, Lang::Fr]
        .into_iter()
        .flat_map(|lang| [(80, 24), (120, 30), (200, 50)].map(|size| (lang, size)))
    {
        let mut client = TestClient::signed_in(lang, size, '1');
        let person = Client {
            email: email.to_owned(),
            phone: "+33 6 12 34 56 78 ext. 1234".to_owned(),
            ..clients().swap_remove(0)
        };
        client.server.saved = vec![Record::Client(person)];
        let mut entry = history::contract().swap_remove(1);
        entry.record = RecordType::Client.into();
        entry.changes = vec![FieldChange {
            field: "phone".to_owned(),
            old: Some("01 40 20 53 17".to_owned()),
            new: Some("+33 6 12 34 56 78".to_owned()),
            ..FieldChange::default()
        }];
        client.server.history = vec![entry];
        client.keys("2r<enter>");
        client.run_timers();
        let screen = client.screen();
        for text in [email, "+33 6 12 34 56 78", "01 40 20 53 17"] {
            assert!(screen.contains(text), "{text} at {size:?}: {screen}");
        }
    }
}
