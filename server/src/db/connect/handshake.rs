//! From a socket to a session: TLS, authentication, and the first query.

use std::{error::Error as _, sync::Arc, time::Duration};

use futures_util::{StreamExt as _, stream};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::{
    CancelToken, Client, Connection, NoTls, SimpleQueryMessage,
    config::TargetSessionAttrs,
    tls::{MakeTlsConnect, TlsConnect, TlsStream},
};

use super::{
    ConnectError, Messages,
    error::Cause,
    session_settings::{self, Facts},
    socket::{Address, Socket},
    target::Target,
    tls,
    wire::{Wire, WireInTls},
};
use crate::db::{connection_status::ConnectionStatus, sqlstate};

/// tokio-postgres's error text for a server without TLS.
const NO_TLS: &str = "server does not support TLS";

/// Identifies a server, also among servers that have had the same address: the time at which it was
/// started, in seconds with microseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerId(Arc<str>);

/// The address of a session, for requests to cancel its query.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    pub(super) address: Address,
    /// The name that the certificate is valid for.
    pub(super) name: String,
}

/// A session of PostgreSQL.
pub(super) struct Session {
    pub(super) client: Client,
    pub(super) messages: Messages,
    pub(super) status: Arc<ConnectionStatus>,
    pub(super) endpoint: Endpoint,
    pub(super) server: ServerId,
}

/// Opens a session, and checks that the server has the attributes that `target` requires. The query
/// also proves that the session works.
pub(super) async fn open(
    target: &Target,
    endpoint: Endpoint,
    silence: Option<Duration>,
) -> Result<Session, ConnectError> {
    let status = Arc::<ConnectionStatus>::default();
    let error = |error: tokio_postgres::Error| connect_error(&endpoint.name, &error);
    let config = &target.config;
    let socket = open_socket(target, &endpoint).await?;
    let (client, messages) = if target.is_verified {
        let tls = WireInTls {
            tls: tls_to(target, &endpoint)?,
            silence,
            status: Arc::clone(&status),
        };
        let connected = config.connect_raw(socket, tls).await;
        let (client, connection) = connected.map_err(error)?;
        (client, messages(connection))
    } else {
        let wire = Wire::new(socket, silence, Arc::clone(&status));
        let connected = config.connect_raw(wire, NoTls).await;
        let (client, connection) = connected.map_err(error)?;
        (client, messages(connection))
    };
    let mut messages = messages;
    let first_query = format!("{}{}", session_settings::SET, session_settings::READ);
    let query = client.simple_query(&first_query);
    let answer = tokio::select! {
        answer = query => answer,
        Some(Err(error)) = messages.next() => Err(error),
    };
    let rows = answer.map_err(error)?;
    let last = rows.iter().rev().find_map(|row| match row {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    let column = |index| last.and_then(|row| row.try_get(index).ok().flatten());
    let facts = Facts::of_columns(|index| column(index).unwrap_or_default());
    facts.check()?;
    check_attributes(target.session_attributes(), facts.is_read_only)?;
    let server = ServerId(facts.start.into());
    Ok(Session {
        client,
        messages,
        status,
        endpoint,
        server,
    })
}

/// Fails when the server lacks the wanted attributes.
fn check_attributes(wanted: TargetSessionAttrs, is_read_only: bool) -> Result<(), ConnectError> {
    match wanted {
        TargetSessionAttrs::ReadWrite if is_read_only => Err(ConnectError {
            cause: Cause::Refused(sqlstate::READ_ONLY.to_owned()),
            why: "the database does not allow writes".to_owned(),
        }),
        TargetSessionAttrs::ReadOnly if !is_read_only => Err(ConnectError::new(
            "the database is not read-only".to_owned(),
        )),
        _ => Ok(()),
    }
}

/// Asks the server to cancel the query of a session. The server does not report whether it has.
pub(super) async fn cancel(
    target: &Target,
    endpoint: &Endpoint,
    token: &CancelToken,
) -> Result<(), ConnectError> {
    let socket = open_socket(target, endpoint).await?;
    let sent = if target.is_verified {
        token
            .cancel_query_raw(socket, tls_to(target, endpoint)?)
            .await
    } else {
        token.cancel_query_raw(socket, NoTls).await
    };
    sent.map_err(|error| connect_error(&endpoint.name, &error))
}

async fn open_socket(target: &Target, endpoint: &Endpoint) -> Result<Socket, ConnectError> {
    let opened = Socket::open(&endpoint.address, &target.config).await;
    opened.map_err(|error| ConnectError::new(format!("error connecting to server: {error}")))
}

fn tls_to(
    target: &Target,
    endpoint: &Endpoint,
) -> Result<impl TlsConnect<Socket, Future: Send, Stream: Send + Unpin> + use<>, ConnectError> {
    let mut connector = tls::connector(target.root_certificates.as_deref())?;
    let Ok(tls) = MakeTlsConnect::<Socket>::make_tls_connect(&mut connector, &endpoint.name);
    Ok(tls)
}

/// The messages of a connection, which makes progress only while the stream is polled.
fn messages<S, T>(mut connection: Connection<S, T>) -> Messages
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: TlsStream + Unpin + Send + 'static,
{
    stream::poll_fn(move |context| connection.poll_message(context)).boxed()
}

/// Describes an error of tokio-postgres in a sentence for operators.
pub(super) fn connect_error(host: &str, error: &tokio_postgres::Error) -> ConnectError {
    let host = if host.is_empty() { "the socket" } else { host };
    if let Some(refusal) = error.as_db_error() {
        return ConnectError {
            cause: Cause::Refused(refusal.code().code().to_owned()),
            why: sqlstate::text(refusal.message()).to_owned(),
        };
    }
    let cause = error.source();
    if let Some(sentence) = cause.and_then(|cause| tls::certificate_sentence(host, cause)) {
        return ConnectError::misconfigured(sentence);
    }
    match cause.map(ToString::to_string) {
        Some(why) if why == NO_TLS => ConnectError::misconfigured(format!(
            "the database at {host} does not support TLS, which sslmode in DATABASE_URL requires"
        )),
        Some(why) => ConnectError::new(format!("{error}: {why}")),
        None => ConnectError::new(error.to_string()),
    }
}
