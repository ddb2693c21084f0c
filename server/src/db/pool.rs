//! The connection pool, and reads that survive a dead connection.

use std::{
    future::{Future, poll_fn},
    ops::RangeInclusive,
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
    time::Duration,
};

use deadpool::managed::{Object, Pool, PoolError, QueueMode, Timeouts};
use epic_events::reason::Reason;
use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};

use crate::{
    db::{
        cache_epoch::CacheEpoch,
        connect::ServerId,
        connection::{Connection, Manager, Shared},
        database_roles,
        fair_share::{CallShare, FairShare, ShareLimits, SharePermit, SlotUse},
        slots::{ConnectionSlot, Slots},
        termination::WriterTermination,
    },
    error::{Error, Result},
    telemetry::{sampler::log_sampled, trace},
};

/// How long a call waits for a connection before it fails with `DATABASE_UNAVAILABLE`.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(5);
/// How long no connection is opened after PostgreSQL has refused one because of a connection limit.
const REFUSAL_PAUSE: Duration = Duration::from_secs(2);
/// How long a call waits for a connection to be returned before it checks again.
const RETURN_TIMEOUT: Duration = Duration::from_millis(250);
/// Maximum number of attempts of a read or a write.
pub(super) const ATTEMPTS_MAX: usize = 3;
/// The delay before a transaction that PostgreSQL has rolled back is repeated. The victim of a deadlock
/// that repeats at once can take its locks before the other transaction wakes up, and deadlock again;
/// a random delay separates two victims.
const RETRY_DELAY: RangeInclusive<Duration> = Duration::from_millis(10)..=Duration::from_millis(50);
/// Limits each statement and each idle transaction, so that neither can hold a connection indefinitely.
/// A read waits for a lock only when another session has locked a whole table; the limit frees the
/// connection for reads of other tables. `begin_write` restores the limit of the database.
const SESSION_SETTINGS: &str = "set statement_timeout = '15s'; \
     set idle_in_transaction_session_timeout = '15s'; \
     select set_config('epic.lock_timeout', current_setting('lock_timeout'), false), \
     set_config('lock_timeout', '1s', false)";
/// Ends the query of a server that has disconnected. PostgreSQL supports it on Linux and macOS.
const SET_CONNECTION_CHECK: &str = "set client_connection_check_interval = '1s'";

/// The database as handlers use it. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Manager>,
    shared: Arc<Shared>,
    /// The time until which no connection is opened because PostgreSQL has refused one.
    refused_until: Arc<Mutex<Option<Instant>>>,
    /// `None` for the built-in database, which has no second connection.
    feed_url: Option<Arc<str>>,
    auth_epoch: Arc<CacheEpoch>,
    record_epoch: Arc<CacheEpoch>,
    committed: Arc<Notify>,
    termination: WriterTermination,
    fair_share: FairShare,
    slots: Slots,
}

/// The size of a pool, and the shares of accounts in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct PoolSettings {
    /// Maximum number of connections.
    pub(super) connections: usize,
    /// Whether this is the built-in database, which no other server uses and which cannot cancel
    /// queries.
    pub(super) is_built_in: bool,
    /// How long PostgreSQL may be silent while it executes a statement.
    pub(super) silence: Option<Duration>,
    /// The limits of each account.
    pub(super) share_limits: ShareLimits,
}

impl Db {
    /// Creates a pool, which opens its connections on demand. The history attributes writes outside of
    /// calls to `command`.
    ///
    /// # Errors
    /// [`Error::Internal`] when the pool cannot be built.
    pub(super) fn new(url: &str, settings: PoolSettings, command: &str) -> Result<Self> {
        let PoolSettings {
            connections,
            is_built_in,
            silence,
            share_limits,
        } = settings;
        let shared = Arc::new(Shared::new(is_built_in));
        let epoch = || {
            Arc::new(if is_built_in {
                CacheEpoch::single_server()
            } else {
                CacheEpoch::with_other_servers()
            })
        };
        let manager = Manager {
            url: url.into(),
            set_up: format!(
                "{}; {SESSION_SETTINGS}; set epic.rpc = '{command}'",
                database_roles::SET_APP_ROLE
            ),
            silence,
            optional_set_up: (!is_built_in).then_some(SET_CONNECTION_CHECK),
            shared: Arc::clone(&shared),
        };
        let pool = Pool::builder(manager)
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
        Ok(Self {
            pool,
            shared,
            refused_until: Arc::default(),
            feed_url: (!is_built_in).then(|| url.into()),
            auth_epoch: epoch(),
            record_epoch: epoch(),
            committed: Arc::default(),
            termination: WriterTermination::new((!is_built_in).then_some(url)),
            fair_share: FairShare::new(share_limits),
            slots: Slots::new(connections),
        })
    }

    /// The URL of the connection that reads the changes of all servers; `None` when this is the only
    /// server.
    #[must_use]
    pub(crate) fn feed_url(&self) -> Option<&str> {
        self.feed_url.as_deref()
    }

    /// The validity of cached accounts and sessions.
    #[must_use]
    pub fn auth_epoch(&self) -> &CacheEpoch {
        &self.auth_epoch
    }

    /// The validity of what is remembered about records.
    #[must_use]
    pub(crate) const fn record_epoch(&self) -> &Arc<CacheEpoch> {
        &self.record_epoch
    }

    /// Records that all changes that were committed before `time` are known.
    pub(crate) fn confirm_live(&self, time: std::time::Instant) {
        self.auth_epoch.confirm_live(time);
        self.record_epoch.confirm_live(time);
    }

    /// Whether the database has answered within this time. The built-in database always has.
    #[must_use]
    pub(crate) fn answered_within(&self, time: Duration) -> bool {
        self.record_epoch.was_live_within(time)
    }

    /// Waits for a commit of this server since the previous call.
    pub(crate) async fn wait_for_commit(&self) {
        self.committed.notified().await;
    }

    /// Causes the feed of changes to be read now.
    pub(crate) fn wake_feed(&self) {
        self.committed.notify_one();
    }

    /// Invalidates what is remembered about records, and wakes the feed. `write` does so by itself.
    pub fn on_commit(&self) {
        self.record_epoch.invalidate();
        self.wake_feed();
    }

    /// The shares of the accounts.
    #[must_use]
    pub(crate) const fn fair_share(&self) -> &FairShare {
        &self.fair_share
    }

    /// The termination of writes that delay a removal of rights.
    pub(super) const fn termination(&self) -> &WriterTermination {
        &self.termination
    }

    /// Checks a connection out, for a statement that belongs neither to `read` nor to `write`. In a
    /// call, it counts as a read of the caller. A query whose future is dropped still runs to its end.
    ///
    /// # Errors
    /// `DATABASE_UNAVAILABLE` after `CONNECTION_TIMEOUT`, `SHUTTING_DOWN` after `close`.
    pub async fn connection(&self) -> Result<Connection> {
        let share = CallShare::current();
        self.check_out(share.read_use(), share.read().await?).await
    }

    /// Checks out a connection, which holds `permit`. If the caller disconnects while it is being
    /// opened, it is opened nevertheless and returned to the pool, and occupies its slot until then:
    /// PostgreSQL forks a process for every attempt, and callers who disconnect at once would otherwise
    /// keep it busy with forks.
    ///
    /// # Errors
    /// Those of [`Self::connection`].
    pub(super) async fn check_out(
        &self,
        slot_use: SlotUse,
        permit: Option<SharePermit>,
    ) -> Result<Connection> {
        let slot = self.slots.acquire(slot_use, permit, CONNECTION_TIMEOUT);
        let slot = slot.await?;
        let mut checking_out = Box::pin(self.clone().check_out_with(slot));
        match poll_fn(|context| Poll::Ready(checking_out.as_mut().poll(context))).await {
            // An idle connection was available.
            Poll::Ready(checked_out) => checked_out,
            Poll::Pending => trace::spawn(checking_out).await?,
        }
    }

    async fn check_out_with(self, slot: ConnectionSlot) -> Result<Connection> {
        let pooled = timeout(CONNECTION_TIMEOUT, async {
            loop {
                if let Some(pooled) = self.try_check_out().await? {
                    return Ok(pooled);
                }
                let returned = self.shared.returned.notified();
                // The end of the pause sends no notification, hence the timeout.
                let _ = timeout(RETURN_TIMEOUT, returned).await;
            }
        });
        let pooled = pooled
            .await
            .unwrap_or_else(|_| Err(Error::Unavailable("no connection in time".to_owned())))?;
        Ok(Connection::new(pooled, slot, self.shared))
    }

    /// A connection; `None` when PostgreSQL accepts no further connection, so that the call must wait
    /// for an existing one.
    async fn try_check_out(&self) -> Result<Option<Object<Manager>>> {
        let exists = || self.pool.status().size > 0 || self.shared.is_opening();
        if self.is_refused() && exists() && self.pool.status().available == 0 {
            return Ok(None);
        }
        match self.pool.get().await {
            Ok(pooled) => Ok(Some(pooled)),
            Err(PoolError::Closed) => Err(Reason::ShuttingDown.into()),
            Err(PoolError::Backend(error)) if error.is_no_connection_left() && exists() => {
                log_sampled!(warn, "PostgreSQL accepts no further connection", %error);
                self.pause_opening();
                Ok(None)
            }
            Err(other) => Err(Error::Unavailable(other.to_string())),
        }
    }

    fn is_refused(&self) -> bool {
        let until = self.refused_until.lock();
        let until = *until.unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    fn pause_opening(&self) {
        let refused = self.refused_until.lock();
        *refused.unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + REFUSAL_PAUSE);
    }

    /// Causes all connections to be tested before they are used again, because PostgreSQL did not reply
    /// on one of them.
    pub(crate) fn require_tests(&self) {
        self.shared.require_test();
    }

    /// Ends the connections to every server but `server`, which answers now. Calls in progress on them
    /// are repeated, unless they may have been committed.
    pub(crate) fn set_current_server(&self, server: ServerId) {
        self.shared.set_current_server(server);
    }

    /// Closes one connection, because PostgreSQL accepts no further one and the feed of changes needs
    /// one.
    pub(crate) fn close_one_connection(&self) {
        self.pause_opening();
        let mut is_idle_closed = false;
        self.pool
            .retain(|_, _| std::mem::replace(&mut is_idle_closed, true));
        if !is_idle_closed {
            self.shared.close_next_returned();
        }
    }

    /// Reads, and repeats the read on another connection when a connection turns out to be dead.
    ///
    /// # Errors
    /// Those of [`Self::connection`] and of `work`; `BUSY` when a table is locked; after `ATTEMPTS_MAX`
    /// attempts, [`Error::Unavailable`] or [`Error::Retryable`].
    pub(crate) async fn read<T, F, Work>(&self, work: F) -> Result<T>
    where
        F: Fn(Connection) -> Work,
        Work: Future<Output = Result<T>> + Send,
    {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let connection = self.connection().await?.for_reading();
            // Boxed, so that a call that waits for a connection does not yet hold the state of its
            // query.
            match Box::pin(work(connection)).await {
                // The read waited for the lock of a table; the next attempt would wait as long.
                Err(Error::Retryable {
                    reason: Reason::Conflict,
                    cause,
                }) => {
                    log_sampled!(warn, "a read waited too long for a lock", %cause);
                    return Err(Reason::Busy.into());
                }
                Err(error) if error.is_retryable() && attempts < ATTEMPTS_MAX => pause().await,
                settled => return settled,
            }
        }
    }

    /// Closes the pool. Connections end when they are returned.
    pub fn close(&self) {
        self.pool.close();
    }
}

/// Waits before another attempt.
pub(super) async fn pause() {
    tokio::time::sleep(rand::random_range(RETRY_DELAY)).await;
}
