//! Concurrent writes: no rule is violated, one write succeeds, and the others fail with a reason.

use std::time::Duration;

use epic_events::{
    reason::Reason::{self, *},
    v1::*,
};
use tokio::sync::Barrier;
use tonic::Status;

use crate::support::{
    api_client::ApiClient,
    errors::error_reason,
    fixtures::{self, COMMERCIAL1, GESTION1, insert},
    server::TestServer,
};

#[tokio::test(flavor = "multi_thread")]
async fn create_event_races_with_a_withdrawn_signature() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let commercial = server.login("commercial1").await;
    let gestion = server.login("gestion1").await;
    let (mut created, mut unsigned) = (0, 0);
    for round in 0..40 {
        let contract = fixtures::contract_request(1);
        let reply = gestion.clone().contracts.create_contract(contract).await;
        let id = reply.expect("a contract").into_inner().contract.unwrap().id;
        let (mut events, mut contracts) = (commercial.events.clone(), gestion.contracts.clone());
        // Each of the two calls starts first in every second round.
        let create = async {
            tokio::time::sleep(Duration::from_millis(round % 2)).await;
            events.create_event(fixtures::event_request(id)).await
        };
        let unsign = async {
            let patch = UpdateContractRequest {
                signed: Some(false),
                ..fixtures::contract_update(id)
            };
            contracts.update_contract(patch).await
        };
        let (create, unsign) = tokio::join!(create, unsign);
        match (error_reason(&create), error_reason(&unsign)) {
            (None, Some(ContractHasEvent)) => created += 1,
            (Some(ContractNotSigned), None) => unsigned += 1,
            other => panic!("round {round}: {other:?}"),
        }
        let violations = server
            .query_ids(
                "select contracts.id as value from contracts \
                 join events on contract_id = contracts.id where not signed",
            )
            .await;
        assert_eq!(violations, [0; 0]);
    }
    assert_eq!(created + unsigned, 40);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn create_event_races_with_itself() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let own = server.login("commercial1").await;
    let other = server.login("commercial2").await;
    for _ in 0..10 {
        server
            .execute("delete from events where contract_id = 2")
            .await;
        let calls: Vec<_> = (0..8)
            .map(|number| {
                let mut events = if number < 6 { &own } else { &other }.events.clone();
                tokio::spawn(async move { events.create_event(fixtures::event_request(2)).await })
            })
            .collect();
        let mut reasons = Vec::new();
        for call in calls {
            reasons.push(error_reason(&call.await.expect("no panic")));
        }
        let count = |reason| reasons.iter().filter(|&&found| found == reason).count();
        assert_eq!(
            (count(None), count(Some(EventExists)), count(Some(NotYours))),
            (1, 5, 2),
            "{reasons:?}"
        );
        let rows = server
            .query_ids("select count(*) as value from events where contract_id = 2")
            .await;
        assert_eq!(rows, [1]);
    }
    server.shutdown().await;
}

/// Deletes a collaborator, or changes their role.
async fn remove(caller: &ApiClient, other: i64, by_role: bool) -> Result<(), Status> {
    let mut collaborators = caller.collaborators.clone();
    if by_role {
        let read = GetCollaboratorRequest { id: other };
        let read = collaborators.get_collaborator(read).await?.into_inner();
        let patch = UpdateCollaboratorRequest {
            id: other,
            etag: read.collaborator.unwrap().etag,
            role: Some(Role::Support.into()),
            ..UpdateCollaboratorRequest::default()
        };
        collaborators.update_collaborator(patch).await.map(drop)
    } else {
        let removal = DeleteCollaboratorRequest {
            id: other,
            ..DeleteCollaboratorRequest::default()
        };
        collaborators.delete_collaborator(removal).await.map(drop)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_two_gestion_accounts_remove_each_other() {
    require_postgres!();
    let server = TestServer::start().await;
    let restore = "update collaborators set role = 'gestion' where email like 'gestion%';"
        .to_owned()
        + &insert(
            "collaborators",
            "email, role, password_hash, must_change_password",
            "select wanted, 'gestion', password_hash, false
             from unnest(array['gestion1@test.example', 'gestion2@test.example']) wanted,
                (select password_hash from collaborators limit 1) hash
             where not exists (select from collaborators where email = wanted)",
        );
    for round in 0..6 {
        // Restores a removed account, with a new id.
        server.execute(&restore).await;
        let one = server.login("gestion1").await;
        let two = server.login("gestion2").await;
        let (by_one, by_two) = tokio::join!(
            remove(&one, two.me.id, round % 3 == 1),
            remove(&two, one.me.id, round % 3 > 0),
        );
        let (first, second) = (error_reason(&by_one), error_reason(&by_two));
        let loser = match (first, second) {
            (None, Some(loser)) | (Some(loser), None) => loser,
            other => panic!("round {round}: {other:?}"),
        };
        // The account of the refused caller is being removed, is deleted, has another role, or is the
        // last one.
        assert!(
            matches!(
                loser,
                AccountChanging | SessionEnded | RoleNotAllowed | LastGestion
            ),
            "round {round}: {loser:?}"
        );
        let left = server
            .query_ids("select count(*) as value from collaborators where role = 'gestion'")
            .await;
        assert_eq!(left, [1], "round {round}");
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn assign_commercial_races_with_itself() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let callers = [
        server.login("gestion1").await,
        server.login("gestion2").await,
    ];
    for _ in 0..20 {
        server
            .execute("update clients set commercial_id = null where id = 3")
            .await;
        let versions = server
            .query_text("select version as value from clients where id = 3")
            .await;
        let [one, two] = [0, 1].map(|which| {
            let mut clients = callers[which].clients.clone();
            let request = AssignCommercialRequest {
                id: 3,
                etag: versions[0].clone(),
                commercial_id: COMMERCIAL1 + i64::try_from(which).unwrap(),
            };
            async move { clients.assign_commercial(request).await }
        });
        let (one, two) = tokio::join!(one, two);
        let winner = match (error_reason(&one), error_reason(&two)) {
            (None, Some(AlreadyAssigned)) => one,
            (Some(AlreadyAssigned), None) => two,
            other => panic!("{other:?}"),
        };
        let returned = winner.unwrap().into_inner().client.unwrap().commercial_id;
        let stored = server
            .query_ids("select commercial_id as value from clients where id = 3")
            .await;
        assert_eq!(stored, [returned.unwrap()]);
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn assign_commercial_races_with_a_change_of_role() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let moving = server.login("gestion1").await;
    let assigning = server.login("gestion2").await;
    for round in 0..30 {
        let mut collaborators = moving.collaborators.clone();
        let mut clients = assigning.clients.clone();
        let draft = CreateCollaboratorRequest {
            role: Role::Commercial.into(),
            ..fixtures::collaborator_request()
        };
        let reply = collaborators.create_collaborator(draft).await;
        let commercial_id = reply
            .expect("a commercial")
            .into_inner()
            .collaborator
            .unwrap()
            .id;
        server
            .execute("update clients set commercial_id = null where id = 3")
            .await;
        let versions = server
            .query_text("select version as value from clients where id = 3")
            .await;
        let change = async {
            tokio::time::sleep(Duration::from_millis(round % 2)).await;
            let patch = UpdateCollaboratorRequest {
                id: commercial_id,
                etag: "1".to_owned(),
                role: Some(Role::Support.into()),
                ..UpdateCollaboratorRequest::default()
            };
            collaborators.update_collaborator(patch).await
        };
        let assign = clients.assign_commercial(AssignCommercialRequest {
            id: 3,
            etag: versions[0].clone(),
            commercial_id,
        });
        let (change, assign) = tokio::join!(change, assign);
        match (error_reason(&change), error_reason(&assign)) {
            (None, Some(WrongRole)) | (Some(StillInCharge), None) => {}
            other => panic!("round {round}: {other:?}"),
        }
    }
    server.shutdown().await;
}

/// Each of sixteen writers appends its letter three times to the value that it has read.
#[tokio::test(flavor = "multi_thread")]
async fn no_update_of_sixteen_writers_is_lost() {
    require_postgres!();
    let server = TestServer::with_sql(&insert(
        "clients",
        "company, commercial_id",
        "values ('X', 3)",
    ))
    .await;
    let caller = server.login("commercial1").await;
    let start = std::sync::Arc::new(Barrier::new(16));
    let writers: Vec<_> = ('A'..='P')
        .map(|letter| {
            let mut clients = caller.clients.clone();
            let start = start.clone();
            tokio::spawn(async move {
                start.wait().await;
                let mut outdated = 0;
                let mut written = 0;
                while written < 3 {
                    let read = clients.get_client(GetClientRequest { id: 1 }).await;
                    let read = read.expect("the client").into_inner().client.unwrap();
                    let patch = UpdateClientRequest {
                        id: 1,
                        etag: read.etag,
                        company: Some(format!("{}{letter}", read.company)),
                        ..UpdateClientRequest::default()
                    };
                    match error_reason(&clients.update_client(patch).await) {
                        None => written += 1,
                        Some(EtagOutdated) => outdated += 1,
                        other => panic!("{other:?}"),
                    }
                }
                outdated
            })
        })
        .collect();
    let mut outdated = 0;
    for writer in writers {
        outdated += writer.await.expect("no panic");
    }
    assert!(outdated > 0, "no two writes met");
    let company = server
        .query_text("select company as value from clients where id = 1")
        .await;
    let mut letters: Vec<_> = company[0].chars().skip(1).collect();
    letters.sort_unstable();
    let expected: Vec<_> = ('A'..='P').flat_map(|letter| [letter; 3]).collect();
    assert_eq!(letters, expected);
    let versions = server
        .query_ids("select version as value from clients where id = 1")
        .await;
    assert_eq!(versions, [1 + 48]);
    server.shutdown().await;
}

/// Two gestion accounts update the record of one of the two accounts: every call ends, and exactly one
/// succeeds.
#[tokio::test(flavor = "multi_thread")]
async fn gestion_accounts_update_each_other_without_a_deadlock() {
    require_postgres!();
    let server = TestServer::start().await;
    let callers = [
        server.login("gestion1").await,
        server.login("gestion2").await,
    ];
    for round in 0..5 {
        let read = callers[0]
            .clone()
            .collaborators
            .get_collaborator(GetCollaboratorRequest { id: GESTION1 })
            .await;
        let etag = read
            .expect("a record")
            .into_inner()
            .collaborator
            .unwrap()
            .etag;
        let calls: Vec<_> = (0..6)
            .map(|number| {
                let mut collaborators = callers[number % 2].collaborators.clone();
                let patch = UpdateCollaboratorRequest {
                    id: GESTION1,
                    etag: etag.clone(),
                    // An update with the stored values would not be a change.
                    phone: Some(format!("010203{round}{number}")),
                    ..UpdateCollaboratorRequest::default()
                };
                tokio::spawn(async move { collaborators.update_collaborator(patch).await })
            })
            .collect();
        let mut reasons = Vec::new();
        for call in calls {
            reasons.push(error_reason(&call.await.expect("no panic")));
        }
        let saved = reasons.iter().filter(|reason| reason.is_none()).count();
        assert_eq!(saved, 1, "{reasons:?}");
        let expected =
            |reason: &Option<Reason>| matches!(reason, None | Some(EtagOutdated | Conflict));
        assert!(reasons.iter().all(expected), "{reasons:?}");
    }
    server.shutdown().await;
}
