//! The cache of sessions. Every call looks its session up; entries are valid until anything about
//! any account or session changes, on any server.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    auth::session::{Session, lifetimes::Lifetimes, rows},
    db::Db,
    error::Result,
};

/// How long an entry is valid when no account or session changes.
const ENTRY_LIFETIME: Duration = Duration::from_secs(30);
/// Maximum number of entries, above the number of collaborators; a full cache is cleared.
const ENTRIES_MAX: usize = 10_000;
/// The time of the last use is written when the stored one is older than this.
const TOUCH_INTERVAL: Duration = Duration::from_mins(1);

#[derive(Clone)]
struct Entry {
    session: Session,
    epoch: u64,
    expires: Instant,
}

/// Finds sessions, from the cache while its entries are valid. Cheap to clone.
#[derive(Clone)]
pub(crate) struct SessionCache {
    db: Db,
    lifetimes: Lifetimes,
    entries: Arc<RwLock<HashMap<Uuid, Entry>>>,
}

impl SessionCache {
    pub(crate) fn new(db: Db, lifetimes: Lifetimes) -> Self {
        Self {
            db,
            lifetimes,
            entries: Arc::default(),
        }
    }

    /// The database that the sessions are in.
    #[must_use]
    pub(crate) const fn db(&self) -> &Db {
        &self.db
    }

    /// The lifetimes of new sessions.
    #[must_use]
    pub(crate) const fn lifetimes(&self) -> Lifetimes {
        self.lifetimes
    }

    /// Finds a session and records its use from `address`; `None` when it has ended.
    pub(crate) async fn find_and_touch(&self, id: Uuid, address: &str) -> Result<Option<Session>> {
        self.lookup(id, Some(address)).await
    }

    /// Finds a session; `None` when it has ended.
    pub(crate) async fn find(&self, id: Uuid) -> Result<Option<Session>> {
        self.lookup(id, None).await
    }

    async fn lookup(&self, id: Uuid, used_from: Option<&str>) -> Result<Option<Session>> {
        // Read before the query: a change during the query must invalidate its result.
        let epoch = self.db.auth_epoch().current();
        if let Some(session) = epoch.and_then(|epoch| self.get(id, epoch)) {
            return Ok(Some(session));
        }
        let lifetimes = self.lifetimes;
        let found = self
            .db
            .read(async |mut connection| {
                let found = rows::find(&mut connection, id).await?;
                if let (Some((_, last_use)), Some(address)) = (&found, used_from)
                    && (last_use.address != address || is_older(last_use.time, TOUCH_INTERVAL))
                {
                    rows::touch(&mut connection, id, address, lifetimes).await?;
                }
                Ok(found)
            })
            .await?;
        Ok(found.map(|(session, last_use)| {
            if let Some(epoch) = epoch {
                self.insert(&session, epoch, last_use.expire_time);
            }
            session
        }))
    }

    fn get(&self, id: Uuid, epoch: u64) -> Option<Session> {
        let entries = self.entries.read();
        let entries = entries.unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(&id)?;
        let is_valid = entry.epoch == epoch && Instant::now() < entry.expires;
        is_valid.then(|| entry.session.clone())
    }

    fn insert(&self, session: &Session, epoch: u64, expire_time: Timestamp) {
        let remaining = Timestamp::now().until(expire_time).ok();
        let remaining = remaining.and_then(|span| Duration::try_from(span).ok());
        let entry = Entry {
            session: session.clone(),
            epoch,
            expires: Instant::now() + remaining.unwrap_or_default().min(ENTRY_LIFETIME),
        };
        let entries = self.entries.write();
        let mut entries = entries.unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= ENTRIES_MAX {
            entries.clear();
        }
        entries.insert(session.id, entry);
    }
}

fn is_older(time: Timestamp, than: Duration) -> bool {
    Timestamp::now().duration_since(time)
        >= jiff::SignedDuration::try_from(than).unwrap_or_default()
}
