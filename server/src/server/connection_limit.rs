//! The limits of connections: in total, per source network, and without an authenticated call. When a
//! limit is reached, the most idle connection is closed to make room for a new one.

use std::{
    cmp::Reverse,
    collections::{HashMap, VecDeque},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    network::source_network,
    server::{
        account_connections::AccountConnections,
        connection_counts::ConnectionCounts,
        connection_state::{ConnectionState, EvictionRank, Phase},
        header_table::HeaderPool,
        limits::Limits,
    },
    telemetry::sampler::log_sampled,
};

/// Maximum number of connections that a search for idle ones finds, so that a flood of new connections
/// does not search all of them each time.
const IDLE_SEARCH_MAX: usize = 64;
/// Of the connections without an authenticated call, new ones may exceed their limit by this fraction of it.
const NEW_DIVISOR: usize = 2;
/// When the connections themselves hold too much memory, some are closed until they hold a fraction less.
const ROOM_DIVISOR: usize = 8;
/// How long the result of a search is used.
const IDLE_SEARCH_TTL: Duration = Duration::from_secs(1);

/// Counts open connections. Cheap to clone.
#[derive(Clone)]
pub struct ConnectionLimiter {
    total_max: usize,
    anonymous_max: usize,
    per_network_max: usize,
    memory_max: usize,
    counts: ConnectionCounts,
    accounts: AccountConnections,
    open: Arc<Mutex<OpenConnections>>,
    headers: HeaderPool,
}

#[derive(Default)]
struct OpenConnections {
    next_id: u64,
    by_id: HashMap<u64, Arc<ConnectionState>>,
    by_network: HashMap<IpAddr, HashMap<u64, Arc<ConnectionState>>>,
    idle: IdleConnections,
    idle_anonymous: IdleConnections,
}

/// Idle connections, the most idle one first.
#[derive(Default)]
struct IdleConnections {
    found: Option<Instant>,
    queue: VecDeque<(EvictionRank, Arc<ConnectionState>)>,
}

impl ConnectionLimiter {
    /// Accepts as many connections as the limits permit.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            total_max: limits.connections,
            anonymous_max: limits.anonymous_connections,
            per_network_max: limits.connections_per_network,
            memory_max: limits.connection_memory,
            counts: ConnectionCounts::default(),
            accounts: AccountConnections::new(limits.connections_per_account),
            open: Arc::default(),
            headers: HeaderPool::default(),
        }
    }

    /// A permit for a connection from `address`. When a limit is reached, an idle connection is
    /// closed; `None` when there is none.
    pub(super) fn acquire(&self, address: IpAddr) -> Option<ConnectionPermit> {
        let network = source_network(address);
        let mut open = self.open();
        let count = open.by_network.get(&network).map_or(0, HashMap::len);
        // A local proxy connects on behalf of many networks.
        if count >= self.per_network_max && !network.is_loopback() {
            open.close_most_idle_of(network)?;
        } else if open.by_id.len() >= self.total_max {
            log_sampled!(
                warn,
                "all connections are in use; the most idle ones are closed",
                max = self.total_max
            );
            // Connections that arrive faster than their clients can sign in replace each other.
            let is_flooded = self.anonymous() >= self.anonymous_max;
            let closed = is_flooded.then(|| open.close_most_idle_anonymous(|_| true));
            closed.flatten().or_else(|| open.close_most_idle())?;
        }
        let anonymous = self.anonymous();
        if anonymous >= self.anonymous_max {
            // Clients that connect faster than they can sign in replace each other.
            let is_flooded = anonymous >= self.anonymous_max + self.anonymous_max / NEW_DIVISOR;
            // If there is none, every connection is new or has a call under way. The number of such
            // calls is limited, and the total number of connections too, so the new connection is
            // accepted.
            let _ = open.close_most_idle_anonymous(|state| is_flooded || !state.is_new());
        }
        let id = open.next_id;
        open.next_id += 1;
        let state = Arc::new(ConnectionState::new(id, network, &self.counts));
        open.by_id.insert(id, Arc::clone(&state));
        let neighbours = open.by_network.entry(network).or_default();
        neighbours.insert(id, Arc::clone(&state));
        drop(open);
        Some(ConnectionPermit {
            limiter: self.clone(),
            state,
        })
    }

    /// Closes connections when all of them together hold too much memory besides their calls: those without
    /// an authenticated call first, then those that hold the most for the longest time.
    pub(super) fn limit_memory(&self) {
        if self.counts.memory.held() <= self.memory_max {
            return;
        }
        let open = self.open();
        let weighed = open
            .by_id
            .values()
            .map(|state| (!state.is_anonymous(), state.memory().weight(), state));
        let mut heaviest: Vec<_> = weighed.filter(|(_, weight, _)| *weight > 0).collect();
        heaviest.sort_unstable_by_key(|(is_known, weight, state)| {
            (*is_known, Reverse(*weight), state.id)
        });
        let mut closed = 0;
        for (.., state) in heaviest {
            if self.counts.memory.held() <= self.memory_max - self.memory_max / ROOM_DIVISOR {
                break;
            }
            state.memory().release();
            state.enter(Phase::Closed);
            closed += 1;
        }
        drop(open);
        log_sampled!(
            warn,
            "connections hold too much memory and are closed",
            closed
        );
    }

    /// Number of connections without an authenticated call.
    fn anonymous(&self) -> usize {
        self.counts.anonymous.load(Ordering::Relaxed)
    }

    fn open(&self) -> MutexGuard<'_, OpenConnections> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenConnections {
    /// Closes the most idle connection; `None` when every connection has a call under way.
    fn close_most_idle(&mut self) -> Option<()> {
        let most_idle = self.idle.next(&self.by_id, |_| true)?;
        self.close(&most_idle);
        Some(())
    }

    /// Closes the most idle candidate without an authenticated call.
    fn close_most_idle_anonymous(
        &mut self,
        is_candidate: impl Fn(&ConnectionState) -> bool,
    ) -> Option<()> {
        let is_anonymous = |state: &ConnectionState| state.is_anonymous() && is_candidate(state);
        let most_idle = self.idle_anonymous.next(&self.by_id, is_anonymous)?;
        self.close(&most_idle);
        Some(())
    }

    /// Closes the most idle connection of a source network; `None` when each has a call under way.
    fn close_most_idle_of(&mut self, network: IpAddr) -> Option<()> {
        let neighbours = self.by_network.get(&network)?;
        let most_idle = IdleConnections::default().next(neighbours, |_| true)?;
        self.close(&most_idle);
        Some(())
    }

    fn close(&mut self, state: &ConnectionState) {
        state.enter(Phase::Evicted);
        self.remove(state.id);
    }

    /// Removes a connection; has no effect if it was removed before.
    fn remove(&mut self, id: u64) {
        let Some(state) = self.by_id.remove(&id) else {
            return;
        };
        state.stop_counting_anonymous();
        if let Some(neighbours) = self.by_network.get_mut(&state.network) {
            neighbours.remove(&id);
            if neighbours.is_empty() {
                self.by_network.remove(&state.network);
            }
        }
    }
}

impl IdleConnections {
    /// The most idle of the open connections that are candidates.
    fn next(
        &mut self,
        open: &HashMap<u64, Arc<ConnectionState>>,
        is_candidate: impl Fn(&ConnectionState) -> bool,
    ) -> Option<Arc<ConnectionState>> {
        let is_recent = |time: Instant| time.elapsed() < IDLE_SEARCH_TTL;
        if self.found.is_some_and(is_recent) {
            while let Some((eviction_rank, state)) = self.queue.pop_front() {
                let is_open = open.contains_key(&state.id);
                if is_open && is_candidate(&state) && state.eviction_rank() == Some(eviction_rank) {
                    return Some(state);
                }
            }
        }
        let candidates = open.values().filter(|state| is_candidate(state));
        let mut idle: Vec<_> = candidates
            .filter_map(|state| Some((state.eviction_rank()?, state)))
            .collect();
        let order = |one: &(EvictionRank, _), other: &(EvictionRank, _)| one.0.cmp(&other.0);
        if idle.len() > IDLE_SEARCH_MAX {
            idle.select_nth_unstable_by(IDLE_SEARCH_MAX, order);
            idle.truncate(IDLE_SEARCH_MAX);
        }
        idle.sort_unstable_by(order);
        let found = idle.into_iter();
        self.queue = found.map(|(key, state)| (key, Arc::clone(state))).collect();
        self.found = Some(Instant::now());
        self.queue.pop_front().map(|(_, state)| state)
    }
}

/// A permit for one connection; released when dropped.
pub(super) struct ConnectionPermit {
    limiter: ConnectionLimiter,
    pub(super) state: Arc<ConnectionState>,
}

impl ConnectionPermit {
    pub(super) fn limit_memory(&self) {
        self.limiter.limit_memory();
    }

    pub(super) fn accounts(&self) -> AccountConnections {
        self.limiter.accounts.clone()
    }

    pub(super) fn header_pool(&self) -> HeaderPool {
        self.limiter.headers.clone()
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        self.limiter.open().remove(self.state.id);
        self.state.enter(Phase::Closed);
        self.limiter.accounts.remove(&self.state);
    }
}

#[cfg(test)]
mod tests;
