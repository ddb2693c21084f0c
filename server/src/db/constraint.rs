//! What each rule of the database means to people: one table from constraint to reason and field.
//! A test compares it with the database's own list, so that neither can forget one.

use epic_events::{
    api_error::ApiError,
    field_error::FieldErrorKind,
    reason::Reason::{
        self, ContractHasEvent, ContractNotSigned, EmailTaken, EventExists, InvalidField,
        LastGestion, NoSuchRecord, StillInCharge, WrongRole,
    },
};

/// What breaking a constraint means.
#[derive(Clone, Copy, Debug)]
pub struct Constraint {
    /// The name in the database.
    pub name: &'static str,
    /// Why the write was refused; `None` where no call can break it.
    pub reason: Option<Reason>,
    /// The field of the request that broke it.
    pub field: Option<(&'static str, FieldErrorKind)>,
    /// Why the record that others point to cannot change: the other end of a foreign key.
    pub pointed_to: Option<Reason>,
}

const fn rule(
    name: &'static str,
    reason: Reason,
    field: &'static str,
    problem: FieldErrorKind,
) -> Constraint {
    Constraint {
        name,
        reason: Some(reason),
        field: Some((field, problem)),
        pointed_to: None,
    }
}

const fn held(rule: Constraint, pointed_to: Reason) -> Constraint {
    Constraint {
        pointed_to: Some(pointed_to),
        ..rule
    }
}

const fn record(name: &'static str, reason: Reason) -> Constraint {
    Constraint {
        name,
        reason: Some(reason),
        field: None,
        pointed_to: None,
    }
}

const fn guard(name: &'static str) -> Constraint {
    Constraint {
        name,
        reason: None,
        field: None,
        pointed_to: None,
    }
}

/// Every rule that the database holds.
#[rustfmt::skip] // One line a rule reads best.
pub const CONSTRAINTS: &[Constraint] = &[
    rule("collaborators_email_key", EmailTaken, "email", FieldErrorKind::EmailTaken),
    record("collaborators_last_gestion", LastGestion),
    guard("collaborators_role_check"),
    guard("collaborators_password_hash_check"),
    guard("collaborators_request_id_key"),
    guard("collaborators_id_role_key"),
    guard("sessions_collaborator_fkey"),
    guard("sessions_refresh_hash_key"),
    guard("spent_refresh_tokens_session_fkey"),
    guard("history_kind_check"),
    guard("history_record_check"),
    rule("clients_email_key", EmailTaken, "email", FieldErrorKind::EmailTaken),
    held(rule("clients_commercial_fkey", WrongRole, "commercial_id", FieldErrorKind::WrongRole), StillInCharge),
    guard("clients_commercial_role_check"),
    guard("clients_request_id_key"),
    rule("contracts_client_fkey", NoSuchRecord, "client_id", FieldErrorKind::NoSuchRecord),
    rule("contracts_remaining_within_total", InvalidField, "remaining_cents", FieldErrorKind::AboveTotal),
    rule("contracts_remaining_not_negative", InvalidField, "remaining_cents", FieldErrorKind::Negative),
    guard("contracts_id_signed_key"),
    guard("contracts_request_id_key"),
    rule("events_contract_key", EventExists, "contract_id", FieldErrorKind::HasEvent),
    held(rule("events_contract_fkey", ContractNotSigned, "contract_id", FieldErrorKind::NotSigned), ContractHasEvent),
    guard("events_contract_signed_check"),
    held(rule("events_support_fkey", WrongRole, "support_id", FieldErrorKind::WrongRole), StillInCharge),
    guard("events_support_role_check"),
    rule("events_ends_after_start", InvalidField, "end_time", FieldErrorKind::EndsBeforeStart),
    rule("events_attendees_not_negative", InvalidField, "attendees", FieldErrorKind::Negative),
    guard("events_request_id_key"),
];

/// What people are told when a write breaks the constraint of that name.
#[must_use]
pub fn refusal(name: &str) -> Option<ApiError> {
    let found = CONSTRAINTS.iter().find(|rule| rule.name == name)?;
    let refusal = ApiError::new(found.reason?);
    Some(match found.field {
        Some((field, problem)) => refusal.about(field, problem),
        None => refusal,
    })
}

/// What people are told when they change a record that others point to under that constraint.
#[must_use]
pub fn refusal_of_pointed_to(name: &str) -> Option<ApiError> {
    let found = CONSTRAINTS.iter().find(|rule| rule.name == name)?;
    found.pointed_to.map(ApiError::new)
}
