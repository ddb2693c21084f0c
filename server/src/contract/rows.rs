//! Contracts in the database.

use diesel::{
    pg::Pg,
    prelude::*,
    sql_types::{BigInt, Nullable},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use epic_events::{
    contract::{ContractDraft, ContractPatch},
    policy::Permit,
    record_kind::RecordKind,
};
use jiff::{Timestamp, civil};
use jiff_diesel::ToDiesel as _;

use crate::{
    client::rows::clients,
    db::{
        Connection, Tx,
        insert::{Inserted, RequestDigest, insert_once},
        page::{
            Column, ListPage, Orders, Page,
            sql::{Constant, load_page},
        },
        version::{Version, found},
    },
    error::{Error, Result},
    telemetry::report::AuditEvent,
};

mod schema {
    diesel::table! {
        contracts (id) {
            id -> BigInt,
            request_id -> Uuid,
            request_digest -> Nullable<Binary>,
            client_id -> BigInt,
            event_title -> Text,
            total_cents -> BigInt,
            remaining_cents -> BigInt,
            date -> Date,
            signed -> Bool,
            update_time -> Timestamptz,
            updated_by -> Text,
            version -> BigInt,
        }
    }

    diesel::table! {
        contract_records (id) {
            id -> BigInt,
            client_id -> BigInt,
            client_name -> Text,
            client_company -> Text,
            commercial_id -> Nullable<BigInt>,
            commercial_name -> Text,
            event_title -> Text,
            total_cents -> BigInt,
            remaining_cents -> BigInt,
            date -> Date,
            signed -> Bool,
            event_id -> Nullable<BigInt>,
            event_start_time -> Nullable<Timestamptz>,
            create_time -> Timestamptz,
            update_time -> Timestamptz,
            version -> BigInt,
        }
    }
}

use schema::contract_records;
pub(crate) use schema::contracts;

diesel::joinable!(contracts -> clients (client_id));
diesel::allow_tables_to_appear_in_same_query!(contracts, clients);

/// A contract with the names of its client and commercial.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = contract_records, check_for_backend(Pg))]
pub(crate) struct ContractRow {
    pub(crate) id: i64,
    pub(crate) client_id: i64,
    pub(crate) client_name: String,
    pub(crate) client_company: String,
    pub(crate) commercial_id: Option<i64>,
    pub(crate) commercial_name: String,
    pub(crate) event_title: String,
    pub(crate) total_cents: i64,
    pub(crate) remaining_cents: i64,
    #[diesel(deserialize_as = jiff_diesel::Date)]
    pub(crate) date: civil::Date,
    pub(crate) signed: bool,
    pub(crate) event_id: Option<i64>,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    pub(crate) event_start_time: Option<Timestamp>,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub(crate) create_time: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub(crate) update_time: Timestamp,
    pub(crate) version: i64,
}

/// The orders of the list of contracts.
pub const ORDERS: Orders = Orders {
    columns: &[
        Column::new("id", "id", "bigint"),
        Column::new("event_title", "event_title_sort", "text"),
        Column::new("total_cents", "total_cents", "bigint"),
        Column::new("remaining_cents", "remaining_cents", "bigint"),
        Column::new("date", "date", "date"),
        Column::new("signed", "signed", "boolean"),
        Column::new("create_time", "create_time", "timestamptz"),
        Column::new("update_time", "update_time", "timestamptz"),
    ],
    allowed: "id, event_title, total_cents, remaining_cents, date, signed, create_time, \
              update_time",
    default: "id desc",
};

/// The filters of the list of contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Filter {
    /// Only contracts of the clients of this commercial, the caller.
    pub(crate) mine: Option<i64>,
    /// Only contracts of the clients of this commercial.
    pub(crate) commercial: Option<i64>,
    /// Only contracts of this client.
    pub(crate) client: Option<i64>,
    /// Only contracts that are not signed.
    pub(crate) unsigned: bool,
    /// Only contracts with an unpaid amount.
    pub(crate) debtor: bool,
    /// Only signed contracts without an event.
    pub(crate) no_event: bool,
}

fn filtered(filter: Filter, page: &Page) -> contract_records::BoxedQuery<'_, Pg> {
    let Filter {
        mine,
        commercial,
        client,
        unsigned,
        debtor,
        no_event,
    } = filter;
    let mut query = contract_records::table.into_boxed();
    for commercial in [mine, commercial].into_iter().flatten() {
        query = query.filter(contract_records::commercial_id.eq(commercial));
    }
    if let Some(client) = client {
        query = query.filter(contract_records::client_id.eq(client));
    }
    if unsigned {
        query = query.filter(Constant("not signed"));
    }
    if debtor {
        query = query.filter(Constant("remaining_cents > 0"));
    }
    if no_event {
        query = query
            .filter(Constant("signed"))
            .filter(contract_records::event_id.is_null());
    }
    for condition in &page.conditions {
        query = query.filter(condition.clone());
    }
    query
}

/// A page of contracts, whose number on all pages may be known.
pub(crate) async fn list(
    connection: Connection,
    filter: Filter,
    page: &Page,
    total: Option<i64>,
) -> Result<ListPage<ContractRow>> {
    load_page!(
        connection,
        page,
        total,
        filtered(filter, page),
        contract_records,
        ContractRow
    )
}

/// A contract.
///
/// # Errors
/// `NO_SUCH_RECORD`.
pub(crate) async fn get(mut connection: Connection, id: i64) -> Result<ContractRow> {
    read(&mut connection, id).await
}

async fn read(connection: &mut AsyncPgConnection, id: i64) -> Result<ContractRow> {
    let row = contract_records::table
        .find(id)
        .select(ContractRow::as_select())
        .first(connection)
        .await;
    found(row, RecordKind::Contract)
}

/// Locks a contract until the transaction ends, after its client and the client that it may get, and returns
/// the commercial of its client and its version.
///
/// # Errors
/// `NO_SUCH_RECORD`.
pub(crate) async fn lock(
    tx: &mut Tx,
    id: i64,
    new_client: Option<i64>,
) -> Result<(Option<i64>, Version)> {
    diesel::sql_query("select lock_contract($1, true, $2)")
        .bind::<BigInt, _>(id)
        .bind::<Nullable<BigInt>, _>(new_client)
        .execute(tx.connection())
        .await?;
    let row = contracts::table
        .inner_join(clients::table)
        .filter(contracts::id.eq(id))
        .select((
            clients::commercial_id,
            (
                contracts::version,
                contracts::updated_by,
                contracts::update_time,
            ),
        ))
        .first::<(Option<i64>, Version)>(tx.connection())
        .await;
    found(row, RecordKind::Contract)
}

/// Inserts a contract, once per request id.
pub(crate) async fn insert(
    tx: &mut Tx,
    _: &Permit,
    draft: &ContractDraft,
    digest: RequestDigest,
) -> Result<ContractRow> {
    let ContractDraft {
        request_id,
        client_id,
        event_title,
        total,
        remaining,
        date,
        signed,
    } = draft;
    let values = (
        contracts::client_id.eq(client_id),
        contracts::event_title.eq(event_title.as_str()),
        contracts::total_cents.eq(total.get()),
        contracts::remaining_cents.eq(remaining.get()),
        contracts::date.eq(date.to_diesel()),
        contracts::signed.eq(signed),
    );
    let Inserted { id, is_new } = insert_once!(tx, contracts, (*request_id, digest), values);
    if is_new && *signed {
        tx.audit(AuditEvent::ContractSigned(id));
    }
    read(tx.connection(), id).await
}

async fn is_signed(tx: &mut Tx, id: i64) -> Result<bool> {
    Ok(contracts::table
        .find(id)
        .select(contracts::signed)
        .first(tx.connection())
        .await?)
}

/// Writes the fields of the patch. A patch without fields creates no version.
pub(crate) async fn update(tx: &mut Tx, _: &Permit, patch: &ContractPatch) -> Result<ContractRow> {
    let &ContractPatch {
        id,
        etag: _,
        client_id,
        ref event_title,
        total,
        remaining,
        date,
        signed,
    } = patch;
    let signs = signed == Some(true) && !is_signed(tx, id).await?;
    if !patch.changed_fields().is_empty() {
        diesel::update(contracts::table.find(id))
            .set((
                client_id.map(|client| contracts::client_id.eq(client)),
                event_title
                    .as_ref()
                    .map(|title| contracts::event_title.eq(title.as_str())),
                total.map(|total| contracts::total_cents.eq(total.get())),
                remaining.map(|remaining| contracts::remaining_cents.eq(remaining.get())),
                date.map(|date| contracts::date.eq(date.to_diesel())),
                signed.map(|signed| contracts::signed.eq(signed)),
            ))
            .execute(tx.connection())
            .await
            .map_err(Error::from_referenced_row)?;
    }
    if signs {
        tx.audit(AuditEvent::ContractSigned(id));
    }
    read(tx.connection(), id).await
}
