use super::*;
use crate::tests::{PatchCase, REQUEST_ID, check_errors, seconds};

const START: i64 = 1_789_236_000;
const END: i64 = 1_789_250_400;

fn creation() -> CreateEventRequest {
    CreateEventRequest {
        request_id: REQUEST_ID.to_owned(),
        contract_id: 40,
        start_time: Some(seconds(START)),
        end_time: Some(seconds(END)),
        location: " Parc floral, Paris ".to_owned(),
        attendees: 250,
        note: "Buffet\n- végétarien\n".to_owned(),
    }
}

fn update() -> UpdateEventRequest {
    UpdateEventRequest {
        id: 9,
        etag: "4".to_owned(),
        ..UpdateEventRequest::default()
    }
}

fn assignment() -> AssignSupportRequest {
    AssignSupportRequest {
        id: 9,
        etag: "4".to_owned(),
        support_id: Some(3),
    }
}

#[test]
fn a_draft_has_the_fields_of_the_request() {
    let draft = EventDraft::try_from(creation()).expect("a draft");
    assert_eq!(draft.request_id.to_string(), REQUEST_ID);
    assert_eq!(draft.contract_id, 40);
    assert_eq!(
        (draft.start.as_second(), draft.end.as_second()),
        (START, END)
    );
    assert_eq!(draft.location.as_str(), "Parc floral, Paris");
    assert_eq!(draft.attendees.get(), 250);
    assert_eq!(draft.note.as_str(), "Buffet\n- végétarien");
}

#[test]
fn an_event_may_have_no_attendees_and_no_note() {
    let request = CreateEventRequest {
        attendees: 0,
        note: String::new(),
        ..creation()
    };
    let draft = EventDraft::try_from(request).expect("a draft");
    assert_eq!((draft.attendees.get(), draft.note.as_str()), (0, ""));
}

#[test]
fn rejects_invalid_drafts() {
    check_errors::<_, EventDraft>(
        &creation(),
        &[
            (
                |it| it.contract_id = -1,
                &[("contract_id", FieldErrorKind::Negative)],
            ),
            (
                |it| it.start_time = Some(seconds(0)),
                &[("start_time", FieldErrorKind::NotATime)],
            ),
            (
                |it| it.end_time = Some(seconds(START)),
                &[("end_time", FieldErrorKind::EndsBeforeStart)],
            ),
            (
                |it| it.end_time = Some(seconds(START - 1)),
                &[("end_time", FieldErrorKind::EndsBeforeStart)],
            ),
            (
                |it| it.location = "l".repeat(301),
                &[("location", FieldErrorKind::TooLong { max: 300 })],
            ),
            (
                |it| it.attendees = -1,
                &[("attendees", FieldErrorKind::Negative)],
            ),
            (
                |it| it.note = "n".repeat(4_001),
                &[("note", FieldErrorKind::TooLong { max: 4_000 })],
            ),
            (
                |it| *it = CreateEventRequest::default(),
                &[
                    ("request_id", FieldErrorKind::Missing),
                    ("contract_id", FieldErrorKind::Missing),
                    ("start_time", FieldErrorKind::Missing),
                    ("end_time", FieldErrorKind::Missing),
                    ("location", FieldErrorKind::Missing),
                ],
            ),
        ],
    );
}

#[test]
fn an_event_may_last_a_microsecond() {
    let end_time = prost_types::Timestamp {
        seconds: START,
        nanos: 1_000,
    };
    let request = CreateEventRequest {
        end_time: Some(end_time),
        ..creation()
    };
    EventDraft::try_from(request).expect("a draft");
}

#[test]
fn a_patch_has_only_the_present_fields() {
    let cases: [PatchCase<UpdateEventRequest>; 7] = [
        (|_| {}, &[]),
        (|it| it.start_time = Some(seconds(START)), &["start_time"]),
        (|it| it.end_time = Some(seconds(END)), &["end_time"]),
        (|it| it.location = Some("Lyon".to_owned()), &["location"]),
        (|it| it.attendees = Some(0), &["attendees"]),
        (|it| it.note = Some(String::new()), &["note"]),
        (
            |it| {
                (it.start_time, it.end_time) = (Some(seconds(START)), Some(seconds(END)));
                it.location = Some("Lyon".to_owned());
                it.attendees = Some(10);
                it.note = Some("Scène".to_owned());
            },
            &["start_time", "end_time", "location", "attendees", "note"],
        ),
    ];
    for (change, changed) in cases {
        let mut request = update();
        change(&mut request);
        let patch = EventPatch::try_from(request).expect("a patch");
        assert_eq!(patch.changed_fields(), changed);
        assert_eq!((patch.id, patch.etag), (9, 4));
        assert_eq!(patch.start.is_some(), changed.contains(&"start_time"));
        assert_eq!(patch.end.is_some(), changed.contains(&"end_time"));
        assert_eq!(patch.location.is_some(), changed.contains(&"location"));
        assert_eq!(patch.attendees.is_some(), changed.contains(&"attendees"));
        assert_eq!(patch.note.is_some(), changed.contains(&"note"));
    }
}

#[test]
fn rejects_invalid_patches() {
    check_errors::<_, EventPatch>(
        &update(),
        &[
            (
                |it| it.start_time = Some(seconds(0)),
                &[("start_time", FieldErrorKind::NotATime)],
            ),
            (
                |it| (it.start_time, it.end_time) = (Some(seconds(END)), Some(seconds(START))),
                &[("end_time", FieldErrorKind::EndsBeforeStart)],
            ),
            (
                |it| it.location = Some(String::new()),
                &[("location", FieldErrorKind::Missing)],
            ),
            (
                |it| it.attendees = Some(1_000_001),
                &[("attendees", FieldErrorKind::TooLarge { max: 1_000_000 })],
            ),
            (
                |it| it.note = Some("\0".to_owned()),
                &[("note", FieldErrorKind::ControlCharacter)],
            ),
            (
                |it| *it = UpdateEventRequest::default(),
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
    let parsed = SupportAssignment::try_from(assignment()).expect("an assignment");
    assert_eq!((parsed.id, parsed.etag, parsed.support_id), (9, 4, Some(3)));
    let removal = AssignSupportRequest {
        support_id: None,
        ..assignment()
    };
    let parsed = SupportAssignment::try_from(removal).expect("an assignment without a support");
    assert_eq!(parsed.support_id, None);
    check_errors::<_, SupportAssignment>(
        &assignment(),
        &[
            (
                |it| it.support_id = Some(-3),
                &[("support_id", FieldErrorKind::Negative)],
            ),
            (
                |it| it.support_id = Some(0),
                &[("support_id", FieldErrorKind::Missing)],
            ),
            (
                |it| *it = AssignSupportRequest::default(),
                &[
                    ("id", FieldErrorKind::Missing),
                    ("etag", FieldErrorKind::Missing),
                ],
            ),
        ],
    );
}
