//! Requests as gRPC defines them, and what they are answered (gRPC over HTTP2).

use epic_events::policy;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use prost::bytes::Bytes;
use tonic::{Code, body::Body};
use tower::{Service as _, ServiceExt as _};

use crate::support::server::TestServer;
#[cfg(target_os = "linux")]
use crate::support::{
    http2_frames::{call_with, connection_preface, headers_with},
    raw_connection::RawConnection,
};

/// An empty message, not compressed.
const EMPTY: &[u8] = &[0; 5];
/// The same, marked as compressed.
const COMPRESSED: &[u8] = &[1, 0, 0, 0, 0];

async fn call(
    server: &TestServer,
    path: &str,
    headers: &[(&str, &str)],
    message: &'static [u8],
) -> Response<Body> {
    let mut request = Request::post(path).header("te", "trailers");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = http_body_util::Full::new(Bytes::from_static(message));
    let body = Body::new(body.boxed_unsync());
    let mut channel = server.channel.clone();
    let ready = channel.ready().await.expect("a connection");
    let reply = ready.call(request.body(body).expect("a request")).await;
    reply.expect("a reply")
}

/// The status in the headers of a reply without messages, or in its trailers.
async fn status(reply: Response<Body>) -> Option<Code> {
    let (parts, body) = reply.into_parts();
    let trailers = body.collect().await.expect("a reply").trailers().cloned();
    let status = parts.headers.get("grpc-status").cloned();
    let status = status.or_else(|| trailers?.get("grpc-status").cloned())?;
    Some(Code::from_bytes(status.as_bytes()))
}

const GRPC: (&str, &str) = ("content-type", "application/grpc");

#[tokio::test(flavor = "multi_thread")]
async fn another_content_type_is_415() {
    let server = TestServer::start().await;
    let path = policy::HEALTH_CHECK.path();
    for other in [
        "application/json",
        "application/grpc-web",
        "application/grpcx",
        "text/plain",
    ] {
        let reply = call(&server, path, &[("content-type", other)], EMPTY).await;
        assert_eq!(
            reply.status(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "{other}"
        );
    }
    let reply = call(&server, path, &[], EMPTY).await;
    assert_eq!(reply.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    for grpc in [
        "application/grpc",
        "application/grpc+proto",
        "application/grpc;x=y",
    ] {
        let reply = call(&server, path, &[("content-type", grpc)], EMPTY).await;
        assert_eq!(reply.status(), StatusCode::OK, "{grpc}");
        assert_eq!(status(reply).await, Some(Code::Ok), "{grpc}");
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_message_is_refused_with_the_accepted_encodings() {
    let server = TestServer::start().await;
    for path in [policy::HEALTH_CHECK.path(), policy::LOGIN.path()] {
        let headers = [GRPC, ("grpc-encoding", "gzip")];
        let reply = call(&server, path, &headers, COMPRESSED).await;
        assert!(
            reply.headers().contains_key("grpc-accept-encoding"),
            "{path}: {reply:?}"
        );
        assert_eq!(status(reply).await, Some(Code::Unimplemented), "{path}");
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_method_is_not_implemented() {
    let server = TestServer::start().await;
    for path in [
        "/epic.v1.AuthService/Nothing",
        "/nothing.Service/Method",
        "/",
    ] {
        let reply = call(&server, path, &[GRPC], EMPTY).await;
        assert_eq!(status(reply).await, Some(Code::Unimplemented), "{path}");
    }
    server.shutdown().await;
}

/// The client of tonic would end the call itself.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_that_has_passed_is_exceeded() {
    let server = TestServer::start().await;
    let preface = connection_preface();
    let mut connection = RawConnection::open(server.address, &preface).await;
    for (stream, timeout, has_message) in [(1, "0S", false), (3, "0n", false), (5, "10S", true)] {
        let head = headers_with(
            policy::HEALTH_CHECK.path(),
            "",
            &[("grpc-timeout", timeout)],
        );
        connection.send(&call_with(stream, &head, b"")).await;
        connection
            .wait_until("a reply", |answers| answers.complete.contains(&stream))
            .await;
        assert_eq!(connection.answers.data > 0, has_message, "{timeout}");
    }
    server.shutdown().await;
}
