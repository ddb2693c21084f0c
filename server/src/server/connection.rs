//! A connection after its handshake, as the server reads and writes it.

use std::{
    io::{self, IoSlice},
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};
use tonic::transport::server::{Connected, TcpConnectInfo};

use crate::server::{
    account_connections::AccountConnections, connection_limit::ConnectionPermit,
    connection_state::ConnectionState, header_table::HeaderTableCheck,
};

/// Time limit of a write that makes no progress. Without it, the replies to a client that sends requests
/// and never reads would stay in memory.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// Number of bytes that the connection's task reads in one turn. After each turn, the calls begin, read
/// what has arrived, and charge the memory budget, so the uncharged memory is limited to the calls
/// within these bytes. A call takes at least a hundred bytes, and 3 KB of memory until it has begun.
const READ_TURN: usize = 2 * 1024;

/// A TCP or TLS stream.
pub(super) trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for T {}

/// A connection after its handshake.
pub struct Connection {
    stream: Box<dyn ByteStream>,
    /// Bytes that the handshake has read and that the server has not read yet.
    unread: &'static [u8],
    info: TcpConnectInfo,
    /// Runs while a write makes no progress.
    write_timeout: Option<Pin<Box<Sleep>>>,
    /// Bytes that were read in this turn.
    read_in_turn: usize,
    /// The incomplete bytes that the state of the connection counts.
    incomplete: usize,
    header_table: HeaderTableCheck,
    permit: ConnectionPermit,
}

impl Connection {
    pub(super) fn new(
        stream: Box<dyn ByteStream>,
        unread: &'static [u8],
        (local, remote): (SocketAddr, SocketAddr),
        permit: ConnectionPermit,
    ) -> Self {
        Self {
            stream,
            unread,
            info: TcpConnectInfo {
                local_addr: Some(local),
                remote_addr: Some(remote),
            },
            write_timeout: None,
            read_in_turn: 0,
            incomplete: 0,
            header_table: HeaderTableCheck::new(permit.header_pool()),
            permit,
        }
    }

    /// The state that the calls of the connection share.
    pub(super) fn state(&self) -> &Arc<ConnectionState> {
        &self.permit.state
    }

    /// The connections of all accounts.
    pub(super) fn accounts(&self) -> AccountConnections {
        self.permit.accounts()
    }

    /// Returns the result of a write, or an error when the write has made no progress for
    /// [`WRITE_TIMEOUT`].
    fn limit_write<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.write_timeout = None;
            return written;
        }
        let timeout = self
            .write_timeout
            .get_or_insert_with(|| Box::pin(sleep(WRITE_TIMEOUT)));
        ready!(timeout.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl Connection {
    fn poll_read_in_turn(
        &mut self,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.read_in_turn >= READ_TURN {
            self.read_in_turn = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        ready!(self.permit.state.poll_caught_up(context));
        let size = into.remaining().min(READ_TURN - self.read_in_turn);
        let mut part = ReadBuf::new(into.initialize_unfilled_to(size));
        let read = Pin::new(&mut self.stream).poll_read(context, &mut part);
        let count = part.filled().len();
        into.advance(count);
        self.read_in_turn = match read {
            Poll::Ready(_) => self.read_in_turn + count,
            Poll::Pending => {
                self.permit.state.record_wait();
                0
            }
        };
        read
    }
}

impl Connected for Connection {
    /// Used with TLS too, so that the `remote_addr` of requests has one type.
    type ConnectInfo = TcpConnectInfo;

    fn connect_info(&self) -> TcpConnectInfo {
        self.info.clone()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        if self.unread.is_empty() {
            ready!(self.poll_read_in_turn(context, into))?;
        } else {
            let count = self.unread.len().min(into.remaining());
            let (now, later) = self.unread.split_at(count);
            into.put_slice(now);
            self.unread = later;
        }
        self.header_table.read(&into.filled()[before..])?;
        let incomplete = self.header_table.incomplete();
        if incomplete != self.incomplete {
            self.incomplete = incomplete;
            self.permit.state.memory().set_incomplete(incomplete);
        }
        self.permit.limit_memory();
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.limit_write(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.limit_write(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.limit_write(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ended = Pin::new(&mut self.stream).poll_shutdown(context);
        self.limit_write(context, ended)
    }
}
