//! Sessions in the database.

use diesel::{
    prelude::*,
    sql_types::{BigInt, Binary, Bool, Interval, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use epic_events::{
    policy::{Actor, Permit},
    reason::Reason,
    role::role_from_name,
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    auth::{
        rows::Account,
        session::{Session, lifetimes::Lifetimes},
        token::RefreshToken,
    },
    collaborator::rows::collaborators,
    db::{Connection, Db, Tx},
    error::Result,
    record,
};

#[allow(missing_docs)] // The migrations document the columns.
mod schema {
    diesel::table! {
        sessions (id) {
            id -> Uuid,
            collaborator_id -> BigInt,
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

diesel::allow_tables_to_appear_in_same_query!(sessions, collaborators);

/// More sessions than anybody uses at the same time; the one that was used least recently makes
/// room (OWASP ASVS 5.0, 7.1.2 asks for a limit).
const SESSIONS_MAX: i64 = 20;

/// A session with its holder, as they are now.
#[derive(Queryable, QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    session: Uuid,
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Bool)]
    must_change_password: bool,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            id: row.session,
            actor: Actor {
                id: row.id,
                role: role_from_name(&row.role).unwrap_or_default(),
            },
            name: row.name,
            email: row.email,
            must_change_password: row.must_change_password,
        }
    }
}

/// When a session was used before, and when it ends unless it is used again.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs)] // The migrations document the columns.
pub struct Used {
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub last_use_time: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub expire_time: Timestamp,
    pub address: String,
}

/// The session of that number, with its holder as they are now; `None` when it has ended. Most calls
/// ask this, so it is not written as SQL: Diesel would prepare that anew each time.
///
/// # Errors
/// When the database does not answer.
pub async fn find(connection: &mut Connection, session: Uuid) -> Result<Option<(Session, Used)>> {
    let row = sessions::table
        .inner_join(collaborators::table.on(collaborators::id.eq(sessions::collaborator_id)))
        .filter(sessions::id.eq(session))
        .filter(sessions::expire_time.gt(diesel::dsl::now))
        .select((
            (
                sessions::id,
                collaborators::id,
                collaborators::name,
                collaborators::email,
                collaborators::role,
                collaborators::must_change_password,
            ),
            (
                sessions::last_use_time,
                sessions::expire_time,
                sessions::address,
            ),
        ))
        .first::<(Row, Used)>(connection)
        .await
        .optional()?;
    Ok(row.map(|(row, used)| (Session::from(row), used)))
}

/// Notes that a session is used now, from that address.
///
/// # Errors
/// When the database does not answer.
pub async fn touch(
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

/// The hash is compared again: a password that changed since it was verified opens nothing.
const OPEN: &str = "with holder as ( \
         select * from collaborators where id = $1 and password_hash = $2 for share \
     ), crowded as ( \
         delete from sessions where id in ( \
             select id from sessions where collaborator_id = $1 \
             order by last_use_time desc, id offset $3 \
         ) \
     ), opened as ( \
         insert into sessions \
             (collaborator_id, refresh_hash, device, address, expire_time, end_time) \
         select id, $4, $5, $6, least(now() + $7, now() + $8), now() + $8 from holder \
         returning id \
     ) \
     select opened.id as session, holder.id, holder.name, holder.email, holder.role, \
     holder.must_change_password from opened, holder";

/// Begins a session.
///
/// # Errors
/// When the account changed meanwhile, or the database does not answer.
pub async fn open(
    db: &Db,
    account: &Account,
    refresh: &RefreshToken,
    (device, address): (&str, &str),
    lifetimes: Lifetimes,
) -> Result<Session> {
    let row: Option<Row> = diesel::sql_query(OPEN)
        .bind::<BigInt, _>(account.id)
        .bind::<Text, _>(account.password_hash.clone())
        .bind::<BigInt, _>(SESSIONS_MAX - 1)
        .bind::<Binary, _>(refresh.hash())
        .bind::<Text, _>(device)
        .bind::<Text, _>(address)
        .bind::<Interval, _>(lifetimes.idle)
        .bind::<Interval, _>(lifetimes.total)
        .get_result(&mut db.connection().await?)
        .await
        .optional()?;
    row.map(Session::from)
        .ok_or_else(|| Reason::LoginFailed.into())
}

/// What became of a refresh token.
pub enum Exchanged {
    /// The session goes on with the next one.
    For(Session),
    /// It was exchanged before: somebody else may hold it, so its session has ended.
    Stolen,
    /// It is none, or its session has ended.
    Void,
}

#[derive(QueryableByName)]
struct Exchange {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    session: Option<Uuid>,
    #[diesel(sql_type = Bool)]
    reused: bool,
}

/// Exchanges a refresh token for the next one.
///
/// # Errors
/// When the database does not answer.
pub async fn exchange(
    db: &Db,
    used: &RefreshToken,
    next: &RefreshToken,
    lifetimes: Lifetimes,
) -> Result<Exchanged> {
    let mut connection = db.connection().await?;
    let done: Exchange =
        diesel::sql_query("select session, reused from exchange_refresh_token($1, $2, $3)")
            .bind::<Binary, _>(used.hash())
            .bind::<Binary, _>(next.hash())
            .bind::<Interval, _>(lifetimes.idle)
            .get_result(&mut connection)
            .await?;
    if done.reused {
        return Ok(Exchanged::Stolen);
    }
    let Some(session) = done.session else {
        return Ok(Exchanged::Void);
    };
    let found = find(&mut connection, session).await?;
    Ok(found.map_or(Exchanged::Void, |(session, _)| Exchanged::For(session)))
}

/// Ends a session that its holder leaves.
///
/// # Errors
/// When the database does not answer.
pub async fn end(db: &Db, session: Uuid) -> Result<()> {
    diesel::delete(sessions::table.find(session))
        .execute(&mut db.connection().await?)
        .await?;
    Ok(())
}

/// A session as it is listed.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(diesel::pg::Pg))]
#[allow(missing_docs)] // The migrations document the columns.
pub struct SessionRow {
    pub id: Uuid,
    pub device: String,
    pub address: String,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub create_time: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub last_use_time: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub end_time: Timestamp,
}

/// The sessions of a collaborator, the one used last first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(mut connection: Connection, collaborator: i64) -> Result<Vec<SessionRow>> {
    Ok(sessions::table
        .filter(sessions::collaborator_id.eq(collaborator))
        .filter(sessions::expire_time.gt(diesel::dsl::now))
        .order((sessions::last_use_time.desc(), sessions::create_time.desc()))
        .select(SessionRow::as_select())
        .load(&mut connection)
        .await?)
}

/// Whose session it is.
///
/// # Errors
/// When there is none of that number, or the database does not answer.
pub async fn holder(tx: &mut Tx, session: Uuid) -> Result<i64> {
    sessions::table
        .find(session)
        .filter(sessions::expire_time.gt(diesel::dsl::now))
        .select(sessions::collaborator_id)
        .first(tx.connection())
        .await
        .optional()?
        .ok_or_else(|| record::missing("session"))
}

/// Ends a session on somebody's behalf; the history keeps that.
///
/// # Errors
/// When the database does not answer.
pub async fn revoke(tx: &mut Tx, _: &Permit, session: Uuid) -> Result<()> {
    diesel::sql_query("select end_session($1, 'session_revoked')")
        .bind::<SqlUuid, _>(session)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Forgets the sessions that have expired.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(connection: &mut Connection) -> Result<usize> {
    Ok(
        diesel::delete(sessions::table.filter(sessions::expire_time.le(diesel::dsl::now)))
            .execute(connection)
            .await?,
    )
}
