//! Shared parts of the tests.

pub(crate) mod changes;
pub(crate) mod fake_server;
mod prefix;
#[cfg(feature = "demo")]
pub(crate) mod real_client;
pub(crate) mod records;
pub(crate) mod test_client;
