//! Limits the lines that an event writes to the log: a caller who fails on purpose must neither fill it nor
//! hide the failures of others.

use std::{
    collections::HashMap,
    mem,
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, sleep};

/// The interval in which the lines of an event are counted.
const INTERVAL: Duration = Duration::from_secs(10);
/// Maximum number of lines of an event in an interval.
const LINES_MAX: usize = 20;
/// The same for the events of one source.
const SOURCE_LINES_MAX: usize = 4;

/// Samplers by the names of events, which are literals in the code and therefore few.
static EVENTS: LazyLock<Mutex<HashMap<&'static str, Sampler>>> = LazyLock::new(Mutex::default);

/// Counts an event, and returns whether it is to be logged.
pub(crate) fn sample(name: &'static str) -> bool {
    with_sampler(name, Sampler::add)
}

/// Counts an event that `source` causes, such as a network, and returns whether it is to be logged.
pub(crate) fn sample_from(name: &'static str, source: &str) -> bool {
    with_sampler(name, |sampler| sampler.add_from(source))
}

fn with_sampler(name: &'static str, add: impl FnOnce(&mut Sampler) -> bool) -> bool {
    let mut events = EVENTS.lock().unwrap_or_else(PoisonError::into_inner);
    add(events
        .entry(name)
        .or_insert_with(|| Sampler::new(LINES_MAX)))
}

/// Logs the number of events that were left out, for as long as it is polled.
pub(crate) async fn report_unlogged() {
    loop {
        sleep(INTERVAL).await;
        for (event, count) in take_unlogged() {
            tracing::warn!(event, count, "further events were not logged");
        }
    }
}

fn take_unlogged() -> Vec<(&'static str, usize)> {
    let mut events = EVENTS.lock().unwrap_or_else(PoisonError::into_inner);
    let unlogged = events
        .iter_mut()
        .map(|(name, sampler)| (*name, mem::take(&mut sampler.unlogged)));
    unlogged.filter(|(_, count)| *count > 0).collect()
}

/// Logs an event with these fields, unless [`sample`] leaves it out.
macro_rules! log_sampled {
    ($level:ident, $event:literal, $($fields:tt)+) => {
        if $crate::telemetry::sampler::sample($event) {
            tracing::$level!($($fields)+, $event);
        }
    };
}

/// Logs an event that a source causes, unless [`sample_from`] leaves it out.
macro_rules! log_sampled_from {
    ($source:expr, $level:ident, $event:literal, $($fields:tt)+) => {
        if $crate::telemetry::sampler::sample_from($event, &$source.to_string()) {
            tracing::$level!($($fields)+, $event);
        }
    };
}

pub(crate) use log_sampled;
pub(crate) use log_sampled_from;

/// Selects the events that are logged.
#[derive(Debug)]
struct Sampler {
    /// Maximum number of lines in an interval.
    lines_max: usize,
    begun: Option<Instant>,
    lines: usize,
    /// Lines in this interval by source; only of logged ones, so that their number is bounded.
    by_source: HashMap<String, usize>,
    unlogged: usize,
}

impl Sampler {
    /// A sampler of at most `lines_max` lines in an interval of ten seconds.
    fn new(lines_max: usize) -> Self {
        Self {
            lines_max,
            begun: None,
            lines: 0,
            by_source: HashMap::new(),
            unlogged: 0,
        }
    }

    /// Counts an event, as [`sample`] does.
    fn add(&mut self) -> bool {
        self.begin_interval();
        if self.lines == self.lines_max {
            self.unlogged += 1;
            return false;
        }
        self.lines += 1;
        true
    }

    fn add_from(&mut self, source: &str) -> bool {
        self.begin_interval();
        if self.by_source.get(source) == Some(&SOURCE_LINES_MAX) {
            self.unlogged += 1;
            return false;
        }
        if !self.add() {
            return false;
        }
        *self.by_source.entry(source.to_owned()).or_default() += 1;
        true
    }

    fn begin_interval(&mut self) {
        if self.begun.is_none_or(|time| time.elapsed() >= INTERVAL) {
            self.begun = Some(Instant::now());
            self.lines = 0;
            self.by_source.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_first_events_of_each_interval_are_logged_and_the_others_counted() {
        let mut sampler = Sampler::new(2);
        let mut logged = Vec::new();
        for number in 0..250 {
            if sampler.add() {
                logged.push(number);
            }
            advance(Duration::from_millis(100)).await;
        }
        assert_eq!(logged, [0, 1, 100, 101, 200, 201]);
        assert_eq!(sampler.unlogged, 244);
    }

    #[test]
    fn events_of_another_name_are_counted_apart() {
        let count = |name| (0..100).filter(|_| sample(name)).count();
        assert_eq!(count("a test"), LINES_MAX);
        assert_eq!(count("another test"), LINES_MAX);
        let unlogged = take_unlogged();
        assert!(unlogged.contains(&("a test", 100 - LINES_MAX)));
        assert!(take_unlogged().is_empty());
    }

    #[test]
    fn a_source_does_not_hide_others_and_many_sources_do_not_fill_the_log() {
        let mut sampler = Sampler::new(LINES_MAX);
        let mut count = |source: &str| (0..1_000).filter(|_| sampler.add_from(source)).count();
        assert_eq!(count("203.0.113.7"), SOURCE_LINES_MAX);
        assert_eq!(count("198.51.100.7"), SOURCE_LINES_MAX);
        let others: usize = (0..100).map(|source| count(&source.to_string())).sum();
        assert_eq!(others, LINES_MAX - 2 * SOURCE_LINES_MAX);
        assert!(sampler.by_source.len() <= LINES_MAX);
        assert_eq!(sampler.unlogged, 102 * 1_000 - LINES_MAX);
    }
}
