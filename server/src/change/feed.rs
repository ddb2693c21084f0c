//! The feed of changes that any server of the database commits: received as PostgreSQL
//! notifications, or read from the history where there is no connection to listen on. Only the
//! latest changes are buffered; a stream that falls behind receives a reload message.

use std::{
    collections::HashMap,
    fmt::Display,
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
    auth::session::Session,
    change::rows::{self, ChangeRow},
    db::{
        Db,
        cache_epoch::LIVENESS_TIMEOUT,
        connect::{self, Listener},
    },
    error::{Error, Result},
};

/// Maximum number of changes that a stream may fall behind.
pub const CAPACITY: usize = 256;
/// Maximum number of streams per session. A client needs one, and a second one until the server has
/// noticed that the first is dead.
pub const STREAMS_MAX: usize = 4;
/// Maximum number of streams per account: two for each of its 20 sessions.
const ACCOUNT_STREAMS_MAX: usize = 40;

/// Interval of the heartbeat; well below [`LIVENESS_TIMEOUT`].
const HEARTBEAT_INTERVAL: Duration = Duration::from_millis(250);
/// PostgreSQL sends pending notifications before the reply to this query.
const HEARTBEAT_QUERY: &str = "select";
const LISTEN_QUERY: &str = "listen epic_changes; listen epic_sessions";
/// The channel that announces changes of accounts and sessions.
const SESSIONS_CHANNEL: &str = "epic_sessions";
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
            let ended = match db.notification_url() {
                Some(url) => self.listen(url, db).await,
                None => self.poll_history(db).await,
            };
            if let Err(error) = ended {
                tracing::warn!(%error, "the feed of changes is interrupted; reconnecting");
                // The connections of calls may lead to the same unresponsive server.
                db.require_tests();
            }
            tokio::time::sleep(RECONNECT_DELAY).await;
        }
    }

    fn publish(&self, change: WatchChangesResponse) {
        // Fails when there is no stream.
        let _ = self.sender.send(change);
    }

    /// Publishes notifications until the connection fails. A heartbeat detects a connection that fails
    /// without an error.
    async fn listen(&self, url: &str, db: &Db) -> Result<()> {
        let connected = connect::listen(url).await;
        let Listener {
            client,
            mut messages,
            server,
        } = connected.map_err(|error| {
            if error.is_no_connection_left() {
                db.close_one_connection();
            }
            unavailable(error)
        })?;
        db.set_current_server(server);
        let receive = async {
            while let Some(message) = messages.next().await {
                if let AsyncMessage::Notification(notification) = message.map_err(unavailable)? {
                    self.on_notification(&notification, db);
                }
            }
            Err(Error::Unavailable("the connection was closed".to_owned()))
        };
        tokio::select! {
            ended = receive => ended,
            ended = self.heartbeat(&client, db) => ended,
        }
    }

    async fn heartbeat(&self, client: &Client, db: &Db) -> Result<()> {
        let mut query = LISTEN_QUERY;
        loop {
            let sent = Instant::now();
            match tokio::time::timeout(LIVENESS_TIMEOUT, client.batch_execute(query)).await {
                Ok(reply) => reply.map_err(unavailable)?,
                Err(_) => return Err(Error::Unavailable("no reply in time".to_owned())),
            }
            if query == LISTEN_QUERY {
                // Notifications of earlier commits were not received.
                db.auth_epoch().invalidate();
                self.publish(reload_message());
                query = HEARTBEAT_QUERY;
            }
            db.auth_epoch().confirm_live(sent);
            tokio::time::sleep(HEARTBEAT_INTERVAL).await;
        }
    }

    fn on_notification(&self, notification: &Notification, db: &Db) {
        if notification.channel() == SESSIONS_CHANNEL {
            db.auth_epoch().invalidate();
            return;
        }
        match serde_json::from_str::<ChangeRow>(notification.payload()) {
            Ok(change) => self.publish(change.into()),
            Err(error) => {
                tracing::error!(%error, "a notification cannot be decoded");
                self.publish(reload_message());
            }
        }
    }

    /// Publishes the history after each commit of this server, the only one of its database.
    async fn poll_history(&self, db: &Db) -> Result<()> {
        let mut last = db.read(rows::latest).await?;
        // Changes before this read are unknown.
        self.publish(reload_message());
        let limit = i64::try_from(CAPACITY).unwrap_or(i64::MAX);
        loop {
            db.wait_for_commit().await;
            let found = db
                .read(|connection| rows::after(connection, last, limit))
                .await?;
            if found.len() == CAPACITY {
                last = db.read(rows::latest).await?;
                self.publish(reload_message());
                continue;
            }
            for (entry, change) in found {
                last = entry;
                self.publish(change.into());
            }
        }
    }
}

fn unavailable(error: impl Display) -> Error {
    Error::Unavailable(error.to_string())
}
