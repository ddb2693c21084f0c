//! Reassignment: the owners of records after a collaborator is deleted or changes role; contracts
//! follow their clients.

use epic_events::{
    policy::{self, Rpc},
    v1::{
        AssignCommercialRequest, DeleteCollaboratorRequest, Role, UpdateCollaboratorRequest,
        UpdateContractRequest,
    },
};
use prost::Message as _;

use crate::support::{
    fixtures::{
        COMMERCIAL1, COMMERCIAL2, GESTION1, GESTION2, SUPPORT1, SUPPORT2, collaborator_update,
        contract_update,
    },
    rights_fixture::{RightsFixture, assert_none},
    rpc_cases::{Ownership, rpc_case},
};

/// The owners of clients 1 to 3, contracts 1 to 9 and events 1 to 3, each in the order of ids.
async fn owners(fixture: &RightsFixture) -> [String; 3] {
    let queries = [
        ("client_records", "commercial_id"),
        ("contract_records", "commercial_id"),
        ("event_records", "support_id"),
    ]
    .map(|(view, owner)| {
        format!(
            "select string_agg(coalesce({owner}::text, '-'), ' ' order by id) as value from {view}"
        )
    });
    let values = fixture
        .server
        .query_text(&queries.join(" union all "))
        .await;
    values.try_into().expect("three lines")
}

/// Every row except for that of `collaborator`, without owners and versions.
async fn other_contents(fixture: &RightsFixture, collaborator: i64) -> Vec<String> {
    let rows = ["clients", "contracts", "events", "collaborators"].map(|table| {
        format!(
            "select '{table}' || (to_jsonb({table}) - 'commercial_id' - 'support_id' - 'version' \
             - 'update_time' - 'updated_by' - 'search' - 'role')::text as value from {table} \
             where not ('{table}' = 'collaborators' and id = {collaborator})"
        )
    });
    let sessions = format!(
        "select 'sessions' || sessions::text as value from sessions where collaborator_id <> {collaborator}"
    );
    let mut rows = fixture
        .server
        .query_text(&format!(
            "{} union all {sessions}",
            rows.join(" union all ")
        ))
        .await;
    rows.sort();
    rows
}

fn deletion(id: i64, successor_id: Option<i64>) -> (Rpc, Vec<u8>) {
    let message = DeleteCollaboratorRequest {
        id,
        etag: "1".to_owned(),
        successor_id,
    };
    (policy::DELETE_COLLABORATOR, message.encode_to_vec())
}

fn update(id: i64, role: Option<Role>, successor_id: Option<i64>) -> (Rpc, Vec<u8>) {
    let message = UpdateCollaboratorRequest {
        role: role.map(i32::from),
        successor_id,
        ..collaborator_update(id)
    };
    (policy::UPDATE_COLLABORATOR, message.encode_to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn records_pass_to_the_successor_or_to_nobody_and_nothing_else_changes() {
    let before = ["3 4 -", "3 4 - 3 4 - 3 4 -", "5 6 -"];
    let commercial2 = ["4 4 -", "4 4 - 4 4 - 4 4 -", "5 6 -"];
    let no_commercial = ["- 4 -", "- 4 - - 4 - - 4 -", "5 6 -"];
    let support2 = [before[0], before[1], "6 6 -"];
    let no_support = [before[0], before[1], "- 6 -"];
    let cases = [
        (
            COMMERCIAL1,
            deletion(COMMERCIAL1, Some(COMMERCIAL2)),
            commercial2,
        ),
        (COMMERCIAL1, deletion(COMMERCIAL1, None), no_commercial),
        (SUPPORT1, deletion(SUPPORT1, Some(SUPPORT2)), support2),
        (SUPPORT1, deletion(SUPPORT1, None), no_support),
        (GESTION2, deletion(GESTION2, Some(GESTION1)), before),
        (GESTION2, deletion(GESTION2, None), before),
        (GESTION1, deletion(GESTION1, Some(GESTION2)), before),
        (
            COMMERCIAL1,
            update(COMMERCIAL1, Some(Role::Support), Some(COMMERCIAL2)),
            commercial2,
        ),
        (
            SUPPORT1,
            update(SUPPORT1, Some(Role::Gestion), Some(SUPPORT2)),
            support2,
        ),
        (
            GESTION2,
            update(GESTION2, Some(Role::Commercial), None),
            before,
        ),
        // Without a change of role a successor has no effect: gestion may not reassign clients that
        // have a commercial.
        (
            COMMERCIAL1,
            update(COMMERCIAL1, None, Some(COMMERCIAL2)),
            before,
        ),
        (
            COMMERCIAL1,
            update(COMMERCIAL1, Some(Role::Commercial), Some(COMMERCIAL2)),
            before,
        ),
        (SUPPORT1, update(SUPPORT1, None, Some(SUPPORT2)), before),
    ];
    let mut fixture = RightsFixture::start().await;
    let mut failures = Vec::new();
    for (number, (collaborator, (rpc, message), expected)) in cases.into_iter().enumerate() {
        let others = other_contents(&fixture, collaborator).await;
        assert_eq!(owners(&fixture).await, before);
        if let Err(status) = fixture.call(rpc, GESTION1, message).await {
            failures.push(format!("case {number}: {status:?}"));
        }
        let after = owners(&fixture).await;
        if after != expected {
            failures.push(format!("case {number}: {after:?} instead of {expected:?}"));
        }
        if other_contents(&fixture, collaborator).await != others {
            failures.push(format!("case {number}: another row has changed"));
        }
        fixture.restore().await;
    }
    assert_none(&failures);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_follows_the_commercial_of_its_client() {
    let fixture = RightsFixture::start().await;
    let assignment = AssignCommercialRequest {
        id: 3,
        etag: "1".to_owned(),
        commercial_id: COMMERCIAL1,
    };
    let assigned = fixture.call(
        policy::ASSIGN_COMMERCIAL,
        GESTION1,
        assignment.encode_to_vec(),
    );
    assigned.await.expect("an assignment");
    assert_eq!(owners(&fixture).await[1], "3 4 3 3 4 3 3 4 3");
    // The new commercial has the rights of the client's commercial.
    let patch = UpdateContractRequest {
        signed: Some(true),
        ..contract_update(9)
    };
    let signed = fixture.call(policy::UPDATE_CONTRACT, COMMERCIAL1, patch.encode_to_vec());
    signed.await.expect("a signature");
    let moved = UpdateContractRequest {
        client_id: Some(2),
        ..contract_update(1)
    };
    let moved = fixture.call(policy::UPDATE_CONTRACT, GESTION1, moved.encode_to_vec());
    moved.await.expect("another client");
    assert_eq!(owners(&fixture).await[1], "4 4 3 3 4 3 3 4 3");
    let (rpc, message) = deletion(COMMERCIAL1, Some(COMMERCIAL2));
    fixture
        .call(rpc, GESTION1, message)
        .await
        .expect("a deletion");
    assert_eq!(owners(&fixture).await[1], "4 4 4 4 4 4 4 4 4");
    let (rpc, message) = deletion(COMMERCIAL2, None);
    fixture
        .call(rpc, GESTION1, message)
        .await
        .expect("a deletion");
    assert_eq!(owners(&fixture).await[1], "- - - - - - - - -");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_client_belongs_to_its_creator_and_a_new_event_to_nobody() {
    let fixture = RightsFixture::start().await;
    let created = [
        (policy::CREATE_CLIENT, COMMERCIAL2),
        (policy::CREATE_CLIENT, COMMERCIAL1),
        (policy::CREATE_CONTRACT, GESTION1),
        (policy::CREATE_EVENT, COMMERCIAL1),
    ];
    for (rpc, account) in created {
        let message = (rpc_case(rpc).request)(Ownership::Caller, account);
        fixture.call(rpc, account, message).await.expect("a record");
    }
    assert_eq!(
        owners(&fixture).await,
        ["3 4 - 4 3", "3 4 - 3 4 - 3 4 - 3", "5 6 - -"]
    );
}
