//! Fields that are invalid in combination.

use epic_events::{
    policy,
    reason::Reason::{ContractHasEvent, InvalidField},
    v1::*,
};

use super::{assert_refused, refused, s};

use crate::support::fixtures::{contract_update, event_update, time};

/// An update of one of two related fields is compared with the stored value of the other.
#[tokio::test(flavor = "multi_thread")]
async fn an_updated_field_is_compared_with_its_stored_counterpart() {
    let mut cases = vec![
        refused(
            "gestion1",
            policy::UPDATE_CONTRACT,
            UpdateContractRequest {
                remaining_cents: Some(1_001),
                ..contract_update(2)
            },
            InvalidField,
            &[("remaining_cents", "ABOVE_TOTAL")],
        ),
        refused(
            "gestion1",
            policy::UPDATE_CONTRACT,
            UpdateContractRequest {
                total_cents: Some(499),
                ..contract_update(2)
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
                ..contract_update(2)
            },
            InvalidField,
            &[("remaining_cents", "ABOVE_TOTAL")],
        ),
        refused(
            "gestion1",
            policy::UPDATE_CONTRACT,
            UpdateContractRequest {
                signed: Some(false),
                ..contract_update(1)
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
            ..event_update(1)
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
    assert_refused(cases).await;
}

/// The refusal lists every field at fault.
#[tokio::test(flavor = "multi_thread")]
async fn several_invalid_fields() {
    assert_refused(vec![
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
