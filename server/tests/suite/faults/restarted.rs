//! PostgreSQL goes away and comes back while the server is at work.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use diesel_async::SimpleAsyncConnection as _;
use epic_events::{reason::Reason, v1::ListCollaboratorsRequest};
use epic_server::db::{connect, migrations};
use tokio::time::{sleep, timeout};

use super::killed::{Written, channel, each_is_there_once, login};
use crate::{
    cluster::Cluster,
    furniture,
    house::{Caller, people},
    place::{PATIENCE, Place},
    wire::well_formed,
};

const WRITERS: usize = 6;
const READERS: usize = 2;
const ROUNDS: usize = 2;

/// What the callers see, counted.
#[derive(Default)]
struct Seen {
    stop: AtomicBool,
    answered: AtomicUsize,
    away: AtomicUsize,
}

impl Seen {
    fn refused(&self, status: &tonic::Status) {
        let refusal = well_formed(status);
        // Conflict: the write was cut off where it may simply be tried again.
        assert!(
            matches!(
                refusal.reason,
                Reason::DatabaseUnavailable | Reason::Conflict
            ),
            "{status:?}"
        );
        self.away.fetch_add(1, Ordering::Relaxed);
    }
}

/// Creates clients until told to stop, whatever is answered.
async fn write(mut caller: Caller, seen: Arc<Seen>) -> Vec<Written> {
    let mut written = Vec::new();
    while !seen.stop.load(Ordering::Relaxed) {
        let request = furniture::client();
        let id = match caller.clients.create_client(request.clone()).await {
            Ok(reply) => {
                seen.answered.fetch_add(1, Ordering::Relaxed);
                Some(reply.into_inner().client.expect("a client").id)
            }
            Err(status) => {
                seen.refused(&status);
                sleep(Duration::from_millis(20)).await;
                None
            }
        };
        written.push(Written { request, id });
    }
    written
}

/// Reads who works here, which never changes: any other answer is a wrong one.
async fn read(mut caller: Caller, seen: Arc<Seen>) {
    while !seen.stop.load(Ordering::Relaxed) {
        let ask = ListCollaboratorsRequest::default();
        match caller.collaborators.list_collaborators(ask).await {
            Ok(reply) => {
                let found = reply.into_inner().collaborators;
                let mut found: Vec<_> = found.iter().map(|it| it.id).collect();
                found.sort_unstable();
                assert_eq!(found, [1, 2, 3, 4, 5, 6]);
                seen.answered.fetch_add(1, Ordering::Relaxed);
            }
            Err(status) => {
                seen.refused(&status);
                sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

async fn until(what: &str, done: impl Fn() -> bool) {
    let waited = timeout(PATIENCE, async {
        while !done() {
            sleep(Duration::from_millis(10)).await;
        }
    });
    assert!(waited.await.is_ok(), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_restarts_under_load_costs_time_and_nothing_else() {
    let Some(cluster) = Cluster::start(None) else {
        return;
    };
    let url = cluster.url("localhost", "");
    migrations::run(&url).await.expect("migrations");
    let mut connection = connect::connect(&url).await.expect("a connection");
    connection.batch_execute(&people()).await.expect("people");
    drop(connection);
    let place = Place::without_database();
    let mut server = place.serve(&[("DATABASE_URL", &url)]).await;
    let caller = login(&channel(&server)).await;
    let seen = Arc::<Seen>::default();
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| tokio::spawn(write(caller.clone(), Arc::clone(&seen))))
        .collect();
    let readers: Vec<_> = (0..READERS)
        .map(|_| tokio::spawn(read(caller.clone(), Arc::clone(&seen))))
        .collect();
    let answered = || seen.answered.load(Ordering::Relaxed);
    let away = || seen.away.load(Ordering::Relaxed);
    for _ in 0..ROUNDS {
        let at_work = answered() + 50;
        until("calls to be answered", || answered() >= at_work).await;
        let before = away();
        cluster.stop();
        until("calls to be told", || away() > before).await;
        cluster.go_on();
        let back = answered() + 50;
        until("calls to be answered again", || answered() >= back).await;
    }
    seen.stop.store(true, Ordering::Relaxed);
    let mut written = Vec::new();
    for writer in writers {
        written.extend(
            timeout(PATIENCE, writer)
                .await
                .expect("an end")
                .expect("no panic"),
        );
    }
    for reader in readers {
        timeout(PATIENCE, reader)
            .await
            .expect("an end")
            .expect("no panic");
    }
    each_is_there_once(&caller, &written).await;
    // It is still the same server.
    assert!(server.child.try_wait().expect("a process").is_none());
}
