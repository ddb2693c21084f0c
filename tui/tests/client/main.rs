//! The client without a terminal, and mostly without a server: keys in, screens and questions out.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, missing_docs)]

mod fake_server;
mod history;
mod live;
#[cfg(feature = "demo")]
mod outage;
mod passwords;
#[cfg(feature = "demo")]
mod real;
mod retry;
mod running;
mod screens;
mod sessions;
mod test_client;
mod updates;
