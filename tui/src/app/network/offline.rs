//! The state of the connection while the server does not answer. Which requests wait for it is
//! stored with the pending requests.

use jiff::Timestamp;

/// The server is offline.
pub struct Offline {
    /// When the first request failed.
    pub(crate) since: Timestamp,
    /// The reason of the last failure, in the user's language.
    pub(crate) message: String,
    /// When the waiting requests are sent again.
    pub(crate) next: Timestamp,
    /// Whether they are being sent again now.
    pub(crate) trying: bool,
    /// Tries in a row that failed; the wait before the next one doubles with each.
    pub(super) tries: u32,
    /// Identifies the timer of the next try; an older timer is ignored.
    pub(super) generation: u64,
}

impl Offline {
    /// Seconds until the next try.
    #[must_use]
    pub(crate) fn seconds(&self, now: Timestamp) -> i64 {
        now.duration_until(self.next).as_secs().max(0)
    }
}
