//! Accounts in the database: the columns of `collaborators` that authentication uses.

use diesel::{
    pg::Pg,
    prelude::*,
    sql_types::{BigInt, Bool, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use epic_events::{
    policy::{self, Permit},
    reason::Reason,
    v1::Role,
};
use uuid::Uuid;

use crate::{
    auth::password::PasswordHash,
    db::{Connection, Tx, role_column::RoleColumn, version::no_such_reference},
    error::Result,
    telemetry::report::AuditEvent,
};

diesel::table! {
    /// The account of a collaborator.
    #[sql_name = "collaborators"]
    accounts (id) {
        /// The id of the collaborator.
        id -> BigInt,
        /// Full name.
        name -> Text,
        /// Email address.
        email -> Text,
        /// Role.
        role -> Text,
        /// argon2id hash.
        password_hash -> Text,
        /// Whether the password is a one-time password.
        must_change_password -> Bool,
    }
}

/// The columns that a login is verified against.
#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts, check_for_backend(Pg))]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) password_hash: PasswordHash,
}

diesel::define_sql_function! {
    /// `value` without case, as in the unique index on email addresses.
    fn case_fold(value: Text) -> Text;
}

diesel::define_sql_function! {
    /// Whether the rights of an account are being removed, apart from the suspension `own`.
    fn is_suspended(account: BigInt, own: Nullable<BigInt>) -> Bool;
}

/// The account with one of these spellings of an email address, regardless of case. If several
/// match, the first spelling, which is canonical, takes precedence.
pub(super) async fn find(
    mut connection: Connection,
    [canonical, punycode, typed]: &[String; 3],
) -> Result<Option<Account>> {
    Ok(accounts::table
        .filter(case_fold(accounts::email).eq(case_fold(canonical)))
        .or_filter(case_fold(accounts::email).eq(case_fold(punycode)))
        .or_filter(case_fold(accounts::email).eq(case_fold(typed)))
        .order(case_fold(accounts::email).eq(case_fold(canonical)).desc())
        .select(Account::as_select())
        .first(&mut connection)
        .await
        .optional()?)
}

/// The current password hash of a collaborator.
pub(super) async fn password_hash(
    mut connection: Connection,
    id: i64,
) -> Result<Option<PasswordHash>> {
    Ok(accounts::table
        .find(id)
        .select(accounts::password_hash)
        .first(&mut connection)
        .await
        .optional()?)
}

/// Whether this session has changed the password of its collaborator. If so, the current password is the
/// last one that the session has set: a change by another session or by gestion ends this session.
pub(super) async fn has_changed_password(
    mut connection: Connection,
    (session, collaborator): (Uuid, i64),
) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Bool)]
        changed: bool,
    }
    let found: Found = diesel::sql_query(
        "select exists ( \
             select from history where record = 'collaborator' and record_id = $1 \
             and session_id = $2 and rpc = $3 \
         ) as changed",
    )
    .bind::<BigInt, _>(collaborator)
    .bind::<SqlUuid, _>(session)
    .bind::<Text, _>(policy::CHANGE_PASSWORD.name())
    .get_result(&mut connection)
    .await?;
    Ok(found.changed)
}

/// Replaces the actor's own password, whose hash is `verified`. A trigger ends the other sessions.
///
/// # Errors
/// `CONFLICT` when the password has changed since it was verified.
pub(super) async fn set_own_password(
    tx: &mut Tx,
    permit: &Permit,
    verified: &PasswordHash,
    new: &PasswordHash,
) -> Result<()> {
    let changed = diesel::update(accounts::table.find(permit.actor().id))
        .filter(accounts::password_hash.eq(verified))
        .set((
            accounts::password_hash.eq(new),
            accounts::must_change_password.eq(false),
        ))
        .execute(tx.connection())
        .await?;
    if changed == 0 {
        return Err(Reason::Conflict.into());
    }
    tx.audit(AuditEvent::CollaboratorChanged(
        permit.actor().id,
        vec!["password"],
    ));
    Ok(())
}

/// Locks the id and the role of a collaborator until the transaction ends, and returns the role.
///
/// # Errors
/// `NO_SUCH_RECORD` about `field` when there is no such collaborator.
pub(crate) async fn lock_role(tx: &mut Tx, id: i64, field: &'static str) -> Result<Role> {
    let role = accounts::table
        .find(id)
        .select(accounts::role)
        .for_key_share()
        .first::<RoleColumn>(tx.connection())
        .await
        .optional()?;
    role.map(Role::from).ok_or_else(|| no_such_reference(field))
}

/// A collaborator to whom a record is to be assigned, locked until the transaction ends.
pub(crate) struct Assignee {
    id: i64,
    exists: bool,
}

impl Assignee {
    /// The id of the collaborator.
    ///
    /// # Errors
    /// `NO_SUCH_RECORD` about `field` when there is no such collaborator.
    pub(crate) fn id(self, field: &'static str) -> Result<i64> {
        let Self { id, exists } = self;
        exists.then_some(id).ok_or_else(|| no_such_reference(field))
    }
}

/// Locks the collaborator to whom a record is to be assigned. Every write does so before it locks the
/// record, as a removal of rights does; otherwise the two would deadlock.
pub(crate) async fn lock_assignee(tx: &mut Tx, id: i64) -> Result<Assignee> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Bool)]
        exists: bool,
    }
    let Found { exists } = diesel::sql_query("select lock_assignee($1) as exists")
        .bind::<BigInt, _>(id)
        .get_result(tx.connection())
        .await?;
    Ok(Assignee { id, exists })
}
