//! Sockets to PostgreSQL, which detect that the peer is gone.

use std::{
    io,
    net::SocketAddr,
    path::PathBuf,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use socket2::{SockRef, TcpKeepalive};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpStream, UnixStream},
};
use tokio_postgres::Config;

/// How long a connection is unused before TCP probes it, unless the URL has `keepalives_idle`. It is
/// shorter than the time after which firewalls drop idle connections.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(10);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);
const KEEPALIVE_RETRIES: u32 = 3;
/// How long sent bytes and probes may stay unacknowledged.
const UNACKNOWLEDGED: Duration = Duration::from_secs(15);
/// The value that tokio-postgres returns when the URL has none.
const KEEPALIVE_IDLE_UNSET: Duration = Duration::from_hours(2);

/// The address of a database server.
#[derive(Clone, Debug)]
pub(super) enum Address {
    Tcp(SocketAddr),
    /// The file of a Unix socket.
    Unix(PathBuf),
}

/// A socket of either kind.
pub(super) enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Socket {
    /// Connects, with the keepalives of `config` or else the defaults above.
    pub(super) async fn open(address: &Address, config: &Config) -> io::Result<Self> {
        match address {
            Address::Tcp(address) => {
                let stream = TcpStream::connect(address).await?;
                stream.set_nodelay(true)?;
                watch(&SockRef::from(&stream), config)?;
                Ok(Self::Tcp(stream))
            }
            Address::Unix(file) => Ok(Self::Unix(UnixStream::connect(file).await?)),
        }
    }
}

/// Calls a method of the TCP or Unix stream.
macro_rules! delegate {
    ($socket:expr, $stream:ident => $call:expr) => {
        match $socket.get_mut() {
            Socket::Tcp($stream) => $call,
            Socket::Unix($stream) => $call,
        }
    };
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        delegate!(self, stream => Pin::new(stream).poll_read(context, buffer))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        delegate!(self, stream => Pin::new(stream).poll_write(context, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        delegate!(self, stream => Pin::new(stream).poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        delegate!(self, stream => Pin::new(stream).poll_shutdown(context))
    }
}

fn watch(socket: &SockRef<'_>, config: &Config) -> io::Result<()> {
    if config.get_keepalives() {
        let idle = match config.get_keepalives_idle() {
            KEEPALIVE_IDLE_UNSET => KEEPALIVE_IDLE,
            idle => idle,
        };
        let interval = config.get_keepalives_interval();
        let keepalive = TcpKeepalive::new()
            .with_time(idle)
            .with_interval(interval.unwrap_or(KEEPALIVE_INTERVAL));
        #[cfg(not(windows))]
        let keepalive =
            keepalive.with_retries(config.get_keepalives_retries().unwrap_or(KEEPALIVE_RETRIES));
        socket.set_tcp_keepalive(&keepalive)?;
    }
    #[cfg(target_os = "linux")]
    {
        let limit = config.get_tcp_user_timeout();
        socket.set_tcp_user_timeout(Some(limit.copied().unwrap_or(UNACKNOWLEDGED)))?;
    }
    Ok(())
}
