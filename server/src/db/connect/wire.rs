//! The bytes between this server and PostgreSQL, inside TLS. [`Wire`] watches the messages: it limits
//! the time for which PostgreSQL may be silent, counts the requests without a reply, and writes the
//! SQLSTATE of each error before its message, because Diesel does not pass it on.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

use super::frames::Frames;
use crate::db::{
    connection_status::{ConnectionStatus, Health},
    sqlstate,
};

const ERROR_RESPONSE: u8 = b'E';
const READY_FOR_QUERY: u8 = b'Z';
/// Types of the messages whose reply ends with `ReadyForQuery`.
const REQUESTS: [u8; 3] = [b'Q', b'S', b'F'];

/// A stream to PostgreSQL.
pub(in crate::db) struct Wire<S> {
    stream: S,
    requests: Frames,
    replies: Frames,
    /// The length and contents of an `ErrorResponse` whose end has not arrived.
    error: Vec<u8>,
    /// Bytes that were read and not yet passed on.
    pending: Vec<u8>,
    /// How long PostgreSQL may be silent while it owes a reply.
    silence: Option<Duration>,
    /// The last time that PostgreSQL sent bytes, or owed no reply.
    heard: Instant,
    timer: Option<Pin<Box<Sleep>>>,
    status: Arc<ConnectionStatus>,
}

impl<S> Wire<S> {
    pub(super) fn new(stream: S, silence: Option<Duration>, status: Arc<ConnectionStatus>) -> Self {
        // The first message begins the session; its reply ends like that of a query.
        status.on_request();
        Self {
            stream,
            requests: Frames::of_client(),
            replies: Frames::of_server(),
            error: Vec::new(),
            pending: Vec::new(),
            silence,
            heard: Instant::now(),
            timer: None,
            status,
        }
    }

    /// Counts the requests in bytes that were sent.
    fn on_sent(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let part = self.requests.next(bytes);
            if part.is_kind && REQUESTS.contains(&part.kind) && self.status.on_request() {
                self.heard = Instant::now();
            }
            bytes = &bytes[part.bytes..];
        }
    }

    /// Watches bytes that were received. Returns the bytes that replace them if they contain a part
    /// of an error.
    fn on_received(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut replaced: Option<Vec<u8>> = None;
        let mut at = 0;
        while at < bytes.len() {
            let part = self.replies.next(&bytes[at..]);
            let end = at + part.bytes;
            if part.kind == ERROR_RESPONSE && !part.is_kind {
                let replaced = replaced.get_or_insert_with(|| bytes[..at].to_vec());
                self.error.extend_from_slice(&bytes[at..end]);
                if part.is_last {
                    let error = std::mem::take(&mut self.error);
                    replaced.extend(self.on_error(error));
                }
            } else if let Some(replaced) = &mut replaced {
                replaced.extend_from_slice(&bytes[at..end]);
            }
            if part.kind == READY_FOR_QUERY && part.is_last {
                self.status.on_answer();
            }
            at = end;
        }
        replaced
    }

    /// The length and contents of an error, with the SQLSTATE in its message.
    fn on_error(&self, error: Vec<u8>) -> Vec<u8> {
        let Some(contents) = error.get(4..) else {
            return error;
        };
        let fields = || {
            contents
                .split(|&byte| byte == 0)
                .filter(|it| !it.is_empty())
        };
        let field = |name: u8| fields().find_map(|it| it.strip_prefix(&[name]));
        let (Some(code), Some(message)) = (field(b'C'), field(b'M')) else {
            return error;
        };
        let outcome = std::str::from_utf8(code).ok().and_then(sqlstate::outcome);
        self.status.on_error(outcome);
        let message = sqlstate::with_message(code, message);
        let mut contents = Vec::new();
        for field in fields() {
            if field[0] == b'M' {
                contents.push(b'M');
                contents.extend_from_slice(&message);
            } else {
                contents.extend_from_slice(field);
            }
            contents.push(0);
        }
        contents.push(0);
        let length = u32::try_from(contents.len() + 4).unwrap_or(u32::MAX);
        [&length.to_be_bytes()[..], &contents].concat()
    }

    /// Fails when PostgreSQL has been silent for too long.
    fn check_silence(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let Some(silence) = self.silence.filter(|_| self.status.is_waiting()) else {
            self.timer = None;
            return Ok(());
        };
        let end = self.heard + silence;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(end)));
        if timer.deadline() != end {
            timer.as_mut().reset(end);
        }
        if timer.as_mut().poll(context).is_pending() {
            return Ok(());
        }
        self.status.degrade(Health::AllBroken);
        Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "the database does not answer",
        ))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if !this.pending.is_empty() {
                let count = this.pending.len().min(buffer.remaining());
                buffer.put_slice(&this.pending[..count]);
                this.pending.drain(..count);
                return Poll::Ready(Ok(()));
            }
            let before = buffer.filled().len();
            if Pin::new(&mut this.stream)
                .poll_read(context, buffer)?
                .is_pending()
            {
                this.check_silence(context)?;
                return Poll::Pending;
            }
            this.heard = Instant::now();
            let received = &buffer.filled()[before..];
            if received.is_empty() {
                return Poll::Ready(Ok(()));
            }
            match this.on_received(received) {
                None => return Poll::Ready(Ok(())),
                Some(replaced) => {
                    this.pending = replaced;
                    buffer.set_filled(before);
                }
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = ready!(Pin::new(&mut this.stream).poll_write(context, bytes))?;
        this.on_sent(&bytes[..written]);
        // tokio-postgres reads before it writes, so nothing else would start the timer.
        this.check_silence(context)?;
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

impl<S: TlsStream + Unpin> TlsStream for Wire<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.stream.channel_binding()
    }
}

/// TLS with a [`Wire`] inside.
pub(super) struct WireInTls<T> {
    pub(super) tls: T,
    pub(super) silence: Option<Duration>,
    pub(super) status: Arc<ConnectionStatus>,
}

impl<S, T> TlsConnect<S> for WireInTls<T>
where
    T: TlsConnect<S, Future: Send + 'static, Stream: Unpin>,
{
    type Stream = Wire<T::Stream>;
    type Error = T::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Stream, T::Error>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        let Self {
            tls,
            silence,
            status,
        } = self;
        let handshake = tls.connect(stream);
        Box::pin(async move { Ok(Wire::new(handshake.await?, silence, status)) })
    }
}
