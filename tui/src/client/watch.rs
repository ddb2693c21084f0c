//! The stream of changes. It is reopened whenever it breaks, as long as there is a session and a
//! receiver.

#[cfg(test)]
mod tests;

use std::time::Duration;

use epic_events::{
    api_error::ApiError,
    reason::Reason,
    v1::{WatchChangesRequest, WatchChangesResponse, change_service_client::ChangeServiceClient},
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};
use tonic::{Code, Streaming};

use super::{Api, Channel, authorized};
use crate::api::{ChangeEvent, ReceivedChange, RequestError};

/// Capacity of the channel to the receiver. When it is full, changes queue at the server, which
/// replaces them with a single reload if they exceed its own bound.
pub const CHANNEL_CAPACITY: usize = 128;

/// First and longest delay before a broken stream is reopened. Half of it is random, so that
/// clients do not all reconnect at once after an outage.
const MIN_DELAY: Duration = Duration::from_secs(1);
const MAX_DELAY: Duration = Duration::from_secs(30);

/// Why the stream ended.
enum End {
    /// The server has ended it well: the connection has reached its maximum age.
    Complete,
    /// The server is unreachable or closed the stream.
    Broken,
    /// The server rejected the token. Reopening shows whether the session has ended, or has newer
    /// tokens than the stream started with.
    Unauthenticated,
    /// The session has ended.
    SessionEnded,
    /// The server does not offer the stream to this caller.
    Refused,
}

/// An open stream, and the connection that it is on.
struct Opened {
    stream: Streaming<WatchChangesResponse>,
    channel: Channel,
}

impl Api {
    /// Opens the stream of changes after the one with `resume_token`, until the receiver is dropped or the
    /// session ends. The first message is [`ChangeEvent::Reload`] unless the server has kept all changes
    /// since then.
    #[must_use]
    pub(crate) fn watch(&self, resume_token: String) -> mpsc::Receiver<ReceivedChange> {
        let (sender, receiver) = mpsc::channel(CHANNEL_CAPACITY);
        let api = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = sender.closed() => {}
                () = api.run_stream(&sender, resume_token) => {}
            }
        });
        receiver
    }

    async fn run_stream(&self, sender: &mpsc::Sender<ReceivedChange>, mut resume_token: String) {
        let mut delay = MIN_DELAY;
        loop {
            let start = Instant::now();
            let end = match self.open(&resume_token).await {
                Ok(stream) => {
                    let end = self.forward(stream, sender, &mut resume_token).await;
                    if matches!(end, End::Broken) {
                        let gap = ReceivedChange::new(ChangeEvent::Gap, &resume_token);
                        let _ = sender.send(gap).await;
                    }
                    end
                }
                Err(error) => end_of(&error),
            };
            if start.elapsed() > MAX_DELAY {
                delay = MIN_DELAY;
            }
            match end {
                End::SessionEnded => {
                    // The receiver may have been dropped.
                    let ended = ReceivedChange::new(ChangeEvent::SessionEnded, "");
                    let _ = sender.send(ended).await;
                    return;
                }
                End::Refused => return,
                // Immediately, but only once.
                End::Complete | End::Unauthenticated if delay == MIN_DELAY => {}
                End::Complete | End::Unauthenticated | End::Broken => {
                    sleep(delay.mul_f64(rand::random_range(0.5..1.0))).await;
                }
            }
            delay = (delay * 2).min(MAX_DELAY);
        }
    }

    /// Opens the stream, after which no change is missed. Only the opening has a deadline.
    async fn open(&self, resume_token: &str) -> Result<Opened, RequestError> {
        let shared = &self.shared;
        self.with_token(|token| async move {
            let resume_token = resume_token.to_owned();
            let request = authorized(WatchChangesRequest { resume_token }, Some(&token))?;
            let opened = shared.within_deadline(|channel| async move {
                let mut client = ChangeServiceClient::new(channel.clone());
                let response = client.watch_changes(request).await?;
                Ok(Opened {
                    stream: response.into_inner(),
                    channel,
                })
            });
            match opened.await {
                Ok(opened) => Ok(opened),
                // A server without the service.
                Err(status) if status.code() == Code::Unimplemented => {
                    Err(ApiError::new(Reason::UnknownRpc).into())
                }
                Err(status) => Err(status),
            }
        })
        .await
    }

    /// Forwards the stream to the receiver until either ends, or a call has missed its deadline on the
    /// same connection.
    async fn forward(
        &self,
        opened: Opened,
        sender: &mpsc::Sender<ReceivedChange>,
        resume_token: &mut String,
    ) -> End {
        let Opened {
            mut stream,
            channel,
        } = opened;
        tracing::debug!("the stream of changes is open");
        loop {
            let message = tokio::select! {
                message = stream.message() => message,
                () = channel.abandoned() => {
                    tracing::info!("the connection of the stream of changes is replaced");
                    return End::Broken;
                }
            };
            let message = match message {
                Ok(Some(message)) => message,
                Ok(None) => return End::Complete,
                Err(status) => {
                    tracing::info!(code = ?status.code(), "the stream of changes has ended");
                    return match status.code() {
                        Code::Unauthenticated => End::Unauthenticated,
                        _ => End::Broken,
                    };
                }
            };
            resume_token.clone_from(&message.resume_token);
            if let Some(change) = ReceivedChange::from_message(message)
                && sender.send(change).await.is_err()
            {
                return End::Refused;
            }
        }
    }
}

/// Maps the failure to open the stream.
fn end_of(error: &RequestError) -> End {
    match error {
        RequestError::SessionEnded => End::SessionEnded,
        RequestError::Unavailable(_) => End::Broken,
        RequestError::Api(error) => match error.reason {
            Reason::Busy | Reason::TooManyCalls | Reason::Conflict | Reason::Internal => {
                End::Broken
            }
            reason => {
                tracing::info!(
                    reason = reason.name(),
                    "the server refuses the stream of changes"
                );
                End::Refused
            }
        },
    }
}
