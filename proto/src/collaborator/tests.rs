use super::*;
use crate::{
    field_error::FieldErrorKind,
    tests::{PatchCase, REQUEST_ID, check_errors},
};

fn creation() -> CreateCollaboratorRequest {
    CreateCollaboratorRequest {
        request_id: REQUEST_ID.to_owned(),
        name: "Zoé Lefèvre ".to_owned(),
        email: "zoe.lefevre@epic.example".to_owned(),
        phone: "01 23 45 67 89".to_owned(),
        role: Role::Support.into(),
    }
}

fn update() -> UpdateCollaboratorRequest {
    UpdateCollaboratorRequest {
        id: 7,
        etag: "2".to_owned(),
        ..UpdateCollaboratorRequest::default()
    }
}

#[test]
fn a_draft_has_the_fields_of_the_request() {
    let draft = CollaboratorDraft::try_from(creation()).expect("a draft");
    assert_eq!(draft.request_id.to_string(), REQUEST_ID);
    assert_eq!(draft.name.as_str(), "Zoé Lefèvre");
    assert_eq!(draft.email.as_str(), "zoe.lefevre@epic.example");
    assert_eq!(draft.phone.as_str(), "01 23 45 67 89");
    assert_eq!(draft.role, Role::Support);
}

#[test]
fn rejects_invalid_drafts() {
    check_errors::<_, CollaboratorDraft>(
        &creation(),
        &[
            (|it| it.role = 4, &[("role", FieldErrorKind::NotARole)]),
            (
                |it| it.name = "a\0b".to_owned(),
                &[("name", FieldErrorKind::ControlCharacter)],
            ),
            (
                |it| it.email = "zoe@".to_owned(),
                &[("email", FieldErrorKind::NotAnEmail)],
            ),
            (
                |it| it.phone = "0".repeat(41),
                &[("phone", FieldErrorKind::TooLong { max: 40 })],
            ),
            (
                |it| *it = CreateCollaboratorRequest::default(),
                &[
                    ("request_id", FieldErrorKind::Missing),
                    ("name", FieldErrorKind::Missing),
                    ("email", FieldErrorKind::Missing),
                    ("phone", FieldErrorKind::Missing),
                    ("role", FieldErrorKind::Missing),
                ],
            ),
        ],
    );
}

#[test]
fn a_patch_has_only_the_present_fields() {
    let cases: [PatchCase<UpdateCollaboratorRequest>; 6] = [
        (|_| {}, &[]),
        (|it| it.name = Some("Zoé".to_owned()), &["name"]),
        (
            |it| it.email = Some("zoe@epic.example".to_owned()),
            &["email"],
        ),
        (|it| it.phone = Some("3975".to_owned()), &["phone"]),
        (|it| it.role = Some(Role::Gestion.into()), &["role"]),
        (
            |it| {
                it.name = Some("Zoé".to_owned());
                it.role = Some(Role::Gestion.into());
                it.successor_id = Some(8);
            },
            &["name", "role"],
        ),
    ];
    for (change, changed) in cases {
        let mut request = update();
        change(&mut request);
        let successor_id = request.successor_id;
        let patch = CollaboratorPatch::try_from(request).expect("a patch");
        assert_eq!(patch.changed_fields(), changed);
        assert_eq!(
            (patch.id, patch.etag, patch.successor_id),
            (7, 2, successor_id)
        );
        assert_eq!(patch.name.is_some(), changed.contains(&"name"));
        assert_eq!(patch.email.is_some(), changed.contains(&"email"));
        assert_eq!(patch.phone.is_some(), changed.contains(&"phone"));
        let role = changed.contains(&"role").then_some(Role::Gestion);
        assert_eq!(patch.role, role);
    }
}

#[test]
fn rejects_invalid_patches() {
    check_errors::<_, CollaboratorPatch>(
        &update(),
        &[
            (
                |it| it.name = Some(String::new()),
                &[("name", FieldErrorKind::Missing)],
            ),
            (
                |it| it.email = Some("z".to_owned()),
                &[("email", FieldErrorKind::NotAnEmail)],
            ),
            (
                |it| it.phone = Some("x".to_owned()),
                &[("phone", FieldErrorKind::NotAPhone)],
            ),
            (|it| it.role = Some(0), &[("role", FieldErrorKind::Missing)]),
            (
                |it| it.role = Some(9),
                &[("role", FieldErrorKind::NotARole)],
            ),
            (
                |it| it.successor_id = Some(0),
                &[("successor_id", FieldErrorKind::Missing)],
            ),
            (
                |it| *it = UpdateCollaboratorRequest::default(),
                &[
                    ("id", FieldErrorKind::Missing),
                    ("etag", FieldErrorKind::Missing),
                ],
            ),
        ],
    );
}

#[test]
fn a_deletion_does_not_require_an_etag() {
    let cases = [("", None), ("2", Some(2))];
    for (etag, expected) in cases {
        let request = DeleteCollaboratorRequest {
            id: 7,
            etag: etag.to_owned(),
            successor_id: Some(8),
        };
        let deletion = CollaboratorDeletion::try_from(request).expect("a deletion");
        let CollaboratorDeletion {
            id,
            etag,
            successor_id,
        } = deletion;
        assert_eq!((id, etag, successor_id), (7, expected, Some(8)));
    }
}

#[test]
fn rejects_invalid_deletions() {
    let valid = DeleteCollaboratorRequest {
        id: 7,
        ..DeleteCollaboratorRequest::default()
    };
    check_errors::<_, CollaboratorDeletion>(
        &valid,
        &[
            (|it| it.id = 0, &[("id", FieldErrorKind::Missing)]),
            (
                |it| it.etag = "0".to_owned(),
                &[("etag", FieldErrorKind::NotAnEtag)],
            ),
            (
                |it| it.successor_id = Some(-8),
                &[("successor_id", FieldErrorKind::Negative)],
            ),
        ],
    );
}
