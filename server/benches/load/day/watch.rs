//! The streams of changes of the staff: each must contain every change exactly once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering},
    },
    time::Duration,
};

use epic_events::v1::{
    ChangeKind, RecordType, WatchChangesRequest, WatchChangesResponse,
    change_service_client::ChangeServiceClient,
};
use tokio::{task::JoinSet, time::sleep};
use tonic::Streaming;

use crate::{
    caller::{Caller, Result},
    database::BenchDatabase,
    writer::Writer,
};

/// How often the last change is repeated, for streams that a reload message has kept from receiving it.
const LAST_INTERVAL: Duration = Duration::from_secs(1);
const LAST_MAX: u32 = 60;

/// What a stream has contained.
#[derive(Default)]
struct Watched {
    changes: AtomicI64,
    reloads: AtomicU32,
    has_begun: AtomicBool,
    is_complete: AtomicBool,
}

/// The streams of all members of staff.
pub(super) struct Watches {
    watched: Vec<Arc<Watched>>,
    tasks: JoinSet<Result<()>>,
    /// The last entry of the history before the changes that count.
    since: i64,
}

impl Watches {
    /// Opens a stream for each caller. The first and the last change that count are those of the client of
    /// `marker`: a stream may begin with changes from just before it, which its server has not read yet.
    pub(super) async fn open(
        database: &BenchDatabase,
        callers: impl Iterator<Item = &Caller>,
        marker: &mut Writer,
    ) -> Result<Self> {
        let mut opened = Self {
            watched: Vec::new(),
            tasks: JoinSet::new(),
            since: 0,
        };
        let before = (marker.client().id, marker.client().etag.clone());
        for caller in callers {
            let watched = Arc::<Watched>::default();
            opened.watched.push(Arc::clone(&watched));
            let messages = ChangeServiceClient::new(caller.channel.clone())
                .watch_changes(caller.request(WatchChangesRequest::default())?)
                .await?;
            let mut messages = messages.into_inner();
            // It says that the stream begins.
            messages.message().await?;
            opened
                .tasks
                .spawn(follow(messages, watched, before.clone()));
        }
        marker.write().await?;
        opened.since = history(database, "max(id)", 0)?;
        for _ in 0..LAST_MAX {
            if opened.all(|watched| &watched.has_begun) {
                return Ok(opened);
            }
            sleep(LAST_INTERVAL).await;
        }
        Err("a stream does not begin".into())
    }

    /// Compares the streams with the history, after a last change; returns the number of reload messages.
    pub(super) async fn finish(
        mut self,
        database: &BenchDatabase,
        last: &mut Writer,
    ) -> Result<u32> {
        last.write().await?;
        let expected = history(database, "count(*)", self.since)?;
        for _ in 0..LAST_MAX {
            if self.all(|watched| &watched.is_complete) {
                break;
            }
            sleep(LAST_INTERVAL).await;
            if !self.all(|watched| &watched.is_complete) {
                last.write().await?;
            }
        }
        if let Some(ended) = self.tasks.try_join_next() {
            ended??;
            return Err("a stream has ended".into());
        }
        let mut reloads = 0;
        for watched in &self.watched {
            let reloaded = watched.reloads.load(Ordering::Relaxed);
            let changes = watched.changes.load(Ordering::Relaxed);
            if !watched.is_complete.load(Ordering::Relaxed) || reloaded == 0 && changes != expected
            {
                return Err(format!("{changes} of {expected} changes, {reloaded} reloads").into());
            }
            reloads += reloaded;
        }
        Ok(reloads)
    }

    fn all(&self, flag: impl Fn(&Watched) -> &AtomicBool) -> bool {
        let mut watched = self.watched.iter();
        watched.all(|watched| flag(watched).load(Ordering::Relaxed))
    }
}

/// A figure of the entries of the history after one of them, without those of sessions.
fn history(database: &BenchDatabase, figure: &str, since: i64) -> Result<i64> {
    let sql = format!(
        "select coalesce({figure}, 0) from history
         where id > {since} and kind in ('created', 'changed', 'deleted')"
    );
    Ok(database.query(&sql)?.trim().parse()?)
}

/// Counts the changes after the one that replaces the etag of the client `marker`, up to its next one; ends
/// with the stream.
async fn follow(
    mut messages: Streaming<WatchChangesResponse>,
    watched: Arc<Watched>,
    marker: (i64, String),
) -> Result<()> {
    while let Some(change) = messages.message().await? {
        match change.kind() {
            ChangeKind::Reload => {
                watched.reloads.fetch_add(1, Ordering::Relaxed);
            }
            ChangeKind::Created | ChangeKind::Changed if !change.etag.is_empty() => {
                let is_marker = change.record() == RecordType::Client && change.id == marker.0;
                if !watched.has_begun.load(Ordering::Relaxed) {
                    let begins = is_marker && change.etag != marker.1;
                    watched.has_begun.store(begins, Ordering::Relaxed);
                    continue;
                }
                if !watched.is_complete.load(Ordering::Relaxed) {
                    watched.changes.fetch_add(1, Ordering::Relaxed);
                }
                if is_marker {
                    watched.is_complete.store(true, Ordering::Relaxed);
                }
            }
            _ => return Err(format!("an unexpected change: {change:?}").into()),
        }
    }
    Err("a stream has ended".into())
}
