//! A queue for work that only a few calls may do at a time, with a bound and a fair share per caller.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use epic_events::{api_error::ApiError, reason::Reason};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// Number of preferred calls in a row after which another call is admitted, so that preferred calls do
/// not starve the others.
const PREFERRED_IN_A_ROW: usize = 3;

/// Which calls are served first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Priority {
    Preferred,
    Other,
}

/// Why a call gets no turn.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoTurn {
    /// The queue has no room for the call.
    Full,
    ShuttingDown,
}

impl NoTurn {
    /// The error for the caller; when the queue is full, with the delay until the next attempt.
    pub(crate) fn error(self, retry_delay: Duration) -> ApiError {
        match self {
            Self::Full => ApiError::new(Reason::Busy).with_retry_delay(retry_delay),
            Self::ShuttingDown => ApiError::new(Reason::ShuttingDown),
        }
    }
}

/// Admits a bounded number of calls at a time. If there is more than one slot, one is reserved for
/// preferred calls, so that the others never occupy all of them. Callers take turns, regardless of the
/// number of their calls in the queue. When the queue is full, a new call displaces the last call of
/// the caller with the most calls, unless its own caller would then have more. Cheap to clone.
#[derive(Clone)]
pub(crate) struct FairQueue {
    state: Arc<Mutex<State>>,
    /// Cancelled at shutdown.
    shutdown: CancellationToken,
}

/// Permission to do the work, until the last clone is dropped.
#[derive(Clone)]
pub(crate) struct Turn {
    _slot: Arc<Slot>,
}

/// An occupied slot; admits the next call when dropped.
struct Slot {
    queue: FairQueue,
    priority: Priority,
}

struct State {
    /// Slots without a call.
    free: usize,
    /// The free slots that calls without preference may occupy.
    free_for_other: usize,
    preferred: Line,
    other: Line,
    preferred_in_a_row: usize,
}

/// The waiting calls of one priority.
struct Line {
    /// The calls of each caller, in the order of their arrival.
    calls: HashMap<String, VecDeque<oneshot::Sender<Turn>>>,
    /// Every caller with a waiting call, the next caller first.
    callers: VecDeque<String>,
    length: usize,
    length_max: usize,
}

impl FairQueue {
    /// A queue that admits `slots` calls at a time, while at most `preferred_max` preferred and
    /// `other_max` other calls wait. Calls that wait when `shutdown` is cancelled get no turn.
    pub(crate) fn new(
        slots: usize,
        (preferred_max, other_max): (usize, usize),
        shutdown: CancellationToken,
    ) -> Self {
        let line = |length_max| Line {
            calls: HashMap::new(),
            callers: VecDeque::new(),
            length: 0,
            length_max,
        };
        let state = State {
            free: slots,
            free_for_other: slots.saturating_sub(1).max(1),
            preferred: line(preferred_max),
            other: line(other_max),
            preferred_in_a_row: 0,
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            shutdown,
        }
    }

    /// Waits for a turn. A call that is cancelled leaves the queue.
    ///
    /// # Errors
    /// [`NoTurn::Full`] at once, or when a call of another caller displaces this call;
    /// [`NoTurn::ShuttingDown`].
    pub(crate) async fn turn(&self, caller: &str, priority: Priority) -> Result<Turn, NoTurn> {
        let waiting = {
            let mut state = self.lock();
            // A free slot has no eligible call in the queue: the end of each turn admits the next one.
            if state.may_start(priority) {
                return Ok(self.start(&mut state, priority));
            }
            let line = match priority {
                Priority::Preferred => &mut state.preferred,
                Priority::Other => &mut state.other,
            };
            line.push(caller)?
        };
        tokio::select! {
            turn = waiting => turn.map_err(|_| NoTurn::Full),
            () = self.shutdown.cancelled() => Err(NoTurn::ShuttingDown),
        }
    }

    fn start(&self, state: &mut State, priority: Priority) -> Turn {
        state.free -= 1;
        if priority == Priority::Other {
            state.free_for_other -= 1;
        }
        let queue = self.clone();
        Turn {
            _slot: Arc::new(Slot { queue, priority }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let admitted = {
            let mut state = self.queue.lock();
            state.free += 1;
            if self.priority == Priority::Other {
                state.free_for_other += 1;
            }
            state.next().map(|(next, priority)| {
                let turn = self.queue.start(&mut state, priority);
                (next, turn)
            })
        };
        if let Some((next, turn)) = admitted {
            // If the call is cancelled at this moment, its turn is dropped and admits the next call.
            let _ = next.send(turn);
        }
    }
}

impl State {
    fn may_start(&self, priority: Priority) -> bool {
        self.free > 0 && (priority == Priority::Preferred || self.free_for_other > 0)
    }

    /// Removes the next call to admit.
    fn next(&mut self) -> Option<(oneshot::Sender<Turn>, Priority)> {
        if self.preferred_in_a_row < PREFERRED_IN_A_ROW
            && let Some(next) = self.preferred.next()
        {
            self.preferred_in_a_row += 1;
            return Some((next, Priority::Preferred));
        }
        self.preferred_in_a_row = 0;
        if self.may_start(Priority::Other)
            && let Some(next) = self.other.next()
        {
            return Some((next, Priority::Other));
        }
        let next = self.preferred.next()?;
        Some((next, Priority::Preferred))
    }
}

impl Line {
    fn push(&mut self, caller: &str) -> Result<oneshot::Receiver<Turn>, NoTurn> {
        if self.length == self.length_max {
            self.remove_cancelled();
        }
        if self.length == self.length_max {
            self.push_out(caller)?;
        }
        let (admit, waiting) = oneshot::channel();
        let calls = self.calls.entry(caller.to_owned()).or_default();
        if calls.is_empty() {
            self.callers.push_back(caller.to_owned());
        }
        calls.push_back(admit);
        self.length += 1;
        Ok(waiting)
    }

    /// Removes the last call of the caller with the most calls, to make room for a call of `caller`.
    /// Fails if `caller` would then have more calls than that caller.
    fn push_out(&mut self, caller: &str) -> Result<(), NoTurn> {
        let own = self.calls.get(caller).map_or(0, VecDeque::len);
        let largest = self.calls.values_mut().max_by_key(|calls| calls.len());
        let largest = largest.filter(|calls| calls.len() > own + 1);
        largest.ok_or(NoTurn::Full)?.pop_back();
        self.length -= 1;
        Ok(())
    }

    /// Removes the next call that is not cancelled.
    fn next(&mut self) -> Option<oneshot::Sender<Turn>> {
        loop {
            let caller = self.callers.pop_front()?;
            let calls = self.calls.get_mut(&caller)?;
            let next = calls.pop_front();
            self.length -= 1;
            if calls.is_empty() {
                self.calls.remove(&caller);
            } else {
                self.callers.push_back(caller);
            }
            if next.as_ref().is_some_and(|next| !next.is_closed()) {
                return next;
            }
        }
    }

    fn remove_cancelled(&mut self) {
        self.calls.retain(|_, calls| {
            calls.retain(|call| !call.is_closed());
            !calls.is_empty()
        });
        self.callers
            .retain(|caller| self.calls.contains_key(caller));
        self.length = self.calls.values().map(VecDeque::len).sum();
    }
}

#[cfg(test)]
mod tests;
