//! A new record in a list that is restricted to a related one.

use epic::{
    api::ApiRequest,
    app::overlay::Overlay,
    keys::KeyContext,
    record::{ParentFilter, Record, Tab, value::Value},
};
use epic_events::v1::Contract;

use crate::support::{
    records::contracts,
    test_client::{TestClient, signed_in},
};

/// The value of the first field of the form in front, and the index of the focused field.
fn first_field(client: &TestClient) -> (Value, usize) {
    let Some(Overlay::Form(form)) = client.model.overlays.front() else {
        panic!("no form: {}", client.screen());
    };
    (form.fields[0].chosen.clone(), form.focus)
}

#[test]
fn a_contract_of_a_client_has_the_client() {
    let mut client = signed_in('1');
    client.keys("2<down>");
    let selected = client.model.selected().unwrap().clone();
    client.keys("gt");
    assert_eq!(client.model.tab, Tab::Contracts);
    client.keys("n");
    let link = Value::Link(selected.id(), selected.name().to_owned());
    assert_eq!(first_field(&client), (link, 1));
    // Nothing was typed, so nothing is lost.
    client.keys("<esc>");
    assert_eq!(client.model.key_context(), KeyContext::List);
    client.keys("nBal<tab>100<tab>50<tab>1/10/2026");
    client.server.unavailable = true;
    client.keys("<ctrl-s>");
    let created = client.requests.iter().find_map(|request| match request {
        ApiRequest::CreateContract(request) => Some(request),
        _ => None,
    });
    assert_eq!(created.unwrap().client_id, selected.id());
}

#[test]
fn an_event_of_a_signed_contract_has_the_contract() {
    let mut client = signed_in('2');
    let signed = Contract {
        signed: true,
        event_id: None,
        ..contracts().swap_remove(1)
    };
    client.server.saved = vec![Record::Contract(signed.clone())];
    client.keys("3<down>");
    assert_eq!(client.model.selected().unwrap().id(), signed.id);
    client.keys("ge");
    let parent = client.model.list().criteria.parent.clone();
    assert_eq!(parent.unwrap().0, ParentFilter::Contract(signed.id));
    client.keys("n");
    let link = Value::Link(signed.id, signed.event_title);
    assert_eq!(first_field(&client), (link, 1));
    client.keys("12/10/2026 18h<tab>23h<tab>Lyon<tab>40<ctrl-s>");
    let created = client.requests.iter().find_map(|request| match request {
        ApiRequest::CreateEvent(request) => Some(request),
        _ => None,
    });
    assert_eq!(created.unwrap().contract_id, signed.id);
    let parent = client.model.list().criteria.parent.clone();
    assert_eq!(
        parent.unwrap().0,
        ParentFilter::Contract(signed.id),
        "the list stays that of the contract"
    );
}

/// A contract has one event: another contract is to be picked.
#[test]
fn an_event_beside_that_of_a_contract_has_no_contract() {
    let mut client = signed_in('2');
    client.keys("3gen");
    assert_eq!(first_field(&client), (Value::Nothing, 0));
}

#[test]
fn a_new_record_of_the_whole_list_refers_to_none() {
    let mut client = signed_in('1');
    client.keys("3n");
    assert_eq!(first_field(&client), (Value::Nothing, 0));
}

#[test]
fn the_contracts_for_a_new_event_of_a_client_are_theirs() {
    let mut client = signed_in('2');
    client.keys("2<down>");
    let selected = client.model.selected().unwrap().clone();
    client.keys("ge");
    let parent = client.model.list().criteria.parent.clone();
    assert_eq!(parent.unwrap().0, ParentFilter::Client(selected.id()));
    // The clients of the contracts that the last opened pick-list requests.
    let requested = |client: &TestClient| {
        let mut requests = client.requests.iter().rev();
        requests.find_map(|request| match request {
            ApiRequest::ListContracts(request) if request.no_event && request.mine => {
                Some(request.client_id)
            }
            _ => None,
        })
    };
    client.keys("n<enter>");
    assert_eq!(requested(&client), Some(Some(selected.id())));
    let screen = client.screen();
    assert!(screen.contains(selected.name()), "{screen}");
    // In the whole list, they are those of all clients.
    client.requests.clear();
    client.keys("<esc><esc><esc>4n<enter>");
    assert_eq!(client.model.list().criteria.parent, None);
    assert_eq!(requested(&client), Some(None));
}
