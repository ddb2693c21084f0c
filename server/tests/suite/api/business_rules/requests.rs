//! Requests that are valid except for the values that a test passes.

use super::*;
use crate::support::fixtures::{contract_request, event_request};

pub(super) fn contract(total_cents: i64, remaining_cents: i64) -> CreateContractRequest {
    CreateContractRequest {
        total_cents,
        remaining_cents,
        ..contract_request(1)
    }
}

/// An event between two hours of 1 June 2026.
pub(super) fn event(contract_id: i64, start: i64, end: i64, attendees: i32) -> CreateEventRequest {
    CreateEventRequest {
        start_time: Some(hour(start)),
        end_time: Some(hour(end)),
        attendees,
        ..event_request(contract_id)
    }
}

pub(super) fn role_change(
    id: i64,
    role: Role,
    successor_id: Option<i64>,
) -> UpdateCollaboratorRequest {
    UpdateCollaboratorRequest {
        role: Some(role.into()),
        successor_id,
        ..collaborator_update(id)
    }
}

pub(super) fn removal(id: i64, successor_id: Option<i64>) -> DeleteCollaboratorRequest {
    DeleteCollaboratorRequest {
        id,
        etag: String::new(),
        successor_id,
    }
}
