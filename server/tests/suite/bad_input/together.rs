//! Fields that are wrong together.

use epic_events::{
    policy,
    reason::Reason::{ContractHasEvent, InvalidField},
    v1::*,
};

use super::{check, refused, s};
use crate::furniture::time;

/// A patch that brings one of two fields that belong together is compared with the other one, as
/// it stands in the database.
#[tokio::test(flavor = "multi_thread")]
async fn half_of_what_belongs_together() {
    let contract = |id| UpdateContractRequest {
        id,
        etag: s("1"),
        ..UpdateContractRequest::default()
    };
    let event = || UpdateEventRequest {
        id: 1,
        etag: s("1"),
        ..UpdateEventRequest::default()
    };
    let mut cases = vec![
        refused(
            "gestion1",
            policy::UPDATE_CONTRACT,
            UpdateContractRequest {
                remaining_cents: Some(1_001),
                ..contract(2)
            },
            InvalidField,
            &[("remaining_cents", "ABOVE_TOTAL")],
        ),
        refused(
            "gestion1",
            policy::UPDATE_CONTRACT,
            UpdateContractRequest {
                total_cents: Some(499),
                ..contract(2)
            },
            InvalidField,
            &[("remaining_cents", "ABOVE_TOTAL")],
        ),
        refused(
            "gestion1",
            policy::UPDATE_CONTRACT,
            UpdateContractRequest {
                total_cents: Some(1),
                remaining_cents: Some(2),
                ..contract(2)
            },
            InvalidField,
            &[("remaining_cents", "ABOVE_TOTAL")],
        ),
        refused(
            "gestion1",
            policy::UPDATE_CONTRACT,
            UpdateContractRequest {
                signed: Some(false),
                ..contract(1)
            },
            ContractHasEvent,
            &[],
        ),
    ];
    // 10:00 to 12:00 on 1 June 2026.
    let (start, end) = (1_780_308_000, 1_780_315_200);
    for (start_time, end_time) in [
        (None, Some(start)),
        (None, Some(start - 1)),
        (Some(end), None),
        (Some(end + 1), None),
        (Some(end), Some(start)),
    ] {
        let message = UpdateEventRequest {
            start_time: start_time.map(time),
            end_time: end_time.map(time),
            ..event()
        };
        let fields = &[("end_time", "ENDS_BEFORE_START")];
        cases.push(refused(
            "support1",
            policy::UPDATE_EVENT,
            message,
            InvalidField,
            fields,
        ));
    }
    check(cases).await;
}

/// Everything that is wrong is told at once.
#[tokio::test(flavor = "multi_thread")]
async fn several_fields_at_once() {
    check(vec![
        refused(
            "commercial1",
            policy::CREATE_CLIENT,
            CreateClientRequest::default(),
            InvalidField,
            &[
                ("request_id", "MISSING"),
                ("name", "MISSING"),
                ("email", "MISSING"),
                ("phone", "MISSING"),
                ("company", "MISSING"),
            ],
        ),
        refused(
            "commercial1",
            policy::CREATE_EVENT,
            CreateEventRequest::default(),
            InvalidField,
            &[
                ("request_id", "MISSING"),
                ("contract_id", "MISSING"),
                ("start_time", "MISSING"),
                ("end_time", "MISSING"),
                ("location", "MISSING"),
            ],
        ),
        refused(
            "support1",
            policy::LIST_CLIENTS,
            ListClientsRequest {
                page_size: -1,
                page_token: s("x"),
                order_by: s("x"),
                query: s("\0"),
                ..ListClientsRequest::default()
            },
            InvalidField,
            &[
                ("page_size", "NEGATIVE"),
                ("order_by", "UNKNOWN_ORDER"),
                ("query", "CONTROL_CHARACTER"),
                ("page_token", "NOT_A_PAGE_TOKEN"),
            ],
        ),
    ])
    .await;
}
