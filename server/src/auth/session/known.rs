//! The sessions that go on. Who is calling is asked at every call, so the answer is remembered for a
//! moment: until anything about any account or session changes, on whichever server.

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

/// How long an answer is remembered when nothing changes.
const MEMORY: Duration = Duration::from_secs(30);
/// More than there are people; when so many are remembered, all are forgotten.
const REMEMBERED_MAX: usize = 10_000;
/// A use of the session is noted when the last one noted is this old.
const NOTED: Duration = Duration::from_mins(1);

#[derive(Clone)]
struct Remembered {
    session: Session,
    epoch: u64,
    until: Instant,
}

/// Finds the session of a call. Cheap to clone.
#[derive(Clone)]
pub struct Sessions {
    db: Db,
    lifetimes: Lifetimes,
    remembered: Arc<RwLock<HashMap<Uuid, Remembered>>>,
}

impl Sessions {
    /// The sessions in that database.
    #[must_use]
    pub fn new(db: Db, lifetimes: Lifetimes) -> Self {
        Self {
            db,
            lifetimes,
            remembered: Arc::default(),
        }
    }

    /// When sessions end.
    #[must_use]
    pub const fn lifetimes(&self) -> Lifetimes {
        self.lifetimes
    }

    /// The session of that number, which is used now from that address; `None` when it has ended.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn find(&self, session: Uuid, address: &str) -> Result<Option<Session>> {
        self.look(session, Some(address)).await
    }

    /// The same, without using it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn still(&self, session: Uuid) -> Result<Option<Session>> {
        self.look(session, None).await
    }

    async fn look(&self, id: Uuid, used_from: Option<&str>) -> Result<Option<Session>> {
        // Before the database is asked: what it says is void when something changes meanwhile.
        let epoch = self.db.accounts().epoch();
        if let Some(session) = epoch.and_then(|epoch| self.recall(id, epoch)) {
            return Ok(Some(session));
        }
        let lifetimes = self.lifetimes;
        let found = self
            .db
            .read(async |mut connection| {
                let found = rows::find(&mut connection, id).await?;
                if let (Some((_, used)), Some(address)) = (&found, used_from)
                    && (used.address != address || is_past(used.last_use_time, NOTED))
                {
                    rows::touch(&mut connection, id, address, lifetimes).await?;
                }
                Ok(found)
            })
            .await?;
        Ok(found.map(|(session, used)| {
            if let Some(epoch) = epoch {
                self.remember(&session, epoch, used.expire_time);
            }
            session
        }))
    }

    fn recall(&self, id: Uuid, epoch: u64) -> Option<Session> {
        let remembered = self.remembered.read();
        let remembered = remembered.unwrap_or_else(PoisonError::into_inner);
        let known = remembered.get(&id)?;
        let holds = known.epoch == epoch && Instant::now() < known.until;
        holds.then(|| known.session.clone())
    }

    fn remember(&self, session: &Session, epoch: u64, expires: Timestamp) {
        let left = Timestamp::now().until(expires).ok();
        let left = left.and_then(|left| Duration::try_from(left).ok());
        let known = Remembered {
            session: session.clone(),
            epoch,
            until: Instant::now() + left.unwrap_or_default().min(MEMORY),
        };
        let remembered = self.remembered.write();
        let mut remembered = remembered.unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= REMEMBERED_MAX {
            remembered.clear();
        }
        remembered.insert(session.id, known);
    }
}

fn is_past(time: Timestamp, by: Duration) -> bool {
    Timestamp::now().duration_since(time) >= jiff::SignedDuration::try_from(by).unwrap_or_default()
}
