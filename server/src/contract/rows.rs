//! Contracts in the database.

use diesel::{pg::Pg, prelude::*};
use diesel_async::RunQueryDsl;
use epic_events::{
    contract::{ContractDraft, ContractPatch},
    policy::Permit,
};
use jiff::{Timestamp, civil};
use jiff_diesel::ToDiesel as _;

use crate::{
    client::rows::clients,
    db::{Connection, Tx},
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
        contracts (id) {
            id -> BigInt,
            request_id -> Uuid,
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
            create_time -> Timestamptz,
            update_time -> Timestamptz,
            version -> BigInt,
            search -> Text,
        }
    }
}

pub use schema::{contract_records, contracts};

diesel::joinable!(contracts -> clients (client_id));
diesel::allow_tables_to_appear_in_same_query!(contracts, clients);

/// A contract with the names of its client and commercial.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = contract_records, check_for_backend(Pg))]
#[allow(missing_docs)] // The fields are the record's.
pub struct ContractRow {
    pub id: i64,
    pub client_id: i64,
    pub client_name: String,
    pub client_company: String,
    pub commercial_id: Option<i64>,
    pub commercial_name: String,
    pub event_title: String,
    pub total_cents: i64,
    pub remaining_cents: i64,
    #[diesel(deserialize_as = jiff_diesel::Date)]
    pub date: civil::Date,
    pub signed: bool,
    pub event_id: Option<i64>,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub create_time: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub update_time: Timestamp,
    pub version: i64,
}

/// How contracts can be ordered.
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

/// Which contracts to list.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Only those of this caller's clients.
    pub mine: Option<i64>,
    /// Only those of this commercial's clients.
    pub commercial: Option<i64>,
    /// Only this client's.
    pub client: Option<i64>,
    /// Only those that are not signed.
    pub unsigned: bool,
    /// Only those with something left to pay.
    pub debtor: bool,
    /// Only signed ones without an event.
    pub no_event: bool,
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
        query = query.filter(contract_records::signed.eq(false));
    }
    if debtor {
        query = query.filter(contract_records::remaining_cents.gt(0));
    }
    if no_event {
        query = query
            .filter(contract_records::signed.eq(true))
            .filter(contract_records::event_id.is_null());
    }
    for word in &page.words {
        query = query.filter(contract_records::search.like(fold(word)));
    }
    query
}

/// A page of contracts.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    connection: Connection,
    filter: Filter,
    page: &Page,
) -> Result<Listed<ContractRow>> {
    load_page!(
        connection,
        page,
        filtered(filter, page),
        contract_records,
        ContractRow
    )
}

/// One contract.
///
/// # Errors
/// When there is none of that number, or the database does not answer.
pub async fn get(mut connection: Connection, id: i64) -> Result<ContractRow> {
    read(&mut connection, id).await
}

async fn read(connection: &mut diesel_async::AsyncPgConnection, id: i64) -> Result<ContractRow> {
    contract_records::table
        .find(id)
        .select(ContractRow::as_select())
        .first(connection)
        .await
        .optional()?
        .ok_or_else(|| record::missing("contract"))
}

/// Holds a contract and its client until the transaction ends: the client's commercial, and the
/// contract's version.
///
/// # Errors
/// When there is none of that number, or the database does not answer.
pub async fn lock(tx: &mut Tx, id: i64) -> Result<(Option<i64>, Version)> {
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
        .for_update()
        .first::<(Option<i64>, Version)>(tx.connection())
        .await
        .optional()?;
    row.ok_or_else(|| record::missing("contract"))
}

/// Adds a contract, or finds the one that the same request added before.
///
/// # Errors
/// When a rule is broken, or the database does not answer.
pub async fn insert(tx: &mut Tx, _: &Permit, draft: ContractDraft) -> Result<ContractRow> {
    let ContractDraft {
        request_id,
        client_id,
        event_title,
        total,
        remaining,
        date,
        signed,
    } = draft;
    tx.once(request_id).await?;
    let added = diesel::insert_into(contracts::table)
        .values((
            contracts::request_id.eq(request_id),
            contracts::client_id.eq(client_id),
            contracts::event_title.eq(event_title.as_str()),
            contracts::total_cents.eq(total.get()),
            contracts::remaining_cents.eq(remaining.get()),
            contracts::date.eq(date.to_diesel()),
            contracts::signed.eq(signed),
        ))
        .on_conflict(contracts::request_id)
        .do_nothing()
        .execute(tx.connection())
        .await?;
    let id = contracts::table
        .filter(contracts::request_id.eq(request_id))
        .select(contracts::id)
        .first(tx.connection())
        .await?;
    if added > 0 && signed {
        tx.report(Notice::ContractSigned(id));
    }
    read(tx.connection(), id).await
}

/// Whether the contract is not signed yet.
async fn is_unsigned(tx: &mut Tx, id: i64) -> Result<bool> {
    let signed: bool = contracts::table
        .find(id)
        .select(contracts::signed)
        .first(tx.connection())
        .await?;
    Ok(!signed)
}

/// Changes the fields that the patch has.
///
/// # Errors
/// When a rule is broken, or the database does not answer.
pub async fn update(tx: &mut Tx, _: &Permit, patch: ContractPatch) -> Result<ContractRow> {
    let changes = !patch.changed_fields().is_empty();
    let ContractPatch {
        id,
        etag: _,
        client_id,
        event_title,
        total,
        remaining,
        date,
        signed,
    } = patch;
    let signs = signed == Some(true) && is_unsigned(tx, id).await?;
    if changes {
        diesel::update(contracts::table.find(id))
            .set((
                client_id.map(|client| contracts::client_id.eq(client)),
                event_title.map(|title| contracts::event_title.eq(title.into_string())),
                total.map(|total| contracts::total_cents.eq(total.get())),
                remaining.map(|remaining| contracts::remaining_cents.eq(remaining.get())),
                date.map(|date| contracts::date.eq(date.to_diesel())),
                signed.map(|signed| contracts::signed.eq(signed)),
            ))
            .execute(tx.connection())
            .await
            .map_err(Error::of_pointed_to)?;
    }
    if signs {
        tx.report(Notice::ContractSigned(id));
    }
    read(tx.connection(), id).await
}
