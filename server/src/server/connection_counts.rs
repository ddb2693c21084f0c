//! What is counted over all connections: those without an authenticated call, and the memory that they hold
//! besides their calls.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::server::connection_memory::ConnectionPool;

/// The counts of a server. All clones share them.
#[derive(Clone, Default)]
pub(super) struct ConnectionCounts {
    pub(super) anonymous: Arc<AtomicUsize>,
    pub(super) memory: ConnectionPool,
}

/// Counts a connection without a call that had a valid token, until dropped.
pub(super) struct AnonymousGuard(Arc<AtomicUsize>);

impl AnonymousGuard {
    pub(super) fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for AnonymousGuard {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
