//! What has just been changed, on any server of the same database: heard from PostgreSQL, or read
//! from the history where there is no connection to listen on. Only the latest is kept: who is too
//! slow to follow is told to read everything again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use epic_events::{
    reason::Reason,
    v1::{ChangeKind, WatchChangesResponse},
};
use futures_util::StreamExt as _;
use tokio::sync::broadcast;
use tokio_postgres::{AsyncMessage, Client, Notification};
use uuid::Uuid;

use crate::{
    change::rows::{self, Change},
    db::{Db, connect, validity::TRUST},
    error::{Error, Result},
};

/// How many changes somebody may be behind.
pub const BEHIND_MAX: usize = 256;
/// How often the listening connection proves that it is heard; well below [`TRUST`].
const HEARTBEAT: Duration = Duration::from_millis(250);
/// Answered after everything that was notified before: PostgreSQL passes that on first.
const HEARD: &str = "select";
/// How long to wait before listening again after the connection broke.
const AGAIN: Duration = Duration::from_secs(1);

/// Streams of one session: a client needs one, and another while the first one breaks.
pub const STREAMS_MAX: usize = 4;

/// Passes news on to everybody who watches. Cheap to clone.
#[derive(Clone)]
pub struct News {
    sender: broadcast::Sender<WatchChangesResponse>,
    watching: Watching,
}

type Watching = Arc<Mutex<HashMap<Uuid, usize>>>;

/// One stream of a session; another may have its seat once it is dropped.
pub struct Seat {
    watching: Watching,
    session: Uuid,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut watching = self.watching.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(streams) = watching.get_mut(&self.session) {
            *streams -= 1;
            if *streams == 0 {
                watching.remove(&self.session);
            }
        }
    }
}

impl Default for News {
    fn default() -> Self {
        Self {
            sender: broadcast::Sender::new(BEHIND_MAX),
            watching: Watching::default(),
        }
    }
}

/// What those are told who have missed something.
#[must_use]
pub fn reload() -> WatchChangesResponse {
    WatchChangesResponse {
        kind: ChangeKind::Reload.into(),
        ..WatchChangesResponse::default()
    }
}

impl News {
    /// Everything from now on, for that session.
    ///
    /// # Errors
    /// When it has as many streams as it may have.
    pub fn watch(
        &self,
        session: Uuid,
    ) -> Result<(broadcast::Receiver<WatchChangesResponse>, Seat)> {
        let mut watching = self.watching.lock().unwrap_or_else(PoisonError::into_inner);
        let streams = watching.entry(session).or_default();
        if *streams >= STREAMS_MAX {
            return Err(Reason::TooManyStreams.into());
        }
        *streams += 1;
        let seat = Seat {
            watching: Arc::clone(&self.watching),
            session,
        };
        Ok((self.sender.subscribe(), seat))
    }

    /// Gathers news for as long as it is polled.
    pub async fn gather(&self, db: &Db) {
        loop {
            let ended = match db.listen() {
                Some(url) => self.listen(url, db).await,
                None => self.read_after_writes(db).await,
            };
            if let Err(error) = ended {
                tracing::warn!(%error, "changes cannot be followed; trying again");
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    fn tell(&self, news: WatchChangesResponse) {
        // Nobody may be watching.
        let _ = self.sender.send(news);
    }

    /// Listens, and proves again and again that it hears: a connection may die without a sign.
    async fn listen(&self, url: &str, db: &Db) -> Result<()> {
        let away = |error: tokio_postgres::Error| Error::Away(error.to_string());
        let connected = connect::listen(url).await;
        let (client, mut messages) = connected.map_err(|error| Error::Away(error.to_string()))?;
        let hear = async {
            while let Some(message) = messages.next().await {
                if let AsyncMessage::Notification(heard) = message.map_err(away)? {
                    self.take(&heard, db);
                }
            }
            Err(Error::Away("the connection was closed".to_owned()))
        };
        tokio::select! {
            ended = hear => ended,
            ended = self.prove(&client, db) => ended,
        }
    }

    async fn prove(&self, client: &Client, db: &Db) -> Result<()> {
        let mut query = "listen epic_changes; listen epic_sessions";
        loop {
            let asked = Instant::now();
            match tokio::time::timeout(TRUST, client.batch_execute(query)).await {
                Ok(answered) => answered.map_err(|error| Error::Away(error.to_string()))?,
                Err(_) => return Err(Error::Away("no answer in time".to_owned())),
            }
            if query != HEARD {
                // What happened before nobody knows.
                db.accounts().end();
                self.tell(reload());
                query = HEARD;
            }
            db.accounts().heard(asked);
            tokio::time::sleep(HEARTBEAT).await;
        }
    }

    fn take(&self, heard: &Notification, db: &Db) {
        if heard.channel() == "epic_sessions" {
            db.accounts().end();
            return;
        }
        match serde_json::from_str::<Change>(heard.payload()) {
            Ok(change) => self.tell(change.into()),
            Err(error) => {
                tracing::error!(%error, "a notification that cannot be read");
                self.tell(reload());
            }
        }
    }

    /// Reads the history after each write. Nobody else writes to that database.
    async fn read_after_writes(&self, db: &Db) -> Result<()> {
        let mut last = db.read(rows::latest).await?;
        // Something may have been written before.
        self.tell(reload());
        let most = i64::try_from(BEHIND_MAX).unwrap_or(i64::MAX);
        loop {
            db.committed().await;
            let found = db
                .read(|connection| rows::news(connection, last, most))
                .await?;
            if found.len() == BEHIND_MAX {
                last = db.read(rows::latest).await?;
                self.tell(reload());
                continue;
            }
            for (entry, change) in found {
                last = entry;
                self.tell(change.into());
            }
        }
    }
}
