//! The state of the client while the server is unavailable. The postponed requests are among the
//! pending ones.

use jiff::Timestamp;

use crate::api::Outage;

/// The offline state.
pub struct Offline {
    /// When the first request failed.
    pub(crate) since: Timestamp,
    /// The cause of the last failure.
    pub(crate) outage: Outage,
    /// When the postponed requests are sent again.
    pub(crate) retry_at: Timestamp,
    /// Whether they are being sent again now.
    pub(crate) is_retrying: bool,
    /// Number of failed retries in a row; the wait before the next one doubles with each.
    pub(super) retries: u32,
    /// Identifies the timer of the next retry; an older timer is ignored.
    pub(super) generation: u64,
}

impl Offline {
    /// Seconds until the next retry.
    #[must_use]
    pub(crate) fn seconds_until_retry(&self, now: Timestamp) -> i64 {
        now.duration_until(self.retry_at).as_secs().max(0)
    }
}
