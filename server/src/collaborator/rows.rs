//! Collaborators in the database.

use diesel::{
    pg::Pg,
    prelude::*,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;
use epic_events::{
    api_error::ApiError,
    collaborator::{CollaboratorDraft, CollaboratorPatch},
    field_error::FieldErrorKind,
    policy::Permit,
    reason::Reason,
    role::role_name,
    v1::Role,
};
use jiff::Timestamp;

use crate::{
    auth::password::PasswordHash,
    db::{Connection, Db, Tx},
    error::{Error, Result},
    page::{
        Column, Listed, Orders, Page,
        sql::{fold, load_page},
    },
    record::{self, Version},
    report::Notice,
};

#[allow(missing_docs)] // The migrations document the columns.
mod schema {
    diesel::table! {
        collaborators (id) {
            id -> BigInt,
            request_id -> Uuid,
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
            search -> Text,
        }
    }
}

pub use schema::{collaborator_records, collaborators};

/// A collaborator with how much they hold.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = collaborator_records, check_for_backend(Pg))]
#[allow(missing_docs)] // The fields are the record's.
pub struct CollaboratorRow {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub role: String,
    pub client_count: i32,
    pub event_count: i32,
    pub must_change_password: bool,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub create_time: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub update_time: Timestamp,
    pub version: i64,
}

/// How collaborators can be ordered.
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

/// Which collaborators to list.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Only this caller's own record.
    pub mine: Option<i64>,
    /// Only this department's.
    pub role: Option<Role>,
}

fn filtered(filter: Filter, page: &Page) -> collaborator_records::BoxedQuery<'_, Pg> {
    let Filter { mine, role } = filter;
    let mut query = collaborator_records::table.into_boxed();
    if let Some(caller) = mine {
        query = query.filter(collaborator_records::id.eq(caller));
    }
    if let Some(role) = role {
        query = query.filter(collaborator_records::role.eq(role_name(role)));
    }
    for word in &page.words {
        query = query.filter(collaborator_records::search.like(fold(word)));
    }
    query
}

/// A page of collaborators.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    connection: Connection,
    filter: Filter,
    page: &Page,
) -> Result<Listed<CollaboratorRow>> {
    load_page!(
        connection,
        page,
        filtered(filter, page),
        collaborator_records,
        CollaboratorRow
    )
}

/// One collaborator.
///
/// # Errors
/// When there is none of that number, or the database does not answer.
pub async fn get(mut connection: Connection, id: i64) -> Result<CollaboratorRow> {
    read(&mut connection, id).await
}

async fn read(
    connection: &mut diesel_async::AsyncPgConnection,
    id: i64,
) -> Result<CollaboratorRow> {
    collaborator_records::table
        .find(id)
        .select(CollaboratorRow::as_select())
        .first(connection)
        .await
        .optional()?
        .ok_or_else(|| record::missing("collaborator"))
}

/// Holds a collaborator until the transaction ends: their role, and the record's version.
///
/// # Errors
/// When there is none of that number, or the database does not answer.
pub async fn lock(tx: &mut Tx, id: i64) -> Result<(String, Version)> {
    let row = collaborators::table
        .find(id)
        .select((
            collaborators::role,
            (
                collaborators::version,
                collaborators::updated_by,
                collaborators::update_time,
            ),
        ))
        .for_update()
        .first::<(String, Version)>(tx.connection())
        .await
        .optional()?;
    row.ok_or_else(|| record::missing("collaborator"))
}

/// Adds a collaborator, or finds the one that the same request added before.
///
/// # Errors
/// When a rule is broken, or the database does not answer.
pub async fn insert(
    tx: &mut Tx,
    _: &Permit,
    draft: CollaboratorDraft,
    password_hash: PasswordHash,
) -> Result<CollaboratorRow> {
    let CollaboratorDraft {
        request_id,
        name,
        email,
        phone,
        role,
    } = draft;
    tx.once(request_id).await?;
    let added = diesel::insert_into(collaborators::table)
        .values((
            collaborators::request_id.eq(request_id),
            collaborators::name.eq(name.as_str()),
            collaborators::email.eq(email.as_str()),
            collaborators::phone.eq(phone.as_str()),
            collaborators::role.eq(role_name(role)),
            collaborators::password_hash.eq(password_hash),
            collaborators::must_change_password.eq(true),
        ))
        .on_conflict(collaborators::request_id)
        .do_nothing()
        .execute(tx.connection())
        .await?;
    let id = collaborators::table
        .filter(collaborators::request_id.eq(request_id))
        .select(collaborators::id)
        .first(tx.connection())
        .await?;
    if added > 0 {
        tx.report(Notice::CollaboratorCreated(id));
    }
    read(tx.connection(), id).await
}

/// Changes the fields that the patch has.
///
/// # Errors
/// When a rule is broken, or the database does not answer.
pub async fn update(tx: &mut Tx, _: &Permit, patch: CollaboratorPatch) -> Result<CollaboratorRow> {
    let changed_fields = patch.changed_fields();
    let CollaboratorPatch {
        id,
        etag: _,
        name,
        email,
        phone,
        role,
        successor_id: _,
    } = patch;
    if !changed_fields.is_empty() {
        diesel::update(collaborators::table.find(id))
            .set((
                name.map(|name| collaborators::name.eq(name.into_string())),
                email.map(|email| collaborators::email.eq(email.into_string())),
                phone.map(|phone| collaborators::phone.eq(phone.into_string())),
                role.map(|role| collaborators::role.eq(role_name(role))),
            ))
            .execute(tx.connection())
            .await
            .map_err(Error::of_pointed_to)?;
        tx.report(Notice::CollaboratorChanged(id, changed_fields));
    }
    read(tx.connection(), id).await
}

/// Deletes a collaborator. What they still hold becomes unassigned.
///
/// # Errors
/// When a rule is broken, or the database does not answer.
pub async fn delete(tx: &mut Tx, _: &Permit, id: i64) -> Result<()> {
    diesel::delete(collaborators::table.find(id))
        .execute(tx.connection())
        .await?;
    tx.report(Notice::CollaboratorDeleted(id));
    Ok(())
}

/// Sets a password to hand over. The database ends the collaborator's sessions.
///
/// # Errors
/// When the database does not answer.
pub async fn reset_password(
    tx: &mut Tx,
    _: &Permit,
    id: i64,
    hash: PasswordHash,
) -> Result<CollaboratorRow> {
    diesel::update(collaborators::table.find(id))
        .set((
            collaborators::password_hash.eq(hash),
            collaborators::must_change_password.eq(true),
        ))
        .execute(tx.connection())
        .await?;
    tx.report(Notice::CollaboratorChanged(id, vec!["password"]));
    read(tx.connection(), id).await
}

/// Whether there is a collaborator of that number, who is held until the transaction ends.
///
/// # Errors
/// When there is none, about that field; when the database does not answer.
pub async fn must_exist(tx: &mut Tx, id: i64, field: &'static str) -> Result<String> {
    let role = collaborators::table
        .find(id)
        .select(collaborators::role)
        .for_share()
        .first::<String>(tx.connection())
        .await
        .optional()?;
    role.ok_or_else(|| {
        ApiError::new(Reason::NoSuchRecord)
            .about(field, FieldErrorKind::NoSuchRecord)
            .into()
    })
}

#[derive(QueryableByName)]
struct Added {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Adds the first gestion account and tells its number; `None` when there is one already.
///
/// # Errors
/// When the email belongs to another account, or the database does not answer.
pub async fn insert_first(
    db: &Db,
    draft: CollaboratorDraft,
    hash: PasswordHash,
) -> Result<Option<i64>> {
    let added: Option<Added> = diesel::sql_query(
        "insert into collaborators \
         (request_id, name, email, phone, role, password_hash, must_change_password) \
         select $1, $2, $3, $4, $5, $6, true \
         where not exists (select from collaborators where role = $5) returning id",
    )
    .bind::<diesel::sql_types::Uuid, _>(draft.request_id)
    .bind::<Text, _>(draft.name.into_string())
    .bind::<Text, _>(draft.email.into_string())
    .bind::<Text, _>(draft.phone.into_string())
    .bind::<Text, _>(role_name(draft.role))
    .bind::<Text, _>(hash)
    .get_result(&mut db.connection().await?)
    .await
    .optional()?;
    Ok(added.map(|added| added.id))
}
