//! The lifetimes of sessions.

use std::time::Duration;

use diesel::pg::data_types::PgInterval;

/// Default of `EPIC_SESSION_IDLE`: an unused session ends overnight.
const IDLE: Duration = Duration::from_hours(12);
/// Default of `EPIC_SESSION_LIFETIME`: a week.
const TOTAL: Duration = Duration::from_hours(7 * 24);

/// When sessions expire.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// Time without use after which a session expires.
    pub(crate) idle: PgInterval,
    /// Time after which every session expires.
    pub(crate) total: PgInterval,
}

impl Lifetimes {
    /// Durations above 292,000 years are clamped.
    #[must_use]
    pub(crate) fn new(idle: Duration, total: Duration) -> Self {
        let interval = |time: Duration| {
            PgInterval::from_microseconds(i64::try_from(time.as_micros()).unwrap_or(i64::MAX))
        };
        Self {
            idle: interval(idle),
            total: interval(total),
        }
    }
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self::new(IDLE, TOTAL)
    }
}
