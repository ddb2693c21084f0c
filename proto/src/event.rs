//! Validation of requests that write events.

use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    field_error::{FieldError, FieldErrorKind, Validator},
    v1::{AssignSupportRequest, CreateEventRequest, UpdateEventRequest},
    value::{self, Attendees, Location, Note},
};

/// Fields of a new event.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // `proto/epic/v1` documents the fields.
pub struct EventDraft {
    pub request_id: Uuid,
    pub contract_id: i64,
    pub start: Timestamp,
    pub end: Timestamp,
    pub location: Location,
    pub attendees: Attendees,
    pub note: Note,
}

impl TryFrom<CreateEventRequest> for EventDraft {
    type Error = Vec<FieldError>;

    fn try_from(wire: CreateEventRequest) -> Result<Self, Self::Error> {
        let CreateEventRequest {
            request_id,
            contract_id,
            start_time,
            end_time,
            location,
            attendees,
            note,
        } = wire;
        let mut check = Validator::default();
        let request_id = check.field("request_id", value::request_id(&request_id));
        let contract_id = check.field("contract_id", value::id(contract_id));
        let start = check.field("start_time", value::time(start_time.as_ref()));
        let end = check.field("end_time", value::time(end_time.as_ref()));
        let location = check.field("location", Location::parse(&location));
        let attendees = check.field("attendees", Attendees::parse(attendees));
        let note = check.field("note", Note::parse(&note));
        ends_after_start(&mut check, start, end);
        check.finish(|| {
            Some(Self {
                request_id: request_id?,
                contract_id: contract_id?,
                start: start?,
                end: end?,
                location: location?,
                attendees: attendees?,
                note: note?,
            })
        })
    }
}

/// Changes to an event; `None` leaves a field unchanged.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // `proto/epic/v1` documents the fields.
pub struct EventPatch {
    pub id: i64,
    pub etag: i64,
    pub start: Option<Timestamp>,
    pub end: Option<Timestamp>,
    pub location: Option<Location>,
    pub attendees: Option<Attendees>,
    pub note: Option<Note>,
}

impl EventPatch {
    /// Names of the request fields that the patch changes, for [`permit`](crate::policy::permit).
    #[must_use]
    pub fn changed_fields(&self) -> Vec<&'static str> {
        let Self {
            id: _,
            etag: _,
            start,
            end,
            location,
            attendees,
            note,
        } = self;
        [
            start.is_some().then_some("start_time"),
            end.is_some().then_some("end_time"),
            location.is_some().then_some("location"),
            attendees.is_some().then_some("attendees"),
            note.is_some().then_some("note"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl TryFrom<UpdateEventRequest> for EventPatch {
    type Error = Vec<FieldError>;

    fn try_from(wire: UpdateEventRequest) -> Result<Self, Self::Error> {
        let UpdateEventRequest {
            id,
            etag,
            start_time,
            end_time,
            location,
            attendees,
            note,
        } = wire;
        let mut check = Validator::default();
        let id = check.field("id", value::id(id));
        let etag = check.field("etag", value::etag(&etag));
        let start = check.optional("start_time", start_time, |time| value::time(Some(&time)));
        let end = check.optional("end_time", end_time, |time| value::time(Some(&time)));
        let location = check.optional("location", location, |text| Location::parse(&text));
        let attendees = check.optional("attendees", attendees, Attendees::parse);
        let note = check.optional("note", note, |text| Note::parse(&text));
        ends_after_start(&mut check, start.flatten(), end.flatten());
        check.finish(|| {
            Some(Self {
                id: id?,
                etag: etag?,
                start: start?,
                end: end?,
                location: location?,
                attendees: attendees?,
                note: note?,
            })
        })
    }
}

/// Compares the two times. If a patch changes only one, a database constraint compares it with the
/// stored value of the other.
fn ends_after_start(check: &mut Validator, start: Option<Timestamp>, end: Option<Timestamp>) {
    if let (Some(start), Some(end)) = (start, end)
        && end <= start
    {
        check.add_error("end_time", FieldErrorKind::EndsBeforeStart);
    }
}

/// Assignment of a support to an event; without a `support_id`, the event becomes unassigned.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // `proto/epic/v1` documents the fields.
pub struct SupportAssignment {
    pub id: i64,
    pub etag: i64,
    pub support_id: Option<i64>,
}

impl TryFrom<AssignSupportRequest> for SupportAssignment {
    type Error = Vec<FieldError>;

    fn try_from(wire: AssignSupportRequest) -> Result<Self, Self::Error> {
        let AssignSupportRequest {
            id,
            etag,
            support_id,
        } = wire;
        let mut check = Validator::default();
        let id = check.field("id", value::id(id));
        let etag = check.field("etag", value::etag(&etag));
        let support_id = check.optional("support_id", support_id, value::id);
        check.finish(|| {
            Some(Self {
                id: id?,
                etag: etag?,
                support_id: support_id?,
            })
        })
    }
}

#[cfg(test)]
mod tests;
