//! The outermost layer: gives each call its trace, and catches whatever panics further in.

use std::{
    any::Any,
    future::Future,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::FutureExt as _;
use http::{HeaderValue, Request, Response};
use tonic::{Status, body::Body};
use tower::{Layer, Service};
use tracing::Instrument as _;

use super::{CALL, Call, body, current};
use crate::error::Error;

/// Response header: the trace of the call, 32 hexadecimal digits.
pub const HEADER: &str = "x-trace-id";

/// Puts [`Traced`] around everything else.
#[derive(Clone)]
pub struct TraceLayer;

impl<S> Layer<S> for TraceLayer {
    type Service = Traced<S>;

    fn layer(&self, services: S) -> Traced<S> {
        Traced(services)
    }
}

/// Gives each call a trace, and an answer even when it panics.
#[derive(Clone)]
pub struct Traced<S>(S);

impl<S> Service<Request<Body>> for Traced<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Send,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        // As in `auth/layer.rs`: the clone is not ready yet, the original is.
        let clone = self.0.clone();
        let mut services = std::mem::replace(&mut self.0, clone);
        let call = Arc::new(Call::new(request.uri().path(), request.headers()));
        let span = call.span.clone();
        let answer = async move {
            let answering = async move { services.call(request).await };
            let answered = AssertUnwindSafe(answering).catch_unwind().await;
            let mut response = answered.unwrap_or_else(|panic| Ok(apology(panic)))?;
            if let Some(call) = current() {
                if let Ok(trace) = HeaderValue::from_str(&call.trace) {
                    response.headers_mut().insert(HEADER, trace);
                }
                response = response.map(|body| body::traced(body, call));
            }
            Ok(response)
        };
        Box::pin(CALL.scope(call, answer.instrument(span)))
    }
}

/// The answer to a call whose work panicked. The panic itself is told where it happened.
fn apology(_panic: Box<dyn Any + Send>) -> Response<Body> {
    Status::from(Error::Panicked).into_http()
}
