//! The server is killed during writes: every acknowledged record exists exactly once.

use std::sync::{Arc, atomic::AtomicBool, atomic::Ordering};

use epic_events::v1::{CreateClientRequest, ListClientsRequest};
use tokio::time::timeout;

use crate::support::{
    api_client::ApiClient, fixtures, server_process::Installation, wait::TIMEOUT,
};

const WRITERS: usize = 8;
/// Records per round, after which the server is killed.
const RECORDS_PER_ROUND: usize = 40;
const ROUNDS: usize = 3;

/// A request, and the id of the record if the server has acknowledged it.
pub(super) struct Attempt {
    pub(super) request: CreateClientRequest,
    pub(super) id: Option<i64>,
}

/// Creates clients one after the other until `stop` is set or a call fails.
async fn write(mut caller: ApiClient, stop: Arc<AtomicBool>) -> Vec<Attempt> {
    let mut attempts = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let request = fixtures::client_request();
        let reply = caller.clients.create_client(request.clone()).await;
        let id = reply
            .ok()
            .map(|it| it.into_inner().client.expect("a client").id);
        let acknowledged = id.is_some();
        attempts.push(Attempt { request, id });
        if !acknowledged {
            break;
        }
    }
    attempts
}

/// Every client as `(email, id)`.
async fn all_clients(caller: &ApiClient) -> Vec<(String, i64)> {
    let mut found = Vec::new();
    let mut request = ListClientsRequest {
        page_size: 200,
        ..ListClientsRequest::default()
    };
    loop {
        let page = caller.clients.clone().list_clients(request.clone()).await;
        let page = page.expect("a page").into_inner();
        found.extend(page.clients.into_iter().map(|it| (it.email, it.id)));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return found;
        }
    }
}

/// Asserts that each acknowledged record exists once with its id, that each other record exists at
/// most once, and that it exists exactly once after its request is repeated.
pub(super) async fn assert_each_exists_once(caller: &ApiClient, attempts: &[Attempt]) {
    let ids = |all: &[(String, i64)], request: &CreateClientRequest| -> Vec<i64> {
        let same = all.iter().filter(|(email, _)| *email == request.email);
        same.map(|(_, id)| *id).collect()
    };
    let before = all_clients(caller).await;
    for Attempt { request, id } in attempts {
        let stored = ids(&before, request);
        match id {
            Some(id) => assert_eq!(stored, [*id], "{request:?}"),
            None => assert!(stored.len() <= 1, "{request:?}: {stored:?}"),
        }
        let repeated = caller.clients.clone().create_client(request.clone()).await;
        let repeated = repeated.expect("a repeat").into_inner().client.unwrap().id;
        assert!(stored.is_empty() || stored == [repeated], "{request:?}");
    }
    let after = all_clients(caller).await;
    for Attempt { request, .. } in attempts {
        assert_eq!(ids(&after, request).len(), 1, "{request:?}");
    }
    assert_eq!(after.len(), attempts.len(), "no other record");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_and_duplicates_no_record() {
    let installation = Installation::with_sql("").await;
    let mut attempts = Vec::new();
    for round in 1..=ROUNDS {
        let mut server = installation.serve(&[]).await;
        let caller = ApiClient::login(&server.channel(), "commercial1").await;
        let stop = Arc::<AtomicBool>::default();
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| tokio::spawn(write(caller.clone(), Arc::clone(&stop))))
            .collect();
        let enough = timeout(TIMEOUT, async {
            while all_clients(&caller).await.len() < round * RECORDS_PER_ROUND {}
        });
        enough.await.expect("enough records");
        server.kill();
        let mut interrupted = 0;
        for writer in writers {
            let done = timeout(TIMEOUT, writer).await.expect("an end");
            let done = done.expect("no panic");
            interrupted += done.iter().filter(|it| it.id.is_none()).count();
            attempts.extend(done);
        }
        assert_eq!(interrupted, WRITERS, "every writer is interrupted");
    }
    let server = installation.serve(&[]).await;
    assert_each_exists_once(
        &ApiClient::login(&server.channel(), "commercial1").await,
        &attempts,
    )
    .await;
}
