//! A connection that has greeted: its bytes, as the server reads and writes them.

use std::{
    io::{self, IoSlice},
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};
use tonic::transport::server::{Connected, TcpConnectInfo};

use super::seats::Seat;

/// How long the other side may take no byte of what it is sent. A client that asks and never reads
/// would otherwise keep its replies in our memory.
const STALLED: Duration = Duration::from_secs(30);

/// What goes both ways, plain or encrypted.
pub(super) trait Bytes: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Bytes for T {}

/// A connection that has greeted.
pub struct Guest {
    bytes: Box<dyn Bytes>,
    /// What was read of it already and the server has yet to read.
    heard: &'static [u8],
    info: TcpConnectInfo,
    stalled: Option<Pin<Box<Sleep>>>,
    /// Free for another once the connection is over.
    _seat: Seat,
}

impl Guest {
    pub(super) fn new(
        bytes: Box<dyn Bytes>,
        heard: &'static [u8],
        (local, remote): (SocketAddr, SocketAddr),
        seat: Seat,
    ) -> Self {
        Self {
            bytes,
            heard,
            info: TcpConnectInfo {
                local_addr: Some(local),
                remote_addr: Some(remote),
            },
            stalled: None,
            _seat: seat,
        }
    }

    /// Passes on what came of writing, and ends the connection when nothing has come of it for too
    /// long.
    fn watch<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(STALLED)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl Connected for Guest {
    /// The same with TLS and without, so that a request knows its `remote_addr` either way.
    type ConnectInfo = TcpConnectInfo;

    fn connect_info(&self) -> TcpConnectInfo {
        self.info.clone()
    }
}

impl AsyncRead for Guest {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.heard.is_empty() {
            return Pin::new(&mut self.bytes).poll_read(context, into);
        }
        let (now, later) = self.heard.split_at(self.heard.len().min(into.remaining()));
        into.put_slice(now);
        self.heard = later;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Guest {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.bytes).poll_write(context, bytes);
        self.watch(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.bytes).poll_write_vectored(context, bytes);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.bytes.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.bytes).poll_flush(context);
        self.watch(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ended = Pin::new(&mut self.bytes).poll_shutdown(context);
        self.watch(context, ended)
    }
}
