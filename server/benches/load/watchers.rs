//! Many streams of changes on one server.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::{
    caller::Result,
    database::BenchDatabase,
    number,
    server::Server,
    streams::{self, Reaction, Streams},
    writer::Writer,
};

/// Streams of an account, the most that the server allows.
const OF_ACCOUNT: usize = 40;
/// Streams on a connection, of the 128 calls that it may carry.
const OF_CONNECTION: usize = 100;
/// Commits of each writer.
const WRITES: usize = 20;

/// How long memory that the server no longer needs stays with it.
const SETTLING: Duration = Duration::from_secs(2);

/// Prints the memory of a stream, and the time from a commit to the last stream.
pub(crate) async fn run(database: &BenchDatabase) -> Result<()> {
    let count = number("EPIC_BENCH_STREAMS", 5_000)?;
    let server = Server::start(&database.settings, &[])?;
    let other = Server::start(&database.settings, &[])?;
    let mut writer = Writer::start(database, &server, 0).await?;
    writer.write().await?;
    let callers = (count, OF_ACCOUNT, OF_CONNECTION);
    let callers = streams::callers(database, &server, callers).await?;
    let before = memory(&server).await?;
    let mut streams = Streams::open(&callers, Reaction::Nothing).await?;
    print_memory("open", count, before, memory(&server).await?);
    println!(
        "{:<14} {:>10} {:>10} {:>8}",
        "writer on", "median ms", "maximum", "reloads"
    );
    measure("the server", &mut writer, &mut streams).await?;
    writer.move_to(other.endpoint()?.connect().await?);
    measure("another", &mut writer, &mut streams).await?;
    print_memory("after changes", count, before, memory(&server).await?);
    Ok(())
}

/// The memory of the server, in KiB.
async fn memory(server: &Server) -> Result<u64> {
    sleep(SETTLING).await;
    server.memory()
}

fn print_memory(title: &str, count: usize, before: u64, after: u64) {
    let mebibytes = |memory: u64| memory as f64 / 1024.0;
    println!(
        "{count} streams {title}: the server grows from {:.1} to {:.1} MiB, {:.1} KiB for each",
        mebibytes(before),
        mebibytes(after),
        (after as f64 - before as f64) / count as f64,
    );
}

/// Prints the time from the reply of each write until the last stream has received the change.
async fn measure(title: &str, writer: &mut Writer, streams: &mut Streams) -> Result<()> {
    let mut times = Vec::new();
    let mut reloads = 0;
    for _ in 0..WRITES {
        let client = writer.write().await?.clone();
        let replied = Instant::now();
        let seen = streams.all_see(&client).await?;
        let time = seen.last.saturating_duration_since(replied);
        times.push(time.as_secs_f64() * 1e3);
        reloads += seen.reloads;
    }
    times.sort_by(f64::total_cmp);
    println!(
        "{title:<14} {:>10.1} {:>10.1} {reloads:>8}",
        times[WRITES / 2],
        times[WRITES - 1]
    );
    Ok(())
}
