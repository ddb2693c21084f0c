//! Attackers on many connections: from many networks, without a call, or of one account. What each of them holds is
//! small; the limits of all of them together keep memory and room for others.

use std::{
    collections::VecDeque,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use epic_events::{policy, v1::GetMeRequest};
use epic_server::server::{Options, limits::Limits, memory_budget::MemoryBudget};
use prost::Message as _;
use tokio::task::JoinSet;

use crate::support::{
    api_client::ApiClient,
    fixtures::login_request,
    http2_frames::{
        END_HEADERS, HEADERS, call_as, call_with, connection_preface, frame, headers_with,
        stream_ids,
    },
    raw_connection::RawConnection,
    server::TestServer,
    wait::eventually,
};

/// Longer than the test.
const NEVER: Duration = Duration::from_hours(1);

fn long_headers(length: usize) -> Vec<u8> {
    let long = "x".repeat(length);
    headers_with(policy::LOGIN.path(), "", &[("x-long", &long)])
}

async fn assert_served(caller: &mut ApiClient) {
    let reply = caller.auth.get_me(GetMeRequest {}).await;
    reply.expect("a reply");
}

/// Opens connections with four unfinished logins each, every one from another network. Of the connections, the
/// last fifty stay open.
async fn leave_logins_unfinished(server: SocketAddr, task: u8) {
    let head = long_headers(7_000);
    let calls = stream_ids(4).map(|id| frame(HEADERS, END_HEADERS, id, &head));
    let bytes = [connection_preface(), calls.collect::<Vec<_>>().concat()].concat();
    let mut open = VecDeque::new();
    for number in 0_u32.. {
        let [.., high, low] = number.to_be_bytes();
        let from = (Ipv4Addr::new(127, 10 + task, high, low), 0);
        open.push_back(RawConnection::open_from(from.into(), server, &bytes).await);
        if open.len() > 50 {
            open.pop_front();
        }
    }
}

/// The four unfinished logins of a network are few and small, those of 400 networks would fill the budget.
#[tokio::test(flavor = "multi_thread")]
async fn unfinished_logins_from_many_networks_leave_room_to_calls_with_a_token_and_to_logins() {
    let options = Options {
        memory: MemoryBudget::new(8 * 1024 * 1024),
        limits: Limits {
            public_request: NEVER,
            ..Limits::default()
        },
        ..Options::default()
    };
    let server = TestServer::with_options("", options).await;
    let mut colleague = server.login("support1").await;
    let mut attackers = JoinSet::new();
    for task in 0..8 {
        attackers.spawn(leave_logins_unfinished(server.address, task));
    }
    eventually("the attack has begun", async || {
        server.memory.peak() > 3 * 1024 * 1024
    })
    .await;
    for account in ["commercial1", "gestion1"] {
        for _ in 0..50 {
            assert_served(&mut colleague).await;
        }
        assert_served(&mut server.login(account).await).await;
    }
    attackers.shutdown().await;
    server.shutdown().await;
}

/// Half a header block is not yet a call, so that no budget of calls counts it.
#[tokio::test(flavor = "multi_thread")]
async fn connections_with_incomplete_header_blocks_hold_a_limited_memory() {
    let options = Options {
        limits: Limits {
            connection_memory: 256 * 1024,
            unused_connection: NEVER,
            // The reply to a ping would end the connection, because the header block is incomplete.
            keepalive: NEVER,
            ..Limits::default()
        },
        ..Options::default()
    };
    let server = TestServer::with_options("", options).await;
    let mut colleague = server.login("support1").await;
    let half = frame(HEADERS, 0, 1, &long_headers(7_000));
    let bytes = [connection_preface(), half].concat();
    let mut attackers = Vec::new();
    for _ in 0..60 {
        let mut attacker = RawConnection::open(server.address, &bytes).await;
        // A pong would not come in the middle of a header block.
        attacker
            .wait_until("settings", |answers| answers.has_begun)
            .await;
        attackers.push(attacker);
    }
    // 36 connections hold 7 KB each; the other ones, of which the first hold theirs for longer, are closed.
    for attacker in attackers.iter_mut().take(60 - 36) {
        attacker.wait_until_closed().await;
    }
    assert_served(&mut colleague).await;
    assert_served(&mut server.login("commercial1").await).await;
    server.shutdown().await;
}

/// Of an account's connections, the one whose last call is the oldest makes room.
#[tokio::test(flavor = "multi_thread")]
async fn the_connections_of_an_account_are_limited() {
    let options = Options {
        limits: Limits {
            connections_per_account: 4,
            ..Limits::default()
        },
        ..Options::default()
    };
    let server = TestServer::with_options("", options).await;
    let mut colleague = server.login("support1").await;
    let attacker = server.login("gestion1").await;
    let get_me = call_as(1, policy::GET_ME, &attacker.access_token);
    let login = login_request().encode_to_vec();
    let head = headers_with(policy::LOGIN.path(), "", &[]);
    let login = call_with(1, &head, &login);
    for bytes in [get_me, login] {
        let bytes = [connection_preface(), bytes].concat();
        let mut connections = Vec::new();
        for _ in 0..12 {
            let mut connection = RawConnection::open(server.address, &bytes).await;
            connection
                .wait_until("a reply", |answers| answers.complete.contains(&1))
                .await;
            connections.push(connection);
        }
        for (index, connection) in connections.iter_mut().enumerate() {
            if index < 12 - 4 {
                connection.wait_until_closed().await;
            } else {
                connection.synchronize().await;
            }
        }
        assert_served(&mut colleague).await;
    }
    server.shutdown().await;
}
