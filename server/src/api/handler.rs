//! Validation of requests, and the result type of handlers.

use epic_events::{
    field_error::{FieldError, Validator},
    value,
};
use tonic::{Request, Response, Status};

use crate::error::Result;

/// The result of a handler.
pub(crate) type Reply<T> = std::result::Result<Response<T>, Status>;

/// Validates the id of the record that a request names.
///
/// # Errors
/// `INVALID_FIELD` when the id is missing or negative.
pub(crate) fn id(wire: i64) -> Result<i64> {
    let mut check = Validator::default();
    let id = check.field("id", value::id(wire));
    Ok(check.finish(|| id)?)
}

/// Validates a request and converts it into a draft, a patch or another checked form.
///
/// # Errors
/// `INVALID_FIELD` with every invalid field.
pub(crate) fn validated<W, T>(request: Request<W>) -> Result<T>
where
    T: TryFrom<W, Error = Vec<FieldError>>,
{
    Ok(T::try_from(request.into_inner())?)
}
