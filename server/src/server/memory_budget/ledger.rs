//! The memory that each call holds, and which calls are reset when the budget is full.

use std::{cmp::Reverse, collections::HashMap, net::IpAddr};

use tokio::time::Instant;

use super::{ChargeKind, Origin};
use crate::{
    network::ipv6_network,
    server::connection_state::{ActiveCall, BacklogGuard},
};

/// A reset also frees the budget divided by this number, so that a full budget is not searched for
/// every byte.
const ROOM_DIVISOR: usize = 16;
/// The calls without a token together hold at most the budget divided by this number, besides those that were
/// reset and that the runtime has not yet dropped: callers from any number of networks, each of which holds
/// little, must not use up the reserve.
pub(super) const ANONYMOUS_DIVISOR: usize = 2;
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
/// The networks of an IPv6 address that count besides its /64, as in the throttle of logins: the length of the
/// prefix, and how many times [`SMALL_NETWORK_MAX`] such a network may hold.
const IPV6_SITES: [(u32, usize); 2] = [(56, 4), (48, 16)];

/// The open calls and the memory that they hold.
#[derive(Default)]
pub(super) struct Ledger {
    pub(super) held: usize,
    /// The part of `held` that belongs to calls that were reset and that the runtime has not yet
    /// dropped.
    resetting: usize,
    /// The part of `held` that belongs to calls without a token.
    anonymous: usize,
    /// The part of `anonymous` that belongs to calls that were reset and not yet dropped.
    anonymous_resetting: usize,
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
    /// The calls without a token of a larger IPv6 network, with the length of its prefix.
    Site(u32, IpAddr),
}

/// What a call may use of the budget, itself and the other calls included.
#[derive(Clone, Copy)]
pub(super) struct Usable {
    pub(super) of_all: usize,
    /// With a call without a token: of the part of such calls.
    of_anonymous: Option<AnonymousPart>,
}

#[derive(Clone, Copy)]
struct AnonymousPart {
    /// Without the calls that were reset and not yet dropped.
    size: usize,
    /// With these calls.
    most: usize,
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
    pub(super) fn usable(&self, size: usize, caller: Owner, bytes: usize) -> Usable {
        let is_small = self.is_small(caller, bytes);
        let small_reserve = if is_small {
            0
        } else {
            size / SMALL_RESERVE_DIVISOR
        };
        let is_anonymous = matches!(caller, Owner::Network(_));
        let reserve = match (is_small, is_anonymous) {
            (false, true) => size / RESERVE_DIVISOR,
            _ => small_reserve,
        };
        Usable {
            of_all: size - reserve,
            of_anonymous: is_anonymous.then_some(AnonymousPart {
                size: size / ANONYMOUS_DIVISOR - small_reserve,
                most: size - size / RESERVE_DIVISOR - small_reserve,
            }),
        }
    }

    /// Whether there is room for `bytes` more, also for the memory of calls that are being reset.
    pub(super) fn has_room(&self, bytes: usize, usable: Usable) -> bool {
        let is_in_part = |part: AnonymousPart| self.anonymous + bytes <= part.most;
        self.held + bytes <= usable.of_all
            && !self.is_part_full(bytes, usable)
            && usable.of_anonymous.is_none_or(is_in_part)
    }

    /// Whether the calls without a token have no room for `bytes` more, for the call of one of them.
    fn is_part_full(&self, bytes: usize, usable: Usable) -> bool {
        let held = self.anonymous - self.anonymous_resetting + bytes;
        usable.of_anonymous.is_some_and(|part| held > part.size)
    }

    /// Whether a caller with `bytes` more is a small one, which the reserve is for.
    fn is_small(&self, caller: Owner, bytes: usize) -> bool {
        let holds_at_most = |owner, most| self.held_by(owner) + bytes <= most;
        match caller {
            Owner::Network(network) => {
                holds_at_most(caller, SMALL_NETWORK_MAX)
                    && sites(network)
                        .zip(IPV6_SITES)
                        .all(|(site, (_, times))| holds_at_most(site, times * SMALL_NETWORK_MAX))
            }
            Owner::Account(_) | Owner::Connection(_) | Owner::Site(..) => {
                holds_at_most(caller, SMALL_MAX)
            }
        }
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
        if entry.account.is_none() {
            self.anonymous += bytes;
        }
        self.held += bytes;
        self.peak = self.peak.max(self.held);
    }

    pub(super) fn subtract(&mut self, id: u64, bytes: usize, kind: ChargeKind) {
        let Some(entry) = self.calls.get_mut(&id) else {
            return;
        };
        entry.held -= bytes;
        let is_anonymous = entry.account.is_none();
        if is_anonymous {
            self.anonymous -= bytes;
        }
        if entry.reset.is_some() {
            self.resetting -= bytes;
            if is_anonymous {
                self.anonymous_resetting -= bytes;
            }
        }
        if kind == ChargeKind::Reply {
            entry.reply -= bytes;
        }
        let owners: Vec<_> = entry.owners().collect();
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

    /// Resets calls until there is room for `bytes` of call `id` and, beyond them, for [`ROOM_DIVISOR`].
    ///
    /// Calls without a token are reset first, of these the calls of networks that hold much, then those of
    /// the largest [`Entry::weight`]. When only the part of the calls without a token is full, only these
    /// are reset. Spared are:
    ///
    /// - from a call that is not of a small caller: the calls of small callers;
    /// - from a call with a token: calls with a token of less weight than its own;
    /// - from a call without a token: calls of less weight; small calls with a token on which the server
    ///   works, such as a stream or a write; and calls without a token on which the server works, because
    ///   any client can leave such calls unfinished, but the queue of logins is limited.
    pub(super) fn make_room(&mut self, bytes: usize, id: u64, usable: Usable) -> Vec<Origin> {
        let size = usable.of_all;
        let own = self.calls.get(&id);
        let own_weight = own.map_or(0, Entry::weight);
        let has_token = own.is_some_and(|entry| entry.account.is_some());
        let is_full =
            |ledger: &Self, more: usize| ledger.held - ledger.resetting + bytes + more > size;
        // Earlier resets will free enough; searching all calls again for each new one would take too
        // long.
        let is_all_full = is_full(self, 0);
        if !is_all_full && !self.is_part_full(bytes, usable) {
            return Vec::new();
        }
        let is_small = own.is_some_and(|entry| self.is_small(entry.caller(), bytes));
        let is_spared = |other: &Entry| match (has_token, other.account.is_some()) {
            (_, true) if !is_all_full => true,
            _ if !is_small && self.is_small(other.caller(), 0) => true,
            (true, false) => false,
            (false, true) if other.is_working() && other.held <= SMALL_MAX => true,
            (false, false) if other.is_working() => true,
            _ => other.weight() <= own_weight,
        };
        let others = self.calls.iter().filter(|(other, _)| **other != id);
        let mut heaviest: Vec<_> = others
            .filter(|(_, entry)| entry.reset.is_none() && !is_spared(entry))
            .map(|(other, entry)| {
                let has_token = entry.account.is_some();
                let is_small = self.is_small(entry.caller(), 0);
                (
                    has_token,
                    is_small && !has_token,
                    Reverse(entry.weight()),
                    *other,
                )
            })
            .collect();
        heaviest.sort_unstable();
        let mut reset = Vec::new();
        let more = size / ROOM_DIVISOR;
        for (.., other) in heaviest {
            let is_still_full =
                is_all_full && is_full(self, more) || self.is_part_full(bytes + more, usable);
            if !is_still_full {
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
        if entry.account.is_none() {
            self.anonymous_resetting += entry.held;
        }
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

    pub(super) fn owners(&self) -> impl Iterator<Item = Owner> + use<> {
        let connection = &self.origin.connection;
        let sites = self.account.is_none().then(|| sites(connection.network));
        [Owner::Connection(connection.id), self.caller()]
            .into_iter()
            .chain(sites.into_iter().flatten())
    }

    /// Held bytes, multiplied by the milliseconds without progress.
    pub(super) fn weight(&self) -> u128 {
        let held = u128::try_from(self.held).unwrap_or(u128::MAX);
        held.saturating_mul(self.progress.elapsed().as_millis() + 1)
    }
}

/// The larger networks that contain an IPv6 network.
fn sites(network: IpAddr) -> impl Iterator<Item = Owner> {
    let is_v6 = network.is_ipv6() && !network.is_loopback();
    let prefixes = IPV6_SITES.into_iter().filter(move |_| is_v6);
    prefixes.map(move |(prefix, _)| Owner::Site(prefix, ipv6_network(network, prefix)))
}
