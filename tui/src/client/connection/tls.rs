//! The TLS handshake.

use std::{
    error::Error,
    fmt, io,
    sync::{Arc, OnceLock},
};

use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        self, AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct,
        DistinguishedName, InvalidMessage, RootCertStore, SignatureScheme,
        client::{
            Resumption, WebPkiServerVerifier,
            danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        },
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject as _},
    },
};

use super::{ConnectError, RefusedCertificate};

/// The name of HTTP/2 in the TLS handshake (RFC 9113, 3.2).
const HTTP2: &[u8] = b"h2";

/// Why TLS cannot be set up.
#[derive(Debug)]
pub enum TlsError {
    /// The host is neither a DNS name nor an IP address.
    Host,
    /// The platform has no certificate authorities, and none is configured.
    NoAuthorities,
    /// rustls refuses the configuration.
    Rustls(rustls::Error),
    /// No authority can be used for verification.
    Verifier(rustls::client::VerifierBuilderError),
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host => f.write_str("neither a DNS name nor an IP address"),
            Self::NoAuthorities => f.write_str("no certificate authorities are installed"),
            Self::Rustls(error) => error.fmt(f),
            Self::Verifier(error) => error.fmt(f),
        }
    }
}

impl Error for TlsError {}

/// TLS to a server.
pub(super) struct Tls {
    name: ServerName<'static>,
    verifier: Arc<WebPkiServerVerifier>,
    /// Has a verifier of its own for each handshake.
    config: ClientConfig,
    /// The authorities that are trusted in addition to the platform's.
    configured: Vec<CertificateDer<'static>>,
}

impl Tls {
    /// TLS to this host, trusting the platform's authorities and those of this PEM file.
    pub(super) fn new(host: &str, ca: Option<&[u8]>) -> Result<Self, TlsError> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| TlsError::Host)?;
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            tracing::debug!(%error, "some authorities of the platform cannot be read");
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(found.certs);
        let configured = CertificateDer::pem_slice_iter(ca.unwrap_or_default());
        let configured: Vec<_> = configured.filter_map(Result::ok).collect();
        roots.add_parsable_certificates(configured.iter().cloned());
        if roots.is_empty() {
            return Err(TlsError::NoAuthorities);
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .build()
                .map_err(TlsError::Verifier)?;
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Rustls)?
            .with_webpki_verifier(Arc::clone(&verifier))
            .with_no_client_auth();
        config.alpn_protocols = vec![HTTP2.to_vec()];
        // A resumed session would skip the verification.
        config.resumption = Resumption::disabled();
        Ok(Self {
            name,
            verifier,
            config,
            configured,
        })
    }

    /// The handshake on this connection.
    pub(super) async fn handshake(
        &self,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, ConnectError> {
        let recorder = Arc::new(Recorder {
            verifier: Arc::clone(&self.verifier),
            presented: OnceLock::new(),
        });
        let mut config = self.config.clone();
        let verifier: Arc<Recorder> = Arc::clone(&recorder);
        config.dangerous().set_certificate_verifier(verifier);
        let connector = TlsConnector::from(Arc::new(config));
        let stream = connector.connect(self.name.clone(), stream).await;
        let stream = stream.map_err(|error| self.failure(&error, recorder.presented.get()))?;
        let (_, session) = stream.get_ref();
        if session.alpn_protocol() == Some(HTTP2) {
            Ok(stream)
        } else {
            Err(ConnectError::OtherProtocol)
        }
    }

    /// Why the handshake failed, after the server presented this certificate.
    fn failure(&self, error: &io::Error, presented: Option<&Presented>) -> ConnectError {
        let cause = error.get_ref().and_then(|it| it.downcast_ref());
        let Some(cause): Option<&rustls::Error> = cause else {
            return match ConnectError::of_stream(error) {
                ConnectError::Closed if presented.is_none() => ConnectError::ClosedInTls,
                other => other,
            };
        };
        match (cause, presented) {
            (rustls::Error::InvalidCertificate(reason), Some(presented)) => {
                let is_configured = self.configured.contains(&presented.certificate);
                let refused = RefusedCertificate::new(
                    reason,
                    &presented.certificate,
                    presented.now,
                    is_configured,
                );
                ConnectError::Certificate(Box::new(refused))
            }
            (rustls::Error::InvalidMessage(message), None) if is_no_record(message) => {
                ConnectError::NoTls
            }
            (rustls::Error::AlertReceived(AlertDescription::NoApplicationProtocol), _) => {
                ConnectError::OtherProtocol
            }
            (cause, _) => ConnectError::Tls(cause.clone()),
        }
    }
}

/// Whether the first bytes of the server are not those of a TLS record.
fn is_no_record(error: &InvalidMessage) -> bool {
    matches!(
        error,
        InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion
    )
}

/// The certificate of the server in a handshake, and the time of its verification.
#[derive(Debug)]
struct Presented {
    certificate: CertificateDer<'static>,
    now: UnixTime,
}

/// Verifies like rustls does by default, and records what it verifies.
#[derive(Debug)]
struct Recorder {
    verifier: Arc<WebPkiServerVerifier>,
    presented: OnceLock<Presented>,
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let certificate = end_entity.clone().into_owned();
        // A handshake verifies one certificate.
        let _ = self.presented.set(Presented { certificate, now });
        self.verifier
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            .map_err(|error| match error {
                // The signature is not that of the trusted authority with this name, or not even of its kind
                // of key. A wrong signature of the handshake has the same error, and is no matter of
                // authorities.
                rustls::Error::InvalidCertificate(
                    CertificateError::BadSignature
                    | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. },
                ) => CertificateError::UnknownIssuer.into(),
                error => error,
            })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }

    fn requires_raw_public_keys(&self) -> bool {
        self.verifier.requires_raw_public_keys()
    }

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        self.verifier.root_hint_subjects()
    }
}
