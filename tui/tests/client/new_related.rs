//! A new record in a list that is restricted to a related one.

use epic::{
    api::ApiRequest,
    app::overlay::Overlay,
    keys::{Action, KeyContext},
    messages::Lang,
    record::{ParentFilter, Record, Tab, value::Value},
    view::footer::actions,
};
use epic_events::v1::Contract;

use crate::support::{
    records::contracts,
    test_client::{TestClient, popup_text, signed_in},
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

/// A client signed in with this account, on the second contract, which is signed and has no event.
fn on_signed_contract(account: char, lang: Lang, change: impl Fn(&mut Contract)) -> TestClient {
    let mut client = TestClient::signed_in(lang, (120, 40), account);
    let mut signed = Contract {
        signed: true,
        event_id: None,
        ..contracts().swap_remove(1)
    };
    change(&mut signed);
    client.server.saved = vec![Record::Contract(signed)];
    client.keys("3<down>");
    client
}

#[test]
fn n_on_a_signed_contract_adds_its_event() {
    for (lang, label) in [(Lang::En, "new event"), (Lang::Fr, "nouvel événement")] {
        for keys in ["n", "?", "<ctrl-p>"] {
            let mut client = on_signed_contract('2', lang, |_| {});
            let contract = client.model.selected().unwrap().clone();
            // It is the likely next step, although money is due.
            let first = actions(&client.model).swap_remove(0);
            assert_eq!((first.action, first.label.as_str()), (Action::New, label));
            client.keys(keys);
            if keys != "n" {
                client.keys("<ctrl-u>").keys(label);
                assert!(popup_text(&client).contains(label), "{keys}");
                client.keys("<enter>");
            }
            let link = Value::Link(contract.id(), contract.name().to_owned());
            assert_eq!(first_field(&client), (link, 1), "{keys}");
        }
    }
}

#[test]
fn the_event_of_a_contract_is_shown_after_it_and_esc_goes_back() {
    let mut client = on_signed_contract('2', Lang::En, |_| {});
    let contract = client.model.selected().unwrap().id();
    client.keys("n12/10/2026 18h<tab>23h<tab>Lyon<tab>40<ctrl-s>");
    let created = client.requests.iter().find_map(|request| match request {
        ApiRequest::CreateEvent(request) => Some(request.contract_id),
        _ => None,
    });
    assert_eq!(created, Some(contract));
    assert_eq!(client.model.tab, Tab::Events);
    client.keys("<esc>");
    assert_eq!(client.model.tab, Tab::Contracts);
    assert_eq!(client.model.selected().map(Record::id), Some(contract));
}

/// Whose contract it is not, and what lacks no event.
#[test]
fn n_on_other_contracts_adds_no_event() {
    let refused = |mut client: TestClient| {
        assert_ne!(actions(&client.model)[0].action, Action::New);
        client.keys("n");
        assert!(client.model.overlays.is_empty(), "{}", client.screen());
        assert!(client.model.status.is_some());
    };
    refused(on_signed_contract('3', Lang::En, |_| {}));
    refused(on_signed_contract('2', Lang::En, |it| {
        it.commercial_id = Some(6);
    }));
    refused(on_signed_contract('2', Lang::En, |it| it.signed = false));
    refused(on_signed_contract('2', Lang::En, |it| {
        it.event_id = Some(500);
    }));
    // Gestion adds contracts, and money is due.
    let mut client = on_signed_contract('1', Lang::En, |_| {});
    assert_eq!(actions(&client.model)[0].action, Action::Edit);
    client.keys("n");
    assert_eq!(first_field(&client), (Value::Nothing, 0));
    let Some(Overlay::Form(form)) = client.model.overlays.front() else {
        panic!("no form");
    };
    assert_eq!(form.fields[0].spec.name, "client_id");
}

/// The key must not act on the record that was selected before a search.
#[test]
fn n_waits_for_the_list_when_it_is_about_the_contract() {
    let mut client = on_signed_contract('2', Lang::En, |_| {});
    client.holds_responses = true;
    client.keys("/gala<enter>n");
    assert!(client.model.overlays.is_empty());
    client.answer_in_reverse();
}
