//! One slot for each connection of the pool, some of them reserved for urgent calls.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::oneshot, time::timeout};

use crate::{
    db::fair_share::{ReadTables, SharePermit, SlotUse},
    error::{Error, Result},
    telemetry::sampler::log_sampled,
};

/// Groups of reads, all of which may wait when a table of the last one is locked, and the number of connections
/// that the group leaves to all other reads. Writes, which use all tables, count in each group: so the calls
/// that wait for a locked table leave connections to those that do not use it.
const GROUPS: [(&[ReadTables], usize); 5] = {
    use ReadTables::{Clients, ClientsAndEvents, ContractsAndEvents, History, Sessions};
    [
        (&[Sessions], 4),
        (&[History], 4),
        (&[ContractsAndEvents], 4),
        (&[ContractsAndEvents, ClientsAndEvents], 3),
        (&[ContractsAndEvents, ClientsAndEvents, Clients], 2),
    ]
};

/// What slots are used for, in the order of the queues: urgent calls are never behind others.
const USES: [SlotUse; 8] = [
    SlotUse::Urgent,
    SlotUse::Write,
    SlotUse::Read(ReadTables::ContractsAndEvents),
    SlotUse::Read(ReadTables::ClientsAndEvents),
    SlotUse::Read(ReadTables::Clients),
    SlotUse::Read(ReadTables::History),
    SlotUse::Read(ReadTables::Sessions),
    SlotUse::Read(ReadTables::Other),
];

/// The limits: of all calls, of calls that are not urgent, of writes, then of the groups.
const LIMITS: usize = 3 + GROUPS.len();
const ALL: usize = 0;
const ORDINARY: usize = 1;
const WRITES: usize = 2;
const FIRST_GROUP: usize = 3;

/// The slots of a pool. A slot is given to the call that has waited longest, of those that are within every
/// limit now: a call waits once, however many limits it has. Cheap to clone.
#[derive(Clone)]
pub(super) struct Slots(Arc<Mutex<State>>);

struct State {
    /// The maximum of each limit, and the number of slots that count for it.
    max: [usize; LIMITS],
    held: [usize; LIMITS],
    /// The calls that wait, by their use, with the order of their arrival.
    waiting: [VecDeque<(u64, oneshot::Sender<Place>)>; USES.len()],
    arrivals: u64,
}

/// A place among the calls that use a connection; given back when dropped.
struct Place {
    slots: Slots,
    slot_use: SlotUse,
}

/// The right to use a connection. The fields are dropped in this order.
pub(super) struct ConnectionSlot {
    _place: Place,
    _permit: Option<SharePermit>,
}

/// Whether a call counts for a limit.
fn counts(slot_use: SlotUse, limit: usize) -> bool {
    match slot_use {
        SlotUse::Urgent => limit == ALL,
        SlotUse::Write => true,
        SlotUse::Read(tables) => match limit {
            ALL | ORDINARY => true,
            WRITES => false,
            group => GROUPS[group - FIRST_GROUP].0.contains(&tables),
        },
    }
}

impl Slots {
    pub(super) fn new(connections: usize) -> Self {
        let ordinary = connections - reserved(connections);
        let mut max = [0; LIMITS];
        max[ALL] = connections;
        max[ORDINARY] = ordinary;
        max[WRITES] = ordinary - reserved_for_reads(ordinary);
        for (max, (_, left)) in max[FIRST_GROUP..].iter_mut().zip(GROUPS) {
            // Writes that wait leave a connection to each read.
            *max = ordinary - reserved_for_reads(ordinary).saturating_sub(1).min(left);
        }
        Self(Arc::new(Mutex::new(State {
            max,
            held: [0; LIMITS],
            waiting: Default::default(),
            arrivals: 0,
        })))
    }

    /// Waits for a slot, which holds `permit`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] after `limit`.
    pub(super) async fn acquire(
        &self,
        slot_use: SlotUse,
        permit: Option<SharePermit>,
        limit: Duration,
    ) -> Result<ConnectionSlot> {
        let place = self.wait(slot_use);
        let place = timeout(limit, place)
            .await
            .ok()
            .and_then(std::result::Result::ok);
        let Some(place) = place else {
            log_sampled!(
                warn,
                "every connection to the database is in use",
                seconds = limit.as_secs()
            );
            return Err(Error::Unavailable("no connection in time".to_owned()));
        };
        Ok(ConnectionSlot {
            _place: place,
            _permit: permit,
        })
    }

    /// Joins the queue of the calls with this use.
    fn wait(&self, slot_use: SlotUse) -> oneshot::Receiver<Place> {
        let (sender, receiver) = oneshot::channel();
        let mut state = self.state();
        let arrival = state.arrivals;
        state.arrivals += 1;
        if let Some(index) = USES.iter().position(|it| *it == slot_use) {
            state.waiting[index].push_back((arrival, sender));
        }
        self.give_places(state);
        receiver
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives places to all calls that are within the limits.
    fn give_places(&self, mut state: MutexGuard<'_, State>) {
        let mut unused = Vec::new();
        while let Some((slot_use, call)) = state.next() {
            state.count(slot_use, true);
            let place = Place {
                slots: self.clone(),
                slot_use,
            };
            // Fails when the call no longer waits.
            unused.extend(call.send(place).err());
        }
        drop(state);
        // Gives them back, for which the state must not be locked.
        drop(unused);
    }
}

impl State {
    /// Removes the next call within the limits from its queue: an urgent one, or the first that arrived.
    fn next(&mut self) -> Option<(SlotUse, oneshot::Sender<Place>)> {
        for queue in &mut self.waiting {
            // The oldest calls are the first that give up.
            while queue.front().is_some_and(|(_, call)| call.is_closed()) {
                queue.pop_front();
            }
        }
        let is_free = |slot_use: SlotUse| {
            (0..LIMITS).all(|it| !counts(slot_use, it) || self.held[it] < self.max[it])
        };
        let arrival = |index: usize| self.waiting[index].front().map(|(arrival, _)| *arrival);
        let first = (0..USES.len())
            .filter(|index| is_free(USES[*index]))
            .filter_map(|index| Some((USES[index] != SlotUse::Urgent, arrival(index)?, index)))
            .min()?;
        let (_, _, index) = first;
        let (_, call) = self.waiting[index].pop_front()?;
        Some((USES[index], call))
    }

    /// Counts a slot for its limits, or no longer.
    fn count(&mut self, slot_use: SlotUse, is_held: bool) {
        for (limit, held) in self.held.iter_mut().enumerate() {
            if counts(slot_use, limit) {
                *held = if is_held { *held + 1 } else { *held - 1 };
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.slots.state();
        state.count(self.slot_use, false);
        self.slots.give_places(state);
    }
}

/// Number of connections that are reserved for urgent calls.
const fn reserved(connections: usize) -> usize {
    match connections {
        0 | 1 => 0,
        2..8 => 1,
        _ => 2,
    }
}

/// Number of ordinary connections that writes leave to reads: a third or more.
const fn reserved_for_reads(ordinary: usize) -> usize {
    match ordinary {
        0 | 1 => 0,
        _ => ordinary.div_ceil(3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Number of slots that calls of this use can hold.
    async fn capacity(slots: &Slots, slot_use: SlotUse) -> usize {
        let mut held = Vec::new();
        while let Ok(slot) = slots.acquire(slot_use, None, Duration::ZERO).await {
            held.push(slot);
        }
        held.len()
    }

    const READS: [ReadTables; 6] = [
        ReadTables::History,
        ReadTables::Sessions,
        ReadTables::ContractsAndEvents,
        ReadTables::ClientsAndEvents,
        ReadTables::Clients,
        ReadTables::Other,
    ];

    #[tokio::test]
    async fn ordinary_calls_leave_some_connections() {
        let cases = [
            (1, 1, [1; 6]),
            (2, 1, [1; 6]),
            (3, 1, [2; 6]),
            (4, 2, [3; 6]),
            (8, 4, [5, 5, 5, 5, 5, 6]),
            (12, 6, [7, 7, 7, 7, 8, 10]),
            (16, 9, [10, 10, 10, 11, 12, 14]),
        ];
        for (connections, writes, reads) in cases {
            let slots = Slots::new(connections);
            assert_eq!(
                capacity(&slots, SlotUse::Write).await,
                writes,
                "{connections}"
            );
            for (tables, expected) in READS.into_iter().zip(reads) {
                let reads = capacity(&slots, SlotUse::Read(tables)).await;
                assert_eq!(reads, expected, "{connections} {tables:?}");
            }
            assert_eq!(capacity(&slots, SlotUse::Urgent).await, connections);
        }
    }

    /// Acquires slots of this use for as long as possible, and returns their number.
    async fn fill(slots: &Slots, slot_use: SlotUse, held: &mut Vec<ConnectionSlot>) -> usize {
        let before = held.len();
        while let Ok(slot) = slots.acquire(slot_use, None, Duration::ZERO).await {
            held.push(slot);
        }
        held.len() - before
    }

    #[tokio::test]
    async fn reads_that_wait_for_a_locked_table_leave_connections_to_reads_of_others() {
        for locked in READS {
            let slots = Slots::new(16);
            let mut held = Vec::new();
            // Writes wait too.
            fill(&slots, SlotUse::Read(locked), &mut held).await;
            fill(&slots, SlotUse::Write, &mut held).await;
            assert!(held.len() >= 10, "{locked:?}");
            let is_in_group = |other: ReadTables| {
                let groups = GROUPS
                    .iter()
                    .filter(|(group, _)| group.last() == Some(&locked));
                groups.into_iter().any(|(group, _)| group.contains(&other))
            };
            for other in READS.into_iter().filter(|other| !is_in_group(*other)) {
                let left = capacity(&slots, SlotUse::Read(other)).await;
                assert!(
                    locked == ReadTables::Other || left > 0,
                    "{locked:?} {other:?}"
                );
            }
            assert!(capacity(&slots, SlotUse::Urgent).await >= 2);
        }
    }

    #[tokio::test]
    async fn writes_that_wait_for_a_lock_leave_connections_to_reads() {
        let slots = Slots::new(16);
        let mut held = Vec::new();
        fill(&slots, SlotUse::Write, &mut held).await;
        for tables in [
            ReadTables::ContractsAndEvents,
            ReadTables::ClientsAndEvents,
            ReadTables::Clients,
            ReadTables::History,
            ReadTables::Sessions,
        ] {
            let left = fill(&slots, SlotUse::Read(tables), &mut held).await;
            assert_eq!(left, 1, "{tables:?}");
        }
        assert_eq!(capacity(&slots, SlotUse::Urgent).await, 2);
    }

    /// A call waits once: it is not overtaken by calls that arrived later, however many limits it has.
    #[tokio::test]
    async fn calls_within_the_limits_have_their_turn_in_the_order_of_arrival() {
        const READ: SlotUse = SlotUse::Read(ReadTables::Other);
        let slots = Slots::new(16);
        let limit = Duration::from_mins(1);
        let mut held = Vec::new();
        fill(&slots, READ, &mut held).await;
        let (done, mut order) = tokio::sync::mpsc::unbounded_channel();
        for number in 0..40 {
            let slot_use = if number % 2 == 0 {
                SlotUse::Write
            } else {
                READ
            };
            let (slots, done) = (slots.clone(), done.clone());
            tokio::spawn(async move {
                let slot = slots.acquire(slot_use, None, limit).await.unwrap();
                done.send(number).unwrap();
                drop(slot);
            });
            tokio::task::yield_now().await;
        }
        held.pop();
        for number in 0..40 {
            assert_eq!(order.recv().await, Some(number));
        }
    }

    #[tokio::test]
    async fn a_call_that_gives_up_leaves_its_turn_to_others() {
        let slots = Slots::new(1);
        let slow = Duration::from_mins(1);
        let held = slots.acquire(SlotUse::Write, None, slow).await.unwrap();
        let mut waiting: Vec<_> = (0..3)
            .map(|_| Box::pin(slots.acquire(SlotUse::Write, None, slow)))
            .collect();
        for call in &mut waiting {
            assert!(futures_util::poll!(call).is_pending());
        }
        // One gives up before its turn, one after it has been given a place.
        drop(waiting.remove(0));
        drop(held);
        drop(waiting.remove(0));
        assert!(futures_util::poll!(&mut waiting[0]).is_ready());
    }

    #[tokio::test]
    async fn an_urgent_call_is_next_on_a_single_connection() {
        const READ: SlotUse = SlotUse::Read(ReadTables::Other);
        let slots = Slots::new(1);
        let limit = Duration::from_mins(1);
        let held = slots.acquire(READ, None, limit).await.unwrap();
        let (done, mut order) = tokio::sync::mpsc::unbounded_channel();
        for slot_use in [READ, SlotUse::Write, SlotUse::Urgent] {
            let (slots, done) = (slots.clone(), done.clone());
            tokio::spawn(async move {
                let slot = slots.acquire(slot_use, None, limit).await.unwrap();
                done.send(slot_use).unwrap();
                drop(slot);
            });
            tokio::task::yield_now().await;
        }
        drop(held);
        assert_eq!(order.recv().await, Some(SlotUse::Urgent));
        assert_eq!(order.recv().await, Some(READ));
        assert_eq!(order.recv().await, Some(SlotUse::Write));
    }
}
