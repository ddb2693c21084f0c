//! The memory of requests and replies: attackers who send half of a request or read no reply hold at
//! most their shares of the budget, and other callers are answered meanwhile.

use std::time::Duration;

use epic_events::{
    policy::{self, Rpc},
    reason::Reason,
    v1::{GetMeRequest, ListClientsRequest},
};
use epic_server::server::{Options, limits::Limits, memory_budget::MemoryBudget};
use prost::Message as _;
use tokio::time::sleep;

use crate::support::{
    errors::api_error,
    fixtures::insert,
    http2_frames::{
        DATA, END_HEADERS, END_STREAM, HEADERS, call_with, connection_preface,
        connection_preface_with, frame, headers, headers_with, message, stream_ids,
    },
    raw_connection::RawConnection,
    server::TestServer,
    wait::eventually,
};

/// Maximum memory of a hundred calls without a token: four with headers and messages of a few KB, and
/// 4 KB for each refused one while the rest of its request may arrive.
const HUNDRED_CALLS: usize = (128 + 96 * 4) * 1024;
/// Longer than the test.
const NEVER: Duration = Duration::from_hours(1);

fn options(limits: Limits) -> Options {
    Options {
        reflection: true,
        limits,
        ..Options::default()
    }
}

/// Number of refused requests that a client may leave unfinished.
const UNFINISHED_MAX: u32 = 16;

/// Calls of which the server receives the headers `head` and the incomplete body `part`.
fn unfinished(calls: u32, head: &[u8], part: &[u8]) -> Vec<u8> {
    let calls = stream_ids(calls).map(|id| {
        [
            frame(HEADERS, END_HEADERS, id, head),
            frame(DATA, 0, id, part),
        ]
        .concat()
    });
    [connection_preface(), calls.collect::<Vec<_>>().concat()].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_a_connection_holds_four_unfinished_messages() {
    let limits = Limits {
        public_request: NEVER,
        excess_public_request: Duration::from_millis(200),
        ..Limits::default()
    };
    let server = TestServer::with_options("", options(limits)).await;
    let public: [Rpc; 4] = [
        policy::HEALTH_CHECK,
        policy::HEALTH_WATCH,
        policy::REFLECTION,
        policy::LOGIN,
    ];
    let calls = UNFINISHED_MAX as usize;
    // The declared length, the part that is sent, and the number of calls that are not answered.
    let cases = [(4 << 20, 600, 0), (4_000, 600, 4), (0, 0, 4)];
    for rpc in public {
        for (declared, sent, held) in cases {
            let part = match sent {
                0 => Vec::new(),
                _ => message(declared, &vec![0; sent]),
            };
            let bytes = unfinished(UNFINISHED_MAX, &headers(rpc.path(), ""), &part);
            let mut attacker = RawConnection::open(server.address, &bytes).await;
            attacker
                .wait_until("refusals", |answers| answers.complete.len() >= calls - held)
                .await;
            attacker.synchronize().await;
            let case = format!("{} {declared}", rpc.path());
            assert_eq!(attacker.answers.complete.len(), calls - held, "{case}");
            assert!(server.memory.held() < HUNDRED_CALLS, "{case}");
            server.login("support1").await;
            drop(attacker);
            eventually("all is released", async || server.memory.held() == 0).await;
        }
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_leaves_refused_requests_unfinished_is_disconnected() {
    let limits = Limits {
        public_request: NEVER,
        excess_public_request: Duration::from_millis(200),
        ..Limits::default()
    };
    let server = TestServer::with_options("", options(limits)).await;
    let login = headers(policy::LOGIN.path(), "");
    // The headers of all calls arrive before the first message.
    let honest = stream_ids(100).map(|id| frame(HEADERS, END_HEADERS, id, &login));
    let messages = stream_ids(100).map(|id| frame(DATA, END_STREAM, id, &message(0, &[])));
    let calls = [
        connection_preface(),
        honest.chain(messages).collect::<Vec<_>>().concat(),
    ];
    let mut honest = RawConnection::open(server.address, &calls.concat()).await;
    honest
        .wait_until("answers", |answers| answers.complete.len() == 100)
        .await;
    let attacks = [
        unfinished(100, &login, &[]),
        unfinished(100, &headers(policy::GET_ME.path(), "invalid"), &[]),
    ];
    for attack in attacks {
        let mut attacker = RawConnection::open(server.address, &attack).await;
        attacker
            .wait_until("refusals", |answers| answers.complete.len() >= 96)
            .await;
        attacker.wait_until_closed().await;
        assert!(attacker.answers.is_going_away);
    }
    honest.synchronize().await;
    assert!(!honest.answers.is_going_away);
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_token_that_is_not_complete_in_time_is_refused() {
    let limits = Limits {
        public_request: Duration::from_millis(300),
        ..Limits::default()
    };
    let server = TestServer::with_options("", options(limits)).await;
    for rpc in [policy::HEALTH_CHECK, policy::REFLECTION, policy::LOGIN] {
        let part = message(1_000, &[0; 10]);
        let bytes = unfinished(4, &headers(rpc.path(), ""), &part);
        let mut attacker = RawConnection::open(server.address, &bytes).await;
        attacker
            .wait_until("refusals", |answers| answers.complete.len() == 4)
            .await;
        eventually("all is released", async || server.memory.held() == 0).await;
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_without_a_body_are_released_with_their_connection() {
    let server = TestServer::start().await;
    let long = "x".repeat(5_000);
    let head = headers_with(policy::LOGIN.path(), "", &[("x-long", &long)]);
    let calls = stream_ids(100).map(|id| frame(HEADERS, END_HEADERS, id, &head));
    let bytes = [connection_preface(), calls.collect::<Vec<_>>().concat()].concat();
    let mut attackers = Vec::new();
    for _ in 0..20 {
        let mut attacker = RawConnection::open(server.address, &bytes).await;
        // A busy server closes the connection before it has sent all refusals.
        attacker
            .wait_until("refusals", |answers| {
                answers.complete.len() == 96 || answers.is_closed
            })
            .await;
        attackers.push(attacker);
    }
    assert!(server.memory.held() < 20 * HUNDRED_CALLS);
    server.login("support1").await;
    drop(attackers);
    eventually("all is released", async || server.memory.held() == 0).await;
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_above_8_kib_are_refused() {
    let server = TestServer::start().await;
    for (length, is_accepted) in [(7_000, true), (8_192, false)] {
        let long = "x".repeat(length);
        let head = headers_with(policy::HEALTH_CHECK.path(), "", &[("x-long", &long)]);
        let call = [connection_preface(), call_with(1, &head, &[])];
        let mut caller = RawConnection::open(server.address, &call.concat()).await;
        caller
            .wait_until("an answer", |answers| {
                answers.complete.contains(&1) || answers.reset.contains(&1)
            })
            .await;
        assert_eq!(caller.answers.data > 0, is_accepted, "{length}");
    }
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn half_sent_messages_of_an_account_hold_its_share() {
    let server = TestServer::start().await;
    let attacker = server.login("commercial1").await;
    let head = headers(policy::CREATE_CLIENT.path(), &attacker.access_token);
    // Of the first connection, about ten calls are refused; the other connections are closed.
    let bytes = unfinished(40, &head, &message(256 * 1024, &[0; 500]));
    let mut connections = Vec::new();
    for _ in 0..20 {
        let mut connection = RawConnection::open(server.address, &bytes).await;
        connection
            .wait_until("refusals", |answers| answers.complete.len() >= 8)
            .await;
        connections.push(connection);
    }
    let share = server.memory.share();
    // Besides the share, the server holds the headers of calls that it is refusing.
    let in_use = server.memory.held();
    assert!((share / 2..share + share / 8).contains(&in_use), "{in_use}");
    // The account has no memory left for a large message; others are served.
    let large = vec![0; 250 * 1024];
    let refused = server
        .call_raw(&attacker, policy::CREATE_CLIENT, large)
        .await;
    assert_eq!(api_error(refused).reason, Reason::Busy);
    let mut other = server.login("support1").await;
    other.auth.get_me(GetMeRequest {}).await.expect("a reply");
    drop(connections);
    eventually("all is released", async || server.memory.held() == 0).await;
    server.shutdown().await;
}

/// What calls hold when the server has begun all that have arrived.
async fn settled(budget: &MemoryBudget) -> usize {
    let (mut last, mut same) = (budget.held(), 0);
    while same < 10 {
        sleep(Duration::from_millis(20)).await;
        let held = budget.held();
        same = if held == last { same + 1 } else { 0 };
        last = held;
    }
    last
}

/// Refused before the server has read them, requests may have arrived whole.
#[tokio::test(flavor = "multi_thread")]
async fn whole_requests_that_are_refused_do_not_count_as_unfinished() {
    let budget = MemoryBudget::new(16 << 20);
    let with_budget = Options {
        memory: budget.clone(),
        ..options(Limits::default())
    };
    let server = TestServer::with_options("", with_budget).await;
    let token = server.login("commercial1").await.access_token;
    eventually("the login is over", async || budget.held() == 0).await;
    // Most of the share of the account, in calls that are all accepted: a refused one holds memory for a while.
    let head = headers(policy::CREATE_CLIENT.path(), &token);
    let part = message(200 * 1024, &[0; 500]);
    let mut holder = RawConnection::open(server.address, &unfinished(9, &head, &part)).await;
    holder.synchronize().await;
    let before = settled(&budget).await;
    let mut filler = RawConnection::open(server.address, &unfinished(1, &head, &[])).await;
    filler.synchronize().await;
    // The rest, so that less is left than a call with long headers takes.
    let with_one = settled(&budget).await;
    let per_call = with_one - before;
    let more = u32::try_from((budget.share() - with_one) / per_call).expect("a number");
    let more = unfinished(more, &head, &[]);
    let filler_of_the_rest = RawConnection::open(server.address, &more).await;
    eventually("the share is used", async || {
        budget.share() - budget.held() < per_call
    })
    .await;
    let long = "x".repeat(7_000);
    let head = headers_with(policy::GET_ME.path(), &token, &[("x-long", &long)]);
    let calls = stream_ids(100).map(|id| call_with(id, &head, &[]));
    let calls = [connection_preface(), calls.collect::<Vec<_>>().concat()];
    let mut caller = RawConnection::open(server.address, &calls.concat()).await;
    caller
        .wait_until("answers", |answers| answers.complete.len() == 100)
        .await;
    // A reply would have a message.
    assert_eq!(caller.answers.data, 0);
    // Longer than an abandoned connection lasts.
    sleep(Duration::from_millis(200)).await;
    caller.synchronize().await;
    assert!(!caller.answers.is_going_away);
    drop((holder, filler, filler_of_the_rest));
    server.shutdown().await;
}

/// Clients that fill a page of maximum size with long texts.
fn clients() -> String {
    insert(
        "clients",
        "name, company, commercial_id",
        "select repeat('n', 100), repeat('c', 100), 3 from generate_series(1, 200)",
    )
}

/// Calls for long lists whose replies have the flow-control window `window`.
fn unread(calls: u32, window: u32, token: &str) -> Vec<u8> {
    let request = ListClientsRequest {
        page_size: 200,
        ..ListClientsRequest::default()
    };
    let request = request.encode_to_vec();
    let head = headers(policy::LIST_CLIENTS.path(), token);
    let calls = stream_ids(calls).map(|id| call_with(id, &head, &request));
    let preface = connection_preface_with(window);
    [preface, calls.collect::<Vec<_>>().concat()].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn unread_replies_hold_a_share_until_they_are_reset() {
    let limits = Limits {
        stalled_reply: Duration::from_millis(600),
        ..Limits::default()
    };
    let budget = MemoryBudget::new(16 << 20);
    let server = TestServer::with_options(
        &clients(),
        Options {
            memory: budget.clone(),
            ..options(limits)
        },
    )
    .await;
    let token = server.login("commercial1").await.access_token;
    // Without a window the server sends nothing; with a small one, the transport holds the
    // beginning.
    for window in [0, 1, 20_000] {
        let bytes = unread(100, window, &token);
        let mut attacker = RawConnection::open(server.address, &bytes).await;
        attacker
            .wait_until("an end of each call", |answers| {
                answers.reset.union(&answers.complete).count() == 100
            })
            .await;
        // The connection itself remains open.
        attacker.synchronize().await;
        assert!(!attacker.answers.reset.is_empty(), "{window}");
        eventually("all is released", async || server.memory.held() == 0).await;
    }
    assert!(budget.peak() <= 2 * budget.share(), "{}", budget.peak());
    assert!(budget.peak() > 1 << 20, "{}", budget.peak());
    server.login("support1").await;
    server.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_is_read_slowly_is_not_reset() {
    let limits = Limits {
        stalled_reply: Duration::from_secs(3),
        ..Limits::default()
    };
    let server = TestServer::with_options(&clients(), options(limits)).await;
    let token = server.login("commercial1").await.access_token;
    let mut reader = RawConnection::open(server.address, &unread(1, 1_000, &token)).await;
    while reader.answers.complete.is_empty() {
        reader.synchronize().await;
        sleep(Duration::from_millis(300)).await;
        assert!(reader.answers.reset.is_empty());
        reader.widen(1, 16_384).await;
    }
    assert!(reader.answers.data > 40_000, "{}", reader.answers.data);
    server.shutdown().await;
}
