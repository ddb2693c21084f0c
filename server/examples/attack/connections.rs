//! Attacks with unfinished or unread connections, streams and messages.

use std::{
    convert::Infallible,
    net::Ipv4Addr,
    task::{Context, Poll},
    time::Duration,
};

use epic_events::{policy, v1::ListHistoryRequest};
use http_body_util::{BodyExt as _, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::Frame;
use prost::{Message as _, bytes::Bytes};
use tokio::{io::AsyncWriteExt as _, net::TcpSocket, task::JoinSet, time::sleep};
use tonic::{
    body::Body,
    transport::{Channel, Endpoint},
};
use tower::{Service as _, ServiceExt as _};

use crate::{
    caller::{Caller, Result, endpoint},
    http2_frames::{END_HEADERS, HEADERS, PREFACE, SETTINGS, frame, headers_with, stream_ids},
    staff::Staff,
};

/// A header block with a short field that the server is to store (RFC 7541, section 6.2.1).
const STORED: &[u8] = b"\x40\x01a\x00";
/// A frame type that does not exist.
const UNKNOWN: u8 = 200;
/// How long an attacker waits before replacing a connection that the server has closed.
const RECONNECT: Duration = Duration::from_secs(1);
const HEALTH: &str = "/grpc.health.v1.Health/Check";
const LENGTH_PREFIX: usize = 5;
const CHUNK: usize = 16 * 1024;

/// Four connections with 100 streams each, whose message of 4 MB lacks its last byte.
pub(crate) fn half_sent_without_token(_: &Staff, tasks: &mut JoinSet<()>) {
    for _ in 0..4 {
        hold(tasks, HEALTH, None, || half_sent(4 * 1024 * 1024));
    }
}

/// 20 connections with 100 streams each, whose message of 256 KB lacks its last byte.
pub(crate) fn half_sent_with_token(staff: &Staff, tasks: &mut JoinSet<()>) {
    for _ in 0..20 {
        let caller = Some(staff.support.caller.clone());
        hold(tasks, policy::UPDATE_EVENT.path(), caller, || {
            half_sent(255 * 1024)
        });
    }
}

/// 60 connections with 100 streams each, with large headers and no message.
pub(crate) fn headers_only(_: &Staff, tasks: &mut JoinSet<()>) {
    for _ in 0..60 {
        hold(tasks, policy::LOGIN.path(), None, || half_sent(0));
    }
}

/// 8 connections with 100 calls for long lists each, whose replies are never read.
pub(crate) fn unread_replies(staff: &Staff, tasks: &mut JoinSet<()>) {
    for _ in 0..8 {
        let caller = Some(staff.support.caller.clone());
        hold(tasks, policy::LIST_HISTORY.path(), caller, || {
            let request = ListHistoryRequest {
                page_size: 200,
                ..Default::default()
            };
            whole(&request.encode_to_vec())
        });
    }
}

/// 5,000 connections that complete the preface and make no call.
pub(crate) fn idle(_: &Staff, tasks: &mut JoinSet<()>) {
    open(tasks, 5_000, 40, preface());
}

/// 4,000 connections with 4 calls each, with large headers and no message.
pub(crate) fn large_headers(_: &Staff, tasks: &mut JoinSet<()>) {
    open(tasks, 4_000, 40, unfinished_logins());
}

/// The same from 4,000 networks: each of them holds little.
pub(crate) fn many_networks(_: &Staff, tasks: &mut JoinSet<()>) {
    open(tasks, 4_000, 4_000, unfinished_logins());
}

/// 4,000 connections with 16 calls that are refused and left open, and half a header block.
pub(crate) fn incomplete_headers(_: &Staff, tasks: &mut JoinSet<()>) {
    let block = headers_with(policy::GET_ME.path(), "", &[]);
    let refused = stream_ids(16).flat_map(|id| frame(HEADERS, END_HEADERS, id, &block));
    let padding = "x".repeat(15_000);
    let block = headers_with(policy::LOGIN.path(), "", &[("x-padding", &padding)]);
    let half = frame(HEADERS, 0, 99, &block);
    let bytes = preface().into_iter().chain(refused).chain(half);
    open(tasks, 4_000, 4_000, bytes.collect());
}

/// 1,000 connections that make the server store short headers, each between frames of 16 KB that it
/// ignores.
pub(crate) fn stored_headers(_: &Staff, tasks: &mut JoinSet<()>) {
    let ignored = frame(UNKNOWN, 0, 0, &[0; 16_000]);
    let stored = stream_ids(124).flat_map(|id| {
        let call = frame(HEADERS, END_HEADERS, id, STORED);
        [call, ignored.clone()].concat()
    });
    let bytes = preface().into_iter().chain(stored);
    open(tasks, 1_000, 40, bytes.collect());
}

/// A preface, and 4 logins with large headers and no message.
fn unfinished_logins() -> Vec<u8> {
    let padding = "x".repeat(7_000);
    let block = headers_with(policy::LOGIN.path(), "", &[("x-padding", &padding)]);
    let calls = stream_ids(4).flat_map(|id| frame(HEADERS, END_HEADERS, id, &block));
    preface().into_iter().chain(calls).collect()
}

/// The preface of a client and an empty SETTINGS frame.
fn preface() -> Vec<u8> {
    [PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()
}

/// Opens connections from `networks` addresses of this machine, and sends `bytes` over each. A
/// connection that the server closes is replaced. `EPIC_ATTACK_DIVISOR` divides the number of connections.
fn open(tasks: &mut JoinSet<()>, count: u16, networks: u16, bytes: Vec<u8>) {
    let divisor = std::env::var("EPIC_ATTACK_DIVISOR").ok();
    let divisor = divisor.and_then(|text| text.parse().ok()).unwrap_or(1);
    let bytes = Bytes::from(bytes);
    for number in 0..count / divisor {
        let [high, low] = (number % networks + 1).to_be_bytes();
        let bytes = bytes.clone();
        tasks.spawn(async move {
            loop {
                let _ = open_one(Ipv4Addr::new(127, 8, high, low), &bytes).await;
                sleep(RECONNECT).await;
            }
        });
    }
}

/// Opens a connection from an address, and waits until the server closes it.
async fn open_one(from: Ipv4Addr, bytes: &[u8]) -> Result<()> {
    let server = std::env::var("EPIC_LISTEN")?.parse()?;
    let socket = TcpSocket::new_v4()?;
    socket.bind((from, 0).into())?;
    let mut stream = socket.connect(server).await?;
    stream.write_all(bytes).await?;
    let (mut received, _sending) = stream.split();
    tokio::io::copy(&mut received, &mut tokio::io::sink()).await?;
    Ok(())
}

/// Spawns a connection with 100 concurrent calls of `path`. The replies are kept and never read.
fn hold(
    tasks: &mut JoinSet<()>,
    path: &'static str,
    caller: Option<Caller>,
    body: impl Fn() -> Body + Clone + Send + Sync + 'static,
) {
    tasks.spawn(async move {
        loop {
            // The server may send no byte of a reply.
            let Ok(endpoint) = endpoint().map(|it| it.initial_stream_window_size(0)) else {
                return;
            };
            let _ = hold_connection(&endpoint, path, caller.as_ref(), &body).await;
            sleep(RECONNECT).await;
        }
    });
}

/// Holds 100 calls until the connection ends.
async fn hold_connection(
    endpoint: &Endpoint,
    path: &'static str,
    caller: Option<&Caller>,
    body: &(impl Fn() -> Body + Sync),
) -> Result<()> {
    let channel = endpoint.connect().await?;
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        let mut request = http::Request::post(path)
            .header("content-type", "application/grpc")
            .header("te", "trailers");
        request = match caller {
            Some(caller) => {
                request.header("authorization", format!("Bearer {}", caller.access_token))
            }
            None => request.header("x-padding", "x".repeat(14_000)),
        };
        let request = request.body(body())?;
        let mut channel: Channel = channel.clone();
        calls.spawn(async move {
            let reply = channel.ready().await?.call(request).await?;
            sleep(Duration::from_mins(10)).await;
            drop(reply);
            Result::Ok(())
        });
    }
    while let Some(ended) = calls.join_next().await {
        ended??;
    }
    Ok(())
}

/// A message of `length` bytes whose last byte is never sent; for 0, nothing is sent.
fn half_sent(length: usize) -> Body {
    let mut remaining = length;
    let prefix = u32::try_from(length).map_or_else(|_| Vec::new(), |it| prefix(it).to_vec());
    let mut prefix = Some(Bytes::from(prefix)).filter(|_| length > 0);
    let chunks = futures_util::stream::poll_fn(move |_: &mut Context<'_>| {
        if let Some(prefix) = prefix.take() {
            return Poll::Ready(Some(Ok::<_, Infallible>(Frame::data(prefix))));
        }
        let chunk = remaining.saturating_sub(1).min(CHUNK);
        if chunk == 0 {
            return Poll::Pending;
        }
        remaining -= chunk;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from(vec![b'x'; chunk])))))
    });
    Body::new(UnsyncBoxBody::new(StreamBody::new(chunks)))
}

/// A complete message.
fn whole(message: &[u8]) -> Body {
    let length = u32::try_from(message.len()).unwrap_or_default();
    let bytes = [&prefix(length)[..], message].concat();
    Body::new(http_body_util::Full::new(Bytes::from(bytes)).boxed_unsync())
}

/// The prefix of a gRPC message: not compressed, and its length.
fn prefix(length: u32) -> [u8; LENGTH_PREFIX] {
    let [a, b, c, d] = length.to_be_bytes();
    [0, a, b, c, d]
}
