//! Etags: who changes a version that is not there any more is told who was faster, and when.

use epic_events::{
    api_error::{CHANGED_AT, CHANGED_BY},
    policy::{self, Rpc},
    reason::Reason,
    v1::*,
};
use jiff::{SignedDuration, Timestamp};
use prost::Message as _;

use crate::{
    furniture::{COMMERCIAL1, FURNITURE, GESTION1, SUPPORT1},
    house::House,
    wire::well_formed,
};

/// Every call that takes an etag: who makes it, on the version of that number, and what makes a
/// new version.
fn calls(etag: &str) -> Vec<(&'static str, Rpc, Vec<u8>)> {
    let etag = etag.to_owned();
    macro_rules! calls {
        ($($who:literal $rpc:ident $request:ident { $($fields:tt)* };)*) => {
            vec![$((
                $who,
                policy::$rpc,
                #[allow(clippy::needless_update)]
                $request { etag: etag.clone(), $($fields)*, ..$request::default() }.encode_to_vec(),
            )),*]
        };
    }
    calls! {
        "gestion1" UPDATE_COLLABORATOR UpdateCollaboratorRequest { id: GESTION1, phone: Some("0102".to_owned()) };
        "gestion1" DELETE_COLLABORATOR DeleteCollaboratorRequest { id: SUPPORT1 };
        "commercial1" UPDATE_CLIENT UpdateClientRequest { id: 1, phone: Some("0102".to_owned()) };
        "gestion1" ASSIGN_COMMERCIAL AssignCommercialRequest { id: 3, commercial_id: COMMERCIAL1 };
        "gestion1" UPDATE_CONTRACT UpdateContractRequest { id: 1, remaining_cents: Some(1) };
        "commercial1" UPDATE_CONTRACT UpdateContractRequest { id: 2, remaining_cents: Some(1) };
        "support1" UPDATE_EVENT UpdateEventRequest { id: 1, attendees: Some(1) };
        "gestion1" ASSIGN_SUPPORT AssignSupportRequest { id: 1, support_id: SUPPORT1 };
    }
}

const NEXT_VERSION: &str = "begin; select set_config('epic.actor', 'Zoé Rapide', true);
    update collaborators set phone = '0000';
    update clients set phone = '0000';
    update contracts set total_cents = 2000;
    update events set attendees = 5;
    commit;";

#[tokio::test(flavor = "multi_thread")]
async fn an_outdated_etag_is_told_who_changed_the_record_and_when() {
    let house = House::furnished(FURNITURE).await;
    let before = Timestamp::now();
    house.sql(NEXT_VERSION).await;
    for (who, rpc, body) in calls("1") {
        let caller = house.login(who).await;
        let reply = house.send(&caller, rpc, body).await;
        let refusal = well_formed(&reply.expect_err("outdated"));
        assert_eq!(refusal.reason, Reason::EtagOutdated, "{}", rpc.name());
        assert_eq!(refusal.details[CHANGED_BY], "Zoé Rapide", "{}", rpc.name());
        let at: Timestamp = refusal.details[CHANGED_AT].parse().expect("a time");
        let late = at.duration_since(before);
        // The database may be on another machine, with another clock.
        assert!(late.abs() < SignedDuration::from_mins(5), "{late:?}");
    }
    // A version that is yet to come is no better than one that is gone.
    for (who, rpc, body) in calls("9223372036854775807") {
        let caller = house.login(who).await;
        let reply = house.send(&caller, rpc, body).await;
        assert_eq!(
            well_formed(&reply.expect_err("not a version")).reason,
            Reason::EtagOutdated
        );
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_of_the_faster_one_is_the_callers() {
    let house = House::furnished(FURNITURE).await;
    let mut fast = house.login("gestion2").await;
    let mut slow = house.login("commercial1").await;
    let patch = UpdateContractRequest {
        id: 1,
        etag: "1".to_owned(),
        total_cents: Some(7_000),
        ..UpdateContractRequest::default()
    };
    let saved = fast.contracts.update_contract(patch.clone()).await;
    let saved = saved.expect("to save").into_inner().contract.unwrap();
    assert_eq!(saved.etag, "2");
    let status = slow.contracts.update_contract(patch.clone()).await;
    let refusal = well_formed(&status.expect_err("outdated"));
    assert_eq!(refusal.details[CHANGED_BY], "gestion 2");
    let again = UpdateContractRequest {
        etag: saved.etag,
        ..patch
    };
    let saved = slow.contracts.update_contract(again).await;
    assert_eq!(
        saved.expect("to save").into_inner().contract.unwrap().etag,
        "3"
    );
    house.close().await;
}

/// A patch without fields gives the record as it is: no new version, no new time.
#[tokio::test(flavor = "multi_thread")]
async fn an_empty_patch_changes_nothing() {
    let house = House::furnished(FURNITURE).await;
    let mut gestion = house.login("gestion1").await;
    let mut commercial = house.login("commercial1").await;
    let mut support = house.login("support1").await;
    macro_rules! unchanged {
        ($caller:ident, $service:ident, $get:ident, $GetRequest:ident, $update:ident,
         $UpdateRequest:ident, $record:ident, $id:expr) => {
            let read = $caller.$service.$get($GetRequest { id: $id }).await;
            let read = read.expect("the record").into_inner().$record.unwrap();
            let patch = $UpdateRequest {
                id: $id,
                etag: read.etag.clone(),
                ..$UpdateRequest::default()
            };
            let saved = $caller.$service.$update(patch).await;
            let saved = saved.expect("no change").into_inner().$record.unwrap();
            assert_eq!(saved, read);
        };
    }
    unchanged!(
        gestion,
        collaborators,
        get_collaborator,
        GetCollaboratorRequest,
        update_collaborator,
        UpdateCollaboratorRequest,
        collaborator,
        SUPPORT1
    );
    unchanged!(
        commercial,
        clients,
        get_client,
        GetClientRequest,
        update_client,
        UpdateClientRequest,
        client,
        1
    );
    unchanged!(
        gestion,
        contracts,
        get_contract,
        GetContractRequest,
        update_contract,
        UpdateContractRequest,
        contract,
        1
    );
    unchanged!(
        support,
        events,
        get_event,
        GetEventRequest,
        update_event,
        UpdateEventRequest,
        event,
        1
    );
    house.close().await;
}

/// What changes only beside a record, such as the name of its commercial, is no new version of it:
/// nobody's save is refused for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_name_elsewhere_is_no_new_version() {
    let house = House::furnished(FURNITURE).await;
    let mut gestion = house.login("gestion1").await;
    for id in [COMMERCIAL1, SUPPORT1] {
        let patch = UpdateCollaboratorRequest {
            id,
            etag: "1".to_owned(),
            name: Some("Nouveau Nom".to_owned()),
            ..UpdateCollaboratorRequest::default()
        };
        gestion
            .collaborators
            .update_collaborator(patch)
            .await
            .expect("a new name");
    }
    for table in ["clients", "contracts", "events"] {
        let versions = house
            .ids(&format!("select distinct version as value from {table}"))
            .await;
        assert_eq!(versions, [1], "{table}");
    }
    house.close().await;
}
