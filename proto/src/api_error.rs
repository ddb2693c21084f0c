//! The error of a call: a reason, invalid fields and details. This module is the only code that
//! encodes it into a `tonic::Status` and decodes it.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use tonic::Status;
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

use crate::{
    field_error::{FieldError, FieldErrorKind},
    policy::Denied,
    reason::{DOMAIN, Reason},
    role::role_name,
    v1::Role,
};

/// Prefix of the `google.rpc.ErrorInfo.metadata` keys that contain the limit that a field violates.
const LIMIT: &str = "limit.";

/// Metadata key: the roles that the policy allows, as [`role_name`]s separated by commas.
pub const ALLOWED: &str = "allowed";
/// Metadata key: the field that the caller's role may not change.
pub(crate) const FIELD: &str = "field";
/// Metadata key: the kind of record that does not exist, such as `client`.
pub const RECORD: &str = "record";
/// Metadata key: full name of the collaborator who changed the record last.
pub const CHANGED_BY: &str = "changed_by";
/// Metadata key: time of that change, RFC 3339 in UTC.
pub const CHANGED_AT: &str = "changed_at";
/// Metadata key: trace id of the call in the server's log and error reports, 32 hexadecimal digits.
pub const TRACE: &str = "trace";
/// Metadata key that only clients write: the gRPC status of an error that contains no reason.
pub const STATUS: &str = "status";

/// Why the server refused a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The reason, which determines the gRPC status code.
    pub reason: Reason,
    /// The invalid fields.
    pub fields: Vec<WireFieldError>,
    /// `google.rpc.ErrorInfo.metadata`; the keys are the constants of this module.
    pub details: BTreeMap<String, String>,
    /// Delay until the next attempt (`google.rpc.RetryInfo`), if known.
    pub retry_delay: Option<Duration>,
}

/// An invalid field in its wire form. It is text, because a newer server may send codes that this
/// client does not define.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireFieldError {
    /// Name of the field in the request message.
    pub field: String,
    /// [`FieldErrorKind::code`].
    pub code: String,
    /// [`FieldErrorKind::limit`].
    pub limit: Option<String>,
    /// English sentence for clients that cannot translate the code.
    pub sentence: String,
}

impl From<FieldError> for WireFieldError {
    fn from(FieldError { field, kind }: FieldError) -> Self {
        Self {
            field: field.to_owned(),
            code: kind.code().to_owned(),
            limit: kind.limit(),
            sentence: kind.to_string(),
        }
    }
}

impl ApiError {
    /// An error without fields and details.
    #[must_use]
    pub const fn new(reason: Reason) -> Self {
        Self {
            reason,
            fields: Vec::new(),
            details: BTreeMap::new(),
            retry_delay: None,
        }
    }

    /// Adds an invalid field.
    #[must_use]
    pub fn with_field(mut self, field: &'static str, kind: FieldErrorKind) -> Self {
        self.fields.push(FieldError { field, kind }.into());
        self
    }

    /// Adds a detail; `key` is a constant of this module.
    #[must_use]
    pub fn with_detail(mut self, key: &str, value: impl Into<String>) -> Self {
        self.details.insert(key.to_owned(), value.into());
        self
    }

    /// Sets the delay until the next attempt.
    #[must_use]
    pub const fn with_retry_delay(mut self, delay: Duration) -> Self {
        self.retry_delay = Some(delay);
        self
    }

    /// Decodes an error; `None` for a status that does not come from an Epic Events server, or has a
    /// reason that this client does not define.
    #[must_use]
    pub fn from_status(status: &Status) -> Option<Self> {
        let decoded = status.get_error_details();
        let info = decoded.error_info().filter(|info| info.domain == DOMAIN)?;
        let reason = Reason::from_name(&info.reason)?;
        let mut details: BTreeMap<_, _> = info.metadata.clone().into_iter().collect();
        let violations = decoded
            .bad_request()
            .map(|request| request.field_violations.as_slice());
        let fields = violations
            .unwrap_or_default()
            .iter()
            .map(|violation| WireFieldError {
                field: violation.field.clone(),
                code: violation.reason.clone(),
                limit: details.remove(&format!("{LIMIT}{}", violation.field)),
                sentence: violation.description.clone(),
            })
            .collect();
        Some(Self {
            reason,
            fields,
            details,
            retry_delay: decoded.retry_info().and_then(|info| info.retry_delay),
        })
    }
}

impl From<Vec<FieldError>> for ApiError {
    fn from(errors: Vec<FieldError>) -> Self {
        Self {
            fields: errors.into_iter().map(WireFieldError::from).collect(),
            ..Self::new(Reason::InvalidField)
        }
    }
}

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        let error = Self::new(denied.reason());
        match denied {
            Denied::Unlisted | Denied::NotYours | Denied::AlreadyAssigned => error,
            Denied::Role { allowed } => error.with_detail(ALLOWED, role_names(&allowed)),
            Denied::Field { field, allowed } => error
                .with_detail(ALLOWED, role_names(&allowed))
                .with_detail(FIELD, field),
        }
    }
}

impl From<ApiError> for Status {
    fn from(error: ApiError) -> Self {
        let ApiError {
            reason,
            fields,
            details,
            retry_delay,
        } = error;
        let mut metadata: HashMap<_, _> = details.into_iter().collect();
        let mut violations = Vec::new();
        let mut message = reason.sentence().to_owned();
        for invalid in fields {
            let WireFieldError {
                field,
                code,
                limit,
                sentence,
            } = invalid;
            if let Some(limit) = limit {
                metadata.insert(format!("{LIMIT}{field}"), limit);
            }
            message = format!("{message} {field} {sentence}.");
            violations.push(FieldViolation {
                field,
                description: sentence,
                reason: code,
                localized_message: None,
            });
        }
        let mut details = ErrorDetails::with_error_info(reason.name(), DOMAIN, metadata);
        if !violations.is_empty() {
            details.set_bad_request(violations);
        }
        if retry_delay.is_some() {
            details.set_retry_info(retry_delay);
        }
        Self::with_error_details(reason.code(), message, details)
    }
}

fn role_names(roles: &[Role]) -> String {
    let names: Vec<_> = roles.iter().map(|&role| role_name(role)).collect();
    names.join(",")
}

#[cfg(test)]
mod tests;
