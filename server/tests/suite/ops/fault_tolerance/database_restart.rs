//! PostgreSQL stops and starts again while the server handles calls.

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

use super::server_crash::{Attempt, assert_each_exists_once};

use crate::support::{
    api_client::ApiClient,
    cluster::PostgresCluster,
    errors::well_formed_error,
    fixtures::{self, accounts},
    server_process::Installation,
    wait::{TIMEOUT, eventually},
};

const WRITERS: usize = 6;
const READERS: usize = 2;
const ROUNDS: usize = 2;

/// The state that all callers share.
#[derive(Default)]
struct Load {
    stop: AtomicBool,
    succeeded: AtomicUsize,
    refused: AtomicUsize,
}

impl Load {
    fn count_refusal(&self, status: &tonic::Status) {
        let error = well_formed_error(status);
        // Conflict: the transaction was interrupted before its commit.
        assert!(
            matches!(error.reason, Reason::DatabaseUnavailable | Reason::Conflict),
            "{status:?}"
        );
        self.refused.fetch_add(1, Ordering::Relaxed);
    }
}

/// Creates clients until the load stops, regardless of errors.
async fn write(mut caller: ApiClient, load: Arc<Load>) -> Vec<Attempt> {
    let mut attempts = Vec::new();
    while !load.stop.load(Ordering::Relaxed) {
        let request = fixtures::client_request();
        let id = match caller.clients.create_client(request.clone()).await {
            Ok(reply) => {
                load.succeeded.fetch_add(1, Ordering::Relaxed);
                Some(reply.into_inner().client.expect("a client").id)
            }
            Err(status) => {
                load.count_refusal(&status);
                sleep(Duration::from_millis(20)).await;
                None
            }
        };
        attempts.push(Attempt { request, id });
    }
    attempts
}

/// Lists collaborators, who never change, until the load stops.
async fn read(mut caller: ApiClient, load: Arc<Load>) {
    while !load.stop.load(Ordering::Relaxed) {
        let request = ListCollaboratorsRequest::default();
        match caller.collaborators.list_collaborators(request).await {
            Ok(reply) => {
                let found = reply.into_inner().collaborators;
                let mut found: Vec<_> = found.iter().map(|it| it.id).collect();
                found.sort_unstable();
                assert_eq!(found, [1, 2, 3, 4, 5, 6]);
                load.succeeded.fetch_add(1, Ordering::Relaxed);
            }
            Err(status) => {
                load.count_refusal(&status);
                sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_restart_under_load_loses_and_duplicates_no_record() {
    let Some(cluster) = PostgresCluster::start(None) else {
        return;
    };
    let url = cluster.url("localhost", "");
    migrations::run(&url).await.expect("migrations");
    let mut connection = connect::connect(&url).await.expect("a connection");
    connection.batch_execute(&accounts()).await.expect("people");
    drop(connection);
    let installation = Installation::without_database();
    let mut server = installation.serve(&[("DATABASE_URL", &url)]).await;
    let caller = ApiClient::login(&server.channel(), "commercial1").await;
    let load = Arc::<Load>::default();
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| tokio::spawn(write(caller.clone(), Arc::clone(&load))))
        .collect();
    let readers: Vec<_> = (0..READERS)
        .map(|_| tokio::spawn(read(caller.clone(), Arc::clone(&load))))
        .collect();
    let succeeded = || load.succeeded.load(Ordering::Relaxed);
    let refused = || load.refused.load(Ordering::Relaxed);
    for _ in 0..ROUNDS {
        let target = succeeded() + 50;
        eventually("calls succeed", async || succeeded() >= target).await;
        let before = refused();
        cluster.stop_immediately();
        eventually("calls are refused", async || refused() > before).await;
        cluster.restart();
        let target = succeeded() + 50;
        eventually("calls succeed again", async || succeeded() >= target).await;
    }
    load.stop.store(true, Ordering::Relaxed);
    let mut attempts = Vec::new();
    for writer in writers {
        attempts.extend(
            timeout(TIMEOUT, writer)
                .await
                .expect("an end")
                .expect("no panic"),
        );
    }
    for reader in readers {
        timeout(TIMEOUT, reader)
            .await
            .expect("an end")
            .expect("no panic");
    }
    assert_each_exists_once(&caller, &attempts).await;
    assert!(server.is_running(), "the server survives");
}
