//! The memory that connections themselves hold, besides their calls: incomplete frames and header blocks, from
//! which no call has come yet, and the state of requests that were refused and that the client has not finished.
//! All connections share one limit; above it, those that hold the most for the longest time are closed.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::time::Instant;

/// Memory of a refused request until it is finished: h2 keeps the state of its stream. Measured: 3 KB.
const REFUSED_REQUEST: usize = 4 * 1024;

/// Counts the bytes that all connections hold. All clones share the count.
#[derive(Clone, Default)]
pub(super) struct ConnectionPool(Arc<AtomicUsize>);

impl ConnectionPool {
    pub(super) fn held(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts the bytes of a connection; released when dropped.
pub(super) struct ConnectionMemory {
    pool: ConnectionPool,
    incomplete: usize,
    refused: usize,
    /// The time since which the connection holds bytes.
    since: Option<Instant>,
    /// Whether the connection is being closed, and no longer counts.
    is_released: bool,
}

impl ConnectionMemory {
    pub(super) fn new(pool: ConnectionPool) -> Self {
        Self {
            pool,
            incomplete: 0,
            refused: 0,
            since: None,
            is_released: false,
        }
    }

    /// Sets the size of the frame or header block that is incomplete.
    pub(super) fn set_incomplete(&mut self, bytes: usize) {
        let before = self.counted();
        self.incomplete = bytes;
        self.count(before);
    }

    /// Sets the number of requests that were refused and are not finished.
    pub(super) fn set_refused(&mut self, requests: usize) {
        let before = self.counted();
        self.refused = requests * REFUSED_REQUEST;
        self.count(before);
    }

    fn counted(&self) -> usize {
        if self.is_released {
            0
        } else {
            self.incomplete + self.refused
        }
    }

    fn count(&mut self, before: usize) {
        let after = self.counted();
        self.pool.0.fetch_add(after, Ordering::Relaxed);
        self.pool.0.fetch_sub(before, Ordering::Relaxed);
        self.since = (after > 0).then(|| self.since.unwrap_or_else(Instant::now));
    }

    /// Stops counting, because the connection is being closed.
    pub(super) fn release(&mut self) {
        let before = self.counted();
        self.is_released = true;
        self.count(before);
    }

    /// Held bytes, multiplied by the milliseconds for which the connection has held some.
    pub(super) fn weight(&self) -> u128 {
        let held = u128::try_from(self.counted()).unwrap_or(u128::MAX);
        let age = self.since.map_or(0, |since| since.elapsed().as_millis());
        held.saturating_mul(age + 1)
    }
}

impl Drop for ConnectionMemory {
    fn drop(&mut self) {
        self.release();
    }
}
