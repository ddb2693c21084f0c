//! The throughput of calls in parallel, and the processor time of each.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::{
    caller::{Caller, Result},
    calls::{Read, Target, call},
    processor::{Postgres, ProcessorTime},
    server::Server,
};

/// Connections to the server, each of another account; those of pgbench.
pub(crate) const CONNECTIONS: usize = 8;
/// Simultaneous calls on each connection.
const CALLS: usize = 4;

/// Calls in turn until the end, beginning with another target than the other tasks.
async fn repeat(
    (caller, read): (Caller, Read),
    targets: Vec<Target>,
    (start, end): (usize, Instant),
) -> Result<u32> {
    let mut count = 0;
    for target in targets.iter().cycle().skip(start) {
        if Instant::now() >= end {
            break;
        }
        call(&caller, read, target).await?;
        count += 1;
    }
    Ok(count)
}

/// What was measured at the server.
pub(crate) struct Served {
    /// Calls per second.
    pub(crate) rate: f64,
    /// The processor time of the server for each call.
    pub(crate) server: ProcessorTime,
    /// That of PostgreSQL; zero for the built-in one, which belongs to the server.
    pub(crate) postgres: ProcessorTime,
}

/// Calls the server for this time, with the targets of each caller.
pub(crate) async fn load(
    (server, postgres): (&Server, Option<&Postgres>),
    callers: &[(Caller, Vec<Target>)],
    (read, duration): (Read, Duration),
) -> Result<Served> {
    let of_postgres = || postgres.map_or(Ok(Duration::ZERO), Postgres::processor_time);
    let before = (server.processor_time()?, of_postgres()?);
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for (index, (caller, targets)) in callers.iter().enumerate() {
        for task in 0..CALLS {
            let first = (index * CALLS + task) * targets.len() / (CALLS * callers.len());
            let work = (caller.clone(), read);
            tasks.spawn(repeat(work, targets.clone(), (first, start + duration)));
        }
    }
    let mut count = 0;
    while let Some(done) = tasks.join_next().await {
        count += done??;
    }
    let elapsed = start.elapsed();
    Ok(Served {
        rate: f64::from(count) / elapsed.as_secs_f64(),
        server: server.processor_time()?.saturating_sub(before.0) / count,
        postgres: of_postgres()?.saturating_sub(before.1) / count,
    })
}
