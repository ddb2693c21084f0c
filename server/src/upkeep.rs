//! What has to be tidied up from time to time.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    auth::{session, throttle},
    db::Db,
    error::Result,
};

const EVERY: Duration = Duration::from_mins(10);

/// Forgets what has expired, for as long as it is polled.
pub async fn keep(db: &Db) {
    let mut again = tokio::time::interval_at(Instant::now() + EVERY, EVERY);
    again.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        again.tick().await;
        match sweep(db).await {
            Ok(rows) => tracing::debug!(rows, "tidied up"),
            Err(error) => tracing::warn!(%error, "could not tidy up; trying again later"),
        }
    }
}

/// Forgets what has expired; tells how many rows that were.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(db: &Db) -> Result<usize> {
    let mut connection = db.connection().await?;
    let sessions = session::rows::sweep(&mut connection).await?;
    let attempts = throttle::sweep(&mut connection).await?;
    Ok(sessions + attempts)
}
