//! An established connection, on which the generated clients send their calls.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};

use epic_events::policy::HEALTH_CHECK;
use futures_util::future::{BoxFuture, FutureExt as _};
use http::{
    HeaderValue, Method, Request, Response, StatusCode, Uri,
    header::{CONTENT_TYPE, TE, USER_AGENT},
    uri::{Authority, Scheme},
};
use hyper::{
    body::{Body as _, Incoming},
    client::conn::http2::SendRequest,
};
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tower::Service;

/// The scheme and the authority of every request.
#[derive(Clone)]
pub(super) struct Origin {
    pub(super) scheme: Scheme,
    pub(super) authority: Authority,
}

/// An empty message: not compressed, and of length 0.
const EMPTY_MESSAGE: &str = "\0\0\0\0\0";

/// An established connection. Clones share it.
#[derive(Clone)]
pub(in crate::client) struct Channel {
    id: u64,
    sender: SendRequest<Body>,
    origin: Origin,
    abandoned: CancellationToken,
}

impl Channel {
    pub(super) fn new(id: u64, sender: SendRequest<Body>, origin: Origin) -> Self {
        Self {
            id,
            sender,
            origin,
            abandoned: CancellationToken::new(),
        }
    }

    /// Sends a call of the health service, which needs no token and does not wait for the database. The result
    /// is there when an answer begins to arrive. Any answer counts, also a refusal and a reset stream; an
    /// error is the end of the connection.
    pub(super) fn probe(mut self) -> impl Future<Output = Result<(), hyper::Error>> {
        let mut request = Request::new(Body::new(EMPTY_MESSAGE.to_owned()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = Uri::from_static(HEALTH_CHECK.path());
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
        headers.insert(TE, HeaderValue::from_static("trailers"));
        let reply = self.call(request);
        async move {
            match reply.await {
                Ok(reply) => {
                    tokio::spawn(read_to_end(reply.into_body()));
                    Ok(())
                }
                Err(error) if self.sender.is_closed() => Err(error),
                Err(_) => Ok(()),
            }
        }
    }

    /// Identifies the connection among those of its [`super::Connection`].
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// Whether the connection takes more calls.
    pub(super) fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }

    /// Ends the stream of changes on the connection. Other calls have deadlines of their own.
    pub(super) fn abandon(&self) {
        self.abandoned.cancel();
    }

    /// Waits until a call has missed its deadline on the connection.
    pub(in crate::client) async fn abandoned(&self) {
        self.abandoned.cancelled().await;
    }
}

/// Reads a body to its end: dropping it earlier would reset its stream.
async fn read_to_end(mut body: Body) {
    while let Some(Ok(_)) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {}
}

/// Drops the page that a proxy sends with an error, which is no message of the protocol. Its HTTP status says
/// which status of the protocol it stands for.
fn without_foreign_body(reply: Response<Incoming>) -> Response<Body> {
    let is_page = reply.status() != StatusCode::OK;
    reply.map(|body| {
        if is_page {
            Body::empty()
        } else {
            Body::new(body)
        }
    })
}

impl Service<Request<Body>> for Channel {
    type Response = Response<Body>;
    type Error = hyper::Error;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        // A call on a closed connection fails.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let mut parts = std::mem::take(request.uri_mut()).into_parts();
        parts.scheme = Some(self.origin.scheme.clone());
        parts.authority = Some(self.origin.authority.clone());
        // The path of an RPC is a valid one.
        *request.uri_mut() = Uri::from_parts(parts).unwrap_or_default();
        let agent = HeaderValue::from_static(concat!("epic/", env!("CARGO_PKG_VERSION")));
        request.headers_mut().insert(USER_AGENT, agent);
        let reply = self.sender.send_request(request);
        async move { Ok(without_foreign_body(reply.await?)) }.boxed()
    }
}
