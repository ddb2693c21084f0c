//! Drafts and patches of any request: validation never panics, valid values are within their bounds,
//! and errors survive the conversion into a status and back.

use std::fmt::Debug;

use epic_events::{
    api_error::ApiError,
    auth::{Credentials, PasswordChange},
    character,
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

macro_rules! requests {
    ($($request:ident $parse:expr, $check_bounds:expr;)*) => {
        /// The requests that become a draft or a patch: the name of the message and its check. A test
        /// compares them with the descriptor.
        pub const REQUESTS: &[(&str, fn(&[u8]))] = &[$((
            stringify!($request),
            |bytes| check_request::<$request, _>(bytes, $parse, $check_bounds),
        ),)*];
    };
}

// Append new requests, because the inputs of the corpus contain indices of this table.
requests! {
    LoginRequest Credentials::try_from, credentials;
    ChangePasswordRequest parse_password_change, password_change;
    CreateCollaboratorRequest CollaboratorDraft::try_from, collaborator;
    UpdateCollaboratorRequest CollaboratorPatch::try_from, collaborator_patch;
    DeleteCollaboratorRequest CollaboratorDeletion::try_from, collaborator_deletion;
    CreateClientRequest ClientDraft::try_from, client;
    UpdateClientRequest ClientPatch::try_from, client_patch;
    AssignCommercialRequest CommercialAssignment::try_from, commercial_assignment;
    CreateContractRequest ContractDraft::try_from, contract;
    UpdateContractRequest ContractPatch::try_from, contract_patch;
    CreateEventRequest EventDraft::try_from, event;
    UpdateEventRequest EventPatch::try_from, event_patch;
    AssignSupportRequest SupportAssignment::try_from, support_assignment;
}

/// The first byte selects the type of the request, which follows.
pub fn check(bytes: &[u8]) {
    let Some((&request, bytes)) = bytes.split_first() else {
        return;
    };
    let (_, check) = REQUESTS[usize::from(request) % REQUESTS.len()];
    check(bytes);
}

fn check_request<W: Message + Default, T>(
    bytes: &[u8],
    parse: fn(W) -> Result<T, Vec<FieldError>>,
    check_bounds: fn(&T),
) {
    let Ok(wire) = W::decode(bytes) else {
        return;
    };
    match parse(wire) {
        Ok(value) => check_bounds(&value),
        Err(fields) => {
            assert!(!fields.is_empty(), "an error without a field");
            let error = ApiError::from(fields);
            let status = Status::from(error.clone());
            assert_eq!(ApiError::from_status(&status), Some(error));
        }
    }
}

fn credentials(it: &Credentials) {
    let Credentials {
        emails,
        password,
        device,
    } = it;
    let [canonical, punycode, typed] = emails;
    assert!(!typed.is_empty() && typed.len() <= value::EMAIL_MAX * 4);
    assert!(!canonical.is_empty() && !punycode.is_empty());
    assert_eq!(value::device(device).as_ref(), Ok(device));
    password_length(password);
}

fn parse_password_change(wire: ChangePasswordRequest) -> Result<PasswordChange, Vec<FieldError>> {
    let owner = AccountOwner {
        name: "Chloé Dupont",
        email: "chloe@dupont.example",
    };
    PasswordChange::parse(wire, owner)
}

fn password_change(it: &PasswordChange) {
    assert_ne!(it.current, it.new);
    password_length(&it.current);
    password_length(&it.new);
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

fn collaborator_deletion(it: &CollaboratorDeletion) {
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

fn commercial_assignment(it: &CommercialAssignment) {
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
    date(it.date);
}

fn contract_patch(it: &ContractPatch) {
    record(it.id, it.etag);
    it.client_id.into_iter().for_each(id);
    it.event_title.iter().for_each(line);
    it.total.into_iter().for_each(cents);
    it.remaining.into_iter().for_each(cents);
    it.date.into_iter().for_each(date);
    if let (Some(total), Some(remaining)) = (it.total, it.remaining) {
        assert!(remaining <= total);
    }
}

fn event(it: &EventDraft) {
    assert!(!it.request_id.is_nil());
    id(it.contract_id);
    time(it.start);
    time(it.end);
    assert!(it.start < it.end);
    line(&it.location);
    attendees(it.attendees);
    note(&it.note);
}

fn event_patch(it: &EventPatch) {
    record(it.id, it.etag);
    it.start.into_iter().for_each(time);
    it.end.into_iter().for_each(time);
    it.location.iter().for_each(line);
    it.attendees.into_iter().for_each(attendees);
    it.note.iter().for_each(note);
    if let (Some(start), Some(end)) = (it.start, it.end) {
        assert!(start < end);
    }
}

fn support_assignment(it: &SupportAssignment) {
    record(it.id, it.etag);
    it.support_id.into_iter().for_each(id);
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
    parses_to_itself(it, &Line::parse(it.as_str()));
}

fn note(it: &Note) {
    let plain = it.as_str().replace(['\n', '\t'], " ");
    text(plain.trim(), Note::MAX);
    parses_to_itself(it, &Note::parse(it.as_str()));
}

fn email(it: &Email) {
    text(it.as_str(), value::EMAIL_MAX);
    let (_, domain) = it.as_str().rsplit_once('@').expect("an address");
    assert!(domain.contains('.'));
    parses_to_itself(it, &Email::parse(it.as_str()));
}

fn phone(it: &Phone) {
    text(it.as_str(), Phone::MAX);
    let digits = it.as_str().chars().filter(char::is_ascii_digit).count();
    // At most 15 digits of the number, the prefix 00, and 8 digits of an extension.
    assert!((2..=17 + 8).contains(&digits));
    parses_to_itself(it, &Phone::parse(it.as_str()));
}

/// Parsing a value again does not change it.
fn parses_to_itself<T: Debug + PartialEq>(it: &T, again: &Result<T, FieldErrorKind>) {
    assert_eq!(again.as_ref(), Ok(it));
}

fn text(text: &str, max: usize) {
    assert!(text.chars().count() <= max);
    assert_eq!(text.trim(), text);
    // PostgreSQL rejects NUL; terminals interpret escape characters.
    assert!(!text.chars().any(character::is_unsafe));
}

fn password_length(it: &Password) {
    let length = it.reveal().chars().count();
    assert!((1..=*PASSWORD_LENGTH.end()).contains(&length));
}

fn cents(it: Cents) {
    assert!((0..=value::CENTS_MAX).contains(&it.get()));
}

fn attendees(it: Attendees) {
    assert!((0..=value::ATTENDEES_MAX).contains(&it.get()));
}

fn date(it: Date) {
    assert!((2000..=2199).contains(&it.year()));
    assert_eq!(value::date(Some(&value::wire_date(it))), Ok(it));
}

fn time(it: Timestamp) {
    assert_eq!(it.subsec_nanosecond() % 1_000, 0);
    assert_eq!(value::time(Some(&value::wire_time(it))), Ok(it));
}
