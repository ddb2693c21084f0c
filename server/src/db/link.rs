//! What is known about a connection: whether a query runs on it, and whether it can be used again.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use diesel::connection::InstrumentationEvent;
use tokio::sync::Notify;

use crate::db::sqlstate::Outcome;

/// Whether a connection can be used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Condition {
    Good,
    /// This connection must be closed.
    Bad,
    /// So must be all connections that were opened before this was noticed.
    AllBad,
}

/// The state of a connection. [`Wire`](super::connect::Wire) and Diesel report to it, the pool reads
/// it.
#[derive(Debug, Default)]
pub(super) struct Link {
    /// Queries that Diesel has begun to send and not finished. A query whose future was dropped
    /// never finishes.
    running: AtomicUsize,
    /// Requests that were sent and are not completely answered.
    unanswered: AtomicUsize,
    /// Wakes the task that waits for the end of an answer.
    answered: Notify,
    condition: AtomicU8,
}

impl Link {
    /// Counts a query of Diesel.
    pub(super) fn on_event(&self, event: &InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { .. } => {
                self.running.fetch_add(1, Ordering::AcqRel);
            }
            InstrumentationEvent::FinishQuery { .. } => decrement(&self.running),
            _ => {}
        }
    }

    /// Counts a request, and returns whether it is the only one without an answer.
    pub(super) fn on_request(&self) -> bool {
        self.unanswered.fetch_add(1, Ordering::AcqRel) == 0
    }

    /// Counts the end of an answer.
    pub(super) fn on_answer(&self) {
        decrement(&self.unanswered);
        self.answered.notify_one();
    }

    /// Waits until no answer is missing.
    pub(super) async fn wait_for_answers(&self) {
        while self.is_waiting() {
            self.answered.notified().await;
        }
    }

    /// Whether an answer is missing.
    pub(super) fn is_waiting(&self) -> bool {
        self.unanswered.load(Ordering::Acquire) > 0
    }

    /// Whether a query was begun and its future dropped.
    pub(super) fn is_interrupted(&self) -> bool {
        self.running.load(Ordering::Acquire) > 0
    }

    /// Takes note that the query that was begun and dropped has ended.
    pub(super) fn forget_interruption(&self) {
        self.running.store(0, Ordering::Release);
    }

    /// Takes note that the connection is closed: nothing will be answered.
    pub(super) fn on_close(&self) {
        self.degrade(Condition::Bad);
        self.running.store(0, Ordering::Release);
        self.unanswered.store(0, Ordering::Release);
        self.answered.notify_one();
    }

    /// Whether nothing runs on the connection.
    pub(super) fn is_idle(&self) -> bool {
        !self.is_interrupted() && !self.is_waiting()
    }

    /// Takes note of an error of PostgreSQL.
    pub(super) fn on_error(&self, outcome: Option<Outcome>) {
        match outcome {
            Some(Outcome::BadConnection) => self.degrade(Condition::Bad),
            Some(Outcome::ReadOnly) => self.degrade(Condition::AllBad),
            Some(Outcome::Conflict | Outcome::TooSlow | Outcome::OutOfResources) | None => {}
        }
    }

    pub(super) fn degrade(&self, condition: Condition) {
        self.condition.fetch_max(condition as u8, Ordering::AcqRel);
    }

    pub(super) fn condition(&self) -> Condition {
        let condition = self.condition.load(Ordering::Acquire);
        if condition == Condition::Good as u8 {
            Condition::Good
        } else if condition == Condition::Bad as u8 {
            Condition::Bad
        } else {
            Condition::AllBad
        }
    }
}

/// Subtracts one, except from zero: the counts are reset when a connection is closed.
fn decrement(count: &AtomicUsize) {
    let one_less = |count: usize| count.checked_sub(1);
    let _ = count.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_less);
}
