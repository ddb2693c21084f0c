//! The validity of what the server caches about records, or about accounts and sessions.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::watch;

/// How long cached data is valid after the last read of the changes that other servers commit.
pub(crate) const LIVENESS_TIMEOUT: Duration = Duration::from_secs(1);

/// Cache epoch; incremented on every invalidation.
#[derive(Debug)]
pub struct CacheEpoch {
    number: watch::Sender<u64>,
    changes: Changes,
}

/// What this server knows about the commits of other servers.
#[derive(Debug)]
enum Changes {
    /// There is no other server.
    Own,
    /// It has read all that was committed before this time.
    ReadUntil(Mutex<Option<Instant>>),
}

impl CacheEpoch {
    /// For a database that only this server writes to.
    pub(super) fn single_server() -> Self {
        Self {
            number: watch::Sender::new(0),
            changes: Changes::Own,
        }
    }

    /// For a database with other servers. Nothing is valid before [`Self::confirm_live`].
    pub(super) fn with_other_servers() -> Self {
        Self {
            number: watch::Sender::new(0),
            changes: Changes::ReadUntil(Mutex::new(None)),
        }
    }

    /// The epoch in which data read from now on may be cached, and in which cached data is valid;
    /// `None` while a change by another server may be unknown.
    #[must_use]
    pub fn current(&self) -> Option<u64> {
        self.was_live_within(LIVENESS_TIMEOUT)
            .then(|| *self.number.borrow())
    }

    /// Whether the changes that were committed until this time ago are known.
    pub(crate) fn was_live_within(&self, timeout: Duration) -> bool {
        match &self.changes {
            Changes::Own => true,
            Changes::ReadUntil(time) => time
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .is_some_and(|time| time.elapsed() < timeout),
        }
    }

    /// Invalidates everything that is cached.
    pub fn invalidate(&self) {
        self.number.send_modify(|number| *number += 1);
    }

    /// Records that all changes that were committed before `time` are known.
    pub(crate) fn confirm_live(&self, time: Instant) {
        if let Changes::ReadUntil(last) = &self.changes {
            *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(time);
        }
    }

    /// Receives every invalidation from now on.
    #[must_use]
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.number.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_no_epoch_while_changes_may_be_unknown() {
        let epoch = CacheEpoch::with_other_servers();
        assert_eq!(epoch.current(), None);
        epoch.confirm_live(Instant::now());
        assert_eq!(epoch.current(), Some(0));
        epoch.invalidate();
        assert_eq!(epoch.current(), Some(1));
        if let Some(long_ago) = Instant::now().checked_sub(LIVENESS_TIMEOUT) {
            epoch.confirm_live(long_ago);
            assert_eq!(epoch.current(), None);
        }
    }

    #[test]
    fn a_single_server_knows_all_changes() {
        let epoch = CacheEpoch::single_server();
        assert_eq!(epoch.current(), Some(0));
        epoch.invalidate();
        assert_eq!(epoch.current(), Some(1));
    }
}
