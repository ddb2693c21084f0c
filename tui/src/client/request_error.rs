//! Maps a failed call to a [`RequestError`].

use std::{error::Error, io};

use epic_events::{
    api_error::{ApiError, STATUS, TRACE},
    reason::Reason,
};
use tonic::{Code, Status, TimeoutExpired};

use super::Shared;
use crate::{api::RequestError, messages::Arg};

impl Shared {
    /// Maps the status of a failed call. If the session has ended, discards the tokens that `token`
    /// belongs to; those of a later login stay.
    pub(super) fn request_error(&self, status: &Status, token: &str) -> RequestError {
        let Some(error) = ApiError::from_status(status) else {
            let (code, message) = (status.code(), status.message());
            if is_unavailable(status) {
                tracing::warn!(?code, message, "the server is unavailable");
                return self.unavailable(transport_message(status));
            }
            tracing::warn!(?code, message, "the call was refused without a reason");
            return RequestError::Api(refusal(code));
        };
        match error.reason {
            Reason::TokenMissing
            | Reason::TokenInvalid
            | Reason::TokenExpired
            | Reason::SessionEnded => {
                tracing::info!(reason = error.reason.name(), "the session has ended");
                self.session.discard(token);
                RequestError::SessionEnded
            }
            // Temporary, like an unreachable server.
            Reason::DatabaseUnavailable | Reason::ShuttingDown | Reason::AccountChanging => {
                RequestError::Unavailable {
                    message: self.messages.api_error(&error),
                }
            }
            Reason::Internal => {
                let trace = error.details.get(TRACE).map_or("none", String::as_str);
                tracing::error!(trace, "internal error of the server");
                RequestError::Api(error)
            }
            _ => RequestError::Api(error),
        }
    }

    pub(super) fn unavailable(&self, message: &str) -> RequestError {
        let server = [("server", Arg::Text(&self.server))];
        RequestError::Unavailable {
            message: self.messages.with(message, &server),
        }
    }
}

/// Whether a status without a reason says that the call did not reach a server that answers. Anything
/// else is an answer, such as that of a proxy, and the same call would get it again.
fn is_unavailable(status: &Status) -> bool {
    match status.code() {
        Code::Unavailable | Code::DeadlineExceeded => true,
        // A connection that breaks, or a stream that is reset, during the call.
        _ => status.source().is_some(),
    }
}

/// The error for an answer without a reason.
fn refusal(code: Code) -> ApiError {
    match code {
        Code::Unimplemented => ApiError::new(Reason::UnknownRpc),
        _ => ApiError::new(Reason::Internal).with_detail(STATUS, format!("{code:?}")),
    }
}

/// The message for a failure of the transport.
fn transport_message(status: &Status) -> &'static str {
    let mut source = status.source();
    while let Some(error) = source {
        if error.is::<TimeoutExpired>() {
            return "offline-timed-out";
        }
        if let Some(error) = error.downcast_ref::<io::Error>() {
            match error.kind() {
                io::ErrorKind::ConnectionRefused => return "offline-refused",
                io::ErrorKind::TimedOut => return "offline-timed-out",
                // rustls reports an untrusted certificate as an `io::Error`.
                io::ErrorKind::InvalidData if error.to_string().contains("certificate") => {
                    return "offline-untrusted";
                }
                _ => {}
            }
        }
        source = error.source();
    }
    match status.code() {
        Code::DeadlineExceeded => "offline-timed-out",
        Code::Unavailable | Code::Unknown => "offline-unreachable",
        _ => "offline-other",
    }
}
