//! A caller that is gone leaves no query behind.

use std::time::Duration;

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use epic_events::v1::{GetClientRequest, ListClientsRequest, ListEventsRequest, LogoutRequest};
use tokio::{task::JoinHandle, time::timeout};
use tonic::Request;

use epic_server::db::migrations;

use crate::support::{
    api_client::ApiClient,
    certificates::CertificateAuthority,
    cluster::PostgresCluster,
    database::{connect, query_text},
    fixtures,
    outage::{TIMEOUT, eventually, wait_for_lock_waiters, wait_for_lock_waiters_at},
    server::TestServer,
    server_process::Installation,
};

/// More than the pool has connections.
const CALLERS: usize = 40;
/// The connections of the pool.
const CONNECTIONS: i64 = 16;

/// Locks the events, so that every query on them waits.
async fn lock_events(server: &TestServer) -> AsyncPgConnection {
    let mut lock = server.database.connect().await;
    lock.batch_execute("begin; lock table events in access exclusive mode")
        .await
        .expect("a lock");
    lock
}

fn search() -> ListEventsRequest {
    ListEventsRequest {
        query: "% _".to_owned(),
        ..ListEventsRequest::default()
    }
}

/// Starts searches whose queries wait for a lock.
fn start_searches(caller: &ApiClient, limit: Option<Duration>) -> Vec<JoinHandle<()>> {
    let search = |mut caller: ApiClient| async move {
        let mut request = Request::new(search());
        if let Some(limit) = limit {
            request.set_timeout(limit);
        }
        let _ = caller.events.list_events(request).await;
    };
    (0..CALLERS)
        .map(|_| tokio::spawn(search(caller.clone())))
        .collect()
}

/// The lock is held all the time: nothing but a cancellation ends the queries.
#[tokio::test(flavor = "multi_thread")]
async fn callers_that_cancel_their_reads_do_not_stop_others() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let mut other = server.login("commercial1").await;
    let searching = server.login("support1").await;
    let lock = lock_events(&server).await;
    for _ in 0..3 {
        let searches = start_searches(&searching, None);
        wait_for_lock_waiters(&server, CONNECTIONS).await;
        searches.iter().for_each(JoinHandle::abort);
        wait_for_lock_waiters(&server, 0).await;
        let read = other.clients.get_client(GetClientRequest { id: 1 });
        let read = timeout(TIMEOUT, read).await.expect("an end");
        read.expect("the client");
    }
    drop(lock);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_whose_deadline_passes_do_not_stop_others() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let mut other = server.login("commercial1").await;
    let searching = server.login("support1").await;
    let lock = lock_events(&server).await;
    let searches = start_searches(&searching, Some(Duration::from_secs(2)));
    wait_for_lock_waiters(&server, CONNECTIONS).await;
    for search in searches {
        search.await.expect("no panic");
    }
    wait_for_lock_waiters(&server, 0).await;
    let read = other.clients.get_client(GetClientRequest { id: 1 }).await;
    read.expect("the client");
    drop(lock);
    server.shutdown().await;
}

/// Cancels reads before their query is sent, during it and after it.
#[tokio::test(flavor = "multi_thread")]
async fn a_read_may_be_cancelled_at_any_time() {
    let server = TestServer::with_sample_records().await;
    let mut caller = server.login("commercial1").await;
    for round in 0..200_u32 {
        let mut cancelled = caller.clone();
        let call = tokio::spawn(async move {
            let request = ListClientsRequest::default();
            let _ = cancelled.clients.list_clients(request).await;
        });
        tokio::time::sleep(Duration::from_micros(u64::from(round) * 100)).await;
        call.abort();
        if round % 20 == 0 {
            let read = caller.clients.get_client(GetClientRequest { id: 1 });
            let read = timeout(TIMEOUT, read).await.expect("an end");
            assert_eq!(read.expect("the client").into_inner().client.unwrap().id, 1);
        }
    }
    if server.is_on_postgres() {
        let running = "select count(*) as value from pg_stat_activity \
             where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'";
        eventually("no query runs", async || {
            server.query_ids(running).await == [0]
        })
        .await;
    }
    server.shutdown().await;
}

/// Logging out is a write outside of `Db::write`.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_whose_caller_is_gone_is_not_cancelled() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let mut other = server.login("commercial1").await;
    let mut leaving = server.login("support1").await;
    let sessions = "select count(*) as value from sessions where collaborator_id = \
         (select id from collaborators where email = 'support1@test.example')";
    assert_eq!(server.query_ids(sessions).await, [1]);
    // Blocks the deletion of a session, and not the update by which every call extends it.
    let mut lock = server.database.connect().await;
    lock.batch_execute("begin; select from sessions for key share")
        .await
        .expect("a lock");
    let call = tokio::spawn(async move {
        let _ = leaving.auth.logout(LogoutRequest {}).await;
    });
    wait_for_lock_waiters(&server, 1).await;
    call.abort();
    for _ in 0..50 {
        let read = other.clients.get_client(GetClientRequest { id: 1 }).await;
        read.expect("the client");
    }
    lock.batch_execute("commit").await.expect("to release");
    eventually("the session ends", async || {
        server.query_ids(sessions).await == [0]
    })
    .await;
    server.shutdown().await;
}

/// The requests to cancel use the TLS of the URL; when they are of no use, the connections end with
/// their database.

#[tokio::test(flavor = "multi_thread")]
async fn reads_are_cancelled_over_tls_and_end_with_their_database() {
    let authority = CertificateAuthority::new();
    let Some(cluster) = PostgresCluster::start(Some(&authority.issue("localhost"))) else {
        return;
    };
    let installation = Installation::without_database();
    let file = installation.folder.path().join("authority.pem");
    std::fs::write(&file, authority.pem()).unwrap();
    let options = format!("sslmode=verify-full&sslrootcert={}", file.display());
    let url = cluster.url("localhost", &options);
    migrations::run(&url).await.expect("migrations");
    let mut lock = connect(&cluster.url("127.0.0.1", "")).await;
    let records = fixtures::accounts() + &fixtures::sample_records();
    lock.batch_execute(&records).await.expect("fixtures");
    let server = installation.serve(&[("DATABASE_URL", &url)]).await;
    let mut other = ApiClient::login(&server.channel(), "commercial1").await;
    let searching = ApiClient::login(&server.channel(), "support1").await;
    let admin = cluster.url("127.0.0.1", "");
    for is_stopped in [false, true] {
        lock.batch_execute("begin; lock table events in access exclusive mode")
            .await
            .expect("a lock");
        let searches = start_searches(&searching, None);
        wait_for_lock_waiters_at(&admin, CONNECTIONS).await;
        searches.iter().for_each(JoinHandle::abort);
        if is_stopped {
            cluster.stop_immediately();
            cluster.restart();
        } else {
            wait_for_lock_waiters_at(&admin, 0).await;
        }
        let read = async || {
            let read = other
                .clone()
                .clients
                .get_client(GetClientRequest { id: 1 })
                .await;
            read.is_ok()
        };
        eventually("others are served", read).await;
        lock = connect(&admin).await;
    }
    let encrypted = "select count(*) as value from pg_stat_ssl join pg_stat_activity using (pid) \
         where usename = 'postgres' and backend_type = 'client backend' and not ssl \
         and pid <> pg_backend_pid()";
    assert_eq!(query_text(&mut lock, encrypted).await, ["0"]);
    other
        .auth
        .logout(LogoutRequest {})
        .await
        .expect("to sign out");
}
