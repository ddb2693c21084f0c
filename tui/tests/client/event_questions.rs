//! The questions that the forms of an event ask before they save it.

use epic::{api::ApiRequest, keys::KeyContext};
use epic_events::reason::Reason;

use crate::support::test_client::{TestClient, popup_text, signed_in};

fn saves(client: &TestClient) -> usize {
    let is_save =
        |it: &&ApiRequest| matches!(it, ApiRequest::UpdateEvent(_) | ApiRequest::CreateEvent(_));
    client.requests.iter().filter(is_save).count()
}

fn checks(client: &TestClient) -> usize {
    let is_check =
        |it: &&ApiRequest| matches!(it, ApiRequest::ListEvents(r) if r.start_before.is_some());
    client.requests.iter().filter(is_check).count()
}

/// Marie edits her event of 8 September, 18:00 to 23:00; she has another one on the 10th at the same
/// hours.
fn edit(start: &str, end: &str) -> TestClient {
    let mut client = signed_in('3');
    client.keys("4<down><down><down>e<ctrl-u>").keys(start);
    client.keys("<tab><ctrl-u>").keys(end).keys("<ctrl-s>");
    client
}

#[test]
fn moving_an_own_event_onto_another_own_one_asks_first() {
    // Start and end, and whether they overlap the event of 10 September.
    let cases = [
        ("10/09/2026 20:00", "10/09/2026 21:00", true),
        ("09/09/2026 08:00", "11/09/2026 08:00", true),
        ("10/09/2026 23:00", "11/09/2026 02:00", false),
        ("10/09/2026 12:00", "10/09/2026 18:00", false),
        // The event does not overlap its own period.
        ("08/09/2026 20:00", "08/09/2026 22:00", false),
        // The period of an event of another support.
        ("12/09/2026 20:00", "12/09/2026 22:00", false),
    ];
    for (start, end, asks) in cases {
        let client = edit(start, end);
        let expected = if asks {
            KeyContext::Confirm
        } else {
            KeyContext::List
        };
        assert_eq!(client.model.key_context(), expected, "{start} {end}");
        assert_eq!(saves(&client), usize::from(!asks), "{start} {end}");
    }
}

#[test]
fn the_question_names_who_what_and_when_and_is_asked_once() {
    let mut client = edit("10/09/2026 20:00", "10/09/2026 21:00");
    let expected = "Marie Lopez already has another event at that time: \
                    “Séminaire Orange”, 10 Sep 18:00–23:00. Save anyway?";
    assert!(
        popup_text(&client).contains(expected),
        "{}",
        client.screen()
    );
    // No keeps everything that was typed.
    client.keys("n");
    assert_eq!(client.model.key_context(), KeyContext::Form);
    assert!(client.screen().contains("10/09/2026 20:00"));
    client.keys("<ctrl-s><ctrl-y>");
    assert_eq!(client.model.key_context(), KeyContext::List);
    assert_eq!(saves(&client), 1);
}

#[test]
fn an_answered_question_is_not_asked_again_after_a_failed_save() {
    let mut client = edit("10/09/2026 20:00", "10/09/2026 21:00");
    client.server.error = Some(Reason::Internal);
    client.keys("<ctrl-y>");
    assert_eq!(
        (saves(&client), client.model.key_context()),
        (1, KeyContext::Form)
    );
    client.server.error = None;
    client.keys("<ctrl-s>");
    assert_eq!(
        (saves(&client), client.model.key_context()),
        (2, KeyContext::List)
    );
}

#[test]
fn other_changes_ask_nothing() {
    let mut client = signed_in('3');
    client.keys("4<down><down><down>e<tab><tab>Lyon<ctrl-s>");
    assert_eq!((saves(&client), checks(&client)), (1, 0));
    assert_eq!(client.model.key_context(), KeyContext::List);
}

#[test]
fn a_check_that_fails_loses_nothing_and_asks() {
    let mut client = signed_in('3');
    client.server.overlap_error = Some(Reason::Busy);
    client
        .keys("4<down><down><down>e<ctrl-u>09/09/2026 20:00<tab><ctrl-u>09/09/2026 21:00<ctrl-s>");
    assert_eq!(
        (saves(&client), client.model.key_context()),
        (0, KeyContext::Confirm)
    );
    assert!(popup_text(&client).contains("It is not known whether another event is at that time."));
    client.keys("<ctrl-y>");
    assert_eq!(
        (saves(&client), client.model.key_context()),
        (1, KeyContext::List)
    );
}

#[test]
fn a_check_without_connection_waits_and_escape_returns_to_the_input() {
    for stops in [false, true] {
        let mut client = signed_in('3');
        client.keys("4<down><down><down>e<ctrl-u>09/09/2026 20:00<tab><ctrl-u>09/09/2026 21:00");
        client.server.unavailable = true;
        client.keys("<ctrl-s>");
        assert!(client.screen().contains("nothing is checked or saved yet"));
        assert_eq!(client.model.key_context(), KeyContext::Form);
        if stops {
            client.keys("<esc>");
            assert!(!client.screen().contains("nothing is checked or saved yet"));
        }
        client.server.unavailable = false;
        client.run_timers();
        assert_eq!(saves(&client), usize::from(!stops));
        if stops {
            assert_eq!(client.model.key_context(), KeyContext::Form);
            assert!(client.screen().contains("09/09/2026 20:00"));
            client.keys("<ctrl-s>");
        }
        assert_eq!(saves(&client), 1);
        assert_eq!(client.model.key_context(), KeyContext::List);
    }
}

#[test]
fn a_long_event_asks_once() {
    let mut client = edit("14/09/2026 18:00", "17/09/2026 18:01");
    assert_eq!(
        (saves(&client), client.model.key_context()),
        (0, KeyContext::Confirm)
    );
    let expected =
        "This event lasts 3 d 1 min, from 14 Sep 2026 18:00 to 17 Sep 2026 18:01. Save it?";
    assert!(
        popup_text(&client).contains(expected),
        "{}",
        client.screen()
    );
    client.keys("<ctrl-y>");
    assert_eq!(
        (saves(&client), client.model.key_context()),
        (1, KeyContext::List)
    );
    let client = edit("14/09/2026 18:00", "17/09/2026 18:00");
    assert_eq!(
        (saves(&client), client.model.key_context()),
        (1, KeyContext::List)
    );
}

#[test]
fn a_long_event_onto_another_one_asks_both_questions() {
    let mut client = edit("08/09/2026 18:00", "18/09/2026 18:00");
    assert!(popup_text(&client).contains("This event lasts 10 d,"));
    client.keys("<ctrl-y>");
    assert!(popup_text(&client).contains("already has another event"));
    assert_eq!(saves(&client), 0);
    client.keys("n<ctrl-s>");
    assert!(
        popup_text(&client).contains("already has another event"),
        "answered with yes"
    );
    client.keys("<ctrl-y>");
    assert_eq!(
        (saves(&client), client.model.key_context()),
        (1, KeyContext::List)
    );
}

#[test]
fn a_new_long_event_asks_too() {
    let mut client = signed_in('2');
    client.keys("4n<enter><enter>20/12/2026 18:00<tab>30/12/2026 23:00<tab>Lyon<tab>10<ctrl-s>");
    assert!(
        popup_text(&client).contains("This event lasts 10 d 5 h"),
        "{}",
        client.screen()
    );
    assert_eq!(saves(&client), 0);
    client.keys("<ctrl-y>");
    assert_eq!(
        (saves(&client), checks(&client)),
        (1, 0),
        "nobody supports it yet"
    );
}

#[test]
fn upcoming_events_include_those_that_are_running() {
    let mut client = signed_in('1');
    client.keys("4f <enter>");
    let lists = client.requests.iter().filter_map(|it| match it {
        ApiRequest::ListEvents(list) if list.end_after.is_some() => Some(list),
        _ => None,
    });
    let lists: Vec<_> = lists.collect();
    assert!(!lists.is_empty());
    assert!(lists.iter().all(|list| list.start_after.is_none()));
}
