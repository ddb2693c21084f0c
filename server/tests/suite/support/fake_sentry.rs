//! An HTTP server that accepts reports as Sentry does and records every byte.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use prost::bytes::Bytes;
use serde_json::Value;
use tokio::net::TcpListener;

/// The Sentry project, and the public key of its DSN.
const PROJECT: u32 = 42;
const KEY: &str = "publickey";

/// A received report.
pub struct Report {
    pub event: Value,
}

/// A received request: its path and headers as text, and its body.
struct Received {
    head: String,
    body: Bytes,
}

pub struct FakeSentry {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl FakeSentry {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let received = Arc::<Mutex<Vec<Received>>>::default();
        tokio::spawn(listen(listener, Arc::clone(&received)));
        Self { address, received }
    }

    pub fn dsn(&self) -> String {
        format!("http://{KEY}@{}/{PROJECT}", self.address)
    }

    /// Every report so far, in the order of arrival.
    pub fn reports(&self) -> Vec<Report> {
        let received = self.received.lock().expect("no panic");
        received.iter().flat_map(reports_in).collect()
    }

    /// Asserts that no received byte contains any of these texts.
    pub fn assert_never_received(&self, texts: &[&str]) {
        for received in self.received.lock().expect("no panic").iter() {
            let body = String::from_utf8_lossy(&received.body);
            for text in texts {
                assert!(!text.is_empty());
                for seen in [&*received.head, &*body] {
                    assert!(!seen.contains(text), "{text:?} in {seen}");
                }
            }
        }
    }
}

async fn listen(listener: TcpListener, received: Arc<Mutex<Vec<Received>>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let received = Arc::clone(&received);
        let service = service_fn(move |request| receive(request, Arc::clone(&received)));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn receive(
    request: Request<Incoming>,
    received: Arc<Mutex<Vec<Received>>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let head = format!("{} {} {:?}", parts.method, parts.uri, parts.headers);
    let body = body.collect().await.expect("a whole body").to_bytes();
    received
        .lock()
        .expect("no panic")
        .push(Received { head, body });
    Ok(Response::new(Full::from("{}")))
}

/// The reports in an envelope: a line of headers, then for each item a line with its length, and
/// the item (Sentry's documentation, "Envelopes").
fn reports_in(received: &Received) -> Vec<Report> {
    let Received { head, body } = received;
    let path = format!("POST /api/{PROJECT}/envelope/ ");
    assert!(head.starts_with(&path), "{head}");
    assert!(head.contains("sentry_key=publickey"), "{head}");
    let (headers, mut rest) = line(body);
    assert!(headers["event_id"].is_string(), "{headers}");
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (item, after) = line(rest);
        let length = item["length"].as_u64().expect("a length");
        let (payload, after) = after.split_at(usize::try_from(length).expect("a length"));
        if item["type"] == "event" {
            let event = serde_json::from_slice(payload).expect("an event");
            found.push(Report { event });
        }
        rest = after.strip_prefix(b"\n").unwrap_or(after);
    }
    assert_eq!(found.len(), 1, "a report in each envelope");
    found
}

fn line(bytes: &[u8]) -> (Value, &[u8]) {
    let end = bytes.iter().position(|&byte| byte == b'\n');
    let (line, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
    let value = serde_json::from_slice(line).expect("JSON");
    (value, rest.get(1..).unwrap_or_default())
}
