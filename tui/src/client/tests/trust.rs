//! The certificate authorities that the client trusts: the platform's and the configured one.

use std::process::Command;

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use tonic::transport::{Identity, ServerTlsConfig};

use super::{
    links::{Authority, authority, for_localhost, named},
    *,
};

/// The name of the platform's authority.
const PLATFORM: &str = "The platform's authority";

/// Starts a server with a certificate of this authority, and returns its port.
pub(super) async fn serve(authority: &Authority) -> u16 {
    let key = KeyPair::generate().unwrap();
    let cert = for_localhost().signed_by(&key, authority).unwrap();
    let identity = Identity::from_pem(cert.pem(), key.serialize_pem());
    let listener = TcpListener::bind(free_port()).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tonic::transport::Server::builder()
        .tls_config(ServerTlsConfig::new().identity(identity))
        .unwrap()
        .add_service(AuthServiceServer::new(FakeAuthService(Arc::default())));
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    port
}

/// Signs in; without success, the sentence that says why.
async fn login(port: u16, ca: Option<&[u8]>) -> Result<(), String> {
    let server = Server {
        url: format!("https://localhost:{port}"),
        ca: ca.map(<[u8]>::to_vec),
    };
    let api = Api::new(&server, Messages::new(Lang::En), SessionStorage::Memory).unwrap();
    match api.login(credentials("right")).await {
        Ok(_) => Ok(()),
        Err(RequestError::Unavailable(outage)) => Err(outage.message),
        Err(error) => Err(format!("{error:?}")),
    }
}

fn untrusted(port: u16) -> String {
    format!("The authority of the certificate of https://localhost:{port} is not trusted.")
}

/// The platform's authorities depend on the environment, which a test cannot change for its own
/// process. So the test below runs in a process in which `SSL_CERT_FILE` names this authority.
#[test]
fn trusts_the_platforms_authorities_and_the_configured_one() {
    let folder = tempfile::tempdir().unwrap();
    let (platforms, pem) = (folder.path().join("platform.pem"), authority(PLATFORM));
    std::fs::write(&platforms, pem.pem()).unwrap();
    std::fs::write(
        folder.path().join("platform.key"),
        pem.key().serialize_pem(),
    )
    .unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "--nocapture"])
        .arg("client::tests::trust::with_the_platforms_authority")
        .env("SSL_CERT_FILE", &platforms)
        .env_remove("SSL_CERT_DIR")
        .output()
        .unwrap();
    let output_text =
        String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && output_text.contains("1 passed"),
        "{output_text}"
    );
}

#[tokio::test]
#[ignore = "run by the test above"]
async fn with_the_platforms_authority() {
    // Two TLS providers are linked with the demo; `main` selects one too.
    #[cfg(feature = "demo")]
    epic_server::network::install_tls_provider();
    let platforms = std::env::var("SSL_CERT_FILE").unwrap();
    let key = std::fs::read_to_string(platforms.replace(".pem", ".key")).unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name = named(PLATFORM);
    let key = KeyPair::from_pem(&key).unwrap();
    let platform = Authority::self_signed(params, key).unwrap();
    let configured = authority("The configured authority");
    let ca = configured.pem().into_bytes();
    let (by_platform, by_configured) = (serve(&platform).await, serve(&configured).await);
    assert_eq!(login(by_platform, None).await, Ok(()));
    assert_eq!(login(by_platform, Some(&ca)).await, Ok(()));
    assert_eq!(login(by_configured, Some(&ca)).await, Ok(()));
    assert_eq!(
        login(by_configured, None).await,
        Err(untrusted(by_configured))
    );
    let by_neither = serve(&authority("Neither")).await;
    for ca in [None, Some(&*ca)] {
        assert_eq!(login(by_neither, ca).await, Err(untrusted(by_neither)));
    }
}
