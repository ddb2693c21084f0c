//! Idempotent creation: a repeated request returns the first result and creates one record.

use epic_events::v1::{CreateCollaboratorRequest, LoginRequest};

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
    let created = twice!(
        gestion,
        collaborators,
        create_collaborator,
        fixtures::collaborator_request()
    );
    assert!(created.one_time_password.len() > 20);
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

    // The returned one-time password is valid.
    let email = created.collaborator.unwrap().email;
    let login = LoginRequest {
        email,
        password: created.one_time_password,
        ..fixtures::login_request()
    };
    let me = server
        .auth()
        .login(login)
        .await
        .expect("to log in")
        .into_inner()
        .me;
    assert!(me.unwrap().must_change_password);
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
        ($caller:ident, $service:ident, $create:ident, $request:expr) => {
            for _ in 0..5 {
                let request = $request;
                let calls: Vec<_> = (0..8)
                    .map(|_| tokio::spawn(create!($caller, $service, $create, request)))
                    .collect();
                let mut results = Vec::new();
                for call in calls {
                    results.push(call.await.expect("no panic").expect("the record"));
                }
                assert!(
                    results.windows(2).all(|two| two[0] == two[1]),
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
        fixtures::collaborator_request()
    );
    eight_at_once!(
        commercial,
        clients,
        create_client,
        fixtures::client_request()
    );
    eight_at_once!(
        gestion,
        contracts,
        create_contract,
        fixtures::contract_request(1)
    );
    eight_at_once!(commercial, events, create_event, {
        server
            .execute("delete from events where contract_id = 2")
            .await;
        fixtures::event_request(2)
    });
    server.shutdown().await;
}
