//! The limit of connections, in total and per source network.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::network::source_network;

/// Maximum number of connections. An idle connection takes about 20 KiB, and more with TLS: this
/// many fit into the memory limit of the service unit.
const TOTAL_MAX: usize = 4_096;
/// Maximum number of connections per source network: an office behind one address has fewer people.
const PER_NETWORK_MAX: usize = 256;

/// Counts open connections.
#[derive(Clone, Default)]
pub(super) struct ConnectionLimiter(Arc<Mutex<Counts>>);

#[derive(Default)]
struct Counts {
    total: usize,
    by_network: HashMap<IpAddr, usize>,
}

impl ConnectionLimiter {
    /// A permit for a connection from `address`; `None` when a limit is reached.
    pub(super) fn acquire(&self, address: IpAddr) -> Option<ConnectionPermit> {
        let network = source_network(address);
        let mut counts = self.counts();
        let count = counts.by_network.get(&network).copied().unwrap_or_default();
        // A proxy on this machine connects for many networks.
        if counts.total >= TOTAL_MAX || (count >= PER_NETWORK_MAX && !network.is_loopback()) {
            return None;
        }
        counts.total += 1;
        counts.by_network.insert(network, count + 1);
        drop(counts);
        Some(ConnectionPermit {
            limiter: self.clone(),
            network,
        })
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A permit for one connection; released when dropped.
pub(super) struct ConnectionPermit {
    limiter: ConnectionLimiter,
    network: IpAddr,
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let mut counts = self.limiter.counts();
        counts.total -= 1;
        if let Some(count) = counts.by_network.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                counts.by_network.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acquire(limiter: &ConnectionLimiter, from: &str, count: usize) -> Vec<ConnectionPermit> {
        let from = from.parse().unwrap();
        (0..count).map_while(|_| limiter.acquire(from)).collect()
    }

    #[test]
    fn limits_each_source_network() {
        let cases = [
            ("192.0.2.1", "192.0.2.2", true),
            ("192.0.2.1", "192.0.2.1", false),
            ("192.0.2.1", "::ffff:192.0.2.1", false),
            ("2001:db8::1", "2001:db8::2:0:0:1", false),
            ("2001:db8::1", "2001:db8:0:1::1", true),
        ];
        for (first, second, accepted) in cases {
            let limiter = ConnectionLimiter::default();
            let permits = acquire(&limiter, first, TOTAL_MAX);
            assert_eq!(permits.len(), PER_NETWORK_MAX, "{first}");
            assert_eq!(
                acquire(&limiter, second, 1).len() == 1,
                accepted,
                "{first} {second}"
            );
            drop(permits);
            let permits = acquire(&limiter, first, TOTAL_MAX);
            assert_eq!(permits.len(), PER_NETWORK_MAX, "{first}");
            drop(permits);
            assert!(limiter.counts().by_network.is_empty(), "{first}");
        }
    }

    #[test]
    fn limits_loopback_only_in_total() {
        for address in ["127.0.0.1", "::1"] {
            let limiter = ConnectionLimiter::default();
            let permits = acquire(&limiter, address, TOTAL_MAX + 1);
            assert_eq!(permits.len(), TOTAL_MAX);
            assert!(acquire(&limiter, "192.0.2.1", 1).is_empty());
            drop(permits);
            assert_eq!(acquire(&limiter, "192.0.2.1", 1).len(), 1);
        }
    }
}
