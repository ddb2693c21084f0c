//! What every handler does with its request and its result.

use epic_events::{
    field_error::{FieldError, Validator},
    value,
};
use tonic::{Request, Response, Status};

use crate::error::{Error, Result};

/// What tonic wants of a handler.
pub type Reply<T> = std::result::Result<Response<T>, Status>;

/// A handler's result as tonic wants it.
///
/// # Errors
/// The handler's, as a status.
pub fn answer<T>(result: Result<T>) -> Reply<T> {
    result
        .map(Response::new)
        .map_err(|error: Error| error.into())
}

/// The number of the record that a request names.
///
/// # Errors
/// When it is missing or negative.
pub fn id(wire: i64) -> Result<i64> {
    let mut check = Validator::default();
    let id = check.field("id", value::id(wire));
    Ok(check.finish(|| id)?)
}

/// The request as a draft or patch, checked once.
///
/// # Errors
/// Everything that is wrong with its fields.
pub fn checked<W, T>(request: Request<W>) -> Result<T>
where
    T: TryFrom<W, Error = Vec<FieldError>>,
{
    Ok(T::try_from(request.into_inner())?)
}
