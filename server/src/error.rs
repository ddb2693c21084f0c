//! The one error of this crate: what people are told, or what only operators should see. Turned
//! into a `tonic::Status` here and nowhere else; a defect is logged and reported here, once.

use diesel::result::{DatabaseErrorKind, Error as Diesel};
use epic_events::{
    api_error::{ApiError, TRACE},
    field_error::FieldError,
    policy::Denied,
    reason::Reason,
};
use tokio::task::JoinError;
use tonic::Status;

use crate::{db::constraint, report, trace};

// Diesel passes the server's messages on but not its codes. A server that speaks another language
// has these reported as defects, which is all that it costs.
const STATEMENT_TIMEOUT: &str = "canceling statement due to statement timeout";
const OTHERS_WRITE: [&str; 2] = [
    "deadlock detected",
    "canceling statement due to lock timeout",
];

/// Reasons that are nobody's fault: neither what was asked nor the server is wrong.
const IN_TROUBLE: [Reason; 3] = [Reason::DatabaseUnavailable, Reason::Busy, Reason::Conflict];

/// What can go wrong in answering a call.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller asked for something that cannot be; nothing is wrong with the server.
    #[error("{}", .0.reason.sentence())]
    Refused(Box<ApiError>),
    /// The database does not answer; nothing was written, or it is not known whether it was.
    #[error("the database does not answer: {0}")]
    Away(String),
    /// The database could not put this write in a row with others; it may be tried again.
    #[error("the database asks to try again: {0}")]
    Unsettled(Diesel),
    /// A defect: the database was asked what it cannot answer, or answers what cannot be read.
    #[error("{0}")]
    Query(Diesel),
    /// A defect.
    #[error("{0}")]
    Defect(String),
    /// A defect that was logged and reported where it happened.
    #[error("a part of the work panicked")]
    Panicked,
}

/// What a handler gives back.
pub type Result<T> = std::result::Result<T, Error>;

impl From<ApiError> for Error {
    fn from(refusal: ApiError) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<Reason> for Error {
    fn from(reason: Reason) -> Self {
        ApiError::new(reason).into()
    }
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        ApiError::from(denied).into()
    }
}

impl From<Vec<FieldError>> for Error {
    fn from(found: Vec<FieldError>) -> Self {
        ApiError::from(found).into()
    }
}

impl From<Diesel> for Error {
    fn from(error: Diesel) -> Self {
        let Diesel::DatabaseError(kind, info) = &error else {
            return match error {
                Diesel::NotFound => Reason::NoSuchRecord.into(),
                other => Self::Query(other),
            };
        };
        match kind {
            // It had its time; another try would take as long.
            DatabaseErrorKind::Unknown if info.message() == STATEMENT_TIMEOUT => {
                Reason::Busy.into()
            }
            // Diesel has no kind of its own for a deadlock (40P01), nor for a server that is going
            // down (57P01): both are Unknown, and both left nothing behind.
            DatabaseErrorKind::SerializationFailure | DatabaseErrorKind::Unknown => {
                Self::Unsettled(error)
            }
            DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::ClosedConnection => {
                Self::Away(error.to_string())
            }
            _ => match info.constraint_name().and_then(constraint::refusal) {
                Some(refusal) => refusal.into(),
                None => Self::Query(error),
            },
        }
    }
}

/// Of a task that was waited for.
impl From<JoinError> for Error {
    fn from(error: JoinError) -> Self {
        if error.is_panic() {
            Self::Panicked
        } else {
            Self::Defect(error.to_string())
        }
    }
}

impl Error {
    /// The error of a write to a record that others point to: a foreign key then refuses the
    /// change of the record, not the pointing.
    #[must_use]
    pub fn of_pointed_to(error: Diesel) -> Self {
        if let Diesel::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, info) = &error
            && let Some(name) = info.constraint_name()
            && let Some(refusal) = constraint::refusal_of_pointed_to(name)
        {
            return refusal.into();
        }
        error.into()
    }

    /// Whether trying the same again on another connection may help.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Away(_) | Self::Unsettled(_))
    }

    /// What kind of error it is, for the reports: names out of the code and the schema, and nothing
    /// that a person may have typed.
    fn kind(&self) -> String {
        match self {
            Self::Unsettled(Diesel::DatabaseError(kind, info))
            | Self::Query(Diesel::DatabaseError(kind, info)) => {
                match info.constraint_name().or(info.table_name()) {
                    Some(name) => format!("{kind:?} {name}"),
                    None => format!("{kind:?}"),
                }
            }
            Self::Query(Diesel::DeserializationError(_)) => "Deserialization".to_owned(),
            Self::Query(Diesel::SerializationError(_)) => "Serialization".to_owned(),
            Self::Unsettled(_) | Self::Query(_) => "Query".to_owned(),
            Self::Refused(_) | Self::Away(_) | Self::Defect(_) | Self::Panicked => {
                "Defect".to_owned()
            }
        }
    }
}

/// Whether a refusal may be part of an attack (OWASP ASVS 5.0, 16.3). Sessions that end and tokens
/// that expire are everyday life.
const fn matters_to_operators(reason: Reason) -> bool {
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

/// All that a caller is told of a defect: what to ask for.
fn internal() -> ApiError {
    let refusal = ApiError::new(Reason::Internal);
    match trace::current() {
        Some(call) => refusal.with(TRACE, call.trace.as_str()),
        None => refusal,
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let refusal = match error {
            Error::Refused(refusal) => {
                if matters_to_operators(refusal.reason) {
                    tracing::warn!(reason = refusal.reason.name(), "a call was refused");
                }
                *refusal
            }
            Error::Away(why) => {
                tracing::warn!(why, "the database does not answer");
                ApiError::new(Reason::DatabaseUnavailable)
            }
            Error::Unsettled(Diesel::DatabaseError(kind, info))
                if matches!(kind, DatabaseErrorKind::SerializationFailure)
                    || OTHERS_WRITE.contains(&info.message()) =>
            {
                tracing::warn!(why = info.message(), "a write gave way to others");
                ApiError::new(Reason::Conflict)
            }
            defect @ (Error::Unsettled(_) | Error::Query(_) | Error::Defect(_)) => {
                tracing::error!(%defect, "a call failed");
                report::defect(defect.kind());
                internal()
            }
            Error::Panicked => internal(),
        };
        if IN_TROUBLE.contains(&refusal.reason) {
            report::trouble(refusal.reason);
        }
        refusal.into()
    }
}
