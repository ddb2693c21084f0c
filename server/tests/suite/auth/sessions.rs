//! Sessions: listed, revoked, and ended by a reused refresh token, by idleness and by age.

use epic_events::{
    reason::Reason,
    v1::{
        ChangeKind, GetMeRequest, ListHistoryRequest, ListSessionsRequest, LoginRequest,
        RecordType, RefreshSessionRequest, RefreshSessionResponse, RevokeSessionRequest,
    },
};
use tonic::{Response, Status};

use crate::support::{
    errors::api_error,
    fixtures::{GESTION1, SUPPORT1, login_request},
    server::TestServer,
};

async fn refresh(
    server: &TestServer,
    token: &str,
) -> Result<Response<RefreshSessionResponse>, Status> {
    let request = RefreshSessionRequest {
        refresh_token: token.to_owned(),
    };
    server.auth().refresh_session(request).await
}

/// The refresh token that replaces `token`.
async fn next_token(server: &TestServer, token: &str) -> String {
    let reply = refresh(server, token).await.expect("the next token");
    reply.into_inner().refresh_token
}

fn assert_session_ended<T: std::fmt::Debug>(result: Result<T, Status>) {
    assert_eq!(api_error(result).reason, Reason::SessionEnded);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_whose_reply_is_lost_can_be_repeated() {
    let server = TestServer::start().await;
    let caller = server.login("support1").await;
    let _lost = next_token(&server, &caller.refresh_token).await;
    let second = next_token(&server, &caller.refresh_token).await;
    let third = next_token(&server, &second).await;
    next_token(&server, &third).await;
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reused_refresh_token_ends_the_session_and_is_in_the_history() {
    let server = TestServer::start().await;
    let let_time_pass = "update sessions set exchange_time = exchange_time - interval '31 seconds'";
    // Reused after more than 30 seconds; reused after its successor was used; and a replaced
    // successor, which the server cannot distinguish from a stolen token.
    for case in 0..3 {
        let mut caller = server.login("support1").await;
        let first = caller.refresh_token.clone();
        let second = next_token(&server, &first).await;
        let (reused, current) = match case {
            0 => {
                server.execute(let_time_pass).await;
                (first, second)
            }
            1 => {
                let third = next_token(&server, &second).await;
                (first, third)
            }
            _ => {
                let third = next_token(&server, &first).await;
                (second, third)
            }
        };
        assert_session_ended(refresh(&server, &reused).await);
        assert_session_ended(refresh(&server, &current).await);
        assert_session_ended(caller.auth.get_me(GetMeRequest {}).await);
    }
    let mut gestion = server.login("gestion1").await;
    let request = ListHistoryRequest {
        record: RecordType::Collaborator.into(),
        record_id: Some(SUPPORT1),
        ..ListHistoryRequest::default()
    };
    let history = gestion
        .changes
        .list_history(request)
        .await
        .expect("the reply");
    let kinds: Vec<_> = history
        .into_inner()
        .entries
        .iter()
        .map(|e| (e.kind(), e.rpc.clone()))
        .collect();
    let reused = (ChangeKind::TokenReused, "RefreshSession".to_owned());
    assert_eq!(kinds[..3], [reused.clone(), reused.clone(), reused]);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_uses_of_a_refresh_token_leave_at_most_one_valid_successor() {
    let server = TestServer::start().await;
    let caller = server.login("support1").await;
    let calls = (0..8).map(|_| refresh(&server, &caller.refresh_token));
    let replies = futures_util::future::join_all(calls).await;
    let renewed: Vec<_> = replies
        .into_iter()
        .map(|reply| reply.expect("a token").into_inner())
        .collect();
    let mut valid = 0;
    for reply in &renewed {
        valid += usize::from(refresh(&server, &reply.refresh_token).await.is_ok());
    }
    assert!(valid <= 1, "{valid}");
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_sessions_with_device_address_and_lifetime() {
    let server = TestServer::start().await;
    let mut caller = server.login("support1").await;
    let request = LoginRequest {
        email: "support1@test.example".to_owned(),
        device: " epic 0.1 on desk-12 ".to_owned(),
        ..login_request()
    };
    server.auth().login(request).await.expect("to log in");
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
    let mut gestion = server.login("gestion1").await;
    let of = |id| ListSessionsRequest {
        collaborator_id: Some(id),
    };
    let seen = gestion
        .auth
        .list_sessions(of(SUPPORT1))
        .await
        .expect("a list");
    assert_eq!(seen.into_inner().sessions.len(), 2);
    let refused = api_error(caller.auth.list_sessions(of(GESTION1)).await);
    assert_eq!(refused.reason, Reason::NotYours);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_revoked_by_its_owner_or_gestion_only() {
    let server = TestServer::start().await;
    let mut support = server.login("support1").await;
    let mut other = server.login("support2").await;
    let mut gestion = server.login("gestion1").await;
    let id = server
        .query_text("select id as value from sessions where collaborator_id = 5")
        .await
        .remove(0);
    let revoke = |id: &str| RevokeSessionRequest { id: id.to_owned() };
    let refused = api_error(other.auth.revoke_session(revoke(&id)).await);
    assert_eq!(refused.reason, Reason::NotYours);
    support
        .auth
        .get_me(GetMeRequest {})
        .await
        .expect("still signed in");
    gestion
        .auth
        .revoke_session(revoke(&id))
        .await
        .expect("ended");
    assert_session_ended(support.auth.get_me(GetMeRequest {}).await);
    assert_session_ended(refresh(&server, &support.refresh_token).await);
    let again = api_error(gestion.auth.revoke_session(revoke(&id)).await);
    assert_eq!(again.reason, Reason::NoSuchRecord);
    for invalid in ["", "1", "not a UUID"] {
        let refused = api_error(gestion.auth.revoke_session(revoke(invalid)).await);
        assert_eq!(refused.fields[0].field, "id");
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_idle_or_too_old_and_use_extends_it() {
    let server = TestServer::start().await;
    let mut caller = server.login("support1").await;
    let age = |column: &str, by: &str| {
        format!("update sessions set {column} = {column} - interval '{by}'")
    };
    // A use after eleven hours extends the session by twelve.
    server.execute(&age("expire_time", "11 hours")).await;
    server.execute(&age("last_use_time", "11 hours")).await;
    caller.auth.get_me(GetMeRequest {}).await.expect("in use");
    server.execute(&age("expire_time", "11 hours")).await;
    let token = next_token(&server, &caller.refresh_token).await;
    server.execute(&age("expire_time", "12 hours")).await;
    assert_session_ended(caller.auth.get_me(GetMeRequest {}).await);
    assert_session_ended(refresh(&server, &token).await);

    let mut caller = server.login("support1").await;
    server
        .execute("update sessions set end_time = now() + interval '1 minute'")
        .await;
    let token = next_token(&server, &caller.refresh_token).await;
    let within_lifetime =
        "select (expire_time <= end_time) as value from sessions where collaborator_id = 5";
    assert!(
        server
            .query_text(within_lifetime)
            .await
            .iter()
            .all(|within| within == "true")
    );
    server
        .execute("update sessions set expire_time = now(), end_time = now()")
        .await;
    assert_session_ended(caller.auth.get_me(GetMeRequest {}).await);
    assert_session_ended(refresh(&server, &token).await);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_further_session_ends_the_least_recently_used_of_twenty() {
    let server = TestServer::start().await;
    let mut in_use = server.login("support1").await;
    let mut idle = server.login("support1").await;
    server
        .execute(
            "insert into sessions (collaborator_id, refresh_hash, expire_time, end_time) \
             select 5, sha256(n::text::bytea), now() + interval '1 hour', now() + interval '1 hour' \
             from generate_series(1, 18) n",
        )
        .await;
    // The database has the time of its login as its last use: the server writes that rarely.
    in_use
        .auth
        .list_sessions(ListSessionsRequest::default())
        .await
        .expect("one of twenty");
    server.login("support1").await;
    let count = "select count(*) as value from sessions where collaborator_id = 5";
    assert_eq!(server.query_text(count).await, ["20"]);
    assert_session_ended(idle.auth.get_me(GetMeRequest {}).await);
    in_use.auth.get_me(GetMeRequest {}).await.expect("in use");
    server.shutdown().await;
}

/// The rows of spent refresh tokens.
async fn spent(server: &TestServer) -> i64 {
    let sql = "select count(*) as value from spent_refresh_tokens";
    server.query_ids(sql).await[0]
}

/// Asserts that the exchange is refused because of the limit.
#[track_caller]
fn assert_too_many<T: std::fmt::Debug>(result: Result<T, Status>) {
    let error = api_error(result);
    assert_eq!(error.reason, Reason::Busy);
    let delay = error.retry_delay.expect("when to try again");
    assert!(!delay.is_zero() && delay.as_secs() < 60, "{delay:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn exchanges_of_a_session_are_limited_and_a_refused_token_stays_valid() {
    let server = TestServer::start().await;
    let mut token = server.login("support1").await.refresh_token;
    let other = server.login("support1").await.refresh_token;
    // As many exchanges as windows of a client that start within a minute.
    for _ in 0..20 {
        token = next_token(&server, &token).await;
    }
    let use_up = "update sessions set exchange_debt_time = clock_timestamp() + interval '10 minutes' \
        where exchange_debt_time > now() + interval '1 minute'";
    server.execute(use_up).await;
    let before = spent(&server).await;
    for _ in 0..50 {
        assert_too_many(refresh(&server, &token).await);
    }
    assert_eq!(spent(&server).await, before);
    next_token(&server, &other).await;
    server
        .execute(
            "update sessions set exchange_debt_time = exchange_debt_time - interval '1 minute'",
        )
        .await;
    next_token(&server, &token).await;
    server.shutdown().await;
}

/// The exchanges from before the change lie in the future.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_delays_no_exchange() {
    let server = TestServer::start().await;
    let token = server.login("gestion1").await.refresh_token;
    let set_back =
        "update sessions set exchange_debt_time = exchange_debt_time + interval '2 hours'";
    server.execute(set_back).await;
    let token = next_token(&server, &token).await;
    next_token(&server, &token).await;
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_reply_can_be_requested_again_at_the_limit() {
    let server = TestServer::start().await;
    let first = server.login("support1").await.refresh_token;
    let one_left = "update sessions set \
        exchange_debt_time = clock_timestamp() + interval '9 minutes 25 seconds'";
    server.execute(one_left).await;
    let lost = next_token(&server, &first).await;
    server
        .execute(
            "update sessions set exchange_debt_time = clock_timestamp() + interval '10 minutes'",
        )
        .await;
    assert_too_many(refresh(&server, &lost).await);
    let mut repeated = 0;
    let refused = loop {
        match refresh(&server, &first).await {
            Ok(_) => repeated += 1,
            refused => break refused,
        }
    };
    assert_too_many(refused);
    assert!((5..20).contains(&repeated), "{repeated}");
    assert!(spent(&server).await < 25);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_spent_tokens_of_a_session_are_bounded() {
    let server = TestServer::start().await;
    let first = server.login("support1").await.refresh_token;
    server
        .execute(
            "insert into spent_refresh_tokens \
             select sha256(n::text::bytea), sessions.id, now() - n * interval '1 minute' \
             from sessions, generate_series(1, 1500) n",
        )
        .await;
    let second = next_token(&server, &first).await;
    assert_eq!(spent(&server).await, 1_000);
    // The newest tokens are kept, and their reuse still ends the session.
    let third = next_token(&server, &second).await;
    assert_session_ended(refresh(&server, &first).await);
    assert_session_ended(refresh(&server, &third).await);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_exchange_writes_nothing() {
    let server = TestServer::start().await;
    server.login("support1").await;
    // A transaction has an id only if it writes or locks.
    let is_read_only = async |token: &str| {
        let sql = format!(
            "select (pg_current_xact_id_if_assigned() is null) as value from sessions, \
             exchange_refresh_token({token}, sha256('next'), '1 hour')"
        );
        server.query_text(&sql).await
    };
    assert_eq!(is_read_only("sha256('unknown')").await, ["true"]);
    assert_eq!(is_read_only("refresh_hash").await, ["false"]);
    server
        .execute(
            "update sessions set exchange_debt_time = clock_timestamp() + interval '15 minutes'",
        )
        .await;
    assert_eq!(is_read_only("refresh_hash").await, ["true"]);
    server.shutdown().await;
}
