//! Sessions in the database.

use std::time::Duration;

use diesel::{
    prelude::*,
    sql_types::{
        Array, BigInt, Binary, Bool, Double, Interval, Nullable, Text, Timestamptz, Uuid as SqlUuid,
    },
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use epic_events::{
    policy::{Actor, Permit},
    reason::Reason,
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    auth::{
        rows::{Account, accounts, is_suspended},
        session::{Session, lifetimes::Lifetimes},
        token::RefreshToken,
    },
    db::{Connection, Db, Tx, role_column::RoleColumn, version::no_such},
    error::Result,
};

mod schema {
    diesel::table! {
        sessions (id) {
            id -> Uuid,
            collaborator_id -> BigInt,
            refresh_hash -> Binary,
            previous_hash -> Nullable<Binary>,
            device -> Text,
            address -> Text,
            create_time -> Timestamptz,
            last_use_time -> Timestamptz,
            expire_time -> Timestamptz,
            end_time -> Timestamptz,
        }
    }
}

use schema::sessions;

diesel::allow_tables_to_appear_in_same_query!(sessions, accounts);

/// Maximum number of sessions per account; a new session replaces the least recently used one
/// (OWASP ASVS 5.0, 7.1.2).
const SESSIONS_MAX: i64 = 20;

/// A session with its collaborator.
#[derive(Queryable, QueryableByName)]
struct CallerRow {
    #[diesel(sql_type = SqlUuid)]
    session: Uuid,
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Text)]
    role: RoleColumn,
    #[diesel(sql_type = Bool)]
    must_change_password: bool,
}

impl From<CallerRow> for Session {
    fn from(row: CallerRow) -> Self {
        Self {
            id: row.session,
            actor: Actor {
                id: row.id,
                role: row.role.into(),
            },
            name: row.name,
            email: row.email,
            must_change_password: row.must_change_password,
        }
    }
}

/// The stored last use of a session, and when the session expires without another use.
#[derive(Clone, Debug, Queryable)]
pub(super) struct LastUse {
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub(super) time: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub(super) expire_time: Timestamp,
    /// The time of the database when it was asked: the clock of this server may differ.
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub(super) read_time: Timestamp,
    pub(super) address: String,
}

impl LastUse {
    /// The time since the last use.
    pub(super) fn age(&self) -> Duration {
        let age = self.read_time.duration_since(self.time);
        age.try_into().unwrap_or_default()
    }

    /// The time until the session expires without another use.
    pub(super) fn remaining(&self) -> Duration {
        let remaining = self.expire_time.duration_since(self.read_time);
        remaining.try_into().unwrap_or_default()
    }
}

/// A session with its collaborator; `None` when it has ended. A query of Diesel's query builder instead
/// of plain SQL, which Diesel would prepare at every call.
///
/// # Errors
/// `ACCOUNT_CHANGING`.
pub(super) async fn find(
    connection: &mut Connection,
    session: Uuid,
) -> Result<Option<(Session, LastUse)>> {
    let row = sessions::table
        .inner_join(accounts::table.on(accounts::id.eq(sessions::collaborator_id)))
        .filter(sessions::id.eq(session))
        .filter(sessions::expire_time.gt(diesel::dsl::now))
        .select((
            (
                sessions::id,
                accounts::id,
                accounts::name,
                accounts::email,
                accounts::role,
                accounts::must_change_password,
            ),
            (
                sessions::last_use_time,
                sessions::expire_time,
                diesel::dsl::now.into_sql::<Timestamptz>(),
                sessions::address,
            ),
            is_suspended(accounts::id, None::<i64>),
        ))
        .first::<(CallerRow, LastUse, bool)>(connection)
        .await
        .optional()?;
    match row {
        Some((_, _, true)) => Err(Reason::AccountChanging.into()),
        Some((row, last_use, false)) => Ok(Some((Session::from(row), last_use))),
        None => Ok(None),
    }
}

/// Writes the last use of a session.
pub(super) async fn touch(
    connection: &mut Connection,
    session: Uuid,
    address: &str,
    lifetimes: Lifetimes,
) -> Result<()> {
    diesel::sql_query(
        "update sessions set last_use_time = now(), address = $2, \
         expire_time = least(end_time, now() + $3) where id = $1 and expire_time > now()",
    )
    .bind::<SqlUuid, _>(session)
    .bind::<Text, _>(address)
    .bind::<Interval, _>(lifetimes.idle)
    .execute(connection)
    .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct OpenedRow {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    session: Option<Uuid>,
    #[diesel(sql_type = Bool)]
    suspended: bool,
}

/// Records when sessions were last used: their ids, and the seconds since then. Locks them in the order of
/// their ids, so that simultaneous logins of an account do not wait for each other in a circle.
async fn record_last_uses(
    connection: &mut Connection,
    (ids, seconds): (Vec<Uuid>, Vec<f64>),
) -> Result<()> {
    diesel::sql_query(
        "with used as ( \
             select s.id, now() - make_interval(secs => u.seconds) as time \
             from sessions s join unnest($1, $2) as u (id, seconds) on u.id = s.id \
             order by s.id for no key update of s \
         ) \
         update sessions s set last_use_time = greatest(s.last_use_time, used.time) \
         from used where used.id = s.id",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Double>, _>(seconds)
    .execute(connection)
    .await?;
    Ok(())
}

/// Opens a session, after recording the last uses of the others.
///
/// # Errors
/// `LOGIN_FAILED` when the password has changed since it was verified; `ACCOUNT_CHANGING`.
pub(super) async fn open(
    db: &Db,
    account: &Account,
    refresh: &RefreshToken,
    (device, address): (&str, &str),
    last_uses: (Vec<Uuid>, Vec<f64>),
    lifetimes: Lifetimes,
) -> Result<Session> {
    let share = db.fair_share().opening_share(account.id);
    let mut connection = share.scope(db.connection()).await?;
    if !last_uses.0.is_empty() {
        record_last_uses(&mut connection, last_uses).await?;
    }
    let opened = "select session, suspended from open_session($1, $2, $3, $4, $5, $6, $7, $8)";
    let opened: OpenedRow = diesel::sql_query(opened)
        .bind::<BigInt, _>(account.id)
        .bind::<Text, _>(account.password_hash.clone())
        .bind::<BigInt, _>(SESSIONS_MAX - 1)
        .bind::<Binary, _>(refresh.hash())
        .bind::<Text, _>(device)
        .bind::<Text, _>(address)
        .bind::<Interval, _>(lifetimes.idle)
        .bind::<Interval, _>(lifetimes.total)
        .get_result(&mut connection)
        .await?;
    // It may have ended another session.
    db.wake_feed();
    if opened.suspended {
        return Err(Reason::AccountChanging.into());
    }
    let session = opened.session.ok_or(Reason::LoginFailed)?;
    let found = find(&mut connection, session).await?;
    found
        .map(|(session, _)| session)
        .ok_or_else(|| Reason::LoginFailed.into())
}

/// The result of the rotation of a refresh token.
pub(crate) enum Rotation {
    /// The session continues with the next token.
    Renewed(Session),
    /// The token was rotated before: it may be stolen, so its session has ended.
    Reused,
    /// The token is unknown, or its session has ended.
    Invalid,
    /// The session has exchanged too many tokens; this token stays valid.
    TooMany(Duration),
}

#[derive(QueryableByName)]
struct RotationRow {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    session: Option<Uuid>,
    #[diesel(sql_type = Bool)]
    reused: bool,
    /// Time until the next exchange is possible.
    #[diesel(sql_type = BigInt)]
    milliseconds: i64,
}

const EXCHANGE: &str = "select session, reused, \
         coalesce(ceil(extract(epoch from wait) * 1000), 0)::bigint as milliseconds \
     from exchange_refresh_token($1, $2, $3)";

/// Replaces a refresh token by the next one.
///
/// # Errors
/// `ACCOUNT_CHANGING`; the token stays valid.
pub(crate) async fn rotate(
    db: &Db,
    used: &RefreshToken,
    next: &RefreshToken,
    lifetimes: Lifetimes,
) -> Result<Rotation> {
    let mut connection = db.connection().await?;
    let is_suspended: bool = sessions::table
        .filter(sessions::refresh_hash.eq(used.hash()))
        .or_filter(sessions::previous_hash.eq(used.hash()))
        .select(is_suspended(sessions::collaborator_id, None::<i64>))
        .first(&mut connection)
        .await
        .optional()?
        .unwrap_or_default();
    if is_suspended {
        return Err(Reason::AccountChanging.into());
    }
    let row: RotationRow = diesel::sql_query(EXCHANGE)
        .bind::<Binary, _>(used.hash())
        .bind::<Binary, _>(next.hash())
        .bind::<Interval, _>(lifetimes.idle)
        .get_result(&mut connection)
        .await?;
    if let Ok(milliseconds @ 1..) = u64::try_from(row.milliseconds) {
        return Ok(Rotation::TooMany(Duration::from_millis(milliseconds)));
    }
    if row.reused {
        return Ok(Rotation::Reused);
    }
    let Some(session) = row.session else {
        return Ok(Rotation::Invalid);
    };
    let found = find(&mut connection, session).await?;
    Ok(found.map_or(Rotation::Invalid, |(session, _)| Rotation::Renewed(session)))
}

/// Ends a session by logout, which the history does not record.
pub(crate) async fn end(db: &Db, session: Uuid) -> Result<()> {
    diesel::delete(sessions::table.find(session))
        .execute(&mut db.connection().await?)
        .await?;
    Ok(())
}

/// A session of the list of sessions.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(diesel::pg::Pg))]
pub(crate) struct SessionRow {
    pub(crate) id: Uuid,
    pub(crate) device: String,
    pub(crate) address: String,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub(crate) create_time: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub(crate) last_use_time: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub(crate) end_time: Timestamp,
}

/// The sessions of a collaborator, the most recently used one first.
pub(crate) async fn list(mut connection: Connection, collaborator: i64) -> Result<Vec<SessionRow>> {
    Ok(sessions::table
        .filter(sessions::collaborator_id.eq(collaborator))
        .filter(sessions::expire_time.gt(diesel::dsl::now))
        .order((sessions::last_use_time.desc(), sessions::create_time.desc()))
        .select(SessionRow::as_select())
        .load(&mut connection)
        .await?)
}

/// The id of the collaborator whose session it is.
///
/// # Errors
/// `NO_SUCH_RECORD` when the session has ended.
pub(crate) async fn owner(connection: &mut AsyncPgConnection, session: Uuid) -> Result<i64> {
    sessions::table
        .find(session)
        .filter(sessions::expire_time.gt(diesel::dsl::now))
        .select(sessions::collaborator_id)
        .first(connection)
        .await
        .optional()?
        .ok_or_else(|| no_such("session"))
}

/// Ends a session by revocation, which the history records.
pub(crate) async fn revoke(tx: &mut Tx, _: &Permit, session: Uuid) -> Result<()> {
    diesel::sql_query("select end_session($1, 'session_revoked')")
        .bind::<SqlUuid, _>(session)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Ends every session and returns their number.
pub(crate) async fn end_all(db: &Db) -> Result<usize> {
    let mut connection = db.connection().await?;
    let ended = diesel::delete(sessions::table).execute(&mut connection);
    Ok(ended.await?)
}

/// Deletes expired sessions and returns their number.
pub(crate) async fn delete_expired(connection: &mut Connection) -> Result<usize> {
    Ok(
        diesel::delete(sessions::table.filter(sessions::expire_time.le(diesel::dsl::now)))
            .execute(connection)
            .await?,
    )
}
