//! The error of a call, [`Error`], and the error of a command, [`StartError`].

use std::sync::Arc;

use diesel::result::Error as Diesel;
use epic_events::{api_error::ApiError, field_error::FieldError, policy::Denied, reason::Reason};
use tokio::task::JoinError;
use tonic::Status;

/// Why a call fails.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The call is refused; the server works as intended.
    #[error("{}", .0.reason.sentence())]
    Api(Box<ApiError>),
    /// The database does not answer. Nothing was written, or the outcome of the commit is unknown.
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    /// PostgreSQL rolled the transaction back; a retry may succeed.
    #[error("the database rolled a transaction back: {cause}")]
    Retryable {
        /// The error of the last attempt.
        cause: Diesel,
        /// The reason that the caller receives when every retry fails.
        reason: Reason,
    },
    /// PostgreSQL lacks disk, memory or connections; a retry would fail as well.
    #[error("the database lacks resources: {0}")]
    OutOfResources(Diesel),
    /// PostgreSQL rejects a query, or returns a row that cannot be decoded.
    #[error("{0}")]
    Query(Diesel),
    /// The code has reached a state that it should rule out.
    #[error("{0}")]
    Internal(String),
    /// Work of the call panicked. The panic hook has logged and reported it.
    #[error("a task of the call panicked")]
    Panicked,
}

/// The result of a call.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Whether the same work may succeed on another connection.
    #[must_use]
    pub(crate) const fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Retryable { .. })
    }

    /// The error that the caller receives. All internal errors become the same error.
    #[must_use]
    pub(crate) fn to_api_error(&self) -> ApiError {
        match self {
            Self::Api(error) => ApiError::clone(error),
            Self::Unavailable(_) | Self::OutOfResources(_) => {
                ApiError::new(Reason::DatabaseUnavailable)
            }
            Self::Retryable { reason, .. } => ApiError::new(*reason),
            Self::Query(_) | Self::Internal(_) | Self::Panicked => ApiError::new(Reason::Internal),
        }
    }

    /// The kind of error, for reports: names from the code and the schema, never text that a person
    /// may have typed.
    #[must_use]
    pub(crate) fn kind(&self) -> String {
        match self {
            Self::Retryable { cause, .. } | Self::Query(cause) => query_error_kind(cause),
            Self::Api(_)
            | Self::Unavailable(_)
            | Self::OutOfResources(_)
            | Self::Internal(_)
            | Self::Panicked => "Internal".to_owned(),
        }
    }
}

fn query_error_kind(error: &Diesel) -> String {
    match error {
        Diesel::DatabaseError(kind, info) => match info.constraint_name().or(info.table_name()) {
            Some(name) => format!("{kind:?} {name}"),
            None => format!("{kind:?}"),
        },
        Diesel::DeserializationError(_) => "Deserialization".to_owned(),
        Diesel::SerializationError(_) => "Serialization".to_owned(),
        _ => "Query".to_owned(),
    }
}

/// The status carries the error as its source, which `api::layer` logs and reports once.
impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let mut status = Self::from(error.to_api_error());
        status.set_source(Arc::new(error));
        status
    }
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        Self::Api(Box::new(error))
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
    fn from(fields: Vec<FieldError>) -> Self {
        ApiError::from(fields).into()
    }
}

impl From<JoinError> for Error {
    fn from(error: JoinError) -> Self {
        if error.is_panic() {
            Self::Panicked
        } else {
            Self::Internal(error.to_string())
        }
    }
}

/// Why a command fails.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A mistake in a setting, a file or the set-up of the database. The text says what to change.
    #[error("{0}")]
    SetUp(String),
    /// A condition outside of the program that may end by itself: the database is away, or the address is in
    /// use. The text says what is wrong.
    #[error("{0}")]
    Temporary(String),
    /// A migration failed, with the error of PostgreSQL.
    #[error(
        "A migration failed: {0}. PostgreSQL has rolled it back. Correct the cause, then run \
         epic-server migrate again. If an object exists already, an older backup was perhaps restored into \
         tables of this version: docs/handbook.md describes how to restore."
    )]
    Migration(String),
    /// The work of the command failed.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// The result of a command.
pub type StartResult<T> = std::result::Result<T, StartError>;
