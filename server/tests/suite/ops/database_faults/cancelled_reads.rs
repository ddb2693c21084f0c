//! A caller who disconnects leaves no running query.

use std::time::Duration;

use diesel_async::SimpleAsyncConnection as _;
use epic_events::v1::{GetClientRequest, ListClientsRequest, ListEventsRequest, LogoutRequest};
use futures_util::FutureExt as _;
use tokio::{sync::Mutex, task::JoinHandle, time::timeout};
use tonic::{Request, transport::Channel};

use epic_server::db::migrations;

use crate::support::{
    api_client::ApiClient,
    certificates::CertificateAuthority,
    cluster::PostgresCluster,
    database::{connect, query_text},
    fixtures,
    outage::wait_for_lock_waiters,
    server::TestServer,
    server_process::Installation,
    wait::{TIMEOUT, eventually},
};

/// Accounts whose shares together exceed the connections of the pool.
const SEARCHING: [&str; 5] = [
    "gestion1",
    "gestion2",
    "commercial2",
    "support1",
    "support2",
];
/// Number of parallel searches of an account.
const SEARCHES: usize = 8;
/// Number of connections of the pool that searches of events may hold.
const CONNECTIONS: &str = "10";

/// Makes every query on the events sleep for longer than `statement_timeout`. A lock would not
/// suffice, because a read waits for it for only one second.
const SLOW_EVENTS: &str = "alter table events enable row level security; \
     alter table events force row level security; \
     create policy slow on events using (pg_sleep(60)::text = '')";
/// Counts the sleeping queries on the events.
const SLEEPING: &str = "select count(*) as value from pg_stat_activity \
     where datname = current_database() and wait_event = 'PgSleep'";

/// Counts the open connections that the server does not use.
const IDLE: &str = "select count(*) as value from pg_stat_activity \
     where datname = current_database() and state = 'idle' and pid <> pg_backend_pid()";

/// Waits until exactly `count` queries on the events run in the database of `url`.
async fn wait_for_sleepers(url: &str, count: &str) {
    let connection = Mutex::new(connect(url).await);
    eventually("that many searches", async || {
        query_text(&mut *connection.lock().await, SLEEPING).await == [count]
    })
    .await;
}

fn search() -> ListEventsRequest {
    ListEventsRequest {
        query: "% _".to_owned(),
        ..ListEventsRequest::default()
    }
}

/// Signs the searching accounts in.
async fn searching(channel: &Channel) -> Vec<ApiClient> {
    let mut callers = Vec::new();
    for account in SEARCHING {
        callers.push(ApiClient::login(channel, account).await);
    }
    callers
}

/// Starts searches that sleep, each with the deadline `limit`, if any.
fn start_searches(callers: &[ApiClient], limit: Option<Duration>) -> Vec<JoinHandle<()>> {
    let search = |mut caller: ApiClient| async move {
        let mut request = Request::new(search());
        if let Some(limit) = limit {
            request.set_timeout(limit);
        }
        let _ = caller.events.list_events(request).await;
    };
    let callers = callers
        .iter()
        .flat_map(|it| std::iter::repeat_n(it, SEARCHES));
    callers
        .map(|caller| tokio::spawn(search(caller.clone())))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_that_cancel_their_reads_do_not_stop_others() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let mut other = server.login("commercial1").await;
    let searching = searching(&server.channel).await;
    let url = server.database.owner_url();
    let mut owner = connect(url).await;
    owner.batch_execute(SLOW_EVENTS).await.expect("a policy");
    for _ in 0..3 {
        let searches = start_searches(&searching, None);
        wait_for_sleepers(url, CONNECTIONS).await;
        searches.iter().for_each(JoinHandle::abort);
        wait_for_sleepers(url, "0").await;
        // Idle connections remain for others.
        eventually("new connections", async || {
            server.query_ids(IDLE).await[0] >= CONNECTIONS.parse().unwrap()
        })
        .await;
        let read = other.clients.get_client(GetClientRequest { id: 1 });
        let read = timeout(TIMEOUT, read).await.expect("an end");
        read.expect("the client");
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_whose_deadline_passes_do_not_stop_others() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let mut other = server.login("commercial1").await;
    let searching = searching(&server.channel).await;
    let url = server.database.owner_url();
    let mut owner = connect(url).await;
    owner.batch_execute(SLOW_EVENTS).await.expect("a policy");
    let searches = start_searches(&searching, Some(Duration::from_secs(2)));
    wait_for_sleepers(url, CONNECTIONS).await;
    for search in searches {
        search.await.expect("no panic");
    }
    wait_for_sleepers(url, "0").await;
    let read = other.clients.get_client(GetClientRequest { id: 1 }).await;
    read.expect("the client");
    server.shutdown().await;
}

/// PostgreSQL forks a process for each connection, so callers who disconnect at once must not make
/// the server connect again and again.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_whose_caller_is_gone_is_opened_and_kept() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let application = server.database.application();
    let pool = application.pool("serve").expect("a pool");
    let gives_up = async || pool.connection().now_or_never().is_none();
    assert!(gives_up().await, "a connection that nobody has opened");
    eventually("an open connection", async || !gives_up().await).await;
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

/// A logout is a write outside of `Db::write`.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_whose_caller_is_gone_is_not_cancelled() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let mut other = server.login("commercial1").await;
    let mut leaving = server.login("support1").await;
    let sessions = "select count(*) as value from sessions where collaborator_id = \
         (select id from collaborators where email = 'support1@test.example')";
    assert_eq!(server.query_ids(sessions).await, [1]);
    // Blocks the deletion of a session, but not the update by which every call extends it.
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

/// The cancel requests use the TLS of the URL. When they have no effect, the connections end with
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
    let mut owner = connect(&cluster.url("127.0.0.1", "")).await;
    let records = fixtures::accounts() + &fixtures::sample_records();
    owner.batch_execute(&records).await.expect("fixtures");
    owner.batch_execute(SLOW_EVENTS).await.expect("a policy");
    let server = installation.serve(&[("DATABASE_URL", &url)]).await;
    let mut other = ApiClient::login(&server.channel(), "commercial1").await;
    let searching = searching(&server.channel()).await;
    let admin = cluster.url("127.0.0.1", "");
    for is_stopped in [false, true] {
        let searches = start_searches(&searching, None);
        wait_for_sleepers(&admin, CONNECTIONS).await;
        searches.iter().for_each(JoinHandle::abort);
        if is_stopped {
            cluster.stop_immediately();
            cluster.restart();
        } else {
            wait_for_sleepers(&admin, "0").await;
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
        owner = connect(&admin).await;
    }
    let encrypted = "select count(*) as value from pg_stat_ssl join pg_stat_activity using (pid) \
         where usename = 'postgres' and backend_type = 'client backend' and not ssl \
         and pid <> pg_backend_pid()";
    assert_eq!(query_text(&mut owner, encrypted).await, ["0"]);
    other
        .auth
        .logout(LogoutRequest {})
        .await
        .expect("to sign out");
}
