//! Etags: an update of an outdated version is refused, and the error contains who changed the record
//! and when.

use std::collections::BTreeSet;

use epic_events::{
    api_error::{CHANGED_AT, CHANGED_BY},
    policy::{self, Rpc},
    reason::Reason,
    v1::*,
};
use jiff::{SignedDuration, Timestamp};
use prost::Message as _;

use crate::support::{
    descriptor::request_fields_where,
    errors::well_formed_error,
    fixtures::{COMMERCIAL1, GESTION1, SUPPORT1, collaborator_update, contract_update},
    server::TestServer,
};

/// A request for every RPC with an etag: an account that may call it, the RPC, and the encoded message
/// with `etag` and a change of the record. A test compares them with the descriptor.
fn requests_with_etag(etag: &str) -> Vec<(&'static str, Rpc, Vec<u8>)> {
    let etag = etag.to_owned();
    macro_rules! requests {
        ($($account:literal $rpc:ident $request:ident { $($fields:tt)* };)*) => {
            vec![$((
                $account,
                policy::$rpc,
                #[allow(clippy::needless_update)]
                $request { etag: etag.clone(), $($fields)*, ..$request::default() }.encode_to_vec(),
            )),*]
        };
    }
    requests! {
        "gestion1" UPDATE_COLLABORATOR UpdateCollaboratorRequest { id: GESTION1, phone: Some("0102".to_owned()) };
        "gestion1" DELETE_COLLABORATOR DeleteCollaboratorRequest { id: SUPPORT1 };
        "commercial1" UPDATE_CLIENT UpdateClientRequest { id: 1, phone: Some("0102".to_owned()) };
        "gestion1" ASSIGN_COMMERCIAL AssignCommercialRequest { id: 3, commercial_id: COMMERCIAL1 };
        "gestion1" UPDATE_CONTRACT UpdateContractRequest { id: 1, remaining_cents: Some(1) };
        "commercial1" UPDATE_CONTRACT UpdateContractRequest { id: 2, remaining_cents: Some(1) };
        "support1" UPDATE_EVENT UpdateEventRequest { id: 1, attendees: Some(1) };
        "gestion1" ASSIGN_SUPPORT AssignSupportRequest { id: 1, support_id: Some(SUPPORT1) };
    }
}

/// Creates a second version of every record.
const NEXT_VERSION: &str = "begin; select set_config('epic.actor', 'Zoé Rapide', true);
    update collaborators set phone = '0000';
    update clients set phone = '0000';
    update contracts set total_cents = 2000;
    update events set attendees = 5;
    commit;";

#[test]
fn every_rpc_with_an_etag_has_a_request() {
    let requests = requests_with_etag("1").into_iter();
    let tested: BTreeSet<_> = requests
        .map(|(_, rpc, _)| (rpc.path().to_owned(), "etag".to_owned()))
        .collect();
    assert_eq!(request_fields_where(|field| field.name() == "etag"), tested);
}

#[tokio::test(flavor = "multi_thread")]
async fn rejects_an_outdated_etag_with_who_changed_the_record_and_when() {
    let server = TestServer::with_sample_records().await;
    let before = Timestamp::now();
    server.execute(NEXT_VERSION).await;
    for (account, rpc, body) in requests_with_etag("1") {
        let caller = server.login(account).await;
        let reply = server.call_raw(&caller, rpc, body).await;
        let error = well_formed_error(&reply.expect_err("outdated"));
        assert_eq!(error.reason, Reason::EtagOutdated, "{}", rpc.name());
        assert_eq!(error.details[CHANGED_BY], "Zoé Rapide", "{}", rpc.name());
        let at: Timestamp = error.details[CHANGED_AT].parse().expect("a time");
        let delay = at.duration_since(before);
        // The database may be on another machine, with another clock.
        assert!(delay.abs() < SignedDuration::from_mins(5), "{delay:?}");
    }
    // A future version is refused like a past one.
    for (account, rpc, body) in requests_with_etag("9223372036854775807") {
        let caller = server.login(account).await;
        let reply = server.call_raw(&caller, rpc, body).await;
        assert_eq!(
            well_formed_error(&reply.expect_err("not a version")).reason,
            Reason::EtagOutdated
        );
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_the_caller_of_the_other_update() {
    let server = TestServer::with_sample_records().await;
    let mut first = server.login("gestion2").await;
    let mut second = server.login("commercial1").await;
    let patch = UpdateContractRequest {
        total_cents: Some(7_000),
        ..contract_update(1)
    };
    let saved = first.contracts.update_contract(patch.clone()).await;
    let saved = saved.expect("to save").into_inner().contract.unwrap();
    assert_eq!(saved.etag, "2");
    let status = second.contracts.update_contract(patch.clone()).await;
    let error = well_formed_error(&status.expect_err("outdated"));
    assert_eq!(error.details[CHANGED_BY], "gestion 2");
    let again = UpdateContractRequest {
        etag: saved.etag,
        total_cents: Some(8_000),
        ..patch
    };
    let saved = second.contracts.update_contract(again).await;
    assert_eq!(
        saved.expect("to save").into_inner().contract.unwrap().etag,
        "3"
    );
    server.shutdown().await;
}

/// An update without a field returns the record unchanged, its version and time included.
#[tokio::test(flavor = "multi_thread")]
async fn an_empty_update_creates_no_version() {
    let server = TestServer::with_sample_records().await;
    let mut gestion = server.login("gestion1").await;
    let mut commercial = server.login("commercial1").await;
    let mut support = server.login("support1").await;
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
    server.shutdown().await;
}

/// A new name of a record's commercial or support must not refuse an update of that record.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_name_of_a_referenced_record_creates_no_version() {
    let server = TestServer::with_sample_records().await;
    let mut gestion = server.login("gestion1").await;
    for id in [COMMERCIAL1, SUPPORT1] {
        let patch = UpdateCollaboratorRequest {
            name: Some("Nouveau Nom".to_owned()),
            ..collaborator_update(id)
        };
        gestion
            .collaborators
            .update_collaborator(patch)
            .await
            .expect("a new name");
    }
    for table in ["clients", "contracts", "events"] {
        let versions = server
            .query_ids(&format!("select distinct version as value from {table}"))
            .await;
        assert_eq!(versions, [1], "{table}");
    }
    server.shutdown().await;
}
