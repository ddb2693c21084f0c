//! TLS is rustls with aws-lc, in the whole process. The server's certificate is read again when its
//! files change, so that a renewal needs no restart.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use rustls::{
    ServerConfig,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::error::{Error, Result};

/// How often the files are looked at. Their contents are compared: what renews certificates may
/// turn a symbolic link, or write the same again.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Chooses aws-lc for every TLS connection. Sentry's transport brings another provider, and between
/// two rustls does not choose but panics. To be called once, before anything uses TLS.
pub fn choose_provider() {
    let chosen = rustls::crypto::aws_lc_rs::default_provider().install_default();
    debug_assert!(chosen.is_ok(), "nothing has used TLS before");
}

/// The provider by name, for whoever runs where none was chosen.
#[must_use]
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// The server's side of TLS. Its certificate is kept up to date until this is dropped.
pub struct Tls {
    acceptor: TlsAcceptor,
    watch: JoinHandle<()>,
}

impl Tls {
    /// With the certificate and the key in those files.
    ///
    /// # Errors
    /// When a file cannot be read or holds something else, or the key is not the certificate's.
    pub fn open(cert: &Path, key: &Path) -> Result<Self> {
        let files = Files {
            cert: cert.to_owned(),
            key: key.to_owned(),
        };
        let found = files.read();
        let current = found.clone().and_then(|pair| files.parse(&pair));
        let current = current.map_err(Error::Defect)?;
        let shown = Arc::new(Shown(RwLock::new(Arc::new(current))));
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::Defect(error.to_string()))?
            .with_no_client_auth()
            .with_cert_resolver(shown.clone());
        // gRPC is HTTP/2 and nothing else.
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            watch: tokio::spawn(watch(files, found, shown)),
        })
    }

    /// What makes a TLS connection of a plain one.
    #[must_use]
    pub fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.clone()
    }
}

impl Drop for Tls {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

/// The certificate that new connections are shown.
#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(
            self.0
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
        )
    }
}

/// Where the certificate and its key are.
struct Files {
    cert: PathBuf,
    key: PathBuf,
}

/// What the two files hold.
#[derive(Clone, PartialEq, Eq)]
struct Pair {
    cert: Vec<u8>,
    key: Vec<u8>,
}

/// What the two files hold, or a sentence on why that is not known.
type Found = std::result::Result<Pair, String>;

impl Files {
    fn read(&self) -> Found {
        let read = |name: &str, path: &Path| {
            std::fs::read(path)
                .map_err(|error| format!("{name} {} cannot be read: {error}", path.display()))
        };
        Ok(Pair {
            cert: read("EPIC_TLS_CERT", &self.cert)?,
            key: read("EPIC_TLS_KEY", &self.key)?,
        })
    }

    fn parse(&self, pair: &Pair) -> std::result::Result<CertifiedKey, String> {
        let (cert, key) = (self.cert.display(), self.key.display());
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&pair.cert)
            .collect::<std::result::Result<_, _>>()
            .map_err(|error| format!("EPIC_TLS_CERT {cert} is not a PEM file: {error}"))?;
        if chain.is_empty() {
            return Err(format!(
                "EPIC_TLS_CERT {cert} holds no certificate; it takes the server's certificate and \
                 those that vouch for it, in PEM form"
            ));
        }
        let private = PrivateKeyDer::from_pem_slice(&pair.key).map_err(|_| {
            format!(
                "EPIC_TLS_KEY {key} holds no private key; it takes the certificate's key, in PEM \
                 form and without a passphrase"
            )
        })?;
        CertifiedKey::from_der(chain, private, &provider()).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => {
                format!(
                    "EPIC_TLS_KEY {key} is not the key of the certificate in EPIC_TLS_CERT {cert}"
                )
            }
            other => format!("EPIC_TLS_CERT {cert} and EPIC_TLS_KEY {key} cannot be used: {other}"),
        })
    }
}

/// Shows the new certificate once both files have come to rest: between one being written and the
/// other, they do not fit. What cannot be used is told once, and the old certificate stays.
async fn watch(files: Files, found: Found, shown: Arc<Shown>) {
    let files = Arc::new(files);
    let (mut settled, mut last) = (found.clone(), found);
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let reading = Arc::clone(&files);
        let Ok(found) = tokio::task::spawn_blocking(move || reading.read()).await else {
            return;
        };
        let at_rest = found == last;
        last = found;
        if !at_rest || last == settled {
            continue;
        }
        settled = last.clone();
        match settled.clone().and_then(|pair| files.parse(&pair)) {
            Ok(new) => {
                *shown.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
                tracing::info!(cert = %files.cert.display(), "the new certificate is in use");
            }
            Err(why) => tracing::error!("{why}; the certificate in use stays"),
        }
    }
}
