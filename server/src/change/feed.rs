//! The feed of changes that any server of the database commits. Only the latest changes are kept; a
//! stream that falls behind receives a reload message.

mod latest;

use std::{
    collections::HashMap,
    convert::Infallible,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use epic_events::{
    reason::Reason,
    v1::{ChangeKind, WatchChangesResponse},
};
use tokio::{sync::watch, time::timeout};
use uuid::Uuid;

use self::latest::{Latest, Position};
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
/// Time after which a connection that does not come about counts as a failure, although it is waited for: a
/// machine that is gone refuses nothing.
const SILENCE_MAX: Duration = Duration::from_secs(2);

/// Distributes changes to all streams. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct ChangeFeed {
    latest: Arc<Mutex<Latest>>,
    /// Tells the streams of new changes.
    published: watch::Sender<()>,
    streams: StreamCounts,
}

/// Reads the changes for a stream.
pub(super) struct ChangeCursor {
    feed: ChangeFeed,
    position: Position,
    /// The first message, until it is read.
    first: Option<WatchChangesResponse>,
    published: watch::Receiver<()>,
}

impl ChangeCursor {
    /// The next message. Nothing is lost when the future is dropped.
    pub(super) async fn next(&mut self) -> WatchChangesResponse {
        loop {
            if let Some(first) = self.first.take() {
                return first;
            }
            let next = self.feed.latest().next(self.position);
            if let Some((message, position)) = next {
                self.position = position;
                return message;
            }
            // The sender is part of the feed, which the cursor holds.
            let _ = self.published.changed().await;
        }
    }
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

async fn open_reader(db: &Db) -> Result<ChangeReader<'_>> {
    let mut opened = pin!(ChangeReader::open(db));
    if let Ok(opened) = timeout(SILENCE_MAX, &mut opened).await {
        return opened;
    }
    outage::record_failure(&"no connection within 2 s");
    opened.await
}

impl ChangeFeed {
    /// Takes one of the streams of `session`.
    ///
    /// # Errors
    /// `TOO_MANY_STREAMS`.
    pub(super) fn take_slot(&self, session: &Session) -> Result<StreamSlot> {
        let owners = StreamOwner::of(session);
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |(owner, max)| streams.get(&owner).is_some_and(|count| *count >= max);
        if owners.into_iter().any(is_full) {
            return Err(Reason::TooManyStreams.into());
        }
        for (owner, _) in owners {
            *streams.entry(owner).or_default() += 1;
        }
        Ok(StreamSlot {
            streams: Arc::clone(&self.streams),
            owners: owners.map(|(owner, _)| owner),
        })
    }

    /// All changes after those that came with `resume_token`, or else from now on.
    pub(super) fn read_from(&self, resume_token: &str) -> ChangeCursor {
        let published = self.published.subscribe();
        let latest = self.latest();
        let resumed = Position::parse(resume_token).filter(|it| latest.continues(*it));
        let kind = resumed.map_or(ChangeKind::Reload, |_| ChangeKind::Resumed);
        let position = resumed.unwrap_or_else(|| latest.end());
        ChangeCursor {
            feed: self.clone(),
            position,
            first: Some(position.message(kind)),
            published,
        }
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
        let mut reader = open_reader(db).await?;
        loop {
            let asked = Instant::now();
            match reader.read().await? {
                Changes::Known(changes) if changes.is_empty() => {}
                changes => self.publish(changes, db),
            }
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
                self.latest().forget();
            }
            Changes::Known(changes) => {
                if changes.iter().any(|change| change.record.is_none()) {
                    db.auth_epoch().invalidate();
                }
                if changes.iter().any(|change| change.record.is_some()) {
                    db.record_epoch().invalidate();
                }
                let of_records = changes.into_iter().filter_map(ChangeRow::into_message);
                let mut latest = self.latest();
                of_records.for_each(|change| latest.add(change));
            }
        }
        self.published.send_replace(());
    }

    fn latest(&self) -> MutexGuard<'_, Latest> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
