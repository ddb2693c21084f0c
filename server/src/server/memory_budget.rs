//! The memory that requests and replies may take: one budget, with a share for each connection and each
//! account. A call that exceeds a share is refused; when the budget is full, the calls that hold the most
//! memory for the longest time are reset.

mod ledger;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use epic_events::reason::Reason;
use tokio::{task::AbortHandle, time::Instant};

use self::ledger::{Entry, Ledger, Owner};
use crate::{
    server::{
        account_connections::AccountConnections,
        connection_state::{ConnectionState, Phase},
    },
    telemetry::sampler::sample,
};

/// The share of a connection or an account is the budget divided by this number.
const SHARE_DIVISOR: usize = 8;
/// Memory of a call besides its headers and messages: its task, the state of its stream, the buffers of its
/// codec.
const CALL_COST: usize = 16 * 1024;
/// Memory of a call besides its headers while it streams replies. Measured: 10.5 KB with about 2 KB of headers and
/// a part of a connection (`docs/performance.md`).
const STREAM_COST: usize = 8 * 1024;
/// Memory of a call after its reply, while the rest of its request is received and dropped: the state of its
/// stream, its task, and the task that receives the rest. Measured: 3 KB.
const ANSWERED_CALL_COST: usize = 4 * 1024;

/// The memory of requests and replies. Cheap to clone.
#[derive(Clone)]
pub struct MemoryBudget(Arc<Budget>);

struct Budget {
    size: usize,
    ledger: Mutex<Ledger>,
}

/// Where a call comes from: its connection, with those of all accounts, and its task.
#[derive(Clone)]
pub(super) struct Origin {
    pub(super) connection: Arc<ConnectionState>,
    pub(super) accounts: AccountConnections,
    pub(super) task: CallTask,
}

/// The task of a call, which hyper spawns after the call has begun.
#[derive(Clone, Default)]
pub(super) struct CallTask(Arc<Abort>);

#[derive(Default)]
struct Abort {
    task: OnceLock<AbortHandle>,
    is_aborted: AtomicBool,
}

impl CallTask {
    /// Sets the task, once.
    pub(super) fn set(&self, task: AbortHandle) {
        let _ = self.0.task.set(task);
        if self.0.is_aborted.load(Ordering::SeqCst) {
            self.abort();
        }
    }

    /// Aborts the task, now or as soon as it is set. Returns whether it had already ended.
    fn abort(&self) -> bool {
        self.0.is_aborted.store(true, Ordering::SeqCst);
        let Some(task) = self.0.task.get() else {
            return false;
        };
        let has_ended = task.is_finished();
        task.abort();
        has_ended
    }
}

/// What the charged memory is used for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ChargeKind {
    Request,
    Reply,
}

impl MemoryBudget {
    /// The default of `EPIC_MEMORY_BUDGET`.
    pub const DEFAULT: usize = 64 * 1024 * 1024;

    /// A budget of `size` bytes.
    #[must_use]
    pub fn new(size: usize) -> Self {
        Self(Arc::new(Budget {
            size,
            ledger: Mutex::default(),
        }))
    }

    /// Number of bytes that requests and replies hold now.
    #[must_use]
    pub fn held(&self) -> usize {
        self.ledger().held
    }

    /// The maximum that [`Self::held`] has reached.
    #[must_use]
    pub fn peak(&self) -> usize {
        self.ledger().peak
    }

    /// Number of bytes that a connection or an account may hold.
    #[must_use]
    pub fn share(&self) -> usize {
        self.0.size / SHARE_DIVISOR
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.0.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a call with `headers` bytes of headers, for the account of its token.
    ///
    /// # Errors
    /// `BUSY` when the connection or the account has used its share, `SHUTTING_DOWN` when the client has
    /// had the time to receive that the connection takes no more calls (GOAWAY).
    pub(super) fn begin(
        &self,
        origin: Origin,
        account: Option<i64>,
        headers: usize,
    ) -> Result<BudgetedCall, Reason> {
        if !origin.connection.open_call() {
            return Err(Reason::ShuttingDown);
        }
        let mut ledger = self.ledger();
        let id = ledger.next_id;
        ledger.next_id += 1;
        let entry = Entry {
            origin,
            account,
            active_call: None,
            is_complete: false,
            held: 0,
            reply: 0,
            progress: Instant::now(),
            reset: None,
        };
        ledger.calls.insert(id, entry);
        drop(ledger);
        let budget = self.clone();
        let call = BudgetedCall(Arc::new(CallId { budget, id }));
        self.charge(id, headers + CALL_COST, ChargeKind::Request)?;
        Ok(call)
    }

    fn charge(&self, id: u64, bytes: usize, kind: ChargeKind) -> Result<(), Reason> {
        let mut ledger = self.ledger();
        let entry = ledger.calls.get(&id).filter(|entry| entry.reset.is_none());
        let entry = entry.ok_or(Reason::Busy)?;
        for owner in entry.owners() {
            if has_share(owner) && ledger.held_by(owner) + bytes > self.share() {
                return Err(Reason::Busy);
            }
        }
        let usable = ledger.usable(self.0.size, entry.caller(), bytes);
        let reset = if ledger.has_room(bytes, usable) {
            Vec::new()
        } else {
            ledger.make_room(bytes, id, usable)
        };
        let has_room = ledger.has_room(bytes, usable);
        if has_room {
            ledger.add(id, bytes, kind);
        }
        drop(ledger);
        reset_all(&reset, "the memory budget is full; calls are reset");
        if has_room { Ok(()) } else { Err(Reason::Busy) }
    }

    /// Resets the calls whose client has read no part of the reply for the time `limit`.
    pub(super) fn reset_stalled_replies(&self, limit: Duration) {
        let mut ledger = self.ledger();
        let is_stalled = |entry: &Entry| entry.reply > 0 && entry.progress.elapsed() >= limit;
        let stalled = ledger.calls.iter().filter(|(_, entry)| is_stalled(entry));
        let stalled: Vec<u64> = stalled.map(|(id, _)| *id).collect();
        let reset: Vec<_> = stalled.iter().filter_map(|id| ledger.reset(*id)).collect();
        drop(ledger);
        reset_all(&reset, "replies are not read; their calls are reset");
    }
}

/// Whether the owner has a share that it must not exceed. A local proxy calls on behalf of many networks.
const fn has_share(owner: Owner) -> bool {
    match owner {
        Owner::Connection(_) | Owner::Account(_) => true,
        Owner::Network(network) => !network.is_loopback(),
        // Sites count as a measure of how small their networks are.
        Owner::Site(..) => false,
    }
}

fn reset_all(calls: &[Origin], why: &'static str) {
    if calls.is_empty() {
        return;
    }
    if sample(why) {
        tracing::warn!(calls = calls.len(), "{why}");
    }
    for Origin {
        connection, task, ..
    } in calls
    {
        let has_ended = task.abort();
        if has_ended {
            // The transport holds the rest of the reply, and drops it only with the connection.
            connection.enter(Phase::Closed);
        }
    }
}

/// A call from its arrival until its reply is sent. Cheap to clone; ends with the last clone.
#[derive(Clone)]
pub(super) struct BudgetedCall(Arc<CallId>);

struct CallId {
    budget: MemoryBudget,
    id: u64,
}

impl BudgetedCall {
    /// Records that the caller has a session of the account, or has opened one.
    pub(super) fn authenticate(&self, account: i64) {
        let CallId { budget, id } = &*self.0;
        let mut ledger = budget.ledger();
        let Some(entry) = ledger.calls.get_mut(id) else {
            return;
        };
        entry.begin();
        let origin = entry.origin.clone();
        drop(ledger);
        let before = origin.connection.authenticate_call(account);
        if before != Some(account) {
            origin.accounts.add(account, before, &origin.connection);
        }
    }

    /// Records that the request is complete, so that the server works on it.
    pub(super) fn begin_work(&self) {
        let CallId { budget, id } = &*self.0;
        if let Some(entry) = budget.ledger().calls.get_mut(id) {
            entry.is_complete = true;
            entry.begin();
        }
    }

    /// Records that the reply is complete. A caller without a token may leave it unread, so its call no
    /// longer keeps the connection open.
    pub(super) fn end_work(&self) {
        let CallId { budget, id } = &*self.0;
        if let Some(entry) = budget.ledger().calls.get_mut(id)
            && entry.account.is_none()
        {
            entry.active_call = None;
        }
    }

    /// Reduces the memory of the call, apart from its charges, to that of an answered call.
    pub(super) fn set_answered(&self) {
        let CallId { budget, id } = &*self.0;
        let mut ledger = budget.ledger();
        let held = ledger.calls.get(id).map_or(0, |entry| entry.held);
        let excess = held.saturating_sub(ANSWERED_CALL_COST);
        ledger.subtract(*id, excess, ChargeKind::Request);
    }

    /// Reduces the memory of the call besides its headers to that of a stream; called once.
    pub(super) fn set_streaming(&self) {
        let CallId { budget, id } = &*self.0;
        let excess = CALL_COST - STREAM_COST;
        budget.ledger().subtract(*id, excess, ChargeKind::Request);
    }

    /// Begins a charge of zero bytes.
    pub(super) fn charge(&self, kind: ChargeKind) -> Charge {
        Charge {
            call: self.clone(),
            bytes: 0,
            kind,
        }
    }
}

impl Drop for CallId {
    fn drop(&mut self) {
        let mut ledger = self.budget.ledger();
        let held = ledger.calls.get(&self.id).map_or(0, |entry| entry.held);
        ledger.subtract(self.id, held, ChargeKind::Request);
        if let Some(entry) = ledger.calls.remove(&self.id) {
            entry.origin.connection.close_call();
        }
    }
}

/// Memory of a call; released when dropped.
pub(super) struct Charge {
    call: BudgetedCall,
    bytes: usize,
    kind: ChargeKind,
}

impl Charge {
    /// Adds `bytes`.
    ///
    /// # Errors
    /// `BUSY` when a share or the budget is full.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), Reason> {
        let CallId { budget, id } = &*self.call.0;
        budget.charge(*id, bytes, self.kind)?;
        self.bytes += bytes;
        Ok(())
    }

    /// Records that the client has received a part.
    pub(super) fn progress(&self) {
        let CallId { budget, id } = &*self.call.0;
        if let Some(entry) = budget.ledger().calls.get_mut(id) {
            entry.progress = Instant::now();
        }
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        let CallId { budget, id } = &*self.call.0;
        budget.ledger().subtract(*id, self.bytes, self.kind);
    }
}

#[cfg(test)]
mod tests;
