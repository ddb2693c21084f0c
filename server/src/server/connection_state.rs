//! The state of an open connection: its calls, and whether it is to end.
//!
//! A call is open from its headers until its reply is sent. It is under way while it prevents the
//! connection from being closed in favour of another one: with a token, all the time; without a token,
//! only while the server works on it, because any client can leave a request unfinished or a reply
//! unread.

use std::{
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use futures_util::task::AtomicWaker;
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

use crate::server::{
    connection_counts::{AnonymousGuard, ConnectionCounts},
    connection_memory::ConnectionMemory,
    limits::UNFINISHED_REQUESTS_MAX,
};

/// A connection without a token on whose call the server has worked within this time may be one of a health
/// probe, which calls every 30 s.
const RECENT: Duration = Duration::from_mins(1);
/// Time within which a client makes its first call, from the moment at which the server waits for it.
const SIGN_IN: Duration = Duration::from_secs(1);
/// Time within which a client makes its first call, from the opening of the connection, even if the server
/// has not read all its bytes. A server under load reads late, but a client that sends bytes for this long
/// without a call does not intend to sign in.
const SIGN_IN_MAX: Duration = Duration::from_secs(10);
/// Time for a client to learn that its connection is retired, and for the last bytes of a reply to be
/// sent.
const RETIREMENT: Duration = Duration::from_secs(1);

/// The state of an open connection, which its calls share.
pub(super) struct ConnectionState {
    pub(super) id: u64,
    /// The source network, which has a limit of its own.
    pub(super) network: IpAddr,
    opened: Instant,
    /// The first time that the server had read everything that had arrived.
    first_wait: OnceLock<Instant>,
    activity: Mutex<Activity>,
    open_calls: watch::Sender<usize>,
    phase: watch::Sender<Phase>,
    backlog: Backlog,
    memory: Mutex<ConnectionMemory>,
}

/// Counts the calls of a connection that the runtime has not yet begun or, after a reset, dropped.
#[derive(Default)]
struct Backlog {
    count: AtomicUsize,
    /// Wakes the task of the connection when the count is zero.
    waker: AtomicWaker,
}

#[derive(Default)]
struct Activity {
    /// Number of [`ActiveCall`]s.
    active_calls: usize,
    /// Number of [`PublicCall`]s.
    public_calls: usize,
    /// Number of requests that were refused before they were complete, minus those that were completed since.
    unfinished_requests: usize,
    was_used: bool,
    /// The last time that the server ended its work on a call.
    last_work: Option<Instant>,
    last_authenticated_call: Option<Instant>,
    retired: Option<Instant>,
    /// The account of the last authenticated call.
    account: Option<i64>,
    /// `None` after the first call with a valid token.
    anonymous: Option<AnonymousGuard>,
}

/// The phase in the life of a connection.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// The connection accepts calls.
    Open,
    /// The connection has reached its maximum age: it accepts no new calls, and its streams end.
    Retired,
    /// The connection gives its slot to a new one: it is closed unless a call has arrived.
    Evicted,
    /// The client has left too many refused requests unfinished: the connection is closed as soon as the
    /// refusals are sent and the calls under way have ended.
    Abandoned,
    /// The connection is closed at once.
    Closed,
}

/// Ranks connections without a call under way; the smallest value is closed first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct EvictionRank {
    /// Whether the server has yet to read what has arrived, or the connection carries probes. The number of
    /// connections without an authenticated call is limited, so they do not displace others.
    is_protected: bool,
    /// The last authenticated call. Without one, a little before the opening, so that new connections, of
    /// which an attacker has any number, do not displace those that were just used.
    idle_since: Instant,
    /// The order of connections that opened at the same time.
    id: u64,
}

/// A call that the runtime has not yet begun or dropped; counted until this value is dropped.
pub(super) struct BacklogGuard(Arc<ConnectionState>);

/// A call that keeps its connection open, until this value is dropped.
pub(super) struct ActiveCall(Arc<ConnectionState>);

/// A request that is not complete. If it is dropped before, the server has refused it, and the client has left
/// it unfinished.
pub(super) struct UnfinishedRequest(Option<Arc<ConnectionState>>);

/// One of the limited number of unfinished calls without a token; counted until this value is dropped.
pub(super) struct PublicCall(Arc<ConnectionState>);

impl ConnectionState {
    pub(super) fn new(id: u64, network: IpAddr, counts: &ConnectionCounts) -> Self {
        let activity = Activity {
            anonymous: Some(AnonymousGuard::new(&counts.anonymous)),
            ..Activity::default()
        };
        Self {
            id,
            network,
            opened: Instant::now(),
            first_wait: OnceLock::new(),
            activity: Mutex::new(activity),
            open_calls: watch::Sender::new(0),
            phase: watch::Sender::new(Phase::Open),
            backlog: Backlog::default(),
            memory: Mutex::new(ConnectionMemory::new(counts.memory.clone())),
        }
    }

    pub(super) fn memory(&self) -> MutexGuard<'_, ConnectionMemory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call that the runtime has not yet begun or dropped.
    pub(super) fn delay(self: &Arc<Self>) -> BacklogGuard {
        self.backlog.count.fetch_add(1, Ordering::AcqRel);
        BacklogGuard(Arc::clone(self))
    }

    /// Ready when the runtime has begun or dropped the calls of the connection. A client that sends
    /// calls faster than that would otherwise fill the memory with their headers.
    pub(super) fn poll_caught_up(&self, context: &Context<'_>) -> Poll<()> {
        self.backlog.waker.register(context.waker());
        match self.backlog.count.load(Ordering::Acquire) {
            0 => Poll::Ready(()),
            _ => Poll::Pending,
        }
    }

    fn activity(&self) -> MutexGuard<'_, Activity> {
        self.activity.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a call; `false` when the client has had the time to receive that the connection takes no more
    /// calls (GOAWAY).
    pub(super) fn open_call(&self) -> bool {
        let mut activity = self.activity();
        if activity
            .retired
            .is_some_and(|time| time.elapsed() >= RETIREMENT)
        {
            return false;
        }
        activity.was_used = true;
        drop(activity);
        self.open_calls.send_modify(|count| *count += 1);
        true
    }

    pub(super) fn close_call(&self) {
        self.open_calls.send_modify(|count| *count -= 1);
    }

    /// Records that an open call is under way.
    pub(super) fn begin_call(self: &Arc<Self>) -> ActiveCall {
        self.activity().active_calls += 1;
        ActiveCall(Arc::clone(self))
    }

    /// Records an authenticated call of the account. Returns the account of the last one before.
    pub(super) fn authenticate_call(&self, account: i64) -> Option<i64> {
        let mut activity = self.activity();
        activity.last_authenticated_call = Some(Instant::now());
        activity.anonymous = None;
        activity.account.replace(account)
    }

    /// The account of the last authenticated call.
    pub(super) fn account(&self) -> Option<i64> {
        self.activity().account
    }

    /// Records that the server has read everything that has arrived, and waits for the client.
    pub(super) fn record_wait(&self) {
        self.first_wait.get_or_init(Instant::now);
    }

    /// Whether the connection has made no authenticated call.
    pub(super) fn is_anonymous(&self) -> bool {
        self.activity().anonymous.is_some()
    }

    /// Whether the connection has made an authenticated call, also after it has lost its slot.
    pub(super) fn had_authenticated_call(&self) -> bool {
        self.activity().last_authenticated_call.is_some()
    }

    /// Whether the client has had no time for an authenticated call.
    pub(super) fn is_new(&self) -> bool {
        self.is_unread()
            || self.opened.elapsed() < SIGN_IN_MAX
                && self
                    .first_wait
                    .get()
                    .is_some_and(|wait| wait.elapsed() < SIGN_IN)
    }

    /// Whether the server has not yet read everything that has arrived.
    fn is_unread(&self) -> bool {
        self.first_wait.get().is_none() && self.opened.elapsed() < SIGN_IN_MAX
    }

    /// Stops counting the connection as one without an authenticated call, because it was removed.
    pub(super) fn stop_counting_anonymous(&self) {
        self.activity().anonymous = None;
    }

    /// Begins a call without a token; `None` when `max` of them are unfinished.
    pub(super) fn begin_public_call(self: &Arc<Self>, max: usize) -> Option<PublicCall> {
        let mut activity = self.activity();
        (activity.public_calls < max).then(|| {
            activity.public_calls += 1;
            PublicCall(Arc::clone(self))
        })
    }

    /// Begins to receive a request.
    pub(super) fn begin_request(self: &Arc<Self>) -> UnfinishedRequest {
        UnfinishedRequest(Some(Arc::clone(self)))
    }

    /// Counts a request that the client has left unfinished.
    fn abandon_request(&self) {
        let mut activity = self.activity();
        activity.unfinished_requests += 1;
        self.memory().set_refused(activity.unfinished_requests);
        let is_abandoned = activity.unfinished_requests > UNFINISHED_REQUESTS_MAX;
        drop(activity);
        if is_abandoned {
            self.enter(Phase::Abandoned);
        }
    }

    /// Whether a call is under way.
    pub(super) fn is_active(&self) -> bool {
        self.activity().active_calls > 0
    }

    /// Number of open calls, under way or not.
    pub(super) fn open_calls(&self) -> usize {
        *self.open_calls.borrow()
    }

    pub(super) fn was_used(&self) -> bool {
        self.activity().was_used
    }

    /// The rank of the connection for closing; `None` while a call is under way.
    pub(super) fn eviction_rank(&self) -> Option<EvictionRank> {
        let activity = self.activity();
        let is_probed = || {
            let last_work = activity.last_work;
            last_work.is_some_and(|time| time.elapsed() < RECENT)
        };
        let signed_in = activity.last_authenticated_call;
        (activity.active_calls == 0).then(|| EvictionRank {
            is_protected: self.is_unread() || signed_in.is_none() && is_probed(),
            idle_since: signed_in
                .unwrap_or_else(|| self.opened.checked_sub(SIGN_IN).unwrap_or(self.opened)),
            id: self.id,
        })
    }

    /// Enters `phase`, unless the connection is in a later one.
    pub(super) fn enter(&self, phase: Phase) {
        if matches!(phase, Phase::Retired | Phase::Evicted | Phase::Abandoned) {
            self.activity().retired.get_or_insert_with(Instant::now);
        }
        self.phase.send_if_modified(|current| {
            let is_later = phase > *current;
            *current = phase.max(*current);
            is_later
        });
    }

    pub(super) fn is_in(&self, phase: Phase) -> bool {
        *self.phase.borrow() == phase
    }

    /// Waits until the connection is in `phase` or a later one.
    pub(super) async fn wait_for(&self, phase: Phase) {
        // Fails only when the sender is dropped, which `self` owns.
        let _ = self
            .phase
            .subscribe()
            .wait_for(|current| *current >= phase)
            .await;
    }

    /// Waits until the connection is retired, all its calls are closed, and the client has had time to
    /// receive the replies. A client that does not respond cannot delay this.
    pub(super) async fn wait_until_drained(&self) {
        self.wait_for(Phase::Retired).await;
        sleep(RETIREMENT).await;
        // Fails only when the sender is dropped, which `self` owns.
        let _ = self
            .open_calls
            .subscribe()
            .wait_for(|count| *count == 0)
            .await;
        sleep(RETIREMENT).await;
    }
}

impl Drop for BacklogGuard {
    fn drop(&mut self) {
        let backlog = &self.0.backlog;
        if backlog.count.fetch_sub(1, Ordering::AcqRel) == 1 {
            backlog.waker.wake();
        }
    }
}

impl Drop for ActiveCall {
    fn drop(&mut self) {
        let mut activity = self.0.activity();
        activity.active_calls -= 1;
        let now = Instant::now();
        activity.last_work = Some(now);
        // A long call, such as a stream, ends its use of the connection only now.
        activity.last_authenticated_call = activity.last_authenticated_call.map(|_| now);
    }
}

impl Drop for PublicCall {
    fn drop(&mut self) {
        self.0.activity().public_calls -= 1;
    }
}

impl UnfinishedRequest {
    /// Records that the request is complete, or that the client has reset it.
    pub(super) fn finish(mut self) {
        if let Some(connection) = self.0.take() {
            let mut activity = connection.activity();
            activity.unfinished_requests = activity.unfinished_requests.saturating_sub(1);
            connection
                .memory()
                .set_refused(activity.unfinished_requests);
        }
    }
}

impl Drop for UnfinishedRequest {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            connection.abandon_request();
        }
    }
}
