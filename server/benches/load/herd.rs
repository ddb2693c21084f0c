//! Clients that all show the same page, and read it again after a change.

use epic_events::v1::{ListClientsRequest, client_service_client::ClientServiceClient};

use crate::{
    caller::{Caller, Result},
    database::BenchDatabase,
    number,
    page_reads::PageReads,
    server::Server,
    streams::{self, Reaction, Streams},
    writer::Writer,
};

/// Clients of an account: not more than the calls that it may make at once, because all of them read.
const OF_ACCOUNT: usize = 16;
/// Clients on a connection, each with a stream and a call: at most the 128 calls of a connection.
const OF_CONNECTION: usize = 32;
/// Changes.
const WRITES: i64 = 20;

/// Queries of the list of clients that a call causes.
struct Costs {
    write: i64,
    page: i64,
}

/// Prints how often PostgreSQL reads the page for each change.
pub(crate) async fn run(
    database: &BenchDatabase,
    server: &Server,
    writer: &mut Writer,
) -> Result<()> {
    let clients = number("EPIC_BENCH_HERD", 500)?;
    let callers = (clients, OF_ACCOUNT, OF_CONNECTION);
    let callers = streams::callers(database, server, callers).await?;
    let reads = PageReads::start(database)?;
    let costs = costs(&reads, writer, callers.first().ok_or("no client")?).await?;
    let mut streams = Streams::open(&callers, Reaction::ReadClients).await?;
    let mut total = 0;
    let mut most = 0;
    let mut reloads = 0;
    for _ in 0..WRITES {
        let before = reads.count()?;
        let client = writer.write().await?.clone();
        reloads += streams.all_see(&client).await?.reloads;
        let queries = reads.count()? - before - costs.write;
        total += queries;
        most = most.max(queries);
    }
    drop(streams);
    reads.stop()?;
    let pages = |queries: i64| queries as f64 / costs.page as f64;
    println!(
        "{clients} clients show a page: {:.1} reads of it per change on average, {:.1} at most \
         ({WRITES} changes, {reloads} reload messages)",
        pages(total) / WRITES as f64,
        pages(most)
    );
    Ok(())
}

/// Measures the queries of a write, and of a page that nobody has read since.
async fn costs(reads: &PageReads<'_>, writer: &mut Writer, reader: &Caller) -> Result<Costs> {
    let before = reads.count()?;
    writer.write().await?;
    let written = reads.count()?;
    ClientServiceClient::new(reader.channel.clone())
        .list_clients(reader.request(ListClientsRequest::default())?)
        .await?;
    let costs = Costs {
        write: written - before,
        page: reads.count()? - written,
    };
    if costs.page == 0 {
        return Err("a page without a query".into());
    }
    Ok(costs)
}
