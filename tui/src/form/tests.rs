#![allow(clippy::panic, clippy::unwrap_used)]

mod server;

use epic_events::v1::{Collaborator, Contract, Role, UpdateContractRequest};
use tui_input::Input;

use super::*;
use crate::{
    record::{
        Tab,
        fixtures::{COMMERCIAL, GESTION, client, collaborator, contract, event, now},
    },
    screens::login,
};

const REQUEST_ID: Uuid = Uuid::from_u128(7);

fn edit(record: Record, actor: Actor) -> Form {
    let spec = record.tab().screen().edit;
    Form::new(
        spec,
        Some(record),
        Some(actor),
        REQUEST_ID,
        Lang::En,
        &now(),
    )
}

fn create(tab: Tab, actor: Actor) -> Form {
    let spec = tab.screen().create;
    Form::new(spec, None, Some(actor), REQUEST_ID, Lang::En, &now())
}

/// The contract's form. A commercial may not change the first two of its six fields.
fn contract_form() -> Form {
    edit(Record::Contract(contract()), COMMERCIAL)
}

fn collaborator_form(client_count: i32, event_count: i32) -> Form {
    let record = Collaborator {
        client_count,
        event_count,
        ..collaborator()
    };
    edit(Record::Collaborator(record), GESTION)
}

fn messages() -> Messages {
    Messages::new(Lang::En)
}

fn field<'f>(form: &'f mut Form, name: &str) -> &'f mut Field {
    let mut fields = form.fields.iter_mut();
    fields.find(|field| field.spec.name == name).unwrap()
}

fn type_into(form: &mut Form, name: &str, text: &str) {
    field(form, name).input = Input::new(text.to_owned());
}

/// Name and message of each field that displays one.
fn errors(form: &Form) -> Vec<(&str, &str)> {
    let has_error = |field: &'_ Field| field.error.is_some();
    let fields = form.fields.iter().filter(|field| has_error(field));
    fields
        .map(|field| (field.spec.name, field.error.as_deref().unwrap()))
        .collect()
}

fn build_update(form: &mut Form) -> Option<UpdateContractRequest> {
    match form.build(&messages(), &now())? {
        ApiRequest::UpdateContract(request) => Some(request),
        _ => panic!("another request"),
    }
}

#[test]
fn a_new_form_focuses_the_first_editable_field() {
    assert_eq!(contract_form().focus, 2);
    assert_eq!(edit(Record::Contract(contract()), GESTION).focus, 0);
    let locked: Vec<_> = contract_form()
        .fields
        .iter()
        .map(|it| it.locked.is_some())
        .collect();
    assert_eq!(locked, [true, true, false, false, false, false]);
}

#[test]
fn a_form_without_editable_fields_keeps_the_focus() {
    let mut form = edit(Record::Event(event()), COMMERCIAL);
    assert_eq!(form.focus, 0);
    form.move_focus(1);
    assert_eq!(form.focus, 0);
    assert!(form.is_last());
}

#[test]
fn move_focus_skips_locked_fields_and_wraps_around() {
    let mut form = contract_form();
    // Steps, and the indices of the focused fields.
    for (step, expected) in [(1, [3, 4, 5, 2, 3]), (-1, [2, 5, 4, 3, 2])] {
        for index in expected {
            form.move_focus(step);
            assert_eq!(
                (form.focus, form.focused().spec.name),
                (index, form.fields[index].spec.name)
            );
        }
    }
}

#[test]
fn move_focus_skips_hidden_fields() {
    let mut form = collaborator_form(61, 0);
    form.focus_field(3);
    assert!(form.is_last());
    form.move_focus(1);
    assert_eq!(form.focus, 0);
    field(&mut form, "role").chosen = Value::Role(Role::Support);
    form.focus_field(3);
    assert!(!form.is_last());
    form.move_focus(1);
    assert_eq!(form.focus, 4);
    assert!(form.is_last());
}

#[test]
fn is_last_compares_with_the_editable_fields() {
    let mut form = contract_form();
    for index in 2..6 {
        form.focus_field(index);
        assert_eq!(form.is_last(), index == 5, "{index}");
    }
}

#[test]
fn focus_field_ignores_fields_that_cannot_be_focused() {
    let mut form = contract_form();
    for (index, expected) in [(5, 5), (3, 3), (0, 3), (6, 3), (99, 3)] {
        form.focus_field(index);
        assert_eq!(form.focus, expected, "{index}");
    }
}

#[test]
fn visible_fields_omit_hidden_fields() {
    let mut form = collaborator_form(61, 0);
    let names = |form: &Form| {
        let fields = form.visible_fields();
        fields
            .map(|(index, field)| (index, field.spec.name))
            .collect::<Vec<_>>()
    };
    let mut expected = vec![(0, "name"), (1, "email"), (2, "phone"), (3, "role")];
    assert_eq!(names(&form), expected);
    field(&mut form, "role").chosen = Value::Role(Role::Support);
    expected.push((4, "successor_id"));
    assert_eq!(names(&form), expected);
}

#[test]
fn is_changed_compares_the_chosen_value_of_the_named_field() {
    let mut form = collaborator_form(61, 0);
    assert!(!form.is_changed("role"));
    field(&mut form, "role").chosen = Value::Role(Role::Support);
    assert!(form.is_changed("role"));
    assert!(!form.is_changed("successor_id"));
    assert!(!form.is_changed("unknown"));
}

#[test]
fn is_dirty_after_input() {
    let mut form = contract_form();
    assert!(!form.is_dirty(&now()));
    type_into(&mut form, "total_cents", "20 000");
    assert!(form.is_dirty(&now()));
    type_into(&mut form, "total_cents", "12400");
    assert!(!form.is_dirty(&now()));
    field(&mut form, "signed").chosen = Value::Flag(false);
    assert!(form.is_dirty(&now()));
}

/// Without a year, the date of a contract is the nearest one, and that of an event the next one.
#[test]
fn the_year_of_a_date_depends_on_the_field() {
    let mut contract = create(Tab::Contracts, GESTION);
    type_into(&mut contract, "date", "6/9");
    let mut event = create(Tab::Events, COMMERCIAL);
    type_into(&mut event, "start_time", "6/9 18h");
    for form in [&mut contract, &mut event] {
        (0..form.fields.len()).for_each(|index| form.normalize(index, &now()));
    }
    assert_eq!(field(&mut contract, "date").input.value(), "06/09/2026");
    assert_eq!(
        field(&mut event, "start_time").input.value(),
        "06/09/2027 18:00"
    );
}

#[test]
fn a_collaborator_in_charge_needs_a_successor() {
    for (clients, events, expected) in [(0, 0, false), (1, 0, true), (0, 1, true), (2, 3, true)] {
        let form = collaborator_form(clients, events);
        assert_eq!(form.target_is_in_charge(), expected);
    }
    assert!(!contract_form().target_is_in_charge());
    let mut form = collaborator_form(0, 0);
    let error = ApiError::new(Reason::StillInCharge);
    form.show_error(error, &messages(), now().timestamp());
    assert!(form.target_is_in_charge());
}

#[test]
fn check_reports_only_visited_fields() {
    let mut form = create(Tab::Contracts, GESTION);
    form.check(&messages(), &now());
    assert_eq!(errors(&form), []);
    form.fields[1].visited = true;
    form.check(&messages(), &now());
    assert_eq!(errors(&form), [("event_title", "is required")]);
}

#[test]
fn build_reports_every_field_once() {
    let mut form = create(Tab::Contracts, GESTION);
    type_into(&mut form, "total_cents", "abc");
    type_into(&mut form, "date", "31/02");
    assert!(form.build(&messages(), &now()).is_none());
    let not_an_amount = "is not an amount: type 12400, 12 400.50 or 12,400.50";
    let expected = [
        ("client_id", "is required"),
        ("event_title", "is required"),
        ("total_cents", not_an_amount),
        ("remaining_cents", "is required"),
        (
            "date",
            "no such date: correct the day or the month, as in 31/12/2026",
        ),
    ];
    assert_eq!(errors(&form), expected);
    assert_eq!(form.focus, 0);
}

#[test]
fn build_focuses_the_first_error() {
    let mut form = contract_form();
    type_into(&mut form, "remaining_cents", "20 000");
    assert!(build_update(&mut form).is_none());
    assert_eq!(
        errors(&form),
        [("remaining_cents", "is more than the total")]
    );
    assert_eq!(form.focus, 3);
}

#[test]
fn a_cleared_amount_is_required() {
    let mut form = contract_form();
    type_into(&mut form, "total_cents", "");
    assert!(build_update(&mut form).is_none());
    assert_eq!(errors(&form)[0], ("total_cents", "is required"));
}

/// The successor is visible, empty and optional.
#[test]
fn an_amount_is_not_compared_with_one_that_cannot_be_read() {
    for total in ["abc", "25 nov", ""] {
        let mut form = contract_form();
        type_into(&mut form, "total_cents", total);
        assert_eq!(build_update(&mut form), None);
        let fields: Vec<_> = errors(&form).into_iter().map(|(name, _)| name).collect();
        assert_eq!(fields, ["total_cents"], "{total:?}");
    }
    let mut form = contract_form();
    type_into(&mut form, "total_cents", "1");
    assert_eq!(build_update(&mut form), None);
    assert_eq!(
        errors(&form),
        [("remaining_cents", "is more than the total")]
    );
}

#[test]
fn a_link_may_be_empty() {
    let mut form = collaborator_form(61, 0);
    field(&mut form, "role").chosen = Value::Role(Role::Support);
    assert!(form.build(&messages(), &now()).is_some());
    assert_eq!(errors(&form), []);
}

#[test]
fn build_sends_the_changed_fields() {
    let mut form = contract_form();
    type_into(&mut form, "remaining_cents", "100,5");
    field(&mut form, "signed").chosen = Value::Flag(false);
    let request = build_update(&mut form).unwrap();
    let expected = UpdateContractRequest {
        id: 1042,
        etag: "6".to_owned(),
        remaining_cents: Some(10_050),
        signed: Some(false),
        ..UpdateContractRequest::default()
    };
    assert!(request == expected);
    assert_eq!(form.fields[3].input.value(), "100.50");
}

#[test]
fn a_repeated_password_must_be_equal() {
    let actor = None;
    let mut form = Form::new(&login::PASSWORD, None, actor, REQUEST_ID, Lang::En, &now());
    type_into(&mut form, "current_password", "correct horse battery");
    type_into(&mut form, "new_password", "plume d'oie, encre");
    type_into(&mut form, "repeated", "plume");
    assert!(form.build(&messages(), &now()).is_none());
    let expected = [("repeated", "is not the same as the new password")];
    assert_eq!(errors(&form), expected);
    type_into(&mut form, "repeated", "plume d'oie, encre");
    assert!(form.build(&messages(), &now()).is_some());
}
