//! What is counted over all connections: those without an authenticated call, those of each account, and the
//! memory that they hold besides their calls.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::server::{
    connection_memory::ConnectionPool,
    connection_state::{ConnectionState, Phase},
};

/// The counts of a server. All clones share them.
#[derive(Clone)]
pub(super) struct ConnectionCounts {
    pub(super) anonymous: Arc<AtomicUsize>,
    pub(super) memory: ConnectionPool,
    pub(super) accounts: AccountConnections,
}

impl ConnectionCounts {
    /// Each account has at most `per_account_max` connections.
    pub(super) fn new(per_account_max: usize) -> Self {
        Self {
            anonymous: Arc::default(),
            memory: ConnectionPool::default(),
            accounts: AccountConnections {
                max: per_account_max,
                by_account: Arc::default(),
            },
        }
    }
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

/// The open connections of each account. A connection belongs to the account of its last authenticated call.
#[derive(Clone)]
pub(super) struct AccountConnections {
    max: usize,
    by_account: Arc<Mutex<HashMap<i64, Vec<Weak<ConnectionState>>>>>,
}

impl AccountConnections {
    /// Adds a connection of the account. When the account has too many, its most idle one is closed; if each
    /// of them has a call under way, the limits of calls apply.
    pub(super) fn add(&self, account: i64, connection: &Arc<ConnectionState>) {
        let mut by_account = self.lock();
        let connections = by_account.entry(account).or_default();
        // Dropped after the lock is released, because the last owner of a connection removes it.
        let known: Vec<_> = connections.iter().filter_map(Weak::upgrade).collect();
        let is_other = |other: &&Arc<ConnectionState>| {
            let is_same = Arc::ptr_eq(other, connection);
            !is_same && other.is_in(Phase::Open) && other.account() == Some(account)
        };
        let others: Vec<_> = known.iter().filter(is_other).collect();
        let all = others.iter().copied().chain([connection]);
        *connections = all.map(Arc::downgrade).collect();
        drop(by_account);
        if others.len() < self.max {
            return;
        }
        let ranked = others
            .iter()
            .filter_map(|other| Some((other.eviction_rank()?, other)));
        if let Some((_, most_idle)) = ranked.min_by(|(one, _), (other, _)| one.cmp(other)) {
            most_idle.enter(Phase::Evicted);
        }
    }

    /// Removes a connection of the account.
    pub(super) fn remove(&self, account: i64, connection: &ConnectionState) {
        let mut by_account = self.lock();
        let Some(connections) = by_account.get_mut(&account) else {
            return;
        };
        connections.retain(|other| !std::ptr::eq(other.as_ptr(), connection));
        if connections.is_empty() {
            by_account.remove(&account);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Vec<Weak<ConnectionState>>>> {
        self.by_account
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}
