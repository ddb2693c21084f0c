//! The connections of the pool: how they are opened, tested, and returned.

mod release;

use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use deadpool::managed::{self, Metrics, RecycleError, RecycleResult};
use diesel::QueryResult;
use diesel_async::{
    AsyncPgConnection, SimpleAsyncConnection as _, pooled_connection::PoolableConnection as _,
};
use tokio::{
    runtime::Handle,
    sync::{Notify, Semaphore, watch},
    time::timeout,
};

use self::release::{end_query, release};
use crate::db::{
    connect::{self, Canceller, CloseConditions, ConnectError, ServerId},
    connection_status::{ConnectionStatus, Health},
    slots::ConnectionSlot,
};

/// A connection that has been unused for this time is tested before its next use. A test before every use
/// would cost more than most queries of calls.
const TEST_AFTER: Duration = Duration::from_secs(5);
/// Time limit of the test, and of an outstanding reply.
const TEST_TIMEOUT: Duration = Duration::from_secs(2);
/// Time limit of the statements that prepare a new connection.
const SET_UP_TIMEOUT: Duration = Duration::from_secs(10);
/// The shortest query.
const EMPTY_QUERY: &str = "select";
/// A connection that has prepared so many statements is replaced. Diesel keeps all of them, and callers
/// combine orders, filters and search words at will; PostgreSQL holds about 80 KB for that of a list
/// (`pg_backend_memory_contexts`).
const PREPARED_MAX: usize = 500;
/// Maximum number of simultaneous requests to cancel a query.
const CANCELS_MAX: usize = 4;
/// Opens the connections of the pool and tests them.
pub(super) struct Manager {
    pub(super) url: Arc<str>,
    /// The statements that a new connection executes first.
    pub(super) set_up: String,
    /// The statement that a new connection executes next, where PostgreSQL supports it.
    pub(super) optional_set_up: Option<&'static str>,
    /// How long PostgreSQL may be silent while it executes a statement.
    pub(super) silence: Option<Duration>,
    pub(super) shared: Arc<Shared>,
}

/// State that the connections of a pool share.
pub(super) struct Shared {
    /// Incremented when all existing connections are to be closed.
    generation: AtomicU64,
    /// Incremented when all existing connections are to be tested.
    test_generation: AtomicU64,
    /// The server that the feed of changes is or was last connected to.
    current_server: watch::Sender<Option<ServerId>>,
    /// Whether the next connection that is returned is to be closed.
    closes_next_returned: AtomicBool,
    /// Wakes a call that waits for a connection because no more can be opened.
    pub(super) returned: Notify,
    cancels: Semaphore,
    /// Connections that are being opened.
    opening: AtomicUsize,
    /// Whether this is the built-in database, which does not support requests to cancel. It runs in this
    /// process: it may be slow, but it is never unreachable.
    is_built_in: bool,
}

impl Shared {
    pub(super) fn new(is_built_in: bool) -> Self {
        Self {
            generation: AtomicU64::new(0),
            test_generation: AtomicU64::new(0),
            current_server: watch::Sender::new(None),
            closes_next_returned: AtomicBool::new(false),
            returned: Notify::new(),
            cancels: Semaphore::new(CANCELS_MAX),
            opening: AtomicUsize::new(0),
            is_built_in,
        }
    }

    /// Whether a connection is being opened.
    pub(super) fn is_opening(&self) -> bool {
        self.opening.load(Ordering::Acquire) > 0
    }

    /// Causes all existing connections to be tested before they are used again.
    pub(super) fn require_test(&self) {
        self.test_generation.fetch_add(1, Ordering::AcqRel);
    }

    /// Ends the connections to every server but `server`, which answers now.
    pub(super) fn set_current_server(&self, server: ServerId) {
        self.current_server.send_replace(Some(server));
    }

    /// Causes the next returned connection to be closed.
    pub(super) fn close_next_returned(&self) {
        self.closes_next_returned.store(true, Ordering::Release);
    }

    /// Causes all connections of this generation to be closed before they are used again.
    fn end_generation(&self, generation: u64) {
        let _ = self.generation.compare_exchange(
            generation,
            generation + 1,
            Ordering::AcqRel,
            Ordering::Acquire,
        );
    }
}

/// Counts a connection that is being opened; no longer when dropped.
struct Opening<'a>(&'a AtomicUsize);

impl<'a> Opening<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(count)
    }
}

impl Drop for Opening<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A connection in the pool.
pub(super) struct Pooled {
    connection: AsyncPgConnection,
    status: Arc<ConnectionStatus>,
    canceller: Canceller,
    generation: u64,
    /// The value of `test_generation` when it was opened or last tested.
    test_generation: u64,
}

impl managed::Manager for Manager {
    type Type = Pooled;
    type Error = ConnectError;

    async fn create(&self) -> Result<Pooled, ConnectError> {
        let _opening = Opening::new(&self.shared.opening);
        let generation = self.shared.generation.load(Ordering::Acquire);
        let test_generation = self.shared.test_generation.load(Ordering::Acquire);
        let end = CloseConditions {
            silence: self.silence,
            current_server: self.shared.current_server.subscribe(),
        };
        let connected = connect::connect_for_calls(&self.url, end).await?;
        let mut pooled = Pooled {
            connection: connected.connection,
            status: connected.status,
            canceller: connected.canceller,
            generation,
            test_generation,
        };
        match timeout(SET_UP_TIMEOUT, self.prepare(&mut pooled.connection)).await {
            Ok(Ok(())) => Ok(pooled),
            Ok(Err(error)) => Err(ConnectError::from(error)),
            Err(_) => Err(pooled.canceller.timeout_error(SET_UP_TIMEOUT)),
        }
    }

    async fn recycle(&self, pooled: &mut Pooled, metrics: &Metrics) -> RecycleResult<ConnectError> {
        let generation = self.shared.generation.load(Ordering::Acquire);
        // Diesel closes a statement that it does not cache after the connection was returned.
        let answers = self.within_test(pooled.status.wait_for_answers());
        if answers.await.is_none() {
            return Err(self.dead(generation));
        }
        if pooled.generation != generation || !pooled.is_usable() {
            return Err(RecycleError::Message("the connection is bad".into()));
        }
        if pooled.status.prepared() >= PREPARED_MAX {
            return Err(RecycleError::Message("too many statements".into()));
        }
        let test_generation = self.shared.test_generation.load(Ordering::Acquire);
        if metrics.last_used() < TEST_AFTER && pooled.test_generation == test_generation {
            return Ok(());
        }
        let test = pooled.connection.batch_execute(EMPTY_QUERY);
        match self.within_test(test).await {
            Some(Ok(())) => {
                pooled.test_generation = test_generation;
                Ok(())
            }
            Some(Err(error)) => Err(RecycleError::Message(error.to_string().into())),
            None => Err(self.dead(generation)),
        }
    }
}

impl Manager {
    async fn prepare(&self, connection: &mut AsyncPgConnection) -> QueryResult<()> {
        connection.batch_execute(&self.set_up).await?;
        if let Some(optional) = self.optional_set_up
            && let Err(error) = connection.batch_execute(optional).await
        {
            tracing::debug!(%error, "PostgreSQL does not notice callers that are gone");
        }
        Ok(())
    }

    /// The result of a part of the test; `None` after [`TEST_TIMEOUT`], which does not apply to the
    /// built-in database.
    async fn within_test<T>(&self, part: impl Future<Output = T>) -> Option<T> {
        if self.shared.is_built_in {
            Some(part.await)
        } else {
            timeout(TEST_TIMEOUT, part).await.ok()
        }
    }

    /// The error for a connection that does not reply. The other connections of its generation are closed
    /// too, because they lead through the same network to the same server.
    fn dead(&self, generation: u64) -> RecycleError<ConnectError> {
        self.shared.end_generation(generation);
        RecycleError::Message("the connection is dead".into())
    }
}

impl Pooled {
    fn is_usable(&mut self) -> bool {
        self.status.health() == Health::Usable
            && self.status.is_idle()
            && !self.connection.is_broken()
    }
}

/// A connection for a call. When dropped, it returns to the pool, unless it is unusable. While a query
/// runs on it whose future was dropped, the connection keeps its slot; it is closed or returned when the
/// query has ended.
pub struct Connection {
    /// `None` after the drop.
    pooled: Option<managed::Object<Manager>>,
    /// Held until the connection is back in the pool. `None` after the drop.
    slot: Option<ConnectionSlot>,
    shared: Arc<Shared>,
    /// Whether a query is cancelled when its future is dropped. A write is not cancelled: cancelling a
    /// commit that waits for a standby makes it succeed without the standby.
    is_for_reading: bool,
}

impl Connection {
    pub(super) const fn new(
        pooled: managed::Object<Manager>,
        slot: ConnectionSlot,
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            pooled: Some(pooled),
            slot: Some(slot),
            shared,
            is_for_reading: false,
        }
    }

    /// The same connection for a read, which is cancelled when its future is dropped.
    #[must_use]
    pub(super) const fn for_reading(mut self) -> Self {
        self.is_for_reading = true;
        self
    }

    /// Closes the connection.
    pub(super) fn discard(self) {
        if let Some(pooled) = &self.pooled {
            pooled.status.degrade(Health::Broken);
        }
    }
}

impl Deref for Connection {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        match &self.pooled {
            Some(pooled) => &pooled.connection,
            None => unreachable!("only `drop` removes it"),
        }
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        match &mut self.pooled {
            Some(pooled) => &mut pooled.connection,
            None => unreachable!("only `drop` removes it"),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let Some(pooled) = self.pooled.take() else {
            return;
        };
        let shared = Arc::clone(&self.shared);
        if pooled.status.health() == Health::AllBroken {
            shared.end_generation(pooled.generation);
        }
        if pooled.status.is_idle() {
            return release(pooled, &shared);
        }
        let is_cancelled = self.is_for_reading && !shared.is_built_in;
        match Handle::try_current() {
            Ok(runtime) => {
                let slot = self.slot.take();
                drop(runtime.spawn(async move {
                    end_query(pooled, shared, is_cancelled).await;
                    drop(slot);
                }));
            }
            Err(_) => drop(managed::Object::take(pooled)),
        }
    }
}
