//! A primary that freezes, and a standby that is promoted.

use std::time::Duration;

use diesel_async::SimpleAsyncConnection as _;
use epic_events::v1::{ListEventsRequest, UpdateClientRequest};
use epic_server::db::{Database, connect};
use tokio::time::timeout;

use crate::support::{
    cluster::ReplicatedCluster,
    database::{TestDatabase, connect as connect_to, query_text},
    fixtures::{client_update, sample_records},
    outage::wait_for_lock_waiters_at,
    server::TestServer,
    wait::{TIMEOUT, eventually},
};

/// Counts the sleeping queries on the events.
const SLEEPERS: &str =
    "select count(*) as value from pg_stat_activity where wait_event = 'PgSleep'";

/// Calls in progress at a frozen primary are repeated at its successor as soon as the server has
/// found it: the limit of silence is longer than this test.
#[tokio::test(flavor = "multi_thread")]
async fn calls_at_a_frozen_primary_are_answered_by_its_successor() {
    let Some(clusters) = ReplicatedCluster::start().await else {
        return;
    };
    let both = clusters.url();
    let ReplicatedCluster { primary, standby } = clusters;
    let url = primary.url("127.0.0.1", "");
    let opened = Database::at(&both).with_silence(Duration::from_hours(1));
    let server = TestServer::opening(TestDatabase::at(&url), &sample_records(), &opened).await;
    let caller = server.login("commercial1").await;
    let mut admin = connect_to(&url).await;
    let address = primary.authority("127.0.0.1");
    let port = address.rsplit_once(':').expect("a port").1;
    let slow = format!(
        "alter table events enable row level security; \
         alter table events force row level security; \
         create policy slow on events using \
         (case inet_server_port() when {port} then pg_sleep(3600)::text = '' else true end)"
    );
    admin.batch_execute(&slow).await.expect("a policy");
    let lock = "begin; select from clients where id = 1 for update";
    admin.batch_execute(lock).await.expect("a lock");
    eventually("the feed of changes is connected", async || {
        server.state.db.auth_epoch().current().is_some()
    })
    .await;
    let mut reader = caller.clone();
    let read = tokio::spawn(async move {
        let request = ListEventsRequest::default();
        reader.events.list_events(request).await
    });
    let mut writer = caller;
    let write = tokio::spawn(async move {
        let update = UpdateClientRequest {
            company: Some("Renamed".to_owned()),
            ..client_update(1)
        };
        writer.clients.update_client(update).await
    });
    wait_for_lock_waiters_at(&url, 1).await;
    eventually("a read that waits", async || {
        query_text(&mut connect_to(&url).await, SLEEPERS).await == ["1"]
    })
    .await;
    let written = "select pg_current_wal_lsn() as value";
    let written = query_text(&mut admin, written).await.concat();
    let follower = standby.url("127.0.0.1", "");
    let is_current = format!("select pg_last_wal_replay_lsn() >= '{written}' as value");
    eventually("the standby has followed", async || {
        query_text(&mut connect_to(&follower).await, &is_current).await == ["true"]
    })
    .await;
    primary.freeze();
    standby.promote();
    let read = timeout(TIMEOUT, read).await.expect("an end");
    read.expect("no panic").expect("the events");
    let write = timeout(TIMEOUT, write).await.expect("an end");
    write.expect("no panic").expect("the client");
    let mut successor = connect::connect(&both).await.expect("a connection");
    let company = "select company as value from clients where id = 1";
    assert_eq!(query_text(&mut successor, company).await, ["Renamed"]);
    server.shutdown().await;
}
