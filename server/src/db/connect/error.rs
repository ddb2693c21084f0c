//! Why no connection could be opened, and what can be done about it.

use diesel::result::Error as Diesel;

use crate::{db::sqlstate, error::StartError};

/// Why no connection could be opened, as a sentence for operators.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{why}")]
pub struct ConnectError {
    pub(super) cause: Cause,
    pub(super) why: String,
}

/// What kind of failure a [`ConnectError`] is.
#[derive(Clone, Debug)]
pub(super) enum Cause {
    /// No answer, or none that can be read.
    Unreachable,
    /// PostgreSQL has refused, with this SQLSTATE.
    Refused(String),
    /// A setting is wrong; the sentence says which.
    Misconfigured,
}

impl ConnectError {
    pub(super) const fn new(why: String) -> Self {
        Self {
            cause: Cause::Unreachable,
            why,
        }
    }

    /// The error for a setting that must be corrected first, as its sentence says.
    pub(super) const fn misconfigured(why: String) -> Self {
        Self {
            cause: Cause::Misconfigured,
            why,
        }
    }

    fn sqlstate(&self) -> Option<&str> {
        match &self.cause {
            Cause::Refused(sqlstate) => Some(sqlstate),
            Cause::Unreachable | Cause::Misconfigured => None,
        }
    }

    /// Whether another session changes the same roles or rights.
    pub(in crate::db) fn is_concurrent_change(&self) -> bool {
        self.sqlstate().is_some_and(sqlstate::is_concurrent_change)
    }

    /// Whether PostgreSQL has as many connections as it accepts, in total or from this role.
    #[must_use]
    pub(crate) fn is_no_connection_left(&self) -> bool {
        self.sqlstate().is_some_and(sqlstate::is_no_connection_left)
    }

    /// Whether no database has answered.
    pub(super) const fn is_silence(&self) -> bool {
        matches!(self.cause, Cause::Unreachable)
    }

    /// Whether the failure may end by itself: the database is away, starts, is full, or allows no writes, as
    /// a standby before its promotion.
    #[must_use]
    pub(crate) fn is_temporary(&self) -> bool {
        match &self.cause {
            Cause::Unreachable => true,
            Cause::Refused(sqlstate) => sqlstate::is_temporary(sqlstate),
            Cause::Misconfigured => false,
        }
    }

    /// What an operator can do about it; empty if the error says so itself.
    #[must_use]
    pub(crate) fn advice(&self) -> &'static str {
        match &self.cause {
            Cause::Misconfigured => "",
            Cause::Refused(sqlstate) => sqlstate::advice(sqlstate),
            Cause::Unreachable => {
                "Check DATABASE_URL, and whether PostgreSQL runs and accepts connections from this machine."
            }
        }
    }
}

impl From<ConnectError> for StartError {
    fn from(error: ConnectError) -> Self {
        let verb = if error.is_silence() {
            "reached"
        } else {
            "used"
        };
        let text = format!("The database cannot be {verb}: {error}. {}", error.advice());
        let text = text.trim_end().to_owned();
        if error.is_temporary() {
            Self::Temporary(text)
        } else {
            Self::SetUp(text)
        }
    }
}

impl From<Diesel> for ConnectError {
    fn from(error: Diesel) -> Self {
        let sqlstate = sqlstate::of_error(&error).map(str::to_owned);
        Self {
            cause: sqlstate.map_or(Cause::Unreachable, Cause::Refused),
            why: sqlstate::text(&error.to_string()).to_owned(),
        }
    }
}
