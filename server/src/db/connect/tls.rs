//! TLS to PostgreSQL, which verifies its certificate.

use std::io;

use rustls::{
    CertificateError, ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::ConnectError;
use crate::network::tls_provider;

/// TLS that trusts the authorities in the PEM file `root_certificates`, or those of the platform.
/// The file is read for every connection, so that it can be replaced.
pub(super) fn connector(
    root_certificates: Option<&str>,
) -> Result<MakeRustlsConnect, ConnectError> {
    let roots = match root_certificates {
        None | Some("system") => platform_roots()?,
        Some(file) => file_roots(file)?,
    };
    let mut config = ClientConfig::builder_with_provider(tls_provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| ConnectError::misconfigured(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok(MakeRustlsConnect::new(config))
}

fn platform_roots() -> Result<RootCertStore, ConnectError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(ConnectError::misconfigured(
            "this machine has no trusted certificate authorities; set sslrootcert in DATABASE_URL \
             to a file with the certificate of the database's authority"
                .to_owned(),
        ));
    }
    Ok(roots)
}

fn file_roots(file: &str) -> Result<RootCertStore, ConnectError> {
    let invalid = |why: String| {
        ConnectError::misconfigured(format!("sslrootcert={file} in DATABASE_URL {why}"))
    };
    let pem = std::fs::read(file).map_err(|error| invalid(format!("cannot be read: {error}")))?;
    let mut roots = RootCertStore::empty();
    for authority in CertificateDer::pem_slice_iter(&pem) {
        authority
            .map_err(|error| error.to_string())
            .and_then(|it| roots.add(it).map_err(|error| error.to_string()))
            .map_err(|error| invalid(format!("contains an invalid certificate: {error}")))?;
    }
    if roots.is_empty() {
        return Err(invalid("contains no certificate in PEM format".to_owned()));
    }
    Ok(roots)
}

/// The sentence about an invalid certificate; `None` for another error.
pub(super) fn certificate_sentence(
    host: &str,
    error: &(dyn std::error::Error + 'static),
) -> Option<String> {
    Some(match certificate_error(error)? {
        // `BadSignature`: an authority with the same name and another key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => format!(
            "the certificate of the database at {host} is issued by an authority that is not \
             trusted; set sslrootcert in DATABASE_URL to a file with the certificate of that \
             authority"
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!(
                "the certificate of the database is not valid for {host}; use a host name of the \
                 certificate in DATABASE_URL"
            )
        }
        other => format!("the certificate of the database at {host} is not valid: {other}"),
    })
}

/// The certificate error inside an `io::Error`, whose `source` skips it.
fn certificate_error<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> Option<&'a CertificateError> {
    let inner = error.downcast_ref::<io::Error>()?.get_ref()?;
    match inner.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidCertificate(why) => Some(why),
        _ => None,
    }
}
