//! Request ids and etags: every RPC with such a field refuses an invalid value.

use epic_events::{policy, reason::Reason::InvalidField, v1::*};

use super::{assert_every_field_has_a_case, assert_refused, refused, s};

use crate::support::{
    descriptor::request_fields_where,
    fixtures::{self, COMMERCIAL1, SUPPORT1},
};

/// Adds a case for a message of each RPC.
macro_rules! cases {
    ($cases:ident, $fields:expr, [$($account:literal $rpc:ident $message:expr;)*]) => {$(
        $cases.push(refused($account, policy::$rpc, $message, InvalidField, $fields));
    )*};
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_request_ids() {
    let mut cases = Vec::new();
    for (text, fields) in [
        ("", &[("request_id", "MISSING")]),
        ("x", &[("request_id", "NOT_A_UUID")]),
        (
            "00000000-0000-0000-0000-000000000000",
            &[("request_id", "NOT_A_UUID")],
        ),
        (
            "zzzzzzzz-0000-4000-8000-000000000000",
            &[("request_id", "NOT_A_UUID")],
        ),
        ("'; drop table clients; --", &[("request_id", "NOT_A_UUID")]),
        ("\0", &[("request_id", "NOT_A_UUID")]),
    ] {
        let request_id = || s(text);
        cases!(cases, fields, [
            "commercial1" CREATE_CLIENT CreateClientRequest {
                request_id: request_id(), ..fixtures::client_request()
            };
            "gestion1" CREATE_CONTRACT CreateContractRequest {
                request_id: request_id(), ..fixtures::contract_request(1)
            };
            "commercial1" CREATE_EVENT CreateEventRequest {
                request_id: request_id(), ..fixtures::event_request(2)
            };
            "gestion1" CREATE_COLLABORATOR CreateCollaboratorRequest {
                request_id: request_id(), ..fixtures::collaborator_request()
            };
        ]);
    }
    let described = request_fields_where(|field| field.name() == "request_id");
    assert_every_field_has_a_case(&cases, described);
    assert_refused(cases).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_etags() {
    let mut cases = Vec::new();
    for text in [
        "",
        "x",
        "0",
        "-1",
        "+1",
        "01",
        " 1",
        "1.0",
        "*",
        "99999999999999999999999",
        "1\0",
    ] {
        let fields = if text.is_empty() {
            &[("etag", "MISSING")]
        } else {
            &[("etag", "NOT_AN_ETAG")]
        };
        let etag = || s(text);
        cases!(cases, fields, [
            "commercial1" UPDATE_CLIENT UpdateClientRequest {
                etag: etag(), ..fixtures::client_update(1)
            };
            "gestion1" ASSIGN_COMMERCIAL AssignCommercialRequest {
                id: 3, etag: etag(), commercial_id: COMMERCIAL1
            };
            "gestion1" UPDATE_CONTRACT UpdateContractRequest {
                etag: etag(), ..fixtures::contract_update(1)
            };
            "support1" UPDATE_EVENT UpdateEventRequest {
                etag: etag(), ..fixtures::event_update(1)
            };
            "gestion1" ASSIGN_SUPPORT AssignSupportRequest {
                id: 1, etag: etag(), support_id: Some(SUPPORT1)
            };
            "gestion1" UPDATE_COLLABORATOR UpdateCollaboratorRequest {
                etag: etag(), ..fixtures::collaborator_update(SUPPORT1)
            };
        ]);
        // A deletion needs no etag.
        if !text.is_empty() {
            cases!(cases, fields, [
                "gestion1" DELETE_COLLABORATOR DeleteCollaboratorRequest {
                    id: SUPPORT1, etag: etag(), successor_id: None
                };
            ]);
        }
    }
    let described = request_fields_where(|field| field.name() == "etag");
    assert_every_field_has_a_case(&cases, described);
    assert_refused(cases).await;
}
