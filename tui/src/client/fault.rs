//! Maps a failed call to a [`RequestError`].

use std::{error::Error, io};

use epic_events::{
    api_error::{ApiError, TRACE},
    reason::Reason,
};
use tonic::{Code, Status};

use super::{RequestError, Shared};
use crate::messages::Arg;

impl Shared {
    /// The fault of a failed call. If the session has ended, discards the tokens that `token` belongs
    /// to; those of a later login stay.
    pub(super) fn fault(&self, status: &Status, token: &str) -> RequestError {
        let Some(refusal) = ApiError::from_status(status) else {
            tracing::warn!(code = ?status.code(), message = status.message(), "the server is unavailable");
            return self.away(transport_message(status));
        };
        match refusal.reason {
            Reason::TokenMissing
            | Reason::TokenInvalid
            | Reason::TokenExpired
            | Reason::SessionEnded => {
                tracing::info!(reason = refusal.reason.name(), "the session has ended");
                self.session.discard(token);
                RequestError::SessionEnded
            }
            // Temporary, like an unreachable server.
            Reason::DatabaseUnavailable | Reason::ShuttingDown => RequestError::Unavailable {
                message: self.messages.api_error(&refusal),
            },
            Reason::Internal => {
                let trace = refusal.details.get(TRACE).map_or("none", String::as_str);
                tracing::error!(trace, "internal error of the server");
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

/// The message for a failure of the transport.
fn transport_message(status: &Status) -> &'static str {
    let mut source = status.source();
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            match error.kind() {
                io::ErrorKind::ConnectionRefused => return "away-refused",
                io::ErrorKind::TimedOut => return "away-timed-out",
                // rustls reports an untrusted certificate as an `io::Error`.
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
