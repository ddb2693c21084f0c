//! TLS as operators set it up and as callers meet it.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use epic_events::{
    api_error::ApiError,
    reason::Reason,
    v1::{LoginRequest, auth_service_client::AuthServiceClient},
};
use epic_server::server::{listener, tls::Tls};
use futures_util::StreamExt as _;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, server::Connected as _};

use crate::{
    certificates::{Authority, Issued},
    house::{PASSWORD, refusal},
    place::{PATIENCE, Place, Serving},
};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub async fn handshake(
    authority: &Authority,
    address: SocketAddr,
) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    let connector = TlsConnector::from(Arc::new(authority.client()));
    connector.connect(name, stream).await
}

/// The certificate that a new connection is shown.
async fn shown(authority: &Authority, address: SocketAddr) -> CertificateDer<'static> {
    let stream = handshake(authority, address).await.expect("a handshake");
    let (_, session) = stream.get_ref();
    session.peer_certificates().expect("a certificate")[0].clone()
}

async fn serve(place: &Place, issued: &Issued) -> Serving {
    let (cert, key) = issued.write(place.folder.path());
    let files = [
        ("EPIC_TLS_CERT", cert.to_str().unwrap()),
        ("EPIC_TLS_KEY", key.to_str().unwrap()),
    ];
    place.serve(&files).await
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_answered_over_tls_and_not_beside_it() {
    let place = Place::furnished("").await;
    let authority = Authority::new();
    let server = serve(&place, &authority.issue("localhost")).await;
    let login = LoginRequest {
        email: "gestion1@test.example".to_owned(),
        password: PASSWORD.to_owned(),
        device: String::new(),
    };
    let trusting = |authority: &Authority| {
        let ca = Certificate::from_pem(authority.pem());
        let config = ClientTlsConfig::new().ca_certificate(ca);
        let url = format!("https://localhost:{}", server.address.port());
        Endpoint::from_shared(url)
            .unwrap()
            .tls_config(config)
            .unwrap()
    };
    let channel = trusting(&authority).connect().await.expect("TLS");
    let mut auth = AuthServiceClient::new(channel);
    auth.login(login.clone()).await.expect("to log in");
    let wrong = LoginRequest {
        password: "not the password".to_owned(),
        ..login
    };
    assert_eq!(refusal(auth.login(wrong).await).reason, Reason::LoginFailed);
    let stranger = trusting(&Authority::new()).connect().await;
    assert!(stranger.is_err(), "an authority that nobody trusts");
    let plain = Endpoint::from_shared(format!("http://{}", server.address)).unwrap();
    let mut plain = AuthServiceClient::new(plain.connect_lazy());
    let reply = plain.login(LoginRequest::default()).await;
    let status = reply.expect_err("no answer in the clear");
    assert!(ApiError::from_status(&status).is_none(), "{status:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_shown_and_one_that_does_not_fit_is_not() {
    let place = Place::furnished("").await;
    let authority = Authority::new();
    let first = authority.issue("localhost");
    let mut server = serve(&place, &first).await;
    let (folder, address) = (place.folder.path(), server.address);
    assert_eq!(shown(&authority, address).await, first.der());

    let misfit = Issued {
        cert: authority.issue("localhost").cert,
        key: first.key.clone(),
    };
    let nonsense = Issued {
        cert: "nonsense".to_owned(),
        key: first.key.clone(),
    };
    for (pair, why) in [
        (misfit, "is not the key of the certificate"),
        (nonsense, "holds no certificate"),
    ] {
        pair.write(folder);
        server.says(why).await;
        assert_eq!(shown(&authority, address).await, first.der());
    }
    std::fs::remove_file(folder.join("tls.key")).unwrap();
    server.says("tls.key cannot be read").await;
    assert_eq!(shown(&authority, address).await, first.der());

    let second = authority.issue("localhost");
    second.write(folder);
    timeout(PATIENCE, async {
        while shown(&authority, address).await != second.der() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .expect("the new certificate");
    // Each was told once, however often it was looked at.
    assert_eq!(
        server.log().matches("the certificate in use stays").count(),
        3
    );
}

#[tokio::test]
async fn files_that_cannot_be_used_are_told_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let sound = authority.issue("localhost");
    let cases = [
        ("", &*sound.key, "EPIC_TLS_CERT", "holds no certificate"),
        (
            &*sound.key,
            &*sound.key,
            "EPIC_TLS_CERT",
            "holds no certificate",
        ),
        (&*sound.cert, "", "EPIC_TLS_KEY", "holds no private key"),
        (
            &*sound.cert,
            &*sound.cert,
            "EPIC_TLS_KEY",
            "holds no private key",
        ),
        (
            &*sound.cert,
            &*authority.issue("localhost").key.clone(),
            "EPIC_TLS_KEY",
            "is not the key of the certificate",
        ),
    ]
    .map(|(cert, key, setting, told)| (cert.to_owned(), key.to_owned(), setting, told));
    for (cert, key, setting, told) in cases {
        let (cert, key) = Issued { cert, key }.write(folder.path());
        let why = Tls::open(&cert, &key).err().expect("a reason").to_string();
        assert!(why.starts_with(setting) && why.contains(told), "{why}");
    }
    let (cert, _) = sound.write(folder.path());
    let why = Tls::open(&cert, &folder.path().join("none")).err().unwrap();
    assert!(why.to_string().contains("none cannot be read"), "{why}");
}

/// What throttles logins by address needs it, and what was read of the preface must not be missing.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_tells_where_it_comes_from_and_loses_no_byte() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = authority.issue("localhost").write(folder.path());
    let tls = Tls::open(&cert, &key).expect("TLS");
    for acceptor in [None, Some(tls.acceptor())] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut incoming = Box::pin(listener::connections(listener, acceptor.clone()));
        let client = tokio::spawn({
            let client = authority.client();
            async move {
                let mut stream = TcpStream::connect(address).await.unwrap();
                let from = stream.local_addr().unwrap();
                let sent = [PREFACE, b"more"].concat();
                if acceptor.is_none() {
                    stream.write_all(&sent).await.unwrap();
                    return (from, None);
                }
                let connector = TlsConnector::from(Arc::new(client));
                let name = ServerName::try_from("localhost").unwrap();
                let mut stream = connector.connect(name, stream).await.unwrap();
                stream.write_all(&sent).await.unwrap();
                stream.flush().await.unwrap();
                (from, Some(stream))
            }
        });
        let guest = timeout(PATIENCE, incoming.next()).await.expect("a guest");
        let mut guest = guest.unwrap().unwrap();
        let (from, _open) = client.await.unwrap();
        assert_eq!(guest.connect_info().remote_addr(), Some(from));
        let mut heard = [0; 28];
        guest.read_exact(&mut heard).await.unwrap();
        assert_eq!(heard[..], [PREFACE, b"more"].concat());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_takes_nothing_of_what_it_is_sent_ends() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut incoming = Box::pin(listener::connections(listener, None));
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(PREFACE).await.unwrap();
    let guest = timeout(PATIENCE, incoming.next()).await.expect("a guest");
    let mut guest = guest.unwrap().unwrap();
    let much = vec![0; 64 * 1024 * 1024];
    let written = timeout(PATIENCE, guest.write_all(&much))
        .await
        .expect("an end");
    assert_eq!(written.unwrap_err().kind(), std::io::ErrorKind::TimedOut);
}
