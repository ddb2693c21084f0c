//! The removal of an account's rights, in two transactions, so that the account cannot delay it. The
//! first transaction suspends the account; the second one makes the change.

use diesel::{
    prelude::*,
    sql_types::{BigInt, Bool},
};
use diesel_async::RunQueryDsl;
use epic_events::{
    policy::{Permit, Rpc},
    reason::Reason,
};
use uuid::Uuid;

use crate::{
    db::{
        fair_share::WritePermit,
        pool::Db,
        transaction::{TransactionOptions, Tx, WriteFn},
    },
    error::{Error, Result},
    telemetry::trace,
};

/// The suspension of an account. It expires after 30 seconds unless the removal is still in progress.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Suspension {
    pub(super) id: i64,
    account: i64,
}

#[derive(QueryableByName)]
struct SuspensionId {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

#[derive(QueryableByName)]
struct IsValid {
    #[diesel(sql_type = Bool)]
    is_valid: bool,
}

impl Suspension {
    /// Suspends an account whose lock the transaction holds exclusively.
    pub(crate) async fn begin(tx: &mut Tx, _: &Permit, account: i64) -> Result<Self> {
        diesel::sql_query("delete from suspensions where expire_time < now() - interval '1 hour'")
            .execute(tx.connection())
            .await?;
        let SuspensionId { id } =
            diesel::sql_query("insert into suspensions (collaborator_id) values ($1) returning id")
                .bind::<BigInt, _>(account)
                .get_result(tx.connection())
                .await?;
        Ok(Self { id, account })
    }

    /// Makes the suspension last until the transaction ends.
    ///
    /// # Errors
    /// `BUSY` when it has expired: the account may be writing again.
    pub(super) async fn hold(self, tx: &mut Tx) -> Result<()> {
        diesel::sql_query("select lock_removal($1)")
            .bind::<BigInt, _>(self.account)
            .execute(tx.connection())
            .await?;
        let IsValid { is_valid } = diesel::sql_query(
            "select exists (select from suspensions where id = $1 \
             and expire_time > clock_timestamp()) as is_valid",
        )
        .bind::<BigInt, _>(self.id)
        .get_result(tx.connection())
        .await?;
        if is_valid {
            Ok(())
        } else {
            Err(Reason::Busy.into())
        }
    }

    /// Ends the suspension with the transaction, and earlier suspensions, whose changes failed.
    pub(super) async fn end(self, tx: &mut Tx) -> Result<()> {
        diesel::sql_query("delete from suspensions where collaborator_id = $1 and id <= $2")
            .bind::<BigInt, _>(self.account)
            .bind::<BigInt, _>(self.id)
            .execute(tx.connection())
            .await?;
        Ok(())
    }

    /// Ends the suspension after a refused change.
    async fn withdraw(self, db: &Db, permit: &WritePermit) -> Result<()> {
        diesel::sql_query("delete from suspensions where id = $1")
            .bind::<BigInt, _>(self.id)
            .execute(&mut db.check_out(permit.slot_use, None).await?)
            .await?;
        Ok(())
    }
}

impl Db {
    /// Removes rights of `account`. `suspend` runs in the first transaction: it makes the checks that
    /// wait for no row, and returns a suspension unless the change removes no right. `change` runs in
    /// the second transaction.
    ///
    /// When the change is refused, the suspension ends. When the database fails, or other
    /// transactions delay the change for too long, the suspension lasts until it expires, so that the
    /// caller can try again.
    ///
    /// # Errors
    /// Those of [`Db::write`].
    pub(crate) async fn remove_rights<A, T, S, C>(
        &self,
        session: Uuid,
        rpc: Rpc,
        account: i64,
        argument: A,
        suspend: S,
        change: C,
    ) -> Result<T>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        S: for<'a> WriteFn<'a, A, Option<Suspension>> + Send + Sync + 'static,
        C: for<'a> WriteFn<'a, A, T> + Send + Sync + 'static,
    {
        let db = self.clone();
        let permit = WritePermit::wait().await?;
        let task = trace::spawn(async move {
            let options = TransactionOptions::new(session, rpc);
            let suspended = db
                .transact(
                    &permit,
                    options.removing(account),
                    None,
                    &argument,
                    &suspend,
                )
                .await;
            // Invalidated after an error too, because the outcome of a commit may be unknown.
            db.auth_epoch().invalidate();
            let suspension = suspended?;
            let permit = permit.into_change().await?;
            let changed = db
                .transact(&permit, options, suspension, &argument, &change)
                .await;
            if let (Err(error), Some(suspension)) = (&changed, suspension)
                && is_refusal(error)
                && let Err(error) = suspension.withdraw(&db, &permit).await
            {
                tracing::warn!(%error, "a suspension stays until it expires");
            }
            db.auth_epoch().invalidate();
            changed
        });
        task.await?
    }
}

/// Whether a repetition of the change would be refused as well.
fn is_refusal(error: &Error) -> bool {
    match error {
        Error::Api(error) => !matches!(error.reason, Reason::Busy | Reason::ShuttingDown),
        Error::Unavailable(_)
        | Error::OutOfResources(_)
        | Error::Retryable { .. }
        | Error::Query(_)
        | Error::Internal(_)
        | Error::Panicked => false,
    }
}
