//! A request for every RPC, with the owner of the record that it refers to.

use epic_events::{
    policy::{self, Rpc},
    v1::{
        AssignCommercialRequest, AssignSupportRequest, ChangePasswordRequest,
        CreateContractRequest, CreateEventRequest, DeleteCollaboratorRequest, GetClientRequest,
        GetCollaboratorRequest, GetContractRequest, GetEventRequest, GetMeRequest,
        ListClientsRequest, ListCollaboratorsRequest, ListContractsRequest, ListEventsRequest,
        ListHistoryRequest, ListSessionsRequest, LogoutRequest, RefreshSessionRequest,
        ResetPasswordRequest, RevokeSessionRequest, Role, UpdateClientRequest,
        UpdateCollaboratorRequest, UpdateContractRequest, UpdateEventRequest, WatchChangesRequest,
    },
};
use prost::Message as _;
use prost_types::Timestamp;

use super::{
    fixtures::{
        COMMERCIAL1, COMMERCIAL2, GESTION1, GESTION2, PASSWORD, SUPPORT1, SUPPORT2, client_request,
        client_update, collaborator_request, collaborator_update, contract_request,
        contract_update, date, event_request, event_update, login_request, time,
    },
    rights_fixture::{refresh_token, session_id},
};

/// The owner of the record that a request refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    Caller,
    Another,
    Unassigned,
}

pub const OWNERSHIPS: [Ownership; 3] =
    [Ownership::Caller, Ownership::Another, Ownership::Unassigned];

impl Ownership {
    /// The id of a client, contract or event with this ownership in the rights fixture.
    const fn record_id(self) -> i64 {
        match self {
            Self::Caller => 1,
            Self::Another => 2,
            Self::Unassigned => 3,
        }
    }

    /// The id of a collaborator with this ownership: the caller, another owner of records, an owner
    /// of no record.
    const fn collaborator_id(self, caller: i64) -> i64 {
        match self {
            Self::Caller => caller,
            Self::Another => COMMERCIAL2,
            Self::Unassigned => GESTION2,
        }
    }
}

/// Which collaborator owns the records that an RPC refers to.
#[derive(Clone, Copy, Debug)]
pub enum Owner {
    /// The records have no owner.
    None,
    /// A client's commercial.
    Commercial,
    /// An event's support.
    Support,
    /// The RPC creates a record that will be the caller's.
    Caller,
    /// The record is a collaborator, or belongs to a collaborator.
    Collaborator,
}

impl Owner {
    pub const fn of(self, ownership: Ownership, caller: i64) -> Option<i64> {
        match (self, ownership) {
            (Self::Caller, _) => Some(caller),
            (Self::Collaborator, _) => Some(ownership.collaborator_id(caller)),
            (Self::Commercial, Ownership::Caller) => Some(COMMERCIAL1),
            (Self::Commercial, Ownership::Another) => Some(COMMERCIAL2),
            (Self::Support, Ownership::Caller) => Some(SUPPORT1),
            (Self::Support, Ownership::Another) => Some(SUPPORT2),
            (Self::None, _) | (_, Ownership::Unassigned) => None,
        }
    }
}

/// A valid request of one RPC.
pub struct RpcCase {
    pub rpc: Rpc,
    /// Whether it changes a row when it succeeds.
    pub writes: bool,
    pub owner: Owner,
    /// The fields that it changes.
    pub changed_fields: &'static [&'static str],
    /// Encodes a request of a caller about a record of an ownership.
    pub request: fn(Ownership, i64) -> Vec<u8>,
}

const fn reads(rpc: Rpc, request: fn(Ownership, i64) -> Vec<u8>) -> RpcCase {
    RpcCase {
        rpc,
        writes: false,
        owner: Owner::None,
        changed_fields: &[],
        request,
    }
}

const fn writes(rpc: Rpc, owner: Owner, request: fn(Ownership, i64) -> Vec<u8>) -> RpcCase {
    updates(rpc, owner, &[], request)
}

const fn updates(
    rpc: Rpc,
    owner: Owner,
    changed_fields: &'static [&'static str],
    request: fn(Ownership, i64) -> Vec<u8>,
) -> RpcCase {
    RpcCase {
        rpc,
        writes: true,
        owner,
        changed_fields,
        request,
    }
}

/// The case of `rpc`.
pub fn rpc_case(rpc: Rpc) -> &'static RpcCase {
    let case = RPC_CASES.iter().find(|case| case.rpc == rpc);
    case.expect("a case for every RPC")
}

fn etag() -> String {
    "1".to_owned()
}

/// The time `hour` hours after the beginning of 1 June 2026, the day of the fixture's events.
pub fn hour(hour: i64) -> Timestamp {
    time(1_780_272_000 + 3_600 * hour)
}

/// A case for every RPC of Epic Events. A test compares them with the descriptor.
#[rustfmt::skip] // An RPC per paragraph.
pub const RPC_CASES: &[RpcCase] = &[
    writes(policy::LOGIN, Owner::None, |_, _| login_request().encode_to_vec()),
    writes(policy::REFRESH_SESSION, Owner::None, |_, _| RefreshSessionRequest {
        refresh_token: refresh_token(GESTION1),
    }.encode_to_vec()),
    writes(policy::LOGOUT, Owner::None, |_, _| LogoutRequest {}.encode_to_vec()),
    reads(policy::GET_ME, |_, _| GetMeRequest {}.encode_to_vec()),
    writes(policy::CHANGE_PASSWORD, Owner::None, |_, _| ChangePasswordRequest {
        current_password: PASSWORD.to_owned(),
        new_password: "another password for tests".to_owned(),
    }.encode_to_vec()),

    RpcCase {
        owner: Owner::Collaborator,
        ..reads(policy::LIST_SESSIONS, |ownership, caller| ListSessionsRequest {
            collaborator_id: Some(ownership.collaborator_id(caller)),
        }.encode_to_vec())
    },
    writes(policy::REVOKE_SESSION, Owner::Collaborator, |ownership, caller| RevokeSessionRequest {
        id: session_id(ownership.collaborator_id(caller)),
    }.encode_to_vec()),

    reads(policy::LIST_COLLABORATORS, |_, _| ListCollaboratorsRequest::default().encode_to_vec()),
    reads(policy::GET_COLLABORATOR, |ownership, caller| GetCollaboratorRequest {
        id: ownership.collaborator_id(caller),
    }.encode_to_vec()),
    writes(policy::CREATE_COLLABORATOR, Owner::None, |_, _| collaborator_request().encode_to_vec()),
    updates(policy::UPDATE_COLLABORATOR, Owner::None, &["phone"], |ownership, caller| {
        UpdateCollaboratorRequest {
            phone: Some("+33 99999".to_owned()),
            ..collaborator_update(ownership.collaborator_id(caller))
        }.encode_to_vec()
    }),
    writes(policy::DELETE_COLLABORATOR, Owner::None, |ownership, caller| DeleteCollaboratorRequest {
        id: ownership.collaborator_id(caller),
        etag: etag(),
        successor_id: None,
    }.encode_to_vec()),
    writes(policy::RESET_PASSWORD, Owner::None, |ownership, caller| ResetPasswordRequest {
        id: ownership.collaborator_id(caller),
    }.encode_to_vec()),

    reads(policy::LIST_CLIENTS, |_, _| ListClientsRequest::default().encode_to_vec()),
    reads(policy::GET_CLIENT, |ownership, _| GetClientRequest { id: ownership.record_id() }.encode_to_vec()),
    writes(policy::CREATE_CLIENT, Owner::Caller, |_, _| client_request().encode_to_vec()),
    updates(policy::UPDATE_CLIENT, Owner::Commercial, &["company"], |ownership, _| UpdateClientRequest {
        company: Some("Another company".to_owned()),
        ..client_update(ownership.record_id())
    }.encode_to_vec()),
    writes(policy::ASSIGN_COMMERCIAL, Owner::Commercial, |ownership, _| AssignCommercialRequest {
        id: ownership.record_id(),
        etag: etag(),
        commercial_id: COMMERCIAL2,
    }.encode_to_vec()),

    reads(policy::LIST_CONTRACTS, |_, _| ListContractsRequest::default().encode_to_vec()),
    reads(policy::GET_CONTRACT, |ownership, _| GetContractRequest { id: ownership.record_id() }.encode_to_vec()),
    writes(policy::CREATE_CONTRACT, Owner::None, |ownership, _| CreateContractRequest {
        signed: false,
        ..contract_request(ownership.record_id())
    }.encode_to_vec()),
    updates(policy::UPDATE_CONTRACT, Owner::Commercial, &["remaining_cents"], |ownership, _| {
        UpdateContractRequest {
            remaining_cents: Some(1),
            ..contract_update(ownership.record_id())
        }.encode_to_vec()
    }),

    reads(policy::LIST_EVENTS, |_, _| ListEventsRequest::default().encode_to_vec()),
    reads(policy::GET_EVENT, |ownership, _| GetEventRequest { id: ownership.record_id() }.encode_to_vec()),
    writes(policy::CREATE_EVENT, Owner::Commercial, |ownership, _| CreateEventRequest {
        note: "Wedding\nstarts at 3 PM".to_owned(),
        ..event_request(ownership.record_id())
    }.encode_to_vec()),
    updates(policy::UPDATE_EVENT, Owner::Support, &["note"], |ownership, _| UpdateEventRequest {
        note: Some("Bring a projector".to_owned()),
        ..event_update(ownership.record_id())
    }.encode_to_vec()),
    writes(policy::ASSIGN_SUPPORT, Owner::Support, |ownership, _| AssignSupportRequest {
        id: ownership.record_id(),
        etag: etag(),
        // Event 2 is already `support2`'s.
        support_id: Some(if ownership == Ownership::Another { SUPPORT1 } else { SUPPORT2 }),
    }.encode_to_vec()),

    reads(policy::WATCH_CHANGES, |_, _| WatchChangesRequest::default().encode_to_vec()),
    reads(policy::LIST_HISTORY, |_, _| ListHistoryRequest::default().encode_to_vec()),
];

/// A new value for one field of an `Update…` RPC.
pub struct FieldCase {
    pub rpc: Rpc,
    pub name: &'static str,
    /// The table with the column of that name.
    pub table: &'static str,
    /// Encodes a request with that field only. Concatenated Protobuf messages merge, so that
    /// requests of several fields are built from several cases.
    pub request: fn() -> Vec<u8>,
}

macro_rules! fields {
    ($($rpc:ident $message:ident $table:literal { $($name:ident: $value:expr),* $(,)? })*) => {
        /// Every field that an `Update…` RPC can change. A test compares them with the descriptor.
        pub const FIELD_CASES: &[FieldCase] = &[$($(FieldCase {
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
        date: date(2026, 5, 13),
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

/// Encodes the id and first etag of an `Update…` request, for every kind of record.
pub fn update_target(id: i64) -> Vec<u8> {
    // `id` and `etag` have the same field numbers in all of these requests.
    client_update(id).encode_to_vec()
}
