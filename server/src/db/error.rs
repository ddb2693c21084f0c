//! The conversion of Diesel's errors.

use diesel::result::{DatabaseErrorKind, Error as Diesel};
use epic_events::reason::Reason;

use crate::{
    db::{
        constraint,
        sqlstate::{self, Outcome},
    },
    error::Error,
    telemetry::sampler::log_sampled,
};

impl From<Diesel> for Error {
    fn from(error: Diesel) -> Self {
        if let Some(outcome) = sqlstate::of_error(&error).and_then(sqlstate::outcome) {
            return Self::from_outcome(outcome, error);
        }
        let Diesel::DatabaseError(kind, info) = &error else {
            return match error {
                Diesel::NotFound => Reason::NoSuchRecord.into(),
                other => Self::Query(other),
            };
        };
        match kind {
            DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::ClosedConnection => {
                Self::Unavailable(error.to_string())
            }
            _ => match info.constraint_name().and_then(constraint::api_error) {
                Some(api_error) => api_error.into(),
                None => Self::Query(error),
            },
        }
    }
}

impl Error {
    fn from_outcome(outcome: Outcome, cause: Diesel) -> Self {
        match outcome {
            Outcome::Conflict => Self::Retryable {
                cause,
                reason: Reason::Conflict,
            },
            Outcome::BadConnection | Outcome::ReadOnly => Self::Retryable {
                cause,
                reason: Reason::DatabaseUnavailable,
            },
            Outcome::TooSlow => {
                log_sampled!(warn, "a statement exceeded its time limit", %cause);
                Reason::Busy.into()
            }
            Outcome::OutOfResources => Self::OutOfResources(cause),
        }
    }

    /// Converts the error of a commit. PostgreSQL answers a commit with an error only when it has
    /// rolled the transaction back, except when it ends the connection at the same time.
    pub(super) fn from_commit(error: Diesel) -> Self {
        match Self::from(error) {
            Self::Retryable {
                cause,
                reason: Reason::DatabaseUnavailable,
            } => Self::Unavailable(cause.to_string()),
            other => other,
        }
    }

    /// Converts the error of a write to a record that others reference: a violated foreign key then
    /// means that the referenced record cannot change, not that the reference is invalid.
    pub(crate) fn from_referenced_row(error: Diesel) -> Self {
        if let Diesel::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, info) = &error
            && let Some(name) = info.constraint_name()
            && let Some(api_error) = constraint::referenced_row_error(name)
        {
            return api_error.into();
        }
        error.into()
    }
}
