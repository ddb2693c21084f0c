//! A transaction under way, and who writes in it.

use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Text, Uuid as SqlUuid},
};
use diesel_async::{
    AsyncConnection, AsyncPgConnection, RunQueryDsl, TransactionManager,
    pooled_connection::deadpool::Object,
};
use epic_events::{
    policy::{self, Actor, Permit, Rpc},
    reason::Reason,
    role::role_from_name,
};
use uuid::Uuid;

use crate::{
    db::Connection,
    error::{Error, Result},
    report::{self, Notice},
};

type Manager = <AsyncPgConnection as AsyncConnection>::TransactionManager;

/// A transaction under way, and who writes in it.
pub struct Tx {
    connection: Connection,
    actor: Actor,
    rpc: Rpc,
    notices: Vec<Notice>,
}

/// Whether the writer's own row is held for the writer alone, or shared with others who only write.
#[derive(Clone, Copy, Debug)]
pub(super) enum Alone {
    Yes,
    No,
}

/// Tells the triggers who writes and in which call, reads the role as it is now, and holds the
/// writer's row so that nobody changes it before the transaction ends. Every write begins with
/// this, so it is a query of its own kind, which Diesel prepares once for each connection.
#[derive(Clone, Copy, Debug)]
struct Writer {
    session: Uuid,
    rpc: &'static str,
    alone: Alone,
}

impl QueryFragment<Pg> for Writer {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "select writer.id, writer.role, concat(\
             set_config('epic.actor', writer.name, true), \
             set_config('epic.actor_id', writer.id::text, true), \
             set_config('epic.session', sessions.id::text, true), \
             set_config('epic.rpc', ",
        );
        out.push_bind_param::<Text, _>(self.rpc)?;
        out.push_sql(
            ", true)) from sessions \
             join collaborators writer on writer.id = sessions.collaborator_id \
             where sessions.expire_time > now() and sessions.id = ",
        );
        out.push_bind_param::<SqlUuid, _>(&self.session)?;
        out.push_sql(match self.alone {
            Alone::Yes => " for update of writer",
            Alone::No => " for share of writer",
        });
        Ok(())
    }
}

impl QueryId for Writer {
    type QueryId = ();
    // Its text depends on its value, by which Diesel then tells prepared statements apart.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Writer {
    type SqlType = (BigInt, Text, Text);
}

/// Waits for another transaction that carries out the same request.
#[derive(Clone, Copy, Debug, QueryId)]
struct Once(Uuid);

impl QueryFragment<Pg> for Once {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("select pg_advisory_xact_lock(hashtextextended(");
        out.push_bind_param::<SqlUuid, _>(&self.0)?;
        out.push_sql("::text, 0))");
        Ok(())
    }
}

impl Tx {
    pub(super) async fn begin(
        connection: Connection,
        alone: Alone,
        session: Uuid,
        rpc: Rpc,
    ) -> Result<Self> {
        let mut connection = connection;
        Manager::begin_transaction(&mut *connection).await?;
        let writer = Writer {
            session,
            rpc: rpc.name(),
            alone,
        };
        let found = writer
            .get_result::<(i64, String, String)>(&mut connection)
            .await;
        let mut tx = Self {
            connection,
            actor: Actor {
                id: 0,
                role: epic_events::v1::Role::Unspecified,
            },
            rpc,
            notices: Vec::new(),
        };
        match found {
            Ok((id, role, _)) => {
                let role = role_from_name(&role).unwrap_or_default();
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

    /// Whether the writer may touch these fields of a record of this owner, with this call.
    ///
    /// # Errors
    /// Why not.
    pub fn permit(&self, owner: Option<i64>, changed_fields: &[&'static str]) -> Result<Permit> {
        Ok(policy::permit(self.actor, self.rpc, owner, changed_fields)?)
    }

    /// Waits for another transaction that carries out the same request, so that a request sent many
    /// times at once meets its first result, and not a rule that this result would break twice.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn once(&mut self, request_id: Uuid) -> Result<()> {
        Once(request_id).execute(&mut self.connection).await?;
        Ok(())
    }

    /// Has that reported once the transaction is committed.
    pub fn report(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    /// The connection that the transaction runs on.
    pub fn connection(&mut self) -> &mut AsyncPgConnection {
        &mut self.connection
    }

    pub(super) async fn commit(mut self) -> Result<()> {
        Manager::commit_transaction(&mut *self.connection)
            .await
            .map_err(|error| match Error::from(error) {
                Error::Unsettled(error) => Error::Away(error.to_string()),
                other => other,
            })?;
        self.notices.iter().for_each(report::notice);
        Ok(())
    }

    pub(super) async fn roll_back(mut self) {
        if let Err(error) = Manager::rollback_transaction(&mut *self.connection).await {
            tracing::warn!(%error, "a roll-back failed; its connection is thrown away");
            drop(Object::take(self.connection));
        }
    }
}
