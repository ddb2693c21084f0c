//! The history: every change of every record, with who did it, in which session and by which call.

use std::collections::BTreeSet;

use epic_events::{
    reason::Reason,
    v1::{
        AssignCommercialRequest, ChangeKind, ChangePasswordRequest, DeleteCollaboratorRequest,
        FieldChange, HistoryEntry, ListHistoryRequest, RecordType, UpdateContractRequest,
    },
};

use crate::{
    furniture::{self, COMMERCIAL1, COMMERCIAL2, FURNITURE, GESTION1},
    house::{Caller, House, PASSWORD, refusal},
    rights::described,
};

async fn entries(caller: &mut Caller, record: RecordType, id: i64) -> Vec<HistoryEntry> {
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
async fn a_change_is_kept_with_who_did_it_and_from_what_to_what() {
    let house = House::furnished(FURNITURE).await;
    let mut caller = house.login("commercial1").await;
    let request = UpdateContractRequest {
        id: 2,
        etag: "1".to_owned(),
        remaining_cents: Some(0),
        ..UpdateContractRequest::default()
    };
    caller
        .contracts
        .update_contract(request)
        .await
        .expect("paid");
    let found = entries(&mut caller, RecordType::Contract, 2).await;
    let [changed, made] = &found[..] else {
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
    let session = house.values("select id as value from sessions").await;
    assert_eq!(session, [changed.session_id.as_str()]);
    // What was done past the server is kept too, under the name of the database's role.
    assert_eq!((made.kind(), made.actor_id), (ChangeKind::Created, None));
    assert_eq!((made.rpc.as_str(), made.session_id.as_str()), ("sql", ""));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_a_record_is_kept_and_no_password() {
    let house = House::furnished(FURNITURE).await;
    let mut caller = house.login("gestion1").await;
    let made = caller
        .collaborators
        .create_collaborator(furniture::collaborator())
        .await
        .expect("a collaborator")
        .into_inner();
    let person = made.collaborator.expect("the record").id;
    let kept = |call: &str| {
        let path = format!("/epic.v1.{call}");
        let mut fields: BTreeSet<_> = described()
            .remove(&path)
            .expect("a call")
            .into_iter()
            .collect();
        fields.remove("request_id");
        fields
    };
    let cases = [
        (
            RecordType::Collaborator,
            person,
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
    for (record, id, call, besides) in cases {
        let mut expected = kept(call);
        expected.extend(besides.into_iter().map(str::to_owned));
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
    let hashes = house
        .values("select count(*) as value from history where changes::text like '%argon2%'")
        .await;
    assert_eq!(hashes, ["0"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_and_all_that_follows_from_it_can_be_undone_by_hand() {
    let house = House::furnished(FURNITURE).await;
    let mut caller = house.login("gestion1").await;
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
    let handed_over = FieldChange {
        old_name: "commercial 1".to_owned(),
        new_name: "commercial 2".to_owned(),
        ..change("commercial_id", Some("3"), Some("4"))
    };
    assert_eq!(found[0].changes, [handed_over]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_leaves_no_trace() {
    let house = House::furnished(FURNITURE).await;
    let mut caller = house.login("gestion1").await;
    let before = house.values("select count(*) as value from history").await;
    let request = AssignCommercialRequest {
        id: 3,
        etag: "1".to_owned(),
        commercial_id: GESTION1,
    };
    let refused = caller.clients.assign_commercial(request).await;
    assert_eq!(refusal(refused).reason, Reason::WrongRole);
    let after = house.values("select count(*) as value from history").await;
    assert_eq!(after, before);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_is_narrowed_by_record_actor_and_time_and_paged() {
    let house = House::furnished(FURNITURE).await;
    let mut caller = house.login("commercial1").await;
    for _ in 0..3 {
        let made = caller.clients.create_client(furniture::client()).await;
        made.expect("a client");
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
    assert!(first.entries[1].id > rest.entries[0].id, "the latest first");
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
    let refused = refusal(caller.changes.list_history(without_kind).await);
    assert_eq!(refused.fields[0].field, "record");
    let unknown = ListHistoryRequest {
        record: 9,
        ..ListHistoryRequest::default()
    };
    let refused = refusal(caller.changes.list_history(unknown).await);
    assert_eq!(refused.fields[0].code, "NOT_A_RECORD");
    house.close().await;
}
