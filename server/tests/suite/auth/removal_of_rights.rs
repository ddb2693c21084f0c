//! Removal of rights while the account tries to delay it: a deletion, a change of role, a new password
//! and the end of a session take effect at once.

mod flood;
mod outcome;
mod scenario;

use std::time::Duration;

use diesel_async::SimpleAsyncConnection as _;
use epic_events::{
    policy,
    reason::Reason,
    v1::{
        AssignCommercialRequest, ChangePasswordRequest, DeleteCollaboratorRequest, GetMeRequest,
        ListSessionsRequest, RevokeSessionRequest,
    },
};
use prost::Message as _;
use tokio::time::timeout;

use self::{
    flood::Flood,
    scenario::{
        lock_first_client, reasons, removals, start_blocked_updates, start_call, wait_for_refusal,
        wait_for_suspension, writes_after,
    },
};
use crate::support::{
    api_client::ApiClient,
    fixtures::{COMMERCIAL1, COMMERCIAL2, PASSWORD, SUPPORT1, insert},
    outage::wait_for_lock_waiters,
    server::{TestServer, signing_keys},
    wait::TIMEOUT,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_writes_does_not_delay_a_removal() {
    for (removal, rpc, message) in removals() {
        let server = TestServer::with_sample_records().await;
        let gestion = server.login("gestion1").await;
        let commercial = server.login("commercial1").await;
        let flood = Flood::start(&server, &commercial, 100).await;
        let removed = start_call(&server, &gestion, (rpc, message));
        let removed = timeout(TIMEOUT, removed).await.expect(removal);
        if let Err(status) = removed.expect("no panic") {
            panic!("{removal}: {status:?}");
        }
        let (last, all) = flood.end().await;
        assert!(all.contains(&None), "{removal}: no write succeeded before");
        let expected = if rpc == policy::UPDATE_COLLABORATOR {
            Reason::RoleNotAllowed
        } else {
            Reason::SessionEnded
        };
        assert_eq!(last, [Some(expected); 4], "{removal}");
        assert_eq!(writes_after(&server, rpc).await, [0; 0], "{removal}");
        server.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_with_many_clients_loses_its_rights_before_they_are_reassigned() {
    require_postgres!();
    // Triggers are off, because they would take most of the time.
    let clients = insert(
        "clients",
        "commercial_id, search",
        "select 3, 'kevin casey' from generate_series(1, 50000)",
    );
    let server = TestServer::with_sql(&format!(
        "alter table clients disable trigger user; {clients} alter table clients enable trigger user"
    ))
    .await;
    let peer = server.start_peer(signing_keys()).await;
    let gestion = server.login("gestion1").await;
    let commercial = server.login("commercial1").await;
    let at_peer = commercial.with_channel(peer);
    let flood = Flood::start(&server, &commercial, 4).await;
    let peer_flood = Flood::start_at(std::slice::from_ref(&at_peer), 4).await;
    let [_, (_, rpc, message), _] = removals();
    let removed = start_call(&server, &gestion, (rpc, message));
    wait_for_suspension(&server).await;
    wait_for_refusal(&at_peer).await;
    assert!(!removed.is_finished(), "the clients are reassigned later");
    let changing = Some(Reason::AccountChanging);
    let refused = reasons(&commercial, &server).await;
    assert_eq!(refused, [changing; 4]);
    // On a slow machine the call may time out, but the deletion continues.
    let deleted = async {
        let left = "select count(*) as value from collaborators where id = 3";
        while server.query_ids(left).await != [0] {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(5 * TIMEOUT, deleted).await.expect("a deletion");
    drop(removed);
    for flood in [flood, peer_flood] {
        let (last, _) = flood.end().await;
        assert!(
            last.iter().all(|&it| it == Some(Reason::SessionEnded)),
            "{last:?}"
        );
    }
    assert_eq!(writes_after(&server, rpc).await, [0; 0]);
    let left = "select count(*) as value from clients where commercial_id is distinct from 4";
    assert_eq!(server.query_ids(left).await, [0]);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_an_accomplice_locks_does_not_delay_a_removal() {
    require_postgres!();
    for (removal, rpc, message) in removals() {
        let server = TestServer::with_sample_records().await;
        let gestion = server.login("gestion1").await;
        let commercial = server.login("commercial1").await;
        let mut accomplice = lock_first_client(&server).await;
        let writes = start_blocked_updates(&server, &commercial).await;
        let removed = start_call(&server, &gestion, (rpc, message));
        // The writes end although the row stays locked.
        for write in writes {
            let reason = timeout(TIMEOUT, write).await.expect(removal);
            let reason = reason.expect("no panic");
            assert!(
                matches!(reason, Some(Reason::AccountChanging | Reason::SessionEnded)),
                "{removal}: {reason:?}"
            );
        }
        let refused = reasons(&commercial, &server).await;
        if rpc == policy::RESET_PASSWORD {
            // The removal needs no row of the account's records.
            timeout(TIMEOUT, removed)
                .await
                .expect(removal)
                .expect("no panic")
                .expect(removal);
        } else {
            assert_eq!(refused, [Some(Reason::AccountChanging); 4], "{removal}");
            assert!(!removed.is_finished(), "{removal}");
            accomplice.batch_execute("commit").await.expect("no lock");
            removed.await.expect("no panic").expect(removal);
        }
        assert_eq!(writes_after(&server, rpc).await, [0; 0], "{removal}");
        let suspended = "select id as value from suspensions";
        assert_eq!(server.query_ids(suspended).await, [0; 0], "{removal}");
        server.shutdown().await;
    }
}

/// The changes of two removals wait for rows that an accomplice locks. A third account loses its rights meanwhile,
/// and the session of gestion ends others.
#[tokio::test(flavor = "multi_thread")]
async fn removals_that_wait_do_not_delay_the_next_ones_of_their_session() {
    require_postgres!();
    let server = TestServer::with_sample_records().await;
    let mut gestion = server.login("gestion1").await;
    let support = server.login("support1").await;
    let mut accomplice = server.database.connect().await;
    accomplice
        .batch_execute("begin; select from collaborators where id in (3, 4) for key share")
        .await
        .expect("a lock");
    let deletion = |id| {
        let request = DeleteCollaboratorRequest {
            id,
            ..DeleteCollaboratorRequest::default()
        };
        let call = (policy::DELETE_COLLABORATOR, request.encode_to_vec());
        start_call(&server, &gestion, call)
    };
    let waiting = [deletion(COMMERCIAL1), deletion(COMMERCIAL2)];
    wait_for_lock_waiters(&server, 2).await;
    let third = deletion(SUPPORT1);
    wait_for_refusal(&support).await;
    server.login("gestion1").await;
    let revoked = RevokeSessionRequest {
        id: other_session(&mut gestion).await,
    };
    let revocation = gestion.auth.revoke_session(revoked);
    let revoked = timeout(TIMEOUT, revocation).await.expect("in time");
    revoked.expect("the end of a session");
    assert!(waiting.iter().all(|removal| !removal.is_finished()));
    accomplice.batch_execute("commit").await.expect("no lock");
    for removal in waiting.into_iter().chain([third]) {
        removal.await.expect("no panic").expect("a removal");
    }
    server.shutdown().await;
}

/// An assignment holds the key of its collaborator. If later ones overtook the removal, it would wait for as
/// long as accomplices assign records in turn.
#[tokio::test(flavor = "multi_thread")]
async fn assignments_to_an_account_do_not_overtake_its_removal() {
    require_postgres!();
    for (removal, rpc, message) in removals() {
        let server = TestServer::with_sample_records().await;
        server
            .execute("update clients set commercial_id = null")
            .await;
        let gestion = server.login("gestion1").await;
        let accomplice = server.login("gestion2").await;
        let assignment = |id| {
            let request = AssignCommercialRequest {
                id,
                etag: if id == 3 { "1" } else { "2" }.to_owned(),
                commercial_id: COMMERCIAL1,
            };
            let call = (policy::ASSIGN_COMMERCIAL, request.encode_to_vec());
            start_call(&server, &accomplice, call)
        };
        let mut row = lock_first_client(&server).await;
        let earlier = assignment(1);
        wait_for_lock_waiters(&server, 1).await;
        let removed = start_call(&server, &gestion, (rpc, message));
        wait_for_lock_waiters(&server, 2).await;
        let later = assignment(3);
        wait_for_lock_waiters(&server, 3).await;
        row.batch_execute("commit").await.expect("no lock");
        earlier.await.expect("no panic").expect(removal);
        removed.await.expect("no panic").expect(removal);
        // Refused unless the account is still one of a commercial.
        let later = later.await.expect("no panic");
        assert_eq!(later.is_ok(), rpc == policy::RESET_PASSWORD, "{removal}");
        server.shutdown().await;
    }
}

/// The suspension of a failed attempt lasts, so that the removal can be repeated.
#[tokio::test(flavor = "multi_thread")]
async fn a_removal_ends_the_suspensions_of_earlier_attempts() {
    for (removal, rpc, message) in removals() {
        let server = TestServer::with_sample_records().await;
        let gestion = server.login("gestion1").await;
        let earlier = "insert into suspensions (collaborator_id) values (3), (3), (5)";
        server.execute(earlier).await;
        let removed = start_call(&server, &gestion, (rpc, message)).await;
        removed.expect("no panic").expect(removal);
        let suspended = "select collaborator_id as value from suspensions";
        assert_eq!(server.query_ids(suspended).await, [5], "{removal}");
        server.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_of_an_account_ends_a_session_whose_writes_wait() {
    require_postgres!();
    for changes_password in [true, false] {
        let server = TestServer::with_sample_records().await;
        let mut owner = server.login("commercial1").await;
        let thief = server.login("commercial1").await;
        let stolen = other_session(&mut owner).await;
        let _accomplice = lock_first_client(&server).await;
        let writes = start_blocked_updates(&server, &thief).await;
        if changes_password {
            let change = ChangePasswordRequest {
                current_password: PASSWORD.to_owned(),
                new_password: "another password for tests".to_owned(),
            };
            owner.auth.change_password(change).await.expect("a change");
        } else {
            let revoked = RevokeSessionRequest { id: stolen };
            owner.auth.revoke_session(revoked).await.expect("an end");
        }
        for write in writes {
            let reason = timeout(TIMEOUT, write).await.expect("an end");
            assert_eq!(reason.expect("no panic"), Some(Reason::SessionEnded));
        }
        owner
            .auth
            .get_me(GetMeRequest {})
            .await
            .expect("my session");
        server.shutdown().await;
    }
}

/// The id of the caller's other session.
async fn other_session(caller: &mut ApiClient) -> String {
    let sessions = caller
        .auth
        .list_sessions(ListSessionsRequest::default())
        .await;
    let sessions = sessions.expect("sessions").into_inner().sessions;
    let other = sessions.into_iter().find(|session| !session.current);
    other.expect("another session").id
}
