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

/// The slots of a pool. Cheap to clone.
#[derive(Clone)]
pub(super) struct Slots {
    all: Arc<Semaphore>,
    /// Acquired first by ordinary calls. Only calls that hold it wait for one of `all`, so few calls
    /// precede an urgent one, even if there is a single connection.
    ordinary: Arc<Semaphore>,
    /// Acquired before `ordinary`, each before those that follow, by the reads that use these tables and by
    /// those that use more. Writes use all tables. So the calls that wait for a locked table leave connections
    /// to those that do not use it.
    by_tables: [(ReadTables, Arc<Semaphore>); 3],
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
            by_tables: [
                (ReadTables::ContractsAndEvents, 3),
                (ReadTables::ClientsAndEvents, 2),
                (ReadTables::Clients, 1),
            ]
            .map(|(tables, left)| {
                // Writes that wait leave a connection to each read.
                let left = reserved_for_reads(ordinary).saturating_sub(1).min(left);
                (tables, Arc::new(Semaphore::new(ordinary - left)))
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
        let (write, tables) = match slot_use {
            SlotUse::Write => (Some(&self.writes), Some(ReadTables::ContractsAndEvents)),
            SlotUse::Read(tables) => (None, Some(tables)),
            SlotUse::Urgent => (None, None),
        };
        let ordinary = tables.is_some().then_some(&self.ordinary);
        let acquired = timeout(limit, async {
            let write = acquire_from(write).await?;
            let mut by_tables = Vec::new();
            for (used, semaphore) in &self.by_tables {
                if tables.is_some_and(|tables| tables <= *used) {
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

/// Number of ordinary connections that writes leave to reads: a third, at least one of two.
const fn reserved_for_reads(ordinary: usize) -> usize {
    match ordinary {
        0 | 1 => 0,
        2 => 1,
        _ => ordinary / 3,
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

    const READS: [ReadTables; 4] = [
        ReadTables::ContractsAndEvents,
        ReadTables::ClientsAndEvents,
        ReadTables::Clients,
        ReadTables::Other,
    ];

    #[tokio::test]
    async fn ordinary_calls_leave_some_connections() {
        let cases = [
            (1, 1, [1; 4]),
            (2, 1, [1; 4]),
            (3, 1, [2; 4]),
            (4, 2, [3; 4]),
            (8, 4, [5, 5, 5, 6]),
            (12, 7, [8, 8, 9, 10]),
            (16, 10, [11, 12, 13, 14]),
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

    /// Reads of one kind after the other, each of as many as possible, on top of `held`.
    async fn left_to_reads(slots: &Slots, held: &mut Vec<ConnectionSlot>) -> [usize; 4] {
        let mut left = [0; 4];
        for (tables, left) in READS.into_iter().zip(&mut left) {
            let before = held.len();
            while let Ok(slot) = slots
                .acquire(SlotUse::Read(tables), None, Duration::ZERO)
                .await
            {
                held.push(slot);
            }
            *left = held.len() - before;
        }
        left
    }

    #[tokio::test]
    async fn reads_that_wait_for_a_locked_table_leave_connections_to_reads_of_others() {
        let slots = Slots::new(16);
        let mut held = Vec::new();
        assert_eq!(left_to_reads(&slots, &mut held).await, [11, 1, 1, 1]);
        assert_eq!(capacity(&slots, SlotUse::Urgent).await, 2);
    }

    #[tokio::test]
    async fn writes_that_wait_for_a_lock_leave_connections_to_reads() {
        let slots = Slots::new(16);
        let mut held = Vec::new();
        while let Ok(slot) = slots.acquire(SlotUse::Write, None, Duration::ZERO).await {
            held.push(slot);
        }
        assert_eq!(left_to_reads(&slots, &mut held).await, [1; 4]);
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
