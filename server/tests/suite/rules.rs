//! The rules as the server tells them: each is broken by a call, which says why and which field,
//! and changes nothing.

use epic_events::{
    google::r#type::Date,
    invalid::Problem,
    policy::{self, Rpc},
    reason::Reason::{
        self, ContractHasEvent, ContractNotSigned, EmailTaken, EventExists, InvalidField,
        LastGestion, NoSuchRecord, NotASuccessor, StillInCharge, WrongRole,
    },
    refusal::Refusal,
    v1::{
        AssignCommercialRequest, AssignSupportRequest, CreateClientRequest, CreateContractRequest,
        CreateEventRequest, DeleteCollaboratorRequest, Role, UpdateClientRequest,
        UpdateCollaboratorRequest, UpdateContractRequest, UpdateEventRequest,
    },
};
use prost::Message as _;
use uuid::Uuid;

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
    field: Option<(&'static str, Problem)>,
}

fn broken(
    who: i64,
    rpc: Rpc,
    message: &impl prost::Message,
    reason: Reason,
    field: Option<(&'static str, Problem)>,
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
        let expected = Refusal::new(case.reason);
        let expected = match case.field {
            Some((field, problem)) => expected.about(field, problem),
            None => expected,
        };
        let answered = stage.call(case.rpc, case.who, case.message).await;
        match answered {
            Ok(_) => wrong.push(format!("{what}: answered")),
            Err(status) if Refusal::from_status(&status).as_ref() == Some(&expected) => {}
            Err(status) => wrong.push(format!("{what}: {status:?} instead of {expected:?}")),
        }
        if stage.changed().await {
            wrong.push(format!("{what}: changed something"));
            stage = Stage::after(setting).await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn contract(total_cents: i64, remaining_cents: i64) -> CreateContractRequest {
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

fn contract_patch(id: i64) -> UpdateContractRequest {
    UpdateContractRequest {
        id,
        etag: "1".to_owned(),
        ..Default::default()
    }
}

fn event(contract_id: i64, start: i64, end: i64, attendees: i32) -> CreateEventRequest {
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

fn event_patch(id: i64) -> UpdateEventRequest {
    UpdateEventRequest {
        id,
        etag: "1".to_owned(),
        ..Default::default()
    }
}

fn role_change(id: i64, role: Role, successor_id: Option<i64>) -> UpdateCollaboratorRequest {
    UpdateCollaboratorRequest {
        id,
        etag: "1".to_owned(),
        role: Some(role.into()),
        successor_id,
        ..Default::default()
    }
}

fn removal(id: i64, successor_id: Option<i64>) -> DeleteCollaboratorRequest {
    DeleteCollaboratorRequest {
        id,
        etag: String::new(),
        successor_id,
    }
}

/// 1.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_to_pay_is_between_nothing_and_all() {
    let above = Some(("remaining_cents", Problem::AboveTotal));
    let negative = Some(("remaining_cents", Problem::Negative));
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
            create(-1, 0, Some(("total_cents", Problem::Negative))),
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
    let ends = Some(("end_time", Problem::EndsBeforeStart));
    let negative = Some(("attendees", Problem::Negative));
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
    let unsigned = Some(("contract_id", Problem::NotSigned));
    let taken = Some(("contract_id", Problem::HasEvent));
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
                Some(("contract_id", Problem::NoSuchRecord)),
            ),
            unsign(GESTION1),
            unsign(COMMERCIAL1),
        ],
    )
    .await;
}

/// 4.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_in_charge_has_the_role_for_it_and_keeps_it() {
    let assign_commercial = |commercial_id, reason, problem| {
        let assignment = AssignCommercialRequest {
            id: 3,
            etag: "1".to_owned(),
            commercial_id,
        };
        let field = Some(("commercial_id", problem));
        broken(
            GESTION1,
            policy::ASSIGN_COMMERCIAL,
            &assignment,
            reason,
            field,
        )
    };
    let assign_support = |support_id, reason, problem| {
        let assignment = AssignSupportRequest {
            id: 1,
            etag: "1".to_owned(),
            support_id,
        };
        let field = Some(("support_id", problem));
        broken(GESTION1, policy::ASSIGN_SUPPORT, &assignment, reason, field)
    };
    let change = |id, role, successor, reason, field| {
        let patch = role_change(id, role, successor);
        broken(GESTION1, policy::UPDATE_COLLABORATOR, &patch, reason, field)
    };
    let not_one = Some(("successor_id", Problem::NotASuccessor));
    let unknown = Some(("successor_id", Problem::NoSuchRecord));
    assert_refused(
        "",
        vec![
            assign_commercial(GESTION1, WrongRole, Problem::WrongRole),
            assign_commercial(SUPPORT1, WrongRole, Problem::WrongRole),
            assign_commercial(999, NoSuchRecord, Problem::NoSuchRecord),
            assign_support(GESTION1, WrongRole, Problem::WrongRole),
            assign_support(COMMERCIAL1, WrongRole, Problem::WrongRole),
            assign_support(999, NoSuchRecord, Problem::NoSuchRecord),
            change(COMMERCIAL1, Role::Support, None, StillInCharge, None),
            change(COMMERCIAL1, Role::Gestion, None, StillInCharge, None),
            change(SUPPORT1, Role::Commercial, None, StillInCharge, None),
            change(
                COMMERCIAL1,
                Role::Support,
                Some(SUPPORT1),
                NotASuccessor,
                not_one,
            ),
            change(
                COMMERCIAL1,
                Role::Support,
                Some(COMMERCIAL1),
                NotASuccessor,
                not_one,
            ),
            change(
                SUPPORT1,
                Role::Gestion,
                Some(COMMERCIAL1),
                NotASuccessor,
                not_one,
            ),
            change(SUPPORT1, Role::Gestion, Some(999), NoSuchRecord, unknown),
        ],
    )
    .await;
}

/// 6.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_gestion_account_stays() {
    let only = "delete from collaborators where role = 'gestion' and id <> 1";
    let delete = broken(
        GESTION1,
        policy::DELETE_COLLABORATOR,
        &removal(GESTION1, None),
        LastGestion,
        None,
    );
    let change = |role| {
        let patch = role_change(GESTION1, role, None);
        broken(
            GESTION1,
            policy::UPDATE_COLLABORATOR,
            &patch,
            LastGestion,
            None,
        )
    };
    let cases = vec![delete, change(Role::Commercial), change(Role::Support)];
    assert_refused(only, cases).await;
}

/// 7. What a deletion does is in `succession.rs`.
#[tokio::test(flavor = "multi_thread")]
async fn a_successor_is_another_collaborator_of_the_same_role() {
    let delete = |id, successor, reason, problem| {
        let field = Some(("successor_id", problem));
        let message = removal(id, Some(successor));
        broken(
            GESTION1,
            policy::DELETE_COLLABORATOR,
            &message,
            reason,
            field,
        )
    };
    assert_refused(
        "",
        vec![
            delete(COMMERCIAL1, SUPPORT1, NotASuccessor, Problem::NotASuccessor),
            delete(COMMERCIAL1, GESTION1, NotASuccessor, Problem::NotASuccessor),
            delete(
                COMMERCIAL1,
                COMMERCIAL1,
                NotASuccessor,
                Problem::NotASuccessor,
            ),
            delete(SUPPORT2, COMMERCIAL2, NotASuccessor, Problem::NotASuccessor),
            delete(SUPPORT2, SUPPORT2, NotASuccessor, Problem::NotASuccessor),
            delete(SUPPORT2, 999, NoSuchRecord, Problem::NoSuchRecord),
            delete(SUPPORT2, -1, InvalidField, Problem::Negative),
        ],
    )
    .await;
}

/// What else the database holds.
#[tokio::test(flavor = "multi_thread")]
async fn an_email_address_belongs_to_one_person_and_a_contract_to_a_client() {
    let taken = Some(("email", Problem::EmailTaken));
    let unknown = Some(("client_id", Problem::NoSuchRecord));
    let client = CreateClientRequest {
        request_id: Uuid::new_v4().to_string(),
        name: "Twin".to_owned(),
        email: "CLIENT2@client.EXAMPLE".to_owned(),
        phone: "+33 1 02 03 04 05".to_owned(),
        company: "company 2".to_owned(),
    };
    let client_patch = UpdateClientRequest {
        id: 1,
        etag: "1".to_owned(),
        email: Some("Client2@client.example".to_owned()),
        ..Default::default()
    };
    let collaborator_patch = UpdateCollaboratorRequest {
        id: 2,
        etag: "1".to_owned(),
        email: Some("Gestion1@test.example".to_owned()),
        ..Default::default()
    };
    let nobodys = CreateContractRequest {
        client_id: 999,
        ..contract(2, 1)
    };
    let moved = UpdateContractRequest {
        client_id: Some(999),
        ..contract_patch(1)
    };
    assert_refused(
        "",
        vec![
            broken(
                COMMERCIAL1,
                policy::CREATE_CLIENT,
                &client,
                EmailTaken,
                taken,
            ),
            broken(
                COMMERCIAL1,
                policy::UPDATE_CLIENT,
                &client_patch,
                EmailTaken,
                taken,
            ),
            broken(
                GESTION1,
                policy::UPDATE_COLLABORATOR,
                &collaborator_patch,
                EmailTaken,
                taken,
            ),
            broken(
                GESTION1,
                policy::CREATE_CONTRACT,
                &nobodys,
                NoSuchRecord,
                unknown,
            ),
            broken(
                GESTION1,
                policy::UPDATE_CONTRACT,
                &moved,
                NoSuchRecord,
                unknown,
            ),
        ],
    )
    .await;
}

/// What follows from a record's version: an outdated one is refused with who and when.
#[tokio::test(flavor = "multi_thread")]
async fn an_outdated_version_is_refused_with_who_changed_it() {
    let stage = Stage::new().await;
    let patch = UpdateClientRequest {
        id: 1,
        etag: "1".to_owned(),
        company: Some("A company".to_owned()),
        ..Default::default()
    };
    let message = patch.encode_to_vec();
    let first = stage
        .call(policy::UPDATE_CLIENT, COMMERCIAL1, message.clone())
        .await;
    first.expect("a change");
    let second = refusal(
        stage
            .call(policy::UPDATE_CLIENT, COMMERCIAL1, message)
            .await,
    );
    assert_eq!(second.reason, Reason::EtagOutdated);
    assert_eq!(second.details["changed_by"], "commercial 1");
    let at: jiff::Timestamp = second.details["changed_at"].parse().expect("a time");
    assert!(at <= jiff::Timestamp::now());
}
