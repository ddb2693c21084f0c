//! Connections to PostgreSQL. This module opens every connection of the server, with TLS as `sslmode`
//! and `sslrootcert` in the URL require, and with a time limit for each host of the URL.

mod error;
mod frames;
mod handshake;
mod pooler;
mod session_settings;
mod socket;
mod target;
mod tls;
mod wire;

use std::{io, sync::Arc, time::Duration};

use diesel::ConnectionError;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use futures_util::{
    FutureExt as _, StreamExt as _,
    future::BoxFuture,
    stream::{BoxStream, FuturesUnordered},
};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tokio_postgres::{
    AsyncMessage, CancelToken,
    config::{Host, LoadBalanceHosts},
};

pub use self::{error::ConnectError, handshake::ServerId, pooler::check as check_sessions};
use self::{
    handshake::{Endpoint, Session},
    socket::Address,
    target::{DatabaseHost, Target},
};
use crate::db::connection_status::ConnectionStatus;

/// The messages of a connection. The connection makes progress only while this stream is polled.
type Messages = BoxStream<'static, Result<AsyncMessage, tokio_postgres::Error>>;

/// Time limit of a connection to one address, from opening the socket to the reply to the first query,
/// unless the URL has `connect_timeout`.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an address is tried before the next address is tried concurrently.
const ATTEMPT_DELAY: Duration = Duration::from_secs(1);
/// Time limit of a request to cancel a query.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection, and what the pool and the feed of changes need to know about it.
pub(crate) struct Connected {
    pub(crate) connection: AsyncPgConnection,
    /// The server that the connection leads to.
    pub(crate) server: ServerId,
    pub(super) status: Arc<ConnectionStatus>,
    pub(super) canceller: Canceller,
}

/// The conditions that end a connection for calls.
pub(super) struct CloseConditions {
    /// How long PostgreSQL may be silent while it owes a reply.
    pub(super) silence: Option<Duration>,
    /// The database server that the feed of changes is connected to. When the feed connects to another
    /// server, connections to the previous one end, because it may be frozen.
    pub(super) current_server: watch::Receiver<Option<ServerId>>,
}

/// Cancels the query of a connection.
#[derive(Clone)]
pub(super) struct Canceller {
    target: Arc<Target>,
    endpoint: Endpoint,
    token: CancelToken,
}

impl Canceller {
    /// Asks PostgreSQL to cancel the query. PostgreSQL does not report whether it has.
    pub(super) async fn cancel(&self) -> Result<(), ConnectError> {
        let request = handshake::cancel(&self.target, &self.endpoint, &self.token);
        match timeout(CANCEL_TIMEOUT, request).await {
            Ok(sent) => sent,
            Err(_) => Err(self.timeout_error(CANCEL_TIMEOUT)),
        }
    }

    /// The error for a server that has not replied within `time`.
    pub(super) fn timeout_error(&self, time: Duration) -> ConnectError {
        timeout_error(&self.endpoint.name, time)
    }
}

/// Connects for queries.
///
/// # Errors
/// When `url` is invalid, no server of it accepts the connection in time, or its certificate is not
/// valid.
pub async fn connect(url: &str) -> Result<AsyncPgConnection, ConnectError> {
    Ok(connect_for_feed(url).await?.connection)
}

/// Connects for the feed of changes, which determines the current server.
///
/// # Errors
/// Those of [`connect`].
pub(crate) async fn connect_for_feed(url: &str) -> Result<Connected, ConnectError> {
    let (_, current_server) = watch::channel(None);
    let end = CloseConditions {
        silence: None,
        current_server,
    };
    connect_for_calls(url, end).await
}

/// Connects for queries of calls. The connection fails when one of the conditions of `end` occurs.
pub(super) async fn connect_for_calls(
    url: &str,
    end: CloseConditions,
) -> Result<Connected, ConnectError> {
    let target = Arc::new(Target::parse(url)?);
    let Session {
        client,
        messages,
        status,
        endpoint,
        server,
    } = open(&target, end.silence).await?;
    let token = client.cancel_token();
    let closing = Arc::clone(&status);
    let leads_to = server.clone();
    // Ends when the client is dropped or the connection fails.
    tokio::spawn(async move {
        let mut messages = messages;
        tokio::select! {
            () = receive(&mut messages) => {}
            () = server_replaced(end.current_server, leads_to) => {
                tracing::debug!("a connection leads to a former database server");
            }
        }
        // Called before the messages are dropped, which wakes the query that waits for a reply.
        closing.on_close();
    });
    let time = time_limit(&target);
    let set_up = timeout(time, AsyncPgConnection::try_from(client)).await;
    let mut connection = set_up
        .map_err(|_| timeout_error(&endpoint.name, time))?
        .map_err(|error| match error {
            ConnectionError::CouldntSetupConfiguration(error) => error.into(),
            other => ConnectError::new(other.to_string()),
        })?;
    let watched = Arc::clone(&status);
    connection.set_instrumentation(move |event: diesel::connection::InstrumentationEvent<'_>| {
        watched.on_event(&event);
    });
    Ok(Connected {
        connection,
        server,
        status,
        canceller: Canceller {
            target,
            endpoint,
            token,
        },
    })
}

/// Receives the messages of a connection until it ends.
async fn receive(messages: &mut Messages) {
    while let Some(message) = messages.next().await {
        match message {
            Ok(AsyncMessage::Notice(notice)) => tracing::debug!(%notice, "PostgreSQL"),
            Ok(_) => {}
            Err(error) => {
                tracing::debug!(%error, "a connection to the database failed");
                return;
            }
        }
    }
}

/// Waits until the current server changes from `server` to another one.
async fn server_replaced(mut current: watch::Receiver<Option<ServerId>>, server: ServerId) {
    let is_own = |current: &Option<ServerId>| current.as_ref() == Some(&server);
    let is_left = current.wait_for(is_own).await.is_ok()
        && current.wait_for(|current| !is_own(current)).await.is_ok();
    if !is_left {
        std::future::pending::<()>().await;
    }
}

/// Whether the connection crosses a network unencrypted: the database is on another machine, and the
/// URL does not require TLS.
#[must_use]
pub fn is_unencrypted(url: &str) -> bool {
    Target::parse(url).is_ok_and(|target| !target.is_verified && !target.is_local())
}

/// The hosts, ports and name of the database, without the user and the password.
#[must_use]
pub fn place(url: &str) -> String {
    Target::parse(url).map_or_else(|_| String::new(), |target| target.place())
}

/// Opens a session with the first host of the URL that accepts it.
async fn open(target: &Target, silence: Option<Duration>) -> Result<Session, ConnectError> {
    let mut hosts = target.hosts()?;
    if target.config.get_load_balance_hosts() == LoadBalanceHosts::Random {
        rand::seq::SliceRandom::shuffle(&mut hosts[..], &mut rand::rng());
    }
    let attempt = |host: &DatabaseHost| open_host(target, host.clone(), silence).boxed();
    first_success(&hosts, attempt).await
}

/// Opens a session with the first address of a host that accepts it.
async fn open_host(
    target: &Target,
    host: DatabaseHost,
    silence: Option<Duration>,
) -> Result<Session, ConnectError> {
    let time = time_limit(target);
    let addresses = timeout(time, addresses(&host)).await;
    let addresses = addresses
        .map_err(|_| timeout_error(&host.name, time))?
        .map_err(|error| ConnectError::new(format!("error connecting to server: {error}")))?;
    let name = &host.name;
    let attempt = |address: &Address| {
        let endpoint = Endpoint {
            address: address.clone(),
            name: name.clone(),
        };
        let opened = timeout(time, handshake::open(target, endpoint, silence));
        async move {
            opened
                .await
                .unwrap_or_else(|_| Err(timeout_error(name, time)))
        }
        .boxed()
    };
    first_success(&addresses, attempt).await
}

async fn addresses(host: &DatabaseHost) -> io::Result<Vec<Address>> {
    match &host.place {
        Host::Tcp(name) => {
            let found = tokio::net::lookup_host((name.as_str(), host.port)).await?;
            Ok(found.map(Address::Tcp).collect())
        }
        Host::Unix(folder) => Ok(vec![Address::Unix(
            folder.join(format!(".s.PGSQL.{}", host.port)),
        )]),
    }
}

/// Tries these places in order and returns the first success. An attempt begins when the previous one
/// has failed or has taken longer than [`ATTEMPT_DELAY`]: a host that is frozen, but whose kernel still
/// accepts connections, does not delay the next host for longer. While an attempt has no result, the
/// places that have refused are tried again, because one of them may be a standby that is being
/// promoted.
async fn first_success<'a, P, T>(
    places: &'a [P],
    attempt: impl Fn(&'a P) -> BoxFuture<'a, Result<T, ConnectError>>,
) -> Result<T, ConnectError> {
    let begin = |place: &'a P, is_first: bool| {
        let attempt = attempt(place);
        async move { (place, is_first, attempt.await) }
    };
    let mut untried = places.iter();
    let mut refused = Vec::new();
    let mut running = FuturesUnordered::new();
    let mut first_attempts = 0;
    let mut failed: Option<ConnectError> = None;
    loop {
        if let Some(place) = untried.next() {
            first_attempts += 1;
            running.push(begin(place, true));
        } else if first_attempts == 0 {
            break;
        }
        let ended = tokio::select! {
            Some(ended) = running.next() => ended,
            () = sleep(ATTEMPT_DELAY) => {
                running.extend(refused.drain(..).map(|place| begin(place, false)));
                continue;
            }
        };
        let (place, is_first, result) = ended;
        first_attempts -= usize::from(is_first);
        refused.push(place);
        match result {
            Ok(success) => return Ok(success),
            // A database's refusal is more informative than the silence of a machine.
            Err(error) if failed.as_ref().is_none_or(ConnectError::is_silence) => {
                failed = Some(error);
            }
            Err(_) => {}
        }
    }
    Err(failed.unwrap_or_else(|| ConnectError::new("the host has no address".to_owned())))
}

fn time_limit(target: &Target) -> Duration {
    let set = target.config.get_connect_timeout();
    set.copied()
        .filter(|it| !it.is_zero())
        .unwrap_or(CONNECT_TIMEOUT)
}

fn timeout_error(host: &str, time: Duration) -> ConnectError {
    let host = if host.is_empty() { "the socket" } else { host };
    ConnectError::new(format!(
        "the database at {host} does not answer within {} s",
        time.as_secs()
    ))
}
