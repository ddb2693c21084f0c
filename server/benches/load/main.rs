//! Measures a release build of the server against the database that it uses: throughput, and the processor
//! time of each call from the accounting of the processes, which other work on the machine hardly changes.
//!
//! ```text
//! cargo bench -p epic-server --no-default-features --bench load
//! ```
//!
//! `EPIC_BENCH_DATABASE_URL` names the PostgreSQL server, without a database: a temporary one is created.
//! Default: `postgres://postgres@127.0.0.1:5432`. The server must run on this machine, because its processor
//! time is read from `/proc`. `EPIC_BENCH_SECONDS` is the duration of each measurement; default: 5.
//! `EPIC_BENCH_SERVER` is another server program to measure.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "the figures are printed; a failure ends the benchmark"
)]

#[path = "../../examples/support/caller.rs"]
#[allow(dead_code, reason = "the benchmark uses only a part of it")]
mod caller;
mod database;
mod pgbench;
mod processor;
mod reads;
mod server;
mod statements;

use std::{env, time::Duration};

use self::{caller::Result, database::BenchDatabase, server::Server};

/// The duration of each measurement.
fn seconds() -> Result<Duration> {
    let seconds = env::var("EPIC_BENCH_SECONDS").unwrap_or_else(|_| "5".to_owned());
    Ok(Duration::from_secs(seconds.parse()?))
}

// One thread: the load shares the processors with the server and PostgreSQL.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let database = BenchDatabase::create()?;
    let server = Server::start(&database)?;
    reads::run(&database, &server, seconds()?).await
}
