//! What stands between client and server in these tests: listeners that count their connections, and
//! treat each as the test says.

use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair,
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer},
        sign::{CertifiedKey, SingleCertAndKey},
    },
};

use super::*;

pub(in crate::client) type Authority = CertifiedIssuer<'static, KeyPair>;

/// A listener, and the number of the connections that it has accepted.
pub(in crate::client) struct Link {
    pub(in crate::client) address: SocketAddr,
    accepted: Arc<AtomicUsize>,
}

impl Link {
    /// Accepts connections, and gives each to a task with its number, from 1.
    pub(in crate::client) async fn new<Fut>(
        handle: impl Fn(usize, TcpStream) -> Fut + Send + 'static,
    ) -> Self
    where
        Fut: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind(free_port()).await.unwrap();
        let accepted = Arc::new(AtomicUsize::new(0));
        let link = Self {
            address: listener.local_addr().unwrap(),
            accepted: Arc::clone(&accepted),
        };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = accepted.fetch_add(1, Ordering::SeqCst) + 1;
                tokio::spawn(handle(number, stream));
            }
        });
        link
    }

    pub(in crate::client) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }
}

/// Forwards connections to the target until their number is in `dead`: from then on their bytes are
/// lost, as on a connection whose network is gone.
pub(in crate::client) async fn proxy(target: SocketAddr, dead: watch::Receiver<usize>) -> Link {
    Link::new(move |number, stream| {
        let mut dead = dead.clone();
        async move {
            let (mut client, mut server) = (stream, TcpStream::connect(target).await.unwrap());
            tokio::select! {
                _ = copy_bidirectional(&mut client, &mut server) => {}
                () = is_dead(&mut dead, number) => hold((client, server)).await,
            }
        }
    })
    .await
}

async fn is_dead(dead: &mut watch::Receiver<usize>, number: usize) {
    if dead.wait_for(|&last| number <= last).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Keeps connections open, and neither reads nor writes.
pub(in crate::client) async fn hold<T>(_connections: T) {
    std::future::pending::<()>().await;
}

/// An authority of this name.
pub(in crate::client) fn authority(name: &str) -> Authority {
    authority_with(name, KeyPair::generate().unwrap())
}

/// An authority with this name and key.
pub(in crate::client) fn authority_with(name: &str, key: KeyPair) -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name = named(name);
    Authority::self_signed(params, key).unwrap()
}

/// A distinguished name with this common name.
pub(in crate::client) fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

/// The parameters of a certificate for `localhost`.
pub(in crate::client) fn for_localhost() -> CertificateParams {
    let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.distinguished_name = named("a server");
    params
}

/// The TLS of a server with a certificate of this authority.
pub(in crate::client) fn tls(params: &CertificateParams, authority: &Authority) -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    acceptor(certificate.der().clone(), &key, &[b"h2"])
}

/// The TLS of a server with this certificate and these protocols.
pub(in crate::client) fn acceptor(
    certificate: CertificateDer<'static>,
    key: &KeyPair,
    protocols: &[&[u8]],
) -> TlsAcceptor {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let key = provider.key_provider.load_private_key(key).unwrap();
    // Does not check that the key is that of the certificate.
    let certified = SingleCertAndKey::from(CertifiedKey::new(vec![certificate], key));
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(certified));
    config.alpn_protocols = protocols.iter().map(|it| it.to_vec()).collect();
    Arc::new(config).into()
}
