//! Connections to PostgreSQL. This module opens every connection of the server, with TLS as `sslmode`
//! and `sslrootcert` in the URL require, and with a time limit for each host of the URL.

mod frames;
mod handshake;
mod socket;
mod target;
mod tls;
mod wire;

use std::{io, sync::Arc, time::Duration};

use diesel::{ConnectionError, result::Error as Diesel};
use diesel_async::{AsyncConnection as _, AsyncPgConnection};
use futures_util::{
    FutureExt as _, StreamExt as _,
    future::BoxFuture,
    stream::{BoxStream, FuturesUnordered},
};
use tokio::time::{sleep, timeout};
use tokio_postgres::{
    AsyncMessage, CancelToken, Client,
    config::{Host, LoadBalanceHosts},
};

use self::{
    handshake::{Endpoint, Session},
    socket::Address,
    target::{DatabaseHost, Target},
};
use crate::db::{link::Link, sqlstate};

/// The messages of a connection, such as notifications. The connection makes progress only while
/// this stream is polled.
pub type Messages = BoxStream<'static, Result<AsyncMessage, tokio_postgres::Error>>;

/// Time limit of a connection to one address, from the socket to the answer of the first query, unless
/// the URL has `connect_timeout`.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an address is tried before the next one is tried as well.
const HEAD_START: Duration = Duration::from_secs(1);
/// Time limit of a request to cancel a query.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(5);

/// Why there is no connection, as a sentence for operators.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{why}")]
pub struct ConnectError {
    sqlstate: Option<String>,
    why: String,
}

impl ConnectError {
    fn new(why: String) -> Self {
        Self {
            sqlstate: None,
            why,
        }
    }

    /// Whether PostgreSQL has as many connections as it accepts, in total or from this role.
    #[must_use]
    pub(crate) fn is_no_connection_left(&self) -> bool {
        let code = self.sqlstate.as_deref();
        code.is_some_and(sqlstate::is_no_connection_left)
    }
}

impl From<Diesel> for ConnectError {
    fn from(error: Diesel) -> Self {
        Self {
            sqlstate: sqlstate::of_error(&error).map(str::to_owned),
            why: error.to_string(),
        }
    }
}

/// A connection for the pool.
pub(super) struct Connected {
    pub(super) connection: AsyncPgConnection,
    pub(super) link: Arc<Link>,
    pub(super) canceller: Canceller,
}

/// Cancels the query of a connection.
#[derive(Clone)]
pub(super) struct Canceller {
    target: Arc<Target>,
    endpoint: Endpoint,
    token: CancelToken,
}

impl Canceller {
    /// Asks PostgreSQL to cancel the query. Nothing tells whether it did.
    pub(super) async fn cancel(&self) -> Result<(), ConnectError> {
        let request = handshake::cancel(&self.target, &self.endpoint, &self.token);
        match timeout(CANCEL_TIMEOUT, request).await {
            Ok(sent) => sent,
            Err(_) => Err(self.silence(CANCEL_TIMEOUT)),
        }
    }

    /// The error of a server that does not answer in that time.
    pub(super) fn silence(&self, time: Duration) -> ConnectError {
        silent(&self.endpoint.name, time)
    }
}

/// Connects for queries.
///
/// # Errors
/// When `url` is invalid, no server of it accepts the connection in time, or its certificate is not
/// valid.
pub async fn connect(url: &str) -> Result<AsyncPgConnection, ConnectError> {
    Ok(connect_for_calls(url, None).await?.connection)
}

/// Connects for queries. A connection on which PostgreSQL is silent for `silence` while an answer is
/// missing fails.
pub(super) async fn connect_for_calls(
    url: &str,
    silence: Option<Duration>,
) -> Result<Connected, ConnectError> {
    let target = Arc::new(Target::parse(url)?);
    let Session {
        client,
        mut messages,
        link,
        endpoint,
    } = open(&target, silence).await?;
    let token = client.cancel_token();
    let closing = Arc::clone(&link);
    // Ends when the client is dropped or the connection fails.
    tokio::spawn(async move {
        while let Some(message) = messages.next().await {
            match message {
                Ok(AsyncMessage::Notice(notice)) => tracing::debug!(%notice, "PostgreSQL"),
                Ok(_) => {}
                Err(error) => {
                    tracing::debug!(%error, "a connection to the database failed");
                    break;
                }
            }
        }
        // Before the messages are dropped, which wakes the query that waits for an answer.
        closing.on_close();
    });
    let time = time_limit(&target);
    let set_up = timeout(time, AsyncPgConnection::try_from(client)).await;
    let mut connection = set_up
        .map_err(|_| silent(&endpoint.name, time))?
        .map_err(|error| match error {
            ConnectionError::CouldntSetupConfiguration(error) => error.into(),
            other => ConnectError::new(other.to_string()),
        })?;
    let watched = Arc::clone(&link);
    connection.set_instrumentation(move |event: diesel::connection::InstrumentationEvent<'_>| {
        watched.on_event(&event);
    });
    Ok(Connected {
        connection,
        link,
        canceller: Canceller {
            target,
            endpoint,
            token,
        },
    })
}

/// Connects for notifications.
///
/// # Errors
/// Those of [`connect`].
pub async fn listen(url: &str) -> Result<(Client, Messages), ConnectError> {
    let session = open(&Target::parse(url)?, None).await?;
    Ok((session.client, session.messages))
}

/// Whether the connection crosses a network unencrypted: the database is on another machine, and the
/// URL does not require TLS.
#[must_use]
pub fn is_unencrypted(url: &str) -> bool {
    Target::parse(url).is_ok_and(|target| !target.is_verified && !target.is_local())
}

/// Opens a session with the first host of the URL that is of use.
async fn open(target: &Target, silence: Option<Duration>) -> Result<Session, ConnectError> {
    let mut hosts = target.hosts()?;
    if target.config.get_load_balance_hosts() == LoadBalanceHosts::Random {
        rand::seq::SliceRandom::shuffle(&mut hosts[..], &mut rand::rng());
    }
    let attempts = hosts.into_iter();
    first_success(attempts.map(|host| open_host(target, host, silence).boxed())).await
}

/// Opens a session with the first address of a host that is of use.
async fn open_host(
    target: &Target,
    host: DatabaseHost,
    silence: Option<Duration>,
) -> Result<Session, ConnectError> {
    let time = time_limit(target);
    let addresses = timeout(time, addresses(&host)).await;
    let addresses = addresses
        .map_err(|_| silent(&host.name, time))?
        .map_err(|error| ConnectError::new(format!("error connecting to server: {error}")))?;
    let name = &host.name;
    let attempts = addresses.into_iter().map(|address| {
        let endpoint = Endpoint {
            address,
            name: name.clone(),
        };
        let opened = timeout(time, handshake::open(target, endpoint, silence));
        async move { opened.await.unwrap_or_else(|_| Err(silent(name, time))) }.boxed()
    });
    first_success(attempts).await
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

/// The first success of attempts that are made in order. An attempt does not wait for the one before
/// it to end when that takes longer than [`HEAD_START`]: a host that is frozen, but whose kernel still
/// accepts connections, does not keep the server from the next one.
async fn first_success<'a, T>(
    mut attempts: impl Iterator<Item = BoxFuture<'a, Result<T, ConnectError>>>,
) -> Result<T, ConnectError> {
    let mut running = FuturesUnordered::new();
    let mut failed: Option<ConnectError> = None;
    loop {
        let is_last = match attempts.next() {
            Some(attempt) => {
                running.push(attempt);
                false
            }
            None => true,
        };
        let ended = tokio::select! {
            Some(ended) = running.next() => ended,
            () = sleep(HEAD_START), if !is_last => continue,
            else => break,
        };
        match ended {
            Ok(success) => return Ok(success),
            // The refusal of a database says more than the silence of a machine.
            Err(error) if failed.as_ref().is_none_or(|it| it.sqlstate.is_none()) => {
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

fn silent(host: &str, time: Duration) -> ConnectError {
    let host = if host.is_empty() { "the socket" } else { host };
    ConnectError::new(format!(
        "the database at {host} does not answer within {} s",
        time.as_secs()
    ))
}
