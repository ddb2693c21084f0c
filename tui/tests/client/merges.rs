//! Two people who edit one record: changes of different fields are saved without a question.

use epic::{
    api::ApiRequest, app::overlay::Overlay, form::Form, keys::KeyContext, messages::Lang,
    record::Record,
};
use epic_events::{
    v1::{Client, Contract, Event},
    value::wire_time,
};

use crate::support::{
    records::{clients, contracts, events},
    test_client::{TestClient, popup_text},
};

/// Another collaborator saves the record while the form with these keys is open; then it is saved.
fn saved_by_both(lang: Lang, account: char, keys: &str, theirs: &Record) -> TestClient {
    let mut client = TestClient::signed_in(lang, (120, 40), account);
    client.keys(keys);
    client.server.checks_etags = true;
    client.server.saved = vec![theirs.clone()];
    client.requests.clear();
    client.keys("<ctrl-s>");
    client
}

/// The updates that were sent.
fn updates(client: &TestClient) -> Vec<&ApiRequest> {
    client.requests.iter().filter(|it| it.writes()).collect()
}

fn client_of_others() -> Record {
    Record::Client(Client {
        phone: "+33 6 99 99 99 99".to_owned(),
        company: "Plume SA".to_owned(),
        etag: "2".to_owned(),
        ..clients().swap_remove(1)
    })
}

fn open_form(client: &TestClient) -> &Form {
    match client.model.overlays.front() {
        Some(Overlay::Form(form)) => form,
        _ => panic!("no form: {}", client.screen()),
    }
}

/// For each field, whether the form asks which of two values to keep.
fn asked(form: &Form) -> Vec<bool> {
    let fields = form.fields.iter();
    fields.map(|it| it.alternative.is_some()).collect()
}

#[test]
fn changes_of_different_fields_are_merged_without_a_question() {
    let cases = [
        (
            Lang::En,
            "✓ Saved. Changed meanwhile by others: Company, Phone.",
        ),
        (
            Lang::Fr,
            "✓ Enregistré. Modifié entre-temps par d’autres\u{a0}: Entreprise, Téléphone.",
        ),
    ];
    for (lang, status) in cases {
        let client = saved_by_both(lang, '2', "2<down>e<ctrl-u>Zoé", &client_of_others());
        assert_eq!(client.model.key_context(), KeyContext::List);
        let screen = client.screen();
        assert!(screen.contains(status), "{screen}");
        let requests: Vec<_> = updates(&client)
            .into_iter()
            .map(|request| match request {
                ApiRequest::UpdateClient(r) => r.clone(),
                _ => panic!("another request"),
            })
            .collect();
        let etags: Vec<_> = requests.iter().map(|it| it.etag.as_str()).collect();
        assert_eq!(etags, ["1", "2"]);
        // Only the own change is sent.
        assert_eq!(requests[1].name.as_deref(), Some("Zoé"));
        assert_eq!((&requests[1].phone, &requests[1].company), (&None, &None));
    }
}

#[test]
fn the_user_is_asked_about_a_field_that_both_have_changed() {
    let keys = "2<down>e<ctrl-u>Zoé<tab><ctrl-u>Duvet SARL";
    let mut client = saved_by_both(Lang::En, '2', keys, &client_of_others());
    assert_eq!(updates(&client).len(), 1, "nothing is sent unasked");
    let popup = popup_text(&client);
    assert!(
        popup.contains("Sofia Rossi has saved this record"),
        "{popup}"
    );
    let form = open_form(&client);
    // Name, company, email, phone.
    let inputs: Vec<_> = form.fields.iter().map(|it| it.input.value()).collect();
    assert_eq!(inputs[..2], ["Zoé", "Duvet SARL"], "nothing typed is lost");
    assert_eq!(inputs[3], "+33 6 99 99 99 99");
    assert_eq!(asked(form), [false, true, false, false]);
    client.keys("<ctrl-s>");
    assert_eq!(client.model.key_context(), KeyContext::List);
    let screen = client.screen();
    assert!(
        screen.contains("Changed meanwhile by others: Phone."),
        "{screen}"
    );
}

fn event_of_others(hours: i64) -> Record {
    let event = events().swap_remove(2);
    let start: jiff::Timestamp = "2026-09-10T16:00:00Z".parse().unwrap();
    let start = start + jiff::SignedDuration::from_hours(hours);
    Record::Event(Event {
        start_time: Some(wire_time(start)),
        attendees: 9,
        etag: "2".to_owned(),
        ..event
    })
}

#[test]
fn start_and_end_of_an_event_are_one_field() {
    // They have moved the start, the user the end.
    let keys = "4<down><down>e<tab><ctrl-u>11/09/2026 01:00";
    let client = saved_by_both(Lang::En, '3', keys, &event_of_others(-1));
    assert_eq!(updates(&client).len(), 1);
    let form = open_form(&client);
    assert_eq!(asked(form), [true, true, false, false, false]);
    assert_eq!(form.fields[1].input.value(), "11/09/2026 01:00");
    assert_eq!(form.fields[0].input.value(), "10/09/2026 17:00");
    // The location does not touch the period.
    let keys = "4<down><down>e<tab><tab><ctrl-u>Lyon";
    let client = saved_by_both(Lang::En, '3', keys, &event_of_others(-1));
    assert_eq!(updates(&client).len(), 2, "{}", client.screen());
    let screen = client.screen();
    assert!(
        screen.contains("Changed meanwhile by others: Starts, Attendees."),
        "{screen}"
    );
}

#[test]
fn total_and_remaining_amount_of_a_contract_are_one_field() {
    let theirs = Record::Contract(Contract {
        total_cents: 900_000,
        etag: "2".to_owned(),
        ..contracts().swap_remove(1)
    });
    let client = saved_by_both(Lang::En, '1', "3<down>e<tab><tab><tab><ctrl-u>100", &theirs);
    assert_eq!(updates(&client).len(), 1);
    let form = open_form(&client);
    assert_eq!(asked(form), [false, false, true, true, false, false]);
    let client = saved_by_both(Lang::En, '1', "3<down>e<tab><ctrl-u>Bal", &theirs);
    assert_eq!(updates(&client).len(), 2, "{}", client.screen());
    let screen = client.screen();
    assert!(
        screen.contains("Changed meanwhile by others: Total."),
        "{screen}"
    );
}

/// The merged record is validated as a whole: it is not sent if the server would refuse it.
#[test]
fn a_merged_record_is_validated_before_it_is_sent() {
    let theirs = Record::Client(Client {
        company: String::new(),
        etag: "2".to_owned(),
        ..clients().swap_remove(1)
    });
    let client = saved_by_both(Lang::En, '2', "2<down>e<ctrl-u>Zoé", &theirs);
    assert_eq!(updates(&client).len(), 1, "{}", client.screen());
    assert_eq!(client.model.key_context(), KeyContext::Form);
    let popup = popup_text(&client);
    assert!(
        popup.contains("Zoé") && popup.contains("is required"),
        "{popup}"
    );
}

/// Each save by others is merged in its turn.
#[test]
fn a_second_save_by_others_is_merged_too() {
    let mut client = TestClient::signed_in(Lang::En, (120, 40), '2');
    client.keys("2<down>e<ctrl-u>Zoé");
    client.server.checks_etags = true;
    client.server.saved = vec![client_of_others()];
    client.holds_responses = true;
    client.keys("<ctrl-s>");
    for matches in [ApiRequest::writes as fn(&ApiRequest) -> bool, |it| {
        matches!(it, ApiRequest::GetClient(_))
    }] {
        let (id, request) = client.release(matches).unwrap();
        let result = client.answer(&request);
        client.send(epic::app::Msg::Response { id, result });
    }
    let Record::Client(theirs) = client_of_others() else {
        panic!("no client");
    };
    client.server.saved = vec![Record::Client(Client {
        email: "plume@example.fr".to_owned(),
        etag: "3".to_owned(),
        ..theirs
    })];
    client.answer_in_reverse();
    let etags: Vec<_> = updates(&client)
        .into_iter()
        .map(|request| match request {
            ApiRequest::UpdateClient(r) => r.etag.clone(),
            _ => panic!("another request"),
        })
        .collect();
    assert_eq!(etags, ["1", "2", "3"]);
    let screen = client.screen();
    assert!(
        screen.contains("Changed meanwhile by others: Company, Phone, Email."),
        "{screen}"
    );
}
