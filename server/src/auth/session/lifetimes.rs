//! When sessions end by themselves.

use std::time::Duration;

use diesel::pg::data_types::PgInterval;

/// Without use, a session ends after half a day: overnight.
pub const IDLE: Duration = Duration::from_hours(12);
/// A session ends after a week, however much it is used.
pub const TOTAL: Duration = Duration::from_hours(7 * 24);

/// When sessions end.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// After this time without use.
    pub idle: PgInterval,
    /// After this time, however much they are used.
    pub total: PgInterval,
}

impl Lifetimes {
    /// Times of more than some hundred thousand years are cut short.
    #[must_use]
    pub fn new(idle: Duration, total: Duration) -> Self {
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
