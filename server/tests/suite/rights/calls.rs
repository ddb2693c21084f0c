//! One request for every call: what it asks for, and whose record it is about.

use epic_events::{
    google::r#type::Date,
    policy::{self, Rpc},
    v1::{
        AssignCommercialRequest, AssignSupportRequest, ChangePasswordRequest, CreateClientRequest,
        CreateCollaboratorRequest, CreateContractRequest, CreateEventRequest,
        DeleteCollaboratorRequest, GetClientRequest, GetCollaboratorRequest, GetContractRequest,
        GetEventRequest, GetMeRequest, ListClientsRequest, ListCollaboratorsRequest,
        ListContractsRequest, ListEventsRequest, ListHistoryRequest, ListSessionsRequest,
        LoginRequest, LogoutRequest, RefreshSessionRequest, ResetPasswordRequest,
        RevokeSessionRequest, Role, UpdateClientRequest, UpdateCollaboratorRequest,
        UpdateContractRequest, UpdateEventRequest, WatchChangesRequest,
    },
};
use prost::Message as _;
use prost_types::Timestamp;
use uuid::Uuid;

use crate::{
    house::PASSWORD,
    stage::{
        COMMERCIAL1, COMMERCIAL2, GESTION1, GESTION2, SUPPORT1, SUPPORT2, refresh_token, session_id,
    },
};

/// Whose record a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    Own,
    Others,
    Nobodys,
}

pub const RECORDS: [Record; 3] = [Record::Own, Record::Others, Record::Nobodys];

impl Record {
    /// The number of such a client, contract or event on the stage.
    const fn id(self) -> i64 {
        match self {
            Self::Own => 1,
            Self::Others => 2,
            Self::Nobodys => 3,
        }
    }

    /// The number of such a collaborator: oneself, one who holds records, one who holds none.
    const fn person(self, caller: i64) -> i64 {
        match self {
            Self::Own => caller,
            Self::Others => COMMERCIAL2,
            Self::Nobodys => GESTION2,
        }
    }
}

/// Who is in charge of the records that a call is about.
#[derive(Clone, Copy, Debug)]
pub enum Owner {
    /// Nobody ever is.
    None,
    /// A client's commercial.
    Commercial,
    /// An event's support.
    Support,
    /// The record does not exist yet, and becomes the caller's.
    Caller,
    /// The collaborator that it is about.
    Holder,
}

impl Owner {
    pub const fn of(self, record: Record, caller: i64) -> Option<i64> {
        match (self, record) {
            (Self::Caller, _) => Some(caller),
            (Self::Holder, _) => Some(record.person(caller)),
            (Self::Commercial, Record::Own) => Some(COMMERCIAL1),
            (Self::Commercial, Record::Others) => Some(COMMERCIAL2),
            (Self::Support, Record::Own) => Some(SUPPORT1),
            (Self::Support, Record::Others) => Some(SUPPORT2),
            (Self::None, _) | (_, Record::Nobodys) => None,
        }
    }
}

/// A request of one call.
pub struct Call {
    pub rpc: Rpc,
    /// Whether it changes anything when it is answered.
    pub writes: bool,
    pub owner: Owner,
    /// The fields that it changes.
    pub changed_fields: &'static [&'static str],
    /// The request, about such a record, of that caller.
    pub request: fn(Record, i64) -> Vec<u8>,
}

const fn reads(rpc: Rpc, request: fn(Record, i64) -> Vec<u8>) -> Call {
    Call {
        rpc,
        writes: false,
        owner: Owner::None,
        changed_fields: &[],
        request,
    }
}

const fn writes(rpc: Rpc, owner: Owner, request: fn(Record, i64) -> Vec<u8>) -> Call {
    Call {
        rpc,
        writes: true,
        owner,
        changed_fields: &[],
        request,
    }
}

const fn changes(
    rpc: Rpc,
    owner: Owner,
    changed_fields: &'static [&'static str],
    request: fn(Record, i64) -> Vec<u8>,
) -> Call {
    Call {
        rpc,
        writes: true,
        owner,
        changed_fields,
        request,
    }
}

fn etag() -> String {
    "1".to_owned()
}

fn request_id() -> String {
    Uuid::new_v4().to_string()
}

/// A moment of that June, in hours after the first.
pub fn hour(hour: i64) -> Timestamp {
    Timestamp {
        seconds: 1_780_272_000 + 3_600 * hour,
        nanos: 0,
    }
}

/// Every call that needs an Epic Events message. A test compares them with the descriptor.
#[rustfmt::skip] // A call a paragraph.
pub const CALLS: &[Call] = &[
    writes(policy::LOGIN, Owner::None, |_, _| LoginRequest {
        email: "gestion1@test.example".to_owned(),
        password: PASSWORD.to_owned(),
        device: String::new(),
    }.encode_to_vec()),
    writes(policy::REFRESH_SESSION, Owner::None, |_, _| RefreshSessionRequest {
        refresh_token: refresh_token(GESTION1),
    }.encode_to_vec()),
    writes(policy::LOGOUT, Owner::None, |_, _| LogoutRequest {}.encode_to_vec()),
    reads(policy::GET_ME, |_, _| GetMeRequest {}.encode_to_vec()),
    writes(policy::CHANGE_PASSWORD, Owner::None, |_, _| ChangePasswordRequest {
        current_password: PASSWORD.to_owned(),
        new_password: "another password for tests".to_owned(),
    }.encode_to_vec()),

    Call {
        owner: Owner::Holder,
        ..reads(policy::LIST_SESSIONS, |record, caller| ListSessionsRequest {
            collaborator_id: Some(record.person(caller)),
        }.encode_to_vec())
    },
    writes(policy::REVOKE_SESSION, Owner::Holder, |record, caller| RevokeSessionRequest {
        id: session_id(record.person(caller)),
    }.encode_to_vec()),

    reads(policy::LIST_COLLABORATORS, |_, _| ListCollaboratorsRequest::default().encode_to_vec()),
    reads(policy::GET_COLLABORATOR, |record, caller| GetCollaboratorRequest {
        id: record.person(caller),
    }.encode_to_vec()),
    writes(policy::CREATE_COLLABORATOR, Owner::None, |_, _| CreateCollaboratorRequest {
        request_id: request_id(),
        name: "Zoé Petit".to_owned(),
        email: "zoe@test.example".to_owned(),
        phone: "+33 1 02 03 04 05".to_owned(),
        role: Role::Support.into(),
    }.encode_to_vec()),
    changes(policy::UPDATE_COLLABORATOR, Owner::None, &["phone"], |record, caller| {
        UpdateCollaboratorRequest {
            id: record.person(caller),
            etag: etag(),
            phone: Some("+33 9".to_owned() + "9999"),
            ..Default::default()
        }.encode_to_vec()
    }),
    writes(policy::DELETE_COLLABORATOR, Owner::None, |record, caller| DeleteCollaboratorRequest {
        id: record.person(caller),
        etag: etag(),
        successor_id: None,
    }.encode_to_vec()),
    writes(policy::RESET_PASSWORD, Owner::None, |record, caller| ResetPasswordRequest {
        id: record.person(caller),
    }.encode_to_vec()),

    reads(policy::LIST_CLIENTS, |_, _| ListClientsRequest::default().encode_to_vec()),
    reads(policy::GET_CLIENT, |record, _| GetClientRequest { id: record.id() }.encode_to_vec()),
    writes(policy::CREATE_CLIENT, Owner::Caller, |_, _| CreateClientRequest {
        request_id: request_id(),
        name: "Kévin Casey".to_owned(),
        email: "kevin@startup.example".to_owned(),
        phone: "+678 123 456 78".to_owned(),
        company: "Cool Startup".to_owned(),
    }.encode_to_vec()),
    changes(policy::UPDATE_CLIENT, Owner::Commercial, &["company"], |record, _| UpdateClientRequest {
        id: record.id(),
        etag: etag(),
        company: Some("Another company".to_owned()),
        ..Default::default()
    }.encode_to_vec()),
    writes(policy::ASSIGN_COMMERCIAL, Owner::Commercial, |record, _| AssignCommercialRequest {
        id: record.id(),
        etag: etag(),
        commercial_id: COMMERCIAL2,
    }.encode_to_vec()),

    reads(policy::LIST_CONTRACTS, |_, _| ListContractsRequest::default().encode_to_vec()),
    reads(policy::GET_CONTRACT, |record, _| GetContractRequest { id: record.id() }.encode_to_vec()),
    writes(policy::CREATE_CONTRACT, Owner::None, |record, _| CreateContractRequest {
        request_id: request_id(),
        client_id: record.id(),
        event_title: "Gala".to_owned(),
        total_cents: 100_050,
        remaining_cents: 50,
        date: Some(Date { year: 2026, month: 5, day: 13 }),
        signed: false,
    }.encode_to_vec()),
    changes(policy::UPDATE_CONTRACT, Owner::Commercial, &["remaining_cents"], |record, _| {
        UpdateContractRequest {
            id: record.id(),
            etag: etag(),
            remaining_cents: Some(1),
            ..Default::default()
        }.encode_to_vec()
    }),

    reads(policy::LIST_EVENTS, |_, _| ListEventsRequest::default().encode_to_vec()),
    reads(policy::GET_EVENT, |record, _| GetEventRequest { id: record.id() }.encode_to_vec()),
    writes(policy::CREATE_EVENT, Owner::Commercial, |record, _| CreateEventRequest {
        request_id: request_id(),
        contract_id: record.id(),
        start_time: Some(hour(10)),
        end_time: Some(hour(12)),
        location: "53 Rue du Château, Candé-sur-Beuvron".to_owned(),
        attendees: 75,
        note: "Wedding\nstarts at 3 PM".to_owned(),
    }.encode_to_vec()),
    changes(policy::UPDATE_EVENT, Owner::Support, &["note"], |record, _| UpdateEventRequest {
        id: record.id(),
        etag: etag(),
        note: Some("Bring a projector".to_owned()),
        ..Default::default()
    }.encode_to_vec()),
    writes(policy::ASSIGN_SUPPORT, Owner::Support, |record, _| AssignSupportRequest {
        id: record.id(),
        etag: etag(),
        // Of the second event they are the support already, which makes a new version all the same.
        support_id: SUPPORT2,
    }.encode_to_vec()),

    reads(policy::WATCH_CHANGES, |_, _| WatchChangesRequest {}.encode_to_vec()),
    reads(policy::LIST_HISTORY, |_, _| ListHistoryRequest::default().encode_to_vec()),
];

/// A new value for one field of an Update call.
pub struct Field {
    pub rpc: Rpc,
    pub name: &'static str,
    /// The table that keeps it.
    pub table: &'static str,
    /// A request with nothing but that field. Protobuf merges messages by writing one after
    /// another, so that requests with more fields are made of several.
    pub request: fn() -> Vec<u8>,
}

macro_rules! fields {
    ($($rpc:ident $message:ident $table:literal { $($name:ident: $value:expr),* $(,)? })*) => {
        /// Every field that an Update call can change. A test compares them with the descriptor.
        pub const FIELDS: &[Field] = &[$($(Field {
            rpc: policy::$rpc,
            name: stringify!($name),
            table: $table,
            request: || $message { $name: Some($value), ..Default::default() }.encode_to_vec(),
        },)*)*];
    };
}

fields! {
    UPDATE_COLLABORATOR UpdateCollaboratorRequest "collaborators" {
        name: "Renée Nom".to_owned(),
        email: "renee@test.example".to_owned(),
        phone: "+33 99 99 99".to_owned(),
        role: Role::Commercial.into(),
    }
    UPDATE_CLIENT UpdateClientRequest "clients" {
        name: "Renée Nom".to_owned(),
        email: "renee@client.example".to_owned(),
        phone: "+33 99 99 99".to_owned(),
        company: "Another company".to_owned(),
    }
    UPDATE_CONTRACT UpdateContractRequest "contracts" {
        client_id: 2,
        event_title: "Another title".to_owned(),
        total_cents: 10_001,
        remaining_cents: 4_999,
        date: Date { year: 2026, month: 5, day: 13 },
        signed: false,
    }
    UPDATE_EVENT UpdateEventRequest "events" {
        start_time: hour(9),
        end_time: hour(13),
        location: "Another place".to_owned(),
        attendees: 11,
        note: "A note".to_owned(),
    }
}

/// Which record an Update call is about, and which version of it.
pub fn update_of(id: i64) -> Vec<u8> {
    // `id` and `etag` have the same numbers in all of them.
    UpdateClientRequest {
        id,
        etag: etag(),
        ..Default::default()
    }
    .encode_to_vec()
}
