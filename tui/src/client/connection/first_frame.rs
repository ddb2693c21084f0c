//! Waits for the server's first frame, and recognises what answers instead of an HTTP/2 server.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::oneshot,
};

use super::ConnectError;

/// Bytes of a frame's header (RFC 9113, 4.1).
const HEADER: usize = 9;
/// The type of a SETTINGS frame, which is the first one of a server (RFC 9113, 3.4 and 6.5).
const SETTINGS: u8 = 4;
/// The content types of a TLS record that a server sends first (RFC 8446, 5.1), and the first byte of
/// its version.
const TLS_RECORDS: [[u8; 2]; 2] = [[21, 3], [22, 3]];

/// Whether the first frame is a server's SETTINGS.
pub(super) type FirstFrameResult = Result<(), ConnectError>;

/// A stream that reports on its first frame.
pub(super) struct FirstFrame<S> {
    stream: S,
    /// The first bytes, until the result.
    start: Vec<u8>,
    result: Option<oneshot::Sender<FirstFrameResult>>,
}

impl<S> FirstFrame<S> {
    /// The stream, and its result. The result is dropped if the stream is.
    pub(super) fn new(stream: S) -> (Self, oneshot::Receiver<FirstFrameResult>) {
        let (result, receiver) = oneshot::channel();
        let stream = Self {
            stream,
            start: Vec::with_capacity(HEADER),
            result: Some(result),
        };
        (stream, receiver)
    }

    /// Records what was read: bytes, the end of the stream, or a failure.
    fn observe(&mut self, read: Result<&[u8], &io::Error>) {
        if self.result.is_none() {
            return;
        }
        let end = match read {
            Ok([]) => ConnectError::Closed,
            Err(error) => ConnectError::of_stream(error),
            Ok(bytes) => {
                let missing = HEADER - self.start.len();
                self.start.extend(bytes.iter().take(missing));
                if self.start.len() == HEADER {
                    self.report(recognise(&self.start));
                }
                return;
            }
        };
        // The first bytes say more than how the stream ended.
        if self.start.is_empty() {
            self.report(Err(end));
        } else {
            self.report(recognise(&self.start));
        }
    }

    fn report(&mut self, recognised: FirstFrameResult) {
        if let Some(result) = self.result.take() {
            // Another address may have answered first.
            let _ = result.send(recognised);
        }
    }
}

/// HTTP/2 gives up a stream whose first bytes are a frame's impossible length, such as those of a TLS
/// alert, which has seven bytes.
impl<S> Drop for FirstFrame<S> {
    fn drop(&mut self) {
        if !self.start.is_empty() {
            self.report(recognise(&self.start));
        }
    }
}

/// Recognises the protocol of a server by its first bytes.
fn recognise(start: &[u8]) -> FirstFrameResult {
    if let [_, _, _, SETTINGS, flags, stream @ ..] = start
        && flags & 1 == 0
        && *stream == [0; 4]
    {
        return Ok(());
    }
    Err(if start.starts_with(b"HTTP/1.") {
        ConnectError::Http1
    } else if TLS_RECORDS.iter().any(|record| start.starts_with(record)) {
        ConnectError::SpeaksTls
    } else {
        ConnectError::OtherProtocol
    })
}

impl<S: AsyncRead + Unpin> AsyncRead for FirstFrame<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = ready!(Pin::new(&mut self.stream).poll_read(cx, buffer));
        self.observe(match &result {
            Ok(()) => Ok(&buffer.filled()[before..]),
            Err(error) => Err(error),
        });
        Poll::Ready(result)
    }
}

impl<S: AsyncWrite + Unpin> FirstFrame<S> {
    /// Before the result, a failed write counts as done: a server that answers and closes has
    /// possibly said why, which only reading shows.
    fn defer_write_error(&self, result: io::Result<usize>, written: usize) -> io::Result<usize> {
        match result {
            Err(_) if self.result.is_some() => Ok(written),
            result => result,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for FirstFrame<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes));
        Poll::Ready(self.defer_write_error(result, bytes.len()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, slices));
        let written = slices.iter().map(|slice| slice.len()).sum();
        Poll::Ready(self.defer_write_error(result, written))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = ready!(Pin::new(&mut self.stream).poll_flush(cx));
        Poll::Ready(self.defer_write_error(result.map(|()| 0), 0).map(drop))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
