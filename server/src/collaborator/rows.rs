//! Collaborators in the database.

use diesel::{
    pg::Pg,
    prelude::*,
    sql_types::{BigInt, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use epic_events::{
    collaborator::{CollaboratorDraft, CollaboratorPatch},
    policy::Permit,
    record_kind::RecordKind,
    v1::Role,
};
use jiff::Timestamp;

use crate::{
    auth::password::PasswordHash,
    db::{
        Connection, Db, Tx,
        insert::{Inserted, RequestDigest, insert_once},
        page::{Column, ListPage, Orders, Page, sql::load_page},
        role_column::RoleColumn,
        version::{Version, found},
    },
    error::{Error, Result},
    telemetry::report::AuditEvent,
};

mod schema {
    diesel::table! {
        collaborators (id) {
            id -> BigInt,
            request_id -> Uuid,
            request_digest -> Nullable<Binary>,
            name -> Text,
            email -> Text,
            phone -> Text,
            role -> Text,
            password_hash -> Text,
            must_change_password -> Bool,
            update_time -> Timestamptz,
            updated_by -> Text,
            version -> BigInt,
        }
    }

    diesel::table! {
        collaborator_records (id) {
            id -> BigInt,
            name -> Text,
            email -> Text,
            phone -> Text,
            role -> Text,
            client_count -> Integer,
            event_count -> Integer,
            must_change_password -> Bool,
            create_time -> Timestamptz,
            update_time -> Timestamptz,
            version -> BigInt,
        }
    }
}

use schema::{collaborator_records, collaborators};

/// A collaborator with the numbers of their clients and events.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = collaborator_records, check_for_backend(Pg))]
pub(crate) struct CollaboratorRow {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    #[diesel(deserialize_as = RoleColumn)]
    pub(crate) role: Role,
    pub(crate) client_count: i32,
    pub(crate) event_count: i32,
    pub(crate) must_change_password: bool,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub(crate) create_time: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub(crate) update_time: Timestamp,
    pub(crate) version: i64,
}

/// The orders of the list of collaborators.
pub const ORDERS: Orders = Orders {
    columns: &[
        Column::new("id", "id", "bigint"),
        Column::new("name", "name_sort", "text"),
        Column::new("email", "email_sort", "text"),
        Column::new("role", "role", "text"),
        Column::new("create_time", "create_time", "timestamptz"),
        Column::new("update_time", "update_time", "timestamptz"),
    ],
    allowed: "id, name, email, role, create_time, update_time",
    default: "name",
};

/// The filters of the list of collaborators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Filter {
    /// Only the record of this collaborator, the caller.
    pub(crate) mine: Option<i64>,
    /// Only collaborators with this role.
    pub(crate) role: Option<Role>,
}

fn filtered(filter: Filter, page: &Page) -> collaborator_records::BoxedQuery<'_, Pg> {
    let Filter { mine, role } = filter;
    let mut query = collaborator_records::table.into_boxed();
    if let Some(caller) = mine {
        query = query.filter(collaborator_records::id.eq(caller));
    }
    if let Some(role) = role {
        query = query.filter(collaborator_records::role.eq(RoleColumn(role)));
    }
    for condition in &page.conditions {
        query = query.filter(condition.clone());
    }
    query
}

/// A page of collaborators, whose number on all pages may be known.
pub(crate) async fn list(
    connection: Connection,
    filter: Filter,
    page: &Page,
    total: Option<i64>,
) -> Result<ListPage<CollaboratorRow>> {
    load_page!(
        connection,
        page,
        total,
        filtered(filter, page),
        collaborator_records,
        CollaboratorRow
    )
}

/// A collaborator.
///
/// # Errors
/// `NO_SUCH_RECORD`.
pub(crate) async fn get(mut connection: Connection, id: i64) -> Result<CollaboratorRow> {
    read(&mut connection, id).await
}

async fn read(connection: &mut AsyncPgConnection, id: i64) -> Result<CollaboratorRow> {
    let row = collaborator_records::table
        .find(id)
        .select(CollaboratorRow::as_select())
        .first(connection)
        .await;
    found(row, RecordKind::Collaborator)
}

/// The columns of a role and a [`Version`].
const ROLE_AND_VERSION: (
    collaborators::role,
    (
        collaborators::version,
        collaborators::updated_by,
        collaborators::update_time,
    ),
) = (
    collaborators::role,
    (
        collaborators::version,
        collaborators::updated_by,
        collaborators::update_time,
    ),
);

/// The role and the version of a collaborator, without a lock.
///
/// # Errors
/// `NO_SUCH_RECORD`.
pub(crate) async fn version(tx: &mut Tx, id: i64) -> Result<(Role, Version)> {
    let row = collaborators::table
        .find(id)
        .select(ROLE_AND_VERSION)
        .first::<(RoleColumn, Version)>(tx.connection())
        .await;
    let (role, version) = found(row, RecordKind::Collaborator)?;
    Ok((role.into(), version))
}

/// Locks a collaborator until the transaction ends, and returns their role and the version.
///
/// # Errors
/// `NO_SUCH_RECORD`.
pub(crate) async fn lock(tx: &mut Tx, id: i64) -> Result<(Role, Version)> {
    let row = collaborators::table
        .find(id)
        .select(ROLE_AND_VERSION)
        .for_update()
        .first::<(RoleColumn, Version)>(tx.connection())
        .await;
    let (role, version) = found(row, RecordKind::Collaborator)?;
    Ok((role.into(), version))
}

/// Waits for the writes that assign records to a collaborator, and delays later ones until the transaction
/// ends. Precedes the lock of the collaborator and of a successor: otherwise, while others assign records in
/// turn, the key would always be shared, and the collaborator could not be locked.
pub(crate) async fn lock_assignments(tx: &mut Tx, id: i64) -> Result<()> {
    diesel::sql_query("select lock_assignments($1)")
        .bind::<BigInt, _>(id)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Inserts a collaborator with a one-time password, once per request id. A repeated request replaces the
/// password until its owner signs in, because only its hash is known. Also returns whether the password is
/// that of the collaborator.
pub(crate) async fn insert(
    tx: &mut Tx,
    _: &Permit,
    draft: &CollaboratorDraft,
    password_hash: &PasswordHash,
    digest: RequestDigest,
) -> Result<(CollaboratorRow, bool)> {
    let CollaboratorDraft {
        request_id,
        name,
        email,
        phone,
        role,
    } = draft;
    let values = (
        collaborators::name.eq(name.as_str()),
        collaborators::email.eq(email.as_str()),
        collaborators::phone.eq(phone.as_str()),
        collaborators::role.eq(RoleColumn(*role)),
        collaborators::password_hash.eq(password_hash),
        collaborators::must_change_password.eq(true),
    );
    let Inserted { id, is_new } = insert_once!(tx, collaborators, (*request_id, digest), values);
    let is_valid = if is_new {
        tx.audit(AuditEvent::CollaboratorCreated(id));
        true
    } else {
        replace_first_password(tx, id, password_hash).await?
    };
    Ok((read(tx.connection(), id).await?, is_valid))
}

/// Replaces the password of a new collaborator who has not signed in. Returns whether it is replaced.
async fn replace_first_password(tx: &mut Tx, id: i64, hash: &PasswordHash) -> Result<bool> {
    let replaced = diesel::sql_query(
        "update collaborators set password_hash = $2 where id = $1 and must_change_password \
         and not exists (select from login_places where account = login_account(email))",
    )
    .bind::<BigInt, _>(id)
    .bind::<Text, _>(hash)
    .execute(tx.connection());
    Ok(replaced.await? > 0)
}

/// Writes the fields of the patch. A patch without fields creates no version.
pub(crate) async fn update(
    tx: &mut Tx,
    _: &Permit,
    patch: &CollaboratorPatch,
) -> Result<CollaboratorRow> {
    let changed_fields = patch.changed_fields();
    let &CollaboratorPatch {
        id,
        etag: _,
        ref name,
        ref email,
        ref phone,
        role,
        successor_id: _,
    } = patch;
    if !changed_fields.is_empty() {
        let written = diesel::update(collaborators::table.find(id))
            .set((
                name.as_ref()
                    .map(|name| collaborators::name.eq(name.as_str())),
                email
                    .as_ref()
                    .map(|email| collaborators::email.eq(email.as_str())),
                phone
                    .as_ref()
                    .map(|phone| collaborators::phone.eq(phone.as_str())),
                role.map(|role| collaborators::role.eq(RoleColumn(role))),
            ))
            .execute(tx.connection())
            .await
            .map_err(Error::from_referenced_row)?;
        // No row is written when the values are those that are stored.
        if written > 0 {
            tx.audit(AuditEvent::CollaboratorChanged(id, changed_fields));
        }
    }
    read(tx.connection(), id).await
}

/// Deletes a collaborator. Clients and events that are still assigned to them become unassigned.
///
/// # Errors
/// `LAST_GESTION`.
pub(crate) async fn delete(tx: &mut Tx, _: &Permit, id: i64) -> Result<()> {
    diesel::delete(collaborators::table.find(id))
        .execute(tx.connection())
        .await?;
    tx.audit(AuditEvent::CollaboratorDeleted(id));
    Ok(())
}

/// Sets a one-time password. A trigger ends the sessions of the collaborator.
pub(crate) async fn reset_password(
    tx: &mut Tx,
    _: &Permit,
    id: i64,
    hash: &PasswordHash,
) -> Result<CollaboratorRow> {
    diesel::update(collaborators::table.find(id))
        .set((
            collaborators::password_hash.eq(hash),
            collaborators::must_change_password.eq(true),
        ))
        .execute(tx.connection())
        .await?;
    tx.audit(AuditEvent::CollaboratorChanged(id, vec!["password"]));
    read(tx.connection(), id).await
}

#[derive(QueryableByName)]
struct InsertedId {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Inserts the first gestion account and returns its id; `None` when there is a gestion account
/// already.
///
/// # Errors
/// `EMAIL_TAKEN`.
pub(crate) async fn insert_first(
    db: &Db,
    draft: CollaboratorDraft,
    hash: PasswordHash,
) -> Result<Option<i64>> {
    let inserted: Option<InsertedId> = diesel::sql_query(
        "insert into collaborators \
         (request_id, name, email, phone, role, password_hash, must_change_password) \
         select $1, $2, $3, $4, $5, $6, true \
         where not exists (select from collaborators where role = $5) returning id",
    )
    .bind::<diesel::sql_types::Uuid, _>(draft.request_id)
    .bind::<Text, _>(draft.name.into_string())
    .bind::<Text, _>(draft.email.into_string())
    .bind::<Text, _>(draft.phone.into_string())
    .bind::<Text, _>(RoleColumn(draft.role))
    .bind::<Text, _>(hash)
    .get_result(&mut db.connection().await?)
    .await
    .optional()?;
    Ok(inserted.map(|row| row.id))
}
