//! The connection pool, and reads that survive a dead connection.

use std::{future::Future, sync::Arc, time::Duration};

use deadpool::managed::{PoolError, QueueMode, Timeouts};
use diesel_async::{
    AsyncPgConnection, SimpleAsyncConnection,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
        deadpool::{Object, Pool},
    },
};
use epic_events::reason::Reason;
use tokio::sync::Notify;

use crate::{
    db::{cache_epoch::CacheEpoch, connect, database_roles, termination::WriterTermination},
    error::{Error, Result},
};

/// A connection that returns to the pool when dropped.
pub type Connection = Object<AsyncPgConnection>;

/// How long a call waits for a connection before it fails with `DATABASE_UNAVAILABLE`.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum number of attempts of a read or a write.
pub(super) const TRIES: usize = 3;
/// Bounds each statement and each idle transaction, so that neither can hold a connection indefinitely.
const SESSION_SETTINGS: &str =
    "set statement_timeout = '15s'; set idle_in_transaction_session_timeout = '15s'";

/// The database as handlers use it. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: Pool<AsyncPgConnection>,
    /// `None` for the built-in database, which has no second connection to listen on.
    notification_url: Option<Arc<str>>,
    auth_epoch: Arc<CacheEpoch>,
    committed: Arc<Notify>,
    termination: WriterTermination,
}

impl Db {
    /// Prepares a pool of at most `connections`, which it opens on demand. The history attributes
    /// writes outside of calls to `command`.
    ///
    /// # Errors
    /// [`Error::Internal`] when the pool cannot be built.
    pub(crate) fn new(url: &str, connections: usize, command: &str) -> Result<Self> {
        let set_up: Arc<str> = format!(
            "{}; {SESSION_SETTINGS}; set epic.rpc = '{command}'",
            database_roles::SET_APP_ROLE
        )
        .into();
        let mut config = ManagerConfig::<AsyncPgConnection>::default();
        // The default sends a query at every checkout, which costs more than most queries of
        // calls. A dead connection costs one retry instead.
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(move |url| {
            let set_up = Arc::clone(&set_up);
            Box::pin(async move {
                let mut connection = connect::connect(url).await?;
                connection
                    .batch_execute(&set_up)
                    .await
                    .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
                Ok(connection)
            })
        });
        let pool = Pool::builder(AsyncDieselConnectionManager::new_with_config(url, config))
            .max_size(connections)
            // The connection used last has the warmest caches.
            .queue_mode(QueueMode::Lifo)
            .timeouts(Timeouts {
                wait: Some(CONNECTION_TIMEOUT),
                create: Some(CONNECTION_TIMEOUT),
                recycle: Some(CONNECTION_TIMEOUT),
            })
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|error| Error::Internal(error.to_string()))?;
        let is_single_server = connections == 1;
        Ok(Self {
            pool,
            notification_url: (!is_single_server).then(|| url.into()),
            auth_epoch: Arc::new(if is_single_server {
                CacheEpoch::single_server()
            } else {
                CacheEpoch::with_other_servers()
            }),
            committed: Arc::default(),
            termination: WriterTermination::new((!is_single_server).then_some(url)),
        })
    }

    /// The URL of a connection for the notifications of all servers; `None` when this is the only
    /// server.
    #[must_use]
    pub(crate) fn notification_url(&self) -> Option<&str> {
        self.notification_url.as_deref()
    }

    /// The validity of cached accounts and sessions.
    #[must_use]
    pub fn auth_epoch(&self) -> &CacheEpoch {
        &self.auth_epoch
    }

    /// Waits for a commit of this server since the previous call.
    pub(crate) async fn wait_for_commit(&self) {
        self.committed.notified().await;
    }

    /// Wakes `wait_for_commit`. `write` does so by itself.
    pub fn notify_commit(&self) {
        self.committed.notify_one();
    }

    /// Checks a connection out.
    ///
    /// # Errors
    /// `DATABASE_UNAVAILABLE` after `CONNECTION_TIMEOUT`, `SHUTTING_DOWN` after `close`.
    pub async fn connection(&self) -> Result<Connection> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Closed => Error::from(Reason::ShuttingDown),
            other => Error::Unavailable(other.to_string()),
        })
    }

    /// Reads, and repeats the read on another connection when a connection turns out to be dead.
    ///
    /// # Errors
    /// Those of [`Self::connection`] and of `work`; after `TRIES` attempts, [`Error::Unavailable`] or
    /// [`Error::Retryable`].
    pub(crate) async fn read<T, F, Work>(&self, work: F) -> Result<T>
    where
        F: Fn(Connection) -> Work,
        Work: Future<Output = Result<T>> + Send,
    {
        let mut tries = 0;
        loop {
            tries += 1;
            let connection = self.connection().await?;
            // Boxed, so that a call that waits for a connection does not yet hold the state of its
            // query.
            match Box::pin(work(connection)).await {
                Err(error) if error.is_retryable() && tries < TRIES => {}
                settled => return settled,
            }
        }
    }

    /// Ends the writes that delay a removal of rights.
    pub(super) const fn termination(&self) -> &WriterTermination {
        &self.termination
    }

    /// Closes the pool. Connections end when they are returned.
    pub fn close(&self) {
        self.pool.close();
    }
}
