//! Accounts and sessions in the database.

use diesel::{
    prelude::*,
    sql_types::{BigInt, Binary, Bool, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use epic_events::{
    policy::{Actor, Permit},
    reason::Reason,
    refusal::role_of_name,
};
use uuid::Uuid;

use crate::{
    auth::{password::PasswordHash, session::Session, token::RefreshToken},
    collaborator::rows::collaborators,
    db::{Connection, Db, Tx},
    error::Result,
};

#[allow(missing_docs)] // The migrations document the columns.
mod schema {
    diesel::table! {
        sessions (id) {
            id -> Uuid,
            collaborator_id -> BigInt,
            expire_time -> Timestamptz,
        }
    }
}

use schema::sessions;

diesel::allow_tables_to_appear_in_same_query!(sessions, collaborators);

/// A session ends a week after it began, however much it is used.
const LIFETIME: &str = "7 days";

/// What a login is checked against.
#[derive(Queryable, Selectable)]
#[diesel(table_name = collaborators, check_for_backend(diesel::pg::Pg))]
pub struct Account {
    /// The collaborator's number.
    pub id: i64,
    /// The hash in force.
    pub password_hash: PasswordHash,
}

diesel::define_sql_function! {
    /// Text in lower case, as the unique index on email addresses has it.
    fn lower(text: Text) -> Text;
}

/// The account of that email address, compared without regard to case.
///
/// # Errors
/// When the database does not answer.
pub async fn account(mut connection: Connection, email: String) -> Result<Option<Account>> {
    Ok(collaborators::table
        .filter(lower(collaborators::email).eq(lower(email)))
        .select(Account::as_select())
        .first(&mut connection)
        .await
        .optional()?)
}

/// The hash in force of that collaborator.
///
/// # Errors
/// When the database does not answer.
pub async fn password_hash(mut connection: Connection, id: i64) -> Result<Option<PasswordHash>> {
    Ok(collaborators::table
        .find(id)
        .select(collaborators::password_hash)
        .first(&mut connection)
        .await
        .optional()?)
}

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
                role: role_of_name(&row.role).unwrap_or_default(),
            },
            name: row.name,
            email: row.email,
            must_change_password: row.must_change_password,
        }
    }
}

/// The session of that number, with its holder as they are now; `None` when it has ended. Every call
/// asks this, so it is not written as SQL: Diesel would prepare that anew each time.
///
/// # Errors
/// When the database does not answer.
pub async fn find(mut connection: Connection, session: Uuid) -> Result<Option<Session>> {
    let row = sessions::table
        .inner_join(collaborators::table.on(collaborators::id.eq(sessions::collaborator_id)))
        .filter(sessions::id.eq(session))
        .filter(sessions::expire_time.gt(diesel::dsl::now))
        .select((
            sessions::id,
            collaborators::id,
            collaborators::name,
            collaborators::email,
            collaborators::role,
            collaborators::must_change_password,
        ))
        .first::<Row>(&mut connection)
        .await
        .optional()?;
    Ok(row.map(Session::from))
}

/// The hash is compared again: a password that changed since it was verified opens nothing.
const OPEN: &str = "with holder as ( \
         select * from collaborators where id = $1 and password_hash = $2 for share \
     ), opened as ( \
         insert into sessions (collaborator_id, refresh_hash, expire_time) \
         select id, $3, now() + $4::text::interval from holder returning id \
     ) \
     select opened.id as session, holder.id, holder.name, holder.email, holder.role, \
     holder.must_change_password from opened, holder";

/// Begins a session.
///
/// # Errors
/// When the account changed meanwhile, or the database does not answer.
pub async fn open(db: &Db, account: &Account, refresh: &RefreshToken) -> Result<Session> {
    let row: Option<Row> = diesel::sql_query(OPEN)
        .bind::<BigInt, _>(account.id)
        .bind::<Text, _>(account.password_hash.clone())
        .bind::<Binary, _>(refresh.hash())
        .bind::<Text, _>(LIFETIME)
        .get_result(&mut db.connection().await?)
        .await
        .optional()?;
    row.map(Session::from)
        .ok_or_else(|| Reason::LoginFailed.into())
}

const ROTATE: &str = "with rotated as ( \
         update sessions set refresh_hash = $2, last_use_time = now() \
         where refresh_hash = $1 and expire_time > now() returning id, collaborator_id \
     ) \
     select rotated.id as session, holder.id, holder.name, holder.email, holder.role, \
     holder.must_change_password \
     from rotated join collaborators holder on holder.id = rotated.collaborator_id";

/// Exchanges a refresh token; `None` when it is not one in force.
///
/// # Errors
/// When the database does not answer.
pub async fn rotate(db: &Db, used: &RefreshToken, next: &RefreshToken) -> Result<Option<Session>> {
    let row: Option<Row> = diesel::sql_query(ROTATE)
        .bind::<Binary, _>(used.hash())
        .bind::<Binary, _>(next.hash())
        .get_result(&mut db.connection().await?)
        .await
        .optional()?;
    Ok(row.map(Session::from))
}

/// Ends a session.
///
/// # Errors
/// When the database does not answer.
pub async fn end(db: &Db, session: Uuid) -> Result<()> {
    diesel::sql_query("delete from sessions where id = $1")
        .bind::<SqlUuid, _>(session)
        .execute(&mut db.connection().await?)
        .await?;
    Ok(())
}

/// Sets the actor's own password, unless it changed since it was verified. The database ends their
/// other sessions.
///
/// # Errors
/// When it changed meanwhile, or the database does not answer.
pub async fn set_own_password(
    tx: &mut Tx,
    permit: &Permit,
    in_force: PasswordHash,
    new: PasswordHash,
) -> Result<()> {
    let changed = diesel::update(collaborators::table.find(permit.actor().id))
        .filter(collaborators::password_hash.eq(in_force))
        .set((
            collaborators::password_hash.eq(new),
            collaborators::must_change_password.eq(false),
        ))
        .execute(tx.connection())
        .await?;
    if changed == 0 {
        return Err(Reason::Conflict.into());
    }
    Ok(())
}
