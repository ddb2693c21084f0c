//! Idempotent creation: a repeated request returns the first result and creates one record.

use epic_events::{
    reason::Reason,
    v1::{
        CreateClientRequest, CreateCollaboratorRequest, CreateCollaboratorResponse,
        CreateContractRequest, CreateEventRequest, DeleteCollaboratorRequest, LoginRequest,
    },
};

use crate::support::{errors::api_error, fixtures, server::TestServer};

macro_rules! create {
    ($caller:expr, $service:ident, $create:ident, $request:expr) => {{
        let mut service = $caller.$service.clone();
        let request = $request.clone();
        async move {
            service
                .$create(request)
                .await
                .map(tonic::Response::into_inner)
        }
    }};
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_returns_the_first_result() {
    let server = TestServer::with_sample_records().await;
    let gestion = server.login("gestion1").await;
    let commercial = server.login("commercial1").await;
    macro_rules! twice {
        ($caller:ident, $service:ident, $create:ident, $request:expr) => {{
            let request = $request;
            let first = create!($caller, $service, $create, request)
                .await
                .expect("a record");
            let second = create!($caller, $service, $create, request)
                .await
                .expect("the record");
            assert_eq!(first, second);
            let rows = server
                .query_ids(&format!(
                    "select count(*) as value from {} where request_id = '{}'",
                    stringify!($service),
                    request.request_id
                ))
                .await;
            assert_eq!(rows, [1]);
            first
        }};
    }
    twice!(
        commercial,
        clients,
        create_client,
        fixtures::client_request()
    );
    twice!(
        gestion,
        contracts,
        create_contract,
        fixtures::contract_request(1)
    );
    twice!(commercial, events, create_event, fixtures::event_request(2));
    server.shutdown().await;
}

/// Only the hash of a one-time password is stored, so a repetition cannot return the first one.
#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_creation_replaces_the_password_until_its_owner_signs_in() {
    let server = TestServer::with_sample_records().await;
    let gestion = server.login("gestion1").await;
    let request = fixtures::collaborator_request();
    let create = async || {
        let created = create!(gestion, collaborators, create_collaborator, request).await;
        created.expect("the collaborator")
    };
    let sign_in = async |password: String| {
        let login = LoginRequest {
            email: request.email.clone(),
            password,
            ..fixtures::login_request()
        };
        let reply = server.auth().login(login).await;
        reply.map(|reply| reply.into_inner().me.expect("me"))
    };
    let (first, second) = (create().await, create().await);
    let id = |it: &CreateCollaboratorResponse| it.collaborator.as_ref().map(|it| it.id);
    assert_eq!(id(&first), id(&second));
    let refused = sign_in(first.one_time_password.clone()).await;
    assert_eq!(api_error(refused).reason, Reason::LoginFailed);
    let me = sign_in(second.one_time_password.clone())
        .await
        .expect("to sign in");
    assert!(me.must_change_password);
    let third = create().await;
    assert_eq!((id(&third), &*third.one_time_password), (id(&first), ""));
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_is_not_repeated_after_its_collaborator_was_deleted() {
    let server = TestServer::start().await;
    let mut gestion = server.login("gestion1").await;
    let request = fixtures::collaborator_request();
    let created = gestion
        .collaborators
        .create_collaborator(request.clone())
        .await;
    let created = created.expect("a collaborator").into_inner();
    let id = created.collaborator.expect("the record").id;
    let deletion = DeleteCollaboratorRequest {
        id,
        ..DeleteCollaboratorRequest::default()
    };
    let deleted = gestion.collaborators.delete_collaborator(deletion).await;
    deleted.expect("deleted");
    let repeated = gestion.collaborators.create_collaborator(request).await;
    assert_eq!(api_error(repeated).reason, Reason::RequestIdReused);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_belongs_to_one_request_of_one_caller() {
    let server = TestServer::with_sample_records().await;
    let (gestion, other) = (
        server.login("gestion1").await,
        server.login("gestion2").await,
    );
    let commercial = server.login("commercial1").await;
    macro_rules! reused {
        ($caller:ident, $service:ident, $create:ident, $request:expr, $changed:expr) => {
            let first = create!($caller, $service, $create, $request).await;
            first.expect("a record");
            let changed = create!($caller, $service, $create, $changed).await;
            assert_eq!(api_error(changed).reason, Reason::RequestIdReused);
        };
    }
    let request = fixtures::collaborator_request();
    let changed = CreateCollaboratorRequest {
        phone: "01 02 03 04 05".to_owned(),
        ..request.clone()
    };
    reused!(
        gestion,
        collaborators,
        create_collaborator,
        request,
        changed
    );
    let by_other = create!(other, collaborators, create_collaborator, request).await;
    assert_eq!(api_error(by_other).reason, Reason::RequestIdReused);
    let request = fixtures::client_request();
    let changed = CreateClientRequest {
        name: "Somebody Else".to_owned(),
        ..request.clone()
    };
    reused!(commercial, clients, create_client, request, changed);
    let request = fixtures::contract_request(1);
    let changed = CreateContractRequest {
        client_id: 2,
        ..request.clone()
    };
    reused!(gestion, contracts, create_contract, request, changed);
    let by_other = create!(other, contracts, create_contract, request).await;
    assert_eq!(api_error(by_other).reason, Reason::RequestIdReused);
    let request = fixtures::event_request(2);
    let changed = CreateEventRequest {
        attendees: 7,
        ..request.clone()
    };
    reused!(commercial, events, create_event, request, changed);
    server.shutdown().await;
}

/// A request with a new `request_id` creates a new record, whose email must be unused.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_request_id_creates_another_record() {
    let server = TestServer::with_sample_records().await;
    let gestion = server.login("gestion1").await;
    let request = fixtures::collaborator_request();
    let first = create!(gestion, collaborators, create_collaborator, request).await;
    let first = first.expect("a record");
    let same_email = CreateCollaboratorRequest {
        request_id: fixtures::new_request_id(),
        ..request.clone()
    };
    let refused = create!(gestion, collaborators, create_collaborator, same_email).await;
    assert_eq!(api_error(refused).fields[0].field, "email");
    let other = CreateCollaboratorRequest {
        request_id: fixtures::new_request_id(),
        email: "somebody.else@staff.example".to_owned(),
        ..request
    };
    let other = create!(gestion, collaborators, create_collaborator, other).await;
    assert_ne!(
        other.expect("a record").one_time_password,
        first.one_time_password
    );
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_repeats_create_one_record() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let gestion = server.login("gestion1").await;
    let commercial = server.login("commercial1").await;
    macro_rules! eight_at_once {
        ($caller:ident, $service:ident, $create:ident, $request:expr, $same:expr) => {
            for _ in 0..5 {
                let request = $request;
                let calls: Vec<_> = (0..8)
                    .map(|_| tokio::spawn(create!($caller, $service, $create, request)))
                    .collect();
                let mut results = Vec::new();
                for call in calls {
                    results.push(call.await.expect("no panic").expect("the record"));
                }
                let is_same = $same;
                assert!(
                    results.windows(2).all(|two| is_same(&two[0], &two[1])),
                    "{results:?}"
                );
                let rows = server
                    .query_ids(&format!(
                        "select count(*) as value from {} where request_id = '{}'",
                        stringify!($service),
                        request.request_id
                    ))
                    .await;
                assert_eq!(rows, [1]);
            }
        };
    }
    eight_at_once!(
        gestion,
        collaborators,
        create_collaborator,
        fixtures::collaborator_request(),
        // Each repetition replaces the password.
        |one: &CreateCollaboratorResponse, other: &CreateCollaboratorResponse| {
            let id = |it: &CreateCollaboratorResponse| it.collaborator.as_ref().map(|it| it.id);
            id(one) == id(other)
        }
    );
    eight_at_once!(
        commercial,
        clients,
        create_client,
        fixtures::client_request(),
        PartialEq::eq
    );
    eight_at_once!(
        gestion,
        contracts,
        create_contract,
        fixtures::contract_request(1),
        PartialEq::eq
    );
    eight_at_once!(
        commercial,
        events,
        create_event,
        {
            server
                .execute("delete from events where contract_id = 2")
                .await;
            fixtures::event_request(2)
        },
        PartialEq::eq
    );
    server.shutdown().await;
}
