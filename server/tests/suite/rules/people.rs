//! The rules about who is in charge, and about whose record it is.

use super::{
    requests::{contract, contract_patch, removal, role_change},
    *,
};

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
    let not_one = Some(("successor_id", FieldErrorKind::NotASuccessor));
    let unknown = Some(("successor_id", FieldErrorKind::NoSuchRecord));
    assert_refused(
        "",
        vec![
            assign_commercial(GESTION1, WrongRole, FieldErrorKind::WrongRole),
            assign_commercial(SUPPORT1, WrongRole, FieldErrorKind::WrongRole),
            assign_commercial(999, NoSuchRecord, FieldErrorKind::NoSuchRecord),
            assign_support(GESTION1, WrongRole, FieldErrorKind::WrongRole),
            assign_support(COMMERCIAL1, WrongRole, FieldErrorKind::WrongRole),
            assign_support(999, NoSuchRecord, FieldErrorKind::NoSuchRecord),
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
            delete(
                COMMERCIAL1,
                SUPPORT1,
                NotASuccessor,
                FieldErrorKind::NotASuccessor,
            ),
            delete(
                COMMERCIAL1,
                GESTION1,
                NotASuccessor,
                FieldErrorKind::NotASuccessor,
            ),
            delete(
                COMMERCIAL1,
                COMMERCIAL1,
                NotASuccessor,
                FieldErrorKind::NotASuccessor,
            ),
            delete(
                SUPPORT2,
                COMMERCIAL2,
                NotASuccessor,
                FieldErrorKind::NotASuccessor,
            ),
            delete(
                SUPPORT2,
                SUPPORT2,
                NotASuccessor,
                FieldErrorKind::NotASuccessor,
            ),
            delete(SUPPORT2, 999, NoSuchRecord, FieldErrorKind::NoSuchRecord),
            delete(SUPPORT2, -1, InvalidField, FieldErrorKind::Negative),
        ],
    )
    .await;
}

/// What else the database holds.
#[tokio::test(flavor = "multi_thread")]
async fn an_email_address_belongs_to_one_person_and_a_contract_to_a_client() {
    let taken = Some(("email", FieldErrorKind::EmailTaken));
    let unknown = Some(("client_id", FieldErrorKind::NoSuchRecord));
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
