//! How many connections there may be, and how many from one place, so that nobody takes all.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::place::place;

/// Connections altogether. One that does nothing takes about 20 KiB, and more with TLS: this many fit
/// into the memory that the service unit allows.
const SEATS: usize = 4_096;
/// Connections from one place: an office behind one address has fewer people.
const SEATS_OF_ONE: usize = 256;

/// Counts the connections there are.
#[derive(Clone, Default)]
pub(super) struct Seats(Arc<Mutex<Taken>>);

#[derive(Default)]
struct Taken {
    all: usize,
    by_place: HashMap<IpAddr, usize>,
}

impl Seats {
    /// A seat for a connection from there; `None` when there is none left.
    pub(super) fn take(&self, from: IpAddr) -> Option<Seat> {
        let place = place(from);
        let mut taken = self.taken();
        let here = taken.by_place.get(&place).copied().unwrap_or_default();
        // Whoever is on this machine may speak for many, as a proxy does.
        if taken.all >= SEATS || (here >= SEATS_OF_ONE && !place.is_loopback()) {
            return None;
        }
        taken.all += 1;
        taken.by_place.insert(place, here + 1);
        drop(taken);
        Some(Seat {
            seats: self.clone(),
            place,
        })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection's; free again when dropped.
pub(super) struct Seat {
    seats: Seats,
    place: IpAddr,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken();
        taken.all -= 1;
        if let Some(here) = taken.by_place.get_mut(&self.place) {
            *here -= 1;
            if *here == 0 {
                taken.by_place.remove(&self.place);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn take(seats: &Seats, from: &str, count: usize) -> Vec<Seat> {
        let from = from.parse().unwrap();
        (0..count).map_while(|_| seats.take(from)).collect()
    }

    #[test]
    fn nobody_takes_every_seat() {
        let cases = [
            ("192.0.2.1", "192.0.2.2", true),
            ("192.0.2.1", "192.0.2.1", false),
            ("192.0.2.1", "::ffff:192.0.2.1", false),
            ("2001:db8::1", "2001:db8::2:0:0:1", false),
            ("2001:db8::1", "2001:db8:0:1::1", true),
        ];
        for (greedy, other, seated) in cases {
            let seats = Seats::default();
            let taken = take(&seats, greedy, SEATS);
            assert_eq!(taken.len(), SEATS_OF_ONE, "{greedy}");
            assert_eq!(
                take(&seats, other, 1).len() == 1,
                seated,
                "{greedy} {other}"
            );
            drop(taken);
            assert_eq!(take(&seats, greedy, SEATS).len(), SEATS_OF_ONE, "{greedy}");
            assert!(seats.taken().by_place.is_empty(), "{greedy}");
        }
    }

    #[test]
    fn this_machine_may_take_them_all_and_no_more() {
        for address in ["127.0.0.1", "::1"] {
            let seats = Seats::default();
            let taken = take(&seats, address, SEATS + 1);
            assert_eq!(taken.len(), SEATS);
            assert!(take(&seats, "192.0.2.1", 1).is_empty());
            drop(taken);
            assert_eq!(take(&seats, "192.0.2.1", 1).len(), 1);
        }
    }
}
