//! Abuse of HTTP/2: invalid, slow and unread connections. The server continues to run, answers other
//! callers, and its memory stays bounded.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use epic_events::{
    policy,
    v1::{GetMeRequest, ListClientsRequest},
};
use prost::Message as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};

use crate::{
    ops::tls::handshake,
    support::{
        api_client::ApiClient,
        certificates::CertificateAuthority,
        fixtures::insert,
        http2_frames::{
            CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PREFACE, RST_STREAM,
            connection_preface, frame, headers, headers_with, message, stream_ids,
        },
        server_process::Installation,
        wait::TIMEOUT,
    },
};

/// The memory budget of the server, the smallest permitted.
const BUDGET: (&str, &str) = ("EPIC_MEMORY_BUDGET", "16M");
/// The maximum growth of the server's memory in KiB: its budget, and 64 MiB for everything else.
/// Without optimisation the state of a call is larger: the measured growth was 87 to 154 MiB.
const GROWTH_MAX: u64 = (16 + 64 + if cfg!(debug_assertions) { 112 } else { 0 }) * 1024;

/// Clients that fill a page of maximum size with long texts.
fn clients() -> String {
    insert(
        "clients",
        "name, company, commercial_id",
        "select repeat('n', 100), repeat('c', 100), 3 from generate_series(1, 200)",
    )
}

/// A well-behaved caller that makes calls in a loop, each over a new connection.
struct Bystander {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Bystander {
    fn start(endpoint: Endpoint, token: String, caller: &ApiClient) -> Self {
        let (stop, answered) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let me = caller.me.clone();
        let task = tokio::spawn({
            let (stop, answered) = (Arc::clone(&stop), Arc::clone(&answered));
            async move {
                while !stop.load(Ordering::Relaxed) {
                    let call = async {
                        let channel = endpoint.connect().await.expect("a connection");
                        let mut caller = ApiClient::new(channel, &token, String::new(), me.clone());
                        caller
                            .auth
                            .get_me(GetMeRequest {})
                            .await
                            .expect("an answer");
                    };
                    timeout(TIMEOUT, call).await.expect("an answer in time");
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        Self {
            stop,
            answered,
            task,
        }
    }

    /// Asserts that further calls are answered during `attack`.
    async fn assert_answered(&self, attack: &str) {
        let enough = self.answered.load(Ordering::Relaxed) + 3;
        let done = timeout(TIMEOUT, async {
            while self.answered.load(Ordering::Relaxed) < enough && !self.task.is_finished() {
                sleep(Duration::from_millis(5)).await;
            }
        });
        assert!(
            done.await.is_ok() && !self.task.is_finished(),
            "no answer: {attack}"
        );
    }

    async fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await.expect("every call answered");
    }
}

/// Waits until the server closes the connection.
async fn wait_until_closed(mut stream: TcpStream) {
    let mut bytes = vec![0; 64 * 1024];
    let closed = timeout(TIMEOUT, async {
        while let Ok(1..) = stream.read(&mut bytes).await {}
    });
    closed.await.expect("to be closed");
}

/// Opens `count` connections and sends `bytes` over each.
async fn open(address: SocketAddr, count: usize, bytes: &[u8]) -> Vec<TcpStream> {
    let mut opened = Vec::new();
    for _ in 0..count {
        let socket = TcpSocket::new_v4().expect("a socket");
        // Otherwise the system would buffer megabytes for a client that does not read.
        socket.set_recv_buffer_size(4_096).expect("a small buffer");
        let mut stream = socket.connect(address).await.expect("a connection");
        // The server may already have closed the connection.
        let _ = stream.write_all(bytes).await;
        opened.push(stream);
    }
    opened
}

/// Waits for all connections at once.
async fn wait_for_all<Fut: Future<Output = ()> + Send + 'static>(
    opened: Vec<TcpStream>,
    end: impl Fn(TcpStream) -> Fut,
) {
    let ends: JoinSet<()> = opened.into_iter().map(end).collect();
    ends.join_all().await;
}

/// Five thousand streams with an invalid header: its name has a capital letter.
fn malformed_streams() -> Vec<u8> {
    let invalid = [0, 1, b'A', 1, b'b'];
    let streams =
        stream_ids(5_000).map(|id| frame(HEADERS, END_HEADERS | END_STREAM, id, &invalid));
    [connection_preface(), streams.collect::<Vec<_>>().concat()].concat()
}

/// Five thousand calls, each of which is reset immediately.
fn rapid_resets(token: &str) -> Vec<u8> {
    let call = headers(policy::GET_ME.path(), token);
    let streams = stream_ids(5_000).map(|id| {
        let reset = frame(RST_STREAM, 0, id, &8_u32.to_be_bytes());
        [frame(HEADERS, END_HEADERS, id, &call), reset].concat()
    });
    [connection_preface(), streams.collect::<Vec<_>>().concat()].concat()
}

/// A header block of 64 MiB.
fn endless_header() -> Vec<u8> {
    // A field of 16,000 bytes that is not indexed.
    let field = [&[0, 1, b'a', 127, 129, 124][..], &[b'x'; 16_000]].concat();
    let more = frame(CONTINUATION, 0, 1, &field);
    [
        connection_preface(),
        frame(HEADERS, END_STREAM, 1, &[]),
        more.repeat(4_096),
    ]
    .concat()
}

/// Short headers to be stored, each between frames that the server ignores: it would keep the buffers
/// of all of them, 2 MB per connection.
fn stored_headers() -> Vec<u8> {
    // A literal with indexing (RFC 7541, section 6.2.1).
    let stored = [0x40, 1, b'a', 0];
    // A frame type that does not exist.
    let ignored = frame(200, 0, 0, &[0; 16_000]);
    let calls = stream_ids(124).map(|id| {
        let call = frame(HEADERS, END_HEADERS | END_STREAM, id, &stored);
        [call, ignored.clone()].concat()
    });
    [connection_preface(), calls.collect::<Vec<_>>().concat()].concat()
}

/// A hundred calls of which the server receives the headers `head` and the incomplete body `part`.
fn unfinished_calls(head: &[u8], part: &[u8]) -> Vec<u8> {
    let calls = stream_ids(100).map(|id| {
        let part = match part {
            [] => Vec::new(),
            part => frame(DATA, 0, id, part),
        };
        [frame(HEADERS, END_HEADERS, id, head), part].concat()
    });
    [connection_preface(), calls.collect::<Vec<_>>().concat()].concat()
}

/// Calls for long lists, the maximum number per connection.
fn unread_lists(token: &str) -> Vec<u8> {
    let request = ListClientsRequest {
        page_size: 200,
        ..ListClientsRequest::default()
    };
    let request = request.encode_to_vec();
    let message = message(request.len(), &request);
    let call = headers(policy::LIST_CLIENTS.path(), token);
    let calls = stream_ids(120).map(|id| {
        let message = frame(DATA, END_STREAM, id, &message);
        [frame(HEADERS, END_HEADERS, id, &call), message].concat()
    });
    [connection_preface(), calls.collect::<Vec<_>>().concat()].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_slow_and_unread_connections_do_not_block_other_callers() {
    let installation = Installation::with_sql(&clients()).await;
    let mut server = installation.serve(&[BUDGET]).await;
    let address = server.address;
    let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address");
    let caller = ApiClient::login(&endpoint.connect_lazy(), "commercial1").await;
    // The attacker uses up the share of a separate account.
    let attacker = ApiClient::login(&endpoint.connect_lazy(), "commercial2").await;
    let token = attacker.access_token;
    let bystander = Bystander::start(endpoint, caller.access_token.clone(), &caller);
    bystander.assert_answered("none").await;
    let before = server.memory("VmRSS:");
    let half_a_frame = [
        connection_preface(),
        frame(HEADERS, END_HEADERS, 1, &[0; 64])[..30].to_vec(),
    ];
    let half = message(256 * 1024, &[0; 500]);
    // A name, the bytes, the number of connections, and whether the server must close them.
    let attacks: &[(&str, Vec<u8>, usize, bool)] = &[
        ("no bytes", Vec::new(), 300, true),
        ("the preface, slowly", PREFACE[..5].to_vec(), 300, true),
        (
            "an invalid preface",
            b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n".to_vec(),
            300,
            true,
        ),
        ("half a frame", half_a_frame.concat(), 300, false),
        (
            "a frame too long",
            [connection_preface(), vec![255; 64]].concat(),
            300,
            true,
        ),
        ("malformed streams", malformed_streams(), 5, true),
        ("rapid resets", rapid_resets(&token), 5, true),
        ("an endless header", endless_header(), 3, true),
        ("stored headers", stored_headers(), 200, true),
        (
            "half of a probe",
            unfinished_calls(&headers(policy::HEALTH_CHECK.path(), ""), &half),
            100,
            false,
        ),
        (
            "half of a message with a token",
            unfinished_calls(&headers(policy::CREATE_CLIENT.path(), &token), &half),
            100,
            false,
        ),
        (
            "headers without a body",
            unfinished_calls(
                &headers_with(policy::LOGIN.path(), "", &[("x-long", &"x".repeat(7_000))]),
                &[],
            ),
            60,
            false,
        ),
        // Sent at once, so that they arrive faster than the runtime begins and drops their calls.
        (
            "calls without headers or a body",
            unfinished_calls(&headers(policy::LOGIN.path(), ""), &[]),
            1_000,
            false,
        ),
    ];
    for (name, bytes, count, must_close) in attacks {
        let opened = open(address, *count, bytes).await;
        bystander.assert_answered(name).await;
        let grown = server.memory("VmRSS:").saturating_sub(before);
        assert!(grown < GROWTH_MAX, "{name}: {grown} KiB");
        if *must_close {
            wait_for_all(opened, wait_until_closed).await;
        }
    }
    let unread = open(address, 8, &unread_lists(&token)).await;
    bystander.assert_answered("unread lists").await;
    let grown = server.memory("VmRSS:").saturating_sub(before);
    assert!(grown < GROWTH_MAX, "unread lists: {grown} KiB");
    // `memory_budget.rs` tests that such replies are reset.
    drop(unread);
    bystander.assert_answered("after all attacks").await;
    bystander.stop().await;
    let grown = server.memory("VmRSS:").saturating_sub(before);
    assert!(grown < GROWTH_MAX, "after all attacks: {grown} KiB");
    assert!(server.is_running());
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn unfinished_tls_handshakes_do_not_block_other_callers() {
    let installation = Installation::with_sql("").await;
    let authority = CertificateAuthority::new();
    let (cert, key) = authority
        .issue("localhost")
        .write(installation.folder.path());
    let files = [
        ("EPIC_TLS_CERT", cert.to_str().unwrap()),
        ("EPIC_TLS_KEY", key.to_str().unwrap()),
    ];
    let mut server = installation.serve(&[&files[..], &[BUDGET]].concat()).await;
    let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority.pem()));
    let url = format!("https://localhost:{}", server.address.port());
    let endpoint = Endpoint::from_shared(url).unwrap().tls_config(tls).unwrap();
    let channel: Channel = endpoint.connect().await.expect("TLS");
    let caller = ApiClient::login(&channel, "commercial1").await;
    let bystander = Bystander::start(endpoint, caller.access_token.clone(), &caller);
    bystander.assert_answered("none").await;
    let before = server.memory("VmRSS:");
    // Nothing, and a hello shorter than its declared length; the connections are more than the
    // maximum number of concurrent handshakes.
    for (name, bytes) in [
        ("no bytes", &[][..]),
        ("half a hello", &[22, 3, 1, 2, 0, 1, 0, 1]),
    ] {
        let opened = open(server.address, 560, bytes).await;
        bystander.assert_answered(name).await;
        let grown = server.memory("VmRSS:").saturating_sub(before);
        assert!(grown < GROWTH_MAX, "{name}: {grown} KiB");
        wait_for_all(opened, wait_until_closed).await;
    }
    // A complete handshake, after which nothing is sent.
    let silent = handshake(&authority, server.address).await.expect("TLS");
    wait_until_closed(silent.into_inner().0).await;
    bystander.stop().await;
    assert!(server.is_running());
}
