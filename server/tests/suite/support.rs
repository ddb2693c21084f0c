//! Servers, databases, fixtures and API clients for the tests. No file here contains a test.

/// Evaluates to the URL of the PostgreSQL server under test; on the built-in database, which has a
/// single connection, it returns from the test instead.
macro_rules! require_postgres {
    () => {
        match $crate::support::database::postgres_url() {
            Some(url) => url,
            None => return eprintln!("skipped: the built-in database has one connection"),
        }
    };
}

pub mod api_client;
pub mod certificates;
#[cfg(unix)]
pub mod cluster;
pub mod database;
pub mod descriptor;
pub mod errors;
#[cfg(unix)]
pub mod fake_sentry;
pub mod fixtures;
#[cfg(target_os = "linux")]
pub mod http2_frames;
pub mod lists;
pub mod outage;
#[cfg(unix)]
pub mod pgbouncer;
mod postgres_run;
pub mod raw_call;
#[cfg(target_os = "linux")]
pub mod raw_connection;
pub mod rights_fixture;
pub mod rpc_cases;
pub mod server;
pub mod server_process;
pub mod tcp_proxy;
pub mod temp_folder;
#[cfg(unix)]
pub mod versions;
pub mod wait;
