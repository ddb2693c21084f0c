//! Ids of records.

use epic_events::{
    policy::{self, Rpc},
    reason::Reason::{InvalidField, NoSuchRecord},
    v1::*,
};
use prost_types::{FieldDescriptorProto, field_descriptor_proto::Type};

use super::{assert_every_field_has_a_case, assert_refused, refused, s};

use crate::support::{
    descriptor::request_fields_where,
    fixtures::{self, COMMERCIAL1, SUPPORT1},
};

/// RPCs whose id fields are filters, which accept any number.
const FILTERED_LISTS: [Rpc; 3] = [
    policy::LIST_CLIENTS,
    policy::LIST_CONTRACTS,
    policy::LIST_EVENTS,
];

/// Whether the field of a request contains the id of a record.
fn is_record_id(field: &FieldDescriptorProto) -> bool {
    let is_id = field.name() == "id" || field.name().ends_with("_id");
    is_id && field.r#type() == Type::Int64
}

/// A missing record is `NO_SUCH_RECORD`; a reference to a missing record has this code on its field
/// as well.
#[tokio::test(flavor = "multi_thread")]
async fn invalid_and_unknown_record_ids() {
    let mut cases = Vec::new();
    for (id, reason, fields) in [
        (0, InvalidField, &[("id", "MISSING")] as &[_]),
        (-1, InvalidField, &[("id", "NEGATIVE")]),
        (i64::MIN, InvalidField, &[("id", "NEGATIVE")]),
        (999, NoSuchRecord, &[]),
        (i64::MAX, NoSuchRecord, &[]),
    ] {
        let etag = || s("1");
        macro_rules! target {
            ($($account:literal $rpc:ident $message:expr;)*) => {
                $(cases.push(refused($account, policy::$rpc, $message, reason, fields));)*
            };
        }
        target! {
            "support1" GET_COLLABORATOR GetCollaboratorRequest { id };
            "support1" GET_CLIENT GetClientRequest { id };
            "support1" GET_CONTRACT GetContractRequest { id };
            "support1" GET_EVENT GetEventRequest { id };
            "gestion1" UPDATE_COLLABORATOR UpdateCollaboratorRequest { id, etag: etag(), ..UpdateCollaboratorRequest::default() };
            "gestion1" DELETE_COLLABORATOR DeleteCollaboratorRequest { id, ..DeleteCollaboratorRequest::default() };
            "gestion1" RESET_PASSWORD ResetPasswordRequest { id };
            "commercial1" UPDATE_CLIENT UpdateClientRequest { id, etag: etag(), ..UpdateClientRequest::default() };
            "gestion1" ASSIGN_COMMERCIAL AssignCommercialRequest { id, etag: etag(), commercial_id: COMMERCIAL1 };
            "gestion1" UPDATE_CONTRACT UpdateContractRequest { id, etag: etag(), ..UpdateContractRequest::default() };
            "support1" UPDATE_EVENT UpdateEventRequest { id, etag: etag(), ..UpdateEventRequest::default() };
            "gestion1" ASSIGN_SUPPORT AssignSupportRequest { id, etag: etag(), support_id: Some(SUPPORT1) };
        }
    }
    for (id, reason, code) in [
        (0, InvalidField, "MISSING"),
        (-1, InvalidField, "NEGATIVE"),
        (i64::MIN, InvalidField, "NEGATIVE"),
        (999, NoSuchRecord, "NO_SUCH_RECORD"),
        (i64::MAX, NoSuchRecord, "NO_SUCH_RECORD"),
    ] {
        macro_rules! reference {
            ($($account:literal $rpc:ident $field:literal $message:expr;)*) => {
                $(cases.push(refused($account, policy::$rpc, $message, reason, &[($field, code)]));)*
            };
        }
        let etag = || s("1");
        reference! {
            "gestion1" CREATE_CONTRACT "client_id" fixtures::contract_request(id);
            "commercial1" CREATE_EVENT "contract_id" fixtures::event_request(id);
            "gestion1" UPDATE_CONTRACT "client_id" UpdateContractRequest {
                id: 1, etag: etag(), client_id: Some(id), ..UpdateContractRequest::default()
            };
            "gestion1" ASSIGN_COMMERCIAL "commercial_id" AssignCommercialRequest {
                id: 3, etag: etag(), commercial_id: id
            };
            "gestion1" ASSIGN_SUPPORT "support_id" AssignSupportRequest {
                id: 1, etag: etag(), support_id: Some(id)
            };
            "gestion1" DELETE_COLLABORATOR "successor_id" DeleteCollaboratorRequest {
                id: COMMERCIAL1, etag: String::new(), successor_id: Some(id)
            };
            "gestion1" UPDATE_COLLABORATOR "successor_id" UpdateCollaboratorRequest {
                id: COMMERCIAL1, etag: etag(), role: Some(Role::Support.into()),
                successor_id: Some(id), ..UpdateCollaboratorRequest::default()
            };
        }
        // A list for an unknown id is empty.
        if reason == InvalidField {
            reference! {
                "gestion1" LIST_SESSIONS "collaborator_id" ListSessionsRequest {
                    collaborator_id: Some(id)
                };
                "gestion1" LIST_HISTORY "record_id" ListHistoryRequest {
                    record_id: Some(id), record: RecordType::Client.into(), ..ListHistoryRequest::default()
                };
                "gestion1" LIST_HISTORY "actor_id" ListHistoryRequest {
                    actor_id: Some(id), ..ListHistoryRequest::default()
                };
            }
        }
    }
    let mut described = request_fields_where(is_record_id);
    described.retain(|(path, _)| FILTERED_LISTS.iter().all(|rpc| rpc.path() != path));
    assert_every_field_has_a_case(&cases, described);
    assert_refused(cases).await;
}
