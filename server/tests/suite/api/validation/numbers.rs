//! Amounts, dates, times, counts and roles.

use epic_events::{
    google::r#type::Date, policy, reason::Reason::InvalidField, v1::*, value::CENTS_MAX,
};
use prost_types::Timestamp;

use super::{assert_refused, refused};

use crate::support::fixtures::{self, date, time};

#[tokio::test(flavor = "multi_thread")]
async fn invalid_amounts_dates_times_counts_and_roles() {
    let mut cases = Vec::new();
    invalid_values!(cases, "gestion1", CREATE_CONTRACT, fixtures::contract_request(1), [
        remaining_cents: -1 => "NEGATIVE",
        remaining_cents: i64::MIN => "NEGATIVE",
        total_cents: -1 => "NEGATIVE",
        total_cents: i64::MIN => "NEGATIVE",
        total_cents: CENTS_MAX + 1 => "TOO_LARGE",
        total_cents: i64::MAX => "TOO_LARGE",
        remaining_cents: i64::MAX => "TOO_LARGE",
        client_id: 0 => "MISSING",
        client_id: -1 => "NEGATIVE",
        client_id: i64::MIN => "NEGATIVE",
        date: None => "MISSING",
    ]);
    cases.push(refused(
        "gestion1",
        policy::CREATE_CONTRACT,
        CreateContractRequest {
            remaining_cents: 100_001,
            ..fixtures::contract_request(1)
        },
        InvalidField,
        &[("remaining_cents", "ABOVE_TOTAL")],
    ));
    for (year, month, day) in [
        (2026, 2, 31),
        (2026, 2, 29),
        (2026, 13, 1),
        (2026, 0, 1),
        (2026, 1, 0),
        (2026, 4, 31),
        (0, 1, 1),
        (0, 0, 0),
        (-1, 1, 1),
        (1999, 12, 31),
        (2200, 1, 1),
        (99_999, 1, 1),
        (2026, 257, 1),
        (2026, -1, 1),
        (i32::MAX, i32::MAX, i32::MAX),
        (i32::MIN, 1, 1),
        (2026, 6, 256 + 5),
        (65_536 + 2026, 1, 1),
    ] {
        invalid_values!(cases, "gestion1", CREATE_CONTRACT, fixtures::contract_request(1), [
            date: Some(date(year, month, day)) => "NOT_A_DATE",
        ]);
        invalid_values!(cases, "gestion1", UPDATE_CONTRACT, fixtures::contract_update(1), [
            date: Some(Date { year, month, day }) => "NOT_A_DATE",
        ]);
    }
    for invalid in [
        time(i64::MAX),
        time(i64::MIN),
        time(-1),
        time(946_684_799),
        time(7_258_118_400),
        Timestamp {
            nanos: -1,
            ..time(1_790_000_000)
        },
        Timestamp {
            nanos: 1_000_000_000,
            ..time(1_790_000_000)
        },
        Timestamp {
            nanos: i32::MIN,
            ..time(1_790_000_000)
        },
        Timestamp {
            nanos: i32::MAX,
            ..time(1_790_000_000)
        },
    ] {
        invalid_values!(cases, "commercial1", CREATE_EVENT, fixtures::event_request(2), [
            start_time: Some(invalid) => "NOT_A_TIME",
            end_time: Some(invalid) => "NOT_A_TIME",
        ]);
        invalid_values!(cases, "support1", UPDATE_EVENT, fixtures::event_update(1), [
            start_time: Some(invalid) => "NOT_A_TIME",
            end_time: Some(invalid) => "NOT_A_TIME",
        ]);
        invalid_values!(cases, "support1", LIST_EVENTS, ListEventsRequest::default(), [
            start_after: Some(invalid) => "NOT_A_TIME",
            start_before: Some(invalid) => "NOT_A_TIME",
            end_after: Some(invalid) => "NOT_A_TIME",
        ]);
    }
    invalid_values!(cases, "commercial1", CREATE_EVENT, fixtures::event_request(2), [
        start_time: None => "MISSING",
        end_time: None => "MISSING",
        // Not after the start at 1_790_000_000; a fraction of a microsecond is dropped.
        end_time: Some(time(1_790_000_000)) => "ENDS_BEFORE_START",
        end_time: Some(time(1_789_999_999)) => "ENDS_BEFORE_START",
        end_time: Some(Timestamp { nanos: 999, ..time(1_790_000_000) }) => "ENDS_BEFORE_START",
        attendees: -1 => "NEGATIVE",
        attendees: i32::MIN => "NEGATIVE",
        attendees: i32::MAX => "TOO_LARGE",
        attendees: 1_000_001 => "TOO_LARGE",
        contract_id: 0 => "MISSING",
        contract_id: -7 => "NEGATIVE",
    ]);
    for role in [4, 99, -1, i32::MAX, i32::MIN] {
        invalid_values!(cases, "gestion1", CREATE_COLLABORATOR, fixtures::collaborator_request(), [
            role: role => "NOT_A_ROLE",
        ]);
        invalid_values!(cases, "gestion1", UPDATE_COLLABORATOR, fixtures::collaborator_update(5), [
            role: Some(role) => "NOT_A_ROLE",
        ]);
        invalid_values!(cases, "support1", LIST_COLLABORATORS, ListCollaboratorsRequest::default(), [
            role: role => "NOT_A_ROLE",
        ]);
    }
    invalid_values!(cases, "gestion1", CREATE_COLLABORATOR, fixtures::collaborator_request(), [
        role: 0 => "MISSING",
    ]);
    invalid_values!(cases, "gestion1", UPDATE_COLLABORATOR, fixtures::collaborator_update(5), [
        role: Some(0) => "MISSING",
        successor_id: Some(0) => "MISSING",
        successor_id: Some(-1) => "NEGATIVE",
    ]);
    assert_refused(cases).await;
}
