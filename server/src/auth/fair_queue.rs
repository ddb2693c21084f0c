//! A queue for work that only a few calls may do at a time, with a bound and a fair share per caller.

mod wait_queue;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use epic_events::{api_error::ApiError, reason::Reason};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use self::wait_queue::WaitQueue;

/// Number of preferred calls in a row after which another call is admitted, so that preferred calls do
/// not starve the others.
const PREFERRED_IN_A_ROW: usize = 3;

/// Which calls are served first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Priority {
    Preferred,
    Normal,
}

/// A caller, by the group and the member of the group that it belongs to, such as an account and the
/// network it signs in from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) group: String,
    pub(crate) member: String,
}

/// Why a call gets no permit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum QueueError {
    /// The queue has no room for the call.
    Full,
    ShuttingDown,
}

impl QueueError {
    /// The error for the caller; when the queue is full, with the delay until the next attempt.
    pub(crate) fn error(self, retry_delay: Duration) -> ApiError {
        match self {
            Self::Full => ApiError::new(Reason::Busy).with_retry_delay(retry_delay),
            Self::ShuttingDown => ApiError::new(Reason::ShuttingDown),
        }
    }
}

/// Admits a bounded number of calls at a time. If there is more than one slot, one is reserved for
/// preferred calls, so that the others never occupy all of them. Groups of callers take turns, regardless
/// of the number of their calls in the queue, and so do the members of a group. When the queue is full, a
/// new call displaces the last call of the largest group or, within its own group, of the member with the
/// most calls, unless its own group or member would then have more. Cheap to clone.
#[derive(Clone)]
pub(crate) struct FairQueue {
    state: Arc<Mutex<State>>,
    /// Cancelled at shutdown.
    shutdown: CancellationToken,
}

/// Permission to do the work, until the last clone is dropped.
#[derive(Clone)]
pub(crate) struct QueuePermit {
    _slot: Arc<OccupiedSlot>,
}

/// An occupied slot; admits the next call when dropped.
struct OccupiedSlot {
    queue: FairQueue,
    priority: Priority,
}

struct State {
    /// Slots without a call.
    free: usize,
    /// The free slots that calls without preference may occupy.
    free_for_normal: usize,
    preferred: WaitQueue,
    normal: WaitQueue,
    preferred_in_a_row: usize,
}

impl FairQueue {
    /// A queue that admits `slots` calls at a time, while at most `preferred_max` preferred and
    /// `normal_max` other calls wait. Calls that wait when `shutdown` is cancelled get no permit.
    pub(crate) fn new(
        slots: usize,
        (preferred_max, normal_max): (usize, usize),
        shutdown: CancellationToken,
    ) -> Self {
        let state = State {
            free: slots,
            free_for_normal: slots.saturating_sub(1).max(1),
            preferred: WaitQueue::new(preferred_max),
            normal: WaitQueue::new(normal_max),
            preferred_in_a_row: 0,
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            shutdown,
        }
    }

    /// Waits for a permit. A call that is cancelled leaves the queue.
    ///
    /// # Errors
    /// [`QueueError::Full`] at once, or when a call of another caller displaces this call;
    /// [`QueueError::ShuttingDown`].
    pub(crate) async fn acquire(
        &self,
        caller: &Caller,
        priority: Priority,
    ) -> Result<QueuePermit, QueueError> {
        let waiting = {
            let mut state = self.lock();
            // A free slot has no eligible call in the queue: the end of each permit admits the next call.
            if state.may_start(priority) {
                return Ok(self.start(&mut state, priority));
            }
            let queue = match priority {
                Priority::Preferred => &mut state.preferred,
                Priority::Normal => &mut state.normal,
            };
            queue.push(caller)?
        };
        tokio::select! {
            permit = waiting => permit.map_err(|_| QueueError::Full),
            () = self.shutdown.cancelled() => Err(QueueError::ShuttingDown),
        }
    }

    fn start(&self, state: &mut State, priority: Priority) -> QueuePermit {
        state.free -= 1;
        if priority == Priority::Normal {
            state.free_for_normal -= 1;
        }
        let queue = self.clone();
        QueuePermit {
            _slot: Arc::new(OccupiedSlot { queue, priority }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OccupiedSlot {
    fn drop(&mut self) {
        let admitted = {
            let mut state = self.queue.lock();
            state.free += 1;
            if self.priority == Priority::Normal {
                state.free_for_normal += 1;
            }
            state.next().map(|(next, priority)| {
                let permit = self.queue.start(&mut state, priority);
                (next, permit)
            })
        };
        if let Some((next, permit)) = admitted {
            // If the call is cancelled at this moment, its permit is dropped and admits the next call.
            let _ = next.send(permit);
        }
    }
}

impl State {
    fn may_start(&self, priority: Priority) -> bool {
        self.free > 0 && (priority == Priority::Preferred || self.free_for_normal > 0)
    }

    /// Removes the next call to admit.
    fn next(&mut self) -> Option<(oneshot::Sender<QueuePermit>, Priority)> {
        if self.preferred_in_a_row < PREFERRED_IN_A_ROW
            && let Some(next) = self.preferred.next()
        {
            self.preferred_in_a_row += 1;
            return Some((next, Priority::Preferred));
        }
        self.preferred_in_a_row = 0;
        if self.may_start(Priority::Normal)
            && let Some(next) = self.normal.next()
        {
            return Some((next, Priority::Normal));
        }
        let next = self.preferred.next()?;
        Some((next, Priority::Preferred))
    }
}

#[cfg(test)]
mod tests;
