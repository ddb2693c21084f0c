//! The same query without a server: pgbench, with prepared statements and as many connections.

use std::{
    fs,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use crate::{
    caller::Result,
    database::BenchDatabase,
    processor::{Postgres, ProcessorTime},
};

/// What a run of pgbench has measured.
pub(crate) struct Measured {
    /// Queries per second.
    pub(crate) rate: f64,
    /// The processor time of PostgreSQL for each query.
    pub(crate) postgres: ProcessorTime,
}

/// Runs these scripts in random order.
pub(crate) fn run(
    database: &BenchDatabase,
    postgres: &Postgres,
    scripts: &[String],
    (connections, duration): (usize, Duration),
) -> Result<Measured> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new("pgbench");
    command.args(["-n", "-M", "prepared", "-j", "1"]);
    command.args(["-c", &connections.to_string()]);
    command.args(["-T", &duration.as_secs().to_string()]);
    for (index, script) in scripts.iter().enumerate() {
        let path = folder.path().join(format!("{index}.sql"));
        fs::write(&path, script)?;
        command.arg("-f").arg(path);
    }
    let before = postgres.processor_time()?;
    let output = command
        .arg(database.url())
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("pgbench (postgresql): {error}"))?;
    // Until PostgreSQL has noticed that the connections ended, their time is nowhere.
    thread::sleep(Duration::from_secs(1));
    let used = postgres.processor_time()?.saturating_sub(before);
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let figure = |start: &str| {
        let line = printed.lines().find_map(|line| line.strip_prefix(start))?;
        line.split_whitespace().next()?.parse::<f64>().ok()
    };
    let rate = figure("tps = ");
    let count = figure("number of transactions actually processed: ");
    match (output.status.success(), rate, count) {
        (true, Some(rate), Some(count)) => Ok(Measured {
            rate,
            postgres: used.div_f64(count),
        }),
        _ => Err(format!("{printed}{}", String::from_utf8_lossy(&output.stderr)).into()),
    }
}

/// The script of a query whose parameters are these SQL expressions or variables.
pub(crate) fn script(text: &str, parameters: &[String], prologue: &str) -> String {
    let mut query = text.to_owned();
    // From the last one on, because `$1` begins `$10`.
    for (index, parameter) in parameters.iter().enumerate().rev() {
        query = query.replace(&format!("${}", index + 1), parameter);
    }
    format!("{prologue}{query};\n")
}
