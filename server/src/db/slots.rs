//! One slot for each connection of the pool, some of them reserved for urgent calls.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{AcquireError, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::{
    db::fair_share::{ReadTables, SharePermit, SlotUse},
    error::{Error, Result},
};

/// Groups of reads, all of which may wait when a table of the last one is locked, and the number of connections
/// that the group leaves to all other reads.
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

/// The slots of a pool. Cheap to clone.
#[derive(Clone)]
pub(super) struct Slots {
    all: Arc<Semaphore>,
    /// Acquired first by ordinary calls. Only calls that hold it wait for one of `all`, so few calls
    /// precede an urgent one, even if there is a single connection.
    ordinary: Arc<Semaphore>,
    /// Acquired before `ordinary`, in this order, by the reads of [`GROUPS`] and by writes, which use all
    /// tables. So the calls that wait for a locked table leave connections to those that do not use it.
    by_tables: [Arc<Semaphore>; GROUPS.len()],
    /// Acquired first by writes.
    writes: Arc<Semaphore>,
}

/// The right to use a connection. The fields are dropped in this order.
pub(super) struct ConnectionSlot {
    _any: OwnedSemaphorePermit,
    _ordinary: Option<OwnedSemaphorePermit>,
    _by_tables: Vec<OwnedSemaphorePermit>,
    _write: Option<OwnedSemaphorePermit>,
    _permit: Option<SharePermit>,
}

impl Slots {
    pub(super) fn new(connections: usize) -> Self {
        let ordinary = connections - reserved(connections);
        Self {
            all: Arc::new(Semaphore::new(connections)),
            ordinary: Arc::new(Semaphore::new(ordinary)),
            by_tables: GROUPS.map(|(_, left)| {
                // Writes that wait leave a connection to each read.
                let left = reserved_for_reads(ordinary).saturating_sub(1).min(left);
                Arc::new(Semaphore::new(ordinary - left))
            }),
            writes: Arc::new(Semaphore::new(ordinary - reserved_for_reads(ordinary))),
        }
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
        let is_in = |group: &[ReadTables]| match slot_use {
            SlotUse::Write => true,
            SlotUse::Read(tables) => group.contains(&tables),
            SlotUse::Urgent => false,
        };
        let write = (slot_use == SlotUse::Write).then_some(&self.writes);
        let ordinary = (slot_use != SlotUse::Urgent).then_some(&self.ordinary);
        let acquired = timeout(limit, async {
            let write = acquire_from(write).await?;
            let mut by_tables = Vec::new();
            for ((group, _), semaphore) in GROUPS.iter().zip(&self.by_tables) {
                if is_in(group) {
                    by_tables.extend(acquire_from(Some(semaphore)).await?);
                }
            }
            let ordinary = acquire_from(ordinary).await?;
            let any = Arc::clone(&self.all).acquire_owned().await?;
            Ok::<_, AcquireError>(ConnectionSlot {
                _any: any,
                _ordinary: ordinary,
                _by_tables: by_tables,
                _write: write,
                _permit: permit,
            })
        });
        acquired
            .await
            .ok()
            .and_then(std::result::Result::ok)
            .ok_or_else(|| Error::Unavailable("no connection in time".to_owned()))
    }
}

async fn acquire_from(
    semaphore: Option<&Arc<Semaphore>>,
) -> std::result::Result<Option<OwnedSemaphorePermit>, AcquireError> {
    match semaphore {
        Some(semaphore) => Arc::clone(semaphore).acquire_owned().await.map(Some),
        None => Ok(None),
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
