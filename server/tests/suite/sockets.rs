//! Whoever speaks HTTP/2 wrongly, too slowly or without listening: the server stays up, others are
//! answered meanwhile, and its memory is bounded.

mod frames;

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

use self::frames::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PING, PREFACE, RST_STREAM, frame,
    greeting, headers, streams,
};
use crate::{
    certificates::Authority,
    faults::killed::login,
    house::Caller,
    place::{PATIENCE, Place, Serving},
    tls::handshake,
};

/// What the server may grow by, whatever is thrown at it here: a quarter of what the service unit
/// allows it altogether.
const GROWTH_MAX: usize = 128 * 1024;
/// Enough clients for pages of some length.
const CLIENTS: &str = "
    insert into clients (request_id, name, email, phone, company, commercial_id)
    select gen_random_uuid(), repeat('n', 100), n || '@client.example', '0102030405',
        repeat('c', 100), 3 from generate_series(1, 200) n";

/// Memory in use by that process, in KiB.
fn memory(server: &Serving) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.child.id()));
    let status = status.expect("a server that runs");
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.expect("VmRSS").parse().expect("a number")
}

/// Someone who goes on working meanwhile, over a new connection each time.
struct Others {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    working: tokio::task::JoinHandle<()>,
}

impl Others {
    fn start(endpoint: Endpoint, token: String, caller: &Caller) -> Self {
        let (stop, answered) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let me = caller.me.clone();
        let working = tokio::spawn({
            let (stop, answered) = (Arc::clone(&stop), Arc::clone(&answered));
            async move {
                while !stop.load(Ordering::Relaxed) {
                    let work = async {
                        let channel = endpoint.connect().await.expect("a connection");
                        let mut caller = Caller::new(channel, &token, String::new(), me.clone());
                        caller
                            .auth
                            .get_me(GetMeRequest {})
                            .await
                            .expect("an answer");
                    };
                    timeout(PATIENCE, work).await.expect("an answer in time");
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        Self {
            stop,
            answered,
            working,
        }
    }

    /// Waits until some more of their calls are answered.
    async fn go_on(&self) {
        let enough = self.answered.load(Ordering::Relaxed) + 3;
        let done = timeout(PATIENCE, async {
            while self.answered.load(Ordering::Relaxed) < enough && !self.working.is_finished() {
                sleep(Duration::from_millis(5)).await;
            }
        });
        assert!(done.await.is_ok() && !self.working.is_finished());
    }

    async fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.working.await.expect("every call answered");
    }
}

/// Waits until the server has closed that connection.
async fn is_closed(mut stream: TcpStream) {
    let mut bytes = vec![0; 64 * 1024];
    let closed = timeout(PATIENCE, async {
        while let Ok(1..) = stream.read(&mut bytes).await {}
    });
    closed.await.expect("to be closed");
}

/// The same without ever reading: what is sent comes back as an error in the end.
async fn is_cut_off(mut stream: TcpStream) {
    let cut = timeout(PATIENCE, async {
        while stream.write_all(&frame(PING, 0, 0, &[0; 8])).await.is_ok() {
            sleep(Duration::from_millis(100)).await;
        }
    });
    cut.await.expect("to be cut off");
}

/// Opens that many connections, all of which say that.
async fn open(address: SocketAddr, count: usize, said: &[u8]) -> Vec<TcpStream> {
    let mut opened = Vec::new();
    for _ in 0..count {
        let socket = TcpSocket::new_v4().expect("a socket");
        // The system would otherwise take megabytes for a client that does not read them.
        socket.set_recv_buffer_size(4_096).expect("a small buffer");
        let mut stream = socket.connect(address).await.expect("a connection");
        // It may have been closed already.
        let _ = stream.write_all(said).await;
        opened.push(stream);
    }
    opened
}

async fn all<Fut: Future<Output = ()> + Send + 'static>(
    opened: Vec<TcpStream>,
    end: impl Fn(TcpStream) -> Fut,
) {
    let ends: JoinSet<()> = opened.into_iter().map(end).collect();
    ends.join_all().await;
}

/// Five thousand streams whose headers no server may take: a capital letter in a name.
fn malformed_streams() -> Vec<u8> {
    let wrong = [0, 1, b'A', 1, b'b'];
    let streams = streams(5_000).map(|id| frame(HEADERS, END_HEADERS | END_STREAM, id, &wrong));
    [greeting(), streams.collect::<Vec<_>>().concat()].concat()
}

/// Five thousand calls, each taken back at once.
fn rapid_resets(token: &str) -> Vec<u8> {
    let call = headers(policy::GET_ME.path(), token);
    let streams = streams(5_000).map(|id| {
        let taken_back = frame(RST_STREAM, 0, id, &8_u32.to_be_bytes());
        [frame(HEADERS, END_HEADERS, id, &call), taken_back].concat()
    });
    [greeting(), streams.collect::<Vec<_>>().concat()].concat()
}

/// Headers that go on for 64 MiB.
fn endless_header() -> Vec<u8> {
    // A field of 16,000 bytes that is never put into the table.
    let field = [&[0, 1, b'a', 127, 129, 124][..], &[b'x'; 16_000]].concat();
    let more = frame(CONTINUATION, 0, 1, &field);
    [
        greeting(),
        frame(HEADERS, END_STREAM, 1, &[]),
        more.repeat(4_096),
    ]
    .concat()
}

/// Long lists, as many as a connection takes, from a client that never reads.
fn unread_lists(token: &str) -> Vec<u8> {
    let ask = ListClientsRequest {
        page_size: 200,
        ..ListClientsRequest::default()
    };
    let ask = ask.encode_to_vec();
    let length = u32::try_from(ask.len()).expect("a short message");
    let message = [&[0][..], &length.to_be_bytes(), &ask].concat();
    let call = headers(policy::LIST_CLIENTS.path(), token);
    let calls = streams(120).map(|id| {
        let message = frame(DATA, END_STREAM, id, &message);
        [frame(HEADERS, END_HEADERS, id, &call), message].concat()
    });
    [greeting(), calls.collect::<Vec<_>>().concat()].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_speaks_wrongly_or_not_at_all_keeps_others_out() {
    let place = Place::furnished(CLIENTS).await;
    let mut server = place.serve(&[]).await;
    let address = server.address;
    let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address");
    let caller = login(&endpoint.connect_lazy()).await;
    let token = caller.access_token.clone();
    let others = Others::start(endpoint, token.clone(), &caller);
    others.go_on().await;
    let before = memory(&server);
    let half_a_frame = [
        greeting(),
        frame(HEADERS, END_HEADERS, 1, &[0; 64])[..30].to_vec(),
    ];
    // What is said, over how many connections, and whether each must come to an end by itself.
    let attacks: &[(&str, Vec<u8>, usize, bool)] = &[
        ("nothing at all", Vec::new(), 300, true),
        ("the preface, slowly", PREFACE[..5].to_vec(), 300, true),
        (
            "a wrong preface",
            b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n".to_vec(),
            300,
            true,
        ),
        ("half a frame", half_a_frame.concat(), 300, false),
        (
            "a frame too long",
            [greeting(), vec![255; 64]].concat(),
            300,
            true,
        ),
        ("malformed streams", malformed_streams(), 5, true),
        ("rapid resets", rapid_resets(&token), 5, true),
        ("an endless header", endless_header(), 3, true),
    ];
    for (name, said, count, ends) in attacks {
        let opened = open(address, *count, said).await;
        others.go_on().await;
        let grown = memory(&server).saturating_sub(before);
        assert!(grown < GROWTH_MAX, "{name}: {grown} KiB");
        if *ends {
            all(opened, is_closed).await;
        }
    }
    let unread = open(address, 8, &unread_lists(&token)).await;
    others.go_on().await;
    let grown = memory(&server).saturating_sub(before);
    assert!(grown < GROWTH_MAX, "lists that nobody reads: {grown} KiB");
    all(unread, is_cut_off).await;
    others.go_on().await;
    others.end().await;
    let grown = memory(&server).saturating_sub(before);
    assert!(grown < GROWTH_MAX, "in the end: {grown} KiB");
    assert!(server.child.try_wait().expect("a process").is_none());
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_never_finishes_the_tls_handshake_keeps_others_out() {
    let place = Place::furnished("").await;
    let authority = Authority::new();
    let (cert, key) = authority.issue("localhost").write(place.folder.path());
    let files = [
        ("EPIC_TLS_CERT", cert.to_str().unwrap()),
        ("EPIC_TLS_KEY", key.to_str().unwrap()),
    ];
    let mut server = place.serve(&files).await;
    let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority.pem()));
    let url = format!("https://localhost:{}", server.address.port());
    let endpoint = Endpoint::from_shared(url).unwrap().tls_config(tls).unwrap();
    let channel: Channel = endpoint.connect().await.expect("TLS");
    let caller = login(&channel).await;
    let others = Others::start(endpoint, caller.access_token.clone(), &caller);
    others.go_on().await;
    let before = memory(&server);
    // A hello that says it is longer than what comes; more of them than may greet at once.
    for said in [&[][..], &[22, 3, 1, 2, 0, 1, 0, 1]] {
        let opened = open(server.address, 560, said).await;
        others.go_on().await;
        let grown = memory(&server).saturating_sub(before);
        assert!(grown < GROWTH_MAX, "{grown} KiB");
        all(opened, is_closed).await;
    }
    // One that finishes it, and then says nothing.
    let silent = handshake(&authority, server.address).await.expect("TLS");
    is_closed(silent.into_inner().0).await;
    others.end().await;
    assert!(server.child.try_wait().expect("a process").is_none());
}
