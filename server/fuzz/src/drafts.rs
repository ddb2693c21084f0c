//! From bytes through the request to a checked draft or patch: it never panics, what comes out is
//! within its bounds, and what is refused can be told.

use std::fmt::Debug;

use epic_events::{
    api_error::ApiError,
    auth::{Credentials, PasswordChange},
    client::{ClientDraft, ClientPatch, CommercialAssignment},
    collaborator::{CollaboratorDeletion, CollaboratorDraft, CollaboratorPatch},
    contract::{ContractDraft, ContractPatch},
    event::{EventDraft, EventPatch, SupportAssignment},
    field_error::{FieldError, FieldErrorKind},
    password::Password,
    strength::{AccountOwner, PASSWORD_LENGTH},
    v1::{
        AssignCommercialRequest, AssignSupportRequest, ChangePasswordRequest, CreateClientRequest,
        CreateCollaboratorRequest, CreateContractRequest, CreateEventRequest,
        DeleteCollaboratorRequest, LoginRequest, Role, UpdateClientRequest,
        UpdateCollaboratorRequest, UpdateContractRequest, UpdateEventRequest,
    },
    value::{self, Attendees, Cents, Email, Line, Note, Phone},
};
use jiff::{Timestamp, civil::Date};
use prost::Message;
use tonic::Status;

/// The first byte says which request the others are.
pub fn hold(bytes: &[u8]) {
    let Some((&which, bytes)) = bytes.split_first() else {
        return;
    };
    match which % 13 {
        0 => held::<LoginRequest, _>(bytes, Credentials::try_from, credentials),
        1 => held(bytes, of_somebody, password_change),
        2 => held::<CreateCollaboratorRequest, _>(bytes, CollaboratorDraft::try_from, collaborator),
        3 => held::<UpdateCollaboratorRequest, _>(
            bytes,
            CollaboratorPatch::try_from,
            collaborator_patch,
        ),
        4 => held::<DeleteCollaboratorRequest, _>(bytes, CollaboratorDeletion::try_from, removal),
        5 => held::<CreateClientRequest, _>(bytes, ClientDraft::try_from, client),
        6 => held::<UpdateClientRequest, _>(bytes, ClientPatch::try_from, client_patch),
        7 => held::<AssignCommercialRequest, _>(bytes, CommercialAssignment::try_from, commercial),
        8 => held::<CreateContractRequest, _>(bytes, ContractDraft::try_from, contract),
        9 => held::<UpdateContractRequest, _>(bytes, ContractPatch::try_from, contract_patch),
        10 => held::<CreateEventRequest, _>(bytes, EventDraft::try_from, event),
        11 => held::<UpdateEventRequest, _>(bytes, EventPatch::try_from, event_patch),
        _ => held::<AssignSupportRequest, _>(bytes, SupportAssignment::try_from, support),
    }
}

fn held<W: Message + Default, T>(
    bytes: &[u8],
    parse: fn(W) -> Result<T, Vec<FieldError>>,
    check: fn(&T),
) {
    let Ok(wire) = W::decode(bytes) else {
        return;
    };
    match parse(wire) {
        Ok(checked) => check(&checked),
        Err(found) => {
            assert!(!found.is_empty(), "refused without a reason");
            let refusal = ApiError::from(found);
            let status = Status::from(refusal.clone());
            assert_eq!(ApiError::from_status(&status), Some(refusal));
        }
    }
}

fn credentials(it: &Credentials) {
    let Credentials {
        email,
        password,
        device,
    } = it;
    assert!(!email.is_empty() && email.len() <= value::EMAIL_MAX * 4);
    assert_eq!(value::device(device).as_ref(), Ok(device));
    length(password);
}

fn of_somebody(wire: ChangePasswordRequest) -> Result<PasswordChange, Vec<FieldError>> {
    let person = AccountOwner {
        name: "Chloé Dupont",
        email: "chloe@dupont.example",
    };
    PasswordChange::parse(wire, person)
}

fn password_change(it: &PasswordChange) {
    assert_ne!(it.current, it.new);
    length(&it.current);
    length(&it.new);
    assert!(it.new.reveal().chars().count() >= *PASSWORD_LENGTH.start());
}

fn collaborator(it: &CollaboratorDraft) {
    assert!(!it.request_id.is_nil());
    assert_ne!(it.role, Role::Unspecified);
    line(&it.name);
    email(&it.email);
    phone(&it.phone);
}

fn collaborator_patch(it: &CollaboratorPatch) {
    record(it.id, it.etag);
    assert_ne!(it.role, Some(Role::Unspecified));
    it.name.iter().for_each(line);
    it.email.iter().for_each(email);
    it.phone.iter().for_each(phone);
    it.successor_id.into_iter().for_each(id);
}

fn removal(it: &CollaboratorDeletion) {
    record(it.id, it.etag.unwrap_or(1));
    it.successor_id.into_iter().for_each(id);
}

fn client(it: &ClientDraft) {
    assert!(!it.request_id.is_nil());
    line(&it.name);
    email(&it.email);
    phone(&it.phone);
    line(&it.company);
}

fn client_patch(it: &ClientPatch) {
    record(it.id, it.etag);
    it.name.iter().for_each(line);
    it.email.iter().for_each(email);
    it.phone.iter().for_each(phone);
    it.company.iter().for_each(line);
}

fn commercial(it: &CommercialAssignment) {
    record(it.id, it.etag);
    id(it.commercial_id);
}

fn contract(it: &ContractDraft) {
    assert!(!it.request_id.is_nil());
    id(it.client_id);
    line(&it.event_title);
    cents(it.total);
    cents(it.remaining);
    assert!(it.remaining <= it.total);
    day(it.date);
}

fn contract_patch(it: &ContractPatch) {
    record(it.id, it.etag);
    it.client_id.into_iter().for_each(id);
    it.event_title.iter().for_each(line);
    it.total.into_iter().for_each(cents);
    it.remaining.into_iter().for_each(cents);
    it.date.into_iter().for_each(day);
    if let (Some(total), Some(remaining)) = (it.total, it.remaining) {
        assert!(remaining <= total);
    }
}

fn event(it: &EventDraft) {
    assert!(!it.request_id.is_nil());
    id(it.contract_id);
    moment(it.start);
    moment(it.end);
    assert!(it.start < it.end);
    line(&it.location);
    attendees(it.attendees);
    note(&it.note);
}

fn event_patch(it: &EventPatch) {
    record(it.id, it.etag);
    it.start.into_iter().for_each(moment);
    it.end.into_iter().for_each(moment);
    it.location.iter().for_each(line);
    it.attendees.into_iter().for_each(attendees);
    it.note.iter().for_each(note);
    if let (Some(start), Some(end)) = (it.start, it.end) {
        assert!(start < end);
    }
}

fn support(it: &SupportAssignment) {
    record(it.id, it.etag);
    id(it.support_id);
}

fn record(number: i64, version: i64) {
    id(number);
    assert_eq!(value::etag(&value::format_etag(version)), Ok(version));
}

fn id(number: i64) {
    assert!(number > 0);
}

fn line<const MAX: usize>(it: &Line<MAX>) {
    text(it.as_str(), MAX);
    assert!(!it.as_str().is_empty());
    same(it, &Line::parse(it.as_str()));
}

fn note(it: &Note) {
    let plain = it.as_str().replace(['\n', '\t'], " ");
    text(plain.trim(), Note::MAX);
    same(it, &Note::parse(it.as_str()));
}

fn email(it: &Email) {
    text(it.as_str(), value::EMAIL_MAX);
    let (_, domain) = it.as_str().rsplit_once('@').expect("an address");
    assert!(domain.contains('.'));
    same(it, &Email::parse(it.as_str()));
}

fn phone(it: &Phone) {
    text(it.as_str(), Phone::MAX);
    let digits = it.as_str().chars().filter(char::is_ascii_digit).count();
    assert!((4..=15).contains(&digits));
    same(it, &Phone::parse(it.as_str()));
}

/// What was checked once is still good, and is not changed again.
fn same<T: Debug + PartialEq>(it: &T, again: &Result<T, FieldErrorKind>) {
    assert_eq!(again.as_ref(), Ok(it));
}

fn text(text: &str, max: usize) {
    assert!(text.chars().count() <= max);
    assert_eq!(text.trim(), text);
    // PostgreSQL takes no NUL, a terminal no escape.
    assert!(!text.chars().any(char::is_control));
}

fn length(it: &Password) {
    let length = it.reveal().chars().count();
    assert!((1..=*PASSWORD_LENGTH.end()).contains(&length));
}

fn cents(it: Cents) {
    assert!((0..=value::CENTS_MAX).contains(&it.get()));
}

fn attendees(it: Attendees) {
    assert!((0..=value::ATTENDEES_MAX).contains(&it.get()));
}

fn day(it: Date) {
    assert!((2000..=2199).contains(&it.year()));
    assert_eq!(value::date(Some(&value::wire_date(it))), Ok(it));
}

fn moment(it: Timestamp) {
    assert_eq!(it.subsec_nanosecond() % 1_000, 0);
    assert_eq!(value::time(Some(&value::wire_time(it))), Ok(it));
}
