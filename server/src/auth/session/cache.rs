//! The cache of sessions. Every call looks its session up; entries are valid until anything about
//! any account or session changes, on any server.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use uuid::Uuid;

use crate::{
    auth::{
        rows::Account,
        session::{Session, lifetimes::Lifetimes, rows},
        token::RefreshToken,
    },
    db::Db,
    error::Result,
};

/// How long an entry is valid when no account or session changes.
const ENTRY_LIFETIME: Duration = Duration::from_secs(30);
/// Maximum number of entries, above the number of collaborators; a full cache is cleared.
const ENTRIES_MAX: usize = 10_000;
/// The time of the last use is written when the stored one is older than this.
const TOUCH_INTERVAL: Duration = Duration::from_mins(1);

struct Entry {
    session: Session,
    epoch: u64,
    expires: Instant,
    /// The last use, in milliseconds since the cache began. The database learns of it later.
    last_use: AtomicU64,
}

/// Finds sessions, from the cache while its entries are valid. Cheap to clone.
#[derive(Clone)]
pub(crate) struct SessionCache {
    db: Db,
    lifetimes: Lifetimes,
    entries: Arc<RwLock<HashMap<Uuid, Entry>>>,
    began: Instant,
}

impl SessionCache {
    pub(crate) fn new(db: Db, lifetimes: Lifetimes) -> Self {
        Self {
            db,
            lifetimes,
            entries: Arc::default(),
            began: Instant::now(),
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

    /// Opens a session. Beyond the maximum number per account, it ends the least recently used session.
    ///
    /// # Errors
    /// Those of [`rows::open`].
    pub(crate) async fn open(
        &self,
        account: &Account,
        refresh: &RefreshToken,
        origin: (&str, &str),
    ) -> Result<Session> {
        let last_uses = self.last_uses(account.id);
        rows::open(
            &self.db,
            account,
            refresh,
            origin,
            last_uses,
            self.lifetimes,
        )
        .await
    }

    async fn lookup(&self, id: Uuid, used_from: Option<&str>) -> Result<Option<Session>> {
        // Read before the query: a change during the query must invalidate its result.
        let epoch = self.db.auth_epoch().current();
        if let Some(session) = epoch.and_then(|epoch| self.get(id, epoch, used_from.is_some())) {
            return Ok(Some(session));
        }
        let lifetimes = self.lifetimes;
        let found = self
            .db
            .read(async |mut connection| {
                let found = rows::find(&mut connection, id).await?;
                if let (Some((_, last_use)), Some(address)) = (&found, used_from)
                    && (last_use.address != address || last_use.age() >= TOUCH_INTERVAL)
                {
                    rows::touch(&mut connection, id, address, lifetimes).await?;
                }
                Ok(found)
            })
            .await?;
        Ok(found.map(|(session, last_use)| {
            if let Some(epoch) = epoch {
                self.insert(&session, epoch, last_use.remaining());
            }
            session
        }))
    }

    /// The sessions of an account that were used on this server, with the seconds since their last use.
    pub(super) fn last_uses(&self, account: i64) -> (Vec<Uuid>, Vec<f64>) {
        let now = self.now();
        let entries = self.entries.read();
        let entries = entries.unwrap_or_else(PoisonError::into_inner);
        let of_account = entries
            .iter()
            .filter(|(_, entry)| entry.session.actor.id == account);
        of_account
            .map(|(id, entry)| {
                let ago = now.saturating_sub(entry.last_use.load(Ordering::Relaxed));
                (*id, Duration::from_millis(ago).as_secs_f64())
            })
            .unzip()
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn get(&self, id: Uuid, epoch: u64, is_use: bool) -> Option<Session> {
        let entries = self.entries.read();
        let entries = entries.unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(&id)?;
        let is_valid = entry.epoch == epoch && Instant::now() < entry.expires;
        if is_valid && is_use {
            entry.last_use.store(self.now(), Ordering::Relaxed);
        }
        is_valid.then(|| entry.session.clone())
    }

    fn insert(&self, session: &Session, epoch: u64, remaining: Duration) {
        let entry = Entry {
            session: session.clone(),
            epoch,
            expires: Instant::now() + remaining.min(ENTRY_LIFETIME),
            last_use: AtomicU64::new(self.now()),
        };
        let entries = self.entries.write();
        let mut entries = entries.unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= ENTRIES_MAX {
            entries.clear();
        }
        entries.insert(session.id, entry);
    }
}
