//! TLS: certificates, their renewal, and connections before the handshake is complete.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use epic_events::{
    api_error::ApiError,
    reason::Reason,
    v1::{LoginRequest, auth_service_client::AuthServiceClient},
};
use epic_server::server::{
    connection_limit::ConnectionLimiter, limits::Limits, listener, proxy_protocol::TrustedProxies,
    tls::Tls,
};
use futures_util::StreamExt as _;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, server::Connected as _};

use crate::support::{
    certificates::{CertificateAuthority, IssuedCertificate},
    errors::api_error,
    fixtures::login_request,
    server_process::{Installation, ServerProcess},
    temp_folder::TempFolder,
    wait::TIMEOUT,
};

/// The connection preface of HTTP/2.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Opens a TLS connection that trusts `authority`.
pub async fn handshake(
    authority: &CertificateAuthority,
    address: SocketAddr,
) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    let connector = TlsConnector::from(Arc::new(authority.client_config()));
    connector.connect(name, stream).await
}

/// The certificate that the server presents to a new connection.
async fn presented_certificate(
    authority: &CertificateAuthority,
    address: SocketAddr,
) -> CertificateDer<'static> {
    let stream = handshake(authority, address).await.expect("a handshake");
    let (_, session) = stream.get_ref();
    session.peer_certificates().expect("a certificate")[0].clone()
}

async fn serve(installation: &Installation, issued: &IssuedCertificate) -> ServerProcess {
    let (cert, key) = issued.write(installation.folder.path());
    let files = [
        ("EPIC_TLS_CERT", cert.to_str().unwrap()),
        ("EPIC_TLS_KEY", key.to_str().unwrap()),
    ];
    installation.serve(&files).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_tls_answers_over_tls_only() {
    let installation = Installation::with_sql("").await;
    let authority = CertificateAuthority::new();
    let server = serve(&installation, &authority.issue("localhost")).await;
    let login = login_request();
    let trusting = |authority: &CertificateAuthority| {
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
    let wrong_password = LoginRequest {
        password: "not the password".to_owned(),
        ..login
    };
    assert_eq!(
        api_error(auth.login(wrong_password).await).reason,
        Reason::LoginFailed
    );
    let untrusting = trusting(&CertificateAuthority::new()).connect().await;
    assert!(untrusting.is_err(), "an unknown authority");
    let plain = Endpoint::from_shared(format!("http://{}", server.address)).unwrap();
    let mut plain = AuthServiceClient::new(plain.connect_lazy());
    let reply = plain.login(LoginRequest::default()).await;
    let status = reply.expect_err("no reply without TLS");
    assert!(ApiError::from_status(&status).is_none(), "{status:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_presented_unless_it_is_invalid() {
    let installation = Installation::with_sql("").await;
    let authority = CertificateAuthority::new();
    let first = authority.issue("localhost");
    let mut server = serve(&installation, &first).await;
    let (folder, address) = (installation.folder.path(), server.address);
    assert_eq!(
        presented_certificate(&authority, address).await,
        first.der()
    );

    let mismatched = IssuedCertificate {
        cert: authority.issue("localhost").cert,
        key: first.key.clone(),
    };
    let invalid = IssuedCertificate {
        cert: "nonsense".to_owned(),
        key: first.key.clone(),
    };
    for (pair, warning) in [
        (mismatched, "is not the key of the certificate"),
        (invalid, "contains no certificate"),
    ] {
        pair.write(folder);
        server.wait_for_log(warning).await;
        assert_eq!(
            presented_certificate(&authority, address).await,
            first.der()
        );
    }
    std::fs::remove_file(folder.join("tls.key")).unwrap();
    server.wait_for_log("tls.key cannot be read").await;
    assert_eq!(
        presented_certificate(&authority, address).await,
        first.der()
    );

    let second = authority.issue("localhost");
    second.write(folder);
    timeout(TIMEOUT, async {
        while presented_certificate(&authority, address).await != second.der() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .expect("the new certificate");
    // The server reads the files periodically, and logs each change once.
    assert_eq!(
        server
            .log()
            .matches("the server continues to use the current certificate")
            .count(),
        3
    );
}

#[tokio::test]
async fn an_unusable_file_is_refused_with_a_sentence() {
    let folder = TempFolder::new();
    let authority = CertificateAuthority::new();
    let valid = authority.issue("localhost");
    let cases = [
        ("", &*valid.key, "EPIC_TLS_CERT", "contains no certificate"),
        (
            &*valid.key,
            &*valid.key,
            "EPIC_TLS_CERT",
            "contains no certificate",
        ),
        (&*valid.cert, "", "EPIC_TLS_KEY", "contains no private key"),
        (
            &*valid.cert,
            &*valid.cert,
            "EPIC_TLS_KEY",
            "contains no private key",
        ),
        (
            &*valid.cert,
            &*authority.issue("localhost").key.clone(),
            "EPIC_TLS_KEY",
            "is not the key of the certificate",
        ),
    ]
    .map(|(cert, key, setting, expected)| (cert.to_owned(), key.to_owned(), setting, expected));
    for (cert, key, setting, expected) in cases {
        let (cert, key) = IssuedCertificate { cert, key }.write(folder.path());
        let error = Tls::open(&cert, &key).err().expect("an error").to_string();
        assert!(
            error.starts_with(setting) && error.contains(expected),
            "{error}"
        );
    }
    let (cert, _) = valid.write(folder.path());
    let error = Tls::open(&cert, &folder.path().join("none")).err().unwrap();
    assert!(error.to_string().contains("none cannot be read"), "{error}");
}

/// Clients would refuse it.
#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_not_valid_now_is_not_used() {
    let installation = Installation::with_sql("").await;
    let authority = CertificateAuthority::new();
    let folder = installation.folder.path();
    let expired = || authority.issue_for_years(1990..2001);
    let early = || authority.issue_for_years(2190..2201);
    for (pair, code, expected) in [
        (expired(), 78, "has expired at 2001-01-01T00:00:00Z"),
        (early(), 1, "is valid from 2190-01-01T00:00:00Z"),
    ] {
        let (cert, key) = pair.write(folder);
        let files = [
            ("EPIC_TLS_CERT", cert.to_str().unwrap()),
            ("EPIC_TLS_KEY", key.to_str().unwrap()),
        ];
        let output = installation.run(&["serve"], &files);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{errors}");
        assert!(errors.contains(expected), "{errors}");
    }
    let good = authority.issue_for_years(2020..2201);
    let mut server = serve(&installation, &good).await;
    assert!(
        server.log().contains("not_after=2201-01-01T00:00:00Z"),
        "{}",
        server.log()
    );
    for (pair, expected) in [
        (expired(), "has expired at"),
        (early(), "is valid from 2190"),
    ] {
        pair.write(folder);
        server.wait_for_log(expected).await;
        let presented = presented_certificate(&authority, server.address).await;
        assert_eq!(presented, good.der());
    }
}

fn limiter() -> ConnectionLimiter {
    ConnectionLimiter::new(&Limits::default())
}

/// The login throttle needs the address, and HTTP/2 the bytes that the acceptor has read.
#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_connection_has_its_remote_address_and_all_bytes() {
    let authority = CertificateAuthority::new();
    let folder = TempFolder::new();
    let (cert, key) = authority.issue("localhost").write(folder.path());
    let tls = Tls::open(&cert, &key).expect("TLS");
    for acceptor in [None, Some(tls.acceptor())] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut incoming = Box::pin(listener::connections(
            listener,
            acceptor.clone(),
            limiter(),
            TrustedProxies::default(),
        ));
        let client = tokio::spawn({
            let client = authority.client_config();
            async move {
                let mut stream = TcpStream::connect(address).await.unwrap();
                let local = stream.local_addr().unwrap();
                let sent = [PREFACE, b"more"].concat();
                if acceptor.is_none() {
                    stream.write_all(&sent).await.unwrap();
                    return (local, None);
                }
                let connector = TlsConnector::from(Arc::new(client));
                let name = ServerName::try_from("localhost").unwrap();
                let mut stream = connector.connect(name, stream).await.unwrap();
                stream.write_all(&sent).await.unwrap();
                stream.flush().await.unwrap();
                (local, Some(stream))
            }
        });
        let connection = timeout(TIMEOUT, incoming.next()).await;
        let mut connection = connection.expect("a connection").unwrap();
        let (address, _open) = client.await.unwrap();
        assert_eq!(connection.connect_info().remote_addr(), Some(address));
        let mut received = [0; 28];
        connection.read_exact(&mut received).await.unwrap();
        assert_eq!(received[..], [PREFACE, b"more"].concat());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_whose_peer_does_not_read_times_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut incoming = Box::pin(listener::connections(
        listener,
        None,
        limiter(),
        TrustedProxies::default(),
    ));
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(PREFACE).await.unwrap();
    let connection = timeout(TIMEOUT, incoming.next()).await;
    let mut connection = connection.expect("a connection").unwrap();
    let much = vec![0; 64 * 1024 * 1024];
    let written = timeout(TIMEOUT, connection.write_all(&much))
        .await
        .expect("an end");
    assert_eq!(written.unwrap_err().kind(), std::io::ErrorKind::TimedOut);
}
