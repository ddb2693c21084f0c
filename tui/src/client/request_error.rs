//! Maps a failed call to a [`RequestError`].

use std::{error::Error, iter::successors, sync::Arc};

use epic_events::{
    api_error::{ApiError, STATUS, TRACE},
    reason::Reason,
};
use tonic::{Code, Status};

use super::{ConnectError, Shared, certificate_text};
use crate::{
    api::{Outage, RequestError},
    messages::Arg,
};

impl Shared {
    /// Maps the status of a failed call. If the session has ended, discards the tokens that `token`
    /// belongs to; those of a later login stay.
    pub(super) fn request_error(&self, status: &Status, token: &str) -> RequestError {
        let Some(error) = ApiError::from_status(status) else {
            let (code, message) = (status.code(), status.message());
            if is_unavailable(status) {
                tracing::warn!(?code, message, "the server is unavailable");
                return self.outage(status);
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
                RequestError::Unavailable(self.messages.api_error(&error, None).into())
            }
            Reason::Internal => {
                let trace = error.details.get(TRACE).map_or("none", String::as_str);
                tracing::error!(trace, "internal error of the server");
                RequestError::Api(error)
            }
            _ => RequestError::Api(error),
        }
    }

    /// The error with this message and no detail.
    pub(super) fn unavailable(&self, message: &str) -> RequestError {
        let server = [("server", Arg::Text(&self.server))];
        RequestError::Unavailable(self.messages.with(message, &server).into())
    }

    /// The error for a call that did not reach a server that answers.
    fn outage(&self, status: &Status) -> RequestError {
        let message = match connect_error(status) {
            Some(ConnectError::Certificate(refused)) => {
                let (messages, server) = (&self.messages, &self.server);
                return RequestError::Unavailable(Outage {
                    message: certificate_text::reason(messages, server, refused.reason),
                    detail: certificate_text::detail(messages, refused),
                });
            }
            Some(error) => connect_message(error),
            None => call_message(status),
        };
        self.unavailable(message)
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

/// Why the connection for the call could not be made.
fn connect_error(status: &Status) -> Option<&ConnectError> {
    sources(status).find_map(|error| error.downcast_ref::<Arc<ConnectError>>().map(Arc::as_ref))
}

fn sources(status: &Status) -> impl Iterator<Item = &(dyn Error + 'static)> {
    successors(status.source(), |&error| error.source())
}

fn connect_message(error: &ConnectError) -> &'static str {
    match error {
        ConnectError::Unreachable(_) => "offline-unreachable",
        ConnectError::TimedOut => "offline-timed-out",
        ConnectError::Refused => "offline-refused",
        ConnectError::Closed => "offline-closed",
        ConnectError::ClosedInTls => "offline-closed-in-tls",
        ConnectError::Broken => "offline-broken",
        ConnectError::Tls(_) => "offline-tls-failed",
        ConnectError::ClientCertificate => "offline-client-certificate",
        ConnectError::Certificate(_) => "certificate-refused",
        ConnectError::NoTls => "offline-no-tls",
        ConnectError::SpeaksTls => "offline-speaks-tls",
        ConnectError::Http1 => "offline-http1",
        ConnectError::OtherProtocol => "offline-other-protocol",
    }
}

/// The message for a call that failed on an established connection.
fn call_message(status: &Status) -> &'static str {
    let mut errors = sources(status).filter_map(|error| error.downcast_ref::<hyper::Error>());
    match errors.next() {
        // A missed keep-alive.
        Some(error) if error.is_timeout() => "offline-timed-out",
        None if status.code() == Code::DeadlineExceeded => "offline-timed-out",
        // From a proxy.
        None if status.code() == Code::Unavailable => "offline-unreachable",
        _ => "offline-broken",
    }
}
