//! The feed of changes that any server of the database commits. Only the latest changes are buffered; a
//! stream that falls behind receives a reload message.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use epic_events::{
    reason::Reason,
    v1::{ChangeKind, WatchChangesResponse},
};
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::{
    auth::session::Session,
    db::{
        Db,
        change_reader::{CHANGES_MAX, ChangeReader, ChangeRow, Changes},
    },
    error::Result,
    telemetry::outage,
};

/// Maximum number of changes that a stream may fall behind.
pub const CAPACITY: usize = CHANGES_MAX;
/// Maximum number of streams per session. A client needs one, and a second one until the server has
/// noticed that the first is dead.
pub const STREAMS_MAX: usize = 4;
/// Maximum number of streams per account: two for each of its 20 sessions.
const ACCOUNT_STREAMS_MAX: usize = 40;

/// Delay before a new connection when the previous one has failed.
const RECONNECT_DELAY: Duration = Duration::from_secs(1);

/// Distributes changes to all streams. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ChangeFeed {
    sender: broadcast::Sender<WatchChangesResponse>,
    streams: StreamCounts,
}

/// The owner of a limited number of streams.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum StreamOwner {
    Session(Uuid),
    Account(i64),
}

impl StreamOwner {
    /// The owners that a stream of this session counts for, and their limits.
    fn of(session: &Session) -> [(Self, usize); 2] {
        [
            (Self::Session(session.id), STREAMS_MAX),
            (Self::Account(session.actor.id), ACCOUNT_STREAMS_MAX),
        ]
    }
}

/// Number of open streams.
type StreamCounts = Arc<Mutex<HashMap<StreamOwner, usize>>>;

/// A permit for one of the streams of a session and of its account; released when dropped.
pub(super) struct StreamSlot {
    streams: StreamCounts,
    owners: [StreamOwner; 2],
}

impl Drop for StreamSlot {
    fn drop(&mut self) {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        for owner in &self.owners {
            if let Some(count) = streams.get_mut(owner) {
                *count -= 1;
                if *count == 0 {
                    streams.remove(owner);
                }
            }
        }
    }
}

impl Default for ChangeFeed {
    fn default() -> Self {
        Self {
            sender: broadcast::Sender::new(CAPACITY),
            streams: StreamCounts::default(),
        }
    }
}

/// The message to a client that may have missed changes.
pub(super) fn reload_message() -> WatchChangesResponse {
    WatchChangesResponse {
        kind: ChangeKind::Reload.into(),
        ..WatchChangesResponse::default()
    }
}

impl ChangeFeed {
    /// Subscribes a stream of `session` to all changes from now on.
    ///
    /// # Errors
    /// `TOO_MANY_STREAMS`.
    pub(super) fn subscribe(
        &self,
        session: &Session,
    ) -> Result<(broadcast::Receiver<WatchChangesResponse>, StreamSlot)> {
        let owners = StreamOwner::of(session);
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |(owner, max)| streams.get(&owner).is_some_and(|count| *count >= max);
        if owners.into_iter().any(is_full) {
            return Err(Reason::TooManyStreams.into());
        }
        for (owner, _) in owners {
            *streams.entry(owner).or_default() += 1;
        }
        let slot = StreamSlot {
            streams: Arc::clone(&self.streams),
            owners: owners.map(|(owner, _)| owner),
        };
        Ok((self.sender.subscribe(), slot))
    }

    /// Publishes changes for as long as it is polled.
    pub(crate) async fn run(&self, db: &Db) {
        loop {
            let Err(error) = self.publish_all(db).await;
            let is_first = outage::record_failure(&error);
            // The connections of calls may lead to the same unresponsive server.
            db.require_tests();
            if !is_first {
                tokio::time::sleep(RECONNECT_DELAY).await;
            }
        }
    }

    /// Publishes changes until the connection to the database fails.
    async fn publish_all(&self, db: &Db) -> Result<Infallible> {
        let mut reader = ChangeReader::open(db).await?;
        loop {
            let asked = Instant::now();
            self.publish(reader.read().await?, db);
            outage::record_answer();
            db.confirm_live(asked);
            reader.prune().await?;
            reader.wait(asked).await;
        }
    }

    /// Invalidates what has changed, then tells the streams: their callers read the records again.
    fn publish(&self, changes: Changes, db: &Db) {
        match changes {
            Changes::Unknown => {
                db.auth_epoch().invalidate();
                db.record_epoch().invalidate();
                self.send(reload_message());
            }
            Changes::Known(changes) => {
                if changes.iter().any(|change| change.record.is_none()) {
                    db.auth_epoch().invalidate();
                }
                if changes.iter().any(|change| change.record.is_some()) {
                    db.record_epoch().invalidate();
                }
                let of_records = changes.into_iter().filter_map(ChangeRow::into_message);
                of_records.for_each(|change| self.send(change));
            }
        }
    }

    fn send(&self, change: WatchChangesResponse) {
        // Fails when there is no stream.
        let _ = self.sender.send(change);
    }
}
