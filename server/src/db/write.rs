//! Writes in transactions, each in a task of its own, which continues when the caller disconnects.

use epic_events::policy::Rpc;
use uuid::Uuid;

use crate::{
    db::{
        connection::Connection,
        fair_share::WritePermit,
        pool::{ATTEMPTS_MAX, Db, pause},
        removal::Suspension,
        transaction::{TransactionOptions, Tx, WriteFn},
    },
    error::{Error, Result},
    telemetry::trace,
};

/// Maximum number of rows that a statement changes, so that it stays within its time limit.
pub(crate) const BATCH_ROWS: usize = 1_000;

impl Db {
    /// Writes in a transaction, in a task of its own, which continues when the caller disconnects. The
    /// transaction reads the session and the role of the caller again and locks the caller's account.
    /// The history attributes the write to `rpc`. `work` receives `argument` and may run several times;
    /// the writes of a failed run are rolled back.
    ///
    /// # Errors
    /// Those of [`Self::connection`] and of `work`; `SESSION_ENDED`, `ACCOUNT_CHANGING`;
    /// [`Error::Panicked`] when `work` panics.
    pub(crate) async fn write<A, T, F>(
        &self,
        session: Uuid,
        rpc: Rpc,
        argument: A,
        work: F,
    ) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'a> WriteFn<'a, A, T> + Send + Sync + 'static,
    {
        let options = TransactionOptions::new(session, rpc);
        let permit = WritePermit::wait().await?;
        self.write_in_task(permit, options, argument, work).await
    }

    /// Makes a change that ends sessions of `account`: waits for the writes of the account, and blocks
    /// further ones until the sessions have ended.
    ///
    /// # Errors
    /// Those of [`Self::write`].
    pub(crate) async fn write_exclusively<A, T, F>(
        &self,
        session: Uuid,
        rpc: Rpc,
        account: i64,
        argument: A,
        work: F,
    ) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'a> WriteFn<'a, A, T> + Send + Sync + 'static,
    {
        let options = TransactionOptions::new(session, rpc).removing(account);
        let permit = WritePermit::wait().await?;
        let written = self.write_in_task(permit, options, argument, work).await;
        // Invalidated after an error too, because the outcome of a commit may be unknown.
        self.auth_epoch().invalidate();
        written
    }

    async fn write_in_task<A, T, F>(
        &self,
        permit: WritePermit,
        options: TransactionOptions,
        argument: A,
        work: F,
    ) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'a> WriteFn<'a, A, T> + Send + Sync + 'static,
    {
        let db = self.clone();
        let task =
            trace::spawn(
                async move { db.transact(&permit, options, None, &argument, &work).await },
            );
        task.await?
    }

    /// Runs `work` in a transaction that ends the suspension, if there is one, and repeats it when
    /// PostgreSQL rolls it back.
    pub(super) async fn transact<A, T, F>(
        &self,
        permit: &WritePermit,
        options: TransactionOptions,
        suspension: Option<Suspension>,
        argument: &A,
        work: &F,
    ) -> Result<T>
    where
        A: Send + Sync,
        F: for<'a> WriteFn<'a, A, T> + Send + Sync,
    {
        let options = options.ending(suspension.map(|suspension| suspension.id));
        let mut attempts = 0;
        loop {
            attempts += 1;
            let connection = self.check_out(permit.slot_use, None).await?;
            let error = match self.begin(connection, options).await {
                Ok(mut tx) => match run(&mut tx, suspension, argument, work).await {
                    Ok(done) => {
                        let committed = tx.commit().await;
                        self.on_commit();
                        match committed {
                            Ok(()) => return Ok(done),
                            // The outcome of the commit is unknown.
                            Err(error @ Error::Unavailable(_)) => return Err(error),
                            Err(error) => error,
                        }
                    }
                    Err(error) => {
                        tx.roll_back().await;
                        error
                    }
                },
                Err(error) => error,
            };
            if !error.is_retryable() || attempts == ATTEMPTS_MAX {
                return Err(error);
            }
            pause().await;
        }
    }

    async fn begin(&self, connection: Connection, options: TransactionOptions) -> Result<Tx> {
        let begun = Tx::begin(connection, options);
        match options.removed {
            Some(account) => self.termination().while_waiting(account, begun).await,
            None => begun.await,
        }
    }
}

async fn run<A, T, F>(
    tx: &mut Tx,
    suspension: Option<Suspension>,
    argument: &A,
    work: &F,
) -> Result<T>
where
    F: for<'a> WriteFn<'a, A, T>,
{
    let Some(suspension) = suspension else {
        return work(tx, argument).await;
    };
    suspension.hold(tx).await?;
    let done = work(tx, argument).await?;
    suspension.end(tx).await?;
    Ok(done)
}
