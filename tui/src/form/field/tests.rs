#![allow(clippy::unwrap_used)]

use epic_events::v1::Role;
use jiff::civil::date;

use super::{super::spec::PickSource, *};
use crate::record::fixtures::{now, time};

static TEXT: FieldSpec = FieldSpec::new("text", "field-name", Kind::Text(120));
static SECRET: FieldSpec = FieldSpec::new("secret", "field-password", Kind::Password);
static AMOUNT: FieldSpec = FieldSpec::new("amount", "field-total", Kind::Amount);
static NUMBER: FieldSpec = FieldSpec::new("number", "field-attendees", Kind::Number);
static DATE: FieldSpec = FieldSpec::new("date", "field-date", Kind::Date);
static MOMENT: FieldSpec = FieldSpec::new("moment", "field-start", Kind::Moment);
static END: FieldSpec = FieldSpec {
    start_field: Some("moment"),
    ..FieldSpec::new("end", "field-end", Kind::Moment)
};
static FLAG: FieldSpec = FieldSpec::new("flag", "field-signed", Kind::Flag);
static LINK: FieldSpec = FieldSpec::new("link", "field-client", Kind::Link(PickSource::Client));

fn field(spec: &'static FieldSpec, before: Value) -> Field {
    Field::new(spec, before, None, Lang::En, &now())
}

/// The field after this text was typed.
fn typed(spec: &'static FieldSpec, before: Value, text: &str) -> Field {
    let mut field = field(spec, before);
    field.input = Input::new(text.to_owned());
    field
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn the_value_is_parsed_by_kind() {
    let cases = [
        (&TEXT, "Mariage", Ok(text("Mariage"))),
        (&TEXT, "", Ok(Value::Nothing)),
        (&TEXT, "  ", Ok(Value::Nothing)),
        (&SECRET, "  ", Ok(text("  "))),
        (&SECRET, "", Ok(Value::Nothing)),
        (&AMOUNT, "12 400,50", Ok(Value::Cents(1_240_050))),
        (&AMOUNT, "abc", Err(ParseError::NotAnAmount)),
        (&AMOUNT, " ", Ok(Value::Nothing)),
        (&NUMBER, "1 200", Ok(Value::Number(1_200))),
        (&NUMBER, "12,5", Err(ParseError::NotANumber)),
        (&DATE, "12/9", Ok(Value::Date(date(2026, 9, 12)))),
        (&DATE, "12", Err(ParseError::NotADate)),
        (
            &MOMENT,
            "12/9 18h",
            Ok(Value::Moment(time("2026-09-12T16:00:00Z"))),
        ),
        (&MOMENT, "18h", Err(ParseError::DayMissing)),
        // The value of a chosen field does not depend on the input.
        (&FLAG, "true", Ok(Value::Nothing)),
    ];
    for (spec, input, expected) in cases {
        let field = typed(spec, Value::Nothing, input);
        assert_eq!(field.value(&now()), expected, "{input:?}");
    }
}

#[test]
fn an_unchanged_time_keeps_its_seconds() {
    let before = Value::Moment(time("2026-09-12T16:00:25Z"));
    let mut field = field(&MOMENT, before.clone());
    assert_eq!(field.input.value(), "12/09/2026 18:00");
    assert_eq!(field.value(&now()), Ok(before));
    field.input = Input::new("12/09/2026 18:00 ".to_owned());
    let minute = Value::Moment(time("2026-09-12T16:00:00Z"));
    assert_eq!(field.value(&now()), Ok(minute));
}

#[test]
fn a_chosen_value_is_not_typed() {
    let client = Value::Link(31, "Zoé Lac".to_owned());
    let mut field = field(&LINK, client.clone());
    assert_eq!(field.input.value(), "");
    assert_eq!(field.value(&now()), Ok(client));
    assert!(!field.is_changed(&now()));
    field.set(Value::Link(32, "Luc Petit".to_owned()), &now());
    assert!(field.is_changed(&now()));
}

#[test]
fn is_changed_compares_with_the_record() {
    let cases = [
        (&TEXT, text("Mariage"), "Mariage", false),
        (&TEXT, text("Mariage"), "Bal", true),
        (&TEXT, text("Mariage"), "", true),
        (&TEXT, Value::Nothing, "Bal", true),
        (&TEXT, text(""), "Bal", true),
        // An absent text equals an empty one.
        (&TEXT, Value::Nothing, "", false),
        (&TEXT, text(""), "", false),
        (&TEXT, text(""), " ", false),
        (&AMOUNT, Value::Cents(1_250), "12,5", false),
        (&AMOUNT, Value::Cents(1_250), "12,6", true),
        // An input that does not parse is a change.
        (&AMOUNT, Value::Cents(1_250), "abc", true),
    ];
    for (spec, before, input, changed) in cases {
        let field = typed(spec, before, input);
        assert_eq!(field.is_changed(&now()), changed, "{input:?}");
    }
}

#[test]
fn a_time_without_a_date_is_completed() {
    let sunday = Value::Moment(time("2026-09-20T10:00:00Z"));
    let cases = [
        (&MOMENT, "18h", Ok("2026-09-20T16:00:00Z")),
        (&MOMENT, "12/9 18h", Ok("2026-09-12T16:00:00Z")),
        (&MOMENT, "25:00", Err(ParseError::NoSuchTime)),
        // The start of the period is unknown.
        (&END, "18h", Err(ParseError::DayMissing)),
        (&END, "+5h", Err(ParseError::StartMissing)),
    ];
    for (spec, input, expected) in cases {
        let field = typed(spec, sunday.clone(), input);
        let expected = expected.map(|at| Value::Moment(time(at)));
        assert_eq!(field.value(&now()), expected, "{input:?}");
    }
}

#[test]
fn normalize_rewrites_a_valid_input() {
    let cases = [
        (&AMOUNT, "12400.5", "12,400.50"),
        (&NUMBER, "1 200", "1200"),
        (&AMOUNT, "12,400", "12,400.00"),
        (&DATE, "12/9", "12/09/2026"),
        (&MOMENT, "12/9 18h", "12/09/2026 18:00"),
        (&AMOUNT, "abc", "abc"),
        (&TEXT, "  Bal ", "  Bal "),
        (&TEXT, "  ", "  "),
        // Copied texts contain invisible characters.
        (&AMOUNT, "\u{202d}12\u{a0}400.5\u{202c}", "12,400.50"),
        (&AMOUNT, "\u{feff}1,234.50\u{a0}€", "1,234.50"),
        (&NUMBER, "\u{200e}1\u{200b}200", "1200"),
        (&DATE, "\u{200e}12/9\u{200b}", "12/09/2026"),
        (&DATE, "12\u{a0}sept.\u{a0}2026", "12/09/2026"),
        (&MOMENT, "\u{202d}12/9\u{a0}18h", "12/09/2026 18:00"),
        (&TEXT, "Jean\u{200b}Dupont\u{202c}", "JeanDupont"),
        (&TEXT, "👩\u{200d}🚀", "👩\u{200d}🚀"),
    ];
    for (spec, input, expected) in cases {
        let mut field = typed(spec, Value::Nothing, input);
        field.normalize(&now());
        assert_eq!(field.input.value(), expected, "{input:?}");
    }
}

#[test]
fn a_valid_time_sets_the_date_for_the_next_one() {
    let mut field = typed(&MOMENT, Value::Nothing, "12/9 18h");
    assert_eq!(field.moment, None);
    field.normalize(&now());
    assert_eq!(field.moment, Some(time("2026-09-12T16:00:00Z")));
}

#[test]
fn an_error_is_displayed_after_the_first_visit() {
    let mut field = field(&TEXT, Value::Nothing);
    let error = || Some("is required".to_owned());
    field.set_error(error());
    assert_eq!(field.error, None);
    field.visited = true;
    field.set_error(error());
    assert_eq!(field.error, error());
    field.set_error(None);
    assert_eq!(field.error, None);
}

#[test]
fn an_error_of_the_server_lasts_until_the_input_changes() {
    let server_error = || Some("is taken".to_owned());
    let mut field = typed(&TEXT, Value::Nothing, "a@example.org");
    field.set_server_error("is taken".to_owned());
    assert_eq!(field.error, server_error());
    field.set_error(None);
    assert_eq!(field.error, server_error());
    field.input = Input::new("b@example.org".to_owned());
    field.set_error(None);
    assert_eq!(field.error, None);
    // The previous input does not restore the server's error.
    field.input = Input::new("a@example.org".to_owned());
    field.set_error(None);
    assert_eq!(field.error, None);
}

#[test]
fn an_error_of_the_server_lasts_until_the_choice_changes() {
    let mut field = field(&FLAG, Value::Flag(true));
    field.set_server_error("the contract has an event".to_owned());
    field.set_error(None);
    assert!(field.error.is_some());
    field.chosen = Value::Flag(false);
    field.set_error(None);
    assert_eq!(field.error, None);
}

#[test]
fn a_validation_error_precedes_an_error_of_the_server() {
    let mut field = field(&TEXT, Value::Nothing);
    field.visited = true;
    field.set_server_error("is taken".to_owned());
    field.set_error(Some("is required".to_owned()));
    assert_eq!(field.error.as_deref(), Some("is required"));
}

#[test]
fn clear_server_error_discards_the_error_of_the_server() {
    let mut field = field(&TEXT, Value::Nothing);
    field.set_server_error("is taken".to_owned());
    field.clear_server_error();
    field.set_error(None);
    assert_eq!(field.error, None);
}

#[test]
fn swap_exchanges_the_values() {
    let mut field = typed(&TEXT, Value::Nothing, "mine");
    field.swap(&now());
    assert_eq!(
        (field.input.value(), field.alternative.clone()),
        ("mine", None)
    );
    field.alternative = Some(Alternative {
        is_theirs: true,
        value: text("theirs"),
    });
    field.swap(&now());
    let mine = Alternative {
        is_theirs: false,
        value: text("mine"),
    };
    assert_eq!(field.input.value(), "theirs");
    assert_eq!(field.alternative, Some(mine));
    field.swap(&now());
    assert_eq!(field.input.value(), "mine");
    assert!(field.alternative.unwrap().is_theirs);
}

#[test]
fn next_role_cycles_through_the_departments() {
    let roles = [Role::Gestion, Role::Commercial, Role::Support];
    assert_eq!(next_role(None), roles[0]);
    for (index, role) in roles.into_iter().enumerate() {
        assert_eq!(next_role(Some(role)), roles[(index + 1) % 3]);
    }
}
