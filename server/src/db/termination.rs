//! Terminates writes that delay a removal of rights, for example because they wait for a row that an
//! accomplice has locked.

use std::{convert::Infallible, pin::pin, sync::Arc, time::Duration};

use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl as _;
use tokio::sync::Mutex;

use crate::db::connect;

/// How long the writes of an account may delay the removal of its rights.
const LOCK_HOLDER_GRACE: Duration = Duration::from_millis(500);
/// Interval between attempts to terminate writes.
const INTERVAL: Duration = Duration::from_millis(100);

/// Terminates the connections of writes, of this server and of others. Cheap to clone.
#[derive(Clone)]
pub(super) struct WriterTermination {
    /// `None` for the built-in database, where a write never waits for another one.
    url: Option<Arc<str>>,
    /// Held while the only connection for this purpose is open.
    connecting: Arc<Mutex<()>>,
}

impl WriterTermination {
    pub(super) fn new(url: Option<&str>) -> Self {
        Self {
            url: url.map(Arc::from),
            connecting: Arc::default(),
        }
    }

    /// Polls `waiting`, which waits for the lock of an account. When it has waited for longer than
    /// [`LOCK_HOLDER_GRACE`], terminates the writes that hold the lock.
    pub(super) async fn while_waiting<T>(
        &self,
        account: i64,
        waiting: impl Future<Output = T>,
    ) -> T {
        let mut waiting = pin!(waiting);
        let Some(url) = &self.url else {
            return waiting.await;
        };
        tokio::select! {
            biased;
            done = &mut waiting => return done,
            () = tokio::time::sleep(LOCK_HOLDER_GRACE) => {}
        }
        tokio::select! {
            biased;
            done = &mut waiting => done,
            never = self.end_writes(url, account) => match never {},
        }
    }

    async fn end_writes(&self, url: &str, account: i64) -> Infallible {
        loop {
            let turn = self.connecting.lock().await;
            if let Err(error) = end_writes_once(url, account).await {
                tracing::warn!(%error, account, "writes that delay a removal cannot be ended");
            }
            drop(turn);
            tokio::time::sleep(INTERVAL).await;
        }
    }
}

/// Terminates the writes that hold the lock of the account. It uses a separate connection, because
/// these writes may occupy the whole pool, and the role of the pool may not terminate any.
async fn end_writes_once(url: &str, account: i64) -> diesel::QueryResult<()> {
    let mut connection = connect::connect(url)
        .await
        .map_err(|error| diesel::result::Error::QueryBuilderError(error.to_string().into()))?;
    diesel::sql_query("select terminate_writers($1)")
        .bind::<BigInt, _>(account)
        .execute(&mut connection)
        .await?;
    Ok(())
}
