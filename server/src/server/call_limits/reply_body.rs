//! The body of a reply, charged to the memory budget until the transport has sent it.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
};

use epic_events::{api_error::ApiError, reason::Reason};
use futures_util::{future::BoxFuture, task::AtomicWaker};
use http::HeaderMap;
use http_body::{Body as _, Frame};
use tonic::{Status, body::Body, codegen::Bytes};

use crate::server::{
    connection_state::PublicCall,
    memory_budget::{BudgetedCall, Charge, ChargeKind},
};

/// Maximum size of the parts in which a reply is sent: that of a frame.
const PART: usize = 16 * 1024;
/// Maximum number of bytes that the transport has received and not yet sent. The task of a call ends
/// when the transport has received the last part; until then the call can be reset.
const IN_TRANSPORT_MAX: usize = 64 * 1024;

/// Wraps the body of a reply to `call`. If `end` resolves before the body ends, it ends the body.
pub(super) fn counted(
    body: Body,
    call: &BudgetedCall,
    end: Option<BoxFuture<'static, Result<(), Reason>>>,
    public_stream: Option<PublicCall>,
) -> Body {
    if body.is_end_stream() {
        return body;
    }
    Body::new(ReplyBody {
        body,
        call: call.clone(),
        unsent: UnsentBytes::default(),
        in_transport: Arc::default(),
        end,
        has_ended: false,
        _public_stream: public_stream,
    })
}

struct ReplyBody {
    body: Body,
    call: BudgetedCall,
    unsent: UnsentBytes,
    in_transport: Arc<InTransport>,
    end: Option<BoxFuture<'static, Result<(), Reason>>>,
    has_ended: bool,
    _public_stream: Option<PublicCall>,
}

/// The bytes of the encoded messages that the transport has not received yet.
#[derive(Default)]
struct UnsentBytes {
    bytes: Bytes,
    /// The charge for all bytes of the messages, because each part keeps the whole buffer in memory.
    charge: Option<Arc<Charge>>,
}

/// Counts the bytes that the transport has received and not yet sent.
#[derive(Default)]
struct InTransport {
    bytes: AtomicUsize,
    /// Wakes the task of the call when the transport has sent a part.
    waiting: AtomicWaker,
}

/// A part of a reply, which the transport drops after sending it.
struct Part {
    bytes: Bytes,
    charge: Arc<Charge>,
    in_transport: Arc<InTransport>,
}

impl AsRef<[u8]> for Part {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.charge.progress();
        let size = self.bytes.len();
        self.in_transport.bytes.fetch_sub(size, Ordering::AcqRel);
        self.in_transport.waiting.wake();
    }
}

impl InTransport {
    fn poll_room(&self, context: &mut Context<'_>) -> Poll<()> {
        let has_room = || self.bytes.load(Ordering::Acquire) < IN_TRANSPORT_MAX;
        if has_room() {
            return Poll::Ready(());
        }
        self.waiting.register(context.waker());
        if has_room() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

impl ReplyBody {
    /// The next part of the encoded messages; `None` when there is none.
    fn next_part(&mut self) -> Option<Frame<Bytes>> {
        let size = self.unsent.bytes.len().min(PART);
        let bytes = self.unsent.bytes.split_to(size);
        let charge = if self.unsent.bytes.is_empty() {
            self.unsent.charge.take()?
        } else {
            Arc::clone(self.unsent.charge.as_ref()?)
        };
        self.in_transport.bytes.fetch_add(size, Ordering::AcqRel);
        Some(Frame::data(Bytes::from_owner(Part {
            bytes,
            charge,
            in_transport: Arc::clone(&self.in_transport),
        })))
    }

    /// Ends the stream with `status`.
    fn end_with(&mut self, status: &Status) -> Frame<Bytes> {
        self.has_ended = true;
        let mut trailers = HeaderMap::new();
        // Fails when the status cannot be written as headers; the client then receives none.
        let _ = status.add_header(&mut trailers);
        Frame::trailers(trailers)
    }
}

impl http_body::Body for ReplyBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        if this.has_ended {
            return Poll::Ready(None);
        }
        if let Some(end) = &mut this.end
            && let Poll::Ready(ended) = end.as_mut().poll(context)
        {
            this.end = None;
            let status = match ended {
                Ok(()) => Status::ok(""),
                Err(reason) => ApiError::new(reason).into(),
            };
            return Poll::Ready(Some(Ok(this.end_with(&status))));
        }
        ready!(this.in_transport.poll_room(context));
        if let Some(part) = this.next_part() {
            return Poll::Ready(Some(Ok(part)));
        }
        let frame = match ready!(Pin::new(&mut this.body).poll_frame(context)) {
            Some(Ok(frame)) => frame,
            ended => return Poll::Ready(ended),
        };
        let bytes = match frame.into_data() {
            Ok(bytes) if !bytes.is_empty() => bytes,
            Ok(empty) => return Poll::Ready(Some(Ok(Frame::data(empty)))),
            Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
        };
        let mut charge = this.call.charge(ChargeKind::Reply);
        if let Err(reason) = charge.grow(bytes.len()) {
            let status = ApiError::new(reason).into();
            return Poll::Ready(Some(Ok(this.end_with(&status))));
        }
        this.unsent = UnsentBytes {
            bytes,
            charge: Some(Arc::new(charge)),
        };
        Poll::Ready(this.next_part().map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.has_ended || (self.unsent.charge.is_none() && self.body.is_end_stream())
    }
}
