//! Code that the tests of the removal of rights share: the removals of the rights of `commercial1`, and
//! the calls of `commercial1` and an accomplice.

use std::time::Duration;

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use epic_events::{
    policy::{self, Rpc},
    reason::Reason,
    v1::{
        DeleteCollaboratorRequest, GetMeRequest, LoginRequest, RefreshSessionRequest,
        ResetPasswordRequest, Role, UpdateClientRequest, UpdateCollaboratorRequest,
    },
};
use prost::Message as _;
use tokio::{task::JoinHandle, time::timeout};
use tonic::Status;

use crate::support::{
    api_client::ApiClient,
    errors::error_reason,
    fixtures::{
        COMMERCIAL1, COMMERCIAL2, client_request, client_update, collaborator_update, login_request,
    },
    raw_call,
    server::TestServer,
    wait::TIMEOUT,
};

/// The removals of the rights of `commercial1`, with the RPC that the history records.
pub fn removals() -> [(&'static str, Rpc, Vec<u8>); 3] {
    let role = UpdateCollaboratorRequest {
        role: Some(Role::Support.into()),
        successor_id: Some(COMMERCIAL2),
        ..collaborator_update(COMMERCIAL1)
    };
    let deletion = DeleteCollaboratorRequest {
        id: COMMERCIAL1,
        successor_id: Some(COMMERCIAL2),
        ..Default::default()
    };
    let reset = ResetPasswordRequest { id: COMMERCIAL1 };
    [
        (
            "a new role",
            policy::UPDATE_COLLABORATOR,
            role.encode_to_vec(),
        ),
        (
            "a deletion",
            policy::DELETE_COLLABORATOR,
            deletion.encode_to_vec(),
        ),
        (
            "a new password",
            policy::RESET_PASSWORD,
            reset.encode_to_vec(),
        ),
    ]
}

/// Starts a call in a task of its own.
pub fn start_call(
    server: &TestServer,
    caller: &ApiClient,
    (rpc, message): (Rpc, Vec<u8>),
) -> JoinHandle<Result<Vec<u8>, Status>> {
    let (channel, token) = (server.connect(), caller.access_token.clone());
    tokio::spawn(async move { raw_call::call(&channel, rpc.path(), Some(&token), message).await })
}

/// The entries of the history after the removal by `rpc` of `commercial1` whose actor is `commercial1`.
pub async fn writes_after(server: &TestServer, rpc: Rpc) -> Vec<i64> {
    let removal = format!(
        "select max(id) from history where rpc = '{}' and record = 'collaborator' \
         and record_id = {COMMERCIAL1}",
        rpc.name()
    );
    let removals = format!("select count(max) as value from ({removal}) entries");
    let removals = server.query_ids(&removals).await;
    assert_eq!(removals, [1], "the history has the removal");
    server
        .query_ids(&format!(
            "select id as value from history where actor_id = {COMMERCIAL1} and id > ({removal})"
        ))
        .await
}

/// Waits until an account is suspended.
pub async fn wait_for_suspension(server: &TestServer) {
    let suspended = "select count(*) as value from suspensions";
    let waiting = async {
        while server.query_ids(suspended).await == [0] {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(TIMEOUT, waiting).await.expect("a suspension");
}

/// Waits until the server has received the notification of the suspension of the caller's account.
pub async fn wait_for_refusal(caller: &ApiClient) {
    let mut auth = caller.auth.clone();
    let waiting = async {
        while error_reason(&auth.get_me(GetMeRequest {}).await).is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(TIMEOUT, waiting).await.expect("a refusal");
}

/// The reasons for which a read, a write, a renewal and a login of `commercial1` are refused.
pub async fn reasons(caller: &ApiClient, server: &TestServer) -> [Option<Reason>; 4] {
    let mut caller = caller.clone();
    let token = RefreshSessionRequest {
        refresh_token: caller.refresh_token.clone(),
    };
    let credentials = LoginRequest {
        email: "commercial1@test.example".to_owned(),
        ..login_request()
    };
    [
        error_reason(&caller.auth.get_me(GetMeRequest {}).await),
        error_reason(&caller.clients.create_client(client_request()).await),
        error_reason(&server.auth().refresh_session(token).await),
        error_reason(&server.auth().login(credentials).await),
    ]
}

/// Locks the first client's row in an open transaction, as an accomplice would.
pub async fn lock_first_client(server: &TestServer) -> AsyncPgConnection {
    let mut accomplice = server.database.connect().await;
    accomplice
        .batch_execute("begin; select from clients where id = 1 for update")
        .await
        .expect("a lock");
    accomplice
}

/// Starts `count` updates of the first client, and waits until one of them waits for its row.
pub async fn start_blocked_updates(
    server: &TestServer,
    caller: &ApiClient,
) -> Vec<JoinHandle<Option<Reason>>> {
    let writes = (0..12)
        .map(|number| {
            let mut clients = caller.clients.clone();
            let patch = UpdateClientRequest {
                company: Some(format!("Company {number}")),
                ..client_update(1)
            };
            tokio::spawn(async move { error_reason(&clients.update_client(patch).await) })
        })
        .collect();
    let waiting = "select count(*) as value from pg_stat_activity \
         where datname = current_database() and wait_event_type = 'Lock'";
    let blocked = async {
        while server.query_ids(waiting).await == [0] {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(TIMEOUT, blocked).await.expect("a write that waits");
    writes
}
