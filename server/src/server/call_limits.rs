//! The outermost layer of the router: the limits of each call. It charges the memory budget for the
//! headers, the request and the reply, and limits the time of the call.

mod deadline;
mod reply_body;
mod request_body;

use std::{
    convert::Infallible,
    future::{Future as _, poll_fn},
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use epic_events::{
    api_error::ApiError,
    policy::{self, Access},
    reason::Reason,
};
use futures_util::future::BoxFuture;
use http::{
    HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Uri, header::CONTENT_TYPE,
    request::Parts,
};
use http_body::Body as _;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tonic::{Status, body::Body, codegen::Bytes};
use tower::{Layer, Service};

use self::request_body::{ArrivingRequest, Open, RequestBody};
use crate::{
    auth::{
        session::{OpenedSession, Session},
        token::AccessTokens,
    },
    server::{
        connection_state::{Phase, PublicCall},
        limits::{CALL_TIMEOUT, Limits, PUBLIC_CALLS_MAX},
        memory_budget::{BudgetedCall, ChargeKind, MemoryBudget, Origin},
    },
};

/// Memory of a header besides its text: its entry in the map.
const HEADER_COST: usize = 128;

/// Wraps the router in [`LimitedCalls`].
#[derive(Clone)]
pub(super) struct CallLimits {
    pub(super) budget: MemoryBudget,
    pub(super) limits: Limits,
    pub(super) tokens: Arc<AccessTokens>,
    /// Cancelled at shutdown.
    pub(super) shutdown: CancellationToken,
}

impl<S> Layer<S> for CallLimits {
    type Service = LimitedCalls<S>;

    fn layer(&self, inner: S) -> LimitedCalls<S> {
        LimitedCalls {
            inner,
            limits: self.clone(),
        }
    }
}

/// Forwards the calls within the limits.
#[derive(Clone)]
pub(super) struct LimitedCalls<S> {
    inner: S,
    limits: CallLimits,
}

impl<S> Service<Request<Body>> for LimitedCalls<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        // As in `auth/layer.rs`: only the original is ready, so the clone replaces it.
        let clone = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, clone);
        if !is_grpc(request.headers()) {
            return Box::pin(async { Ok(unsupported_media_type()) });
        }
        match self.limits.begin(request) {
            Ok(begun) => Box::pin(begun.forward(inner)),
            Err(reason) => Box::pin(async move { Ok(refusal(reason)) }),
        }
    }
}

/// Whether a request has the content type of gRPC, perhaps with an encoding of messages after a plus sign.
fn is_grpc(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let rest = content_type.and_then(|it| it.strip_prefix(b"application/grpc"));
    matches!(rest, Some([] | [b'+' | b';', ..]))
}

/// The reply to a request with another content type ("gRPC over HTTP2", section "Requests").
fn unsupported_media_type() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    response
}

/// Marks the reply to a call that exceeds a limit.
#[derive(Clone, Copy)]
struct ExceedsLimit;

/// The reply to a call that exceeds a limit.
pub(super) fn refusal(reason: Reason) -> Response<Body> {
    let mut response = Status::from(ApiError::new(reason)).into_http();
    response.extensions_mut().insert(ExceedsLimit);
    response
}

/// Records that the call has a session.
pub(super) fn record_session(request: Request<Body>) -> Request<Body> {
    let extensions = request.extensions();
    if let (Some(session), Some(call)) = (
        extensions.get::<Session>(),
        extensions.get::<BudgetedCall>(),
    ) {
        call.authenticate(session.actor.id);
    }
    request
}

/// A call whose headers are within the limits.
struct LimitedCall {
    request: Request<Body>,
    body: RequestBody,
    call: BudgetedCall,
    timeout: Duration,
    /// Time limit for the rest of the request to arrive after the reply.
    late_request: Duration,
    /// Whether the service receives the request only when it is complete. A caller without a token
    /// can leave a request unfinished, and the service allocates more memory for a call than its
    /// headers take.
    waits_for_request: bool,
    /// Resolves when an endless stream of replies is to end.
    end: Option<BoxFuture<'static, Result<(), Reason>>>,
    /// Held for as long as the stream lasts.
    public_stream: Option<PublicCall>,
}

impl CallLimits {
    fn begin(&self, request: Request<Body>) -> Result<LimitedCall, Reason> {
        let (parts, body) = request.into_parts();
        let (mut parts, headers) = detached(parts);
        // Only calls from a connection have an origin.
        let origin: Origin = parts.extensions.remove().ok_or(Reason::Internal)?;
        let path = parts.uri.path();
        let policy = policy::access(path);
        let is_public = matches!(policy, Some((_, Access::Public)));
        let is_stream = policy.is_some_and(|(rpc, _)| rpc.is_stream());
        let claims = (!is_public).then(|| self.tokens.verify_in(&parts.headers));
        // A caller with an invalid token is as unknown as a caller without a token.
        let claims = claims.and_then(Result::ok);
        let account = claims.map(|claims| claims.collaborator);
        let connection = &origin.connection;
        // Dropped if the call is refused below.
        let arriving = ArrivingRequest::new(body, connection);
        let mut public_call = None;
        let mut time = None;
        if is_public {
            public_call = connection.begin_public_call(PUBLIC_CALLS_MAX);
            if public_call.is_none() && is_stream {
                return Err(Reason::TooManyStreams);
            }
            let excess = (self.limits.excess_public_request, Reason::TooManyStreams);
            let usual = (self.limits.public_request, Reason::Busy);
            time = Some(if public_call.is_some() { usual } else { excess });
        }
        let end = is_stream.then(|| end_of_stream(self.shutdown.clone(), &origin));
        let call = self.budget.begin(origin, account, headers)?;
        let (public_stream, public_request) = if is_stream {
            (public_call, None)
        } else {
            (None, public_call)
        };
        let open = Open {
            limit: request_body::limit(time, self.shutdown.clone()),
            _public_call: public_request,
        };
        let body = RequestBody::new(arriving, call.charge(ChargeKind::Request), open);
        parts.extensions.insert(call.clone());
        if let Some(claims) = claims {
            parts.extensions.insert(claims);
        }
        Ok(LimitedCall {
            timeout: deadline::of_request(&parts.headers)
                .map_or(CALL_TIMEOUT, |timeout| timeout.min(CALL_TIMEOUT)),
            late_request: self.limits.excess_public_request,
            request: Request::from_parts(parts, Body::new(body.clone())),
            body,
            call,
            waits_for_request: is_public && !is_stream,
            end,
            public_stream,
        })
    }
}

/// Resolves when a stream is to end: with `Ok` when its connection is retired, or with a reason.
fn end_of_stream(
    shutdown: CancellationToken,
    origin: &Origin,
) -> BoxFuture<'static, Result<(), Reason>> {
    let connection = Arc::clone(&origin.connection);
    Box::pin(async move {
        tokio::select! {
            biased;
            () = shutdown.cancelled() => Err(Reason::ShuttingDown),
            () = connection.wait_for(Phase::Retired) => Ok(()),
        }
    })
}

impl LimitedCall {
    /// Reads the request as it arrives, whether or not the service reads it: the memory budget does
    /// not count unread bytes in the transport.
    async fn forward<S>(self, mut inner: S) -> Result<Response<Body>, Infallible>
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    {
        let mut timeout = pin!(sleep(self.timeout));
        // Ready with a response when the request or the call has exceeded its time or its memory.
        let mut check = |context: &mut Context<'_>| {
            if let Err(reason) = self.body.receive(context) {
                return Poll::Ready(refusal(reason));
            }
            timeout.as_mut().poll(context).map(|()| deadline_exceeded())
        };
        let has_arrived = || !self.waits_for_request || self.body.has_arrived();
        let received = poll_fn(|context| match check(context) {
            Poll::Ready(response) => Poll::Ready(Some(response)),
            Poll::Pending if has_arrived() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        });
        let response = if self.timeout.is_zero() {
            // The client has stopped waiting.
            deadline_exceeded()
        } else if let Some(refusal) = received.await {
            refusal
        } else {
            if self.body.has_ended() {
                self.call.begin_work();
            }
            let mut work = pin!(inner.call(self.request));
            poll_fn(|context| match work.as_mut().poll(context) {
                Poll::Ready(Ok(response)) => Poll::Ready(response),
                Poll::Pending => check(context),
            })
            .await
        };
        if let Some(OpenedSession { collaborator }) = response.extensions().get() {
            self.call.authenticate(*collaborator);
        }
        self.call.end_work();
        let exceeds_limit = response.extensions().get::<ExceedsLimit>().is_some();
        if response.body().is_end_stream() && !exceeds_limit {
            self.body.discard_rest(&self.call, self.late_request);
        }
        if self.end.is_some() && !response.body().is_end_stream() {
            self.call.set_streaming();
        }
        let (call, end, stream) = (self.call, self.end, self.public_stream);
        Ok(response.map(|body| reply_body::counted(body, &call, end, stream)))
    }
}

fn deadline_exceeded() -> Response<Body> {
    Status::deadline_exceeded("the call did not end within its deadline").into_http()
}

/// Copies the headers and the path, and returns their size in bytes. The originals are slices of the
/// frames in which they arrived, and would keep those in memory.
fn detached(mut parts: Parts) -> (Parts, usize) {
    let mut size = parts.uri.path().len();
    if let Ok(uri) = Uri::from_maybe_shared(Bytes::from(parts.uri.to_string())) {
        parts.uri = uri;
    }
    let mut headers = HeaderMap::with_capacity(parts.headers.len());
    for (name, value) in &parts.headers {
        size += name.as_str().len() + value.len() + HEADER_COST;
        let copy = (
            HeaderName::from_bytes(name.as_str().as_bytes()),
            HeaderValue::from_bytes(value.as_bytes()),
        );
        if let (Ok(name), Ok(mut copied)) = copy {
            copied.set_sensitive(value.is_sensitive());
            headers.append(name, copied);
        }
    }
    parts.headers = headers;
    (parts, size)
}
