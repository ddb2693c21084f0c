//! The server is killed in the middle of writes, and what it had acknowledged is there, once.

use std::sync::{Arc, atomic::AtomicBool, atomic::Ordering};

use epic_events::v1::{
    CreateClientRequest, ListClientsRequest, LoginRequest, auth_service_client::AuthServiceClient,
};
use tokio::time::timeout;
use tonic::transport::{Channel, Endpoint};

use crate::{
    furniture,
    house::{Caller, PASSWORD},
    place::{PATIENCE, Place, Serving},
};

const WRITERS: usize = 8;
/// Acknowledged writes before the server is killed, and how often it is.
const ENOUGH: usize = 40;
const ROUNDS: usize = 3;

pub fn channel(server: &Serving) -> Channel {
    Endpoint::from_shared(format!("http://{}", server.address))
        .expect("an address")
        .connect_lazy()
}

pub async fn login(channel: &Channel) -> Caller {
    let login = LoginRequest {
        email: "commercial1@test.example".to_owned(),
        password: PASSWORD.to_owned(),
        device: String::new(),
    };
    let reply = AuthServiceClient::new(channel.clone()).login(login).await;
    let reply = reply.expect("to log in").into_inner();
    let me = reply.me.expect("me");
    Caller::new(
        channel.clone(),
        &reply.access_token,
        reply.refresh_token,
        me,
    )
}

/// What came of one write: the id that was told, if any was.
pub struct Written {
    pub request: CreateClientRequest,
    pub id: Option<i64>,
}

/// Creates clients, one after the other, until told to stop or nobody answers.
async fn write(mut caller: Caller, stop: Arc<AtomicBool>) -> Vec<Written> {
    let mut written = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let request = furniture::client();
        let reply = caller.clients.create_client(request.clone()).await;
        let id = reply
            .ok()
            .map(|it| it.into_inner().client.expect("a client").id);
        let answered = id.is_some();
        written.push(Written { request, id });
        if !answered {
            break;
        }
    }
    written
}

/// Every client there is, as `(email, id)`.
pub async fn all_clients(caller: &Caller) -> Vec<(String, i64)> {
    let mut found = Vec::new();
    let mut ask = ListClientsRequest {
        page_size: 200,
        ..ListClientsRequest::default()
    };
    loop {
        let page = caller.clients.clone().list_clients(ask.clone()).await;
        let page = page.expect("a page").into_inner();
        found.extend(page.clients.into_iter().map(|it| (it.email, it.id)));
        ask.page_token = page.next_page_token;
        if ask.page_token.is_empty() {
            return found;
        }
    }
}

/// What was acknowledged is there once, as it was told; what was not is there once or not at all,
/// and once after it was asked for again.
pub async fn each_is_there_once(caller: &Caller, written: &[Written]) {
    let ids = |all: &[(String, i64)], request: &CreateClientRequest| -> Vec<i64> {
        let same = all.iter().filter(|(email, _)| *email == request.email);
        same.map(|(_, id)| *id).collect()
    };
    let before = all_clients(caller).await;
    for Written { request, id } in written {
        let there = ids(&before, request);
        match id {
            Some(id) => assert_eq!(there, [*id], "{request:?}"),
            None => assert!(there.len() <= 1, "{request:?}: {there:?}"),
        }
        let again = caller.clients.clone().create_client(request.clone()).await;
        let again = again
            .expect("the same again")
            .into_inner()
            .client
            .unwrap()
            .id;
        assert!(there.is_empty() || there == [again], "{request:?}");
    }
    let after = all_clients(caller).await;
    for Written { request, .. } in written {
        assert_eq!(ids(&after, request).len(), 1, "{request:?}");
    }
    assert_eq!(after.len(), written.len(), "nothing else");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_loses_nothing_and_doubles_nothing() {
    let place = Place::furnished("").await;
    let mut written = Vec::new();
    for round in 1..=ROUNDS {
        let mut server = place.serve(&[]).await;
        let caller = login(&channel(&server)).await;
        let stop = Arc::<AtomicBool>::default();
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| tokio::spawn(write(caller.clone(), Arc::clone(&stop))))
            .collect();
        let enough = timeout(PATIENCE, async {
            while all_clients(&caller).await.len() < round * ENOUGH {}
        });
        enough.await.expect("writes");
        server.kill();
        let mut cut = 0;
        for writer in writers {
            let done = timeout(PATIENCE, writer).await.expect("an end");
            let done = done.expect("no panic");
            cut += done.iter().filter(|it| it.id.is_none()).count();
            written.extend(done);
        }
        assert_eq!(cut, WRITERS, "each writer was at work");
    }
    let server = place.serve(&[]).await;
    each_is_there_once(&login(&channel(&server)).await, &written).await;
}
