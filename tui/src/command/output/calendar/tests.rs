#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use epic_events::value::wire_time;
use icalendar::{Calendar, CalendarComponent, Component as _, EventLike as _, parser};

use super::*;
use crate::messages::Lang;

/// The calendar of an event, as an independent reader finds it.
fn parsed(event: &CrmEvent) -> (String, Event) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.ics");
    let messages = Messages::new(Lang::En);
    let emails = HashMap::from([(7, "karim@epic.example".to_owned())]);
    let sink = Sink::open(Some(&file)).unwrap();
    let mut writer = CalendarWriter::new(sink, &messages, emails).unwrap();
    writer.write(event).unwrap();
    writer.finish().unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let calendar: Calendar = parser::read_calendar(&parser::unfold(&text))
        .unwrap()
        .into();
    let found = calendar.components.iter().find_map(|it| match it {
        CalendarComponent::Event(event) => Some(event.clone()),
        _ => None,
    });
    (text, found.unwrap())
}

fn event(title: &str, support: &str) -> CrmEvent {
    let time = |text: &str| Some(wire_time(text.parse().unwrap()));
    CrmEvent {
        id: 12,
        event_title: title.to_owned(),
        location: "Parc floral, Paris; entrée B".to_owned(),
        note: "Une ligne\nUne autre".to_owned(),
        client_name: "Zoé Quatrefages".to_owned(),
        support_id: Some(7),
        support_name: support.to_owned(),
        attendees: 40,
        start_time: time("2026-09-12T16:00:00Z"),
        end_time: time("2026-09-12T20:00:00Z"),
        create_time: time("2026-05-04T08:09:10.123456Z"),
        update_time: time("2026-05-05T08:00:00Z"),
        ..CrmEvent::default()
    }
}

#[test]
fn an_event_is_read_as_it_was_written() {
    let (_, found) = parsed(&event("Bal d’été, 2e édition; \\ fin", "Karim Benali"));
    assert_eq!(found.get_summary(), Some("Bal d’été, 2e édition; \\ fin"));
    assert_eq!(found.get_location(), Some("Parc floral, Paris; entrée B"));
    let description = found.get_description().unwrap();
    assert!(
        description.ends_with("Une ligne\nUne autre"),
        "{description}"
    );
    assert_eq!(
        found.get_uid(),
        Some("event-12-1777882150123456@epic-events.example")
    );
}

#[test]
fn every_text_makes_a_valid_calendar() {
    for text in [
        "Karim \"le Grand\" Benali",
        "\"Karim\"",
        "Karim; Benali: a, b",
        "Karim\r\nBEGIN:VEVENT",
        "Karim\u{7}\u{1b}[31m ^n",
        "É".repeat(120).as_str(),
        "mot ".repeat(60).trim_end(),
        "老虎".repeat(60).as_str(),
    ] {
        let (written, found) = parsed(&event(text, text));
        let lines: Vec<_> = written.split("\r\n").collect();
        assert!(lines.iter().all(|it| it.len() <= 75), "{written}");
        assert!(
            lines.iter().all(|it| !it.contains(char::is_control)),
            "{written:?}"
        );
        assert_eq!(found.get_summary(), Some(super::text(text).as_str()));
        // A quote in a parameter would end its value.
        let unfolded = parser::unfold(&written);
        let attendee = unfolded
            .lines()
            .find(|it| it.starts_with("ATTENDEE"))
            .unwrap();
        assert!(
            attendee.ends_with(":mailto:karim@epic.example"),
            "{attendee}"
        );
        let quotes = attendee.matches('"').count();
        assert!(quotes == 0 || quotes == 2, "{attendee}");
        assert_eq!(written.matches("\r\nBEGIN:VEVENT\r\n").count(), 1);
    }
}

#[test]
fn parameters_are_encoded_by_rfc_6868() {
    assert_eq!(parameter("a \"b\" ^ c\nd"), "a ^'b^' ^^ c^nd");
}
