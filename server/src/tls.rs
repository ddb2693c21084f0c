//! TLS is rustls with aws-lc, in the whole process.

/// Chooses aws-lc for every TLS connection. Sentry's transport brings another provider, and between
/// two rustls does not choose but panics. To be called once, before anything uses TLS.
pub fn choose_provider() {
    let chosen = rustls::crypto::aws_lc_rs::default_provider().install_default();
    debug_assert!(chosen.is_ok(), "nothing has used TLS before");
}
