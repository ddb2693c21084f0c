//! The connections of each account: one account must not hold those that its colleagues need.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::server::connection_state::{ConnectionState, Phase};

type ByAccount = HashMap<i64, Vec<Arc<ConnectionState>>>;

/// The open connections of each account. A connection belongs to the account of its last authenticated call.
#[derive(Clone)]
pub(super) struct AccountConnections {
    max: usize,
    by_account: Arc<Mutex<ByAccount>>,
}

impl AccountConnections {
    /// Each account has at most `max` connections.
    pub(super) fn new(max: usize) -> Self {
        Self {
            max,
            by_account: Arc::default(),
        }
    }

    /// Adds a connection of the account, which has left the account `before`. When the account has too many, its
    /// most idle one is closed; if each of them has a call under way, the limits of calls apply.
    pub(super) fn add(&self, account: i64, before: Option<i64>, connection: &Arc<ConnectionState>) {
        let mut by_account = self.lock();
        if let Some(before) = before {
            remove_from(&mut by_account, before, connection);
        }
        // A call that ends late adds neither a connection that has ended nor one that has changed hands.
        if !connection.is_in(Phase::Open) || connection.account() != Some(account) {
            return;
        }
        let connections = by_account.entry(account).or_default();
        let is_other = |other: &&Arc<ConnectionState>| {
            !Arc::ptr_eq(other, connection) && other.is_in(Phase::Open)
        };
        let others: Vec<_> = connections.iter().filter(is_other).cloned().collect();
        *connections = others.iter().chain([connection]).cloned().collect();
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

    /// Removes a connection, which has ended.
    pub(super) fn remove(&self, connection: &Arc<ConnectionState>) {
        if let Some(account) = connection.account() {
            remove_from(&mut self.lock(), account, connection);
        }
    }

    fn lock(&self) -> MutexGuard<'_, ByAccount> {
        self.by_account
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}

fn remove_from(by_account: &mut ByAccount, account: i64, connection: &Arc<ConnectionState>) {
    let Some(connections) = by_account.get_mut(&account) else {
        return;
    };
    connections.retain(|other| !Arc::ptr_eq(other, connection));
    if connections.is_empty() {
        by_account.remove(&account);
    }
}
