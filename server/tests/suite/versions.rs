//! What makes a new version of a record, and what does not.

use epic_events::{
    reason::Reason,
    v1::{GetContractRequest, ListContractsRequest, UpdateClientRequest, UpdateContractRequest},
};

use crate::house::{House, refusal};

/// Commercial 1's client, their signed contract, and its event.
const FURNITURE: &str = "
    insert into clients (request_id, name, email, phone, company, commercial_id)
        values (gen_random_uuid(), 'Chloé Dupont', 'chloe@test.example', '0102', 'Dupont SARL', 3);
    insert into contracts
        (request_id, client_id, event_title, total_cents, remaining_cents, date, signed)
        values (gen_random_uuid(), 1, 'Mariage', 1000, 1000, '2026-01-01', true);
    insert into events
        (request_id, contract_id, start_time, end_time, location, attendees, note)
        values (gen_random_uuid(), 1, '2026-06-01 18:00Z', '2026-06-01 23:00Z', 'Paris', 10, '');";

/// The built-in database once lost count of its triggers when one of them refused something.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_does_not_stop_versions() {
    let house = House::furnished(FURNITURE).await;
    let mut gestion = house.login("gestion1").await;
    let mut etag = "1".to_owned();
    for remaining in [900, 800] {
        let unsign = UpdateContractRequest {
            id: 1,
            etag: etag.clone(),
            signed: Some(false),
            ..Default::default()
        };
        let refused = gestion.contracts.update_contract(unsign).await;
        assert_eq!(refusal(refused).reason, Reason::ContractHasEvent);
        let pay = UpdateContractRequest {
            id: 1,
            etag: etag.clone(),
            remaining_cents: Some(remaining),
            ..Default::default()
        };
        let paid = gestion.contracts.update_contract(pay.clone()).await;
        let contract = paid.expect("a payment").into_inner().contract.expect("it");
        assert_ne!(contract.etag, etag);
        let again = gestion.contracts.update_contract(pay).await;
        assert_eq!(refusal(again).reason, Reason::EtagOutdated);
        etag = contract.etag;
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_s_new_name_is_found_and_leaves_the_contract_s_version() {
    let house = House::furnished(FURNITURE).await;
    let mut commercial = house.login("commercial1").await;
    let rename = UpdateClientRequest {
        id: 1,
        etag: "1".to_owned(),
        name: Some("Zoé Lefèvre".to_owned()),
        ..Default::default()
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
    let contract = read.await.expect("it").into_inner().contract.expect("it");
    assert_eq!(
        (contract.etag.as_str(), contract.client_name.as_str()),
        ("1", "Zoé Lefèvre")
    );
    house.close().await;
}
