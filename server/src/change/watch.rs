//! One caller's stream of changes, for as long as their session goes on.

use std::time::Duration;

use epic_events::{reason::Reason, v1::WatchChangesResponse};
use futures_util::{Stream, stream};
use tokio::{
    sync::{
        broadcast::{self, error::RecvError},
        watch,
    },
    time::Interval,
};
use tonic::Status;
use uuid::Uuid;

use crate::{
    auth::session::known::Sessions,
    change::news::{self, Seat},
    error::{Error, Result},
    shared::Shared,
};

/// How often it is asked whether the session goes on, when nothing says that it may have ended: it
/// expires without a sign.
const ASKED: Duration = Duration::from_secs(10);

struct Watch {
    session: Uuid,
    sessions: Sessions,
    news: broadcast::Receiver<WatchChangesResponse>,
    _seat: Seat,
    accounts: watch::Receiver<u64>,
    stopping: watch::Receiver<bool>,
    asked: Interval,
}

/// Everything that is changed from now on. Nothing is kept for somebody who does not read: the
/// transport asks for the next change when the one before has been sent.
///
/// # Errors
/// When the session has as many streams as it may have.
pub(super) fn stream(
    shared: &Shared,
    session: Uuid,
) -> Result<impl Stream<Item = std::result::Result<WatchChangesResponse, Status>> + use<>> {
    let (news, seat) = shared.news.watch(session)?;
    let watch = Watch {
        session,
        sessions: shared.sessions.clone(),
        news,
        _seat: seat,
        accounts: shared.db.accounts().watch(),
        stopping: shared.stopping.subscribe(),
        asked: tokio::time::interval(ASKED),
    };
    Ok(stream::unfold(Some(watch), |watch| async {
        let mut watch = watch?;
        match watch.next().await {
            Ok(change) => Some((Ok(change), Some(watch))),
            Err(error) => Some((Err(error.into()), None)),
        }
    }))
}

impl Watch {
    async fn next(&mut self) -> Result<WatchChangesResponse> {
        loop {
            // In this order: whose session has ended is told nothing more.
            let news = tokio::select! {
                biased;
                () = told_to_stop(&mut self.stopping) => return Err(Reason::ShuttingDown.into()),
                _ = self.accounts.changed() => None,
                _ = self.asked.tick() => None,
                news = self.news.recv() => Some(news),
            };
            match news {
                None => self.go_on().await?,
                Some(Ok(change)) => return Ok(change),
                Some(Err(RecvError::Lagged(_))) => return Ok(news::reload()),
                Some(Err(RecvError::Closed)) => return Err(Reason::ShuttingDown.into()),
            }
        }
    }

    async fn go_on(&self) -> Result<()> {
        match self.sessions.still(self.session).await? {
            None => Err(Error::from(Reason::SessionEnded)),
            Some(session) if session.must_change_password => {
                Err(Reason::PasswordChangeRequired.into())
            }
            Some(_) => Ok(()),
        }
    }
}

async fn told_to_stop(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}
