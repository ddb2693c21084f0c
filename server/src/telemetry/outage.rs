//! The times in which the database does not answer: one line in the log at the beginning, and one at the
//! end of each.

use std::{
    fmt::Display,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// The failures since the database has answered. There is one log, and one database.
static FAILURES: Mutex<Failures> = Mutex::new(Failures {
    count: 0,
    since: None,
});

struct Failures {
    count: usize,
    since: Option<Instant>,
}

fn failures() -> MutexGuard<'static, Failures> {
    FAILURES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts a failure, and returns whether it is the first since the database has answered. One failure may be that
/// of a single connection, so the log reports an outage at the second.
pub(crate) fn record_failure(error: &impl Display) -> bool {
    let mut failures = failures();
    failures.count += 1;
    failures.since.get_or_insert_with(Instant::now);
    if failures.count == 2 {
        tracing::error!(%error, "the database is away; calls that need it are refused until it is back");
    }
    failures.count == 1
}

/// Records that the database answers.
pub(crate) fn record_answer() {
    let mut failures = failures();
    if failures.count > 1 {
        let seconds = failures.since.map(|since| since.elapsed().as_secs());
        tracing::info!(seconds, "the database is back");
    }
    *failures = Failures {
        count: 0,
        since: None,
    };
}

/// Whether the failures of calls are due to an outage, which has its own lines.
pub(crate) fn is_under_way() -> bool {
    failures().count > 0
}
