//! A transaction, and the collaborator who writes in it.

use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Bool, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, TransactionManager};
use epic_events::{
    policy::{self, Actor, Permit, Rpc},
    reason::Reason,
    v1::Role,
};
use uuid::Uuid;

use crate::{
    db::{connection::Connection, role_column::RoleColumn},
    error::{Error, Result},
    telemetry::{
        report::{self, AuditEvent},
        sampler::log_sampled,
    },
};

type Manager = <AsyncPgConnection as AsyncConnection>::TransactionManager;

/// A transaction, and the collaborator who writes in it.
pub(crate) struct Tx {
    connection: Connection,
    actor: Actor,
    rpc: Rpc,
    audit_events: Vec<AuditEvent>,
}

/// The work of a transaction: an async closure that takes the transaction and an argument. It is
/// `Fn` instead of `FnOnce`, because a retry calls it again, and a trait of its own, because a bound
/// on `AsyncFn` cannot require `Send` futures.
pub(crate) trait WriteFn<'a, A: 'a, T>:
    AsyncFn(&'a mut Tx, &'a A) -> Result<T>
    + Fn(&'a mut Tx, &'a A) -> <Self as WriteFn<'a, A, T>>::Future
{
    /// The future of one run.
    type Future: Future<Output = Result<T>> + Send;
}

impl<'a, A: 'a, T, F, Fut> WriteFn<'a, A, T> for F
where
    F: AsyncFn(&'a mut Tx, &'a A) -> Result<T> + Fn(&'a mut Tx, &'a A) -> Fut,
    Fut: Future<Output = Result<T>> + Send,
{
    type Future = Fut;
}

/// How a transaction begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct TransactionOptions {
    session: Uuid,
    rpc: Rpc,
    /// The account whose lock the transaction holds exclusively, because it loses rights.
    pub(super) removed: Option<i64>,
    /// The id of the suspension that the transaction ends, and which does not apply to it.
    suspension: Option<i64>,
}

impl TransactionOptions {
    pub(super) const fn new(session: Uuid, rpc: Rpc) -> Self {
        Self {
            session,
            rpc,
            removed: None,
            suspension: None,
        }
    }

    pub(super) const fn removing(self, account: i64) -> Self {
        Self {
            removed: Some(account),
            ..self
        }
    }

    pub(super) const fn ending(self, suspension: Option<i64>) -> Self {
        Self { suspension, ..self }
    }
}

/// Sets the actor and the RPC for the triggers, locks the actor's account and reads the role. Every
/// write begins with this query. As a query fragment of its own, it is prepared once per connection.
#[derive(Clone, Copy, Debug, QueryId)]
struct BeginWrite {
    session: Uuid,
    rpc: &'static str,
    removed: Option<i64>,
    suspension: Option<i64>,
}

impl QueryFragment<Pg> for BeginWrite {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("select id, role, suspended from begin_write(");
        out.push_bind_param::<SqlUuid, _>(&self.session)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(self.rpc)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.removed)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.suspension)?;
        out.push_sql(")");
        Ok(())
    }
}

impl Query for BeginWrite {
    type SqlType = (Nullable<BigInt>, Nullable<Text>, Bool);
}

/// Waits for other transactions with this request id.
#[derive(Clone, Copy, Debug, QueryId)]
struct LockRequest(Uuid);

impl QueryFragment<Pg> for LockRequest {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("select pg_advisory_xact_lock(hashtextextended(");
        out.push_bind_param::<SqlUuid, _>(&self.0)?;
        out.push_sql("::text, 0))");
        Ok(())
    }
}

impl Tx {
    pub(super) async fn begin(
        mut connection: Connection,
        options: TransactionOptions,
    ) -> Result<Self> {
        let TransactionOptions {
            session,
            rpc,
            removed,
            suspension,
        } = options;
        Manager::begin_transaction(&mut *connection).await?;
        let begin_write = BeginWrite {
            session,
            rpc: rpc.name(),
            removed,
            suspension,
        };
        let writer = begin_write
            .get_result::<(Option<i64>, Option<RoleColumn>, bool)>(&mut connection)
            .await;
        let mut tx = Self {
            connection,
            actor: Actor {
                id: 0,
                role: Role::Unspecified,
            },
            rpc,
            audit_events: Vec::new(),
        };
        let error = match writer {
            Ok((Some(id), Some(RoleColumn(role)), false)) => {
                tx.actor = Actor { id, role };
                return Ok(tx);
            }
            Ok((_, _, true)) => Reason::AccountChanging.into(),
            Ok(_) => Reason::SessionEnded.into(),
            Err(error) => error.into(),
        };
        tx.roll_back().await;
        Err(error)
    }

    /// The collaborator who writes. Their role cannot change before the transaction ends.
    #[must_use]
    pub(crate) const fn actor(&self) -> Actor {
        self.actor
    }

    /// Checks whether the writer may change these fields of a record of `owner` with this RPC.
    ///
    /// # Errors
    /// The denial of [`policy::permit`]: `ROLE_NOT_ALLOWED`, `NOT_YOURS`, `ALREADY_ASSIGNED` or
    /// `FIELD_NOT_ALLOWED`.
    pub(crate) fn permit(
        &self,
        owner: Option<i64>,
        changed_fields: &[&'static str],
    ) -> Result<Permit> {
        Ok(policy::permit(self.actor, self.rpc, owner, changed_fields)?)
    }

    /// Waits for other transactions with the same request id, so that repeated requests find the
    /// first result instead of a constraint that a second insert would violate.
    pub(crate) async fn lock_request(&mut self, request_id: Uuid) -> Result<()> {
        LockRequest(request_id)
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }

    /// Reports `event` after the commit.
    pub(crate) fn audit(&mut self, event: AuditEvent) {
        self.audit_events.push(event);
    }

    /// The connection of the transaction.
    pub(crate) fn connection(&mut self) -> &mut AsyncPgConnection {
        &mut self.connection
    }

    pub(super) async fn commit(mut self) -> Result<()> {
        Manager::commit_transaction(&mut *self.connection)
            .await
            .map_err(Error::from_commit)?;
        self.audit_events.iter().for_each(report::audit);
        Ok(())
    }

    pub(super) async fn roll_back(mut self) {
        if let Err(error) = Manager::rollback_transaction(&mut *self.connection).await {
            log_sampled!(
                warn,
                "a rollback failed; its connection is discarded",
                %error
            );
            self.connection.discard();
        }
    }
}
