//! The processor time and memory of processes, from `/proc` (proc(5)).

use std::{collections::HashMap, fs, time::Duration};

use crate::{caller::Result, database::BenchDatabase};

/// Processor time, in the kernel and outside of it.
pub(crate) type ProcessorTime = Duration;

/// Ticks per second in `/proc` (`USER_HZ`, 100 on every architecture that Rust supports on Linux).
const TICKS: u64 = 100;

/// Fields of `/proc/…/stat`, counted after the name of the program: the parent, the time of the process,
/// and that of its children that have ended.
const PARENT: usize = 1;
const OWN: [usize; 2] = [11, 12];
const CHILDREN: [usize; 2] = [13, 14];

fn fields(process: u32) -> Result<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name is in parentheses, and may contain both blanks and parentheses.
    let (_, rest) = stat.rsplit_once(')').ok_or("not a process")?;
    Ok(rest.split_whitespace().map(str::to_owned).collect())
}

fn time(fields: &[String], which: &[usize]) -> Result<ProcessorTime> {
    let mut ticks = 0;
    for index in which {
        ticks += fields.get(*index).ok_or("not a process")?.parse::<u64>()?;
    }
    Ok(Duration::from_millis(ticks * 1_000 / TICKS))
}

/// The time that a process has used.
pub(crate) fn of_process(process: u32) -> Result<ProcessorTime> {
    time(&fields(process)?, &OWN)
}

/// The memory that a process occupies (`VmRSS`), in KiB.
pub(crate) fn memory(process: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let figure = line.and_then(|line| line.split_whitespace().next());
    Ok(figure.ok_or("no VmRSS")?.parse()?)
}

/// The PostgreSQL server on this machine.
pub(crate) struct Postgres {
    postmaster: u32,
}

impl Postgres {
    /// The server of this database: the parent of its checkpointer.
    pub(crate) fn of(database: &BenchDatabase) -> Result<Self> {
        let checkpointer = "select pid from pg_stat_activity where backend_type = 'checkpointer'";
        let checkpointer = database.query(checkpointer)?.trim().parse()?;
        let parent = fields(checkpointer).map_err(|_| "PostgreSQL does not run on this machine")?;
        Ok(Self {
            postmaster: parent.get(PARENT).ok_or("not a process")?.parse()?,
        })
    }

    /// The time that it has used: its processes, and those that have ended.
    pub(crate) fn processor_time(&self) -> Result<ProcessorTime> {
        let own = fields(self.postmaster)?;
        let mut total = time(&own, &[&OWN[..], &CHILDREN[..]].concat())?;
        for (_, fields) in self.children()? {
            total += time(&fields, &OWN)?;
        }
        Ok(total)
    }

    /// The time that each of its present processes has used, in nanoseconds.
    pub(crate) fn times(&self) -> Result<HashMap<u32, u64>> {
        let mut times = HashMap::new();
        for (process, _) in self.children()? {
            if let Ok(text) = fs::read_to_string(format!("/proc/{process}/schedstat")) {
                let time = text.split_whitespace().next().ok_or("no schedstat")?;
                times.insert(process, time.parse()?);
            }
        }
        Ok(times)
    }

    /// Its present processes, with the fields of `/proc/…/stat`.
    fn children(&self) -> Result<Vec<(u32, Vec<String>)>> {
        let postmaster = self.postmaster.to_string();
        let mut children = Vec::new();
        for entry in fs::read_dir("/proc")? {
            let name = entry?.file_name();
            let Some(process) = name.to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            // A process may end meanwhile.
            let Ok(fields) = fields(process) else {
                continue;
            };
            if fields.get(PARENT) == Some(&postmaster) {
                children.push((process, fields));
            }
        }
        Ok(children)
    }
}
