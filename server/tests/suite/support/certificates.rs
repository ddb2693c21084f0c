//! Certificates for tests, signed by an authority that the test creates.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

pub struct CertificateAuthority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its private key, as PEM.
pub struct IssuedCertificate {
    pub cert: String,
    pub key: String,
}

impl CertificateAuthority {
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "An authority for tests");
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("an authority"))
    }

    /// Issues a certificate for a server with the name or address `name`.
    pub fn issue(&self, name: &str) -> IssuedCertificate {
        let params = CertificateParams::new([name.to_owned()]).expect("a name");
        self.sign(&params)
    }

    /// Issues a certificate for `localhost` that is valid in these years.
    pub fn issue_for_years(&self, years: Range<i32>) -> IssuedCertificate {
        let mut params = CertificateParams::new(["localhost".to_owned()]).expect("a name");
        params.not_before = date_time_ymd(years.start, 1, 1);
        params.not_after = date_time_ymd(years.end, 1, 1);
        self.sign(&params)
    }

    fn sign(&self, params: &CertificateParams) -> IssuedCertificate {
        let key = KeyPair::generate().expect("a key");
        let cert = params.signed_by(&key, &self.0).expect("a certificate");
        IssuedCertificate {
            cert: cert.pem(),
            key: key.serialize_pem(),
        }
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A TLS client that trusts this authority only.
    pub fn client_config(&self) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).expect("an authority");
        let mut config = ClientConfig::builder_with_provider(epic_server::network::tls_provider())
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec()];
        config
    }
}

impl IssuedCertificate {
    /// Writes `tls.crt` and `tls.key` into `folder`.
    pub fn write(&self, folder: &Path) -> (PathBuf, PathBuf) {
        let (cert, key) = (folder.join("tls.crt"), folder.join("tls.key"));
        std::fs::write(&cert, &self.cert).expect("a file");
        std::fs::write(&key, &self.key).expect("a file");
        (cert, key)
    }

    pub fn der(&self) -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(self.cert.as_bytes()).expect("a certificate")
    }
}
