use std::net::{IpAddr, Ipv4Addr};

use tokio::{task::JoinHandle, time::advance};

use super::{
    ledger::{ANONYMOUS_DIVISOR, RESERVE_DIVISOR, SMALL_RESERVE_DIVISOR},
    *,
};
use crate::server::connection_counts::ConnectionCounts;

const SIZE: usize = 64 * 1024 * 1024;
const SHARE_SIZE: usize = SIZE / SHARE_DIVISOR;

fn connection(id: u64) -> Arc<ConnectionState> {
    connection_from(Ipv4Addr::LOCALHOST, id)
}

fn connection_from(network: impl Into<IpAddr>, id: u64) -> Arc<ConnectionState> {
    let counts = ConnectionCounts::default();
    Arc::new(ConnectionState::new(id, network.into(), &counts))
}

/// A call and its task, which waits for ever.
fn call(
    budget: &MemoryBudget,
    connection: &Arc<ConnectionState>,
) -> (BudgetedCall, JoinHandle<()>) {
    call_of(budget, connection, None).expect("room")
}

/// A call with the token of an account, and its task.
fn call_of(
    budget: &MemoryBudget,
    connection: &Arc<ConnectionState>,
    account: Option<i64>,
) -> Result<(BudgetedCall, JoinHandle<()>), Reason> {
    let task = tokio::spawn(std::future::pending());
    let origin = Origin {
        accounts: AccountConnections::new(usize::MAX),
        connection: Arc::clone(connection),
        task: CallTask::default(),
    };
    origin.task.set(task.abort_handle());
    Ok((budget.begin(origin, account, 0)?, task))
}

#[tokio::test]
async fn a_connection_and_an_account_have_a_share() {
    let budget = MemoryBudget::new(SIZE);
    let (one, other) = (connection(1), connection(2));
    let of = |connection, account| call_of(&budget, connection, Some(account));
    let (first, _) = of(&one, 7).expect("room");
    let mut charge = first.charge(ChargeKind::Request);
    assert_eq!(charge.grow(SHARE_SIZE), Err(Reason::Busy));
    charge.grow(SHARE_SIZE - 3 * CALL_COST).expect("room");
    let (second, _) = call(&budget, &one);
    assert_eq!(
        second.charge(ChargeKind::Reply).grow(CALL_COST + 1),
        Err(Reason::Busy)
    );
    second
        .charge(ChargeKind::Reply)
        .grow(CALL_COST)
        .expect("room");
    // Other connections of the same account share its limit.
    let (third, _) = of(&other, 7).expect("room");
    let mut large = third.charge(ChargeKind::Request);
    assert_eq!(large.grow(2 * CALL_COST), Err(Reason::Busy));
    large.grow(CALL_COST).expect("room");
    assert_eq!(of(&other, 7).err(), Some(Reason::Busy));
    let (of_another, _) = of(&other, 8).expect("room");
    drop(charge);
    let (fourth, _) = of(&other, 7).expect("room");
    drop((first, second, third, large, of_another, fourth));
    assert_eq!(budget.held(), 0);
    let ledger = budget.ledger();
    assert!(ledger.by_owner.is_empty() && ledger.calls.is_empty());
    assert!(one.eviction_rank().is_some() && other.eviction_rank().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_full_budget_resets_the_largest_and_slowest_calls() {
    let budget = MemoryBudget::new(SIZE);
    // An eighth of what all but small calls may use.
    let size = (SIZE - SIZE / SMALL_RESERVE_DIVISOR) / SHARE_DIVISOR;
    let mut calls = Vec::new();
    for (account, id) in (0..).zip(0..SHARE_DIVISOR as u64) {
        let one = connection(id);
        let (call, task) = call_of(&budget, &one, Some(account)).expect("room");
        let mut charge = call.charge(ChargeKind::Reply);
        charge.grow(size - CALL_COST).expect("room");
        calls.push((call, charge, task, one));
        advance(Duration::from_secs(1)).await;
    }
    // The client of the oldest call receives a part.
    calls[0].1.progress();
    advance(Duration::from_millis(1)).await;
    assert_eq!(budget.held(), SHARE_DIVISOR * size);
    // The memory of the call that is reset is not free yet; an account that holds little need not wait.
    let (newest, newest_task) = call_of(&budget, &connection(100), Some(100)).expect("room");
    let mut large = newest.charge(ChargeKind::Request);
    assert_eq!(large.grow(64 * 1024), Err(Reason::Busy));
    tokio::task::yield_now().await;
    let reset: Vec<_> = (0..SHARE_DIVISOR)
        .filter(|id| calls[*id].2.is_finished())
        .collect();
    assert_eq!(reset, [1]);
    assert_eq!(calls[1].1.grow(1), Err(Reason::Busy));
    assert_eq!(budget.held(), SHARE_DIVISOR * size + CALL_COST);
    // Until it is free, its connection reads no further calls.
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let is_delayed =
        |one: &ConnectionState, context: &mut _| one.poll_caught_up(context).is_pending();
    assert!(is_delayed(&calls[1].3, &mut context) && !is_delayed(&calls[2].3, &mut context));
    let (_, _, _, connection_of_reset) = calls.remove(1);
    assert!(!is_delayed(&connection_of_reset, &mut context));
    assert_eq!(budget.held(), (SHARE_DIVISOR - 1) * size + CALL_COST);
    large.grow(64 * 1024).expect("room");
    assert!(!newest_task.is_finished());
    drop((calls, large, newest));
    assert_eq!(budget.held(), 0);
}

#[tokio::test]
async fn a_call_that_is_reset_before_it_has_a_task_never_runs() {
    let task = CallTask::default();
    assert!(!task.abort());
    let spawned = tokio::spawn(std::future::pending::<()>());
    task.set(spawned.abort_handle());
    assert!(spawned.await.expect_err("aborted").is_cancelled());
}

/// Any client can make calls without a token, so these reset each other.
#[tokio::test(start_paused = true)]
async fn calls_without_a_token_do_not_reset_streams_and_writes() {
    let budget = MemoryBudget::new(SIZE);
    let (stream, stream_task) = call_of(&budget, &connection(0), Some(7)).expect("room");
    stream.begin_work();
    let (list, list_task) = call_of(&budget, &connection(1), Some(8)).expect("room");
    let mut unread = list.charge(ChargeKind::Reply);
    unread.grow(1024 * 1024).expect("room");
    advance(Duration::from_mins(10)).await;
    let mut attackers = Vec::new();
    for id in 2..=SIZE / CALL_COST {
        attackers.extend(call_of(&budget, &connection(id as u64), None));
        advance(Duration::from_millis(1)).await;
    }
    tokio::task::yield_now().await;
    let is_reset = |it: &(BudgetedCall, JoinHandle<()>)| it.1.is_finished();
    assert!(attackers.iter().any(is_reset));
    assert!(!stream_task.is_finished() && !list_task.is_finished());
    // A call with a token finds room, however many calls without a token are open.
    let (write, write_task) = call_of(&budget, &connection(1_000_000), Some(9)).expect("room");
    let mut request = write.charge(ChargeKind::Request);
    request.grow(SHARE_SIZE - CALL_COST).expect("room");
    assert!(!write_task.is_finished() && !stream_task.is_finished());
}

/// Seven accounts would otherwise keep all others from signing in.
#[tokio::test(start_paused = true)]
async fn calls_without_a_token_find_room_beside_calls_that_wait_for_their_client() {
    for is_answered in [false, true] {
        let budget = MemoryBudget::new(SIZE);
        let mut attackers = Vec::new();
        for id in 0..SIZE / CALL_COST {
            let account = i64::try_from(id % 12).unwrap();
            let Ok((call, task)) = call_of(&budget, &connection(id as u64), Some(account)) else {
                break;
            };
            let mut reply = call.charge(ChargeKind::Reply);
            if is_answered {
                call.begin_work();
                reply.grow(100).expect("room");
            }
            attackers.push((call, reply, task));
            advance(Duration::from_millis(1)).await;
        }
        assert!(budget.held() > SIZE - SIZE / RESERVE_DIVISOR);
        let login = || call_of(&budget, &connection(1_000_000), None);
        let mut logins = Vec::new();
        let refused = loop {
            match login() {
                Ok(call) => logins.push(call),
                Err(reason) => break reason,
            }
        };
        assert_eq!((refused, logins.len()), (Reason::Busy, 8));
        // Until every task that was aborted has ended.
        tokio::time::sleep(Duration::from_millis(1)).await;
        attackers.retain(|(_, _, task)| !task.is_finished());
        assert!(login().is_ok(), "answered: {is_answered}");
    }
}

#[tokio::test(start_paused = true)]
async fn unfinished_calls_without_a_token_do_not_stop_logins_from_other_networks() {
    let budget = MemoryBudget::new(SIZE);
    let mut attackers = Vec::new();
    for id in 0..SIZE / CALL_COST {
        let network = Ipv4Addr::new(192, 0, 2, u8::try_from(id % 9).unwrap());
        attackers.extend(call_of(&budget, &connection_from(network, id as u64), None));
        advance(Duration::from_millis(1)).await;
    }
    // Calls that were reset hold their memory, because the test keeps them.
    let usable = SIZE - SIZE / RESERVE_DIVISOR - SIZE / SMALL_RESERVE_DIVISOR;
    assert!(budget.held() > usable - CALL_COST);
    let colleague = connection_from(Ipv4Addr::new(198, 51, 100, 1), 1_000_000);
    assert!(call_of(&budget, &colleague, None).is_ok());
    // Networks that hold much share what is left to all.
    let attacker = connection_from(Ipv4Addr::new(192, 0, 2, 1), 1_000_001);
    assert_eq!(call_of(&budget, &attacker, None).err(), Some(Reason::Busy));
}

/// Each network holds so little that it counts as small; those of one IPv6 /48 are counted together.
#[tokio::test(start_paused = true)]
async fn many_networks_with_few_calls_each_leave_room_to_others() {
    for is_v6 in [false, true] {
        let budget = MemoryBudget::new(SIZE);
        let mut attackers = Vec::new();
        for id in 0..4_000_u16 {
            let network: IpAddr = if is_v6 {
                [0x2001, 0xdb8, 0, id, 0, 0, 0, 0].into()
            } else {
                let [high, low] = id.to_be_bytes();
                [10, 0, high, low].into()
            };
            let connection = connection_from(network, u64::from(id));
            for _ in 0..4 {
                attackers.extend(call_of(&budget, &connection, None));
            }
            advance(Duration::from_millis(1)).await;
            attackers.retain(|(_, task)| !task.is_finished());
        }
        let part = SIZE / ANONYMOUS_DIVISOR;
        assert!(budget.held() <= part, "{is_v6}");
        assert!(budget.held() > part / 2, "{is_v6}");
        let colleague = connection_from([198, 51, 100, 1], 1_000_000);
        let (login, login_task) = call_of(&budget, &colleague, None).expect("a login");
        let mut message = login.charge(ChargeKind::Request);
        message.grow(1_000).expect("a login");
        login.begin_work();
        for account in 0..100 {
            call_of(&budget, &colleague, Some(account)).expect("a call with a token");
        }
        // The login waits for its turn longer than the attackers' calls last.
        advance(Duration::from_secs(1)).await;
        for id in 0..2_000_u16 {
            let [high, low] = id.to_be_bytes();
            let connection = connection_from([10, 1, high, low], 2_000_000 + u64::from(id));
            attackers.extend(call_of(&budget, &connection, None));
            advance(Duration::from_millis(1)).await;
            attackers.retain(|(_, task)| !task.is_finished());
        }
        assert!(!login_task.is_finished(), "{is_v6}");
    }
}

/// A stream that waits for changes makes no progress for hours.
#[tokio::test(start_paused = true)]
async fn large_callers_reset_neither_logins_nor_streams_of_small_ones() {
    let budget = MemoryBudget::new(SIZE);
    let colleague = connection_from(Ipv4Addr::new(198, 51, 100, 1), 1);
    let (stream, stream_task) = call_of(&budget, &colleague, Some(7)).expect("room");
    stream.begin_work();
    let (_login, login_task) = call_of(&budget, &colleague, None).expect("room");
    advance(Duration::from_hours(1)).await;
    let mut attackers = Vec::new();
    for id in 0..2 * SIZE / CALL_COST {
        let account = i64::try_from(100 + id % 12).unwrap();
        if let Ok((call, task)) = call_of(&budget, &connection(id as u64 + 2), Some(account)) {
            let mut request = call.charge(ChargeKind::Request);
            let _ = request.grow(30_000);
            attackers.push((call, request, task));
        }
        advance(Duration::from_millis(1)).await;
    }
    tokio::task::yield_now().await;
    assert!(attackers.iter().any(|(.., task)| task.is_finished()));
    assert!(!login_task.is_finished() && !stream_task.is_finished());
}

#[tokio::test]
async fn a_network_has_a_share_for_calls_without_a_token() {
    let budget = MemoryBudget::new(SIZE);
    let open = |network: Ipv4Addr| {
        let all = (0..SIZE / CALL_COST)
            .map_while(|id| call_of(&budget, &connection_from(network, id as u64), None).ok());
        all.collect::<Vec<_>>().len() * CALL_COST
    };
    assert_eq!(open(Ipv4Addr::new(192, 0, 2, 1)), SHARE_SIZE);
    // A proxy on the same machine calls on behalf of many networks.
    assert!(open(Ipv4Addr::LOCALHOST) > SHARE_SIZE);
}

#[tokio::test(start_paused = true)]
async fn unread_replies_are_reset_and_unanswered_requests_are_not() {
    let budget = MemoryBudget::new(SIZE);
    let almost = Duration::from_secs(29);
    let limit = almost + Duration::from_secs(1);
    let (connection, finished_connection) = (connection(1), connection(2));
    let (request, request_task) = call(&budget, &connection);
    let mut received = request.charge(ChargeKind::Request);
    received.grow(1_000).expect("room");
    advance(limit).await;
    let (slow, slow_task) = call(&budget, &connection);
    let mut slow_reply = slow.charge(ChargeKind::Reply);
    slow_reply.grow(1_000).expect("room");
    let (stalled, stalled_task) = call(&budget, &connection);
    let mut stalled_reply = stalled.charge(ChargeKind::Reply);
    stalled_reply.grow(1_000).expect("room");
    // The task of this call has passed the whole reply to the transport.
    let (finished, finished_task) = call(&budget, &finished_connection);
    let mut finished_reply = finished.charge(ChargeKind::Reply);
    finished_reply.grow(1_000).expect("room");
    finished_task.abort();
    budget.reset_stalled_replies(limit);
    advance(almost).await;
    slow_reply.progress();
    advance(Duration::from_secs(1)).await;
    budget.reset_stalled_replies(limit);
    tokio::task::yield_now().await;
    assert!(!request_task.is_finished() && !slow_task.is_finished());
    assert!(stalled_task.is_finished());
    let closed = finished_connection.wait_for(Phase::Closed);
    assert!(futures_util::FutureExt::now_or_never(closed).is_some());
    let open = connection.wait_for(Phase::Closed);
    assert!(futures_util::FutureExt::now_or_never(open).is_none());
    drop((stalled, stalled_reply, finished, finished_reply));
    assert_eq!(budget.held(), 2 * CALL_COST + 2_000);
}

#[tokio::test]
async fn a_stream_holds_less_than_a_call_that_has_no_reply_yet() {
    let budget = MemoryBudget::new(SIZE);
    let (stream, _task) = call(&budget, &connection(1));
    let mut request = stream.charge(ChargeKind::Request);
    request.grow(100).expect("room");
    stream.set_streaming();
    drop(request);
    let mut reply = stream.charge(ChargeKind::Reply);
    reply.grow(200).expect("room");
    assert_eq!(budget.held(), STREAM_COST + 200);
    drop((reply, stream));
    assert_eq!(budget.held(), 0);
}
