//! A small server that takes reports as Sentry does, and keeps every byte.

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

/// The project's number, and the key that may write to it.
const PROJECT: u32 = 42;
const KEY: &str = "publickey";

/// A report as it came in.
pub struct Received {
    pub event: Value,
}

/// A request: its path and headers, as text, and its body.
struct Taken {
    head: String,
    body: Bytes,
}

pub struct Listener {
    address: SocketAddr,
    taken: Arc<Mutex<Vec<Taken>>>,
}

impl Listener {
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let taken = Arc::<Mutex<Vec<Taken>>>::default();
        tokio::spawn(listen(listener, Arc::clone(&taken)));
        Self { address, taken }
    }

    pub fn dsn(&self) -> String {
        format!("http://{KEY}@{}/{PROJECT}", self.address)
    }

    /// Every report so far, in the order in which they came.
    pub fn received(&self) -> Vec<Received> {
        let taken = self.taken.lock().expect("no panic");
        taken.iter().flat_map(events).collect()
    }

    /// Whether none of these texts is in any byte that came in.
    pub fn never_saw(&self, texts: &[&str]) {
        for taken in self.taken.lock().expect("no panic").iter() {
            let body = String::from_utf8_lossy(&taken.body);
            for text in texts {
                assert!(!text.is_empty());
                for seen in [&*taken.head, &*body] {
                    assert!(!seen.contains(text), "{text:?} in {seen}");
                }
            }
        }
    }
}

async fn listen(listener: TcpListener, taken: Arc<Mutex<Vec<Taken>>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let taken = Arc::clone(&taken);
        let service = service_fn(move |request| take(request, Arc::clone(&taken)));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn take(
    request: Request<Incoming>,
    taken: Arc<Mutex<Vec<Taken>>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let head = format!("{} {} {:?}", parts.method, parts.uri, parts.headers);
    let body = body.collect().await.expect("a whole body").to_bytes();
    taken.lock().expect("no panic").push(Taken { head, body });
    Ok(Response::new(Full::from("{}")))
}

/// The events in an envelope: a line of headers, then for each item a line that says how long it
/// is, and the item (Sentry's documentation, "Envelopes").
fn events(taken: &Taken) -> Vec<Received> {
    let Taken { head, body } = taken;
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
            found.push(Received { event });
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
