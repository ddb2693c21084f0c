//! What every record has: a version that its etag names, and who made it.

use diesel::prelude::*;
use epic_events::{
    api_error::{ApiError, CHANGED_AT, CHANGED_BY, RECORD},
    reason::Reason,
};
use jiff::Timestamp;

use crate::error::{Error, Result};

/// The version of a row that a transaction has locked.
#[derive(Clone, Debug, Queryable)]
pub struct Version {
    /// Its number.
    pub number: i64,
    /// Full name of who made it.
    pub by: String,
    /// When they did.
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub at: Timestamp,
}

impl Version {
    /// Whether it is still the one that the caller read.
    ///
    /// # Errors
    /// Who changed the record since, and when.
    pub fn must_be(&self, read: i64) -> Result<()> {
        if self.number == read {
            return Ok(());
        }
        Err(ApiError::new(Reason::EtagOutdated)
            .with(CHANGED_BY, &self.by)
            .with(CHANGED_AT, self.at.to_string())
            .into())
    }
}

/// There is no record of that kind with the number asked for.
#[must_use]
pub fn missing(kind: &str) -> Error {
    ApiError::new(Reason::NoSuchRecord)
        .with(RECORD, kind)
        .into()
}
