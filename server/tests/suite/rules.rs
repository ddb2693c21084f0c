//! The rules as the server tells them: each is broken by a call, which says why and which field,
//! and changes nothing.

mod people;
mod requests;

use epic_events::{
    api_error::ApiError,
    field_error::FieldErrorKind,
    google::r#type::Date,
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
use uuid::Uuid;

use self::requests::{contract, contract_patch, event, event_patch};
use crate::{
    house::refusal,
    rights::calls::hour,
    stage::{COMMERCIAL1, COMMERCIAL2, GESTION1, SUPPORT1, SUPPORT2, Stage},
};

/// A call that breaks a rule.
struct Broken {
    who: i64,
    rpc: Rpc,
    message: Vec<u8>,
    reason: Reason,
    field: Option<(&'static str, FieldErrorKind)>,
}

fn broken(
    who: i64,
    rpc: Rpc,
    message: &impl prost::Message,
    reason: Reason,
    field: Option<(&'static str, FieldErrorKind)>,
) -> Broken {
    Broken {
        who,
        rpc,
        message: message.encode_to_vec(),
        reason,
        field,
    }
}

async fn assert_refused(setting: &str, cases: Vec<Broken>) {
    let mut stage = Stage::after(setting).await;
    let mut wrong = Vec::new();
    for (number, case) in cases.into_iter().enumerate() {
        let what = format!("case {number}, {} by {}", case.rpc.name(), case.who);
        let expected = ApiError::new(case.reason);
        let expected = match case.field {
            Some((field, problem)) => expected.about(field, problem),
            None => expected,
        };
        let answered = stage.call(case.rpc, case.who, case.message).await;
        match answered {
            Ok(_) => wrong.push(format!("{what}: answered")),
            Err(status) if ApiError::from_status(&status).as_ref() == Some(&expected) => {}
            Err(status) => wrong.push(format!("{what}: {status:?} instead of {expected:?}")),
        }
        if stage.changed().await {
            wrong.push(format!("{what}: changed something"));
            stage = Stage::after(setting).await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// 1.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_to_pay_is_between_nothing_and_all() {
    let above = Some(("remaining_cents", FieldErrorKind::AboveTotal));
    let negative = Some(("remaining_cents", FieldErrorKind::Negative));
    let create = |total, remaining, field| {
        let contract = contract(total, remaining);
        broken(
            GESTION1,
            policy::CREATE_CONTRACT,
            &contract,
            InvalidField,
            field,
        )
    };
    let update = |who, patch: UpdateContractRequest, field| {
        broken(who, policy::UPDATE_CONTRACT, &patch, InvalidField, field)
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
                    ..contract_patch(1)
                },
                above,
            ),
            // One amount alone is compared with the other one that is there: 5,000 of 10,000.
            update(
                COMMERCIAL1,
                UpdateContractRequest {
                    remaining_cents: Some(10_001),
                    ..contract_patch(1)
                },
                above,
            ),
            update(
                COMMERCIAL1,
                UpdateContractRequest {
                    total_cents: Some(4_999),
                    ..contract_patch(1)
                },
                above,
            ),
            update(
                COMMERCIAL1,
                UpdateContractRequest {
                    remaining_cents: Some(-1),
                    ..contract_patch(1)
                },
                negative,
            ),
        ],
    )
    .await;
}

/// 2.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_ends_after_it_starts_and_expects_no_fewer_than_nobody() {
    let ends = Some(("end_time", FieldErrorKind::EndsBeforeStart));
    let negative = Some(("attendees", FieldErrorKind::Negative));
    let create = |event: CreateEventRequest, field| {
        broken(
            COMMERCIAL1,
            policy::CREATE_EVENT,
            &event,
            InvalidField,
            field,
        )
    };
    let update = |patch: UpdateEventRequest, field| {
        broken(SUPPORT1, policy::UPDATE_EVENT, &patch, InvalidField, field)
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
                    ..event_patch(1)
                },
                ends,
            ),
            // One time alone is compared with the other one that is there: from ten to twelve.
            update(
                UpdateEventRequest {
                    start_time: Some(hour(12)),
                    ..event_patch(1)
                },
                ends,
            ),
            update(
                UpdateEventRequest {
                    end_time: Some(hour(10)),
                    ..event_patch(1)
                },
                ends,
            ),
            update(
                UpdateEventRequest {
                    attendees: Some(-1),
                    ..event_patch(1)
                },
                negative,
            ),
        ],
    )
    .await;
}

/// 3.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_belongs_to_a_signed_contract_of_its_own() {
    let unsigned = Some(("contract_id", FieldErrorKind::NotSigned));
    let taken = Some(("contract_id", FieldErrorKind::HasEvent));
    let create = |contract, reason, field| {
        let event = event(contract, 10, 12, 1);
        broken(COMMERCIAL1, policy::CREATE_EVENT, &event, reason, field)
    };
    let unsign = |who| {
        let patch = UpdateContractRequest {
            signed: Some(false),
            ..contract_patch(4)
        };
        broken(who, policy::UPDATE_CONTRACT, &patch, ContractHasEvent, None)
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
