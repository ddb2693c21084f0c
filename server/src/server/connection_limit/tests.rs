use std::time::Duration;

use tokio::time::advance;

use super::*;
use crate::server::connection_state::ActiveCall;

fn limiter() -> (ConnectionLimiter, Limits) {
    let limits = Limits {
        anonymous_connections: usize::MAX,
        ..Limits::default()
    };
    (ConnectionLimiter::new(&limits), limits)
}

/// Connections with a call under way, until a limit is reached.
fn busy(
    limiter: &ConnectionLimiter,
    from: &str,
    count: usize,
) -> Vec<(ConnectionPermit, ActiveCall)> {
    let from = from.parse().unwrap();
    let permits = (0..count).map_while(|_| limiter.acquire(from));
    permits.map(with_call).collect()
}

fn with_call(permit: ConnectionPermit) -> (ConnectionPermit, ActiveCall) {
    permit.state.open_call();
    let call = permit.state.begin_call();
    (permit, call)
}

#[test]
fn limits_each_source_network() {
    let cases = [
        ("192.0.2.1", "192.0.2.2", true),
        ("192.0.2.1", "192.0.2.1", false),
        ("192.0.2.1", "::ffff:192.0.2.1", false),
        ("2001:db8::1", "2001:db8::2:0:0:1", false),
        ("2001:db8::1", "2001:db8:0:1::1", true),
    ];
    for (first, second, accepted) in cases {
        let (limiter, limits) = limiter();
        let permits = busy(&limiter, first, limits.connections);
        assert_eq!(permits.len(), limits.connections_per_network, "{first}");
        assert_eq!(
            busy(&limiter, second, 1).len() == 1,
            accepted,
            "{first} {second}"
        );
        drop(permits);
        let permits = busy(&limiter, first, limits.connections);
        assert_eq!(permits.len(), limits.connections_per_network, "{first}");
        drop(permits);
        assert!(limiter.open().by_network.is_empty(), "{first}");
    }
}

#[test]
fn limits_loopback_only_in_total() {
    for address in ["127.0.0.1", "::1"] {
        let (limiter, limits) = limiter();
        let permits = busy(&limiter, address, limits.connections + 1);
        assert_eq!(permits.len(), limits.connections);
        assert!(busy(&limiter, "192.0.2.1", 1).is_empty());
        drop(permits);
        assert_eq!(busy(&limiter, "192.0.2.1", 1).len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn connections_without_an_authenticated_call_have_a_limit_of_their_own() {
    let limits = Limits {
        connections: 100,
        anonymous_connections: 8,
        ..Limits::default()
    };
    let limiter = ConnectionLimiter::new(&limits);
    let open_unread = || limiter.acquire([192, 0, 2, 1].into()).unwrap();
    let open = || {
        let permit = open_unread();
        permit.state.record_wait();
        permit
    };
    let open_count = |of: &[ConnectionPermit]| of.iter().filter(|it| !is_closed(it)).count();
    let colleagues: Vec<_> = (0..10).map(|_| open()).collect();
    for colleague in &colleagues {
        colleague.state.authenticate_call(1);
    }
    // New connections have time to sign in.
    let others: Vec<_> = (0..5).map(|_| open()).collect();
    assert_eq!(open_count(&others), 5);
    advance(Duration::from_secs(2)).await;
    let later: Vec<_> = (0..10).map(|_| open()).collect();
    let counts = [&colleagues, &others, &later].map(|it| open_count(it));
    assert_eq!(counts, [10, 0, 10]);
    advance(Duration::from_secs(2)).await;
    drop(later);
    // Logins that are being answered keep their connections and block no new one.
    let logins = busy(&limiter, "192.0.2.2", 5);
    advance(Duration::from_secs(2)).await;
    let _newer = open();
    assert!(logins.iter().all(|(permit, _)| !is_closed(permit)));
    drop(logins);
    // The server has not read what these connections have sent.
    let unread: Vec<_> = (0..10).map(|_| open_unread()).collect();
    advance(Duration::from_secs(2)).await;
    let _newer = open();
    assert_eq!(open_count(&unread), 10);
    advance(Duration::from_secs(8)).await;
    let _newer = open();
    assert_eq!(open_count(&unread), 9);
}

#[tokio::test(start_paused = true)]
async fn connections_that_never_call_replace_each_other_before_others() {
    let limits = Limits {
        connections: 10,
        anonymous_connections: 3,
        ..Limits::default()
    };
    let limiter = ConnectionLimiter::new(&limits);
    let open = || limiter.acquire([192, 0, 2, 1].into()).unwrap();
    let signed_in = || {
        let colleague = open();
        colleague.state.record_wait();
        colleague.state.authenticate_call(1);
        colleague
    };
    let colleagues: Vec<_> = (0..5).map(|_| signed_in()).collect();
    advance(Duration::from_secs(40)).await;
    // Faster than the limit of such connections takes effect.
    let silent: Vec<_> = (0..100).map(|_| open()).collect();
    assert!(!colleagues.iter().any(is_closed));
    assert!(silent[96..].iter().all(|it| !is_closed(it)));
    assert!(silent[..96].iter().all(is_closed));
}

/// Whether the limiter has asked for the connection to be closed.
fn is_closed(permit: &ConnectionPermit) -> bool {
    let closed = permit.state.wait_for(Phase::Evicted);
    futures_util::FutureExt::now_or_never(closed).is_some()
}

/// The history of a connection, in seconds before the limit is reached.
struct Past {
    opened: u64,
    /// Whether the server has read what it sent.
    is_read: bool,
    authenticated_call: Option<u64>,
    public_call: Option<u64>,
    call: Option<Call>,
}

/// A call that has been open for the whole time.
enum Call {
    UnderWay,
    /// A call without a token whose request is unfinished or whose reply is unread.
    Open,
}

const UNUSED: Past = Past {
    opened: 5,
    is_read: true,
    authenticated_call: None,
    public_call: None,
    call: None,
};

#[tokio::test(start_paused = true)]
async fn the_most_idle_connection_makes_room() {
    let colleague = |seconds| Past {
        opened: 4_000,
        authenticated_call: Some(seconds),
        ..UNUSED
    };
    let probe = Past {
        opened: 3_000,
        public_call: Some(30),
        ..UNUSED
    };
    let login = Past {
        opened: 20,
        call: Some(Call::UnderWay),
        ..UNUSED
    };
    let unfinished = Past {
        opened: 10,
        call: Some(Call::Open),
        ..UNUSED
    };
    let old_and_unused = Past {
        opened: 9,
        ..UNUSED
    };
    let unread = Past {
        is_read: false,
        ..UNUSED
    };
    let abandoned = Past {
        opened: 500,
        public_call: Some(400),
        ..UNUSED
    };
    // It has had no time for a call.
    let new = Past {
        opened: 0,
        ..UNUSED
    };
    // The connections, and the order in which they are closed.
    let cases: [(&[&Past], &[usize]); 9] = [
        (&[&UNUSED, &old_and_unused, &colleague(90)], &[2, 1, 0]),
        (&[&colleague(100), &colleague(3_000), &login], &[1, 0]),
        (
            &[&probe, &UNUSED, &colleague(3_000), &abandoned],
            &[2, 3, 1, 0],
        ),
        (&[&login, &login], &[]),
        (&[&unfinished, &colleague(5), &login], &[0, 1]),
        (&[&unread, &UNUSED, &colleague(90)], &[2, 1, 0]),
        (&[&unread, &UNUSED, &colleague(3)], &[1, 2, 0]),
        (&[&new, &colleague(2), &colleague(30)], &[2, 1, 0]),
        (&[&new, &colleague(0), &colleague(30)], &[2, 0, 1]),
    ];
    for (connections, expected) in cases {
        let limits = Limits {
            connections: connections.len(),
            anonymous_connections: usize::MAX,
            ..Limits::default()
        };
        let limiter = ConnectionLimiter::new(&limits);
        let (permits, _calls) = open(&limiter, connections).await;
        let mut closed = Vec::new();
        let mut newer = Vec::new();
        while let Some(permit) = limiter.acquire([192, 0, 2, 9].into()) {
            newer.push(with_call(permit));
            let is_new = |index: &usize| is_closed(&permits[*index]) && !closed.contains(index);
            let next: Vec<_> = (0..permits.len()).filter(is_new).collect();
            closed.extend(next);
        }
        assert_eq!(closed, expected);
        assert_eq!(newer.len(), expected.len());
    }
}

/// Opens the connections, and makes their calls at the given times. Also returns the calls under
/// way.
async fn open(
    limiter: &ConnectionLimiter,
    pasts: &[&Past],
) -> (Vec<ConnectionPermit>, Vec<ActiveCall>) {
    let mut permits: Vec<Option<ConnectionPermit>> = pasts.iter().map(|_| None).collect();
    let mut calls = Vec::new();
    for ago in (0..=5_000).rev() {
        advance(Duration::from_secs(1)).await;
        for (past, permit) in pasts.iter().zip(&mut permits) {
            if past.opened == ago {
                let opened = limiter.acquire([192, 0, 2, 1].into()).unwrap();
                let state = &permit.insert(opened).state;
                if past.is_read {
                    state.record_wait();
                }
                match past.call {
                    Some(Call::UnderWay) => {
                        state.open_call();
                        calls.push(state.begin_call());
                    }
                    Some(Call::Open) => drop(state.open_call()),
                    None => {}
                }
            }
            let Some(ConnectionPermit { state, .. }) = permit else {
                continue;
            };
            if past.authenticated_call == Some(ago) || past.public_call == Some(ago) {
                state.open_call();
                drop(state.begin_call());
                state.close_call();
            }
            if past.authenticated_call == Some(ago) {
                state.authenticate_call(1);
            }
        }
    }
    (permits.into_iter().flatten().collect(), calls)
}

#[tokio::test(start_paused = true)]
async fn only_open_connections_count_for_their_account() {
    let limits = Limits {
        connections_per_account: 2,
        ..Limits::default()
    };
    let limiter = ConnectionLimiter::new(&limits);
    let accounts = limiter.accounts.clone();
    let call = |permit: &ConnectionPermit, account| {
        let before = permit.state.authenticate_call(account);
        accounts.add(account, before, &permit.state);
    };
    let connect = |account| {
        let permit = limiter.acquire(IpAddr::from([192, 0, 2, 1])).unwrap();
        call(&permit, account);
        permit
    };
    let kept = connect(1);
    for _ in 0..5 {
        drop(connect(1));
    }
    // Another caller on the same connection takes it over.
    let shared = connect(1);
    call(&shared, 2);
    advance(Duration::from_secs(1)).await;
    let second = connect(1);
    assert!(kept.state.is_in(Phase::Open));
    let third = connect(1);
    assert!(kept.state.is_in(Phase::Evicted));
    for permit in [&shared, &second, &third] {
        assert!(permit.state.is_in(Phase::Open));
    }
    drop((kept, shared, second, third));
    assert!(accounts.is_empty());
}
