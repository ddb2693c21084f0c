//! The periodic deletion of expired rows.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior};

use crate::{
    auth::{session, throttle},
    db::Db,
    error::Result,
};

const INTERVAL: Duration = Duration::from_mins(10);

/// Deletes expired rows for as long as it is polled.
pub(super) async fn run(db: &Db) {
    let mut interval = tokio::time::interval_at(Instant::now() + INTERVAL, INTERVAL);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        match delete_expired(db).await {
            Ok(rows) => tracing::debug!(rows, "expired rows are deleted"),
            Err(error) => tracing::warn!(%error, "expired rows cannot be deleted; retrying later"),
        }
    }
}

async fn delete_expired(db: &Db) -> Result<usize> {
    let mut connection = db.connection().await?;
    let sessions = session::rows::delete_expired(&mut connection).await?;
    let attempts = throttle::rows::delete_expired(&mut connection).await?;
    Ok(sessions + attempts)
}
