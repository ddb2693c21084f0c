//! Writers who meet: the rules hold, one wins, and the other is told clearly. The built-in
//! database has one connection, where nobody meets: there these tests say that they are skipped.

use std::time::Duration;

use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _};
use epic_events::{
    reason::Reason::{self, *},
    v1::*,
};
use epic_server::db::migrations;
use tokio::sync::Barrier;
use tonic::Status;

use crate::{
    database::{server_url, with_database},
    furniture::{self, COMMERCIAL1, FURNITURE, GESTION1},
    house::{Caller, House, refusal},
};

macro_rules! on_postgresql {
    () => {
        if server_url().is_none() {
            return eprintln!("skipped: the built-in database has one connection");
        }
    };
}

/// The reason of a call that was refused; `None` when it was not.
fn reason<T: std::fmt::Debug>(result: &Result<T, Status>) -> Option<Reason> {
    let refused = result.as_ref().err()?.clone();
    Some(refusal(Err::<(), _>(refused)).reason)
}

fn update(id: i64, etag: &str) -> UpdateContractRequest {
    UpdateContractRequest {
        id,
        etag: etag.to_owned(),
        ..UpdateContractRequest::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_created_while_its_contract_is_unsigned() {
    on_postgresql!();
    let house = House::furnished(FURNITURE).await;
    let commercial = house.login("commercial1").await;
    let gestion = house.login("gestion1").await;
    let (mut created, mut unsigned) = (0, 0);
    for round in 0..40 {
        let contract = furniture::contract(1);
        let made = gestion.clone().contracts.create_contract(contract).await;
        let id = made.expect("a contract").into_inner().contract.unwrap().id;
        let (mut events, mut contracts) = (commercial.events.clone(), gestion.contracts.clone());
        // Each of them is the first to set out in every other round.
        let create = async {
            tokio::time::sleep(Duration::from_millis(round % 2)).await;
            events.create_event(furniture::event(id)).await
        };
        let unsign = async {
            let patch = UpdateContractRequest {
                signed: Some(false),
                ..update(id, "1")
            };
            contracts.update_contract(patch).await
        };
        let (create, unsign) = tokio::join!(create, unsign);
        match (reason(&create), reason(&unsign)) {
            (None, Some(ContractHasEvent)) => created += 1,
            (Some(ContractNotSigned), None) => unsigned += 1,
            other => panic!("round {round}: {other:?}"),
        }
        let broken = house
            .ids(
                "select contracts.id as value from contracts \
                 join events on contract_id = contracts.id where not signed",
            )
            .await;
        assert!(broken.is_empty());
    }
    assert_eq!(created + unsigned, 40);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_created_by_many_at_once() {
    on_postgresql!();
    let house = House::furnished(FURNITURE).await;
    let own = house.login("commercial1").await;
    let other = house.login("commercial2").await;
    for _ in 0..10 {
        house.sql("delete from events where contract_id = 2").await;
        let calls: Vec<_> = (0..8)
            .map(|number| {
                let mut events = if number < 6 { &own } else { &other }.events.clone();
                tokio::spawn(async move { events.create_event(furniture::event(2)).await })
            })
            .collect();
        let mut reasons = Vec::new();
        for call in calls {
            reasons.push(reason(&call.await.expect("no panic")));
        }
        let count = |reason| reasons.iter().filter(|&&found| found == reason).count();
        assert_eq!(
            (count(None), count(Some(EventExists)), count(Some(NotYours))),
            (1, 5, 2),
            "{reasons:?}"
        );
        let rows = house
            .ids("select count(*) as value from events where contract_id = 2")
            .await;
        assert_eq!(rows, [1]);
    }
    house.close().await;
}

/// What the last two do to each other.
async fn remove(caller: &Caller, other: i64, by_role: bool) -> Result<(), Status> {
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
async fn the_last_two_gestions_remove_each_other() {
    on_postgresql!();
    let house = House::new().await;
    for round in 0..6 {
        // Whoever went is back, with a new number.
        house
            .sql(
                "update collaborators set role = 'gestion' where email like 'gestion%';
                 insert into collaborators (request_id, name, email, phone, role, password_hash,
                    must_change_password)
                 select gen_random_uuid(), 'gestion', wanted, '0102', 'gestion', password_hash, false
                 from unnest(array['gestion1@test.example', 'gestion2@test.example']) wanted,
                    (select password_hash from collaborators limit 1) hash
                 where not exists (select from collaborators where email = wanted)",
            )
            .await;
        let one = house.login("gestion1").await;
        let two = house.login("gestion2").await;
        let (by_one, by_two) = tokio::join!(
            remove(&one, two.me.id, round % 3 == 1),
            remove(&two, one.me.id, round % 3 > 0),
        );
        let (first, second) = (reason(&by_one), reason(&by_two));
        let loser = match (first, second) {
            (None, Some(loser)) | (Some(loser), None) => loser,
            other => panic!("round {round}: {other:?}"),
        };
        // Deleted: the session is over. Moved: another department now.
        assert!(
            matches!(loser, SessionEnded | RoleNotAllowed | LastGestion),
            "round {round}: {loser:?}"
        );
        let left = house
            .ids("select count(*) as value from collaborators where role = 'gestion'")
            .await;
        assert_eq!(left, [1], "round {round}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commercial_is_assigned_twice_at_once() {
    on_postgresql!();
    let house = House::furnished(FURNITURE).await;
    let callers = [house.login("gestion1").await, house.login("gestion2").await];
    for _ in 0..20 {
        house
            .sql("update clients set commercial_id = null where id = 3")
            .await;
        let versions = house
            .values("select version as value from clients where id = 3")
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
        let winner = match (reason(&one), reason(&two)) {
            (None, Some(AlreadyAssigned)) => one,
            (Some(AlreadyAssigned), None) => two,
            other => panic!("{other:?}"),
        };
        let told = winner.unwrap().into_inner().client.unwrap().commercial_id;
        let held = house
            .ids("select commercial_id as value from clients where id = 3")
            .await;
        assert_eq!(held, [told.unwrap()]);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commercial_moves_while_a_client_is_assigned_to_them() {
    on_postgresql!();
    let house = House::furnished(FURNITURE).await;
    let moving = house.login("gestion1").await;
    let assigning = house.login("gestion2").await;
    for round in 0..30 {
        let mut collaborators = moving.collaborators.clone();
        let mut clients = assigning.clients.clone();
        let draft = CreateCollaboratorRequest {
            role: Role::Commercial.into(),
            ..furniture::collaborator()
        };
        let made = collaborators.create_collaborator(draft).await;
        let commercial_id = made
            .expect("a commercial")
            .into_inner()
            .collaborator
            .unwrap()
            .id;
        house
            .sql("update clients set commercial_id = null where id = 3")
            .await;
        let versions = house
            .values("select version as value from clients where id = 3")
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
        match (reason(&change), reason(&assign)) {
            (None, Some(WrongRole)) | (Some(StillInCharge), None) => {}
            other => panic!("round {round}: {other:?}"),
        }
    }
    house.close().await;
}

/// Sixteen writers add their letter three times each, to what they have read: none is lost.
#[tokio::test(flavor = "multi_thread")]
async fn sixteen_writers_lose_no_update() {
    on_postgresql!();
    let house = House::furnished(
        "insert into clients \
        (request_id, name, email, phone, company, commercial_id) values \
        (gen_random_uuid(), 'Client', 'client@test.example', '0102', 'X', 3)",
    )
    .await;
    let caller = house.login("commercial1").await;
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
                    match reason(&clients.update_client(patch).await) {
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
    assert!(outdated > 0, "they never met");
    let company = house
        .values("select company as value from clients where id = 1")
        .await;
    let mut letters: Vec<_> = company[0].chars().skip(1).collect();
    letters.sort_unstable();
    let right: Vec<_> = ('A'..='P').flat_map(|letter| [letter; 3]).collect();
    assert_eq!(letters, right);
    let versions = house
        .ids("select version as value from clients where id = 1")
        .await;
    assert_eq!(versions, [1 + 48]);
    house.close().await;
}

/// People who save their own record, or each other's, at once: all get through or are told of
/// the faster one. Nobody waits for the other for ever.
#[tokio::test(flavor = "multi_thread")]
async fn gestions_save_each_other_at_once() {
    on_postgresql!();
    let house = House::new().await;
    let callers = [house.login("gestion1").await, house.login("gestion2").await];
    for _ in 0..5 {
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
                    phone: Some(format!("010203{number}")),
                    ..UpdateCollaboratorRequest::default()
                };
                tokio::spawn(async move { collaborators.update_collaborator(patch).await })
            })
            .collect();
        let mut reasons = Vec::new();
        for call in calls {
            reasons.push(reason(&call.await.expect("no panic")));
        }
        let saved = reasons.iter().filter(|reason| reason.is_none()).count();
        assert_eq!(saved, 1, "{reasons:?}");
        let told = |reason: &Option<Reason>| matches!(reason, None | Some(EtagOutdated | Conflict));
        assert!(reasons.iter().all(told), "{reasons:?}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_migrate_at_once_do_it_once() {
    let Some(server) = server_url() else {
        return eprintln!("skipped: the built-in database has one connection");
    };
    let name = format!("epic_migrate_{}", std::process::id());
    let mut connection = AsyncPgConnection::establish(&server)
        .await
        .expect("PostgreSQL");
    let fresh = format!("drop database if exists {name} with (force)");
    connection.batch_execute(&fresh).await.expect("no database");
    connection
        .batch_execute(&format!("create database {name}"))
        .await
        .expect("a database");
    let url = with_database(&server, &name);
    assert!(!migrations::is_current(&url).await.expect("an answer"));
    let servers: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Runtime::new().expect("a runtime");
                runtime.block_on(migrations::run(&url))
            })
        })
        .collect();
    let mut applied: Vec<_> = servers
        .into_iter()
        .map(|server| server.join().expect("no panic").expect("migrations"))
        .collect();
    applied.sort_unstable();
    assert_eq!(applied[..3], [0, 0, 0]);
    assert!(applied[3] > 0);
    assert!(migrations::is_current(&url).await.expect("an answer"));
    connection.batch_execute(&fresh).await.expect("no database");
}
