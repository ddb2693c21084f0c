//! Lists that calls share, while a commercial writes.

use std::time::{Duration, Instant};

use epic_events::v1::Role;
use futures_util::future::try_join_all;
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
/// Commercials who write in turn: a single one would wait for each reply.
const WRITERS: u32 = 10;

/// Prints the figures of every list at every rate of writes, then those of a herd.
pub(crate) async fn run(database: &BenchDatabase, duration: Duration) -> Result<()> {
    let server = Server::start(&database.settings, &[("EPIC_LIST_CACHE", "yes")])?;
    let postgres = Postgres::of(database)?;
    let callers = accounts::callers(database, &server, (Role::Support, CONNECTIONS)).await?;
    let mut writers = Vec::new();
    for position in 0..WRITERS as usize {
        writers.push(Writer::start(database, &server, position).await?);
    }
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
                write(&mut writers, rate, (start, start + duration)),
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
    let first = writers.first_mut().ok_or("no writer")?;
    herd::run(database, &server, first).await
}

/// Lets the writers write in turn, together so often per second, and returns the number of writes.
async fn write(
    writers: &mut [Writer],
    per_second: u32,
    (start, end): (Instant, Instant),
) -> Result<u32> {
    if per_second == 0 {
        return Ok(0);
    }
    let interval = Duration::from_secs(1) / per_second;
    let done = (0..).zip(writers).map(|(turn, writer)| {
        writer.write_every(interval * WRITERS, (start + interval * turn, end))
    });
    Ok(try_join_all(done).await?.into_iter().sum())
}
