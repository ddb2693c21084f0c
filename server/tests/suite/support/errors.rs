//! Refused calls.

use std::fmt::Debug;

use epic_events::{
    api_error::ApiError,
    reason::{DOMAIN, Reason},
};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// The error of a call that must be refused.
#[track_caller]
pub fn api_error<T: Debug>(result: Result<T, Status>) -> ApiError {
    let status = result.expect_err("a refusal");
    ApiError::from_status(&status).unwrap_or_else(|| panic!("a reason in {status:?}"))
}

/// The reason of a refused call; `None` for a call that succeeds.
#[track_caller]
pub fn error_reason<T>(result: &Result<T, Status>) -> Option<Reason> {
    let status = result.as_ref().err()?.clone();
    Some(api_error(Err::<(), _>(status)).reason)
}

/// Asserts that a refusal has a code and details that the protocol defines, and contains no internal
/// text.
#[track_caller]
pub fn well_formed_error(status: &Status) -> ApiError {
    assert!(
        !matches!(status.code(), Code::Internal | Code::Unknown | Code::Ok),
        "{status:?}"
    );
    let details = status.get_error_details();
    let info = details.error_info().expect("google.rpc.ErrorInfo");
    assert_eq!(info.domain, DOMAIN);
    let error = ApiError::from_status(status).expect("a known reason");
    assert_eq!(status.code(), error.reason.code());
    for secret in ["select ", "SQL", "diesel", "/src/", "panicked", "postgres"] {
        assert!(!status.message().contains(secret), "{status:?}");
    }
    error
}
