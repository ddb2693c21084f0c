//! Clients in the database.

use diesel::{pg::Pg, prelude::*};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use epic_events::{
    client::{ClientDraft, ClientPatch},
    policy::Permit,
    record_kind::RecordKind,
};
use jiff::Timestamp;

use crate::{
    auth::rows::Assignee,
    db::{
        BATCH_ROWS, Connection, Tx,
        insert::{RequestDigest, insert_once},
        page::{Column, ListPage, Orders, Page, sql::load_page},
        version::{Version, found},
    },
    error::Result,
};

mod schema {
    diesel::table! {
        clients (id) {
            id -> BigInt,
            request_id -> Uuid,
            request_digest -> Nullable<Binary>,
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
        }
    }
}

use schema::client_records;
pub(crate) use schema::clients;

/// A client with the name of its commercial.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = client_records, check_for_backend(Pg))]
pub(crate) struct ClientRow {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) company: String,
    pub(crate) commercial_id: Option<i64>,
    pub(crate) commercial_name: String,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub(crate) create_time: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub(crate) update_time: Timestamp,
    pub(crate) version: i64,
}

/// The orders of the list of clients.
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

/// The filters of the list of clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Filter {
    /// Only clients of this commercial, the caller.
    pub(crate) mine: Option<i64>,
    /// Only clients of this commercial.
    pub(crate) commercial: Option<i64>,
    /// Only clients without a commercial.
    pub(crate) unassigned: bool,
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
    for condition in &page.conditions {
        query = query.filter(condition.clone());
    }
    query
}

/// A page of clients, whose number on all pages may be known.
pub(crate) async fn list(
    connection: Connection,
    filter: Filter,
    page: &Page,
    total: Option<i64>,
) -> Result<ListPage<ClientRow>> {
    load_page!(
        connection,
        page,
        total,
        filtered(filter, page),
        client_records,
        ClientRow
    )
}

/// A client.
///
/// # Errors
/// `NO_SUCH_RECORD`.
pub(crate) async fn get(mut connection: Connection, id: i64) -> Result<ClientRow> {
    read(&mut connection, id).await
}

async fn read(connection: &mut AsyncPgConnection, id: i64) -> Result<ClientRow> {
    let row = client_records::table
        .find(id)
        .select(ClientRow::as_select())
        .first(connection)
        .await;
    found(row, RecordKind::Client)
}

/// Locks a client until the transaction ends, and returns its commercial and its version.
///
/// # Errors
/// `NO_SUCH_RECORD`.
pub(crate) async fn lock(tx: &mut Tx, id: i64) -> Result<(Option<i64>, Version)> {
    let row = clients::table
        .find(id)
        .select((
            clients::commercial_id,
            (clients::version, clients::updated_by, clients::update_time),
        ))
        .for_update()
        .first::<(Option<i64>, Version)>(tx.connection())
        .await;
    found(row, RecordKind::Client)
}

/// Inserts a client of the actor, once per request id.
pub(crate) async fn insert(
    tx: &mut Tx,
    permit: &Permit,
    draft: &ClientDraft,
    digest: RequestDigest,
) -> Result<ClientRow> {
    let ClientDraft {
        request_id,
        name,
        email,
        phone,
        company,
    } = draft;
    let values = (
        clients::name.eq(name.as_str()),
        clients::email.eq(email.as_str()),
        clients::phone.eq(phone.as_str()),
        clients::company.eq(company.as_str()),
        clients::commercial_id.eq(permit.actor().id),
    );
    let inserted = insert_once!(tx, clients, (*request_id, digest), values);
    read(tx.connection(), inserted.id).await
}

/// Writes the fields of the patch. A patch without fields creates no version.
pub(crate) async fn update(tx: &mut Tx, _: &Permit, patch: &ClientPatch) -> Result<ClientRow> {
    let ClientPatch {
        id,
        etag: _,
        name,
        email,
        phone,
        company,
    } = patch;
    if !patch.changed_fields().is_empty() {
        diesel::update(clients::table.find(id))
            .set((
                name.as_ref().map(|name| clients::name.eq(name.as_str())),
                email
                    .as_ref()
                    .map(|email| clients::email.eq(email.as_str())),
                phone
                    .as_ref()
                    .map(|phone| clients::phone.eq(phone.as_str())),
                company
                    .as_ref()
                    .map(|company| clients::company.eq(company.as_str())),
            ))
            .execute(tx.connection())
            .await?;
    }
    read(tx.connection(), *id).await
}

/// Assigns a client to a commercial.
///
/// # Errors
/// `NO_SUCH_RECORD` when there is no such collaborator, `WRONG_ROLE` when the collaborator is not a
/// commercial.
pub(crate) async fn assign(
    tx: &mut Tx,
    _: &Permit,
    id: i64,
    commercial: Assignee,
) -> Result<ClientRow> {
    let commercial_id = commercial.id("commercial_id")?;
    diesel::update(clients::table.find(id))
        .set(clients::commercial_id.eq(commercial_id))
        .execute(tx.connection())
        .await?;
    read(tx.connection(), id).await
}

/// Reassigns all clients of a commercial to another commercial; without one, they become unassigned.
/// Locks them in the order of their ids, so that two reassignments do not deadlock.
///
/// # Errors
/// `WRONG_ROLE` when the successor is not a commercial.
pub(crate) async fn reassign(tx: &mut Tx, _: &Permit, from: i64, to: Option<i64>) -> Result<()> {
    let ids: Vec<i64> = clients::table
        .filter(clients::commercial_id.eq(from))
        .order(clients::id)
        .select(clients::id)
        .for_no_key_update()
        .load(tx.connection())
        .await?;
    for batch in ids.chunks(BATCH_ROWS) {
        diesel::update(clients::table.filter(clients::id.eq_any(batch)))
            .set(clients::commercial_id.eq(to))
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}
