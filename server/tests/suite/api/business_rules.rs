//! The business rules: a call that violates a rule is refused with a reason and the field at fault,
//! and changes no row.

mod collaborators;
mod requests;

use epic_events::{
    api_error::ApiError,
    field_error::FieldErrorKind,
    policy::{self, Rpc},
    reason::Reason::{
        self, ContractHasEvent, ContractNotSigned, EmailTaken, EventExists, InvalidField,
        LastGestion, NoSuchRecord, NotASuccessor, StillInCharge, WrongRole,
    },
    v1::{
        AssignCommercialRequest, AssignSupportRequest, CreateClientRequest, CreateContractRequest,
        CreateEventRequest, DeleteCollaboratorRequest, Role, UpdateClientRequest,
        UpdateCollaboratorRequest, UpdateContractRequest, UpdateEventRequest,
    },
};
use prost::Message as _;

use self::requests::{contract, event};

use crate::support::{
    errors::api_error,
    fixtures::{
        COMMERCIAL1, COMMERCIAL2, GESTION1, GESTION2, SUPPORT1, SUPPORT2, client_request,
        client_update, collaborator_update, contract_update, event_update,
    },
    rights_fixture::{RightsFixture, assert_none},
    rpc_cases::hour,
};

/// A call that violates a rule, and its refusal.
struct Case {
    account: i64,
    rpc: Rpc,
    message: Vec<u8>,
    reason: Reason,
    field: Option<(&'static str, FieldErrorKind)>,
}

fn refused(
    account: i64,
    rpc: Rpc,
    message: &impl prost::Message,
    reason: Reason,
    field: Option<(&'static str, FieldErrorKind)>,
) -> Case {
    Case {
        account,
        rpc,
        message: message.encode_to_vec(),
        reason,
        field,
    }
}

/// Asserts that every call is refused as expected, on the fixture after `sql`.
async fn assert_refused(sql: &str, cases: Vec<Case>) {
    let mut fixture = RightsFixture::with_sql(sql).await;
    let mut failures = Vec::new();
    for (number, case) in cases.into_iter().enumerate() {
        let name = format!("case {number}, {} by {}", case.rpc.name(), case.account);
        let expected = ApiError::new(case.reason);
        let expected = match case.field {
            Some((field, kind)) => expected.with_field(field, kind),
            None => expected,
        };
        let result = fixture.call(case.rpc, case.account, case.message).await;
        match result {
            Ok(_) => failures.push(format!("{name}: not refused")),
            Err(status) if ApiError::from_status(&status).as_ref() == Some(&expected) => {}
            Err(status) => failures.push(format!("{name}: {status:?} instead of {expected:?}")),
        }
        if fixture.restore_if_changed().await {
            failures.push(format!("{name}: changed a row"));
            fixture = RightsFixture::with_sql(sql).await;
        }
    }
    assert_none(&failures);
}

/// Rule 1.
#[tokio::test(flavor = "multi_thread")]
async fn the_remaining_amount_is_between_zero_and_the_total() {
    let above = Some(("remaining_cents", FieldErrorKind::AboveTotal));
    let negative = Some(("remaining_cents", FieldErrorKind::Negative));
    let create = |total, remaining, field| {
        let contract = contract(total, remaining);
        refused(
            GESTION1,
            policy::CREATE_CONTRACT,
            &contract,
            InvalidField,
            field,
        )
    };
    let update = |account, patch: UpdateContractRequest, field| {
        refused(
            account,
            policy::UPDATE_CONTRACT,
            &patch,
            InvalidField,
            field,
        )
    };
    assert_refused(
        "",
        vec![
            create(100, 101, above),
            create(100, -1, negative),
            create(-1, 0, Some(("total_cents", FieldErrorKind::Negative))),
            update(
                GESTION1,
                UpdateContractRequest {
                    total_cents: Some(1),
                    remaining_cents: Some(2),
                    ..contract_update(1)
                },
                above,
            ),
            // A single amount is compared with the stored other amount: 5,000 of 10,000 remain.
            update(
                COMMERCIAL1,
                UpdateContractRequest {
                    remaining_cents: Some(10_001),
                    ..contract_update(1)
                },
                above,
            ),
            update(
                COMMERCIAL1,
                UpdateContractRequest {
                    total_cents: Some(4_999),
                    ..contract_update(1)
                },
                above,
            ),
            update(
                COMMERCIAL1,
                UpdateContractRequest {
                    remaining_cents: Some(-1),
                    ..contract_update(1)
                },
                negative,
            ),
        ],
    )
    .await;
}

/// Rule 2.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_ends_after_it_starts_and_has_no_negative_attendees() {
    let ends = Some(("end_time", FieldErrorKind::EndsBeforeStart));
    let negative = Some(("attendees", FieldErrorKind::Negative));
    let create = |event: CreateEventRequest, field| {
        refused(
            COMMERCIAL1,
            policy::CREATE_EVENT,
            &event,
            InvalidField,
            field,
        )
    };
    let update = |patch: UpdateEventRequest, field| {
        refused(SUPPORT1, policy::UPDATE_EVENT, &patch, InvalidField, field)
    };
    assert_refused(
        "",
        vec![
            create(event(1, 2, 1, 0), ends),
            create(event(1, 1, 1, 0), ends),
            create(event(1, 1, 2, -1), negative),
            update(
                UpdateEventRequest {
                    start_time: Some(hour(2)),
                    end_time: Some(hour(1)),
                    ..event_update(1)
                },
                ends,
            ),
            // A single time is compared with the stored other time: the event lasts from 10 to 12.
            update(
                UpdateEventRequest {
                    start_time: Some(hour(12)),
                    ..event_update(1)
                },
                ends,
            ),
            update(
                UpdateEventRequest {
                    end_time: Some(hour(10)),
                    ..event_update(1)
                },
                ends,
            ),
            update(
                UpdateEventRequest {
                    attendees: Some(-1),
                    ..event_update(1)
                },
                negative,
            ),
        ],
    )
    .await;
}

/// Rule 3.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_belongs_to_a_signed_contract_without_another_event() {
    let unsigned = Some(("contract_id", FieldErrorKind::NotSigned));
    let taken = Some(("contract_id", FieldErrorKind::HasEvent));
    let create = |contract, reason, field| {
        let event = event(contract, 10, 12, 1);
        refused(COMMERCIAL1, policy::CREATE_EVENT, &event, reason, field)
    };
    let unsign = |account| {
        let patch = UpdateContractRequest {
            signed: Some(false),
            ..contract_update(4)
        };
        refused(
            account,
            policy::UPDATE_CONTRACT,
            &patch,
            ContractHasEvent,
            None,
        )
    };
    assert_refused(
        "",
        vec![
            create(7, ContractNotSigned, unsigned),
            create(4, EventExists, taken),
            create(
                999,
                NoSuchRecord,
                Some(("contract_id", FieldErrorKind::NoSuchRecord)),
            ),
            unsign(GESTION1),
            unsign(COMMERCIAL1),
        ],
    )
    .await;
}
