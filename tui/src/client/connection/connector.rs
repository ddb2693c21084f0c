//! Makes connections: TCP, TLS, the HTTP/2 prefaces of both sides and a first answer, within one deadline.

use std::{error::Error, fmt, future::pending, io, net::SocketAddr, time::Duration};

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use http::uri::{Authority, Scheme};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    time::{Instant, sleep, timeout_at},
};
use tonic::body::Body;

use super::{
    Channel, ConnectError,
    channel::Origin,
    first_frame::FirstFrame,
    tls::{Tls, TlsError},
};
use crate::client::{Deadlines, Server};

/// The most addresses of a host that are tried.
const ADDRESSES_MAX: usize = 8;
/// How long an address is tried before the next one is tried beside it, so that an address that does
/// not answer costs no more than this.
const NEXT_ADDRESS: Duration = Duration::from_millis(500);
/// HTTP/2 keep-alive: a dead connection is detected after both, even without calls.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(30);
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// Why a server cannot be used.
#[derive(Debug)]
pub enum ServerError {
    /// The URL is not `http://host:port` or `https://host:port`.
    Url,
    /// TLS cannot be set up.
    Tls(TlsError),
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url => f.write_str("not a server's address"),
            Self::Tls(error) => error.fmt(f),
        }
    }
}

impl Error for ServerError {}

/// Makes connections to a server.
pub(in crate::client) struct Connector {
    host: String,
    port: u16,
    origin: Origin,
    /// `None` for `http://`.
    tls: Option<Tls>,
    deadlines: Deadlines,
}

impl Connector {
    pub(in crate::client) fn new(
        server: &Server,
        deadlines: Deadlines,
    ) -> Result<Self, ServerError> {
        let url: http::Uri = server.url.parse().map_err(|_| ServerError::Url)?;
        let authority: &Authority = url.authority().ok_or(ServerError::Url)?;
        // The brackets of an IPv6 address belong to the URL.
        let host = authority.host().trim_matches(['[', ']']).to_owned();
        let scheme = url.scheme().ok_or(ServerError::Url)?;
        let (tls, port) = if *scheme == Scheme::HTTPS {
            let tls = Tls::new(&host, server.ca.as_deref()).map_err(ServerError::Tls)?;
            (Some(tls), 443)
        } else {
            (None, 80)
        };
        Ok(Self {
            host,
            port: authority.port_u16().unwrap_or(port),
            origin: Origin {
                scheme: scheme.clone(),
                authority: authority.clone(),
            },
            tls,
            deadlines,
        })
    }

    /// Connects to the server.
    pub(super) async fn connect(&self, id: u64) -> Result<Channel, ConnectError> {
        let deadline = Instant::now() + self.deadlines.connect;
        let found = timeout_at(deadline, lookup_host((&*self.host, self.port))).await;
        let found = found.map_err(|_| ConnectError::TimedOut)?;
        let addresses = found.map_err(ConnectError::Unreachable)?;
        self.connect_to(addresses, id, deadline).await
    }

    /// Connects to the first of these addresses that answers.
    pub(super) async fn connect_to(
        &self,
        addresses: impl Iterator<Item = SocketAddr>,
        id: u64,
        deadline: Instant,
    ) -> Result<Channel, ConnectError> {
        let mut addresses = addresses.take(ADDRESSES_MAX).peekable();
        let mut attempts = FuturesUnordered::new();
        let mut failure: Option<ConnectError> = None;
        loop {
            if let Some(address) = addresses.next() {
                attempts.push(timeout_at(deadline, self.attempt(address, id)));
            }
            let has_more = addresses.peek().is_some();
            let next_address = async {
                if has_more {
                    sleep(NEXT_ADDRESS).await;
                } else {
                    pending::<()>().await;
                }
            };
            let error = tokio::select! {
                attempt = attempts.next() => match attempt {
                    Some(Ok(Ok(channel))) => return Ok(channel),
                    Some(Ok(Err(error))) => error,
                    Some(Err(_)) => ConnectError::TimedOut,
                    // The last address has failed.
                    None => return Err(failure.unwrap_or_else(no_address)),
                },
                () = next_address => continue,
            };
            failure = Some(match failure {
                Some(other) => other.or(error),
                None => error,
            });
        }
    }

    /// Connects to an address.
    async fn attempt(&self, address: SocketAddr, id: u64) -> Result<Channel, ConnectError> {
        let stream = TcpStream::connect(address).await;
        let stream = stream.map_err(ConnectError::of_address)?;
        // With Nagle's algorithm the last frame of a request can wait for an acknowledgement.
        stream
            .set_nodelay(true)
            .map_err(|error| ConnectError::of_stream(&error))?;
        match &self.tls {
            Some(tls) => self.begin_http2(tls.handshake(stream).await?, id).await,
            None => self.begin_http2(stream, id).await,
        }
    }

    /// Exchanges the prefaces of HTTP/2, and waits for the answer to a first call. It is sent with the preface,
    /// so that it takes no round trip of its own. The connection is closed when its channels are dropped and its
    /// calls have ended.
    async fn begin_http2(
        &self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        id: u64,
    ) -> Result<Channel, ConnectError> {
        let (stream, first_frame) = FirstFrame::new(stream);
        let (sender, connection) = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .keep_alive_interval(KEEP_ALIVE_INTERVAL)
            .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
            .keep_alive_while_idle(true)
            .handshake::<_, Body>(TokioIo::new(stream))
            .await
            .map_err(|_| ConnectError::Broken)?;
        tokio::spawn(async move {
            match connection.await {
                Ok(()) => tracing::debug!(id, "the connection takes no more calls"),
                Err(error) => tracing::debug!(id, %error, "the connection broke"),
            }
        });
        let channel = Channel::new(id, sender, self.origin.clone());
        let answer = channel.clone().probe();
        // What answers in place of the server says more than that the call failed.
        first_frame.await.unwrap_or(Err(ConnectError::Broken))?;
        answer.await.map_err(|_| ConnectError::Broken)?;
        Ok(channel)
    }
}

fn no_address() -> ConnectError {
    ConnectError::Unreachable(io::ErrorKind::AddrNotAvailable.into())
}
