//! The layer below authentication: the share of each account in the memory budget.

use std::{
    convert::Infallible,
    task::{Context, Poll},
};

use epic_events::reason::Reason;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use tonic::body::Body;
use tower::{Layer, Service};

use crate::{
    auth::session::Session,
    server::{call_limits::refusal, memory_budget::OpenCall},
};

/// Wraps the services in [`LimitedAccounts`].
#[derive(Clone, Copy)]
pub(super) struct AccountLimits;

impl<S> Layer<S> for AccountLimits {
    type Service = LimitedAccounts<S>;

    fn layer(&self, inner: S) -> LimitedAccounts<S> {
        LimitedAccounts { inner }
    }
}

/// Forwards the calls within the limits of their account.
#[derive(Clone)]
pub(super) struct LimitedAccounts<S> {
    inner: S,
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
        match count(&request) {
            Ok(()) => Box::pin(self.inner.call(request)),
            Err(reason) => Box::pin(async move { Ok(refusal(reason)) }),
        }
    }
}

/// Counts the call against the share of its account. Public calls have no session.
fn count(request: &Request<Body>) -> Result<(), Reason> {
    let extensions = request.extensions();
    match (extensions.get::<Session>(), extensions.get::<OpenCall>()) {
        (Some(session), Some(call)) => call.set_account(session.actor.id),
        _ => Ok(()),
    }
}
