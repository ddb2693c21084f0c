//! Logs and reports each failed call, once.

use epic_events::{
    api_error::{ApiError, TRACE},
    reason::Reason,
};
use tonic::Status;

use crate::{
    error::Error,
    telemetry::{
        outage, report,
        sampler::{log_sampled, sample_from},
        trace,
    },
};

/// Reasons that originate neither in the caller nor in the server's code.
const TRANSIENT: [Reason; 3] = [Reason::DatabaseUnavailable, Reason::Busy, Reason::Conflict];

/// Logs an error, and reports it if operators have to act.
pub(super) fn record(error: &Error) {
    let reason = match error {
        Error::Api(error) => {
            let reason = error.reason.name();
            if is_security_event(error.reason) {
                let source = trace::current().and_then(|call| call.source);
                let source = source.map_or_else(String::new, |network| network.to_string());
                if sample_from(reason, &source) {
                    tracing::warn!(reason, source, "a call was refused");
                }
            }
            error.reason
        }
        Error::Unavailable(cause) => {
            if outage::is_under_way() {
                tracing::debug!(cause, "the database does not answer");
            } else {
                log_sampled!(warn, "the database does not answer", cause);
            }
            Reason::DatabaseUnavailable
        }
        Error::Retryable {
            cause,
            reason: reason @ Reason::Conflict,
        } => {
            log_sampled!(warn, "a write failed because of concurrent writes", %cause);
            *reason
        }
        Error::Retryable { cause, reason } => {
            log_sampled!(warn, "the database cannot be used", %cause);
            *reason
        }
        // The call is not at fault, and operators have to act.
        Error::OutOfResources(cause) => {
            log_sampled!(error, "the database lacks resources", %cause);
            Reason::DatabaseUnavailable
        }
        Error::Query(_) | Error::Internal(_) => {
            log_sampled!(error, "a call failed", %error);
            report::internal_error(error.kind());
            return;
        }
        Error::Panicked => return,
    };
    if TRANSIENT.contains(&reason) {
        report::transient_failure(reason);
    }
}

/// Whether a refusal may be part of an attack (OWASP ASVS 5.0, 16.3). Ended sessions and expired
/// tokens are not.
const fn is_security_event(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::TokenInvalid
            | Reason::UnknownRpc
            | Reason::RoleNotAllowed
            | Reason::NotYours
            | Reason::FieldNotAllowed
            | Reason::TooManyAttempts
    )
}

/// The status of an internal error: the reason and the trace of the call.
pub(super) fn internal_status() -> Status {
    let error = ApiError::new(Reason::Internal);
    match trace::current() {
        Some(call) => error.with_detail(TRACE, call.trace.as_str()).into(),
        None => error.into(),
    }
}

/// Records an error that the layer does not see because it ends a stream, and converts it.
pub(crate) fn stream_status(error: Error) -> Status {
    record(&error);
    let status = Status::from(error);
    if status.code() == Reason::Internal.code() {
        return internal_status();
    }
    status
}
