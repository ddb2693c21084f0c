//! Lists that calls share, while a commercial writes.

use std::time::{Duration, Instant};

use epic_events::v1::Role;
use tokio::try_join;

use crate::{
    accounts,
    caller::Result,
    calls::{Read, targets},
    database::BenchDatabase,
    herd,
    processor::Postgres,
    server::Server,
    throughput::{CONNECTIONS, load},
    writer::Writer,
};

/// Writes per second. Each of them ends the validity of all pages.
const WRITES: [u32; 3] = [0, 10, 100];

/// Prints the figures of every list at every rate of writes, then those of a herd.
pub(crate) async fn run(database: &BenchDatabase, duration: Duration) -> Result<()> {
    let server = Server::start(&database.settings, &[("EPIC_LIST_CACHE", "yes")])?;
    let postgres = Postgres::of(database)?;
    let callers = accounts::callers(database, &server, (Role::Support, CONNECTIONS)).await?;
    let mut writer = Writer::start(database, &server).await?;
    println!(
        "{:<14} {:>9} {:>9} {:>10} {:>10}",
        "", "writes/s", "calls/s", "server µs", "PostgreSQL"
    );
    for rate in WRITES {
        for read in Read::LISTS {
            let mut loads = Vec::new();
            for caller in &callers {
                loads.push((caller.clone(), targets(caller, read).await?));
            }
            let start = Instant::now();
            let (loaded, count) = try_join!(
                load((&server, Some(&postgres)), &loads, (read, duration)),
                writer.write_until(rate, start + duration),
            )?;
            println!(
                "{:<14} {:>9.0} {:>9.0} {:>10.1} {:>10.1}",
                read.rpc(),
                f64::from(count) / start.elapsed().as_secs_f64(),
                loaded.rate,
                loaded.server.as_secs_f64() * 1e6,
                loaded.postgres.as_secs_f64() * 1e6,
            );
        }
    }
    herd::run(database, &server, &mut writer).await
}
