//! The conversion of Diesel's errors.

use diesel::result::{DatabaseErrorKind, Error as Diesel};
use epic_events::reason::Reason;

use crate::{db::constraint, error::Error};

// Diesel passes on PostgreSQL's messages but not its SQLSTATEs. On a server with another language
// these errors count as internal errors.
const STATEMENT_TIMEOUT: &str = "canceling statement due to statement timeout";
const WRITE_CONFLICTS: [&str; 2] = [
    "deadlock detected",
    "canceling statement due to lock timeout",
];

impl From<Diesel> for Error {
    fn from(error: Diesel) -> Self {
        let Diesel::DatabaseError(kind, info) = &error else {
            return match error {
                Diesel::NotFound => Reason::NoSuchRecord.into(),
                other => Self::Query(other),
            };
        };
        match kind {
            // Not retryable: the next try would take as long.
            DatabaseErrorKind::Unknown if info.message() == STATEMENT_TIMEOUT => {
                Reason::Busy.into()
            }
            DatabaseErrorKind::SerializationFailure => Self::Retryable {
                cause: error,
                reason: Reason::Conflict,
            },
            // Diesel has no kind for a deadlock (40P01) and none for a server that shuts down
            // (57P01). Both roll the transaction back.
            DatabaseErrorKind::Unknown => Self::Retryable {
                reason: if WRITE_CONFLICTS.contains(&info.message()) {
                    Reason::Conflict
                } else {
                    Reason::Internal
                },
                cause: error,
            },
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
