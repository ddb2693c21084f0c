//! Clients in the database.

use diesel::{pg::Pg, prelude::*};
use diesel_async::RunQueryDsl;
use epic_events::{
    client::{ClientDraft, ClientPatch, CommercialAssignment},
    policy::Permit,
};
use jiff::Timestamp;

use crate::{
    collaborator::rows::must_exist,
    db::{Connection, Tx},
    error::{Error, Result},
    page::{
        Column, Listed, Orders, Page,
        sql::{fold, load_page},
    },
    record::{self, Version},
};

#[allow(missing_docs)] // The migrations document the columns.
mod schema {
    diesel::table! {
        clients (id) {
            id -> BigInt,
            request_id -> Uuid,
            name -> Text,
            email -> Text,
            phone -> Text,
            company -> Text,
            commercial_id -> Nullable<BigInt>,
            update_time -> Timestamptz,
            updated_by -> Text,
            version -> BigInt,
        }
    }

    diesel::table! {
        client_records (id) {
            id -> BigInt,
            name -> Text,
            email -> Text,
            phone -> Text,
            company -> Text,
            commercial_id -> Nullable<BigInt>,
            commercial_name -> Text,
            create_time -> Timestamptz,
            update_time -> Timestamptz,
            version -> BigInt,
            search -> Text,
        }
    }
}

pub use schema::{client_records, clients};

/// A client with the name of its commercial.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = client_records, check_for_backend(Pg))]
#[allow(missing_docs)] // The fields are the record's.
pub struct ClientRow {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub company: String,
    pub commercial_id: Option<i64>,
    pub commercial_name: String,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub create_time: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub update_time: Timestamp,
    pub version: i64,
}

/// How clients can be ordered.
pub const ORDERS: Orders = Orders {
    columns: &[
        Column::new("id", "id", "bigint"),
        Column::new("name", "name_sort", "text"),
        Column::new("email", "email_sort", "text"),
        Column::new("company", "company_sort", "text"),
        Column::new("create_time", "create_time", "timestamptz"),
        Column::new("update_time", "update_time", "timestamptz"),
    ],
    allowed: "id, name, email, company, create_time, update_time",
    default: "name",
};

/// Which clients to list.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Only this caller's.
    pub mine: Option<i64>,
    /// Only this commercial's.
    pub commercial: Option<i64>,
    /// Only nobody's.
    pub unassigned: bool,
}

fn filtered(filter: Filter, page: &Page) -> client_records::BoxedQuery<'_, Pg> {
    let Filter {
        mine,
        commercial,
        unassigned,
    } = filter;
    let mut query = client_records::table.into_boxed();
    if let Some(caller) = mine {
        query = query.filter(client_records::commercial_id.eq(caller));
    }
    if let Some(commercial) = commercial {
        query = query.filter(client_records::commercial_id.eq(commercial));
    }
    if unassigned {
        query = query.filter(client_records::commercial_id.is_null());
    }
    for word in &page.words {
        query = query.filter(client_records::search.like(fold(word)));
    }
    query
}

/// A page of clients.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    connection: Connection,
    filter: Filter,
    page: &Page,
) -> Result<Listed<ClientRow>> {
    load_page!(
        connection,
        page,
        filtered(filter, page),
        client_records,
        ClientRow
    )
}

/// One client.
///
/// # Errors
/// When there is none of that number, or the database does not answer.
pub async fn get(mut connection: Connection, id: i64) -> Result<ClientRow> {
    read(&mut connection, id).await
}

async fn read(connection: &mut diesel_async::AsyncPgConnection, id: i64) -> Result<ClientRow> {
    client_records::table
        .find(id)
        .select(ClientRow::as_select())
        .first(connection)
        .await
        .optional()?
        .ok_or_else(|| record::missing("client"))
}

/// Holds a client until the transaction ends: its commercial, and its version.
///
/// # Errors
/// When there is none of that number, or the database does not answer.
pub async fn lock(tx: &mut Tx, id: i64) -> Result<(Option<i64>, Version)> {
    let row = clients::table
        .find(id)
        .select((
            clients::commercial_id,
            (clients::version, clients::updated_by, clients::update_time),
        ))
        .for_update()
        .first::<(Option<i64>, Version)>(tx.connection())
        .await
        .optional()?;
    row.ok_or_else(|| record::missing("client"))
}

/// Adds a client of the actor's, or finds the one that the same request added before.
///
/// # Errors
/// When a rule is broken, or the database does not answer.
pub async fn insert(tx: &mut Tx, permit: &Permit, draft: ClientDraft) -> Result<ClientRow> {
    let ClientDraft {
        request_id,
        name,
        email,
        phone,
        company,
    } = draft;
    tx.once(request_id).await?;
    diesel::insert_into(clients::table)
        .values((
            clients::request_id.eq(request_id),
            clients::name.eq(name.as_str()),
            clients::email.eq(email.as_str()),
            clients::phone.eq(phone.as_str()),
            clients::company.eq(company.as_str()),
            clients::commercial_id.eq(permit.actor().id),
        ))
        .on_conflict(clients::request_id)
        .do_nothing()
        .execute(tx.connection())
        .await?;
    let id = clients::table
        .filter(clients::request_id.eq(request_id))
        .select(clients::id)
        .first(tx.connection())
        .await?;
    read(tx.connection(), id).await
}

/// Changes the fields that the patch has.
///
/// # Errors
/// When a rule is broken, or the database does not answer.
pub async fn update(tx: &mut Tx, _: &Permit, patch: ClientPatch) -> Result<ClientRow> {
    let changes = !patch.changed_fields().is_empty();
    let ClientPatch {
        id,
        etag: _,
        name,
        email,
        phone,
        company,
    } = patch;
    if changes {
        diesel::update(clients::table.find(id))
            .set((
                name.map(|name| clients::name.eq(name.into_string())),
                email.map(|email| clients::email.eq(email.into_string())),
                phone.map(|phone| clients::phone.eq(phone.into_string())),
                company.map(|company| clients::company.eq(company.into_string())),
            ))
            .execute(tx.connection())
            .await?;
    }
    read(tx.connection(), id).await
}

/// Puts a commercial in charge.
///
/// # Errors
/// When they do not exist or are no commercial, or the database does not answer.
pub async fn assign(
    tx: &mut Tx,
    _: &Permit,
    assignment: CommercialAssignment,
) -> Result<ClientRow> {
    let CommercialAssignment {
        id,
        etag: _,
        commercial_id,
    } = assignment;
    must_exist(tx, commercial_id, "commercial_id").await?;
    diesel::update(clients::table.find(id))
        .set(clients::commercial_id.eq(commercial_id))
        .execute(tx.connection())
        .await
        .map_err(Error::from)?;
    read(tx.connection(), id).await
}

/// Gives all clients of a commercial to another, or to nobody.
///
/// # Errors
/// When the successor is no commercial, or the database does not answer.
pub async fn hand_over(tx: &mut Tx, _: &Permit, from: i64, to: Option<i64>) -> Result<()> {
    diesel::update(clients::table.filter(clients::commercial_id.eq(from)))
        .set(clients::commercial_id.eq(to))
        .execute(tx.connection())
        .await?;
    Ok(())
}
