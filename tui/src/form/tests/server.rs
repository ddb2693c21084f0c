//! Errors of the server, and records that another collaborator saved.

use std::time::Duration;

use super::*;

#[test]
fn build_discards_errors_of_the_server() {
    let mut form = contract_form();
    let error = ApiError::new(Reason::InvalidField).with_field("date", FieldErrorKind::NotADate);
    form.show_error(error, &messages(), now().timestamp());
    assert_eq!(errors(&form)[0].0, "date");
    assert!(build_update(&mut form).is_some());
    assert_eq!(errors(&form), []);
}

/// Reason, with the field and the form's message that it sets.
#[test]
fn errors_of_the_server_are_shown_at_their_fields() {
    let about = |field, kind| ApiError::new(Reason::InvalidField).with_field(field, kind);
    let signed = "The contract has an event, so it stays signed.";
    let busy = "The server is overloaded. Try again in a moment.";
    let cases = [
        (
            ApiError::new(Reason::ContractHasEvent),
            Some(("signed", signed)),
            None,
            5,
        ),
        (
            about("date", FieldErrorKind::NotADate),
            Some(("date", "is not a date between 2000 and 2199")),
            None,
            4,
        ),
        // The field is locked, so it cannot be focused.
        (
            about("event_title", FieldErrorKind::Missing),
            Some(("event_title", "is required")),
            None,
            2,
        ),
        (ApiError::new(Reason::Busy), None, Some(busy), 2),
        // A field that the form does not have.
        (
            about("phone", FieldErrorKind::Missing),
            None,
            Some("is required"),
            2,
        ),
    ];
    for (error, field_error, notice, focus) in cases {
        let mut form = contract_form();
        form.busy = true;
        form.warn("Another message".to_owned());
        form.show_error(error, &messages(), now().timestamp());
        assert!(!form.busy && !form.needs_successor);
        assert_eq!(errors(&form), field_error.into_iter().collect::<Vec<_>>());
        let found = form.notice.as_ref().map(|status| status.text.as_str());
        assert_eq!((found, form.focus), (notice, focus));
    }
}

#[test]
fn reasons_without_field_errors_refer_to_a_field() {
    let cases = [
        (Reason::LastGestion, "role"),
        (Reason::StillInCharge, "successor_id"),
    ];
    for (reason, name) in cases {
        let mut form = collaborator_form(0, 0);
        form.show_error(ApiError::new(reason), &messages(), now().timestamp());
        assert_eq!(errors(&form)[0].0, name);
        assert_eq!(form.notice, None);
        assert_eq!(form.needs_successor, reason == Reason::StillInCharge);
        // A later error does not reset it.
        let needs_successor = form.needs_successor;
        form.show_error(ApiError::new(Reason::Busy), &messages(), now().timestamp());
        assert_eq!(form.needs_successor, needs_successor);
    }
}

/// The field errors take precedence over the field to which the reason refers.
#[test]
fn field_errors_replace_the_sentence_of_the_reason() {
    let mut form = collaborator_form(0, 0);
    let error = ApiError::new(Reason::LastGestion).with_field("name", FieldErrorKind::Missing);
    form.show_error(error, &messages(), now().timestamp());
    assert_eq!(errors(&form), [("name", "is required")]);
}

#[test]
fn too_many_attempts_block_the_form() {
    let start = now().timestamp();
    let error = ApiError::new(Reason::TooManyAttempts);
    let mut form = contract_form();
    form.show_error(
        error.clone().with_retry_delay(Duration::from_secs(8)),
        &messages(),
        start,
    );
    assert_eq!(
        (form.seconds_until_retry(start), &form.notice),
        (Some(8), &None)
    );
    let mut form = contract_form();
    form.show_error(error, &messages(), start);
    assert_eq!(form.seconds_until_retry(start), None);
    assert!(form.notice.is_some());
}

#[test]
fn merge_saved_keeps_the_input_and_offers_the_saved_value() {
    let mut form = contract_form();
    type_into(&mut form, "remaining_cents", "100");
    type_into(&mut form, "date", "1/4/2026");
    form.change_notice = form.notice.clone();
    let theirs = Contract {
        event_title: "Bal".to_owned(),
        total_cents: 2_000_000,
        remaining_cents: 50_000,
        etag: "8".to_owned(),
        ..contract()
    };
    assert!(form.merge_saved(Record::Contract(theirs), &now()));
    // Field, input, alternative: whether it is theirs, and its value.
    let cases = [
        ("event_title", "Bal", None),
        (
            "total_cents",
            "20,000.00",
            Some((false, Value::Cents(1_240_000))),
        ),
        ("remaining_cents", "100", Some((true, Value::Cents(50_000)))),
        ("date", "1/4/2026", None),
    ];
    for (name, input, other) in cases {
        let field = field(&mut form, name);
        let found = field.alternative.clone().map(|it| (it.is_theirs, it.value));
        assert_eq!((field.input.value(), found), (input, other), "{name}");
    }
    assert_eq!(field(&mut form, "signed").alternative, None);
    assert_eq!(form.came_in, ["field-event-title"]);
    assert_eq!(form.target.as_ref().unwrap().etag(), "8");
    // The next save sends the remaining difference, with the new version.
    let request = build_update(&mut form).unwrap();
    assert_eq!(request.etag, "8");
    assert_eq!(
        (request.total_cents, request.remaining_cents),
        (None, Some(10_000))
    );
}

#[test]
fn a_field_is_stored_as_what_the_server_makes_of_the_input() {
    let contract = || Record::Contract(contract());
    let client = || Record::Client(client());
    let event = || Record::Event(event());
    // Record, field, input, stored value, and whether the record contains the input.
    let text = |text: &str| Value::Text(text.to_owned());
    let cases = [
        (client(), "name", " Zoé  Petit ", text("Zoé  Petit"), true),
        (client(), "name", "Zoé", text("zoé"), false),
        (
            client(),
            "email",
            "Zoe@PETIT.fr ",
            text("Zoe@petit.fr"),
            true,
        ),
        (
            client(),
            "email",
            "zoe@petit.fr",
            text("zoe@petit.com"),
            false,
        ),
        (client(), "phone", " 0102030405", text("0102030405"), true),
        (client(), "phone", "0102030405", text("0102030406"), false),
        (event(), "note", "a\nb\n", text("a\nb"), true),
        (event(), "note", "", text(""), true),
        (event(), "note", "a", text(""), false),
        (
            contract(),
            "remaining_cents",
            "100",
            Value::Cents(10_000),
            true,
        ),
        (
            contract(),
            "remaining_cents",
            "abc",
            Value::Cents(10_000),
            false,
        ),
    ];
    for (record, name, input, stored, expected) in cases {
        let mut form = edit(record, GESTION);
        type_into(&mut form, name, input);
        let field = field(&mut form, name);
        assert_eq!(
            field.is_stored_as(&stored, &now()),
            expected,
            "{name}: {input:?}"
        );
    }
    let mut form = edit(contract(), GESTION);
    let field = field(&mut form, "client_id");
    field.chosen = Value::Link(2, "Dupont".to_owned());
    assert!(field.is_stored_as(&Value::Link(2, "Dupont SARL".to_owned()), &now()));
    assert!(!field.is_stored_as(&Value::Link(3, "Dupont".to_owned()), &now()));
}

#[test]
fn a_record_holds_the_changes_of_the_user() {
    let saved = |remaining_cents, event_title: &str| {
        Record::Contract(Contract {
            remaining_cents,
            event_title: event_title.to_owned(),
            ..contract()
        })
    };
    let mut form = contract_form();
    type_into(&mut form, "remaining_cents", "100");
    assert!(form.is_stored_in(&saved(10_000, "Mariage"), &now()));
    assert!(form.is_stored_in(&saved(10_000, "Bal"), &now()));
    assert!(!form.is_stored_in(&saved(10_001, "Mariage"), &now()));
    assert!(!form.merge_saved(saved(10_000, "Mariage"), &now()));
    assert_eq!(form.fields[3].alternative, None);
    // An input that does not parse differs from the record, and is kept.
    type_into(&mut form, "remaining_cents", "abc");
    assert!(!form.is_stored_in(&saved(10_000, "Mariage"), &now()));
    form.merge_saved(saved(10_000, "Mariage"), &now());
    assert_eq!(form.fields[3].input.value(), "abc");
}
