//! The body of a request, read as it arrives and charged to the memory budget.

use std::{
    collections::VecDeque,
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use epic_events::{api_error::ApiError, reason::Reason};
use futures_util::future::BoxFuture;
use http_body::{Body as _, Frame};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tonic::{Status, body::Body, codegen::Bytes};

use crate::server::{
    connection_state::{ConnectionState, PublicCall, UnfinishedRequest},
    limits::{AUTH_MESSAGE_MAX, MESSAGE_MAX},
    memory_budget::{BudgetedCall, Charge, ChargeKind},
};

/// Length of the prefix of each message: a flag and the length of the message.
const PREFIX: usize = 5;
/// Memory of a received part besides its bytes.
const PART_COST: usize = 64;

/// Resolves with the reason to refuse a request that is still incomplete: after its time limit, if
/// it has one, or at shutdown.
pub(super) fn limit(
    time: Option<(Duration, Reason)>,
    shutdown: CancellationToken,
) -> BoxFuture<'static, Reason> {
    Box::pin(async move {
        let expire = async {
            match time {
                Some((time, reason)) => {
                    sleep(time).await;
                    reason
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => Reason::ShuttingDown,
            reason = expire => reason,
        }
    })
}

/// A request as the transport receives it. Whoever drops it has received all that has arrived: a request of
/// which nothing is missing is not one that the client has left unfinished, even if it is refused unread.
pub(super) struct ArrivingRequest {
    body: Body,
    /// `None` when the body has ended.
    unfinished: Option<UnfinishedRequest>,
}

impl ArrivingRequest {
    /// Begins to receive the request with this body.
    pub(super) fn new(body: Body, connection: &Arc<ConnectionState>) -> Self {
        let unfinished = (!body.is_end_stream()).then(|| connection.begin_request());
        Self { body, unfinished }
    }

    fn has_ended(&self) -> bool {
        self.unfinished.is_none()
    }

    /// The next frame; `None` or an error when the request has ended.
    fn poll_frame(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if !matches!(frame, Some(Ok(_)))
            && let Some(request) = self.unfinished.take()
        {
            request.finish();
        }
        Poll::Ready(frame)
    }

    /// Drops the frames that arrive; ready when the request has ended.
    fn poll_discard(&mut self, context: &mut Context<'_>) -> Poll<()> {
        while !self.has_ended() {
            ready!(self.poll_frame(context));
        }
        Poll::Ready(())
    }
}

impl Drop for ArrivingRequest {
    fn drop(&mut self) {
        let _ = self.poll_discard(&mut Context::from_waker(Waker::noop()));
    }
}

/// The body of a request; all clones share it.
#[derive(Clone)]
pub(super) struct RequestBody(Arc<Mutex<State>>);

struct State {
    request: ArrivingRequest,
    /// Frames that have arrived and that the service has not read.
    received: VecDeque<Result<Frame<Bytes>, Status>>,
    messages: MessageLengths,
    charge: Charge,
    /// `None` when the request has ended.
    open: Option<Open>,
}

/// The limit and the permit of an incomplete request.
pub(super) struct Open {
    pub(super) limit: BoxFuture<'static, Reason>,
    pub(super) _public_call: Option<PublicCall>,
}

impl RequestBody {
    /// The body of `request`; `open` applies until it is complete.
    pub(super) fn new(request: ArrivingRequest, charge: Charge, open: Open) -> Self {
        Self(Arc::new(Mutex::new(State {
            open: (!request.has_ended()).then_some(open),
            request,
            received: VecDeque::new(),
            messages: MessageLengths::default(),
            charge,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Receives the frames that have arrived.
    ///
    /// # Errors
    /// `BUSY` when the request exceeds the budget or its time limit, `TOO_MANY_STREAMS`,
    /// `SHUTTING_DOWN`.
    pub(super) fn receive(&self, context: &mut Context<'_>) -> Result<(), Reason> {
        self.state().receive(context)
    }

    /// Whether the request is complete.
    pub(super) fn has_ended(&self) -> bool {
        self.state().open.is_none()
    }

    /// Whether the request is complete, or larger than the maximum for callers without a token, so
    /// that the service refuses it.
    pub(super) fn has_arrived(&self) -> bool {
        let state = self.state();
        state.open.is_none() || state.messages.declared > PREFIX + AUTH_MESSAGE_MAX
    }

    /// Receives and drops the rest of the request that arrives after the reply to `call`, for at
    /// most `limit`. Without a receiver, h2 counts each message as overhead for the life of the
    /// connection, and closes a connection with more than 128 of them (`data_frame_budget`, h2
    /// 0.4.16).
    pub(super) fn discard_rest(self, call: &BudgetedCall, limit: Duration) {
        let mut context = Context::from_waker(Waker::noop());
        let ended = self.state().discard(&mut context);
        if ended.is_ready() {
            return;
        }
        let call = call.clone();
        self.state().charge = call.charge(ChargeKind::Request);
        call.set_answered();
        tokio::spawn(async move {
            let rest = poll_fn(|context| self.state().discard(context));
            let _ = timeout(limit, rest).await;
            drop(call);
        });
    }
}

impl State {
    fn receive(&mut self, context: &mut Context<'_>) -> Result<(), Reason> {
        while let Some(open) = &mut self.open {
            match self.request.poll_frame(context) {
                Poll::Pending => {
                    return match open.limit.as_mut().poll(context) {
                        Poll::Ready(reason) => Err(reason),
                        Poll::Pending => Ok(()),
                    };
                }
                Poll::Ready(None) => self.open = None,
                Poll::Ready(Some(Err(error))) => {
                    self.received.push_back(Err(error));
                    self.open = None;
                }
                Poll::Ready(Some(Ok(frame))) => {
                    let frame = match frame.data_ref() {
                        Some(part) => {
                            let messages = self.messages.add(part);
                            self.charge.grow(messages + PART_COST)?;
                            // Copied, because a slice would keep a larger buffer in memory.
                            Frame::data(Bytes::copy_from_slice(part))
                        }
                        None => frame,
                    };
                    self.received.push_back(Ok(frame));
                }
            }
        }
        Ok(())
    }

    /// Drops received frames and those that arrive; ready when the request has ended.
    fn discard(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.received.clear();
        ready!(self.request.poll_discard(context));
        self.open = None;
        Poll::Ready(())
    }
}

impl http_body::Body for RequestBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let mut state = self.state();
        if let Err(reason) = state.receive(context) {
            return Poll::Ready(Some(Err(ApiError::new(reason).into())));
        }
        match state.received.pop_front() {
            Some(frame) => Poll::Ready(Some(frame)),
            None if state.open.is_none() => Poll::Ready(None),
            None => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        let state = self.state();
        state.open.is_none() && state.received.is_empty()
    }
}

/// Finds the declared lengths of the messages in a body: when the decoder has read a prefix, it
/// reserves memory for the whole message.
#[derive(Default)]
struct MessageLengths {
    prefix: [u8; PREFIX],
    prefix_read: usize,
    /// Bytes until the next prefix.
    rest: usize,
    /// The sum of the lengths so far.
    declared: usize,
}

impl MessageLengths {
    /// Reads the next part of the body, and returns the lengths of the messages that begin in it,
    /// prefixes included. A length above the maximum counts as the maximum, because the decoder
    /// refuses the message at once.
    fn add(&mut self, mut part: &[u8]) -> usize {
        let mut lengths = 0;
        while !part.is_empty() {
            let skipped = self.rest.min(part.len());
            self.rest -= skipped;
            part = &part[skipped..];
            let count = part.len().min(PREFIX - self.prefix_read);
            let (read, later) = part.split_at(count);
            self.prefix[self.prefix_read..][..count].copy_from_slice(read);
            self.prefix_read += count;
            part = later;
            if self.prefix_read == PREFIX {
                let [_, length @ ..] = self.prefix;
                self.rest = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
                self.prefix_read = 0;
                lengths += PREFIX + self.rest.min(MESSAGE_MAX);
            }
        }
        self.declared += lengths;
        lengths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_counted_once_when_their_prefix_is_complete() {
        let message = |length: u32| {
            let body = vec![7; usize::try_from(length).expect("a length")];
            [&[0][..], &length.to_be_bytes(), &body].concat()
        };
        let body = [message(3), message(0), message(300)].concat();
        let expected = 3 * PREFIX + 3 + 300;
        for size in [1, 2, 5, 7, 100, body.len()] {
            let mut messages = MessageLengths::default();
            let counted: usize = body.chunks(size).map(|part| messages.add(part)).sum();
            assert_eq!(counted, expected, "{size}");
        }
        let mut messages = MessageLengths::default();
        assert_eq!(messages.add(&[0, 0, 4, 0]), 0);
        assert_eq!(messages.add(&[0]), PREFIX + MESSAGE_MAX);
        assert_eq!(messages.add(&[0; 1_000]), 0);
        let mut messages = MessageLengths::default();
        assert_eq!(messages.add(&[0, 255, 255, 255, 255]), PREFIX + MESSAGE_MAX);
    }
}
