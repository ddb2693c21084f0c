//! Which changes create a new version of a record, and which do not.

use epic_events::{
    reason::Reason,
    v1::{
        GetClientRequest, GetCollaboratorRequest, GetContractRequest, GetEventRequest,
        ListContractsRequest, UpdateClientRequest, UpdateCollaboratorRequest,
        UpdateContractRequest, UpdateEventRequest,
    },
};

use crate::support::{
    errors::api_error,
    fixtures::{SUPPORT1, client_update, contract_update, insert},
    server::TestServer,
};

/// A client of `commercial1`, a signed contract and its event.
fn records() -> String {
    insert("clients", "commercial_id", "values (3)")
        + &insert(
            "contracts",
            "event_title, remaining_cents",
            "values ('Mariage', 1000)",
        )
        + &insert("events", "contract_id", "values (1)")
}

/// After a trigger raises an error, the built-in database reports a wrong trigger depth, so versions
/// must not depend on it.
#[tokio::test(flavor = "multi_thread")]
async fn versions_continue_after_a_refused_update() {
    let server = TestServer::with_sql(&records()).await;
    let mut gestion = server.login("gestion1").await;
    let mut etag = "1".to_owned();
    for remaining in [900, 800] {
        let unsign = UpdateContractRequest {
            etag: etag.clone(),
            signed: Some(false),
            ..contract_update(1)
        };
        let refused = gestion.contracts.update_contract(unsign).await;
        assert_eq!(api_error(refused).reason, Reason::ContractHasEvent);
        let pay = UpdateContractRequest {
            etag: etag.clone(),
            remaining_cents: Some(remaining),
            ..contract_update(1)
        };
        let paid = gestion.contracts.update_contract(pay.clone()).await;
        let contract = paid
            .expect("a payment")
            .into_inner()
            .contract
            .expect("the reply");
        assert_ne!(contract.etag, etag);
        let again = gestion.contracts.update_contract(pay).await;
        assert_eq!(api_error(again).reason, Reason::EtagOutdated);
        etag = contract.etag;
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_client_name_is_found_without_a_new_contract_version() {
    let server = TestServer::with_sql(&records()).await;
    let mut commercial = server.login("commercial1").await;
    let rename = UpdateClientRequest {
        name: Some("Zoé Lefèvre".to_owned()),
        ..client_update(1)
    };
    let renamed = commercial.clients.update_client(rename).await;
    renamed.expect("a new name");
    let found = commercial.contracts.list_contracts(ListContractsRequest {
        query: "lefev mari".to_owned(),
        ..Default::default()
    });
    assert_eq!(found.await.expect("a list").into_inner().contracts.len(), 1);
    let read = commercial
        .contracts
        .get_contract(GetContractRequest { id: 1 });
    let contract = read
        .await
        .expect("the reply")
        .into_inner()
        .contract
        .expect("the reply");
    assert_eq!(
        (contract.etag.as_str(), contract.client_name.as_str()),
        ("1", "Zoé Lefèvre")
    );
    server.shutdown().await;
}

/// An update with the stored values returns the record unchanged, its etag and time included, and
/// adds nothing to the history. It occurs when an outdated form is saved, or another client writes
/// all fields.
#[tokio::test(flavor = "multi_thread")]
async fn an_update_with_the_stored_values_creates_no_version() {
    let server = TestServer::with_sample_records().await;
    let mut gestion = server.login("gestion1").await;
    let mut commercial = server.login("commercial1").await;
    let mut support = server.login("support1").await;
    let history = "select count(*) as value from history";
    let entries = server.query_ids(history).await;
    macro_rules! unchanged {
        ($caller:ident, $service:ident, $get:ident, $GetRequest:ident, $update:ident,
         $UpdateRequest:ident { $($field:ident),* } $($other:ident)?, $record:ident, $id:expr) => {
            let read = $caller.$service.$get($GetRequest { id: $id }).await;
            let read = read.expect("the record").into_inner().$record.unwrap();
            let same = $UpdateRequest {
                id: $id,
                etag: read.etag.clone(),
                $($field: read.$field.clone().into(),)*
                $($other: None,)?
            };
            let saved = $caller.$service.$update(same).await;
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
        UpdateCollaboratorRequest {
            name,
            email,
            phone,
            role
        } successor_id,
        collaborator,
        SUPPORT1
    );
    unchanged!(
        commercial,
        clients,
        get_client,
        GetClientRequest,
        update_client,
        UpdateClientRequest {
            name,
            email,
            phone,
            company
        },
        client,
        1
    );
    unchanged!(
        gestion,
        contracts,
        get_contract,
        GetContractRequest,
        update_contract,
        UpdateContractRequest {
            client_id,
            event_title,
            total_cents,
            remaining_cents,
            date,
            signed
        },
        contract,
        1
    );
    unchanged!(
        support,
        events,
        get_event,
        GetEventRequest,
        update_event,
        UpdateEventRequest {
            start_time,
            end_time,
            location,
            attendees,
            note
        },
        event,
        1
    );
    assert_eq!(server.query_ids(history).await, entries);
    server.shutdown().await;
}
