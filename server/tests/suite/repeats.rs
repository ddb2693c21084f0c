//! A request that creates something, sent again: the first result, and one record.

use epic_events::v1::CreateCollaboratorRequest;

use crate::{
    database::server_url,
    furniture::{self, FURNITURE},
    house::{House, refusal},
};

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
async fn the_same_request_again_gives_the_first_result() {
    let house = House::furnished(FURNITURE).await;
    let gestion = house.login("gestion1").await;
    let commercial = house.login("commercial1").await;
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
            let rows = house
                .ids(&format!(
                    "select count(*) as value from {} where request_id = '{}'",
                    stringify!($service),
                    request.request_id
                ))
                .await;
            assert_eq!(rows, [1]);
            first
        }};
    }
    let made = twice!(
        gestion,
        collaborators,
        create_collaborator,
        furniture::collaborator()
    );
    assert!(made.one_time_password.len() > 20);
    twice!(commercial, clients, create_client, furniture::client());
    twice!(gestion, contracts, create_contract, furniture::contract(1));
    twice!(commercial, events, create_event, furniture::event(2));

    // The password that was told twice is the one that opens.
    let email = made.collaborator.unwrap().email;
    let login = epic_events::v1::LoginRequest {
        email,
        password: made.one_time_password,
        device: String::new(),
    };
    let me = house
        .auth()
        .login(login)
        .await
        .expect("to log in")
        .into_inner()
        .me;
    assert!(me.unwrap().must_change_password);
    house.close().await;
}

/// Another request with the same email is another record, and refused.
#[tokio::test(flavor = "multi_thread")]
async fn another_request_is_another_record() {
    let house = House::furnished(FURNITURE).await;
    let gestion = house.login("gestion1").await;
    let request = furniture::collaborator();
    let first = create!(gestion, collaborators, create_collaborator, request).await;
    let first = first.expect("a record");
    let same_email = CreateCollaboratorRequest {
        request_id: furniture::new_id(),
        ..request.clone()
    };
    let refused = create!(gestion, collaborators, create_collaborator, same_email).await;
    assert_eq!(refusal(refused).fields[0].field, "email");
    let other = CreateCollaboratorRequest {
        request_id: furniture::new_id(),
        email: "somebody.else@staff.example".to_owned(),
        ..request
    };
    let other = create!(gestion, collaborators, create_collaborator, other).await;
    assert_ne!(
        other.expect("a record").one_time_password,
        first.one_time_password
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_many_times_at_once_makes_one_record() {
    if server_url().is_none() {
        return eprintln!("skipped: the built-in database has one connection");
    }
    let house = House::furnished(FURNITURE).await;
    let gestion = house.login("gestion1").await;
    let commercial = house.login("commercial1").await;
    macro_rules! at_once {
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
                let rows = house
                    .ids(&format!(
                        "select count(*) as value from {} where request_id = '{}'",
                        stringify!($service),
                        request.request_id
                    ))
                    .await;
                assert_eq!(rows, [1]);
            }
        };
    }
    at_once!(
        gestion,
        collaborators,
        create_collaborator,
        furniture::collaborator()
    );
    at_once!(commercial, clients, create_client, furniture::client());
    at_once!(gestion, contracts, create_contract, furniture::contract(1));
    at_once!(commercial, events, create_event, {
        house.sql("delete from events where contract_id = 2").await;
        furniture::event(2)
    });
    house.close().await;
}
