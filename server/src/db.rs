//! The way to the database: the pool, reads that survive a dead connection, and writes that happen
//! whole or not at all.

pub mod connect;
pub mod constraint;
#[cfg(feature = "embedded")]
pub mod embedded;
pub mod migrations;
#[cfg(feature = "embedded")]
mod relay;
pub mod roles;
mod tx;
pub mod validity;

use std::{future::Future, sync::Arc, time::Duration};

use deadpool::managed::{PoolError, QueueMode, Timeouts};
use diesel_async::{
    AsyncPgConnection, SimpleAsyncConnection,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
        deadpool::{Object, Pool},
    },
};
use epic_events::{policy::Rpc, reason::Reason};
use futures_util::future::BoxFuture;
use tokio::sync::Notify;
use uuid::Uuid;

pub use self::tx::Tx;
use self::{tx::Alone, validity::Validity};
use crate::{
    error::{Error, Result},
    trace,
};

/// A connection on loan from the pool.
pub type Connection = Object<AsyncPgConnection>;

/// How long a call waits for a connection before it is told that the database is away.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often a read or write is tried before its error is passed on.
const TRIES: usize = 3;
/// Bounds the work of one statement, so that no query can hold a connection for good.
const SET_UP: &str =
    "set statement_timeout = '15s'; set idle_in_transaction_session_timeout = '15s'";

/// The database, as handlers see it. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: Pool<AsyncPgConnection>,
    /// Where to listen for what others change; the built-in database has no connection to spare.
    listen: Option<Arc<str>>,
    accounts: Arc<Validity>,
    committed: Arc<Notify>,
}

impl Db {
    /// Prepares a pool of that many connections; the first one is made when it is needed. What is
    /// written outside of calls is put down to that command.
    ///
    /// # Errors
    /// When the pool cannot be built.
    pub fn new(url: &str, connections: usize, command: &str) -> Result<Self> {
        let set_up: Arc<str> =
            format!("{}; {SET_UP}; set epic.rpc = '{command}'", roles::STEP_DOWN).into();
        let mut config = ManagerConfig::<AsyncPgConnection>::default();
        // A query at every checkout would cost more than most of our own; a connection that died
        // meanwhile costs one retry instead.
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
                wait: Some(PATIENCE),
                create: Some(PATIENCE),
                recycle: Some(PATIENCE),
            })
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|error| Error::Defect(error.to_string()))?;
        let alone = connections == 1;
        Ok(Self {
            pool,
            listen: (!alone).then(|| url.into()),
            accounts: Arc::new(if alone {
                Validity::alone()
            } else {
                Validity::among_others()
            }),
            committed: Arc::default(),
        })
    }

    /// Where to listen for what is changed on any server; `None` when there is only this one, and
    /// no connection to listen on.
    #[must_use]
    pub fn listen(&self) -> Option<&str> {
        self.listen.as_deref()
    }

    /// Whether what was remembered of accounts and sessions still holds.
    #[must_use]
    pub fn accounts(&self) -> &Validity {
        &self.accounts
    }

    /// Waits until a write has been committed here since the last time that somebody waited.
    pub async fn committed(&self) {
        self.committed.notified().await;
    }

    /// Tells whoever waits that rows were written by other ways than [`Self::write`].
    pub fn has_written(&self) {
        self.committed.notify_one();
    }

    /// Borrows a connection.
    ///
    /// # Errors
    /// When none can be made or none becomes free in time.
    pub async fn connection(&self) -> Result<Connection> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Closed => Error::from(Reason::ShuttingDown),
            other => Error::Away(other.to_string()),
        })
    }

    /// Reads, and reads again on another connection when the first one turns out to be dead.
    ///
    /// # Errors
    /// Those of the last try.
    pub async fn read<T, F, Work>(&self, work: F) -> Result<T>
    where
        F: Fn(Connection) -> Work,
        Work: Future<Output = Result<T>> + Send,
    {
        let mut tries = 0;
        loop {
            tries += 1;
            match work(self.connection().await?).await {
                Err(error) if error.is_passing() && tries < TRIES => {}
                settled => return settled,
            }
        }
    }

    /// Writes in a transaction, in a task of its own: a caller who hangs up cannot cut it in half.
    /// The caller's session and role are read again inside it and held until it ends, so rights
    /// that were lost a moment ago are lost here too. The history puts what is written down to
    /// that call. `work` may run more than once; what an earlier run did is rolled back.
    ///
    /// # Errors
    /// Those of the work, and those of a session that is over.
    pub async fn write<T, F>(&self, session: Uuid, rpc: Rpc, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Tx) -> BoxFuture<'a, Result<T>> + Send + Sync + 'static,
    {
        self.write_as(Alone::No, session, rpc, work).await
    }

    /// Writes to collaborators, of whom the writer is one: the writer's row is held for oneself
    /// from the start. Two who share it first and then both want to change it would wait for each
    /// other.
    ///
    /// # Errors
    /// As for [`Self::write`].
    pub async fn write_collaborators<T, F>(&self, session: Uuid, rpc: Rpc, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Tx) -> BoxFuture<'a, Result<T>> + Send + Sync + 'static,
    {
        let written = self.write_as(Alone::Yes, session, rpc, work).await;
        // Also when it failed: of a commit whose answer was lost nobody knows.
        self.accounts.end();
        written
    }

    async fn write_as<T, F>(&self, alone: Alone, session: Uuid, rpc: Rpc, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Tx) -> BoxFuture<'a, Result<T>> + Send + Sync + 'static,
    {
        let db = self.clone();
        let task = trace::spawn(async move {
            let mut tries = 0;
            loop {
                tries += 1;
                let mut tx = match Tx::begin(db.connection().await?, alone, session, rpc).await {
                    Err(error) if error.is_passing() && tries < TRIES => continue,
                    begun => begun?,
                };
                match work(&mut tx).await {
                    // Whether a commit that failed happened is not known, so it is not repeated.
                    Ok(done) => {
                        let committed = tx.commit().await;
                        db.has_written();
                        return committed.map(|()| done);
                    }
                    Err(error) => {
                        tx.roll_back().await;
                        if !error.is_passing() || tries == TRIES {
                            return Err(error);
                        }
                    }
                }
            }
        });
        task.await?
    }

    /// Closes the pool: connections end as they come back.
    pub fn close(&self) {
        self.pool.close();
    }
}
