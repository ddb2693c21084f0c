//! Measures a release build of the server against the database that it uses: throughput, and the processor
//! time of each call from the accounting of the processes, which other work on the machine hardly changes.
//! `docs/performance.md` describes the parts and what they print.
//!
//! ```text
//! cargo bench -p epic-server --no-default-features --bench load [-- PART]
//! ```
//!
//! `EPIC_BENCH_DATABASE_URL` names the PostgreSQL server, without a database: a temporary one is created.
//! Default: `postgres://postgres@127.0.0.1:5432`. The server must run on this machine, because its processor
//! time is read from `/proc`. `EPIC_BENCH_SECONDS` is the duration of each measurement; default: 5.
//! `EPIC_BENCH_SERVER` is another server program to measure.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::cast_precision_loss,
    reason = "the figures are printed; a failure ends the benchmark; no figure has 16 digits"
)]

mod accounts;
#[cfg(feature = "embedded")]
mod builtin;
#[path = "../../examples/support/caller.rs"]
#[allow(dead_code, reason = "the benchmark uses only a part of it")]
mod caller;
mod calls;
mod database;
mod day;
mod herd;
mod idle;
mod page_reads;
mod pgbench;
mod processor;
mod reads;
mod server;
mod settings;
mod shared;
mod statements;
mod streams;
mod throughput;
mod watchers;
mod writer;

use std::{env, str::FromStr, time::Duration};

use self::{caller::Result, database::BenchDatabase};

/// The parts, in the order in which they run.
const PARTS: [&str; 6] = ["reads", "shared", "idle", "watchers", "day", "builtin"];

/// The number in an environment variable.
fn number<T: FromStr>(name: &str, default: T) -> Result<T> {
    match env::var(name) {
        Ok(text) => text
            .parse()
            .map_err(|_| format!("{name} is {text:?}, not a number").into()),
        Err(_) => Ok(default),
    }
}

async fn run(part: &str, database: &BenchDatabase) -> Result<()> {
    let duration = Duration::from_secs(number("EPIC_BENCH_SECONDS", 5)?);
    println!("{part}:");
    match part {
        "reads" => reads::run(database, duration).await,
        "shared" => shared::run(database, duration).await,
        "idle" => idle::run(database, duration).await,
        "watchers" => watchers::run(database).await,
        "day" => day::run(database, duration).await,
        #[cfg(feature = "embedded")]
        "builtin" => builtin::run(duration).await,
        _ => {
            println!("not in this program, which has no built-in database (--features embedded)");
            Ok(())
        }
    }
}

// One thread: the load shares the processors with the server and PostgreSQL.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    // Cargo adds `--bench`.
    let chosen = env::args().skip(1).find(|it| !it.starts_with("--"));
    if let Some(part) = &chosen
        && !PARTS.contains(&part.as_str())
    {
        return Err(format!("{part} is no part: {}", PARTS.join(", ")).into());
    }
    let database = BenchDatabase::create()?;
    for part in PARTS {
        if chosen.as_deref().is_none_or(|chosen| chosen == part) {
            run(part, &database).await?;
        }
    }
    Ok(())
}
