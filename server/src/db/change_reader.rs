//! Reads the changes that any server of the database commits, each exactly once.

mod sql;

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use diesel_async::AsyncPgConnection;
use tokio::time::{sleep, timeout};

pub(crate) use self::sql::ChangeRow;
use self::sql::{Found, PRUNED_MAX, Snapshot};
use crate::{
    db::{
        Db,
        cache_epoch::LIVENESS_TIMEOUT,
        connect::{self, Connected},
    },
    error::{Error, Result},
    telemetry::sampler::log_sampled,
};

/// Maximum number of changes of a read; more are unknown.
pub(crate) const CHANGES_MAX: usize = 256;

/// How often changes are read.
const INTERVAL: Duration = Duration::from_millis(100);
/// The shortest time between two reads, which commits of this server cause.
const INTERVAL_MIN: Duration = Duration::from_millis(5);
/// How long rows stay in the table after they have become visible.
const RETENTION: Duration = Duration::from_mins(1);
/// A reader that has not read for this time of the database, in seconds, may have missed rows.
const PAUSE_MAX: f64 = 30.0;
/// How often expired rows are deleted.
const PRUNE_INTERVAL: Duration = Duration::from_secs(5);

/// The changes since the previous read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Changes {
    /// All of them.
    Known(Vec<ChangeRow>),
    /// Some of them may be unknown.
    Unknown,
}

/// Reads changes on a connection of its own, or through the pool where the database has a single
/// connection.
pub(crate) struct ChangeReader<'a> {
    db: &'a Db,
    connection: Option<AsyncPgConnection>,
    /// The snapshot and the time of the previous read.
    previous: Option<(Snapshot, f64)>,
    /// Snapshots of the last minute, which tell when a row has become visible.
    snapshots: VecDeque<(Instant, Snapshot)>,
}

impl<'a> ChangeReader<'a> {
    /// Connects to the database.
    pub(crate) async fn open(db: &'a Db) -> Result<Self> {
        let connection = match db.feed_url() {
            Some(url) => Some(connect_to(url, db).await?),
            None => None,
        };
        Ok(Self {
            db,
            connection,
            previous: None,
            snapshots: VecDeque::new(),
        })
    }

    /// Reads the changes that were committed since the previous read; the first read finds unknown ones.
    ///
    /// # Errors
    /// When the connection has failed, or does not answer in time. The next reader begins anew.
    pub(crate) async fn read(&mut self) -> Result<Changes> {
        let Found {
            snapshot,
            time,
            changes,
        } = self.find().await?;
        let has_paused = |(_, previous): &(_, f64)| (time - previous).abs() > PAUSE_MAX;
        let is_unknown =
            self.previous.as_ref().is_none_or(has_paused) || changes.len() > CHANGES_MAX;
        let latest = self.snapshots.back().map(|(read, _)| read.elapsed());
        if latest.is_none_or(|age| age >= PRUNE_INTERVAL) {
            self.snapshots.push_back((Instant::now(), snapshot.clone()));
        }
        self.previous = Some((snapshot, time));
        Ok(if is_unknown {
            Changes::Unknown
        } else {
            Changes::Known(changes)
        })
    }

    async fn find(&mut self) -> Result<Found> {
        let since = self.previous.as_ref().map(|(snapshot, _)| snapshot);
        if let Some(connection) = &mut self.connection {
            return in_time(sql::read(connection, since)).await;
        }
        let read = self
            .db
            .read(|mut connection| async move { sql::read(&mut connection, since).await });
        read.await
    }

    /// Deletes rows that every server has read, or else has missed for so long that it reloads.
    ///
    /// # Errors
    /// When the connection does not answer in time.
    pub(crate) async fn prune(&mut self) -> Result<()> {
        let expired = |(read, _): &&(Instant, Snapshot)| read.elapsed() >= RETENTION;
        let Some((_, snapshot)) = self.snapshots.front().filter(expired) else {
            return Ok(());
        };
        let pruned = match &mut self.connection {
            Some(connection) => {
                let pruned = timeout(LIVENESS_TIMEOUT, sql::prune(connection, snapshot));
                pruned.await.map_err(|_| no_reply())?
            }
            None => sql::prune(&mut *self.db.connection().await?, snapshot).await,
        };
        match pruned {
            // There may be more rows.
            Ok(PRUNED_MAX..) => {}
            Ok(_) => drop(self.snapshots.pop_front()),
            Err(error) => {
                // The database may be read-only.
                log_sampled!(warn, "expired changes cannot be deleted", %error);
                self.snapshots.pop_front();
            }
        }
        Ok(())
    }

    /// Waits until it is time for the next read, after one that began at `asked`.
    pub(crate) async fn wait(&self, asked: Instant) {
        if self.connection.is_none() {
            return self.db.wait_for_commit().await;
        }
        let remaining = |interval: Duration| interval.saturating_sub(asked.elapsed());
        tokio::select! {
            () = sleep(remaining(INTERVAL)) => {}
            () = self.db.wait_for_commit() => sleep(remaining(INTERVAL_MIN)).await,
        }
    }
}

async fn connect_to(url: &str, db: &Db) -> Result<AsyncPgConnection> {
    let connected = connect::connect_for_feed(url).await;
    let Connected {
        mut connection,
        server,
        ..
    } = connected.map_err(|error| {
        if error.is_no_connection_left() {
            db.close_one_connection();
        }
        Error::Unavailable(error.to_string())
    })?;
    in_time(sql::set_up(&mut connection)).await?;
    db.set_current_server(server);
    Ok(connection)
}

async fn in_time<T>(reply: impl Future<Output = Result<T>>) -> Result<T> {
    timeout(LIVENESS_TIMEOUT, reply)
        .await
        .unwrap_or_else(|_| Err(no_reply()))
}

fn no_reply() -> Error {
    Error::Unavailable("no reply in time".to_owned())
}
