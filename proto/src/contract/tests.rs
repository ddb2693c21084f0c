use super::*;
use crate::{
    google::r#type::Date,
    tests::{PatchCase, REQUEST_ID, check_errors},
};

const DATE: Date = Date {
    year: 2026,
    month: 3,
    day: 12,
};

fn creation() -> CreateContractRequest {
    CreateContractRequest {
        request_id: REQUEST_ID.to_owned(),
        client_id: 12,
        event_title: " Lancement ".to_owned(),
        total_cents: 400_000,
        remaining_cents: 100_000,
        date: Some(DATE),
        signed: true,
    }
}

fn update() -> UpdateContractRequest {
    UpdateContractRequest {
        id: 40,
        etag: "5".to_owned(),
        ..UpdateContractRequest::default()
    }
}

#[test]
fn a_draft_has_the_fields_of_the_request() {
    for signed in [false, true] {
        let request = CreateContractRequest {
            signed,
            ..creation()
        };
        let draft = ContractDraft::try_from(request).expect("a draft");
        assert_eq!(draft.request_id.to_string(), REQUEST_ID);
        assert_eq!(draft.client_id, 12);
        assert_eq!(draft.event_title.as_str(), "Lancement");
        assert_eq!(
            (draft.total.get(), draft.remaining.get()),
            (400_000, 100_000)
        );
        assert_eq!(draft.date, civil::date(2026, 3, 12));
        assert_eq!(draft.signed, signed);
    }
}

#[test]
fn rejects_invalid_drafts() {
    check_errors::<_, ContractDraft>(
        &creation(),
        &[
            (
                |it| it.client_id = -1,
                &[("client_id", FieldErrorKind::Negative)],
            ),
            (
                |it| it.event_title = "t".repeat(201),
                &[("event_title", FieldErrorKind::TooLong { max: 200 })],
            ),
            (
                |it| it.total_cents = 1_000_000_000_001,
                &[(
                    "total_cents",
                    FieldErrorKind::TooLarge {
                        max: 1_000_000_000_000,
                    },
                )],
            ),
            (
                |it| it.remaining_cents = -1,
                &[("remaining_cents", FieldErrorKind::Negative)],
            ),
            (
                |it| it.remaining_cents = 400_001,
                &[("remaining_cents", FieldErrorKind::AboveTotal)],
            ),
            (
                |it| it.date = Some(Date { day: 32, ..DATE }),
                &[("date", FieldErrorKind::NotADate)],
            ),
            (
                |it| *it = CreateContractRequest::default(),
                &[
                    ("request_id", FieldErrorKind::Missing),
                    ("client_id", FieldErrorKind::Missing),
                    ("event_title", FieldErrorKind::Missing),
                    ("date", FieldErrorKind::Missing),
                ],
            ),
        ],
    );
}

#[test]
fn the_remaining_amount_may_be_anything_up_to_the_total() {
    for remaining_cents in [0, 1, 399_999, 400_000] {
        let request = CreateContractRequest {
            remaining_cents,
            ..creation()
        };
        ContractDraft::try_from(request).expect("a draft");
    }
}

#[test]
fn a_patch_has_only_the_present_fields() {
    let cases: [PatchCase<UpdateContractRequest>; 8] = [
        (|_| {}, &[]),
        (|it| it.client_id = Some(13), &["client_id"]),
        (
            |it| it.event_title = Some("Gala".to_owned()),
            &["event_title"],
        ),
        (|it| it.total_cents = Some(1), &["total_cents"]),
        (|it| it.remaining_cents = Some(2), &["remaining_cents"]),
        (|it| it.date = Some(DATE), &["date"]),
        (|it| it.signed = Some(false), &["signed"]),
        (
            |it| {
                it.client_id = Some(13);
                it.event_title = Some("Gala".to_owned());
                it.total_cents = Some(3);
                it.remaining_cents = Some(3);
                it.date = Some(DATE);
                it.signed = Some(true);
            },
            &[
                "client_id",
                "event_title",
                "total_cents",
                "remaining_cents",
                "date",
                "signed",
            ],
        ),
    ];
    for (change, changed) in cases {
        let mut request = update();
        change(&mut request);
        let signed = request.signed;
        let patch = ContractPatch::try_from(request).expect("a patch");
        assert_eq!(patch.changed_fields(), changed);
        assert_eq!((patch.id, patch.etag, patch.signed), (40, 5, signed));
        assert_eq!(patch.client_id.is_some(), changed.contains(&"client_id"));
        assert_eq!(
            patch.event_title.is_some(),
            changed.contains(&"event_title")
        );
        assert_eq!(patch.total.is_some(), changed.contains(&"total_cents"));
        assert_eq!(
            patch.remaining.is_some(),
            changed.contains(&"remaining_cents")
        );
        assert_eq!(patch.date.is_some(), changed.contains(&"date"));
    }
}

#[test]
fn rejects_invalid_patches() {
    check_errors::<_, ContractPatch>(
        &update(),
        &[
            (
                |it| it.client_id = Some(0),
                &[("client_id", FieldErrorKind::Missing)],
            ),
            (
                |it| it.event_title = Some(String::new()),
                &[("event_title", FieldErrorKind::Missing)],
            ),
            (
                |it| it.total_cents = Some(-1),
                &[("total_cents", FieldErrorKind::Negative)],
            ),
            (
                |it| (it.total_cents, it.remaining_cents) = (Some(1), Some(2)),
                &[("remaining_cents", FieldErrorKind::AboveTotal)],
            ),
            (
                |it| it.date = Some(Date::default()),
                &[("date", FieldErrorKind::NotADate)],
            ),
            (
                |it| *it = UpdateContractRequest::default(),
                &[
                    ("id", FieldErrorKind::Missing),
                    ("etag", FieldErrorKind::Missing),
                ],
            ),
        ],
    );
}
