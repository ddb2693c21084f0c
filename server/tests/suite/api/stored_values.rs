//! The stored form of a text: cleaned and normalized. Values of older versions remain readable, and
//! do not prevent an edit of another field.

use epic_events::{
    reason::Reason,
    v1::{
        CreateClientRequest, CreateCollaboratorRequest, GetClientRequest, ListClientsRequest, Role,
        UpdateClientRequest, UpdateEventRequest,
    },
};

use crate::support::{
    errors::api_error,
    fixtures::{client_request, client_update, collaborator_request, event_update},
    server::TestServer,
};

#[tokio::test(flavor = "multi_thread")]
async fn texts_are_stored_cleaned() {
    let server = TestServer::with_sample_records().await;
    let mut commercial = server.login("commercial1").await;
    let reply = commercial.clients.create_client(CreateClientRequest {
        name: "Jean\u{200b}\tDupont\u{202e}".to_owned(),
        email: "Zoe\u{301}@XN--PIC-9LA.example".to_owned(),
        phone: "\u{202a}(+33)\u{202f}6\u{2011}12 poste 4\u{202c}5".to_owned(),
        company: "Cafe\u{301}\r\nde la\u{85}Gare".to_owned(),
        ..client_request()
    });
    let error = api_error(reply.await);
    assert_eq!(error.fields.len(), 1, "a phone of five digits: {error:?}");
    let reply = commercial.clients.create_client(CreateClientRequest {
        name: "Jean\u{200b}\tDupont\u{202e}".to_owned(),
        email: "Zoe\u{301}@XN--PIC-9LA.example".to_owned(),
        phone: "\u{202a}(+33)\u{202f}6 12\u{2011}34 56 78 poste 4\u{202c}5".to_owned(),
        company: "Cafe\u{301}\r\nde la\u{85}Gare".to_owned(),
        ..client_request()
    });
    let reply = reply.await.expect("a client").into_inner();
    let client = reply.client.expect("a client");
    assert_eq!(client.name, "Jean Dupont");
    assert_eq!(client.email, "Zoé@épic.example");
    assert_eq!(client.phone, "+33 6 12-34 56 78 ext. 45");
    assert_eq!(client.company, "Café de la Gare");
    let mut support = server.login("support1").await;
    let reply = support.events.update_event(UpdateEventRequest {
        note: Some("Salle\t12\r\n\u{202e}Paris\rLyon\u{2028}\u{feff}".to_owned()),
        ..event_update(1)
    });
    let event = reply.await.expect("an event").into_inner().event;
    let note = event.expect("an event").note;
    assert_eq!(note, "Salle\t12\nParis\nLyon");
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_spellings_of_a_domain_are_one_address() {
    let server = TestServer::with_sample_records().await;
    let mut commercial = server.login("commercial1").await;
    let mut gestion = server.login("gestion1").await;
    let spellings = [
        "zoe@épic.example",
        "zoe@xn--pic-9la.example",
        "ZOE@e\u{301}pic.example",
        "zoe＠ÉPIC．example",
    ];
    for (index, email) in spellings.into_iter().enumerate() {
        let client = commercial.clients.create_client(CreateClientRequest {
            email: email.to_owned(),
            ..client_request()
        });
        let client = client.await;
        let collaborator = gestion
            .collaborators
            .create_collaborator(CreateCollaboratorRequest {
                email: email.to_owned(),
                role: Role::Support.into(),
                ..collaborator_request()
            });
        let collaborator = collaborator.await;
        if index == 0 {
            assert!(client.is_ok() && collaborator.is_ok(), "{email}");
        } else {
            assert_eq!(api_error(client).reason, Reason::EmailTaken, "{email}");
            assert_eq!(
                api_error(collaborator).reason,
                Reason::EmailTaken,
                "{email}"
            );
        }
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn values_of_older_versions_stay_readable_and_other_fields_editable() {
    let server = TestServer::with_sample_records().await;
    let name = "\u{202e}Jean\u{200b}\u{1b}[31m\u{e000}";
    let sql = format!("update clients set name = '{name}', phone = '\u{2800}' where id = 1");
    server.execute(&sql).await;
    let mut commercial = server.login("commercial1").await;
    let list = commercial
        .clients
        .list_clients(ListClientsRequest::default());
    let list = list.await.expect("a list").into_inner().clients;
    assert!(list.iter().any(|client| client.name == name), "{list:?}");
    let read = commercial.clients.get_client(GetClientRequest { id: 1 });
    let read = read.await.expect("a client").into_inner().client;
    let read = read.expect("a client");
    assert_eq!(read.name, name);
    let update = commercial.clients.update_client(UpdateClientRequest {
        etag: read.etag,
        company: Some("Gare".to_owned()),
        ..client_update(1)
    });
    let updated = update.await.expect("a client").into_inner().client;
    let updated = updated.expect("a client");
    assert_eq!(
        (updated.name.as_str(), updated.phone.as_str()),
        (name, "\u{2800}")
    );
    assert_eq!(updated.company, "Gare");
    server.shutdown().await;
}
