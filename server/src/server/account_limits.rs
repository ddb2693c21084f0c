//! The layer below authentication: the share of each account in the memory budget, and the number of
//! its change streams.

use std::{
    collections::HashMap,
    convert::Infallible,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use epic_events::{policy, reason::Reason};
use futures_util::future::BoxFuture;
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use tonic::{Status, body::Body, codegen::Bytes};
use tower::{Layer, Service};

use crate::{
    auth::session::Session,
    server::{call_limits::refusal, limits::ACCOUNT_STREAMS_MAX, memory_budget::OpenCall},
};

/// Wraps the services in [`LimitedAccounts`].
#[derive(Clone, Default)]
pub(super) struct AccountLimits {
    streams: Arc<Mutex<HashMap<i64, usize>>>,
}

impl<S> Layer<S> for AccountLimits {
    type Service = LimitedAccounts<S>;

    fn layer(&self, inner: S) -> LimitedAccounts<S> {
        LimitedAccounts {
            inner,
            limits: self.clone(),
        }
    }
}

/// Forwards the calls within the limits of their account.
#[derive(Clone)]
pub(super) struct LimitedAccounts<S> {
    inner: S,
    limits: AccountLimits,
}

impl<S> Service<Request<Body>> for LimitedAccounts<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let slot = match self.limits.admit(&request) {
            Ok(slot) => slot,
            Err(reason) => {
                return Box::pin(async move { Ok(refusal(reason)) });
            }
        };
        let work = self.inner.call(request);
        Box::pin(async move {
            let response = work.await?;
            Ok(match slot {
                Some(slot) => response.map(|body| Body::new(StreamBody { body, _slot: slot })),
                None => response,
            })
        })
    }
}

impl AccountLimits {
    /// Counts the call against its account, and returns a slot if its reply is a change stream.
    fn admit(&self, request: &Request<Body>) -> Result<Option<StreamSlot>, Reason> {
        let extensions = request.extensions();
        // Public calls have no session.
        let (Some(session), Some(call)) =
            (extensions.get::<Session>(), extensions.get::<OpenCall>())
        else {
            return Ok(None);
        };
        let account = session.actor.id;
        call.set_account(account)?;
        if request.uri().path() != policy::WATCH_CHANGES.path() {
            return Ok(None);
        }
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let count = streams.entry(account).or_default();
        if *count >= ACCOUNT_STREAMS_MAX {
            return Err(Reason::TooManyStreams);
        }
        *count += 1;
        Ok(Some(StreamSlot {
            limits: self.clone(),
            account,
        }))
    }
}

/// A permit for one of the change streams of an account; released when dropped.
struct StreamSlot {
    limits: AccountLimits,
    account: i64,
}

impl Drop for StreamSlot {
    fn drop(&mut self) {
        let streams = self.limits.streams.lock();
        let mut streams = streams.unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = streams.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                streams.remove(&self.account);
            }
        }
    }
}

/// The body of a change stream, which keeps its slot.
struct StreamBody {
    body: Body,
    _slot: StreamSlot,
}

impl http_body::Body for StreamBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
