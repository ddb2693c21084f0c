//! Ends the query of a connection that a call has dropped, and returns the connection to the pool or
//! closes it.

use std::{
    pin::pin,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use deadpool::managed;
use diesel::QueryResult;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use tokio::{
    sync::Semaphore,
    time::{sleep, timeout},
};

use super::{EMPTY_QUERY, Manager, Shared};
use crate::db::{connect::Canceller, connection_status::Health};

/// The pauses after each request to cancel a query. A request may arrive before the query and have no
/// effect.
const CANCEL_PAUSES: [Duration; 4] = [
    Duration::from_millis(100),
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
];
/// How long the remaining rows of a reply may take to arrive after a query has read those that it
/// needs.
const REST_TIMEOUT: Duration = Duration::from_millis(50);

/// Returns an idle connection to the pool, or closes it.
pub(super) fn release(mut pooled: managed::Object<Manager>, shared: &Shared) {
    let is_current = pooled.generation == shared.generation.load(Ordering::Acquire);
    if !is_current
        || !pooled.is_usable()
        || shared.closes_next_returned.swap(false, Ordering::AcqRel)
    {
        drop(managed::Object::take(pooled));
    } else {
        drop(pooled);
    }
    shared.returned.notify_one();
}

/// Waits until a query whose future was dropped has ended, cancelling it if `is_cancelled`, and closes
/// the connection: a cancel request that arrives late would cancel the next query. The built-in
/// database keeps its connection, because it has no other.
pub(super) async fn end_query(
    mut pooled: managed::Object<Manager>,
    shared: Arc<Shared>,
    is_cancelled: bool,
) {
    let status = Arc::clone(&pooled.status);
    if !status.is_interrupted()
        && timeout(REST_TIMEOUT, status.wait_for_answers())
            .await
            .is_ok()
    {
        return release(pooled, &shared);
    }
    let canceller = pooled.canceller.clone();
    let is_clean = {
        // PostgreSQL executes queries in order, so this one ends after the dropped one.
        let mut end = pin!(wait_for_pending_queries(&mut pooled.connection));
        if is_cancelled {
            tokio::select! {
                biased;
                _ = &mut end => {}
                () = cancel_repeatedly(&canceller, &shared.cancels) => drop(end.await),
            }
            false
        } else {
            end.await.is_ok()
        }
    };
    if is_clean && shared.is_built_in {
        status.clear_interruption();
    } else {
        status.degrade(Health::Broken);
        if is_cancelled {
            replace(&mut pooled).await;
        }
    }
    release(pooled, &shared);
}

/// Opens another connection in place of one that must be closed. The slot stays occupied until it is
/// open, so callers who cancel their reads leave the idle connections to others. If the attempt fails,
/// the pool opens a connection when it needs one.
async fn replace(pooled: &mut managed::Object<Manager>) {
    let Some(pool) = managed::Object::pool(pooled).filter(|pool| !pool.is_closed()) else {
        return;
    };
    match managed::Manager::create(pool.manager()).await {
        Ok(fresh) => **pooled = fresh,
        Err(error) => tracing::debug!(%error, "a connection cannot be replaced"),
    }
}

/// Waits until PostgreSQL has executed everything that was sent before.
async fn wait_for_pending_queries(connection: &mut AsyncPgConnection) -> QueryResult<()> {
    connection.batch_execute(EMPTY_QUERY).await
}

async fn cancel_repeatedly(canceller: &Canceller, cancels: &Semaphore) {
    for pause in CANCEL_PAUSES {
        // The semaphore is never closed.
        let permit = cancels.acquire().await;
        if let Err(error) = canceller.cancel().await {
            tracing::debug!(%error, "a query cannot be cancelled");
        }
        drop(permit);
        sleep(pause).await;
    }
}
