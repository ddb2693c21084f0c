//! Lists and records without the cache of lists, each call with another page or id, beside pgbench.

use std::time::Duration;

use epic_events::v1::Role;

use crate::{
    accounts,
    caller::{Caller, Result},
    calls::{PAGE, Read, call, targets},
    database::BenchDatabase,
    pgbench::{self, Measured, script},
    processor::{Postgres, ProcessorTime},
    server::Server,
    statements::Statements,
    throughput::{CONNECTIONS, Served, load},
};

/// The scripts of pgbench that execute the queries of these calls.
async fn scripts(database: &BenchDatabase, caller: &Caller, read: Read) -> Result<Vec<String>> {
    let statements = Statements::start(database).await?;
    // The same session at the server in this process.
    let caller = Caller {
        channel: statements.endpoint.connect().await?,
        ..caller.clone()
    };
    let targets = targets(&caller, read).await?;
    call(&caller, read, targets.first().ok_or("no record")?).await?;
    let view = format!("FROM \"{}_records\"", read.table().trim_end_matches('s'));
    let scripts = match read.order() {
        None => {
            let text = statements.find(&[&view, "\"id\" = $1", "LIMIT"]).await?;
            let prologue = format!("\\set id random(1, {})\n", targets.len());
            vec![script(
                &text,
                &[":id".to_owned(), "1".to_owned()],
                &prologue,
            )]
        }
        Some((key, is_descending)) => {
            let text = statements.find(&[&view, "page_key", ", id) "]).await?;
            let direction = if is_descending { "desc" } else { "" };
            let ends = database.query(&format!(
                "select quote_literal(key) || ' ' || record from (
                    select {key}::text as key, id as record,
                        row_number() over (order by {key} {direction}, id {direction}) as number
                    from {}) numbered
                 where number % {PAGE} = 0 order by number limit {}",
                read.table(),
                targets.len()
            ))?;
            let ends = ends.lines().filter_map(|line| line.rsplit_once(' '));
            let parameters = ends.map(|(key, id)| [key.to_owned(), id.to_owned()]);
            parameters.map(|it| script(&text, &it, "")).collect()
        }
    };
    statements.stop().await?;
    Ok(scripts)
}

/// Prints the figures of every read.
pub(crate) async fn run(database: &BenchDatabase, duration: Duration) -> Result<()> {
    // With the cache, the figures would not be those of the queries.
    let server = Server::start(&database.settings, &[("EPIC_LIST_CACHE", "no")])?;
    let postgres = Postgres::of(database)?;
    let callers = accounts::callers(database, &server, (Role::Support, CONNECTIONS)).await?;
    println!(
        "{:<14} {:>9} {:>10} {:>10} {:>11} {:>10} {:>10} {:>9}",
        "", "calls/s", "server µs", "PostgreSQL", "pgbench/s", "PostgreSQL", "time ratio", "rate"
    );
    for read in Read::ALL {
        let mut loads = Vec::new();
        for caller in &callers {
            loads.push((caller.clone(), targets(caller, read).await?));
        }
        let scripts = scripts(database, &callers[0], read).await?;
        let loaded = load((&server, Some(&postgres)), &loads, (read, duration)).await?;
        let alone = pgbench::run(database, &postgres, &scripts, (CONNECTIONS, duration))?;
        print(read, &loaded, &alone);
    }
    Ok(())
}

fn print(read: Read, served: &Served, alone: &Measured) {
    let micros = |time: ProcessorTime| time.as_secs_f64() * 1e6;
    println!(
        "{:<14} {:>9.0} {:>10.1} {:>10.1} {:>11.0} {:>10.1} {:>10.2} {:>9.2}",
        read.rpc(),
        served.rate,
        micros(served.server),
        micros(served.postgres),
        alone.rate,
        micros(alone.postgres),
        served.postgres.as_secs_f64() / alone.postgres.as_secs_f64(),
        served.rate / alone.rate,
    );
}
