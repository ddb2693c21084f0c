//! The rules about responsible collaborators, and about who may own or change a record.

use super::{
    requests::{contract, removal, role_change},
    *,
};

/// Rule 4.
#[tokio::test(flavor = "multi_thread")]
async fn a_responsible_collaborator_has_the_right_role_and_keeps_it() {
    let assign_commercial = |commercial_id, reason, kind| {
        let assignment = AssignCommercialRequest {
            id: 3,
            etag: "1".to_owned(),
            commercial_id,
        };
        let field = Some(("commercial_id", kind));
        refused(
            GESTION1,
            policy::ASSIGN_COMMERCIAL,
            &assignment,
            reason,
            field,
        )
    };
    let assign_support = |support_id, reason, kind| {
        let assignment = AssignSupportRequest {
            id: 1,
            etag: "1".to_owned(),
            support_id: Some(support_id),
        };
        let field = Some(("support_id", kind));
        refused(GESTION1, policy::ASSIGN_SUPPORT, &assignment, reason, field)
    };
    let change = |id, role, successor, reason, field| {
        let patch = role_change(id, role, successor);
        refused(GESTION1, policy::UPDATE_COLLABORATOR, &patch, reason, field)
    };
    let no_successor = Some(("successor_id", FieldErrorKind::NotASuccessor));
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
                no_successor,
            ),
            change(
                COMMERCIAL1,
                Role::Support,
                Some(COMMERCIAL1),
                NotASuccessor,
                no_successor,
            ),
            change(
                SUPPORT1,
                Role::Gestion,
                Some(COMMERCIAL1),
                NotASuccessor,
                no_successor,
            ),
            change(SUPPORT1, Role::Gestion, Some(999), NoSuchRecord, unknown),
        ],
    )
    .await;
}

/// Rule 6.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_gestion_account_cannot_be_removed() {
    let only = "delete from collaborators where role = 'gestion' and id <> 1";
    let delete = refused(
        GESTION1,
        policy::DELETE_COLLABORATOR,
        &removal(GESTION1, None),
        LastGestion,
        None,
    );
    let change = |role| {
        let patch = role_change(GESTION1, role, None);
        refused(
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

/// Rule 7. `reassignment.rs` tests the effects of a deletion.
#[tokio::test(flavor = "multi_thread")]
async fn a_successor_is_another_collaborator_of_the_same_role() {
    let delete = |id, successor, reason, kind| {
        let field = Some(("successor_id", kind));
        let message = removal(id, Some(successor));
        refused(
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

/// Unique emails, and references.
#[tokio::test(flavor = "multi_thread")]
async fn an_email_is_unique_and_a_contract_has_an_existing_client() {
    let taken = Some(("email", FieldErrorKind::EmailTaken));
    let unknown = Some(("client_id", FieldErrorKind::NoSuchRecord));
    let client = CreateClientRequest {
        email: "CLIENT2@client.EXAMPLE".to_owned(),
        ..client_request()
    };
    let client_patch = UpdateClientRequest {
        email: Some("Client2@client.example".to_owned()),
        ..client_update(1)
    };
    let collaborator_patch = UpdateCollaboratorRequest {
        email: Some("Gestion1@test.example".to_owned()),
        ..collaborator_update(GESTION2)
    };
    let without_client = CreateContractRequest {
        client_id: 999,
        ..contract(2, 1)
    };
    let moved = UpdateContractRequest {
        client_id: Some(999),
        ..contract_update(1)
    };
    assert_refused(
        "",
        vec![
            refused(
                COMMERCIAL1,
                policy::CREATE_CLIENT,
                &client,
                EmailTaken,
                taken,
            ),
            refused(
                COMMERCIAL1,
                policy::UPDATE_CLIENT,
                &client_patch,
                EmailTaken,
                taken,
            ),
            refused(
                GESTION1,
                policy::UPDATE_COLLABORATOR,
                &collaborator_patch,
                EmailTaken,
                taken,
            ),
            refused(
                GESTION1,
                policy::CREATE_CONTRACT,
                &without_client,
                NoSuchRecord,
                unknown,
            ),
            refused(
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

#[tokio::test(flavor = "multi_thread")]
async fn rejects_an_outdated_etag_with_who_changed_the_record() {
    let fixture = RightsFixture::start().await;
    let patch = UpdateClientRequest {
        company: Some("A company".to_owned()),
        ..client_update(1)
    };
    let message = patch.encode_to_vec();
    let first = fixture
        .call(policy::UPDATE_CLIENT, COMMERCIAL1, message.clone())
        .await;
    first.expect("a change");
    let second = api_error(
        fixture
            .call(policy::UPDATE_CLIENT, COMMERCIAL1, message)
            .await,
    );
    assert_eq!(second.reason, Reason::EtagOutdated);
    assert_eq!(second.details["changed_by"], "commercial 1");
    let at: jiff::Timestamp = second.details["changed_at"].parse().expect("a time");
    assert!(at <= jiff::Timestamp::now());
}
