//! The order of locks: a write that waits for a client holds neither its contracts nor their events, and one
//! that waits for a contract holds none of its events. So no writes wait for each other.

use diesel_async::SimpleAsyncConnection as _;
use epic_events::{
    policy::{self, Rpc},
    v1::{
        AssignSupportRequest, DeleteCollaboratorRequest, UpdateCollaboratorRequest,
        UpdateContractRequest, UpdateEventRequest,
    },
};
use prost::Message;
use tokio::time::timeout;

use crate::support::{
    fixtures::{SUPPORT1, SUPPORT2, collaborator_update, contract_update, event_update},
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

/// Writes about the first event, its contract, and its support.
fn cases() -> Vec<Case> {
    const CLIENT: &str = "clients where id = 1";
    const CONTRACT: &str = "contracts where id = 1";
    const EVENT: &str = "events where id = 1";
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
    let support = AssignSupportRequest {
        id: 1,
        etag: "1".to_owned(),
        support_id: Some(SUPPORT2),
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
    vec![
        case(
            "support1",
            policy::UPDATE_EVENT,
            &event,
            CLIENT,
            &[CONTRACT, EVENT],
        ),
        case("support1", policy::UPDATE_EVENT, &event, CONTRACT, &[EVENT]),
        case(
            "gestion1",
            policy::ASSIGN_SUPPORT,
            &support,
            CLIENT,
            &[CONTRACT, EVENT],
        ),
        case(
            "gestion1",
            policy::UPDATE_CONTRACT,
            &contract,
            CLIENT,
            &[CONTRACT, EVENT],
        ),
        case("gestion1", policy::UPDATE_CONTRACT, &contract, EVENT, &[]),
        case(
            "gestion1",
            policy::UPDATE_CONTRACT,
            &other_client,
            "clients where id = 3",
            &[CONTRACT, EVENT],
        ),
        case(
            "gestion1",
            policy::DELETE_COLLABORATOR,
            &deletion,
            CLIENT,
            &[CONTRACT, EVENT],
        ),
        case(
            "gestion1",
            policy::DELETE_COLLABORATOR,
            &deletion,
            CONTRACT,
            &[EVENT],
        ),
        case(
            "gestion1",
            policy::UPDATE_COLLABORATOR,
            &name,
            CLIENT,
            &[CONTRACT, EVENT],
        ),
        case(
            "gestion1",
            policy::UPDATE_COLLABORATOR,
            &name,
            CONTRACT,
            &[EVENT],
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_locks_clients_then_contracts_then_events() {
    require_postgres!();
    for Case {
        caller,
        rpc,
        message,
        locked,
        free,
    } in cases()
    {
        let server = TestServer::with_sample_records().await;
        let caller = server.login(caller).await;
        let mut other = server.database.connect().await;
        // As a change of the client locks it.
        let lock = format!("begin; select from {locked} for no key update");
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
