//! A refusal as it travels: a reason, the fields it is about, and what else a sentence about it
//! needs. One place writes it into a `tonic::Status` and reads it back.

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

/// Prefix of the `google.rpc.ErrorInfo.metadata` keys that hold the limit a field went over.
const LIMIT: &str = "limit.";

/// Metadata key: the departments that may do it, comma-separated, in lower case.
pub const ALLOWED: &str = "allowed";
/// Metadata key: what kind of record it is about, such as `client`.
pub const RECORD: &str = "record";
/// Metadata key: full name of who saved the record meanwhile.
pub const CHANGED_BY: &str = "changed_by";
/// Metadata key: when they saved it, RFC 3339 in UTC.
pub const CHANGED_AT: &str = "changed_at";
/// Metadata key: what the server's log and its report call this failure, 32 hexadecimal digits.
pub const TRACE: &str = "trace";

/// Why a call was refused, with all that a sentence about it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// Why.
    pub reason: Reason,
    /// Which fields are wrong, and how.
    pub fields: Vec<WireFieldError>,
    /// What else the sentence needs; the keys are this module's constants.
    pub details: BTreeMap<String, String>,
    /// How long to wait before the next try (`google.rpc.RetryInfo`), if that is known.
    pub wait: Option<Duration>,
}

/// One field that is wrong, as the wire tells it: newer servers may know problems that this
/// client does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireFieldError {
    /// The field's name in the request message.
    pub field: String,
    /// [`FieldErrorKind::code`].
    pub code: String,
    /// [`FieldErrorKind::limit`].
    pub limit: Option<String>,
    /// An English sentence, for a problem that the reader has no words for.
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
    /// A refusal that the reason says all about.
    #[must_use]
    pub const fn new(reason: Reason) -> Self {
        Self {
            reason,
            fields: Vec::new(),
            details: BTreeMap::new(),
            wait: None,
        }
    }

    /// The same refusal, about this field too.
    #[must_use]
    pub fn about(mut self, field: &'static str, kind: FieldErrorKind) -> Self {
        self.fields.push(FieldError { field, kind }.into());
        self
    }

    /// The same refusal, with one more detail for its sentence.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.details.insert(key.to_owned(), value.into());
        self
    }

    /// The same refusal, that passes after this time.
    #[must_use]
    pub const fn after(mut self, wait: Duration) -> Self {
        self.wait = Some(wait);
        self
    }

    /// Reads the error back; `None` when the status was not written by this server.
    #[must_use]
    pub fn from_status(status: &Status) -> Option<Self> {
        let found = status.get_error_details();
        let info = found.error_info().filter(|info| info.domain == DOMAIN)?;
        let reason = Reason::from_name(&info.reason)?;
        let mut details: BTreeMap<_, _> = info.metadata.clone().into_iter().collect();
        let violations = found
            .bad_request()
            .map(|bad| bad.field_violations.as_slice());
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
            wait: found.retry_info().and_then(|info| info.retry_delay),
        })
    }
}

impl From<Vec<FieldError>> for ApiError {
    fn from(found: Vec<FieldError>) -> Self {
        Self {
            fields: found.into_iter().map(WireFieldError::from).collect(),
            ..Self::new(Reason::InvalidField)
        }
    }
}

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        let refusal = Self::new(denied.reason());
        match denied {
            Denied::Unlisted | Denied::NotYours | Denied::AlreadyAssigned => refusal,
            Denied::Role { allowed } => refusal.with(ALLOWED, role_names(&allowed)),
            Denied::Field { field, allowed } => refusal
                .with(ALLOWED, role_names(&allowed))
                .with("field", field),
        }
    }
}

impl From<ApiError> for Status {
    fn from(refusal: ApiError) -> Self {
        let ApiError {
            reason,
            fields,
            details,
            wait,
        } = refusal;
        let mut metadata: HashMap<_, _> = details.into_iter().collect();
        let mut violations = Vec::new();
        let mut message = reason.sentence().to_owned();
        for problem in fields {
            let WireFieldError {
                field,
                code,
                limit,
                sentence,
            } = problem;
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
        if wait.is_some() {
            details.set_retry_info(wait);
        }
        Self::with_error_details(reason.code(), message, details)
    }
}

fn role_names(roles: &[Role]) -> String {
    let names: Vec<_> = roles.iter().map(|&role| role_name(role)).collect();
    names.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_survives_the_wire() {
        let cases = [
            ApiError::new(Reason::LoginFailed),
            ApiError::new(Reason::InvalidField)
                .about("note", FieldErrorKind::TooLong { max: 4_000 }),
            ApiError::new(Reason::InvalidField)
                .about(
                    "order_by",
                    FieldErrorKind::UnknownOrder {
                        allowed: "id, name",
                    },
                )
                .about("page_size", FieldErrorKind::Negative),
            ApiError::new(Reason::EtagOutdated)
                .with(CHANGED_BY, "Alice Martin")
                .with(CHANGED_AT, "2026-03-12T09:00:00Z"),
            ApiError::new(Reason::TooManyAttempts).after(Duration::from_secs(8)),
            ApiError::from(Denied::Role {
                allowed: vec![Role::Gestion, Role::Support],
            }),
        ];
        for refusal in cases {
            let status = Status::from(refusal.clone());
            assert_eq!(status.code(), refusal.reason.code());
            assert_eq!(ApiError::from_status(&status), Some(refusal));
        }
    }
}
