use tonic::Code;

use super::*;

#[test]
fn a_status_decodes_to_the_same_error() {
    let mut errors = vec![
        ApiError::new(Reason::InvalidField)
            .with_field("note", FieldErrorKind::TooLong { max: 4_000 }),
        ApiError::new(Reason::InvalidField)
            .with_field(
                "order_by",
                FieldErrorKind::UnknownOrder {
                    allowed: "id, name",
                },
            )
            .with_field("page_size", FieldErrorKind::Negative),
        ApiError::new(Reason::EtagOutdated)
            .with_detail(CHANGED_BY, "Alice Martin")
            .with_detail(CHANGED_AT, "2026-03-12T09:00:00Z"),
        ApiError::new(Reason::TooManyAttempts).with_retry_delay(Duration::from_secs(8)),
        ApiError::new(Reason::Busy).with_retry_delay(Duration::from_millis(1_500)),
        ApiError::from(Denied::Role {
            allowed: vec![Role::Gestion, Role::Support],
        }),
    ];
    errors.extend(Reason::ALL.iter().map(|&reason| ApiError::new(reason)));
    errors.extend(FieldErrorKind::ALL.map(|kind| {
        ApiError::from(vec![FieldError {
            field: "name",
            kind,
        }])
    }));
    for error in errors {
        let status = Status::from(error.clone());
        assert_eq!(status.code(), error.reason.code());
        assert_eq!(ApiError::from_status(&status), Some(error));
    }
}

#[test]
fn a_status_has_the_documented_details() {
    let error = ApiError::from(vec![
        FieldError {
            field: "name",
            kind: FieldErrorKind::TooLong { max: 120 },
        },
        FieldError {
            field: "email",
            kind: FieldErrorKind::Missing,
        },
    ]);
    let status = Status::from(
        error
            .with_detail(RECORD, "client")
            .with_retry_delay(Duration::from_secs(3)),
    );
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(
        status.message(),
        "The request has invalid fields. name has more than 120 characters. email is required."
    );
    let details = status.get_error_details();
    let info = details.error_info().expect("ErrorInfo");
    assert_eq!(
        (info.domain.as_str(), info.reason.as_str()),
        ("epic", "INVALID_FIELD")
    );
    let metadata = [("limit.name", "120"), ("record", "client")];
    let metadata = metadata.map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(info.metadata, HashMap::from(metadata));
    let violations = &details.bad_request().expect("BadRequest").field_violations;
    let violations: Vec<_> = violations
        .iter()
        .map(|it| {
            (
                it.field.as_str(),
                it.reason.as_str(),
                it.description.as_str(),
            )
        })
        .collect();
    let expected = [
        ("name", "TOO_LONG", "has more than 120 characters"),
        ("email", "MISSING", "is required"),
    ];
    assert_eq!(violations, expected);
    let delay = details.retry_info().and_then(|info| info.retry_delay);
    assert_eq!(delay, Some(Duration::from_secs(3)));
}

#[test]
fn a_status_without_fields_or_delay_has_no_such_details() {
    let status = Status::from(ApiError::new(Reason::LoginFailed));
    let details = status.get_error_details();
    assert!(details.bad_request().is_none());
    assert!(details.retry_info().is_none());
    assert_eq!(status.message(), "The email or the password is wrong.");
}

#[test]
fn a_denial_names_the_allowed_roles_and_the_field() {
    let cases = [
        (Denied::Unlisted, Reason::UnknownRpc, vec![]),
        (Denied::NotYours, Reason::NotYours, vec![]),
        (Denied::AlreadyAssigned, Reason::AlreadyAssigned, vec![]),
        (
            Denied::Role {
                allowed: vec![Role::Gestion, Role::Commercial],
            },
            Reason::RoleNotAllowed,
            vec![("allowed", "gestion,commercial")],
        ),
        (
            Denied::Field {
                field: "event_title",
                allowed: vec![Role::Gestion],
            },
            Reason::FieldNotAllowed,
            vec![("allowed", "gestion"), ("field", "event_title")],
        ),
    ];
    for (denied, reason, details) in cases {
        let error = ApiError::from(denied);
        let found: Vec<_> = error
            .details
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        assert_eq!((error.reason, found), (reason, details));
        assert!(error.fields.is_empty() && error.retry_delay.is_none());
    }
}

#[test]
fn a_status_of_another_server_is_no_error_of_the_contract() {
    let status = |domain: &str, reason: &str| {
        let details = ErrorDetails::with_error_info(reason, domain, HashMap::new());
        Status::with_error_details(Code::Unauthenticated, "", details)
    };
    let known = ApiError::new(Reason::SessionEnded);
    assert_eq!(
        ApiError::from_status(&status("epic", "SESSION_ENDED")),
        Some(known)
    );
    assert_eq!(
        ApiError::from_status(&status("other", "SESSION_ENDED")),
        None
    );
    assert_eq!(
        ApiError::from_status(&status("epic", "NO_SUCH_REASON")),
        None
    );
    assert_eq!(
        ApiError::from_status(&Status::unauthenticated("SESSION_ENDED")),
        None
    );
}

#[test]
fn a_code_of_a_newer_server_is_preserved() {
    let error = ApiError {
        fields: vec![WireFieldError {
            field: "start_time".to_owned(),
            code: "IN_THE_PAST".to_owned(),
            limit: Some("2026-03-12".to_owned()),
            sentence: "is before 2026-03-12".to_owned(),
        }],
        ..ApiError::new(Reason::InvalidField)
    };
    assert_eq!(
        ApiError::from_status(&Status::from(error.clone())),
        Some(error)
    );
}
