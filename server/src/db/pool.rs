//! The connection pool, and reads that survive a dead connection.

use std::{
    future::Future,
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

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
    db::{
        cache_epoch::CacheEpoch,
        connect, database_roles,
        fair_share::{FairShare, Place, ShareLimits, Turn},
        slots::{Slot, Slots},
        termination::WriterTermination,
    },
    error::{Error, Result},
};

/// A connection that returns to the pool when dropped.
pub struct Connection {
    pooled: Object<AsyncPgConnection>,
    _slot: Slot,
}

impl Connection {
    /// Closes the connection.
    pub(super) fn discard(self) {
        drop(Object::take(self.pooled));
    }
}

impl Deref for Connection {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        &self.pooled
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        &mut self.pooled
    }
}

/// How long a call waits for a connection before it fails with `DATABASE_UNAVAILABLE`.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum number of attempts of a read or a write.
pub(super) const TRIES: usize = 3;
/// Bounds each statement and each idle transaction, so that neither can hold a connection indefinitely.
/// A read waits for a lock only when somebody has locked a whole table; then its connection serves reads
/// of other tables instead. `begin_write` restores the limit of the database.
const SESSION_SETTINGS: &str = "set statement_timeout = '15s'; \
     set idle_in_transaction_session_timeout = '15s'; \
     select set_config('epic.lock_timeout', current_setting('lock_timeout'), false), \
     set_config('lock_timeout', '1s', false)";

/// The database as handlers use it. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: Pool<AsyncPgConnection>,
    /// `None` for the built-in database, which has no second connection to listen on.
    notification_url: Option<Arc<str>>,
    auth_epoch: Arc<CacheEpoch>,
    committed: Arc<Notify>,
    termination: WriterTermination,
    fair_share: FairShare,
    slots: Slots,
}

impl Db {
    /// Prepares a pool of at most `connections`, which it opens on demand. The history attributes
    /// writes outside of calls to `command`.
    ///
    /// # Errors
    /// [`Error::Internal`] when the pool cannot be built.
    pub(crate) fn new(
        url: &str,
        connections: usize,
        limits: ShareLimits,
        command: &str,
    ) -> Result<Self> {
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
            fair_share: FairShare::new(limits),
            slots: Slots::new(connections),
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

    /// The shares of the accounts.
    #[must_use]
    pub(crate) const fn fair_share(&self) -> &FairShare {
        &self.fair_share
    }

    /// Checks a connection out, for a statement that is neither part of [`Self::read`] nor of
    /// [`Self::write`]. In a call, it counts as a read of the caller.
    ///
    /// # Errors
    /// `DATABASE_UNAVAILABLE` after `CONNECTION_TIMEOUT`, `SHUTTING_DOWN` after `close`.
    pub async fn connection(&self) -> Result<Connection> {
        let turn = Turn::current();
        self.check_out(turn.is_urgent, turn.read().await?).await
    }

    /// Checks a connection out that is held together with `place`.
    ///
    /// # Errors
    /// Those of [`Self::connection`].
    pub(super) async fn check_out(
        &self,
        is_urgent: bool,
        place: Option<Place>,
    ) -> Result<Connection> {
        let slot = self.slots.acquire(is_urgent, place, CONNECTION_TIMEOUT);
        let slot = slot.await?;
        let pooled = self.pool.get().await.map_err(|error| match error {
            PoolError::Closed => Error::from(Reason::ShuttingDown),
            other => Error::Unavailable(other.to_string()),
        })?;
        Ok(Connection {
            pooled,
            _slot: slot,
        })
    }

    /// Reads, and repeats the read on another connection when a connection turns out to be dead.
    ///
    /// # Errors
    /// Those of [`Self::connection`] and of `work`; `BUSY` when a table is locked; after `TRIES` attempts, [`Error::Unavailable`] or
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
                // The lock of a table: the next try would wait as long.
                Err(Error::Retryable {
                    reason: Reason::Conflict,
                    ..
                }) => return Err(Reason::Busy.into()),
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
