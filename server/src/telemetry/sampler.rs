//! Limits the lines that an event writes to the log: a caller who fails on purpose must not fill it.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// The interval in which the lines of an event are counted.
const INTERVAL: Duration = Duration::from_secs(10);
/// Maximum number of lines of an event in an interval.
const LINES_MAX: usize = 20;

/// Samplers by the names of events, which are literals in the code and therefore few.
static EVENTS: LazyLock<Mutex<HashMap<&'static str, Sampler>>> = LazyLock::new(Mutex::default);

/// Counts an event. Returns `None` when it is not to be logged; otherwise the number of unlogged
/// events before it, if there were any.
pub(crate) fn sample(name: &'static str) -> Option<Unlogged> {
    let mut events = EVENTS.lock().unwrap_or_else(PoisonError::into_inner);
    let sampler = events.entry(name).or_insert(Sampler::new(LINES_MAX));
    sampler.add()
}

/// Logs an event with these fields, unless [`sample`] leaves it out.
macro_rules! log_sampled {
    ($level:ident, $event:literal, $($fields:tt)+) => {
        if let Some(unlogged) = $crate::telemetry::sampler::sample($event) {
            tracing::$level!($($fields)+, unlogged, $event);
        }
    };
}

pub(crate) use log_sampled;

/// The number of events before this one that were not logged; `None` if there were none.
pub(crate) type Unlogged = Option<usize>;

/// Selects the events that are logged.
#[derive(Debug)]
pub(crate) struct Sampler {
    /// Maximum number of lines in an interval.
    lines_max: usize,
    begun: Option<Instant>,
    lines: usize,
    unlogged: usize,
}

impl Sampler {
    /// A sampler of at most `lines_max` lines in an interval of ten seconds.
    pub(crate) const fn new(lines_max: usize) -> Self {
        Self {
            lines_max,
            begun: None,
            lines: 0,
            unlogged: 0,
        }
    }

    /// Counts an event, as [`sample`] does.
    pub(crate) fn add(&mut self) -> Option<Unlogged> {
        if self.begun.is_none_or(|time| time.elapsed() >= INTERVAL) {
            self.begun = Some(Instant::now());
            self.lines = 0;
        }
        if self.lines == self.lines_max {
            self.unlogged += 1;
            return None;
        }
        self.lines += 1;
        let unlogged = std::mem::take(&mut self.unlogged);
        Some((unlogged > 0).then_some(unlogged))
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
            if let Some(unlogged) = sampler.add() {
                logged.push((number, unlogged));
            }
            advance(Duration::from_millis(100)).await;
        }
        let expected = [
            (0, None),
            (1, None),
            (100, Some(98)),
            (101, None),
            (200, Some(98)),
            (201, None),
        ];
        assert_eq!(logged, expected);
    }

    #[test]
    fn events_of_another_name_are_counted_apart() {
        let count = |name| (0..100).filter(|_| sample(name).is_some()).count();
        assert_eq!(count("a test"), LINES_MAX);
        assert_eq!(count("another test"), LINES_MAX);
    }
}
