//! The server does not answer: why, when it is tried again, and what waits until it does.

use jiff::Timestamp;

use crate::api::{ApiRequest, RequestKind};

/// The server is offline.
pub struct Offline {
    /// Why, as far as it is known.
    pub message: String,
    /// When it is tried again.
    pub next: Timestamp,
    /// Tries in a row that failed.
    pub(super) tries: u32,
    /// Whether it is being tried now.
    pub trying: bool,
    pub(super) generation: u64,
    /// What is asked again.
    pub(super) waiting: Vec<(RequestKind, ApiRequest)>,
}

impl Offline {
    /// No longer asks for these purposes.
    pub fn forget(&mut self, of: impl Fn(RequestKind) -> bool) {
        self.waiting.retain(|(purpose, _)| !of(*purpose));
    }

    /// Seconds until the next try.
    #[must_use]
    pub fn seconds(&self, now: Timestamp) -> i64 {
        now.duration_until(self.next).as_secs().max(0)
    }
}
