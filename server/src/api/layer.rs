//! The layer between the limits of calls and authentication: gives each call its trace, catches
//! panics, and records failed calls.

mod body;

use std::{
    error::Error as _,
    future::Future,
    net::IpAddr,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::FutureExt as _;
use http::{HeaderValue, Request, Response};
use tonic::{Code, Status, body::Body, transport::server::TcpConnectInfo};
use tower::{Layer, Service};

use crate::{api::failure, error::Error, network::source_network, telemetry::trace::Call};

/// Response header: the trace of the call, 32 hexadecimal digits.
const TRACE_HEADER: &str = "x-trace-id";

/// Wraps the router in [`Traced`].
#[derive(Clone)]
pub struct TraceLayer;

impl<S> Layer<S> for TraceLayer {
    type Service = Traced<S>;

    fn layer(&self, inner: S) -> Traced<S> {
        Traced(inner)
    }
}

/// Runs each call in the context of its trace.
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
        // As in `auth/layer.rs`: only the original is ready, so the clone replaces it.
        let clone = self.0.clone();
        let mut inner = std::mem::replace(&mut self.0, clone);
        let path = request.uri().path();
        let call = Arc::new(Call::new(path, request.headers(), source(&request)));
        let context = Arc::clone(&call);
        let work = async move {
            let work = async move { inner.call(request).await };
            let mut response = match AssertUnwindSafe(work).catch_unwind().await {
                Ok(response) => recorded(response?),
                Err(_) => failure::internal_status().into_http(),
            };
            if let Ok(trace) = HeaderValue::from_str(&call.trace) {
                response.headers_mut().insert(TRACE_HEADER, trace);
            }
            Ok(response.map(|body| body::traced(body, call)))
        };
        Box::pin(context.scope(work))
    }
}

/// The network that a request comes from.
fn source(request: &Request<Body>) -> Option<IpAddr> {
    let connection = request.extensions().get::<TcpConnectInfo>()?;
    Some(source_network(connection.remote_addr?.ip()))
}

/// Records the error of a failed call, which the status carries as its source, and adds the trace
/// to internal errors.
fn recorded(response: Response<Body>) -> Response<Body> {
    let Some(status) = response.extensions().get::<Status>() else {
        return response;
    };
    let Some(error) = status
        .source()
        .and_then(|source| source.downcast_ref::<Error>())
    else {
        return response;
    };
    failure::record(error);
    if status.code() == Code::Internal {
        return failure::internal_status().into_http();
    }
    response
}

#[cfg(test)]
mod tests;
