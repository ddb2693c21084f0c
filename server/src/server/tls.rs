//! TLS of the server. The certificate is reloaded when its files change, so a renewal needs no
//! restart.

mod validity;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use jiff::Timestamp;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use self::validity::Validity;
use crate::{
    error::{Error, StartError, StartResult},
    network::tls_provider,
};

/// How often the files are read. Their contents are compared, not their times: renewal tools may
/// replace a symbolic link, or write the same contents again.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// TLS of the server. The certificate is reloaded until this is dropped.
pub struct Tls {
    acceptor: TlsAcceptor,
    reload: JoinHandle<()>,
}

impl Tls {
    /// Reads the certificate and the key from PEM files.
    ///
    /// # Errors
    /// [`StartError::SetUp`] when a file cannot be read or parsed, the key does not belong to the
    /// certificate, or the certificate has expired; [`StartError::Temporary`] when it is not yet valid.
    pub fn open(cert: &Path, key: &Path) -> StartResult<Self> {
        let files = Files {
            cert: cert.to_owned(),
            key: key.to_owned(),
        };
        let contents = files.read();
        let pair = contents.clone().map_err(StartError::SetUp)?;
        let (current, validity) = files.parse_valid(&pair)?;
        if let Some(validity) = validity {
            tracing::info!(not_after = %validity.not_after(), "the certificate is in use");
        }
        let certificate = Arc::new(CurrentCertificate(RwLock::new(Arc::new(current))));
        let mut config = ServerConfig::builder_with_provider(tls_provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::Internal(error.to_string()))?
            .with_no_client_auth()
            .with_cert_resolver(certificate.clone());
        // gRPC needs HTTP/2.
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            reload: tokio::spawn(reload(files, contents, certificate, validity)),
        })
    }

    /// Performs the handshakes of new connections.
    #[must_use]
    pub fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.clone()
    }
}

impl Drop for Tls {
    fn drop(&mut self) {
        self.reload.abort();
    }
}

/// The certificate of new connections.
#[derive(Debug)]
struct CurrentCertificate(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for CurrentCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(
            self.0
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
        )
    }
}

/// The paths of the certificate and its key.
struct Files {
    cert: PathBuf,
    key: PathBuf,
}

/// The contents of the two files.
#[derive(Clone, PartialEq, Eq)]
struct Pair {
    cert: Vec<u8>,
    key: Vec<u8>,
}

/// The contents of the two files, or a sentence for operators.
type Contents = std::result::Result<Pair, String>;

impl Files {
    fn read(&self) -> Contents {
        let read = |name: &str, path: &Path| {
            std::fs::read(path)
                .map_err(|error| format!("{name} {} cannot be read: {error}", path.display()))
        };
        Ok(Pair {
            cert: read("EPIC_TLS_CERT", &self.cert)?,
            key: read("EPIC_TLS_KEY", &self.key)?,
        })
    }

    /// Parses a certificate, and checks that it is valid now.
    fn parse_valid(&self, pair: &Pair) -> StartResult<(CertifiedKey, Option<Validity>)> {
        let key = self.parse(pair).map_err(StartError::SetUp)?;
        let validity = Validity::of(&key);
        if let Some(validity) = validity {
            validity.check(Timestamp::now())?;
        }
        Ok((key, validity))
    }

    fn parse(&self, pair: &Pair) -> std::result::Result<CertifiedKey, String> {
        let (cert, key) = (self.cert.display(), self.key.display());
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&pair.cert)
            .collect::<std::result::Result<_, _>>()
            .map_err(|error| format!("EPIC_TLS_CERT {cert} is not a PEM file: {error}"))?;
        if chain.is_empty() {
            return Err(format!(
                "EPIC_TLS_CERT {cert} contains no certificate; it must contain the server's certificate \
                 chain in PEM format"
            ));
        }
        let private = PrivateKeyDer::from_pem_slice(&pair.key).map_err(|_| {
            format!(
                "EPIC_TLS_KEY {key} contains no private key; it must contain the certificate's key in \
                 PEM format, without a passphrase"
            )
        })?;
        CertifiedKey::from_der(chain, private, &tls_provider()).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => {
                format!(
                    "EPIC_TLS_KEY {key} is not the key of the certificate in EPIC_TLS_CERT {cert}"
                )
            }
            other => format!("EPIC_TLS_CERT {cert} and EPIC_TLS_KEY {key} cannot be used: {other}"),
        })
    }
}

/// Replaces the certificate when two consecutive reads return the same new contents: a renewal writes
/// one file after the other, and between the two writes they do not match. Logs unusable contents once
/// and continues to use the current certificate. Warns before its end.
async fn reload(
    files: Files,
    contents: Contents,
    certificate: Arc<CurrentCertificate>,
    mut validity: Option<Validity>,
) {
    let files = Arc::new(files);
    let (mut loaded, mut previous) = (contents.clone(), contents);
    let mut warnings = 0;
    loop {
        if let Some(validity) = validity {
            let now = Timestamp::now();
            let due = validity.warnings_due(now);
            if due > warnings {
                validity.warn(now);
            }
            warnings = due;
        }
        tokio::time::sleep(POLL_INTERVAL).await;
        let reader = Arc::clone(&files);
        let Ok(contents) = tokio::task::spawn_blocking(move || reader.read()).await else {
            return;
        };
        let is_stable = contents == previous;
        previous = contents;
        if !is_stable || previous == loaded {
            continue;
        }
        loaded = previous.clone();
        match loaded
            .clone()
            .map_err(StartError::SetUp)
            .and_then(|pair| files.parse_valid(&pair))
        {
            Ok((new, until)) => {
                validity = until;
                let not_after = until.map(|it| it.not_after().to_string());
                *certificate
                    .0
                    .write()
                    .unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
                tracing::info!(
                    cert = %files.cert.display(),
                    not_after,
                    "the new certificate is in use"
                );
            }
            Err(why) => {
                tracing::error!("{why}; the server continues to use the current certificate");
            }
        }
    }
}
