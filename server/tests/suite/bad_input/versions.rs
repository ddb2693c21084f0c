//! Request ids and etags.

use epic_events::{policy, reason::Reason::InvalidField, v1::*};

use super::{check, refused, s};
use crate::furniture::{self, COMMERCIAL1, SUPPORT1};

#[tokio::test(flavor = "multi_thread")]
async fn request_ids_and_etags_that_are_wrong() {
    let mut cases = Vec::new();
    for (text, problem) in [
        ("", "MISSING"),
        ("x", "NOT_A_UUID"),
        ("00000000-0000-0000-0000-000000000000", "NOT_A_UUID"),
        ("zzzzzzzz-0000-4000-8000-000000000000", "NOT_A_UUID"),
        ("'; drop table clients; --", "NOT_A_UUID"),
        ("\0", "NOT_A_UUID"),
    ] {
        let fields = match problem {
            "MISSING" => &[("request_id", "MISSING")],
            _ => &[("request_id", "NOT_A_UUID")],
        };
        let request_id = s(text);
        let message = CreateClientRequest {
            request_id: request_id.clone(),
            ..furniture::client()
        };
        cases.push(refused(
            "commercial1",
            policy::CREATE_CLIENT,
            message,
            InvalidField,
            fields,
        ));
        let message = CreateContractRequest {
            request_id: request_id.clone(),
            ..furniture::contract(1)
        };
        cases.push(refused(
            "gestion1",
            policy::CREATE_CONTRACT,
            message,
            InvalidField,
            fields,
        ));
        let message = CreateEventRequest {
            request_id: request_id.clone(),
            ..furniture::event(2)
        };
        cases.push(refused(
            "commercial1",
            policy::CREATE_EVENT,
            message,
            InvalidField,
            fields,
        ));
        let message = CreateCollaboratorRequest {
            request_id,
            ..furniture::collaborator()
        };
        cases.push(refused(
            "gestion1",
            policy::CREATE_COLLABORATOR,
            message,
            InvalidField,
            fields,
        ));
    }
    for (text, problem) in [
        ("", "MISSING"),
        ("x", "NOT_AN_ETAG"),
        ("0", "NOT_AN_ETAG"),
        ("-1", "NOT_AN_ETAG"),
        ("+1", "NOT_AN_ETAG"),
        ("01", "NOT_AN_ETAG"),
        (" 1", "NOT_AN_ETAG"),
        ("1.0", "NOT_AN_ETAG"),
        ("*", "NOT_AN_ETAG"),
        ("99999999999999999999999", "NOT_AN_ETAG"),
        ("1\0", "NOT_AN_ETAG"),
    ] {
        let fields = match problem {
            "MISSING" => &[("etag", "MISSING")],
            _ => &[("etag", "NOT_AN_ETAG")],
        };
        let etag = || s(text);
        let message = UpdateClientRequest {
            id: 1,
            etag: etag(),
            ..UpdateClientRequest::default()
        };
        cases.push(refused(
            "commercial1",
            policy::UPDATE_CLIENT,
            message,
            InvalidField,
            fields,
        ));
        let message = AssignCommercialRequest {
            id: 3,
            etag: etag(),
            commercial_id: COMMERCIAL1,
        };
        cases.push(refused(
            "gestion1",
            policy::ASSIGN_COMMERCIAL,
            message,
            InvalidField,
            fields,
        ));
        let message = UpdateContractRequest {
            id: 1,
            etag: etag(),
            ..UpdateContractRequest::default()
        };
        cases.push(refused(
            "gestion1",
            policy::UPDATE_CONTRACT,
            message,
            InvalidField,
            fields,
        ));
        let message = UpdateEventRequest {
            id: 1,
            etag: etag(),
            ..UpdateEventRequest::default()
        };
        cases.push(refused(
            "support1",
            policy::UPDATE_EVENT,
            message,
            InvalidField,
            fields,
        ));
        let message = AssignSupportRequest {
            id: 1,
            etag: etag(),
            support_id: SUPPORT1,
        };
        cases.push(refused(
            "gestion1",
            policy::ASSIGN_SUPPORT,
            message,
            InvalidField,
            fields,
        ));
        let message = UpdateCollaboratorRequest {
            id: 5,
            etag: etag(),
            ..UpdateCollaboratorRequest::default()
        };
        cases.push(refused(
            "gestion1",
            policy::UPDATE_COLLABORATOR,
            message,
            InvalidField,
            fields,
        ));
        if !text.is_empty() {
            let message = DeleteCollaboratorRequest {
                id: 5,
                etag: etag(),
                successor_id: None,
            };
            cases.push(refused(
                "gestion1",
                policy::DELETE_COLLABORATOR,
                message,
                InvalidField,
                fields,
            ));
        }
    }
    check(cases).await;
}
