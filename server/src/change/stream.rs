//! The stream of changes of one caller. It ends with the session.

use std::time::Duration;

use epic_events::{reason::Reason, v1::WatchChangesResponse};
use futures_util::{Stream, stream};
use tokio::{sync::watch, time::Interval};
use tokio_util::sync::CancellationToken;
use tonic::Status;
use uuid::Uuid;

use crate::{
    api::failure,
    auth::session::{Session, cache::SessionCache},
    change::feed::{ChangeCursor, ChangeFeed, StreamSlot},
    error::{Error, Result},
};

/// How often the session is checked while nothing invalidates the cache: sessions expire without a
/// notification.
const SESSION_CHECK_INTERVAL: Duration = Duration::from_secs(10);

struct ChangeStream {
    session: Uuid,
    sessions: SessionCache,
    changes: ChangeCursor,
    _slot: StreamSlot,
    invalidations: watch::Receiver<u64>,
    shutdown: CancellationToken,
    session_check: Interval,
}

/// A stream of all changes after those that came with `resume_token`, or else from now on. Changes are not queued for a slow client: the transport
/// polls for the next change after it has sent the previous one.
///
/// # Errors
/// `TOO_MANY_STREAMS`.
pub(super) fn open(
    feed: &ChangeFeed,
    resume_token: &str,
    session: &Session,
    sessions: &SessionCache,
    invalidations: watch::Receiver<u64>,
    shutdown: CancellationToken,
) -> Result<impl Stream<Item = std::result::Result<WatchChangesResponse, Status>> + use<>> {
    let slot = feed.take_slot(session)?;
    let stream = ChangeStream {
        session: session.id,
        sessions: sessions.clone(),
        changes: feed.read_from(resume_token),
        _slot: slot,
        invalidations,
        shutdown,
        session_check: tokio::time::interval(SESSION_CHECK_INTERVAL),
    };
    Ok(stream::unfold(Some(stream), |stream| async {
        let mut stream = stream?;
        match stream.next().await {
            Ok(change) => Some((Ok(change), Some(stream))),
            Err(error) => Some((Err(failure::stream_status(error)), None)),
        }
    }))
}

impl ChangeStream {
    async fn next(&mut self) -> Result<WatchChangesResponse> {
        loop {
            // Checked in this order, so that a session that has ended receives no further change.
            let change = tokio::select! {
                biased;
                () = self.shutdown.cancelled() => return Err(Reason::ShuttingDown.into()),
                _ = self.invalidations.changed() => None,
                _ = self.session_check.tick() => None,
                change = self.changes.next() => Some(change),
            };
            match change {
                None => self.check_session().await?,
                Some(change) => return Ok(change),
            }
        }
    }

    /// Waits while the account is suspended. A suspended account receives no change, but its stream
    /// continues when only the role has changed.
    async fn check_session(&mut self) -> Result<()> {
        loop {
            match self.sessions.find(self.session).await {
                Ok(None) => return Err(Reason::SessionEnded.into()),
                Ok(Some(session)) if session.must_change_password => {
                    return Err(Reason::PasswordChangeRequired.into());
                }
                Ok(Some(_)) => return Ok(()),
                Err(Error::Api(error)) if error.reason == Reason::AccountChanging => {}
                Err(error) => return Err(error),
            }
            tokio::select! {
                () = self.shutdown.cancelled() => return Err(Reason::ShuttingDown.into()),
                _ = self.invalidations.changed() => {}
                _ = self.session_check.tick() => {}
            }
        }
    }
}
