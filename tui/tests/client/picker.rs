//! Pick-lists: filtering, and assigning an owner.

use epic::{
    api::{ApiRequest, Change, ChangeEvent},
    app::{Msg, overlay::Overlay},
    keys::KeyContext,
    messages::Lang,
    record::Record,
};
use epic_events::{
    reason::Reason,
    v1::{AssignSupportRequest, Collaborator, Event, RecordType},
    value::wire_time,
};

use crate::support::{
    records::{collaborators, events},
    test_client::{SIZE, TestClient, popup_of, popup_text, signed_in},
};

pub(crate) const OMAR: i64 = 4;

/// An event of a support from the first to the second time, in Paris.
pub(crate) fn busy(id: i64, support: Option<i64>, start: &str, end: &str) -> Event {
    let at = |time: &str| {
        let time: jiff::Zoned = format!("{time}[Europe/Paris]").parse().unwrap();
        Some(wire_time(time.timestamp()))
    };
    Event {
        id,
        support_id: support,
        start_time: at(start),
        end_time: at(end),
        event_title: format!("Event {id}"),
        ..events().remove(0)
    }
}

fn assignments(client: &TestClient) -> Vec<AssignSupportRequest> {
    let requests = client.requests.iter();
    let assignments = requests.filter_map(|request| match request {
        ApiRequest::AssignSupport(request) => Some(request.clone()),
        _ => None,
    });
    assignments.collect()
}

#[test]
fn typing_filters_by_substring_without_accents() {
    // Typed text, and the supports that match.
    let cases = [
        ("", vec!["Omar Diallo", "Marie Lopez", "Martin Roy"]),
        ("lop", vec!["Marie Lopez"]),
        ("ROY mar", vec!["Martin Roy"]),
        ("díal", vec!["Omar Diallo"]),
        ("mlz", vec![]),
    ];
    for (typed, expected) in cases {
        let mut client = signed_in('1');
        client.keys("4a").keys(typed);
        let Some(Overlay::Picker(picker)) = client.model.overlays.front() else {
            panic!("no pick-list");
        };
        let names: Vec<_> = picker.choices().iter().map(|c| c.label.as_str()).collect();
        assert_eq!(names, expected, "{typed:?}");
    }
}

#[test]
fn assigning_a_busy_support_is_confirmed_first() {
    let mut client = signed_in('1');
    let assigned = |client: &TestClient| !assignments(client).is_empty();
    client.keys("4aroy<enter>");
    assert!(!assigned(&client));
    assert_eq!(client.model.key_context(), KeyContext::Confirm);
    client.keys("<enter>");
    assert!(!assigned(&client), "Enter alone assigns nobody");
    client.keys("<enter>n");
    assert!(!assigned(&client));
    client.keys("<enter><ctrl-y>");
    assert!(assigned(&client));
    assert_eq!(client.model.key_context(), KeyContext::List);
}

#[test]
fn the_status_of_an_assignment_names_owner_and_record() {
    let mut client = signed_in('1');
    client.keys("4alop<enter>");
    assert!(
        client
            .screen()
            .contains("✓ Marie Lopez supports “Séminaire Orange”.")
    );
}

/// The event that needs a support is on Saturday 12 September 2026, 18:00 to 23:00.
#[test]
fn a_support_is_busy_if_another_event_overlaps_however_long_it_is() {
    // Start and end of an event of Omar, and whether he is busy.
    let cases = [
        ("2026-09-12T17:00", "2026-09-12T18:01", true),
        ("2026-09-12T17:00", "2026-09-12T18:00", false),
        ("2026-09-12T22:59", "2026-09-13T02:00", true),
        ("2026-09-12T23:00", "2026-09-13T02:00", false),
        ("2026-09-12T18:00", "2026-09-12T23:00", true),
        ("2026-09-12T19:00", "2026-09-12T20:00", true),
        // Events longer than three days, and events that begin or end in another week.
        ("2026-09-02T08:00", "2026-09-17T18:00", true),
        ("2026-09-08T08:00", "2026-09-12T18:30", true),
        ("2026-09-12T20:00", "2026-09-30T18:00", true),
        ("2026-01-01T08:00", "2027-01-01T18:00", true),
        ("2026-09-02T08:00", "2026-09-12T18:00", false),
        ("2026-09-13T08:00", "2026-09-30T18:00", false),
    ];
    for (start, end, is_busy) in cases {
        let mut client = signed_in('1');
        client.server.added_events = vec![busy(700, Some(OMAR), start, end)];
        client.keys("4aomar");
        let screen = client.screen();
        assert_eq!(screen.contains("! busy"), is_busy, "{start} {end}");
        assert_eq!(screen.contains("● free"), !is_busy, "{start} {end}");
        client.keys("<enter>");
        let expected = if is_busy {
            KeyContext::Confirm
        } else {
            KeyContext::List
        };
        assert_eq!(client.model.key_context(), expected, "{start} {end}");
        assert_eq!(assignments(&client).is_empty(), is_busy, "{start} {end}");
    }
}

#[test]
fn the_event_itself_and_events_of_others_keep_nobody_busy() {
    let mut client = signed_in('1');
    let same = ("2026-09-12T18:00", "2026-09-12T23:00");
    client.server.added_events = vec![
        busy(701, None, same.0, same.1),
        busy(702, Some(3), same.0, same.1),
    ];
    // Martin Roy supports the second event, which has the same period.
    client.keys("4<down>aroy");
    assert!(client.screen().contains("● free"));
    client.keys("<enter>");
    assert_eq!(assignments(&client).len(), 1);
}

#[test]
fn the_question_names_the_first_conflict_and_the_number_of_others() {
    let mut client = signed_in('1');
    let others = (700..900).map(|id| busy(id, Some(3), "2026-09-12T18:00", "2026-09-12T19:00"));
    // The conflicts are on the second page.
    client.server.added_events = others.collect();
    for id in 900..903 {
        let event = busy(id, Some(OMAR), "2026-09-10T08:00", "2026-09-14T18:00");
        client.server.added_events.push(event);
    }
    client.keys("4aomar<enter>");
    let text = popup_text(&client);
    assert!(
        text.contains(
            "Omar Diallo is already busy: “Event 900”, 10 Sep 08:00 – 14 Sep 18:00, and 2 more. \
             Assign anyway?"
        ),
        "{text}"
    );
}

#[test]
fn nobody_is_free_before_the_answer_is_complete() {
    for (support, expected) in [("omar", KeyContext::List), ("roy", KeyContext::Confirm)] {
        let mut client = signed_in('1');
        client.keys("4");
        client.holds_responses = true;
        client.keys("a");
        let (id, request) = client
            .release(|it| matches!(it, ApiRequest::ListCollaborators(_)))
            .unwrap();
        let result = client.answer(&request);
        client.send(Msg::Response { id, result });
        client.keys(support);
        assert!(client.screen().contains("checking…"));
        assert!(!client.screen().contains("● free"));
        client.keys("<enter>");
        assert!(client.screen().contains("Checking whether"));
        assert!(assignments(&client).is_empty());
        client.answer_in_reverse();
        assert_eq!(client.model.key_context(), expected, "{support}");
        assert_eq!(
            assignments(&client).is_empty(),
            expected == KeyContext::Confirm
        );
    }
}

#[test]
fn a_second_enter_asks_instead_of_waiting_and_another_key_ends_the_wait() {
    let open = || {
        let mut client = signed_in('1');
        client.keys("4");
        client.holds_responses = true;
        client.keys("a");
        let (id, request) = client
            .release(|it| matches!(it, ApiRequest::ListCollaborators(_)))
            .unwrap();
        let result = client.answer(&request);
        client.send(Msg::Response { id, result });
        client
    };
    let mut client = open();
    client.keys("omar<enter><enter>");
    assert_eq!(client.model.key_context(), KeyContext::Confirm);
    assert!(client.screen().contains("It is not known whether Omar"));
    client.keys("<ctrl-y>");
    assert_eq!(assignments(&client).len(), 1);
    for key in ["<down>", "o"] {
        let mut client = open();
        client.keys("omar<enter>").keys(key);
        client.answer_in_reverse();
        assert_eq!(client.model.key_context(), KeyContext::Picker, "{key}");
        assert!(assignments(&client).is_empty(), "{key}");
    }
}

#[test]
fn a_failed_check_is_displayed_and_asks() {
    let mut client = signed_in('1');
    client.server.overlap_error = Some(Reason::Busy);
    client.keys("4a");
    let screen = client.screen();
    assert!(screen.contains("not checked") && !screen.contains("● free"));
    assert!(screen.contains("The server is overloaded."), "{screen}");
    client.keys("omar<enter>");
    assert_eq!(client.model.key_context(), KeyContext::Confirm);
    assert!(assignments(&client).is_empty());
}

#[test]
fn an_assignment_by_others_is_seen_while_the_pick_list_is_open() {
    let mut client = signed_in('1');
    client.keys("4aomar");
    assert!(client.screen().contains("● free"));
    let event = busy(700, Some(OMAR), "2026-09-12T20:00", "2026-09-12T21:00");
    client.server.added_events = vec![event];
    client.send(Msg::Changes(vec![ChangeEvent::Change(Change {
        record: RecordType::Event,
        id: 700,
        etag: "2".to_owned(),
        deleted: false,
        actor: "Sofia Rossi".to_owned(),
    })]));
    client.run_timers();
    assert!(client.screen().contains("! busy"));
}

#[test]
fn a_support_can_be_taken_off_an_event_that_has_one() {
    let mut client = signed_in('1');
    client.keys("4a");
    assert!(!client.screen().contains("take "), "nobody supports it");
    client.keys("<esc><down>a");
    assert!(client.screen().contains("take Martin Roy off this event"));
    client.keys("nobody<enter>");
    let sent = assignments(&client);
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].id, sent[0].support_id), (504, None));
    let screen = client.screen();
    assert!(screen.contains("✓ Nobody supports “"), "{screen}");
}

/// Enter must not remove the support while the user types a name that begins with the same letters.
#[test]
fn nobody_is_chosen_only_by_the_whole_word() {
    let cases = [
        (Lang::En, "", true),
        (Lang::En, " ", true),
        (Lang::En, "nobody", true),
        (Lang::En, "NOBODY ", true),
        (Lang::En, "“nobody”", true),
        (Lang::En, "n", false),
        (Lang::En, "no", false),
        (Lang::En, "nobod", false),
        (Lang::En, "body", false),
        (Lang::En, "nobody else", false),
        (Lang::Fr, "personne", true),
        (Lang::Fr, "per", false),
        (Lang::Fr, "son", false),
    ];
    for (lang, typed, is_offered) in cases {
        let mut client = TestClient::signed_in(lang, SIZE, '1');
        client.keys("4<down>a").keys(typed);
        let Some(Overlay::Picker(picker)) = client.model.overlays.front() else {
            panic!("no pick-list");
        };
        let found = picker.choices().iter().any(|choice| choice.id.is_none());
        assert_eq!(found, is_offered, "{typed:?}");
        client.keys("<enter>");
        let sent = assignments(&client);
        let takes_away = sent.iter().any(|it| it.support_id.is_none());
        let expected = is_offered && !typed.trim().is_empty();
        assert_eq!(takes_away, expected, "{typed:?}: {sent:?}");
    }
}

/// The event of the first line is on Saturday 12 September 2026, 18:00 to 23:00.
#[test]
fn a_pick_list_is_as_wide_as_its_content_and_says_when_the_event_is() {
    let name =
        "Séminaire annuel des équipes commerciales et support d’Orange Événements Île-de-France";
    for (width, is_whole) in [(80, false), (200, true)] {
        let mut client = TestClient::signed_in(Lang::Fr, (width, 24), '1');
        client.server.saved = vec![Record::Event(Event {
            event_title: name.to_owned(),
            ..events().remove(0)
        })];
        let mut other = busy(700, Some(OMAR), "2026-09-02T08:00", "2026-09-17T18:00");
        other.event_title = "Salon international de l’agriculture".to_owned();
        client.server.added_events = vec![other];
        client.keys("4ra");
        let popup = popup_of(&client.screen());
        let title = popup.lines().next().unwrap();
        assert!(popup.contains("sam. 12 sept. 18:00–23:00, "), "{popup}");
        assert_eq!(title.contains(name), is_whole, "{popup}");
        assert!(popup.contains("Omar Diallo"), "{popup}");
        assert!(popup.contains("! occupé "), "{popup}");
        assert_eq!(popup.contains("l’agriculture"), is_whole, "{popup}");
    }
}

#[test]
fn a_pick_list_says_that_nobody_is_below_the_others() {
    let people = |count: i64| {
        let people = (100..100 + count).map(|id| {
            Record::Collaborator(Collaborator {
                id,
                name: format!("Support {id}"),
                ..collaborators().remove(2)
            })
        });
        people.collect::<Vec<_>>()
    };
    // The screen's height, the number of added supports, and whether "nobody" is below the screen.
    for (height, count, is_below) in [
        (24, 3, false),
        (24, 10, false),
        (24, 20, true),
        (16, 9, true),
    ] {
        let mut client = TestClient::signed_in(Lang::En, (80, height), '1');
        client.server.saved = people(count);
        client.keys("4<down>a");
        let text = popup_text(&client);
        let hint = "Last line: take Martin Roy off this event";
        assert_eq!(text.contains(hint), is_below, "{height} {count}: {text}");
        assert!(text.contains("take Martin Roy off this event"), "{text}");
        client.keys("<enter><ctrl-y>");
        assert!(assignments(&client)[0].support_id.is_some());
    }
}

/// The replies about other events may arrive before those about the supports.
#[test]
fn a_pick_list_begins_with_its_first_line_in_every_order_of_replies() {
    let mut client = signed_in('1');
    client.keys("4<down>");
    client.holds_responses = true;
    client.keys("a");
    client.answer_in_reverse();
    client.keys("<enter>");
    let sent = assignments(&client);
    assert!(sent.iter().all(|it| it.support_id.is_some()), "{sent:?}");
}

#[test]
fn the_pick_list_of_a_client_says_that_the_choice_stays() {
    let mut client = signed_in('1');
    client.keys("2arossi");
    let screen = client.screen();
    assert!(
        screen.contains("Sofia Rossi stays with this client"),
        "{screen}"
    );
    // A successor can be chosen again.
    client.keys("<esc>1<end><up><up>d<enter>");
    assert!(!client.screen().contains("stays with this client"));
}

#[test]
fn the_palette_finds_actions_without_accents() {
    let mut client = TestClient::signed_in(Lang::Fr, SIZE, '1');
    for typed in ["deconnecter", "DÉCONNECTER", "de\u{301}connecter"] {
        client.keys("<ctrl-p>").keys(typed);
        assert!(client.screen().contains("se déconnecter"), "{typed}");
        client.keys("<esc>");
    }
}
