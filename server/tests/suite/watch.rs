//! The stream of changes: everything, on every server, to whoever is signed in, and no longer.

use std::time::Duration;

use epic_events::{
    api_error::ApiError,
    reason::Reason,
    v1::{
        ChangeKind, LogoutRequest, RecordType, ResetPasswordRequest, RevokeSessionRequest,
        UpdateCollaboratorRequest, WatchChangesRequest, WatchChangesResponse,
    },
};
use epic_server::{
    change::feed::{CAPACITY, STREAMS_MAX},
    config::{Secret, key::Keys},
};
use tokio::time::timeout;
use tonic::{Status, Streaming};

use crate::{
    furniture,
    house::{Caller, House, KEY, refusal},
};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

async fn watch(caller: &mut Caller) -> Streaming<WatchChangesResponse> {
    let reply = caller.changes.watch_changes(WatchChangesRequest {}).await;
    reply.expect("a stream").into_inner()
}

/// The next change of a record; the server may begin with the advice to read everything.
async fn next(
    stream: &mut Streaming<WatchChangesResponse>,
) -> Result<WatchChangesResponse, Status> {
    loop {
        let news = timeout(PATIENCE, stream.message()).await.expect("news")?;
        let news = news.expect("a stream that goes on");
        if news.kind() != ChangeKind::Reload {
            return Ok(news);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_is_told_on_every_server_with_who_did_it() {
    let house = House::new().await;
    let keys = Keys::from(Secret::from(KEY.to_owned()));
    let mut caller = house.login("gestion1").await;
    let mut here = watch(&mut caller).await;
    // The built-in database serves one server only.
    let mut there = match house.database.name() {
        Some(_) => Some(watch(&mut caller.at(house.beside(keys).await)).await),
        None => None,
    };
    let made = caller
        .collaborators
        .create_collaborator(furniture::collaborator())
        .await
        .expect("a collaborator")
        .into_inner();
    let id = made.collaborator.expect("the record").id;
    let expected = WatchChangesResponse {
        kind: ChangeKind::Created.into(),
        record: RecordType::Collaborator.into(),
        id,
        etag: "1".to_owned(),
        actor_id: Some(caller.me.id),
        actor_name: "gestion 1".to_owned(),
    };
    assert_eq!(next(&mut here).await.expect("news"), expected);
    if let Some(there) = &mut there {
        assert_eq!(next(there).await.expect("news"), expected);
    }
    let request = UpdateCollaboratorRequest {
        id,
        etag: "1".to_owned(),
        phone: Some("0102030405".to_owned()),
        ..UpdateCollaboratorRequest::default()
    };
    let saved = caller.collaborators.update_collaborator(request).await;
    saved.expect("saved");
    let told = next(&mut here).await.expect("news");
    assert_eq!(
        (told.kind(), told.etag.as_str()),
        (ChangeKind::Changed, "2")
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_session() {
    let house = House::new().await;
    let mut gestion = house.login("gestion1").await;
    for ending in 0..3 {
        let mut caller = house.login("support1").await;
        let mut stream = watch(&mut caller).await;
        match ending {
            0 => {
                caller.auth.logout(LogoutRequest {}).await.expect("goodbye");
            }
            1 => {
                let last = "select id as value from sessions where collaborator_id = 5";
                let id = house.values(last).await.remove(0);
                let revoked = gestion
                    .auth
                    .revoke_session(RevokeSessionRequest { id })
                    .await;
                revoked.expect("ended");
            }
            _ => {
                let request = ResetPasswordRequest { id: caller.me.id };
                let reset = gestion.collaborators.reset_password(request).await;
                reset.expect("a new password");
            }
        }
        let status = loop {
            match next(&mut stream).await {
                // The change of the collaborator may be told before the session is known to be over.
                Ok(_) => {}
                Err(status) => break status,
            }
        };
        let refusal = ApiError::from_status(&status).expect("a reason");
        assert_eq!(refusal.reason, Reason::SessionEnded, "{ending}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_too_slow_is_told_to_reload_and_nothing_piles_up() {
    let house = House::new().await;
    let mut caller = house.login("gestion1").await;
    let mut stream = watch(&mut caller).await;
    let made = caller
        .collaborators
        .create_collaborator(furniture::collaborator())
        .await;
    made.expect("a collaborator");
    next(&mut stream).await.expect("news");
    let many = CAPACITY * 40;
    house
        .sql(&format!(
            "insert into clients (request_id, name, email, phone, company) \
             select gen_random_uuid(), 'client ' || n, n || '@client.example', '0102', 'company' \
             from generate_series(1, {many}) n"
        ))
        .await;
    // Nothing was read meanwhile. What comes now is less than what happened, and says so.
    let mut told = 0;
    loop {
        let news = timeout(PATIENCE, stream.message()).await.expect("news");
        let news = news.expect("no error").expect("a stream that goes on");
        if news.kind() == ChangeKind::Reload {
            break;
        }
        told += 1;
    }
    assert!(told < many, "{told}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_has_few_streams_and_one_that_ends_makes_room() {
    let house = House::new().await;
    let mut caller = house.login("gestion1").await;
    let mut streams = Vec::new();
    for _ in 0..STREAMS_MAX {
        streams.push(watch(&mut caller).await);
    }
    let request = WatchChangesRequest {};
    let refused = refusal(caller.changes.watch_changes(request).await.map(drop));
    assert_eq!(refused.reason, Reason::TooManyStreams);
    watch(&mut house.login("gestion1").await).await;
    streams.pop();
    let patience = std::time::Instant::now();
    while caller.changes.watch_changes(request).await.is_err() {
        assert!(patience.elapsed() < PATIENCE, "no room is made");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_does_not_wait_for_streams() {
    let mut house = House::new().await;
    let mut caller = house.login("gestion1").await;
    let mut stream = watch(&mut caller).await;
    house.ask_to_stop();
    let status = next(&mut stream).await.expect_err("an end");
    assert_eq!(refusal::<()>(Err(status)).reason, Reason::ShuttingDown);
    timeout(PATIENCE, house.close()).await.expect("to stop");
}
