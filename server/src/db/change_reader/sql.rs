//! The SQL that reads and deletes changes.

use diesel::{
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    result::QueryResult,
    sql_types::{BigInt, Double, Nullable, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};

use super::CHANGES_MAX;
use crate::{db::database_roles, error::Result};

/// Maximum number of rows that a statement deletes, so that it does not delay the next read.
pub(super) const PRUNED_MAX: usize = 5_000;

/// The settings of the connection. The table is so small at times that PostgreSQL would plan to read all
/// of it, and keep that plan when it has grown; without `enable_seqscan`, the planner's costs would turn on
/// just-in-time compilation. Nobody waits for the deletion of rows to reach a standby. A lock of the
/// whole table must not hold the connection for longer than its reader waits.
const SETTINGS: &str = "set application_name = 'epic-server feed'; \
     set enable_seqscan = off; set jit = off; set plan_cache_mode = force_generic_plan; \
     set synchronous_commit = off; set lock_timeout = '500ms'; set statement_timeout = '5s'; \
     select set_config('log_statement', 'none', false) \
     where has_parameter_privilege('log_statement', 'set')";

/// A change of a record, or of sessions or accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChangeRow {
    pub(crate) kind: String,
    /// `None` for sessions and accounts.
    pub(crate) record: Option<(String, i64)>,
    pub(crate) version: Option<i64>,
    pub(crate) actor_id: Option<i64>,
    pub(crate) actor_name: String,
}

/// A snapshot of PostgreSQL: which transactions a statement saw as ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Snapshot(String);

/// What a read has found.
#[derive(Debug)]
pub(super) struct Found {
    /// The snapshot of the read.
    pub(super) snapshot: Snapshot,
    /// The time of the database, in seconds.
    pub(super) time: f64,
    /// At most one more than [`CHANGES_MAX`].
    pub(super) changes: Vec<ChangeRow>,
}

/// The beginning of both queries.
const SNAPSHOT_AND_TIME: &str = "select pg_current_snapshot()::text, \
     extract(epoch from clock_timestamp())::double precision";

/// Reads the present snapshot. While it equals the previous one, every transaction is as visible as it was
/// then, and nothing has changed. On an idle database, this costs half as much as reading changes.
#[derive(Clone, Copy, Debug, QueryId)]
struct ReadSnapshot;

impl QueryFragment<Pg> for ReadSnapshot {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(SNAPSHOT_AND_TIME);
        Ok(())
    }
}

impl Query for ReadSnapshot {
    type SqlType = (Text, Double);
}

/// Reads the changes that are visible now and were not visible in an earlier snapshot: those of
/// transactions that began after it, and those of transactions that were open in it. A row of a later
/// transaction than the present ones comes from another database, by a restored backup. Values are in
/// subqueries, so that PostgreSQL does not plan the query anew for each.
#[derive(Clone, Copy, Debug)]
struct ReadChanges<'a>(Option<&'a str>);

impl QueryFragment<Pg> for ReadChanges<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(SNAPSHOT_AND_TIME);
        out.push_sql(
            ", kind, record, record_id, version, actor_id, actor_name \
             from (select) always left join (\
             select changes.* from changes where xid >= (select pg_snapshot_xmax(",
        );
        out.push_bind_param::<Nullable<Text>, _>(&self.0)?;
        out.push_sql(
            "::pg_snapshot)) and xid < pg_snapshot_xmax(pg_current_snapshot()) \
             union all select changes.* from pg_snapshot_xip((select ",
        );
        out.push_bind_param::<Nullable<Text>, _>(&self.0)?;
        out.push_sql(&format!(
            "::pg_snapshot)) was_open join changes on xid = was_open order by id limit {}) unread \
             on true",
            CHANGES_MAX + 1
        ));
        Ok(())
    }
}

impl QueryId for ReadChanges<'_> {
    type QueryId = ReadChanges<'static>;
}

impl Query for ReadChanges<'_> {
    type SqlType = (
        Text,
        Double,
        Nullable<Text>,
        Nullable<Text>,
        Nullable<BigInt>,
        Nullable<BigInt>,
        Nullable<BigInt>,
        Nullable<Text>,
    );
}

/// A row of [`ReadChanges`].
type ReadRow = (
    String,
    f64,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<String>,
);

/// Deletes rows that were visible in a snapshot, and rows of another database.
#[derive(Clone, Copy, Debug)]
struct Prune<'a>(&'a str);

impl QueryFragment<Pg> for Prune<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "delete from changes where ctid = any (array(select ctid from changes \
             where pg_visible_in_snapshot(xid, ",
        );
        out.push_bind_param::<Text, _>(self.0)?;
        // In the order of all servers, so that two of them do not deadlock.
        out.push_sql(&format!(
            "::pg_snapshot) or xid >= pg_snapshot_xmax(pg_current_snapshot()) \
             order by xid, id limit {PRUNED_MAX}))"
        ));
        Ok(())
    }
}

impl QueryId for Prune<'_> {
    type QueryId = Prune<'static>;
}

/// Prepares a connection of its own.
pub(super) async fn set_up(connection: &mut AsyncPgConnection) -> Result<()> {
    let set_up = format!("{}; {SETTINGS}", database_roles::SET_APP_ROLE);
    Ok(connection.batch_execute(&set_up).await?)
}

/// Reads the changes since an earlier read, in the order in which each record has changed; none without
/// an earlier snapshot.
pub(super) async fn read(
    connection: &mut AsyncPgConnection,
    since: Option<&Snapshot>,
) -> Result<Found> {
    if let Some(since) = since {
        let (snapshot, time): (String, f64) = ReadSnapshot.get_result(connection).await?;
        if snapshot == since.0 {
            return Ok(Found {
                snapshot: Snapshot(snapshot),
                time,
                changes: Vec::new(),
            });
        }
    }
    let rows: Vec<ReadRow> = ReadChanges(since.map(|since| since.0.as_str()))
        .load(connection)
        .await?;
    let mut found = Found {
        snapshot: Snapshot(String::new()),
        time: 0.0,
        changes: Vec::new(),
    };
    for (snapshot, time, kind, record, record_id, version, actor_id, actor_name) in rows {
        (found.snapshot, found.time) = (Snapshot(snapshot), time);
        found.changes.extend(kind.map(|kind| ChangeRow {
            kind,
            record: record.zip(record_id),
            version,
            actor_id,
            actor_name: actor_name.unwrap_or_default(),
        }));
    }
    Ok(found)
}

/// Deletes at most [`PRUNED_MAX`] of the rows that were visible in `snapshot`, and returns their number.
pub(super) async fn prune(
    connection: &mut AsyncPgConnection,
    snapshot: &Snapshot,
) -> Result<usize> {
    Ok(Prune(&snapshot.0).execute(connection).await?)
}
