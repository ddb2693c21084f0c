//! The memory that each call holds, and which calls are reset when the budget is full.

use std::{cmp::Reverse, collections::HashMap, net::IpAddr};

use tokio::time::Instant;

use super::{ChargeKind, Origin};
use crate::server::connection_state::{ActiveCall, BacklogGuard};

/// A reset also frees the budget divided by this number, so that a full budget is not searched for
/// every byte.
const ROOM_DIVISOR: usize = 16;
/// The budget divided by this number is reserved for calls with a token, because any client can make
/// calls without one.
pub(super) const RESERVE_DIVISOR: usize = 4;
/// The budget divided by this number is reserved for small callers: accounts that hold at most [`SMALL_MAX`],
/// and calls without a token from networks that hold at most [`SMALL_NETWORK_MAX`] with such calls. Calls
/// that were reset hold their memory until the runtime drops them, and a login must not wait for that.
pub(super) const SMALL_RESERVE_DIVISOR: usize = 8;
/// Maximum number of bytes that a stream of changes, a write or a short list holds.
const SMALL_MAX: usize = 64 * 1024;
/// Maximum number of bytes of six logins at once.
const SMALL_NETWORK_MAX: usize = 128 * 1024;

/// The open calls and the memory that they hold.
#[derive(Default)]
pub(super) struct Ledger {
    pub(super) held: usize,
    /// The part of `held` that belongs to calls that were reset and that the runtime has not yet
    /// dropped.
    resetting: usize,
    pub(super) peak: usize,
    pub(super) by_owner: HashMap<Owner, usize>,
    pub(super) calls: HashMap<u64, Entry>,
    pub(super) next_id: u64,
}

/// The owner of a share of the budget.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Owner {
    Connection(u64),
    Account(i64),
    /// The calls without a token of a source network.
    Network(IpAddr),
}

/// The memory of an open call.
pub(super) struct Entry {
    pub(super) origin: Origin,
    pub(super) account: Option<i64>,
    pub(super) active_call: Option<ActiveCall>,
    /// Whether the whole request has arrived.
    pub(super) is_complete: bool,
    pub(super) held: usize,
    /// The part of `held` that is a reply.
    pub(super) reply: usize,
    /// The last time that the client received a part of the reply, or that the call or its reply began.
    pub(super) progress: Instant,
    /// Set when the call is reset: it gets no more memory.
    pub(super) reset: Option<BacklogGuard>,
}

impl Ledger {
    pub(super) fn held_by(&self, owner: Owner) -> usize {
        self.by_owner.get(&owner).copied().unwrap_or_default()
    }

    /// The part of a budget of `size` bytes that is usable for `bytes` more of a call of `caller`.
    pub(super) fn usable(&self, size: usize, caller: Owner, bytes: usize) -> usize {
        if self.is_small(caller, bytes) {
            return size;
        }
        size - match caller {
            Owner::Account(_) | Owner::Connection(_) => size / SMALL_RESERVE_DIVISOR,
            Owner::Network(_) => size / RESERVE_DIVISOR,
        }
    }

    /// Whether a caller with `bytes` more is a small one, which the reserve is for.
    fn is_small(&self, caller: Owner, bytes: usize) -> bool {
        let most = match caller {
            Owner::Account(_) | Owner::Connection(_) => SMALL_MAX,
            Owner::Network(_) => SMALL_NETWORK_MAX,
        };
        self.held_by(caller) + bytes <= most
    }

    pub(super) fn add(&mut self, id: u64, bytes: usize, kind: ChargeKind) {
        let Some(entry) = self.calls.get_mut(&id) else {
            return;
        };
        entry.held += bytes;
        if kind == ChargeKind::Reply {
            if entry.reply == 0 {
                entry.progress = Instant::now();
            }
            entry.reply += bytes;
        }
        for owner in entry.owners() {
            *self.by_owner.entry(owner).or_default() += bytes;
        }
        self.held += bytes;
        self.peak = self.peak.max(self.held);
    }

    pub(super) fn subtract(&mut self, id: u64, bytes: usize, kind: ChargeKind) {
        let Some(entry) = self.calls.get_mut(&id) else {
            return;
        };
        entry.held -= bytes;
        if entry.reset.is_some() {
            self.resetting -= bytes;
        }
        if kind == ChargeKind::Reply {
            entry.reply -= bytes;
        }
        let owners = entry.owners();
        for owner in owners {
            self.subtract_from(owner, bytes);
        }
        self.held -= bytes;
    }

    pub(super) fn subtract_from(&mut self, owner: Owner, bytes: usize) {
        if let Some(held) = self.by_owner.get_mut(&owner) {
            *held -= bytes;
            if *held == 0 {
                self.by_owner.remove(&owner);
            }
        }
    }

    /// Resets calls until there is room for `bytes` of call `id` and, beyond them, for [`ROOM_DIVISOR`]:
    /// calls without a token first, then those of the largest [`Entry::weight`]. A call with a token
    /// spares calls with a token of less weight than its own; a call without a token spares calls of
    /// less weight and, with a token, small calls on which the server works, such as a stream or a
    /// write, because any client can make calls without a token. Only a small caller's call resets those
    /// of small callers. `size` is what the call may use of the budget.
    pub(super) fn make_room(&mut self, bytes: usize, id: u64, size: usize) -> Vec<Origin> {
        let own = self.calls.get(&id);
        let own_weight = own.map_or(0, Entry::weight);
        let has_token = own.is_some_and(|entry| entry.account.is_some());
        // Earlier resets will free enough; searching all calls again for each new one would take too
        // long.
        if self.held - self.resetting + bytes <= size {
            return Vec::new();
        }
        let is_small = own.is_some_and(|entry| self.is_small(entry.caller(), bytes));
        let is_spared = |other: &Entry| match (has_token, other.account.is_some()) {
            _ if !is_small && self.is_small(other.caller(), 0) => true,
            (true, false) => false,
            (false, true) if other.is_working() && other.held <= SMALL_MAX => true,
            _ => other.weight() <= own_weight,
        };
        let others = self.calls.iter().filter(|(other, _)| **other != id);
        let mut heaviest: Vec<_> = others
            .filter(|(_, entry)| entry.reset.is_none() && !is_spared(entry))
            .map(|(other, entry)| (entry.account.is_some(), Reverse(entry.weight()), *other))
            .collect();
        heaviest.sort_unstable();
        let mut reset = Vec::new();
        for (_, _, other) in heaviest {
            if self.held - self.resetting + bytes + size / ROOM_DIVISOR <= size {
                break;
            }
            reset.extend(self.reset(other));
        }
        reset
    }

    /// Marks a call as reset; `None` if it was before. Its memory counts until the call is dropped.
    pub(super) fn reset(&mut self, id: u64) -> Option<Origin> {
        let entry = self.calls.get_mut(&id)?;
        if entry.reset.is_some() {
            return None;
        }
        entry.reset = Some(entry.origin.connection.delay());
        self.resetting += entry.held;
        Some(entry.origin.clone())
    }
}

impl Entry {
    pub(super) fn begin(&mut self) {
        let connection = &self.origin.connection;
        self.active_call
            .get_or_insert_with(|| connection.begin_call());
    }

    /// Whether the server works on the call, and its client has neither a part of the request to send nor
    /// a reply to receive. The share of its account at the database bounds the number of such calls.
    fn is_working(&self) -> bool {
        self.is_complete && self.reply == 0
    }

    /// The account of the token, or the network of a call without a token.
    pub(super) fn caller(&self) -> Owner {
        let network = Owner::Network(self.origin.connection.network);
        self.account.map_or(network, Owner::Account)
    }

    pub(super) fn owners(&self) -> [Owner; 2] {
        [Owner::Connection(self.origin.connection.id), self.caller()]
    }

    /// Held bytes, multiplied by the milliseconds without progress.
    pub(super) fn weight(&self) -> u128 {
        let held = u128::try_from(self.held).unwrap_or(u128::MAX);
        held.saturating_mul(self.progress.elapsed().as_millis() + 1)
    }
}
