//! The order of logins: a flood of attempts delays neither logins from networks where the account
//! has signed in before nor the first login from a new network, and calls with a session do not
//! delay logins.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use diesel_async::SimpleAsyncConnection as _;
use epic_events::{
    reason::Reason,
    v1::{ChangePasswordRequest, LoginRequest, auth_service_client::AuthServiceClient},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpSocket, task::JoinSet};
use tonic::{
    Status,
    transport::{Channel, Endpoint},
};

use crate::support::{
    api_client::ApiClient,
    errors::api_error,
    fixtures::{PASSWORD, login_request},
    server::TestServer,
    wait::eventually,
};

/// A connection from another address of this machine.
fn connect_from(server: &TestServer, address: [u8; 4]) -> Channel {
    let to = server.address;
    let connect = tower::service_fn(move |_| async move {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(IpAddr::from(address), 0))?;
        socket.connect(to).await.map(TokioIo::new)
    });
    let endpoint = Endpoint::from_shared(format!("http://{to}")).expect("an address");
    endpoint.connect_with_connector_lazy(connect)
}

async fn try_login(channel: Channel, email: String, password: &str) -> Result<(), Reason> {
    let request = LoginRequest {
        email,
        password: password.to_owned(),
        ..login_request()
    };
    let reply = AuthServiceClient::new(channel).login(request).await;
    match reply {
        Ok(_) => Ok(()),
        Err(status) => Err(refusal(status)),
    }
}

/// The reason of a refusal. A refusal because of a limit must contain the delay until the next
/// attempt.
fn refusal(status: Status) -> Reason {
    let error = api_error(Err::<(), _>(status));
    let is_limit = [Reason::TooManyAttempts, Reason::Busy].contains(&error.reason);
    assert_eq!(error.retry_delay.is_some(), is_limit, "{error:?}");
    error.reason
}

/// Concurrent calls, and the number of them that have ended.
#[derive(Default)]
struct Flood {
    calls: JoinSet<Result<(), Reason>>,
    refused: Arc<AtomicUsize>,
    worked: Arc<AtomicUsize>,
}

impl Flood {
    fn add(&mut self, call: impl Future<Output = Result<(), Reason>> + Send + 'static) {
        let (refused, worked) = (Arc::clone(&self.refused), Arc::clone(&self.worked));
        self.calls.spawn(async move {
            let settled = call.await;
            let counter = match settled {
                Err(Reason::TooManyAttempts | Reason::Busy | Reason::TooManyCalls) => refused,
                _ => worked,
            };
            counter.fetch_add(1, Ordering::Relaxed);
            settled
        });
    }

    /// Two logins with unknown accounts from each of `addresses` addresses: too few failures to
    /// cause a wait.
    fn of_logins(server: &TestServer, addresses: u8) -> Self {
        let mut flood = Self::default();
        for address in 1..=addresses {
            let channel = connect_from(server, [127, 0, 1, address]);
            for attempt in 0..2 {
                let email = format!("nobody{address}.{attempt}@test.example");
                flood.add(try_login(channel.clone(), email, "not the password"));
            }
        }
        flood
    }

    /// Changes of the caller's password to a weak one, as many as the share of an account permits.
    fn of_changes(caller: &ApiClient) -> Self {
        let mut flood = Self::default();
        for _ in 0..16 {
            let mut auth = caller.auth.clone();
            flood.add(async move {
                let reply = auth.change_password(change("Support1@test")).await;
                reply.map(drop).map_err(refusal)
            });
        }
        flood
    }

    /// Waits for all calls. Returns the number of calls that the shutdown has refused.
    async fn refused_by_shutdown(self) -> usize {
        let settled = self.calls.join_all().await;
        let is_refused = |it: &&Result<(), Reason>| **it == Err(Reason::ShuttingDown);
        settled.iter().filter(is_refused).count()
    }

    fn refused(&self) -> usize {
        self.refused.load(Ordering::Relaxed)
    }

    /// The number of calls that have ended after the requested work.
    fn worked(&self) -> usize {
        self.worked.load(Ordering::Relaxed)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_from_a_known_place_overtakes_a_flood_of_others() {
    let server = TestServer::start().await;
    server.login("support1").await;
    let flood = Flood::of_logins(&server, 100);
    eventually("calls that worked", async || flood.worked() >= 3).await;
    server.login("support1").await;
    let before = flood.worked();
    assert!(before < 100, "after {before} of 200 attempts");
    server.shutdown().await;
}

/// The server works on the calls whose turn has begun, and refuses the others.
#[tokio::test(flavor = "multi_thread")]
async fn logins_that_wait_for_their_turn_do_not_delay_the_shutdown() {
    let mut server = TestServer::start().await;
    let flood = Flood::of_logins(&server, 100);
    eventually("calls that worked", async || flood.worked() >= 3).await;
    server.begin_shutdown();
    let refused = flood.refused_by_shutdown().await;
    assert!(refused > 100, "{refused} of 200 attempts");
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_passwords_that_wait_for_their_turn_do_not_delay_the_shutdown() {
    let mut server = TestServer::start().await;
    let caller = server.login("support1").await;
    let flood = Flood::of_changes(&caller);
    eventually("a call that worked", async || flood.worked() >= 1).await;
    server.begin_shutdown();
    let refused = flood.refused_by_shutdown().await;
    assert!(refused > 8, "{refused} of 16 changes");
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_refuses_at_once_and_has_room_for_a_newcomer() {
    require_postgres!();
    let server = TestServer::start().await;
    server.login("support1").await;
    // The attempts whose turn has begun wait for this lock; the others stay in the queue.
    let mut blocker = server.database.connect().await;
    let lock = "begin; lock table login_attempts in exclusive mode";
    blocker.batch_execute(lock).await.expect("a lock");
    let flood = Flood::of_logins(&server, 200);
    // 256 wait, and at most three have their turns.
    eventually("refusals", async || flood.refused() >= 400 - 256 - 3).await;
    let refused = flood.refused();
    let channel = connect_from(&server, [127, 0, 2, 1]);
    let newcomer = try_login(channel, "support2@test.example".to_owned(), PASSWORD);
    let newcomer = tokio::spawn(newcomer);
    eventually("a further refusal", async || flood.refused() > refused).await;
    blocker.batch_execute("commit").await.expect("to unlock");
    server.login("support1").await;
    assert_eq!(newcomer.await.expect("a reply"), Ok(()));
    let before = flood.worked();
    assert!(before < 256, "after {before} of the attempts that waited");
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_waits_for_a_write_to_its_account_delays_no_other() {
    require_postgres!();
    let server = TestServer::start().await;
    let mut blocker = server.database.connect().await;
    let lock = "begin; select from collaborators where id = 5 for update";
    blocker.batch_execute(lock).await.expect("a lock");
    let mut flood = Flood::default();
    for _ in 0..6 {
        let email = "support1@test.example".to_owned();
        flood.add(try_login(server.channel.clone(), email, PASSWORD));
    }
    let waiting = "select count(*) as value from pg_stat_activity \
        where datname = current_database() and wait_event_type = 'Lock'";
    // More logins than can have turns at the same time.
    eventually("writes that wait", async || {
        server.query_ids(waiting).await[0] >= 4
    })
    .await;
    server.login("support2").await;
    assert_eq!(flood.worked(), 0, "the others wait");
    blocker.batch_execute("commit").await.expect("to unlock");
    server.login("support1").await;
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_passwords_delay_neither_logins_nor_each_other() {
    let server = TestServer::start().await;
    let (flooding, other) = (
        server.login("support1").await,
        server.login("support2").await,
    );
    let flood = Flood::of_changes(&flooding);
    eventually("a call that worked", async || flood.worked() >= 1).await;
    server.login("support1").await;
    let mut auth = other.auth.clone();
    let changed = auth.change_password(change("another password for tests"));
    changed.await.expect("changed");
    let worked = flood.worked();
    assert!(worked < 14, "after {worked} of the changes");
    server.shutdown().await;
}

fn change(new_password: &str) -> ChangePasswordRequest {
    ChangePasswordRequest {
        current_password: PASSWORD.to_owned(),
        new_password: new_password.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn larger_ipv6_networks_are_counted_too() {
    let server = TestServer::start().await;
    // Every attempt has an account and a /64 network of its own; many share a /56 and a /48.
    let admitted = async |account: &str, address: &str| {
        let sql = format!(
            "select count(*) as value from ( \
                 select begin_login({account}, {address}) as wait from generate_series(1, 120) n \
             ) attempts where wait = interval '0'"
        );
        server.query_ids(&sql).await
    };
    let unknown = "n || '@unknown.example'";
    let in_one_56 = "'2001:db8:0:1' || lpad(to_hex(n), 2, '0') || '::'";
    assert_eq!(admitted(unknown, in_one_56).await, [21]);
    let in_one_48 = "'2001:db8:1:' || to_hex(n * 256) || '::'";
    assert_eq!(admitted(unknown, in_one_48).await, [81]);
    let in_many = "'2001:db8:' || to_hex(n + 16) || '::'";
    assert_eq!(admitted(unknown, in_many).await, [120]);
    // An account that has signed in from such a network does not wait for it.
    let known = "select end_login('support1@test.example', '2001:db8:0:1ff::')";
    server.execute(known).await;
    server
        .execute("update login_attempts set last_time = now()")
        .await;
    let from_known = admitted("'support1@test.example'", "'2001:db8:0:1ff::'").await;
    assert_eq!(from_known, [5], "only for its own failures");
    server.shutdown().await;
}
