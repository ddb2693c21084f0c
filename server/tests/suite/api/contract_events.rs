//! What the record of a contract says of its event.

use epic_events::v1::{
    Contract, GetContractRequest, GetEventRequest, ListContractsRequest, UpdateEventRequest,
};

use crate::support::{
    api_client::ApiClient,
    fixtures::{event_request, event_update},
    rpc_cases::hour,
    server::TestServer,
};

/// The contract for which the condition holds: the same one in the list and alone.
async fn contract_where(caller: &mut ApiClient, is_it: impl Fn(&Contract) -> bool) -> Contract {
    let request = ListContractsRequest::default();
    let reply = caller.contracts.list_contracts(request).await;
    let contracts = reply.expect("a list").into_inner().contracts;
    let listed = contracts.into_iter().find(is_it).expect("a contract");
    let request = GetContractRequest { id: listed.id };
    let reply = caller.contracts.get_contract(request).await;
    let contract = reply.expect("a contract").into_inner().contract;
    assert_eq!(contract.as_ref(), Some(&listed));
    listed
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_has_the_start_of_its_event() {
    let server = TestServer::with_sample_records().await;
    let mut commercial = server.login("commercial1").await;
    let contract = contract_where(&mut commercial, |it| it.id == 2).await;
    assert_eq!((contract.event_id, contract.event_start_time), (None, None));

    let request = event_request(2);
    let start = request.start_time;
    let reply = commercial.events.create_event(request).await;
    let event = reply.expect("an event").into_inner().event.expect("one");
    let contract = contract_where(&mut commercial, |it| it.id == 2).await;
    assert_eq!(contract.event_id, Some(event.id));
    assert_eq!(contract.event_start_time, start);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_follows_the_start_of_its_event() {
    let server = TestServer::with_sample_records().await;
    let mut support = server.login("support1").await;
    for start in [hour(8), hour(9)] {
        let contract = contract_where(&mut support, |it| it.event_id == Some(1)).await;
        assert_ne!(contract.event_start_time, Some(start));
        let request = GetEventRequest { id: 1 };
        let reply = support.events.get_event(request).await.expect("a reply");
        let request = UpdateEventRequest {
            etag: reply.into_inner().event.expect("an event").etag,
            start_time: Some(start),
            ..event_update(1)
        };
        let reply = support.events.update_event(request).await;
        reply.expect("a change");
        let contract = contract_where(&mut support, |it| it.event_id == Some(1)).await;
        assert_eq!(contract.event_start_time, Some(start));
    }
    server.shutdown().await;
}
