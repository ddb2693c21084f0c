//! What both ends of the network share: the TLS provider of the process, and the networks that
//! callers are told apart by.

mod source_network;
mod tls_provider;

pub(crate) use self::source_network::source_network;
pub use self::tls_provider::{install_tls_provider, tls_provider};
