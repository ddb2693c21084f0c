//! When things go: connections, the database, callers, the server itself.

mod cut;
#[cfg(unix)]
pub mod killed;
#[cfg(unix)]
mod restarted;

use std::time::Duration;

use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _};
use epic_events::{
    policy,
    reason::Reason,
    v1::{
        DeleteCollaboratorRequest, GetClientRequest, LoginRequest, UpdateClientRequest,
        UpdateClientResponse,
    },
};
use tokio::{net::TcpStream, task::JoinHandle, time::timeout};
use tonic::{Response, Status};

use crate::{
    database::server_url,
    furniture::{self, COMMERCIAL1, COMMERCIAL2, FURNITURE},
    house::{Caller, House, PASSWORD, refusal},
    lists::{Ask, Entity},
    wire::well_formed,
};

macro_rules! on_postgresql {
    () => {
        match server_url() {
            Some(server) => server,
            None => return eprintln!("skipped: the built-in database has one connection"),
        }
    };
}

/// Long enough for anything that is going to happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// Ends every connection of the house's database but the one that asks.
async fn end_connections(server: &mut AsyncPgConnection, house: &House) {
    let name = house.database.name().expect("a database of its own");
    server
        .batch_execute(&format!(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity \
             where datname = '{name}' and pid <> pg_backend_pid()"
        ))
        .await
        .expect("to end connections");
}

/// Waits until someone waits for a lock in the house's database.
async fn someone_waits(house: &House) {
    let waiting = "select count(*) as value from pg_stat_activity \
         where datname = current_database() and wait_event_type = 'Lock'";
    timeout(PATIENCE, async {
        while house.ids(waiting).await == [0] {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("someone who waits");
}

/// A change of the first client that has to wait, and the connection that holds it up.
async fn write_that_waits(
    house: &House,
    mut commercial: Caller,
) -> (
    AsyncPgConnection,
    JoinHandle<Result<Response<UpdateClientResponse>, Status>>,
) {
    let mut lock = house.database.connect().await;
    lock.batch_execute("begin; select from clients where id = 1 for update")
        .await
        .expect("a lock");
    let writing = tokio::spawn(async move { commercial.clients.update_client(patch()).await });
    someone_waits(house).await;
    (lock, writing)
}

/// A change of the first client.
fn patch() -> UpdateClientRequest {
    UpdateClientRequest {
        id: 1,
        etag: "1".to_owned(),
        company: Some("Après".to_owned()),
        ..UpdateClientRequest::default()
    }
}

/// Fills the pool with connections that have been used.
async fn warm_up(house: &House, caller: &Caller) {
    let calls: Vec<_> = (0..16)
        .map(|_| {
            let caller = caller.clone();
            tokio::spawn(async move { caller.list(Entity::Clients, &Ask::default()).await })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("a page");
    }
    assert!(house.shared.db.connection().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_died_cost_nobody_an_error() {
    let server = on_postgresql!();
    let house = House::furnished(FURNITURE).await;
    let mut server = AsyncPgConnection::establish(&server)
        .await
        .expect("PostgreSQL");
    let mut commercial = house.login("commercial1").await;
    for round in 0..5 {
        warm_up(&house, &commercial).await;
        end_connections(&mut server, &house).await;
        match round {
            0 => drop(
                commercial
                    .list(Entity::Events, &Ask::default())
                    .await
                    .expect("a page"),
            ),
            1 => drop(house.login("support1").await),
            2 => {
                let made = commercial.clients.create_client(furniture::client()).await;
                made.expect("a client");
            }
            3 => {
                let refresh = epic_events::v1::RefreshSessionRequest {
                    refresh_token: commercial.refresh_token.clone(),
                };
                house
                    .auth()
                    .refresh_session(refresh)
                    .await
                    .expect("new tokens");
            }
            _ => {
                // All sixteen at once, each on a connection that is dead.
                warm_up(&house, &commercial).await;
            }
        }
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_dies_in_the_middle_of_a_write_costs_nobody_an_error() {
    let server = on_postgresql!();
    let house = House::furnished(FURNITURE).await;
    let mut server = AsyncPgConnection::establish(&server)
        .await
        .expect("PostgreSQL");
    let commercial = house.login("commercial1").await;
    let (mut lock, writing) = write_that_waits(&house, commercial).await;
    let name = house.database.name().expect("a database of its own");
    server
        .batch_execute(&format!(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity \
             where datname = '{name}' and wait_event_type = 'Lock'"
        ))
        .await
        .expect("to end a connection");
    someone_waits(&house).await;
    lock.batch_execute("commit").await.expect("to let go");
    let saved = timeout(PATIENCE, writing)
        .await
        .expect("an end")
        .expect("no panic");
    assert_eq!(
        saved.expect("to save").into_inner().client.unwrap().etag,
        "2"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_away_is_told_and_comes_back() {
    let server = on_postgresql!();
    let house = House::furnished(FURNITURE).await;
    let mut server = AsyncPgConnection::establish(&server)
        .await
        .expect("PostgreSQL");
    let mut commercial = house.login("commercial1").await;
    let name = house
        .database
        .name()
        .expect("a database of its own")
        .to_owned();
    let login = LoginRequest {
        email: "support1@test.example".to_owned(),
        password: PASSWORD.to_owned(),
        device: String::new(),
    };
    for _ in 0..2 {
        warm_up(&house, &commercial).await;
        server
            .batch_execute(&format!(
                "alter database {name} with allow_connections false"
            ))
            .await
            .expect("a closed database");
        end_connections(&mut server, &house).await;
        for _ in 0..2 {
            let list = commercial
                .list(Entity::Clients, &Ask::default())
                .await
                .map(drop);
            let get = commercial
                .clients
                .get_client(GetClientRequest { id: 1 })
                .await
                .map(drop);
            let create = commercial
                .clients
                .create_client(furniture::client())
                .await
                .map(drop);
            let login = house.auth().login(login.clone()).await.map(drop);
            for result in [list, get, create, login] {
                let refusal = well_formed(&result.expect_err("no database"));
                assert_eq!(refusal.reason, Reason::DatabaseUnavailable);
            }
        }
        server
            .batch_execute(&format!(
                "alter database {name} with allow_connections true"
            ))
            .await
            .expect("an open database");
        warm_up(&house, &commercial).await;
        let made = commercial.clients.create_client(furniture::client()).await;
        made.expect("a client");
        house.auth().login(login.clone()).await.expect("to log in");
    }
    house.close().await;
}

/// A delete that has handed over the clients and waits for a contract's row in the middle.
#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_hangs_up_cuts_no_write_in_half() {
    let _server = on_postgresql!();
    let house = House::furnished(FURNITURE).await;
    let mut gestion = house.login("gestion1").await;
    let mut lock = house.database.connect().await;
    lock.batch_execute("begin; select from contracts where id = 3 for update")
        .await
        .expect("a lock");
    let call = tokio::spawn(async move {
        let removal = DeleteCollaboratorRequest {
            id: COMMERCIAL1,
            etag: String::new(),
            successor_id: Some(COMMERCIAL2),
        };
        gestion.collaborators.delete_collaborator(removal).await
    });
    someone_waits(&house).await;
    call.abort();
    assert!(call.await.expect_err("hung up").is_cancelled());
    let state = "select (select count(*) from collaborators where id = 3) || ' ' || \
         (select count(*) from clients where commercial_id = 3) || ' ' || \
         (select count(*) from clients where commercial_id = 4) as value";
    assert_eq!(house.values(state).await, ["1 1 1"]);
    lock.batch_execute("commit").await.expect("to let go");
    timeout(PATIENCE, async {
        loop {
            // Nothing between whole and not at all is ever seen.
            match house.values(state).await[0].as_str() {
                "1 1 1" => tokio::time::sleep(Duration::from_millis(5)).await,
                "0 0 2" => break,
                half => panic!("{half}"),
            }
        }
    })
    .await
    .expect("the write to be done");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_finishes_the_call_under_way() {
    let _server = on_postgresql!();
    let mut house = House::furnished(FURNITURE).await;
    let commercial = house.login("commercial1").await;
    let (mut lock, call) = write_that_waits(&house, commercial).await;
    house.ask_to_stop();
    let address = house.address;
    timeout(PATIENCE, async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("new connections to be refused");
    assert!(!call.is_finished());
    lock.batch_execute("commit").await.expect("to let go");
    let saved = timeout(PATIENCE, call)
        .await
        .expect("an end")
        .expect("no panic");
    let saved = saved.expect("to save").into_inner().client.unwrap();
    assert_eq!(saved.company, "Après");
    timeout(PATIENCE, house.close()).await.expect("to stop");
}

/// Without calls under way there is nothing to wait for, on whichever database.
#[tokio::test(flavor = "multi_thread")]
async fn an_idle_server_stops_at_once() {
    let house = House::new().await;
    let caller = house.login("support1").await;
    let address = house.address;
    timeout(Duration::from_secs(10), house.close())
        .await
        .expect("to stop");
    assert!(TcpStream::connect(address).await.is_err());
    let after = caller.list(Entity::Clients, &Ask::default()).await;
    // Cancelled, when the client has yet to notice that its connection is over.
    assert!(matches!(
        after.expect_err("nobody there").code(),
        tonic::Code::Unavailable | tonic::Code::Cancelled
    ));
}

/// A row that is locked for longer than a statement may take is an error that can be read.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_waits_too_long_is_told_to_try_again() {
    let _server = on_postgresql!();
    let house = House::furnished(FURNITURE).await;
    let commercial = house.login("commercial1").await;
    // What the pool's connections have from the start, shortened.
    house
        .sql(&format!(
            "alter database {} set lock_timeout = '100ms'",
            house.database.name().unwrap()
        ))
        .await;
    let mut server = AsyncPgConnection::establish(&server_url().unwrap())
        .await
        .unwrap();
    end_connections(&mut server, &house).await;
    let mut lock = house.database.connect().await;
    lock.batch_execute("begin; select from clients where id = 1 for update")
        .await
        .expect("a lock");
    let patch = patch();
    let reply = house.call(&commercial, policy::UPDATE_CLIENT, &patch).await;
    assert_eq!(refusal(reply).reason, Reason::Conflict);
    lock.batch_execute("commit").await.expect("to let go");
    house
        .call(&commercial, policy::UPDATE_CLIENT, &patch)
        .await
        .expect("to save");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_takes_too_long_is_not_tried_again() {
    let _server = on_postgresql!();
    let house = House::furnished(FURNITURE).await;
    let mut commercial = house.login("commercial1").await;
    let mut lock = house.database.connect().await;
    lock.batch_execute("begin; lock table clients in access exclusive mode")
        .await
        .expect("a lock");
    // The pool hands out the connection that was used last, which is this one.
    house.sql("set statement_timeout = '200ms'").await;
    let reply = commercial
        .clients
        .get_client(GetClientRequest { id: 1 })
        .await;
    assert_eq!(
        well_formed(&reply.expect_err("no time")).reason,
        Reason::Busy
    );
    lock.batch_execute("commit").await.expect("to let go");
    commercial
        .clients
        .get_client(GetClientRequest { id: 1 })
        .await
        .expect("the client");
    house.close().await;
}
