//! One slot for each connection of the pool, some of them reserved for urgent calls.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{AcquireError, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::{
    db::fair_share::{SharePermit, SlotUse},
    error::{Error, Result},
};

/// The slots of a pool. Cheap to clone.
#[derive(Clone)]
pub(super) struct Slots {
    all: Arc<Semaphore>,
    /// Acquired first by ordinary calls. Only calls that hold it wait for one of `all`, so few calls
    /// precede an urgent one, even if there is a single connection.
    ordinary: Arc<Semaphore>,
    /// Acquired before `ordinary` by writes.
    writes: Arc<Semaphore>,
}

/// The right to use a connection. The fields are dropped in this order.
pub(super) struct ConnectionSlot {
    _any: OwnedSemaphorePermit,
    _ordinary: Option<OwnedSemaphorePermit>,
    _write: Option<OwnedSemaphorePermit>,
    _permit: Option<SharePermit>,
}

impl Slots {
    pub(super) fn new(connections: usize) -> Self {
        let ordinary = connections - reserved(connections);
        Self {
            all: Arc::new(Semaphore::new(connections)),
            ordinary: Arc::new(Semaphore::new(ordinary)),
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
        let write = (slot_use == SlotUse::Write).then_some(&self.writes);
        let ordinary = (slot_use != SlotUse::Urgent).then_some(&self.ordinary);
        let acquired = timeout(limit, async {
            let write = acquire_from(write).await?;
            let ordinary = acquire_from(ordinary).await?;
            let any = Arc::clone(&self.all).acquire_owned().await?;
            Ok::<_, AcquireError>((any, ordinary, write))
        });
        let (any, ordinary, write) = acquired
            .await
            .ok()
            .and_then(std::result::Result::ok)
            .ok_or_else(|| Error::Unavailable("no connection in time".to_owned()))?;
        Ok(ConnectionSlot {
            _any: any,
            _ordinary: ordinary,
            _write: write,
            _permit: permit,
        })
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

    #[tokio::test]
    async fn ordinary_calls_leave_some_connections() {
        let cases = [
            (1, 1, 1),
            (2, 1, 1),
            (3, 2, 1),
            (4, 3, 2),
            (8, 6, 4),
            (16, 14, 10),
        ];
        for (connections, reads, writes) in cases {
            let slots = Slots::new(connections);
            assert_eq!(
                capacity(&slots, SlotUse::Write).await,
                writes,
                "{connections}"
            );
            assert_eq!(
                capacity(&slots, SlotUse::Read).await,
                reads,
                "{connections}"
            );
            assert_eq!(capacity(&slots, SlotUse::Urgent).await, connections);
        }
    }

    #[tokio::test]
    async fn writes_that_wait_for_a_lock_leave_connections_to_reads() {
        let slots = Slots::new(16);
        let mut held = Vec::new();
        while let Ok(slot) = slots.acquire(SlotUse::Write, None, Duration::ZERO).await {
            held.push(slot);
        }
        assert_eq!(capacity(&slots, SlotUse::Read).await, 4);
        assert_eq!(capacity(&slots, SlotUse::Urgent).await, 6);
    }

    #[tokio::test]
    async fn an_urgent_call_is_next_on_a_single_connection() {
        let slots = Slots::new(1);
        let limit = Duration::from_mins(1);
        let held = slots.acquire(SlotUse::Read, None, limit).await.unwrap();
        let (done, mut order) = tokio::sync::mpsc::unbounded_channel();
        for slot_use in [SlotUse::Read, SlotUse::Write, SlotUse::Urgent] {
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
        assert_eq!(order.recv().await, Some(SlotUse::Read));
        assert_eq!(order.recv().await, Some(SlotUse::Write));
    }
}
