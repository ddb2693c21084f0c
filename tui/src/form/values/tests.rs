#![allow(clippy::unwrap_used)]

use epic_events::{
    policy::Actor,
    v1::Me,
    value::{wire_date, wire_time},
};
use jiff::civil::date;
use tui_input::Input;
use uuid::Uuid;

use super::*;
use crate::{
    form::spec::FormSpec,
    messages::Lang,
    record::{
        Tab,
        fixtures::{COMMERCIAL, GESTION, SUPPORT, collaborator, contract, event, now, time},
    },
};

const REQUEST_ID: Uuid = Uuid::from_u128(7);

fn form(spec: &'static FormSpec, target: Option<Record>, actor: Actor) -> Form {
    Form::new(spec, target, Some(actor), REQUEST_ID, Lang::En, &now())
}

fn edit(record: Record, actor: Actor) -> Form {
    form(record.tab().screen().edit, Some(record), actor)
}

/// Calls `check` with the values of a form.
fn with_values<T>(form: &Form, all: bool, check: impl Fn(&FormValues<'_>) -> T) -> T {
    let now = now();
    check(&FormValues {
        form,
        now: &now,
        all,
    })
}

#[test]
fn values_of_a_contract() {
    let form = edit(Record::Contract(contract()), GESTION);
    with_values(&form, false, |values| {
        assert_eq!(values.id(), 1042);
        assert_eq!(values.etag(), "6");
        assert_eq!(values.link("client_id"), 31);
        assert_eq!(values.text("event_title"), "Mariage");
        assert_eq!(values.cents("total_cents"), 1_240_000);
        assert_eq!(values.cents("remaining_cents"), 410_000);
        let expected = Some(wire_date(date(2026, 3, 12)));
        assert_eq!(values.date("date"), expected);
        assert!(values.flag("signed"));
    });
}

#[test]
fn values_of_an_event() {
    let form = edit(Record::Event(event()), SUPPORT);
    with_values(&form, false, |values| {
        let expected = Some(wire_time(time("2026-09-12T16:00:25Z")));
        assert_eq!(values.moment("start_time"), expected);
        assert_eq!(values.number("attendees"), 1_250);
    });
}

#[test]
fn values_of_a_collaborator() {
    let form = edit(Record::Collaborator(collaborator()), GESTION);
    with_values(&form, false, |values| {
        assert_eq!(values.role("role"), Role::Commercial);
    });
}

#[test]
fn empty_values_have_the_default_of_the_wire() {
    let mut form = form(Tab::Contracts.screen().create, None, GESTION);
    let fields = ["client_id", "event_title", "total_cents", "date", "unknown"];
    let check = |form: &Form| {
        with_values(form, true, |values| {
            assert_eq!((values.id(), values.etag()), (0, String::new()));
            for name in fields {
                assert_eq!(values.text(name), "");
                assert_eq!(values.cents(name), 0);
                assert_eq!(values.number(name), 0);
                assert_eq!(values.date(name), None);
                assert_eq!(values.moment(name), None);
                assert!(!values.flag(name));
                assert_eq!(values.role(name), Role::Unspecified);
                assert_eq!(values.link(name), 0);
            }
        });
    };
    check(&form);
    // An amount that does not parse counts as empty too.
    form.fields[2].input = Input::new("abc".to_owned());
    check(&form);
}

#[test]
fn a_hidden_field_has_no_value() {
    let mut form = edit(Record::Collaborator(collaborator()), GESTION);
    let successor = form.fields.last_mut().unwrap();
    assert_eq!(successor.spec.name, "successor_id");
    successor.chosen = Value::Link(9, "Luc Petit".to_owned());
    with_values(&form, false, |values| {
        assert_eq!(values.link("successor_id"), 0);
    });
    form.fields[3].chosen = Value::Role(Role::Support);
    with_values(&form, false, |values| {
        assert_eq!(values.link("successor_id"), 9);
    });
}

#[test]
fn changed_covers_editable_fields_that_differ() {
    let mut form = edit(Record::Contract(contract()), COMMERCIAL);
    form.fields[2].input = Input::new("20 000".to_owned());
    // Field, changed, changed when all fields count.
    let cases = [
        // Only gestion may change the first two.
        ("client_id", false, false),
        ("event_title", false, false),
        ("total_cents", true, true),
        ("remaining_cents", false, true),
        ("date", false, true),
        ("signed", false, true),
        ("unknown", false, false),
    ];
    for (name, changed, counted) in cases {
        for (all, expected) in [(false, changed), (true, counted)] {
            let found = with_values(&form, all, |values| values.changed(name).is_some());
            assert_eq!(found, expected, "{name}, all: {all}");
        }
    }
    with_values(&form, false, |values| {
        assert_eq!(values.changed("total_cents"), Some("total_cents"));
    });
}

#[test]
fn the_form_supplies_request_id_and_owner() {
    let me = Me {
        name: "Alice Martin".to_owned(),
        email: "alice@epic.example".to_owned(),
        ..Me::default()
    };
    let form = form(Tab::Contracts.screen().create, None, GESTION).with_user(Some(me));
    with_values(&form, false, |values| {
        assert_eq!(values.request_id(), REQUEST_ID.to_string());
        let owner = values.account_owner();
        assert_eq!(
            (owner.name, owner.email),
            ("Alice Martin", "alice@epic.example")
        );
    });
}
