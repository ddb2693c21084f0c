//! What answers in place of the server, and connections that hang: the next call makes a new one.

use hyper::{server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::KeyPair;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy_bidirectional},
    net::TcpStream,
    sync::watch,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
use tonic::body::Body;

use super::{
    links::{Link, acceptor, authority, for_localhost, hold, proxy, tls},
    *,
};

/// The first frame of an HTTP/2 server.
const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];

/// How a listener treats a connection.
#[derive(Clone)]
enum Behaviour {
    Silent,
    Closes,
    Resets,
    /// Reads something, sends this, and closes.
    Answers(&'static [u8]),
    /// Completes the TLS handshake, and is silent.
    Tls(TlsAcceptor),
}

impl Behaviour {
    async fn run(self, mut stream: TcpStream) {
        match self {
            Self::Silent => hold(stream).await,
            Self::Closes => {}
            Self::Resets => stream.set_zero_linger().unwrap(),
            Self::Answers(bytes) => {
                let _ = stream.read(&mut [0; 4]).await;
                let _ = stream.write_all(bytes).await;
                let _ = stream.shutdown().await;
                // Closing with unread bytes would reset the connection.
                let _ = stream.read_to_end(&mut Vec::new()).await;
            }
            Self::Tls(tls) => {
                if let Ok(stream) = tls.accept(stream).await {
                    hold(stream).await;
                }
            }
        }
    }
}

/// A client of `localhost` that trusts this authority.
fn client(scheme: &str, port: u16, ca: Option<&str>) -> Api {
    client_with(scheme, port, ca, SHORT)
}

fn client_with(scheme: &str, port: u16, ca: Option<&str>, deadlines: Deadlines) -> Api {
    let server = Server {
        url: format!("{scheme}://localhost:{port}"),
        ca: ca.map(|pem| pem.as_bytes().to_vec()),
    };
    Api::with_deadlines(
        &server,
        Messages::new(Lang::En),
        SessionStorage::Memory,
        deadlines,
    )
    .unwrap()
}

#[tokio::test]
async fn says_what_answers_in_place_of_the_server() {
    let ca = authority("An authority for tests");
    let key = KeyPair::generate().unwrap();
    let cert = for_localhost().signed_by(&key, &ca).unwrap();
    let tls = |protocols: &[&[u8]]| Behaviour::Tls(acceptor(cert.der().clone(), &key, protocols));
    let http1 = Behaviour::Answers(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    let ssh = Behaviour::Answers(b"SSH-2.0-OpenSSH_9.2p1\r\n");
    let http2 = Behaviour::Answers(&SETTINGS);
    let goes_away = Behaviour::Answers(&[0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let silent = "does not answer in time.";
    let closes = "closes the connection at once. If it expects TLS, use https://.";
    let closes_in_tls = "closes the connection instead of answering with TLS: is the port right?";
    let no_tls = "does not speak TLS: is the port right?";
    let other = "does not speak HTTP/2: is the port right?";
    let cases = [
        ("http", Behaviour::Silent, silent),
        ("http", Behaviour::Closes, closes),
        ("http", Behaviour::Resets, closes),
        ("http", Behaviour::Answers(b""), closes),
        (
            "http",
            http1.clone(),
            "answers HTTP/1.1: is the port right?",
        ),
        ("http", tls(&[b"h2"]), "speaks TLS: use https://."),
        ("http", ssh.clone(), other),
        ("http", goes_away, other),
        ("http", Behaviour::Answers(b"\0\0"), other),
        ("https", Behaviour::Silent, silent),
        ("https", Behaviour::Closes, closes_in_tls),
        ("https", Behaviour::Resets, closes_in_tls),
        ("https", http1, no_tls),
        ("https", ssh, no_tls),
        ("https", http2, no_tls),
        ("https", tls(&[b"h2"]), silent),
        ("https", tls(&[b"http/1.1"]), other),
        ("https", tls(&[]), other),
    ];
    for (case, (scheme, behaviour, expected)) in cases.into_iter().enumerate() {
        let link = Link::new(move |_, stream| behaviour.clone().run(stream)).await;
        let port = link.address.port();
        let api = client(scheme, port, Some(&ca.pem()));
        let expected = unavailable(&format!("{scheme}://localhost:{port} {expected}"));
        for tries in 1..3 {
            let result = api.login(credentials("right")).await;
            assert_eq!(result, Err(expected.clone()), "case {case}");
            assert_eq!(link.accepted(), tries, "case {case}");
        }
    }
}

/// A call on a connection that is being made waits for it, and a later one makes a new one.
#[tokio::test]
async fn a_connection_that_hangs_is_given_up() {
    let ca = authority("An authority for tests");
    let (_, target) = serve(free_port()).await;
    let tls = tls(&for_localhost(), &ca);
    for (scheme, first) in [
        ("http", Behaviour::Silent),
        ("https", Behaviour::Silent),
        ("https", Behaviour::Tls(tls.clone())),
    ] {
        let tls = (scheme == "https").then(|| tls.clone());
        let link = Link::new(move |number, stream| {
            let (first, tls) = (first.clone(), tls.clone());
            async move {
                match tls {
                    _ if number == 1 => first.run(stream).await,
                    Some(tls) => forward(tls.accept(stream).await.unwrap(), target).await,
                    None => forward(stream, target).await,
                }
            }
        })
        .await;
        let port = link.address.port();
        let api = client(scheme, port, Some(&ca.pem()));
        let hangs = unavailable(&format!(
            "{scheme}://localhost:{port} does not answer in time."
        ));
        for result in logins(&api).await {
            assert_eq!(result, Err(hangs.clone()), "{scheme}");
        }
        assert_eq!(link.accepted(), 1, "{scheme}");
        for result in logins(&api).await {
            assert_eq!(result, Ok(()), "{scheme}");
        }
        assert_eq!(link.accepted(), 2, "{scheme}");
    }
}

async fn forward(mut client: impl AsyncRead + AsyncWrite + Unpin, target: SocketAddr) {
    let mut server = TcpStream::connect(target).await.unwrap();
    let _ = copy_bidirectional(&mut client, &mut server).await;
}

/// Five logins at once.
async fn logins(api: &Api) -> Vec<Result<(), RequestError>> {
    let calls = (0..5).map(|_| async { api.login(credentials("right")).await.map(drop) });
    futures_util::future::join_all(calls).await
}

/// The first missed deadline of many replaces the connection, once.
#[tokio::test]
async fn a_dead_connection_is_replaced_once() {
    let (_, server) = serve(free_port()).await;
    let (dead, watched) = watch::channel(0);
    let link = proxy(server, watched).await;
    let api = api(link.address, None);
    let silent = unavailable(&format!("http://{} does not answer in time.", link.address));
    for round in 1..3 {
        for result in logins(&api).await {
            assert_eq!(result, Ok(()));
        }
        assert_eq!(link.accepted(), round);
        dead.send(round).unwrap();
        for result in logins(&api).await {
            assert_eq!(result, Err(silent.clone()));
        }
        assert_eq!(link.accepted(), round, "no call makes a connection alone");
    }
    api.login(credentials("right")).await.unwrap();
    assert_eq!(link.accepted(), 3);
}

/// The other calls on the connection continue.
#[tokio::test]
async fn a_slow_call_does_not_end_the_others() {
    let (fake, server) = serve(free_port()).await;
    let (_dead, watched) = watch::channel(0);
    let link = proxy(server, watched).await;
    let api = api(link.address, None);
    api.login(credentials("right")).await.unwrap();
    fake.permits.forget_permits(1_000);
    // Both wait for a permit at the server; the second one gets it after the first has given up.
    let [first, second] = [(); 2].map(|()| {
        let api = api.clone();
        async move { api.logout(LogoutRequest {}).await }
    });
    let first = tokio::spawn(first);
    tokio::time::sleep(SHORT.call / 2).await;
    let second = tokio::spawn(second);
    let missed = unavailable(&format!("http://{} does not answer in time.", link.address));
    assert_eq!(first.await.unwrap(), Err(missed));
    fake.permits.add_permits(1_000);
    second.await.unwrap().unwrap();
    assert_eq!(link.accepted(), 1);
    api.login(credentials("right")).await.unwrap();
    assert_eq!(link.accepted(), 2);
}

/// Nothing is left of the connections that were replaced.
#[tokio::test]
async fn an_abandoned_connection_is_closed() {
    let (closed, mut watched) = watch::channel(0);
    let link = Link::new(move |number, mut stream| {
        let closed = closed.clone();
        async move {
            stream.write_all(&SETTINGS).await.unwrap();
            let _ = stream.read_to_end(&mut Vec::new()).await;
            closed.send_replace(number);
        }
    })
    .await;
    let api = api(link.address, None);
    for connection in 1..3 {
        for result in logins(&api).await {
            assert!(matches!(result, Err(RequestError::Unavailable(_))));
        }
        assert_eq!(link.accepted(), connection);
        // Keep-alive would close it half a minute after its beginning.
        let is_closed = watched.wait_for(|&number| number == connection);
        let waited = tokio::time::timeout(Duration::from_secs(20), is_closed).await;
        assert!(waited.is_ok(), "connection {connection} stays open");
    }
}

/// A call that is cancelled leaves the connection to the others.
#[tokio::test]
async fn a_cancelled_call_completes_the_connection() {
    let (_, server) = serve(free_port()).await;
    let (_dead, watched) = watch::channel(0);
    let link = proxy(server, watched).await;
    let api = api(link.address, None);
    let cancelled = tokio::spawn({
        let api = api.clone();
        async move { api.shared.connection.channel().await.map(drop) }
    });
    tokio::task::yield_now().await;
    cancelled.abort();
    api.login(credentials("right")).await.unwrap();
    assert_eq!(link.accepted(), 1);
}

/// Serves HTTP/2 with PING and SETTINGS, and answers no call; records their paths.
async fn answers_no_call(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    paths: Arc<Mutex<Vec<String>>>,
) {
    let service = service_fn(move |request: http::Request<hyper::body::Incoming>| {
        paths.lock().unwrap().push(request.uri().path().to_owned());
        std::future::pending::<Result<http::Response<Body>, hyper::Error>>()
    });
    let server = http2::Builder::new(TokioExecutor::new());
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}

/// The first answer has the deadline of the connection, not that of a call, and a server that answers
/// nothing receives no password.
#[tokio::test]
async fn a_connection_on_which_no_call_is_answered_is_given_up() {
    let ca = authority("An authority for tests");
    let (_, target) = serve(free_port()).await;
    let acceptor = tls(&for_localhost(), &ca);
    for scheme in ["http", "https"] {
        let paths = Arc::new(Mutex::new(Vec::new()));
        let (seen, tls) = (Arc::clone(&paths), (scheme == "https").then_some(&acceptor));
        let tls = tls.cloned();
        let link = Link::new(move |number, stream| {
            let (tls, paths) = (tls.clone(), Arc::clone(&seen));
            async move {
                match (tls, number) {
                    (Some(tls), 1) => {
                        answers_no_call(tls.accept(stream).await.unwrap(), paths).await;
                    }
                    (Some(tls), _) => forward(tls.accept(stream).await.unwrap(), target).await,
                    (None, 1) => answers_no_call(stream, paths).await,
                    (None, _) => forward(stream, target).await,
                }
            }
        })
        .await;
        let port = link.address.port();
        let deadlines = Deadlines {
            call: Duration::from_hours(1),
            ..SHORT
        };
        let api = client_with(scheme, port, Some(&ca.pem()), deadlines);
        let hangs = unavailable(&format!(
            "{scheme}://localhost:{port} does not answer in time."
        ));
        let results = timeout(Duration::from_mins(2), logins(&api)).await;
        for result in results.unwrap() {
            assert_eq!(result, Err(hangs.clone()), "{scheme}");
        }
        let logins_sent = paths
            .lock()
            .unwrap()
            .iter()
            .any(|it| it.ends_with("/Login"));
        assert!(!logins_sent, "{scheme}");
        for result in logins(&api).await {
            assert_eq!(result, Ok(()), "{scheme}");
        }
        assert_eq!(link.accepted(), 2, "{scheme}");
    }
}

/// On a slow link, the beginning of an answer is an answer.
#[tokio::test]
async fn the_headers_of_the_first_answer_are_an_answer() {
    let link = Link::new(|_, stream| async move {
        let service = service_fn(|_: http::Request<hyper::body::Incoming>| async {
            // Its frames never arrive.
            let body = Body::new(Endless);
            Ok::<_, hyper::Error>(http::Response::new(body))
        });
        let server = http2::Builder::new(TokioExecutor::new());
        let _ = server.serve_connection(TokioIo::new(stream), service).await;
    })
    .await;
    let api = api(link.address, None);
    assert!(api.shared.connection.channel().await.is_ok());
}

/// A body without a frame and without an end.
struct Endless;

impl hyper::body::Body for Endless {
    type Data = hyper::body::Bytes;
    type Error = Status;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Status>>> {
        std::task::Poll::Pending
    }
}
