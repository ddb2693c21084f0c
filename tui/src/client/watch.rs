//! News of what others change, as it happens. The stream is opened again whenever it breaks, for
//! as long as there is a session and somebody listens.

#[cfg(test)]
mod tests;

use std::time::Duration;

use epic_events::{
    api_error::ApiError,
    reason::Reason,
    v1::{
        ChangeKind, RecordType, WatchChangesRequest, WatchChangesResponse,
        change_service_client::ChangeServiceClient,
    },
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, timeout},
};
use tonic::{Code, Status, Streaming};

use super::{Api, RequestError, bearing};

/// How much news waits for whoever listens. Beyond that it waits at the server, which in the end
/// says once that everything is to be read again.
pub const CHANNEL_CAPACITY: usize = 128;

/// How long to wait before a stream that broke is opened again: at first, and at most. A random
/// part of it is left out, so that not all clients come back at once to a server that was away.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// News from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeEvent {
    /// Somebody has changed a record.
    Change(Change),
    /// Changes may have been missed: what was read before has to be read again.
    Reload,
    /// The stream has broken, and is opened again as soon as that can be.
    Gap,
    /// The session is over; there will be no more news.
    SessionEnded,
}

/// A record that somebody has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whether it was deleted.
    pub deleted: bool,
    /// What kind of record.
    pub record: RecordType,
    /// Its number.
    pub id: i64,
    /// Its version now; empty when it was deleted.
    pub etag: String,
    /// Full name of who did it; empty when it was nobody who was signed in.
    pub actor: String,
}

impl From<WatchChangesResponse> for ChangeEvent {
    fn from(news: WatchChangesResponse) -> Self {
        if news.kind() == ChangeKind::Reload {
            return Self::Reload;
        }
        Self::Change(Change {
            deleted: news.kind() == ChangeKind::Deleted,
            record: news.record(),
            id: news.id,
            etag: news.etag,
            actor: news.actor_name,
        })
    }
}

/// Why a stream has ended.
enum End {
    /// The server cannot be reached, or has ended it; it is worth another try.
    Broken,
    /// The server has ended it because of the session. Opening it again tells whether that is
    /// over, or has newer tokens than the stream began with.
    Questioned,
    /// The session is over.
    SessionEnded,
    /// The server has no such call, or not for this caller: there will be no news.
    Refused,
}

impl Api {
    /// Listens to what others change until the listener is dropped or the session is over. News
    /// begin with [`ChangeEvent::Reload`], and so they do after every gap.
    #[must_use]
    pub fn watch(&self) -> mpsc::Receiver<ChangeEvent> {
        let (news, listener) = mpsc::channel(CHANNEL_CAPACITY);
        let api = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = news.closed() => {}
                () = api.keep_watching(&news) => {}
            }
        });
        listener
    }

    async fn keep_watching(&self, news: &mpsc::Sender<ChangeEvent>) {
        let mut wait = FIRST_WAIT;
        loop {
            let begun = Instant::now();
            let end = match self.open().await {
                Ok(stream) => {
                    let end = self.pass_on(stream, news).await;
                    if matches!(end, End::Broken) {
                        let _ = news.send(ChangeEvent::Gap).await;
                    }
                    end
                }
                Err(fault) => why(&fault),
            };
            if begun.elapsed() > LONGEST_WAIT {
                wait = FIRST_WAIT;
            }
            match end {
                End::SessionEnded => {
                    // Nobody may listen any more, and then nobody needs to know.
                    let _ = news.send(ChangeEvent::SessionEnded).await;
                    return;
                }
                End::Refused => return,
                // At once, but not over and over.
                End::Questioned if wait == FIRST_WAIT => {}
                End::Questioned | End::Broken => {
                    sleep(wait.mul_f64(rand::random_range(0.5..1.0))).await;
                }
            }
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Opens the stream; from then on nothing can be missed. It has no deadline, opening it has.
    async fn open(&self) -> Result<Streaming<WatchChangesResponse>, RequestError> {
        let shared = &self.shared;
        self.with_token(|token| async move {
            let request = bearing(WatchChangesRequest {}, Some(&token))?;
            let mut client = ChangeServiceClient::new(shared.channel.clone());
            let opened = timeout(shared.deadline, client.watch_changes(request));
            let opened = opened
                .await
                .map_err(|_| Status::deadline_exceeded("the stream did not begin"))?;
            match opened {
                Ok(response) => Ok(response.into_inner()),
                // How a server says it that has never heard of the service.
                Err(status) if status.code() == Code::Unimplemented => {
                    Err(ApiError::new(Reason::UnknownRpc).into())
                }
                Err(status) => Err(status),
            }
        })
        .await
    }

    async fn pass_on(
        &self,
        mut stream: Streaming<WatchChangesResponse>,
        news: &mpsc::Sender<ChangeEvent>,
    ) -> End {
        tracing::debug!("changes are watched");
        let mut next = ChangeEvent::Reload;
        loop {
            if news.send(next).await.is_err() {
                return End::Refused;
            }
            next = match stream.message().await {
                Ok(Some(message)) => message.into(),
                Ok(None) => return End::Broken,
                Err(status) => {
                    tracing::info!(code = ?status.code(), "the stream of changes has ended");
                    return match status.code() {
                        Code::Unauthenticated => End::Questioned,
                        _ => End::Broken,
                    };
                }
            };
        }
    }
}

/// What it means that the stream was not opened.
fn why(fault: &RequestError) -> End {
    match fault {
        RequestError::SessionEnded => End::SessionEnded,
        RequestError::Unavailable { .. } => End::Broken,
        RequestError::Api(refusal) => match refusal.reason {
            Reason::Busy | Reason::Conflict | Reason::Internal => End::Broken,
            reason => {
                tracing::info!(reason = reason.name(), "changes are not watched");
                End::Refused
            }
        },
    }
}
