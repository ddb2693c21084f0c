//! Ends writes that delay a removal of rights, for example because they wait for a row that an accomplice
//! has locked.

use std::{convert::Infallible, pin::pin, sync::Arc, time::Duration};

use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl as _;
use tokio::sync::Mutex;

use crate::db::connect;

/// How long the writes of an account may delay the removal of its rights.
const GRACE: Duration = Duration::from_millis(500);
/// The time between two attempts to end writes.
const INTERVAL: Duration = Duration::from_millis(100);

/// Ends the connections of writes, of this server and of others. Cheap to clone.
#[derive(Clone)]
pub(super) struct WriterTermination {
    /// `None` for the built-in database, where a write never waits for another one.
    url: Option<Arc<str>>,
    /// Held by the only connection for this purpose.
    connecting: Arc<Mutex<()>>,
}

impl WriterTermination {
    pub(super) fn new(url: Option<&str>) -> Self {
        Self {
            url: url.map(Arc::from),
            connecting: Arc::default(),
        }
    }

    /// Polls `waiting`, which waits for the lock of an account, and ends the writes that hold the lock
    /// when it waits for too long.
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
            () = tokio::time::sleep(GRACE) => {}
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

/// On a connection of its own: the pool may be exhausted by the writes, and its connections have a role
/// that may not end any.
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
