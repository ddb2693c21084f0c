//! The program at a server behind a listener that hangs, presents an expired certificate, and loses
//! connections: it says what is wrong, and carries on by itself.

use std::{
    fs,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use epic::demo::Demo;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    runtime::Runtime,
    sync::watch,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer},
};

use crate::pty::Pty;

/// How the listener treats a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// The TLS handshake hangs.
    Hangs,
    /// The certificate has expired.
    Expired,
    /// Forwards the connection.
    Forwards,
    /// The same for new connections; what is sent on older ones is lost.
    ForwardsNew,
}

struct Gate {
    address: SocketAddr,
    ca: String,
    mode: watch::Sender<Mode>,
    accepted: Arc<AtomicUsize>,
}

impl Gate {
    async fn new(target: SocketAddr) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let name = &mut params.distinguished_name;
        name.push(DnType::CommonName, "An authority for tests");
        let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let [expired, valid] = [date_time_ymd(2026, 8, 1), date_time_ymd(2090, 1, 1)]
            .map(|not_after| acceptor(&ca, |params| params.not_after = not_after));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (mode, accepted) = (watch::Sender::new(Mode::Hangs), Arc::default());
        let gate = Self {
            address: listener.local_addr().unwrap(),
            ca: ca.pem(),
            mode: mode.clone(),
            accepted: Arc::clone(&accepted),
        };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                accepted.fetch_add(1, Ordering::SeqCst);
                let (expired, valid) = (expired.clone(), valid.clone());
                let mode = mode.subscribe();
                tokio::spawn(async move {
                    let now = *mode.borrow();
                    match now {
                        Mode::Hangs => hold(stream).await,
                        Mode::Expired => drop(expired.accept(stream).await),
                        Mode::Forwards | Mode::ForwardsNew => {
                            forward(stream, &valid, target, mode).await;
                        }
                    }
                });
            }
        });
        gate
    }

    fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }
}

/// The TLS of a server called `localhost`.
fn acceptor(
    ca: &CertifiedIssuer<'_, KeyPair>,
    change: impl FnOnce(&mut CertificateParams),
) -> TlsAcceptor {
    let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.not_before = date_time_ymd(2026, 6, 3);
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, ca).unwrap();
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    Arc::new(config).into()
}

async fn forward(
    stream: TcpStream,
    tls: &TlsAcceptor,
    target: SocketAddr,
    mut mode: watch::Receiver<Mode>,
) {
    let (Ok(mut client), Ok(mut server)) =
        (tls.accept(stream).await, TcpStream::connect(target).await)
    else {
        return;
    };
    let is_lost = tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => false,
        changed = mode.changed() => changed.is_ok(),
    };
    if is_lost {
        hold((client, server)).await;
    }
}

/// Keeps connections open, and neither reads nor writes.
async fn hold<T>(_connections: T) {
    std::future::pending::<()>().await;
}

/// Waits until the screen shows the sentence, which may be wrapped.
fn expect_sentence(pty: &mut Pty, sentence: &str) {
    pty.wait_until(&format!("“{sentence}” is displayed"), |pty| {
        let text = pty.text().replace('│', " ");
        let words: Vec<_> = text.split_whitespace().collect();
        words.join(" ").contains(sentence)
    });
}

#[test]
fn carries_on_after_a_hanging_handshake_an_expired_certificate_and_a_dead_connection() {
    let runtime = Runtime::new().unwrap();
    let demo = runtime.block_on(Demo::start()).unwrap();
    let target = demo.server.url.strip_prefix("http://").unwrap();
    let gate = runtime.block_on(Gate::new(target.parse().unwrap()));
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    fs::write(&ca, &gate.ca).unwrap();
    let url = format!("https://localhost:{}", gate.address.port());

    let mut pty = Pty::epic(&["--server", &url, "--ca", ca.to_str().unwrap()]);
    pty.expect_text("Password");
    let account = &demo.accounts[0];
    pty.keys(&format!("{}\t{}\r", account.email, account.password));
    expect_sentence(&mut pty, &format!("{url} does not answer in time."));
    // Each attempt makes a connection.
    let hung = gate.accepted();
    pty.wait_until("the handshake is tried again", |_| gate.accepted() > hung);

    gate.mode.send_replace(Mode::Expired);
    for sentence in [
        &*format!("The certificate of {url} expired on 1 Aug 2026 02:00."),
        "It is for localhost, issued by An authority for tests, and valid from 3 Jun 2026 02:00 to \
         1 Aug 2026 02:00. The clock of this computer says ",
    ] {
        expect_sentence(&mut pty, sentence);
    }

    gate.mode.send_replace(Mode::Forwards);
    pty.expect_text("gestion  ●");
    pty.keys("3");
    pty.expect_text(" 1 of 3,300");

    let before = gate.accepted();
    gate.mode.send_replace(Mode::ForwardsNew);
    pty.keys("r");
    // The screen shows the outage itself (○) only until the first new connection.
    pty.expect_text("The server is available again.");
    pty.expect_text("gestion  ●");
    pty.expect_text(" 1 of 3,300");
    assert_eq!(gate.accepted(), before + 1, "the stream uses it too");
    pty.keys("q");
    assert_eq!(pty.wait_for_exit().exit_code(), 0);
    pty.expect_restored();
    runtime.block_on(demo.stop());
}
