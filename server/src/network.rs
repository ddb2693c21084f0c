//! Network functions that several modules use: the TLS provider of the process, and the source
//! network of a caller, on which limits are based.

mod source_network;
mod tls_provider;

pub(crate) use self::source_network::{ipv6_network, site_network, source_network};
pub use self::tls_provider::{install_tls_provider, tls_provider};
