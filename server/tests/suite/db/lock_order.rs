//! The order of locks: a write that waits for a collaborator holds no records; one that waits for a client
//! holds neither its contracts nor their events, and one that waits for a contract holds none of its events.
//! So no writes wait for each other.

use diesel_async::SimpleAsyncConnection as _;
use epic_events::{
    policy::{self, Rpc},
    v1::{
        AssignCommercialRequest, AssignSupportRequest, DeleteCollaboratorRequest, Role,
        UpdateCollaboratorRequest, UpdateContractRequest, UpdateEventRequest,
    },
};
use prost::Message;
use tokio::time::timeout;

use crate::support::{
    fixtures::{
        COMMERCIAL1, GESTION2, SUPPORT1, SUPPORT2, collaborator_update, contract_update,
        event_update, insert, sample_records,
    },
    outage::wait_for_lock_waiters,
    raw_call,
    server::TestServer,
    wait::TIMEOUT,
};

/// A write, and what another transaction locks meanwhile.
struct Case {
    caller: &'static str,
    rpc: Rpc,
    message: Vec<u8>,
    locked: &'static str,
    /// Rows that the waiting write does not hold.
    free: &'static [&'static str],
}

fn case(
    caller: &'static str,
    rpc: Rpc,
    message: &impl Message,
    locked: &'static str,
    free: &'static [&'static str],
) -> Case {
    Case {
        caller,
        rpc,
        message: message.encode_to_vec(),
        locked,
        free,
    }
}

const CLIENT: &str = "clients where id = 1";
const CONTRACT: &str = "contracts where id = 1";
const EVENT: &str = "events where id = 1";

/// Writes about the first event, its contract, and its support.
fn record_cases() -> Vec<Case> {
    let event = UpdateEventRequest {
        location: Some("Quai Branly".to_owned()),
        ..event_update(1)
    };
    let contract = UpdateContractRequest {
        event_title: Some("Bal".to_owned()),
        ..contract_update(1)
    };
    let other_client = UpdateContractRequest {
        client_id: Some(3),
        ..contract_update(1)
    };
    let (update_event, update_contract) = (policy::UPDATE_EVENT, policy::UPDATE_CONTRACT);
    let before_client = &[CONTRACT, EVENT];
    vec![
        case("support1", update_event, &event, CLIENT, before_client),
        case("support1", update_event, &event, CONTRACT, &[EVENT]),
        case(
            "gestion1",
            update_contract,
            &contract,
            CLIENT,
            before_client,
        ),
        case("gestion1", update_contract, &contract, EVENT, &[]),
        case(
            "gestion1",
            update_contract,
            &other_client,
            "clients where id = 3",
            before_client,
        ),
    ]
}

/// Writes that assign records, or that change the collaborator to whom they are assigned.
fn collaborator_cases() -> Vec<Case> {
    const FIRST_SUPPORT: &str = "collaborators where id = 5";
    const SECOND_SUPPORT: &str = "collaborators where id = 6";
    const UNASSIGNED: &str = "clients where id = 3";
    let support = |support| AssignSupportRequest {
        id: 1,
        etag: "1".to_owned(),
        support_id: Some(support),
    };
    let commercial = AssignCommercialRequest {
        id: 3,
        etag: "1".to_owned(),
        commercial_id: COMMERCIAL1,
    };
    let deletion = DeleteCollaboratorRequest {
        id: SUPPORT1,
        successor_id: Some(SUPPORT2),
        ..Default::default()
    };
    let name = UpdateCollaboratorRequest {
        name: Some("Zoé Blanc".to_owned()),
        ..collaborator_update(SUPPORT1)
    };
    let role = UpdateCollaboratorRequest {
        role: Some(Role::Commercial.into()),
        successor_id: Some(SUPPORT2),
        ..collaborator_update(SUPPORT1)
    };
    let before_client: &[_] = &[CONTRACT, EVENT];
    let before_all: &[_] = &[CLIENT, CONTRACT, EVENT];
    let (assign, delete, update) = (
        policy::ASSIGN_SUPPORT,
        policy::DELETE_COLLABORATOR,
        policy::UPDATE_COLLABORATOR,
    );
    vec![
        case(
            "gestion1",
            assign,
            &support(SUPPORT2),
            CLIENT,
            before_client,
        ),
        case(
            "gestion1",
            assign,
            &support(SUPPORT2),
            SECOND_SUPPORT,
            before_all,
        ),
        // The support that the event has already.
        case(
            "gestion1",
            assign,
            &support(SUPPORT1),
            FIRST_SUPPORT,
            before_all,
        ),
        case(
            "gestion1",
            policy::ASSIGN_COMMERCIAL,
            &commercial,
            "collaborators where id = 3",
            &[UNASSIGNED],
        ),
        case("gestion1", delete, &deletion, FIRST_SUPPORT, before_all),
        case("gestion1", delete, &deletion, SECOND_SUPPORT, before_all),
        case("gestion1", delete, &deletion, CLIENT, before_client),
        case("gestion1", delete, &deletion, CONTRACT, &[EVENT]),
        case("gestion1", update, &role, SECOND_SUPPORT, before_all),
        case("gestion1", update, &role, CLIENT, before_client),
        case("gestion1", update, &name, FIRST_SUPPORT, before_all),
        case("gestion1", update, &name, CLIENT, before_client),
        case("gestion1", update, &name, CONTRACT, &[EVENT]),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_locks_collaborators_then_clients_then_contracts_then_events() {
    require_postgres!();
    for Case {
        caller,
        rpc,
        message,
        locked,
        free,
    } in record_cases().into_iter().chain(collaborator_cases())
    {
        let server = TestServer::with_sample_records().await;
        let caller = server.login(caller).await;
        let mut other = server.database.connect().await;
        // As a deletion or a change of a key locks it.
        let lock = format!("begin; select from {locked} for update");
        other.batch_execute(&lock).await.expect("a lock");
        let (channel, token) = (server.connect(), caller.access_token.clone());
        let write = tokio::spawn(async move {
            raw_call::call(&channel, rpc.path(), Some(&token), message).await
        });
        wait_for_lock_waiters(&server, 1).await;
        for row in free {
            let lockable = format!(
                "select count(*) as value from \
                 (select from {row} for no key update skip locked) lockable"
            );
            let found = server.query_ids(&lockable).await;
            assert_eq!(
                found,
                [1],
                "{} holds {row} while {locked} is locked",
                rpc.name()
            );
        }
        other.batch_execute("commit").await.expect("no lock");
        let written = timeout(TIMEOUT, write).await.expect("the write");
        written.expect("no panic").expect("a write");
        server.shutdown().await;
    }
}

/// Two removals of gestion accounts, each of which locks the other's target to keep a gestion account, would
/// deadlock.
#[tokio::test(flavor = "multi_thread")]
async fn a_removal_of_a_gestion_account_does_not_wait_for_another_one() {
    require_postgres!();
    let third = insert("collaborators", "role", "values ('gestion')");
    let server = TestServer::with_sql(&(sample_records() + &third)).await;
    let caller = server.login("gestion1").await;
    let mut other = server.database.connect().await;
    let lock = "begin; select from collaborators where id = 1 for update";
    other.batch_execute(lock).await.expect("a lock");
    let deletion = DeleteCollaboratorRequest {
        id: GESTION2,
        ..Default::default()
    };
    let rpc = policy::DELETE_COLLABORATOR;
    let deleted = server.call_raw(&caller, rpc, deletion.encode_to_vec());
    let deleted = timeout(TIMEOUT, deleted).await;
    deleted.expect("no wait").expect("a deletion");
    server.shutdown().await;
}
