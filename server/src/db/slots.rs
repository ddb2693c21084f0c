//! One slot for each connection of the pool, some of them reserved for urgent calls.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::{
    db::fair_share::SharePermit,
    error::{Error, Result},
};

/// The slots of a pool. Cheap to clone.
#[derive(Clone)]
pub(super) struct Slots {
    all: Arc<Semaphore>,
    /// Acquired first by ordinary calls. Only calls that hold it wait for one of `all`, so few calls
    /// precede an urgent one, even if there is a single connection.
    ordinary: Arc<Semaphore>,
}

/// The right to use a connection. The fields are dropped in this order.
pub(super) struct ConnectionSlot {
    _any: OwnedSemaphorePermit,
    _ordinary: Option<OwnedSemaphorePermit>,
    _permit: Option<SharePermit>,
}

impl Slots {
    pub(super) fn new(connections: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(connections)),
            ordinary: Arc::new(Semaphore::new(connections - reserved(connections))),
        }
    }

    /// Waits for a slot, which holds `permit`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] after `limit`.
    pub(super) async fn acquire(
        &self,
        is_urgent: bool,
        permit: Option<SharePermit>,
        limit: Duration,
    ) -> Result<ConnectionSlot> {
        let acquired = timeout(limit, async {
            let ordinary = if is_urgent {
                None
            } else {
                Arc::clone(&self.ordinary).acquire_owned().await.ok()
            };
            let any = Arc::clone(&self.all).acquire_owned().await.ok()?;
            Some((any, ordinary))
        });
        let (any, ordinary) = acquired
            .await
            .ok()
            .flatten()
            .ok_or_else(|| Error::Unavailable("no connection in time".to_owned()))?;
        Ok(ConnectionSlot {
            _any: any,
            _ordinary: ordinary,
            _permit: permit,
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Number of slots that calls of this urgency can hold.
    async fn capacity(slots: &Slots, is_urgent: bool) -> usize {
        let mut held = Vec::new();
        while let Ok(slot) = slots.acquire(is_urgent, None, Duration::ZERO).await {
            held.push(slot);
        }
        held.len()
    }

    #[tokio::test]
    async fn ordinary_calls_leave_some_connections() {
        for (connections, ordinary) in [(1, 1), (2, 1), (4, 3), (8, 6), (16, 14)] {
            let slots = Slots::new(connections);
            assert_eq!(capacity(&slots, false).await, ordinary, "{connections}");
            assert_eq!(capacity(&slots, true).await, connections);
        }
    }

    #[tokio::test]
    async fn an_urgent_call_is_next_on_a_single_connection() {
        let slots = Slots::new(1);
        let limit = Duration::from_mins(1);
        let held = slots.acquire(false, None, limit).await.unwrap();
        let (done, mut order) = tokio::sync::mpsc::unbounded_channel();
        for is_urgent in [false, false, true] {
            let (slots, done) = (slots.clone(), done.clone());
            tokio::spawn(async move {
                let slot = slots.acquire(is_urgent, None, limit).await.unwrap();
                done.send(is_urgent).unwrap();
                drop(slot);
            });
            tokio::task::yield_now().await;
        }
        drop(held);
        assert_eq!(order.recv().await, Some(true));
        assert_eq!(order.recv().await, Some(false));
        assert_eq!(order.recv().await, Some(false));
    }
}
