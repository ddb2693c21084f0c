//! Who takes over when somebody leaves or changes department, and that contracts follow clients.

use epic_events::{
    policy::{self, Rpc},
    v1::{
        AssignCommercialRequest, DeleteCollaboratorRequest, Role, UpdateCollaboratorRequest,
        UpdateContractRequest,
    },
};
use prost::Message as _;

use crate::rights::calls::{CALLS, Record};
use crate::stage::{COMMERCIAL1, COMMERCIAL2, GESTION1, GESTION2, SUPPORT1, SUPPORT2, Stage};

/// Who holds clients 1 to 3, contracts 1 to 9 and events 1 to 3, in that order.
async fn held(stage: &Stage) -> [String; 3] {
    let held = [
        "client_records commercial",
        "contract_records commercial",
        "event_records support",
    ];
    let held = held.map(|held| {
        let (records, who) = held.split_once(' ').expect("two words");
        format!(
            "select string_agg(coalesce({who}_id::text, '-'), ' ' order by id) as value from {records}"
        )
    });
    let values = stage.house.values(&held.join(" union all ")).await;
    values.try_into().expect("three lines")
}

/// Everything but who holds what, and what follows from it.
async fn the_rest(stage: &Stage, leaver: i64) -> Vec<String> {
    let rows = ["clients", "contracts", "events", "collaborators"].map(|table| {
        format!(
            "select '{table}' || (to_jsonb({table}) - 'commercial_id' - 'support_id' - 'version' \
             - 'update_time' - 'updated_by' - 'search' - 'role')::text as value from {table} \
             where not ('{table}' = 'collaborators' and id = {leaver})"
        )
    });
    let sessions = format!(
        "select 'sessions' || sessions::text as value from sessions where collaborator_id <> {leaver}"
    );
    let mut rows = stage
        .house
        .values(&format!(
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

fn change(id: i64, role: Option<Role>, successor_id: Option<i64>) -> (Rpc, Vec<u8>) {
    let message = UpdateCollaboratorRequest {
        id,
        etag: "1".to_owned(),
        role: role.map(i32::from),
        successor_id,
        ..Default::default()
    };
    (policy::UPDATE_COLLABORATOR, message.encode_to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_holds_passes_to_the_successor_or_to_nobody_and_nothing_is_lost() {
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
            change(COMMERCIAL1, Some(Role::Support), Some(COMMERCIAL2)),
            commercial2,
        ),
        (
            SUPPORT1,
            change(SUPPORT1, Some(Role::Gestion), Some(SUPPORT2)),
            support2,
        ),
        (
            GESTION2,
            change(GESTION2, Some(Role::Commercial), None),
            before,
        ),
        // Nobody changes department, so nobody takes over: clients that have a commercial are not
        // gestion's to give away.
        (
            COMMERCIAL1,
            change(COMMERCIAL1, None, Some(COMMERCIAL2)),
            before,
        ),
        (
            COMMERCIAL1,
            change(COMMERCIAL1, Some(Role::Commercial), Some(COMMERCIAL2)),
            before,
        ),
        (SUPPORT1, change(SUPPORT1, None, Some(SUPPORT2)), before),
    ];
    let mut stage = Stage::new().await;
    let mut wrong = Vec::new();
    for (number, (leaver, (rpc, message), expected)) in cases.into_iter().enumerate() {
        let rest = the_rest(&stage, leaver).await;
        assert_eq!(held(&stage).await, before);
        if let Err(status) = stage.call(rpc, GESTION1, message).await {
            wrong.push(format!("case {number}: {status:?}"));
        }
        let after = held(&stage).await;
        if after != expected {
            wrong.push(format!("case {number}: {after:?} instead of {expected:?}"));
        }
        if the_rest(&stage, leaver).await != rest {
            wrong.push(format!("case {number}: something else is different"));
        }
        stage.reset("").await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_has_the_commercial_of_its_client() {
    let stage = Stage::new().await;
    let assignment = AssignCommercialRequest {
        id: 3,
        etag: "1".to_owned(),
        commercial_id: COMMERCIAL1,
    };
    let assigned = stage.call(
        policy::ASSIGN_COMMERCIAL,
        GESTION1,
        assignment.encode_to_vec(),
    );
    assigned.await.expect("an assignment");
    assert_eq!(held(&stage).await[1], "3 4 3 3 4 3 3 4 3");
    // The new commercial may now do what a client's commercial may.
    let patch = UpdateContractRequest {
        id: 9,
        etag: "1".to_owned(),
        signed: Some(true),
        ..Default::default()
    };
    let signed = stage.call(policy::UPDATE_CONTRACT, COMMERCIAL1, patch.encode_to_vec());
    signed.await.expect("a signature");
    let moved = UpdateContractRequest {
        id: 1,
        etag: "1".to_owned(),
        client_id: Some(2),
        ..Default::default()
    };
    let moved = stage.call(policy::UPDATE_CONTRACT, GESTION1, moved.encode_to_vec());
    moved.await.expect("another client");
    assert_eq!(held(&stage).await[1], "4 4 3 3 4 3 3 4 3");
    let (rpc, message) = deletion(COMMERCIAL1, Some(COMMERCIAL2));
    stage
        .call(rpc, GESTION1, message)
        .await
        .expect("a deletion");
    assert_eq!(held(&stage).await[1], "4 4 4 4 4 4 4 4 4");
    let (rpc, message) = deletion(COMMERCIAL2, None);
    stage
        .call(rpc, GESTION1, message)
        .await
        .expect("a deletion");
    assert_eq!(held(&stage).await[1], "- - - - - - - - -");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_client_is_its_creators_and_a_new_event_nobodys_yet() {
    let stage = Stage::new().await;
    let made = [
        (policy::CREATE_CLIENT, COMMERCIAL2),
        (policy::CREATE_CLIENT, COMMERCIAL1),
        (policy::CREATE_CONTRACT, GESTION1),
        (policy::CREATE_EVENT, COMMERCIAL1),
    ];
    for (rpc, who) in made {
        let call = CALLS.iter().find(|call| call.rpc == rpc);
        let message = (call.expect("a case").request)(Record::Own, who);
        stage.call(rpc, who, message).await.expect("a record");
        // The next client has an address of its own.
        let moved = "update clients set email = 'moved@client.example' where id = 4";
        stage.house.sql(moved).await;
    }
    assert_eq!(
        held(&stage).await,
        ["3 4 - 4 3", "3 4 - 3 4 - 3 4 - 3", "5 6 - -"]
    );
}
