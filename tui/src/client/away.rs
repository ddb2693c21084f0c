//! What a status means for whoever called.

use std::{error::Error, io};

use epic_events::{
    api_error::{ApiError, TRACE},
    reason::Reason,
};
use tonic::{Code, Status};

use super::{RequestError, Shared};
use crate::messages::Arg;

impl Shared {
    /// What a failed call means. When the session is over, the tokens are forgotten, if the one
    /// that the call was made with is still among them: somebody may have signed in since.
    pub(super) fn fault(&self, status: &Status, token: &str) -> RequestError {
        let Some(refusal) = ApiError::from_status(status) else {
            tracing::warn!(code = ?status.code(), message = status.message(), "the server is away");
            return self.away(cause(status));
        };
        match refusal.reason {
            Reason::TokenMissing
            | Reason::TokenInvalid
            | Reason::TokenExpired
            | Reason::SessionEnded => {
                tracing::info!(reason = refusal.reason.name(), "the session is over");
                self.session.lose(token);
                RequestError::SessionEnded
            }
            // These pass by themselves, as an absent server does.
            Reason::DatabaseUnavailable | Reason::ShuttingDown => RequestError::Unavailable {
                message: self.messages.refusal(&refusal),
            },
            Reason::Internal => {
                let trace = refusal.details.get(TRACE).map_or("none", String::as_str);
                tracing::error!(trace, "something went wrong on the server");
                RequestError::Api(refusal)
            }
            _ => RequestError::Api(refusal),
        }
    }

    pub(super) fn away(&self, message: &str) -> RequestError {
        let server = [("server", Arg::Text(&self.server))];
        RequestError::Unavailable {
            message: self.messages.with(message, &server),
        }
    }
}

/// The sentence for a failure on the way to the server.
fn cause(status: &Status) -> &'static str {
    let mut source = status.source();
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            match error.kind() {
                io::ErrorKind::ConnectionRefused => return "away-refused",
                io::ErrorKind::TimedOut => return "away-timed-out",
                // How rustls says it through an `io::Error`.
                io::ErrorKind::InvalidData if error.to_string().contains("certificate") => {
                    return "away-untrusted";
                }
                _ => {}
            }
        }
        source = error.source();
    }
    match status.code() {
        Code::DeadlineExceeded | Code::Cancelled => "away-timed-out",
        Code::Unavailable | Code::Unknown => "away-unreachable",
        _ => "away-other",
    }
}
