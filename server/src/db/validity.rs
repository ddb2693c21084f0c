//! Whether what was remembered of accounts and sessions still holds: here, and as far as the other
//! servers of the same database are concerned.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::watch;

/// How long one may go on trusting what was remembered after the last proof that the other servers'
/// changes arrive.
pub const TRUST: Duration = Duration::from_secs(1);

/// Counts the moments at which everything remembered became void.
#[derive(Debug)]
pub struct Validity {
    epoch: watch::Sender<u64>,
    others: Others,
}

#[derive(Debug)]
enum Others {
    /// Nobody else writes to this database.
    None,
    /// Everything that others changed before this moment has been heard of.
    Heard(Mutex<Option<Instant>>),
}

impl Validity {
    /// Of a database that only this server writes to.
    #[must_use]
    pub fn alone() -> Self {
        Self {
            epoch: watch::Sender::new(0),
            others: Others::None,
        }
    }

    /// Of a database that other servers write to as well; nothing holds until [`Self::heard`].
    #[must_use]
    pub fn among_others() -> Self {
        Self {
            epoch: watch::Sender::new(0),
            others: Others::Heard(Mutex::new(None)),
        }
    }

    /// The epoch, if what was remembered in it holds; `None` while it is not known whether others
    /// have changed something.
    #[must_use]
    pub fn epoch(&self) -> Option<u64> {
        let trusted = match &self.others {
            Others::None => true,
            Others::Heard(last) => last
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .is_some_and(|last| last.elapsed() < TRUST),
        };
        trusted.then(|| *self.epoch.borrow())
    }

    /// Nothing remembered so far holds any more.
    pub fn end(&self) {
        self.epoch.send_modify(|epoch| *epoch += 1);
    }

    /// Everything that others changed before that moment has been heard of.
    pub fn heard(&self, before: Instant) {
        if let Others::Heard(last) = &self.others {
            *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(before);
        }
    }

    /// Tells of every end from now on.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.epoch.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_holds_while_others_cannot_be_heard() {
        let validity = Validity::among_others();
        assert_eq!(validity.epoch(), None);
        validity.heard(Instant::now());
        assert_eq!(validity.epoch(), Some(0));
        validity.end();
        assert_eq!(validity.epoch(), Some(1));
        if let Some(long_ago) = Instant::now().checked_sub(TRUST) {
            validity.heard(long_ago);
            assert_eq!(validity.epoch(), None);
        }
    }

    #[test]
    fn alone_only_an_end_ends() {
        let validity = Validity::alone();
        assert_eq!(validity.epoch(), Some(0));
        validity.end();
        assert_eq!(validity.epoch(), Some(1));
    }
}
