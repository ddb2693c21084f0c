//! Requests that would be sound, but for what a test changes.

use super::*;

pub(super) fn contract(total_cents: i64, remaining_cents: i64) -> CreateContractRequest {
    CreateContractRequest {
        request_id: Uuid::new_v4().to_string(),
        client_id: 1,
        event_title: "Gala".to_owned(),
        total_cents,
        remaining_cents,
        date: Some(Date {
            year: 2026,
            month: 5,
            day: 13,
        }),
        signed: true,
    }
}

pub(super) fn contract_patch(id: i64) -> UpdateContractRequest {
    UpdateContractRequest {
        id,
        etag: "1".to_owned(),
        ..Default::default()
    }
}

pub(super) fn event(contract_id: i64, start: i64, end: i64, attendees: i32) -> CreateEventRequest {
    CreateEventRequest {
        request_id: Uuid::new_v4().to_string(),
        contract_id,
        start_time: Some(hour(start)),
        end_time: Some(hour(end)),
        location: "Paris".to_owned(),
        attendees,
        note: String::new(),
    }
}

pub(super) fn event_patch(id: i64) -> UpdateEventRequest {
    UpdateEventRequest {
        id,
        etag: "1".to_owned(),
        ..Default::default()
    }
}

pub(super) fn role_change(
    id: i64,
    role: Role,
    successor_id: Option<i64>,
) -> UpdateCollaboratorRequest {
    UpdateCollaboratorRequest {
        id,
        etag: "1".to_owned(),
        role: Some(role.into()),
        successor_id,
        ..Default::default()
    }
}

pub(super) fn removal(id: i64, successor_id: Option<i64>) -> DeleteCollaboratorRequest {
    DeleteCollaboratorRequest {
        id,
        etag: String::new(),
        successor_id,
    }
}
