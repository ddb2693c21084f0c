//! The TLS provider of every connection: aws-lc.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, aws_lc_rs};

/// Makes aws-lc the default of the process, which Sentry's transport uses. Must be called once, before the
/// first connection.
pub fn install_tls_provider() {
    let installed = aws_lc_rs::default_provider().install_default();
    debug_assert!(installed.is_ok(), "a default provider is installed already");
}

/// The provider as a value, for code that also runs in processes without a default.
#[must_use]
pub fn tls_provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
