//! The meaning of each database constraint: the reason and the field of the error that callers
//! receive. A test compares this table with the catalog of the database.

use epic_events::{
    api_error::ApiError,
    field_error::FieldErrorKind,
    reason::Reason::{
        self, ContractHasEvent, ContractNotSigned, EmailTaken, EventExists, InvalidField,
        LastGestion, NoSuchRecord, RequestIdReused, StillInCharge, WrongRole,
    },
};

/// The meaning of a constraint.
#[derive(Clone, Copy, Debug)]
pub struct Constraint {
    /// The name in the database.
    pub name: &'static str,
    /// The reason when a write violates it; `None` where no call can violate it.
    pub reason: Option<Reason>,
    /// The field of the request that violates it.
    pub field: Option<(&'static str, FieldErrorKind)>,
    /// The reason when a write to the referenced row of a foreign key violates it.
    pub referenced_row_reason: Option<Reason>,
}

const fn rule(
    name: &'static str,
    reason: Reason,
    field: &'static str,
    kind: FieldErrorKind,
) -> Constraint {
    Constraint {
        name,
        reason: Some(reason),
        field: Some((field, kind)),
        referenced_row_reason: None,
    }
}

const fn referenced(rule: Constraint, reason: Reason) -> Constraint {
    Constraint {
        referenced_row_reason: Some(reason),
        ..rule
    }
}

const fn record(name: &'static str, reason: Reason) -> Constraint {
    Constraint {
        name,
        reason: Some(reason),
        field: None,
        referenced_row_reason: None,
    }
}

const fn guard(name: &'static str) -> Constraint {
    Constraint {
        name,
        reason: None,
        field: None,
        referenced_row_reason: None,
    }
}

/// All constraints of the database.
#[rustfmt::skip] // One line per constraint.
pub const CONSTRAINTS: &[Constraint] = &[
    rule("collaborators_email_key", EmailTaken, "email", FieldErrorKind::EmailTaken),
    record("collaborators_last_gestion", LastGestion),
    guard("collaborators_role_check"),
    guard("collaborators_password_hash_check"),
    guard("collaborators_request_id_key"),
    guard("collaborators_id_role_key"),
    guard("collaborators_text_lengths"),
    guard("collaborators_times_readable"),
    guard("clients_text_lengths"),
    guard("clients_times_readable"),
    guard("contracts_text_lengths"),
    guard("contracts_times_readable"),
    guard("events_text_lengths"),
    guard("events_times_readable"),
    record("collaborators_request_id_of_deleted", RequestIdReused),
    guard("sessions_text_lengths"),
    guard("sessions_times_readable"),
    guard("history_text_lengths"),
    guard("history_times_readable"),
    guard("login_attempts_times_readable"),
    guard("login_places_times_readable"),
    guard("suspensions_times_readable"),
    guard("spent_refresh_tokens_times_readable"),
    guard("sessions_collaborator_fkey"),
    guard("sessions_refresh_hash_key"),
    guard("spent_refresh_tokens_session_fkey"),
    guard("history_kind_check"),
    guard("history_record_check"),
    guard("changes_kind_check"),
    guard("changes_record_check"),
    rule("clients_email_key", EmailTaken, "email", FieldErrorKind::EmailTaken),
    referenced(rule("clients_commercial_fkey", WrongRole, "commercial_id", FieldErrorKind::WrongRole), StillInCharge),
    guard("clients_commercial_role_check"),
    guard("clients_request_id_key"),
    rule("contracts_client_fkey", NoSuchRecord, "client_id", FieldErrorKind::NoSuchRecord),
    rule("contracts_remaining_within_total", InvalidField, "remaining_cents", FieldErrorKind::AboveTotal),
    rule("contracts_remaining_not_negative", InvalidField, "remaining_cents", FieldErrorKind::Negative),
    guard("contracts_id_signed_key"),
    guard("contracts_request_id_key"),
    rule("events_contract_key", EventExists, "contract_id", FieldErrorKind::HasEvent),
    referenced(rule("events_contract_fkey", ContractNotSigned, "contract_id", FieldErrorKind::NotSigned), ContractHasEvent),
    guard("events_contract_signed_check"),
    referenced(rule("events_support_fkey", WrongRole, "support_id", FieldErrorKind::WrongRole), StillInCharge),
    guard("events_support_role_check"),
    rule("events_ends_after_start", InvalidField, "end_time", FieldErrorKind::EndsBeforeStart),
    rule("events_attendees_not_negative", InvalidField, "attendees", FieldErrorKind::Negative),
    guard("events_request_id_key"),
];

/// The error of a write that violates the constraint `name`.
#[must_use]
pub fn api_error(name: &str) -> Option<ApiError> {
    let found = CONSTRAINTS.iter().find(|rule| rule.name == name)?;
    let error = ApiError::new(found.reason?);
    Some(match found.field {
        Some((field, kind)) => error.with_field(field, kind),
        None => error,
    })
}

/// The error of a write to a row that other rows reference under the constraint `name`.
#[must_use]
pub(super) fn referenced_row_error(name: &str) -> Option<ApiError> {
    let found = CONSTRAINTS.iter().find(|rule| rule.name == name)?;
    found.referenced_row_reason.map(ApiError::new)
}
