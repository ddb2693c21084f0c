use super::*;
use crate::{
    field_error::FieldErrorKind,
    tests::{PatchCase, REQUEST_ID, check_errors},
};

fn creation() -> CreateClientRequest {
    CreateClientRequest {
        request_id: REQUEST_ID.to_owned(),
        name: " Kevin Casey ".to_owned(),
        email: "kevin@startup.example".to_owned(),
        phone: "+678 123 456 78".to_owned(),
        company: "Cool Startup LLC".to_owned(),
    }
}

fn update() -> UpdateClientRequest {
    UpdateClientRequest {
        id: 12,
        etag: "3".to_owned(),
        ..UpdateClientRequest::default()
    }
}

fn assignment() -> AssignCommercialRequest {
    AssignCommercialRequest {
        id: 12,
        etag: "3".to_owned(),
        commercial_id: 7,
    }
}

#[test]
fn a_draft_has_the_fields_of_the_request() {
    let draft = ClientDraft::try_from(creation()).expect("a draft");
    assert_eq!(draft.request_id.to_string(), REQUEST_ID);
    assert_eq!(draft.name.as_str(), "Kevin Casey");
    assert_eq!(draft.email.as_str(), "kevin@startup.example");
    assert_eq!(draft.phone.as_str(), "+678 123 456 78");
    assert_eq!(draft.company.as_str(), "Cool Startup LLC");
}

#[test]
fn rejects_invalid_drafts() {
    check_errors::<_, ClientDraft>(
        &creation(),
        &[
            (
                |it| it.request_id = "17".to_owned(),
                &[("request_id", FieldErrorKind::NotAUuid)],
            ),
            (
                |it| it.name = "n".repeat(121),
                &[("name", FieldErrorKind::TooLong { max: 120 })],
            ),
            (
                |it| it.email = "kevin".to_owned(),
                &[("email", FieldErrorKind::NotAnEmail)],
            ),
            (
                |it| it.phone = "1".to_owned(),
                &[("phone", FieldErrorKind::NotAPhone)],
            ),
            (
                |it| it.company = "c".repeat(201),
                &[("company", FieldErrorKind::TooLong { max: 200 })],
            ),
            (
                |it| *it = CreateClientRequest::default(),
                &[
                    ("request_id", FieldErrorKind::Missing),
                    ("name", FieldErrorKind::Missing),
                    ("email", FieldErrorKind::Missing),
                    ("phone", FieldErrorKind::Missing),
                    ("company", FieldErrorKind::Missing),
                ],
            ),
        ],
    );
}

#[test]
fn a_patch_has_only_the_present_fields() {
    let cases: [PatchCase<UpdateClientRequest>; 6] = [
        (|_| {}, &[]),
        (|it| it.name = Some("Kevin".to_owned()), &["name"]),
        (
            |it| it.email = Some("k@startup.example".to_owned()),
            &["email"],
        ),
        (|it| it.phone = Some("3975".to_owned()), &["phone"]),
        (|it| it.company = Some("Startup".to_owned()), &["company"]),
        (
            |it| {
                let CreateClientRequest {
                    request_id: _,
                    name,
                    email,
                    phone,
                    company,
                } = creation();
                (it.name, it.email) = (Some(name), Some(email));
                (it.phone, it.company) = (Some(phone), Some(company));
            },
            &["name", "email", "phone", "company"],
        ),
    ];
    for (change, changed) in cases {
        let mut request = update();
        change(&mut request);
        let patch = ClientPatch::try_from(request).expect("a patch");
        assert_eq!(patch.changed_fields(), changed);
        assert_eq!((patch.id, patch.etag), (12, 3));
        let name = patch.name.as_ref().map(Name::as_str);
        assert_eq!(name.is_some(), changed.contains(&"name"));
        assert_eq!(patch.email.is_some(), changed.contains(&"email"));
        assert_eq!(patch.phone.is_some(), changed.contains(&"phone"));
        assert_eq!(patch.company.is_some(), changed.contains(&"company"));
    }
}

#[test]
fn rejects_invalid_patches() {
    check_errors::<_, ClientPatch>(
        &update(),
        &[
            (|it| it.id = -1, &[("id", FieldErrorKind::Negative)]),
            (
                |it| it.etag = "x".to_owned(),
                &[("etag", FieldErrorKind::NotAnEtag)],
            ),
            (
                |it| it.name = Some(" ".to_owned()),
                &[("name", FieldErrorKind::Missing)],
            ),
            (
                |it| it.email = Some("k".to_owned()),
                &[("email", FieldErrorKind::NotAnEmail)],
            ),
            (
                |it| it.phone = Some("1".to_owned()),
                &[("phone", FieldErrorKind::NotAPhone)],
            ),
            (
                |it| it.company = Some("a\0b".to_owned()),
                &[("company", FieldErrorKind::ControlCharacter)],
            ),
            (
                |it| *it = UpdateClientRequest::default(),
                &[
                    ("id", FieldErrorKind::Missing),
                    ("etag", FieldErrorKind::Missing),
                ],
            ),
        ],
    );
}

#[test]
fn validates_an_assignment() {
    let parsed = CommercialAssignment::try_from(assignment()).expect("an assignment");
    assert_eq!((parsed.id, parsed.etag, parsed.commercial_id), (12, 3, 7));
    check_errors::<_, CommercialAssignment>(
        &assignment(),
        &[
            (
                |it| it.commercial_id = -7,
                &[("commercial_id", FieldErrorKind::Negative)],
            ),
            (
                |it| *it = AssignCommercialRequest::default(),
                &[
                    ("id", FieldErrorKind::Missing),
                    ("etag", FieldErrorKind::Missing),
                    ("commercial_id", FieldErrorKind::Missing),
                ],
            ),
        ],
    );
}
