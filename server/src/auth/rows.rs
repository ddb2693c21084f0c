//! Accounts in the database.

use diesel::{prelude::*, sql_types::Text};
use diesel_async::RunQueryDsl;
use epic_events::{policy::Permit, reason::Reason};

use crate::{
    auth::password::PasswordHash,
    collaborator::rows::collaborators,
    db::{Connection, Tx},
    error::Result,
    report::Notice,
};

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
    tx.report(Notice::CollaboratorChanged(
        permit.actor().id,
        vec!["password"],
    ));
    Ok(())
}
