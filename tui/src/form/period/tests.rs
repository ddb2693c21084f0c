#![allow(clippy::unwrap_used)]

use epic_events::{v1::Event, value::wire_time};
use jiff::civil::date;
use uuid::Uuid;

use super::*;
use crate::{
    messages::{Lang, Messages},
    record::{
        Record, Tab,
        fixtures::{COMMERCIAL, SUPPORT, event, now, time},
    },
};

/// The form of an event with this period.
fn edit(start: &str, end: &str) -> Form {
    let record = Record::Event(Event {
        start_time: Some(wire_time(time(start))),
        end_time: Some(wire_time(time(end))),
        ..event()
    });
    let spec = Tab::Events.screen().edit;
    Form::new(
        spec,
        Some(record),
        Some(SUPPORT),
        Uuid::nil(),
        Lang::En,
        &now(),
    )
}

fn create() -> Form {
    let spec = Tab::Events.screen().create;
    Form::new(spec, None, Some(COMMERCIAL), Uuid::nil(), Lang::En, &now())
}

fn index(form: &Form, name: &str) -> usize {
    form.fields
        .iter()
        .position(|field| field.spec.name == name)
        .unwrap()
}

/// Types a text into a field and leaves the field.
fn type_into(form: &mut Form, name: &str, text: &str) {
    let index = index(form, name);
    form.fields[index].input = Input::new(text.to_owned());
    form.normalize(index, &now());
}

fn start_and_end(form: &Form) -> [&str; 2] {
    ["start_time", "end_time"].map(|name| form.fields[index(form, name)].input.value())
}

fn hint(form: &Form, lang: Lang) -> Option<String> {
    let (messages, now) = (Messages::new(lang), now());
    let context = CellContext {
        messages: &messages,
        now: &now,
        user: None,
    };
    length_hint(form, "end_time", &context)
}

/// The inputs in their order (`s` is the start, `e` the end), and the end.
#[test]
fn the_end_moves_with_the_start() {
    let cases: [(&[(char, &str)], &str); 22] = [
        // The end was not typed: the length stays.
        (&[('s', "10/12 18h")], "10/12/2026 23:00"),
        (&[('s', "10/12 22h")], "11/12/2026 03:00"),
        (&[('s', "20h")], "21/12/2026 01:00"),
        (&[('s', "10/12 18h"), ('s', "11/12 9h")], "11/12/2026 14:00"),
        (&[('s', "abc"), ('s', "11/12 9h")], "11/12/2026 14:00"),
        (&[('s', ""), ('s', "11/12 9h")], "11/12/2026 14:00"),
        // The end is on the day of the start, or on the next day.
        (&[('s', "10/12 18h"), ('e', "23h")], "10/12/2026 23:00"),
        (&[('s', "10/12 22h"), ('e', "2h")], "11/12/2026 02:00"),
        (&[('s', "10/12 18h"), ('e', "minuit")], "11/12/2026 00:00"),
        (&[('s', "10/12 18h"), ('e', "24h")], "11/12/2026 00:00"),
        (&[('s', "10/12 18h"), ('e', "midi")], "11/12/2026 12:00"),
        (&[('s', "10/12 18h"), ('e', "9am")], "11/12/2026 09:00"),
        (&[('s', "10/12 18h"), ('e', "+2h30")], "10/12/2026 20:30"),
        // An hour and a length that were typed refer to the new start.
        (&[('e', "22h"), ('s', "10/12 18h")], "10/12/2026 22:00"),
        (&[('e', "22h"), ('s', "10/12 23h")], "11/12/2026 22:00"),
        (&[('e', "+2h"), ('s', "10/12 9h")], "10/12/2026 11:00"),
        (
            &[('s', "abc"), ('e', "22h"), ('s', "10/12 9h")],
            "10/12/2026 22:00",
        ),
        // A date that was typed stays.
        (&[('e', "21/12 2h"), ('s', "19/12 18h")], "21/12/2026 02:00"),
        (
            &[
                ('s', "10/12 18h"),
                ('e', "12/12/2026 2h"),
                ('s', "11/12 9h"),
            ],
            "12/12/2026 02:00",
        ),
        // Input that does not parse stays, and so does an empty input.
        (&[('e', "abc"), ('s', "10/12 18h")], "abc"),
        (&[('e', "22h"), ('e', "abc"), ('s', "10/12 18h")], "abc"),
        (&[('e', ""), ('s', "10/12 18h")], ""),
    ];
    for (inputs, expected) in cases {
        let mut form = edit("2026-12-20T17:00:00Z", "2026-12-20T22:00:00Z");
        for (field, text) in inputs {
            let name = if *field == 's' {
                "start_time"
            } else {
                "end_time"
            };
            type_into(&mut form, name, text);
        }
        assert_eq!(start_and_end(&form)[1], expected, "{inputs:?}");
    }
}

#[test]
fn an_unchanged_start_does_not_move_the_end() {
    let mut form = edit("2026-12-20T17:00:25Z", "2026-12-20T22:00:00Z");
    let texts = ["20/12/2026 18:00", "20/12/2026 23:00"];
    form.normalize(index(&form, "start_time"), &now());
    assert_eq!(start_and_end(&form), texts);
    assert!(!form.is_dirty(&now()));
    type_into(&mut form, "start_time", "20/12/2026 18h");
    assert_eq!(start_and_end(&form), texts, "the seconds do not count");
}

/// A moved period has the same calendar days and hours, even across a change of the clocks.
#[test]
fn the_length_is_kept_in_calendar_days() {
    let mut form = edit("2026-10-20T16:00:00Z", "2026-10-22T16:00:00Z");
    type_into(&mut form, "start_time", "24/10 18h");
    assert_eq!(start_and_end(&form)[1], "26/10/2026 18:00");
}

#[test]
fn an_end_typed_before_the_start_is_completed_with_it() {
    let mut form = create();
    type_into(&mut form, "end_time", "2h");
    assert_eq!(start_and_end(&form), ["", "2h"]);
    type_into(&mut form, "start_time", "12/9 22h");
    assert_eq!(
        start_and_end(&form),
        ["12/09/2026 22:00", "13/09/2026 02:00"]
    );
    type_into(&mut form, "start_time", "14/9 20h");
    assert_eq!(
        start_and_end(&form),
        ["14/09/2026 20:00", "15/09/2026 02:00"]
    );
}

#[test]
fn the_hint_shows_the_length_and_that_the_end_moved() {
    let mut form = edit("2026-12-20T17:00:00Z", "2026-12-20T22:00:00Z");
    assert_eq!(hint(&form, Lang::En).as_deref(), Some("5 h"));
    type_into(&mut form, "start_time", "10/12 18h");
    assert_eq!(
        hint(&form, Lang::En).as_deref(),
        Some("5 h, moved with the start")
    );
    assert_eq!(
        hint(&form, Lang::Fr).as_deref(),
        Some("5 h, fin déplacée avec le début")
    );
    let cases = [
        ("23h", Some("5 h"), Some("5 h")),
        ("+2h30", Some("2 h 30 min"), Some("2 h 30 min")),
        ("12/12 21h", Some("2 d 3 h"), Some("2 j 3 h")),
        ("9/12/2026 9h", None, None),
        ("abc", None, None),
        ("", None, None),
    ];
    for (text, english, french) in cases {
        type_into(&mut form, "end_time", text);
        assert_eq!(hint(&form, Lang::En).as_deref(), english, "{text}");
        assert_eq!(hint(&form, Lang::Fr).as_deref(), french, "{text}");
    }
    // During typing, the hint displays the length of the input.
    let end = index(&form, "end_time");
    form.fields[end].input = Input::new("+3h".to_owned());
    assert_eq!(hint(&form, Lang::En).as_deref(), Some("3 h"));
}

#[test]
fn retyping_a_repeated_time_keeps_the_nearer_one() {
    let cases = [
        (
            "2026-10-25T00:30:00Z",
            "25/10/2026 02:30 CEST",
            "25/10/2026 02:45 CEST",
        ),
        (
            "2026-10-25T01:30:00Z",
            "25/10/2026 02:30 CET",
            "25/10/2026 02:45 CET",
        ),
    ];
    for (start, text, retyped) in cases {
        for input in ["02:45", "25/10/2026 02:45", "25/10 2h45"] {
            let mut form = edit(start, "2026-10-25T05:00:00Z");
            assert_eq!(start_and_end(&form)[0], text);
            type_into(&mut form, "start_time", input);
            assert_eq!(start_and_end(&form)[0], retyped, "{input}");
        }
        let mut form = edit(start, "2026-10-25T05:00:00Z");
        type_into(&mut form, "start_time", "02:45 CET");
        assert_eq!(start_and_end(&form)[0], "25/10/2026 02:45 CET");
    }
    let mut form = edit("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z");
    assert_eq!(start_and_end(&form)[1], "25/10/2026 02:30 CET");
    assert_eq!(hint(&form, Lang::En).as_deref(), Some("1 h"));
    type_into(&mut form, "end_time", "02:45");
    assert_eq!(start_and_end(&form)[1], "25/10/2026 02:45 CET");
}

#[test]
fn a_day_from_the_calendar_keeps_the_time() {
    let mut form = edit("2026-10-25T01:30:00Z", "2026-10-25T05:00:00Z");
    form.set_day(date(2026, 10, 25), &now());
    assert_eq!(start_and_end(&form)[0], "25/10/2026 02:30 CET");
    form.set_day(date(2026, 10, 26), &now());
    assert_eq!(
        start_and_end(&form),
        ["26/10/2026 02:30", "26/10/2026 06:00"]
    );
    // The clocks skip the time on that day: the time is not changed silently.
    form.set_day(date(2027, 3, 28), &now());
    assert_eq!(start_and_end(&form)[0], "28/03/2027 02:30");
    let error = form.fields[0].value(&now());
    assert_eq!(error, Err(crate::parse::ParseError::ClockSkips));
    let mut form = create();
    form.focus_field(index(&form, "start_time"));
    form.set_day(date(2026, 9, 12), &now());
    assert_eq!(start_and_end(&form)[0], "12/09/2026 09:00");
}

/// Typing a length moves the end, but the start has not changed.
#[test]
fn an_end_that_was_typed_has_not_moved_with_the_start() {
    let mut form = create();
    type_into(&mut form, "start_time", "12/9 18h");
    type_into(&mut form, "end_time", "12/9 17h");
    let end = index(&form, "end_time");
    form.fields[end].input = Input::new("+5h".to_owned());
    // Saving completes every field, the start first.
    for index in 0..form.fields.len() {
        form.normalize(index, &now());
    }
    assert_eq!(hint(&form, Lang::En).as_deref(), Some("5 h"));
}
