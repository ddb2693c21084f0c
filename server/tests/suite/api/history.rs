//! The history: every change of every record, with its actor, session and RPC.

use std::collections::BTreeSet;

use epic_events::{
    reason::Reason,
    v1::{
        AssignCommercialRequest, AssignSupportRequest, ChangeKind, ChangePasswordRequest,
        DeleteCollaboratorRequest, FieldChange, HistoryEntry, ListHistoryRequest, RecordType,
        UpdateContractRequest,
    },
};

use crate::support::{
    api_client::ApiClient,
    descriptor::request_fields,
    errors::api_error,
    fixtures::{self, COMMERCIAL1, COMMERCIAL2, GESTION1, PASSWORD, SUPPORT1},
    server::TestServer,
};

async fn entries(caller: &mut ApiClient, record: RecordType, id: i64) -> Vec<HistoryEntry> {
    let request = ListHistoryRequest {
        record: record.into(),
        record_id: Some(id),
        ..ListHistoryRequest::default()
    };
    let reply = caller.changes.list_history(request).await;
    reply.expect("the history").into_inner().entries
}

fn change(field: &str, old: Option<&str>, new: Option<&str>) -> FieldChange {
    FieldChange {
        field: field.to_owned(),
        old: old.map(str::to_owned),
        new: new.map(str::to_owned),
        ..FieldChange::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn records_actor_session_rpc_and_both_values_of_a_change() {
    let server = TestServer::with_sample_records().await;
    let mut caller = server.login("commercial1").await;
    let request = UpdateContractRequest {
        remaining_cents: Some(0),
        ..fixtures::contract_update(2)
    };
    caller
        .contracts
        .update_contract(request)
        .await
        .expect("paid");
    let found = entries(&mut caller, RecordType::Contract, 2).await;
    let [changed, created] = &found[..] else {
        panic!("two entries, not {found:?}")
    };
    assert_eq!(changed.kind(), ChangeKind::Changed);
    assert_eq!(changed.rpc, "UpdateContract");
    assert_eq!(changed.actor_id, Some(COMMERCIAL1));
    assert_eq!(changed.actor_name, "commercial 1");
    assert_eq!(changed.record_name, "Vœux");
    assert_eq!(
        changed.changes,
        [change("remaining_cents", Some("500"), Some("0"))]
    );
    let session = server.query_text("select id as value from sessions").await;
    assert_eq!(session, [changed.session_id.as_str()]);
    // A change by plain SQL has no actor, and the RPC `sql`.
    assert_eq!(
        (created.kind(), created.actor_id),
        (ChangeKind::Created, None)
    );
    assert_eq!(
        (created.rpc.as_str(), created.session_id.as_str()),
        ("sql", "")
    );
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_every_field_and_no_password() {
    let server = TestServer::with_sample_records().await;
    let mut caller = server.login("gestion1").await;
    let created = caller
        .collaborators
        .create_collaborator(fixtures::collaborator_request())
        .await
        .expect("a collaborator")
        .into_inner();
    let collaborator = created.collaborator.expect("the record").id;
    let fields_of = |rpc: &str| {
        let path = format!("/epic.v1.{rpc}");
        let mut fields: BTreeSet<_> = request_fields()
            .remove(&path)
            .expect("an RPC")
            .into_iter()
            .collect();
        fields.remove("request_id");
        fields
    };
    let cases = [
        (
            RecordType::Collaborator,
            collaborator,
            "CollaboratorService/CreateCollaborator",
            vec!["password"],
        ),
        (
            RecordType::Client,
            1,
            "ClientService/CreateClient",
            vec!["commercial_id"],
        ),
        (
            RecordType::Contract,
            1,
            "ContractService/CreateContract",
            vec![],
        ),
        (
            RecordType::Event,
            1,
            "EventService/CreateEvent",
            vec!["support_id"],
        ),
    ];
    for (record, id, rpc, further) in cases {
        let mut expected = fields_of(rpc);
        expected.extend(further.into_iter().map(str::to_owned));
        let found = entries(&mut caller, record, id).await;
        let fields: BTreeSet<_> = found[0].changes.iter().map(|c| c.field.clone()).collect();
        assert_eq!(fields, expected, "{record:?}");
    }
    let change = ChangePasswordRequest {
        current_password: PASSWORD.to_owned(),
        new_password: "quite another password 7".to_owned(),
    };
    caller.auth.change_password(change).await.expect("changed");
    let found = entries(&mut caller, RecordType::Collaborator, GESTION1).await;
    assert_eq!(found[0].rpc, "ChangePassword");
    let password = FieldChange {
        field: "password".to_owned(),
        ..FieldChange::default()
    };
    assert_eq!(found[0].changes, [password]);
    let hashes = server
        .query_text("select count(*) as value from history where changes::text like '%argon2%'")
        .await;
    assert_eq!(hashes, ["0"]);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_a_deletion_and_the_reassignments_that_follow() {
    let server = TestServer::with_sample_records().await;
    let mut caller = server.login("gestion1").await;
    let request = DeleteCollaboratorRequest {
        id: COMMERCIAL1,
        etag: String::new(),
        successor_id: Some(COMMERCIAL2),
    };
    caller
        .collaborators
        .delete_collaborator(request)
        .await
        .expect("deleted");
    let found = entries(&mut caller, RecordType::Collaborator, COMMERCIAL1).await;
    assert_eq!(found[0].kind(), ChangeKind::Deleted);
    assert_eq!(found[0].record_name, "commercial 1");
    let email = change("email", Some("commercial1@test.example"), None);
    assert!(found[0].changes.contains(&email), "{:?}", found[0].changes);
    let found = entries(&mut caller, RecordType::Client, 1).await;
    assert_eq!(found[0].rpc, "DeleteCollaborator");
    let reassigned = FieldChange {
        old_name: "commercial 1".to_owned(),
        new_name: "commercial 2".to_owned(),
        ..change("commercial_id", Some("3"), Some("4"))
    };
    assert_eq!(found[0].changes, [reassigned]);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_no_refused_call() {
    let server = TestServer::with_sample_records().await;
    let mut caller = server.login("gestion1").await;
    let before = server
        .query_text("select count(*) as value from history")
        .await;
    let request = AssignCommercialRequest {
        id: 3,
        etag: "1".to_owned(),
        commercial_id: GESTION1,
    };
    let refused = caller.clients.assign_commercial(request).await;
    assert_eq!(api_error(refused).reason, Reason::WrongRole);
    let after = server
        .query_text("select count(*) as value from history")
        .await;
    assert_eq!(after, before);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_by_record_actor_and_time_and_pages() {
    let server = TestServer::with_sample_records().await;
    let mut caller = server.login("commercial1").await;
    for _ in 0..3 {
        let created = caller
            .clients
            .create_client(fixtures::client_request())
            .await;
        created.expect("a client");
    }
    let mine = ListHistoryRequest {
        page_size: 2,
        actor_id: Some(COMMERCIAL1),
        ..ListHistoryRequest::default()
    };
    let first = caller.changes.list_history(mine.clone()).await;
    let first = first.expect("a page").into_inner();
    assert_eq!((first.entries.len(), first.total_size), (2, 3));
    let rest = ListHistoryRequest {
        page_token: first.next_page_token,
        ..mine.clone()
    };
    let rest = caller
        .changes
        .list_history(rest)
        .await
        .expect("a page")
        .into_inner();
    assert_eq!((rest.entries.len(), rest.next_page_token.as_str()), (1, ""));
    assert!(
        first.entries[1].id > rest.entries[0].id,
        "the latest change is first"
    );
    let time = rest.entries[0].time;
    for (after, before, expected) in [(time, None, 3), (None, time, 0), (None, None, 3)] {
        let request = ListHistoryRequest {
            page_size: 0,
            after,
            before,
            ..mine.clone()
        };
        let found = caller.changes.list_history(request).await.expect("a page");
        assert_eq!(
            found.into_inner().total_size,
            expected,
            "{after:?} {before:?}"
        );
    }
    let without_kind = ListHistoryRequest {
        record_id: Some(1),
        ..ListHistoryRequest::default()
    };
    let refused = api_error(caller.changes.list_history(without_kind).await);
    assert_eq!(refused.fields[0].field, "record");
    let unknown = ListHistoryRequest {
        record: 9,
        ..ListHistoryRequest::default()
    };
    let refused = api_error(caller.changes.list_history(unknown).await);
    assert_eq!(refused.fields[0].code, "NOT_A_RECORD");
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn taking_a_support_away_is_recorded_with_the_old_name() {
    let server = TestServer::with_sample_records().await;
    let mut caller = server.login("gestion1").await;
    let nobody = AssignSupportRequest {
        id: 1,
        etag: "1".to_owned(),
        support_id: None,
    };
    let reply = caller.events.assign_support(nobody.clone()).await;
    let event = reply.expect("nobody").into_inner().event.expect("an event");
    assert_eq!((event.support_id, event.support_name.as_str()), (None, ""));
    let found = entries(&mut caller, RecordType::Event, 1).await;
    assert_eq!(found[0].rpc, "AssignSupport");
    let expected = FieldChange {
        old_name: "support 1".to_owned(),
        ..change("support_id", Some(&SUPPORT1.to_string()), None)
    };
    assert_eq!(found[0].changes, [expected]);
    let error = api_error(caller.events.assign_support(nobody).await);
    assert_eq!(error.reason, Reason::EtagOutdated);
    // A removal by mistake can be corrected: the same support is assigned again.
    let again = AssignSupportRequest {
        id: 1,
        etag: event.etag,
        support_id: Some(SUPPORT1),
    };
    let reply = caller.events.assign_support(again).await;
    let event = reply
        .expect("a support")
        .into_inner()
        .event
        .expect("an event");
    assert_eq!(event.support_id, Some(SUPPORT1));
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_support_again_creates_no_version() {
    let server = TestServer::with_sample_records().await;
    let mut caller = server.login("gestion1").await;
    let mut etag = "1".to_owned();
    // Each assignment twice: the support of the sample, and no support.
    for (support_id, is_new) in [
        (Some(SUPPORT1), false),
        (None, true),
        (None, false),
        (Some(SUPPORT1), true),
        (Some(SUPPORT1), false),
    ] {
        let before = entries(&mut caller, RecordType::Event, 1).await.len();
        let request = AssignSupportRequest {
            id: 1,
            etag: etag.clone(),
            support_id,
        };
        let reply = caller.events.assign_support(request).await;
        let event = reply.expect("a reply").into_inner().event;
        let event = event.expect("an event");
        assert_eq!(event.support_id, support_id);
        assert_eq!(event.etag != etag, is_new, "{support_id:?}");
        let after = entries(&mut caller, RecordType::Event, 1).await.len();
        assert_eq!(after - before, usize::from(is_new), "{support_id:?}");
        etag = event.etag;
    }
    server.shutdown().await;
}

/// 200 long notes are larger than the replies that clients accept by default.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_limited_in_bytes_and_the_next_one_continues() {
    let server = TestServer::with_sample_records().await;
    server
        .execute(
            "do $$ begin for n in 1..200 loop \
             update events set note = repeat(chr(232 + n % 2), 4000) where id = 1; end loop; end $$",
        )
        .await;
    let mut caller = server.login("gestion1").await;
    let mut request = ListHistoryRequest {
        record: RecordType::Event.into(),
        record_id: Some(1),
        page_size: 200,
        ..ListHistoryRequest::default()
    };
    let mut ids = Vec::new();
    loop {
        let reply = caller.changes.list_history(request.clone()).await;
        let reply = reply.expect("a page").into_inner();
        assert!(prost::Message::encoded_len(&reply) < 1_100_000);
        assert!(reply.total_size >= 200, "{}", reply.total_size);
        ids.extend(reply.entries.iter().map(|entry| entry.id));
        request.page_token = reply.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
        assert!(reply.entries.len() < 200);
    }
    assert!(ids.len() >= 200, "{}", ids.len());
    assert!(ids.is_sorted_by(|one, next| one > next), "{ids:?}");
    server.shutdown().await;
}
