//! The version of a record in the database, which is its etag, and the errors for ids without a
//! record.

use diesel::{QueryResult, prelude::*};
use epic_events::{
    api_error::{ApiError, CHANGED_AT, CHANGED_BY, RECORD},
    field_error::FieldErrorKind,
    reason::Reason,
    record_kind::RecordKind,
};
use jiff::Timestamp;

use crate::error::{Error, Result};

/// The version of a row that the transaction has locked.
#[derive(Clone, Debug, Queryable)]
pub(crate) struct Version {
    number: i64,
    /// Full name of the collaborator who wrote this version.
    updated_by: String,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    update_time: Timestamp,
}

impl Version {
    /// Compares the version with the etag of the caller.
    ///
    /// # Errors
    /// `ETAG_OUTDATED` with the name of the last writer and the time of the last write.
    pub(crate) fn check_etag(&self, etag: i64) -> Result<()> {
        if self.number == etag {
            return Ok(());
        }
        Err(ApiError::new(Reason::EtagOutdated)
            .with_detail(CHANGED_BY, &self.updated_by)
            .with_detail(CHANGED_AT, self.update_time.to_string())
            .into())
    }
}

/// The row that a query by id finds.
///
/// # Errors
/// `NO_SUCH_RECORD` about `kind` when there is no row.
pub(crate) fn found<T>(row: QueryResult<T>, kind: RecordKind) -> Result<T> {
    row.optional()?.ok_or_else(|| no_such(kind.name()))
}

/// The error for an id without a record of this kind.
pub(crate) fn no_such(kind: &str) -> Error {
    ApiError::new(Reason::NoSuchRecord)
        .with_detail(RECORD, kind)
        .into()
}

/// The error for a field of a request that references a missing record.
pub(crate) fn no_such_reference(field: &'static str) -> Error {
    ApiError::new(Reason::NoSuchRecord)
        .with_field(field, FieldErrorKind::NoSuchRecord)
        .into()
}
