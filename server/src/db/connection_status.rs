//! The state of a connection: whether a query runs on it, and whether it can be used again.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use diesel::connection::InstrumentationEvent;
use tokio::sync::Notify;

use crate::db::sqlstate::Outcome;

/// Whether a connection can be used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Health {
    Usable,
    /// This connection must be closed.
    Broken,
    /// All connections that were opened before this was detected must be closed.
    AllBroken,
}

/// The state of a connection. [`Wire`](super::connect::Wire) and Diesel report to it, the pool reads
/// it.
#[derive(Debug, Default)]
pub(super) struct ConnectionStatus {
    /// Queries that Diesel has begun to send and not finished. A query whose future was dropped
    /// never finishes.
    running: AtomicUsize,
    /// Requests that were sent and whose reply is incomplete.
    unanswered: AtomicUsize,
    /// Statements that Diesel has prepared and keeps for reuse.
    prepared: AtomicUsize,
    /// Wakes the task that waits for the end of a reply.
    answered: Notify,
    health: AtomicU8,
}

impl ConnectionStatus {
    /// Counts a query that Diesel begins or finishes, or a statement that it prepares.
    pub(super) fn on_event(&self, event: &InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { .. } => {
                self.running.fetch_add(1, Ordering::AcqRel);
            }
            InstrumentationEvent::FinishQuery { .. } => decrement(&self.running),
            InstrumentationEvent::CacheQuery { .. } => {
                self.prepared.fetch_add(1, Ordering::AcqRel);
            }
            _ => {}
        }
    }

    /// The number of statements that Diesel has prepared and keeps for reuse.
    pub(super) fn prepared(&self) -> usize {
        self.prepared.load(Ordering::Acquire)
    }

    /// Counts a request, and returns whether it is the only one without a reply.
    pub(super) fn on_request(&self) -> bool {
        self.unanswered.fetch_add(1, Ordering::AcqRel) == 0
    }

    /// Counts the end of a reply.
    pub(super) fn on_answer(&self) {
        decrement(&self.unanswered);
        self.answered.notify_one();
    }

    /// Waits until every request has its reply.
    pub(super) async fn wait_for_answers(&self) {
        while self.is_waiting() {
            self.answered.notified().await;
        }
    }

    /// Whether a request has no complete reply.
    pub(super) fn is_waiting(&self) -> bool {
        self.unanswered.load(Ordering::Acquire) > 0
    }

    /// Whether a query was begun and its future was dropped.
    pub(super) fn is_interrupted(&self) -> bool {
        self.running.load(Ordering::Acquire) > 0
    }

    /// Records that the query whose future was dropped has ended.
    pub(super) fn clear_interruption(&self) {
        self.running.store(0, Ordering::Release);
    }

    /// Records that the connection is closed, so that no reply will arrive.
    pub(super) fn on_close(&self) {
        self.degrade(Health::Broken);
        self.running.store(0, Ordering::Release);
        self.unanswered.store(0, Ordering::Release);
        self.answered.notify_one();
    }

    /// Whether nothing runs on the connection.
    pub(super) fn is_idle(&self) -> bool {
        !self.is_interrupted() && !self.is_waiting()
    }

    /// Records an error that PostgreSQL has reported.
    pub(super) fn on_error(&self, outcome: Option<Outcome>) {
        match outcome {
            Some(Outcome::BadConnection) => self.degrade(Health::Broken),
            Some(Outcome::ReadOnly) => self.degrade(Health::AllBroken),
            Some(Outcome::Conflict | Outcome::TooSlow | Outcome::OutOfResources) | None => {}
        }
    }

    pub(super) fn degrade(&self, health: Health) {
        self.health.fetch_max(health as u8, Ordering::AcqRel);
    }

    pub(super) fn health(&self) -> Health {
        let health = self.health.load(Ordering::Acquire);
        if health == Health::Usable as u8 {
            Health::Usable
        } else if health == Health::Broken as u8 {
            Health::Broken
        } else {
            Health::AllBroken
        }
    }
}

/// Subtracts one, but not below zero: the counts are reset when a connection is closed.
fn decrement(count: &AtomicUsize) {
    let one_less = |count: usize| count.checked_sub(1);
    let _ = count.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_less);
}
