//! What the server knows about an open connection: its calls, and whether it is to end.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::watch, time::Instant};

/// A connection with a call in this time is not idle. Health probes come every 30 s.
const RECENT: Duration = Duration::from_mins(1);

/// The state of an open connection, which its calls share.
pub(super) struct ConnectionState {
    pub(super) id: u64,
    /// The source network, which has a limit of its own.
    pub(super) network: IpAddr,
    opened: Instant,
    activity: Mutex<Activity>,
    phase: watch::Sender<Phase>,
}

#[derive(Default)]
struct Activity {
    /// Number of calls under way.
    calls: usize,
    /// Number of [`PublicCall`]s.
    public_calls: usize,
    last_call: Option<Instant>,
    last_authenticated_call: Option<Instant>,
}

/// The life of a connection.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// It accepts calls.
    Open,
    /// It has reached its maximum age: it accepts no new calls, and its streams end.
    Retired,
    /// It is closed at once.
    Closed,
}

/// How expendable a connection without a call under way is; the least one is the first to be closed.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Idleness {
    has_recent_call: bool,
    last_authenticated_call: Option<Instant>,
    opened: Instant,
}

/// One of the few unfinished calls without a token on a connection; ends when dropped.
pub(super) struct PublicCall(Arc<ConnectionState>);

impl ConnectionState {
    pub(super) fn new(id: u64, network: IpAddr) -> Self {
        Self {
            id,
            network,
            opened: Instant::now(),
            activity: Mutex::default(),
            phase: watch::Sender::new(Phase::Open),
        }
    }

    fn activity(&self) -> MutexGuard<'_, Activity> {
        self.activity.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin_call(&self) {
        let mut activity = self.activity();
        activity.calls += 1;
        activity.last_call = Some(Instant::now());
    }

    pub(super) fn end_call(&self) {
        let mut activity = self.activity();
        activity.calls -= 1;
        activity.last_call = Some(Instant::now());
    }

    pub(super) fn authenticate_call(&self) {
        self.activity().last_authenticated_call = Some(Instant::now());
    }

    /// Begins a call without a token, unless `max` of them are unfinished.
    pub(super) fn begin_public_call(self: &Arc<Self>, max: usize) -> Option<PublicCall> {
        let mut activity = self.activity();
        (activity.public_calls < max).then(|| {
            activity.public_calls += 1;
            PublicCall(Arc::clone(self))
        })
    }

    pub(super) fn was_used(&self) -> bool {
        self.activity().last_call.is_some()
    }

    /// `None` while a call is under way.
    pub(super) fn idleness(&self) -> Option<Idleness> {
        let activity = self.activity();
        let is_recent = |time: Instant| time.elapsed() < RECENT;
        (activity.calls == 0).then(|| Idleness {
            has_recent_call: activity.last_call.is_some_and(is_recent),
            last_authenticated_call: activity.last_authenticated_call,
            opened: self.opened,
        })
    }

    /// Has no effect in a later phase.
    pub(super) fn enter(&self, phase: Phase) {
        self.phase.send_if_modified(|current| {
            let is_later = phase > *current;
            *current = phase.max(*current);
            is_later
        });
    }

    /// Waits until the connection is in that phase or a later one.
    pub(super) async fn wait_for(&self, phase: Phase) {
        // Fails only without a sender, which `self` owns.
        let _ = self
            .phase
            .subscribe()
            .wait_for(|current| *current >= phase)
            .await;
    }
}

impl Drop for PublicCall {
    fn drop(&mut self) {
        self.0.activity().public_calls -= 1;
    }
}
