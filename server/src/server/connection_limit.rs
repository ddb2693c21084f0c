//! The limit of connections, in total and per source network. When it is reached, the most idle
//! connection makes room for a new one.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    network::source_network,
    server::{
        connection_state::{ConnectionState, Phase},
        limits::Limits,
    },
};

/// Counts open connections. Cheap to clone.
#[derive(Clone)]
pub struct ConnectionLimiter {
    total_max: usize,
    per_network_max: usize,
    open: Arc<Mutex<OpenConnections>>,
}

#[derive(Default)]
struct OpenConnections {
    next_id: u64,
    by_id: HashMap<u64, Arc<ConnectionState>>,
    by_network: HashMap<IpAddr, usize>,
}

impl ConnectionLimiter {
    /// Accepts as many connections as the limits permit.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            total_max: limits.connections,
            per_network_max: limits.connections_per_network,
            open: Arc::default(),
        }
    }

    /// A permit for a connection from `address`. When a limit is reached, an idle connection is
    /// closed; `None` when there is none.
    pub(super) fn acquire(&self, address: IpAddr) -> Option<ConnectionPermit> {
        let network = source_network(address);
        let mut open = self.open();
        let count = open.by_network.get(&network).copied().unwrap_or_default();
        // A proxy on this machine connects for many networks.
        if count >= self.per_network_max && !network.is_loopback() {
            open.close_most_idle(|connection| connection.network == network)?;
        } else if open.by_id.len() >= self.total_max {
            open.close_most_idle(|_| true)?;
        }
        let id = open.next_id;
        open.next_id += 1;
        let state = Arc::new(ConnectionState::new(id, network));
        open.by_id.insert(id, Arc::clone(&state));
        *open.by_network.entry(network).or_default() += 1;
        drop(open);
        Some(ConnectionPermit {
            limiter: self.clone(),
            state,
        })
    }

    fn open(&self) -> MutexGuard<'_, OpenConnections> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenConnections {
    /// Closes the most idle one of these connections; `None` when all have a call under way.
    fn close_most_idle(&mut self, is_candidate: impl Fn(&ConnectionState) -> bool) -> Option<()> {
        let candidates = self.by_id.values().filter(|state| is_candidate(state));
        let idle = candidates.filter_map(|state| Some((state.idleness()?, state)));
        let (_, state) = idle.min_by(|(one, _), (other, _)| one.cmp(other))?;
        state.enter(Phase::Closed);
        let id = state.id;
        self.remove(id);
        Some(())
    }

    /// Has no effect when the connection was removed before.
    fn remove(&mut self, id: u64) {
        let Some(state) = self.by_id.remove(&id) else {
            return;
        };
        if let Some(count) = self.by_network.get_mut(&state.network) {
            *count -= 1;
            if *count == 0 {
                self.by_network.remove(&state.network);
            }
        }
    }
}

/// A permit for one connection; released when dropped.
pub(super) struct ConnectionPermit {
    limiter: ConnectionLimiter,
    pub(super) state: Arc<ConnectionState>,
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        self.limiter.open().remove(self.state.id);
    }
}

#[cfg(test)]
mod tests;
