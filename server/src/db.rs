//! The way to the database: the pool, reads that survive a dead connection, and writes that happen
//! whole or not at all.

pub mod connect;
pub mod constraint;
#[cfg(feature = "embedded")]
pub mod embedded;
pub mod migrations;
#[cfg(feature = "embedded")]
mod relay;

use std::{future::Future, time::Duration};

use deadpool::managed::{PoolError, QueueMode, Timeouts};
use diesel::{
    QueryableByName,
    sql_types::{BigInt, Text, Uuid as SqlUuid},
};
use diesel_async::{
    AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection, TransactionManager,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
        deadpool::{Object, Pool},
    },
};
use epic_events::{policy::Actor, reason::Reason, refusal::role_of_name};
use futures_util::future::BoxFuture;
use uuid::Uuid;

use crate::error::{Error, Result};

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
}

impl Db {
    /// Prepares a pool of that many connections; the first one is made when it is needed.
    ///
    /// # Errors
    /// When the pool cannot be built.
    pub fn new(url: &str, connections: usize) -> Result<Self> {
        let mut config = ManagerConfig::<AsyncPgConnection>::default();
        // A query at every checkout would cost more than most of our own; a connection that died
        // meanwhile costs one retry instead.
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(|url| {
            Box::pin(async move {
                let mut connection = connect::connect(url).await?;
                connection
                    .batch_execute(SET_UP)
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
        Ok(Self { pool })
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
    /// that were lost a moment ago are lost here too. `work` may run more than once; what an
    /// earlier run did is rolled back.
    ///
    /// # Errors
    /// Those of the work, and those of a session that is over.
    pub async fn write<T, F>(&self, session: Uuid, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Tx) -> BoxFuture<'a, Result<T>> + Send + Sync + 'static,
    {
        self.write_as(WRITER, session, work).await
    }

    /// Writes to collaborators, of whom the writer is one: the writer's row is held for oneself
    /// from the start. Two who share it first and then both want to change it would wait for each
    /// other.
    ///
    /// # Errors
    /// As for [`Self::write`].
    pub async fn write_collaborators<T, F>(&self, session: Uuid, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Tx) -> BoxFuture<'a, Result<T>> + Send + Sync + 'static,
    {
        self.write_as(WRITER_ALONE, session, work).await
    }

    async fn write_as<T, F>(&self, writer: &'static str, session: Uuid, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Tx) -> BoxFuture<'a, Result<T>> + Send + Sync + 'static,
    {
        let db = self.clone();
        let task = tokio::spawn(async move {
            let mut tries = 0;
            loop {
                tries += 1;
                let mut tx = match Tx::begin(db.connection().await?, writer, session).await {
                    Err(error) if error.is_passing() && tries < TRIES => continue,
                    begun => begun?,
                };
                match work(&mut tx).await {
                    // Whether a commit that failed happened is not known, so it is not repeated.
                    Ok(done) => return tx.commit().await.map(|()| done),
                    Err(error) => {
                        tx.roll_back().await;
                        if !error.is_passing() || tries == TRIES {
                            return Err(error);
                        }
                    }
                }
            }
        });
        task.await
            .unwrap_or_else(|error| Err(Error::Defect(error.to_string())))
    }

    /// Closes the pool: connections end as they come back.
    pub fn close(&self) {
        self.pool.close();
    }
}

/// A transaction under way, and who writes in it.
pub struct Tx {
    connection: Connection,
    actor: Actor,
}

#[derive(QueryableByName)]
struct Writer {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    role: String,
}

/// Tells the triggers who writes, reads the role as it is now, and holds the writer's row so that
/// nobody changes it before the transaction ends.
macro_rules! writer {
    ($lock:literal) => {
        concat!(
            "select writer.id, writer.role, set_config('epic.actor', writer.name, true), ",
            "set_config('epic.session', sessions.id::text, true) ",
            "from sessions join collaborators writer on writer.id = sessions.collaborator_id ",
            "where sessions.id = $1 and sessions.expire_time > now() ",
            $lock
        )
    };
}

const WRITER: &str = writer!("for share of writer");
const WRITER_ALONE: &str = writer!("for update of writer");

impl Tx {
    async fn begin(connection: Connection, writer: &str, session: Uuid) -> Result<Self> {
        let mut connection = connection;
        Manager::begin_transaction(&mut *connection).await?;
        let writer: std::result::Result<Writer, _> = diesel::sql_query(writer)
            .bind::<SqlUuid, _>(session)
            .get_result(&mut connection)
            .await;
        let mut tx = Self {
            connection,
            actor: Actor {
                id: 0,
                role: epic_events::v1::Role::Unspecified,
            },
        };
        match writer {
            Ok(Writer { id, role }) => {
                let role = role_of_name(&role).unwrap_or_default();
                tx.actor = Actor { id, role };
                Ok(tx)
            }
            Err(error) => {
                tx.roll_back().await;
                Err(match error {
                    diesel::result::Error::NotFound => Reason::SessionEnded.into(),
                    other => other.into(),
                })
            }
        }
    }

    /// Who writes, with the role that holds until the transaction ends.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// Waits for another transaction that carries out the same request, so that a request sent many
    /// times at once meets its first result, and not a rule that this result would break twice.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn once(&mut self, request_id: Uuid) -> Result<()> {
        diesel::sql_query("select pg_advisory_xact_lock(hashtextextended($1::text, 0))")
            .bind::<SqlUuid, _>(request_id)
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }

    /// The connection that the transaction runs on.
    pub fn connection(&mut self) -> &mut AsyncPgConnection {
        &mut self.connection
    }

    async fn commit(mut self) -> Result<()> {
        Manager::commit_transaction(&mut *self.connection)
            .await
            .map_err(|error| match Error::from(error) {
                Error::Unsettled(error) => Error::Away(error.to_string()),
                other => other,
            })
    }

    async fn roll_back(mut self) {
        if let Err(error) = Manager::rollback_transaction(&mut *self.connection).await {
            tracing::warn!(%error, "a roll-back failed; its connection is thrown away");
            drop(Object::take(self.connection));
        }
    }
}

type Manager = <AsyncPgConnection as AsyncConnection>::TransactionManager;
