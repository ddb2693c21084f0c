//! Sessions: listed, ended from elsewhere, ended by theft, by idleness and by age; and that what a
//! server remembers of them is never older than what any server has done.

use std::time::Duration;

use diesel_async::SimpleAsyncConnection as _;
use epic_events::{
    reason::Reason,
    v1::{
        ChangeKind, GetMeRequest, ListHistoryRequest, ListSessionsRequest, LoginRequest,
        LogoutRequest, RecordType, RefreshSessionRequest, RefreshSessionResponse,
        RevokeSessionRequest, Role, UpdateCollaboratorRequest,
    },
};
use epic_server::config::{Secret, key::Keys};
use tonic::{Response, Status};

use crate::{
    furniture::{GESTION1, SUPPORT1},
    house::{Caller, House, KEY, PASSWORD, refusal},
};

async fn refresh(house: &House, token: &str) -> Result<Response<RefreshSessionResponse>, Status> {
    let request = RefreshSessionRequest {
        refresh_token: token.to_owned(),
    };
    house.auth().refresh_session(request).await
}

async fn token_after(house: &House, token: &str) -> String {
    let reply = refresh(house, token).await.expect("the next token");
    reply.into_inner().refresh_token
}

fn ended<T: std::fmt::Debug>(result: Result<T, Status>) {
    assert_eq!(refusal(result).reason, Reason::SessionEnded);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_is_lost_can_be_asked_for_again() {
    let house = House::new().await;
    let caller = house.login("support1").await;
    let _lost = token_after(&house, &caller.refresh_token).await;
    let second = token_after(&house, &caller.refresh_token).await;
    let third = token_after(&house, &second).await;
    token_after(&house, &third).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_used_again_ends_the_whole_session_and_that_is_kept() {
    let house = House::new().await;
    let later = "update sessions set exchange_time = exchange_time - interval '31 seconds'";
    // Used again too late; used again after the next one was; the one whose reply was lost, used
    // after all: whoever uses it cannot be told from a thief.
    for case in 0..3 {
        let mut caller = house.login("support1").await;
        let first = caller.refresh_token.clone();
        let second = token_after(&house, &first).await;
        let (stolen, in_force) = match case {
            0 => {
                house.sql(later).await;
                (first, second)
            }
            1 => {
                let third = token_after(&house, &second).await;
                (first, third)
            }
            _ => {
                let third = token_after(&house, &first).await;
                (second, third)
            }
        };
        ended(refresh(&house, &stolen).await);
        ended(refresh(&house, &in_force).await);
        ended(caller.auth.get_me(GetMeRequest {}).await);
    }
    let mut gestion = house.login("gestion1").await;
    let request = ListHistoryRequest {
        record: RecordType::Collaborator.into(),
        record_id: Some(SUPPORT1),
        ..ListHistoryRequest::default()
    };
    let history = gestion.changes.list_history(request).await.expect("it");
    let kinds: Vec<_> = history
        .into_inner()
        .entries
        .iter()
        .map(|e| (e.kind(), e.rpc.clone()))
        .collect();
    let reused = (ChangeKind::TokenReused, "RefreshSession".to_owned());
    assert_eq!(kinds[..3], [reused.clone(), reused.clone(), reused]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_token_used_many_times_at_once_leaves_one_session_that_goes_on_or_none() {
    let house = House::new().await;
    let caller = house.login("support1").await;
    let tries = (0..8).map(|_| refresh(&house, &caller.refresh_token));
    let told = futures_util::future::join_all(tries).await;
    let next: Vec<_> = told
        .into_iter()
        .map(|reply| reply.expect("a token").into_inner())
        .collect();
    let mut good = 0;
    for reply in &next {
        good += usize::from(refresh(&house, &reply.refresh_token).await.is_ok());
    }
    assert!(good <= 1, "{good}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_with_device_address_and_use() {
    let house = House::new().await;
    let mut caller = house.login("support1").await;
    let request = LoginRequest {
        email: "support1@test.example".to_owned(),
        password: PASSWORD.to_owned(),
        device: " epic 0.1 on desk-12 ".to_owned(),
    };
    house.auth().login(request).await.expect("to log in");
    let own = caller
        .auth
        .list_sessions(ListSessionsRequest::default())
        .await;
    let own = own.expect("a list").into_inner().sessions;
    let devices: Vec<_> = own.iter().map(|s| (s.device.as_str(), s.current)).collect();
    assert_eq!(devices, [("epic 0.1 on desk-12", false), ("", true)]);
    for session in &own {
        assert_eq!(session.address, "127.0.0.1");
        let end = session.expire_time.expect("an end").seconds;
        let begin = session.create_time.expect("a beginning").seconds;
        assert_eq!(end - begin, 7 * 24 * 3_600);
    }
    let mut gestion = house.login("gestion1").await;
    let of = |id| ListSessionsRequest {
        collaborator_id: Some(id),
    };
    let seen = gestion
        .auth
        .list_sessions(of(SUPPORT1))
        .await
        .expect("a list");
    assert_eq!(seen.into_inner().sessions.len(), 2);
    let refused = refusal(caller.auth.list_sessions(of(GESTION1)).await);
    assert_eq!(refused.reason, Reason::NotYours);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_ended_by_its_holder_or_by_gestion_and_by_nobody_else() {
    let house = House::new().await;
    let mut support = house.login("support1").await;
    let mut other = house.login("support2").await;
    let mut gestion = house.login("gestion1").await;
    let id = house
        .values("select id as value from sessions where collaborator_id = 5")
        .await
        .remove(0);
    let end = |id: &str| RevokeSessionRequest { id: id.to_owned() };
    let refused = refusal(other.auth.revoke_session(end(&id)).await);
    assert_eq!(refused.reason, Reason::NotYours);
    support
        .auth
        .get_me(GetMeRequest {})
        .await
        .expect("still in");
    gestion.auth.revoke_session(end(&id)).await.expect("ended");
    ended(support.auth.get_me(GetMeRequest {}).await);
    ended(refresh(&house, &support.refresh_token).await);
    let again = refusal(gestion.auth.revoke_session(end(&id)).await);
    assert_eq!(again.reason, Reason::NoSuchRecord);
    for wrong in ["", "1", "not a UUID"] {
        let refused = refusal(gestion.auth.revoke_session(end(wrong)).await);
        assert_eq!(refused.fields[0].field, "id");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_it_is_idle_or_too_old_and_use_keeps_it() {
    let house = House::new().await;
    let mut caller = house.login("support1").await;
    let age = |column: &str, by: &str| {
        format!("update sessions set {column} = {column} - interval '{by}'")
    };
    // Used after eleven hours, it has twelve more.
    house.sql(&age("expire_time", "11 hours")).await;
    house.sql(&age("last_use_time", "11 hours")).await;
    caller.auth.get_me(GetMeRequest {}).await.expect("in use");
    house.sql(&age("expire_time", "11 hours")).await;
    let token = token_after(&house, &caller.refresh_token).await;
    house.sql(&age("expire_time", "12 hours")).await;
    ended(caller.auth.get_me(GetMeRequest {}).await);
    ended(refresh(&house, &token).await);

    let mut caller = house.login("support1").await;
    house
        .sql("update sessions set end_time = now() + interval '1 minute'")
        .await;
    let token = token_after(&house, &caller.refresh_token).await;
    let left = "select (expire_time <= end_time) as value from sessions where collaborator_id = 5";
    assert!(
        house
            .values(left)
            .await
            .iter()
            .all(|within| within == "true")
    );
    house
        .sql("update sessions set expire_time = now(), end_time = now()")
        .await;
    ended(caller.auth.get_me(GetMeRequest {}).await);
    ended(refresh(&house, &token).await);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_more_than_twenty_sessions() {
    let house = House::new().await;
    let mut first = house.login("support1").await;
    house
        .sql(
            "update sessions set last_use_time = now() - interval '1 hour'; \
             insert into sessions (collaborator_id, refresh_hash, expire_time, end_time) \
             select 5, sha256(n::text::bytea), now() + interval '1 hour', now() + interval '1 hour' \
             from generate_series(1, 19) n",
        )
        .await;
    first
        .auth
        .list_sessions(ListSessionsRequest::default())
        .await
        .expect("one of twenty");
    house
        .sql(
            "update sessions set last_use_time = now() - interval '1 hour' where device = '' \
               and address <> ''",
        )
        .await;
    house.login("support1").await;
    let count = "select count(*) as value from sessions where collaborator_id = 5";
    assert_eq!(house.values(count).await, ["20"]);
    ended(first.auth.get_me(GetMeRequest {}).await);
    house.close().await;
}

/// Two servers, and somebody signed in whom both remember.
async fn remembered(house: &House) -> (Caller, Caller) {
    let keys = Keys::from(Secret::from(KEY.to_owned()));
    let mut here = house.login("support1").await;
    let mut there = here.at(house.beside(keys).await);
    for caller in [&mut here, &mut there] {
        caller
            .auth
            .get_me(GetMeRequest {})
            .await
            .expect("signed in");
    }
    (here, there)
}

/// What was done on one server holds on the other within a second, which is what the servers
/// promise each other; the test allows for a slow machine by asking until it does.
async fn until_ended(caller: &mut Caller) -> Duration {
    let since = std::time::Instant::now();
    loop {
        match caller.auth.get_me(GetMeRequest {}).await {
            Ok(_) => assert!(
                since.elapsed() < Duration::from_secs(20),
                "the session goes on"
            ),
            Err(status) => {
                assert_eq!(refusal::<()>(Err(status)).reason, Reason::SessionEnded);
                return since.elapsed();
            }
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_that_are_taken_on_one_server_end_on_the_other_too() {
    let house = House::new().await;
    if house.database.name().is_none() {
        eprintln!("skipped: the built-in database serves one server only");
        return house.close().await;
    }
    let (mut here, mut there) = remembered(&house).await;
    here.auth.logout(LogoutRequest {}).await.expect("goodbye");
    ended(here.auth.get_me(GetMeRequest {}).await);
    until_ended(&mut there).await;

    let (here, mut there) = remembered(&house).await;
    let mut gestion = house.login("gestion1").await;
    let etag = house
        .values("select version as value from collaborators where id = 5")
        .await;
    let request = UpdateCollaboratorRequest {
        id: here.me.id,
        etag: etag[0].clone(),
        role: Some(Role::Commercial.into()),
        ..UpdateCollaboratorRequest::default()
    };
    gestion
        .collaborators
        .update_collaborator(request)
        .await
        .expect("moved");
    let role = async |caller: &mut Caller| {
        let me = caller.auth.get_me(GetMeRequest {}).await.expect("me");
        me.into_inner().me.expect("me").role()
    };
    assert_eq!(role(&mut here.clone()).await, Role::Commercial, "at once");
    let since = std::time::Instant::now();
    while role(&mut there).await != Role::Commercial {
        assert!(
            since.elapsed() < Duration::from_secs(20),
            "the old role holds"
        );
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_server_cannot_hear_the_others_it_remembers_nothing() {
    let house = House::new().await;
    if house.database.name().is_none() {
        eprintln!("skipped: the built-in database has no connection to listen on");
        return house.close().await;
    }
    let accounts = house.shared.db.auth_epoch();
    let since = std::time::Instant::now();
    while accounts.current().is_none() {
        assert!(since.elapsed() < Duration::from_secs(20), "it never hears");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut caller = house.login("support1").await;
    caller
        .auth
        .get_me(GetMeRequest {})
        .await
        .expect("remembered");
    let mut owner = house.database.connect().await;
    // Whoever listens is cut off, again and again, and nobody can listen anew meanwhile.
    let deafen = "select pg_terminate_backend(pid) from pg_stat_activity \
                  where datname = current_database() and pid <> pg_backend_pid() \
                  and query in ('select', 'listen epic_changes; listen epic_sessions')";
    let since = std::time::Instant::now();
    while accounts.current().is_some() {
        owner.batch_execute(deafen).await.expect("to cut it off");
        assert!(
            since.elapsed() < Duration::from_secs(20),
            "it still trusts its memory"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    owner.batch_execute(deafen).await.expect("to cut it off");
    owner
        .batch_execute("alter table sessions disable trigger sessions_tell; delete from sessions")
        .await
        .expect("to end it without a sound");
    ended(caller.auth.get_me(GetMeRequest {}).await);
    house.close().await;
}
