//! What servers without callers cost: each asks for changes ten times a second.

use std::{collections::HashMap, time::Duration};

use tokio::time::{Instant, sleep};

use crate::{
    caller::Result,
    database::BenchDatabase,
    number,
    processor::{Postgres, ProcessorTime},
    server::Server,
};

/// How long the servers may still prepare themselves after their start.
const SETTLING: Duration = Duration::from_secs(3);

/// Prints the processor time of PostgreSQL and of the servers, as a share of a core.
pub(crate) async fn run(database: &BenchDatabase, duration: Duration) -> Result<()> {
    let count = number("EPIC_BENCH_IDLE_SERVERS", 10)?;
    let mut servers = Vec::new();
    for _ in 0..count {
        servers.push(Server::start(&database.settings, &[])?);
    }
    sleep(SETTLING).await;
    let postgres = Postgres::of(database)?;
    let start = Instant::now();
    let before = (postgres.times()?, of_servers(&servers)?);
    sleep(duration).await;
    let after = (postgres.times()?, of_servers(&servers)?);
    let elapsed = start.elapsed();
    let share = |used: Duration| used.as_secs_f64() / elapsed.as_secs_f64() * 100.0;
    println!(
        "{count} servers at rest cost PostgreSQL {:.2} % of a core, and themselves {:.2} %",
        share(difference(&before.0, &after.0)),
        share(after.1.saturating_sub(before.1))
    );
    Ok(())
}

fn of_servers(servers: &[Server]) -> Result<ProcessorTime> {
    servers.iter().map(Server::processor_time).sum()
}

/// The time that processes have used which ran before as well as after.
fn difference(before: &HashMap<u32, u64>, after: &HashMap<u32, u64>) -> Duration {
    let used = after.iter().filter_map(|(process, time)| {
        let before = before.get(process)?;
        Some(time.saturating_sub(*before))
    });
    Duration::from_nanos(used.sum())
}
