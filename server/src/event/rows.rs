//! Events in the database.

use diesel::{pg::Pg, prelude::*, sql_types::BigInt};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use epic_events::{
    event::{EventDraft, EventPatch},
    policy::Permit,
    record_kind::RecordKind,
};
use jiff::Timestamp;
use jiff_diesel::ToDiesel as _;

use crate::{
    auth::rows::Assignee,
    client::rows::clients,
    contract::rows::contracts,
    db::{
        BATCH_ROWS, Connection, Tx,
        insert::{RequestDigest, insert_once},
        page::{Column, ListPage, Orders, Page, sql::load_page},
        version::{Version, found, no_such_reference},
    },
    error::Result,
    event::period::EndsAfter,
};

mod schema {
    diesel::table! {
        events (id) {
            id -> BigInt,
            request_id -> Uuid,
            request_digest -> Nullable<Binary>,
            contract_id -> BigInt,
            start_time -> Timestamptz,
            end_time -> Timestamptz,
            support_id -> Nullable<BigInt>,
            location -> Text,
            attendees -> Integer,
            note -> Text,
            update_time -> Timestamptz,
            updated_by -> Text,
            version -> BigInt,
        }
    }

    diesel::table! {
        event_records (id) {
            id -> BigInt,
            contract_id -> BigInt,
            event_title -> Text,
            client_id -> BigInt,
            client_name -> Text,
            client_company -> Text,
            commercial_id -> Nullable<BigInt>,
            commercial_name -> Text,
            start_time -> Timestamptz,
            end_time -> Timestamptz,
            support_id -> Nullable<BigInt>,
            support_name -> Text,
            location -> Text,
            attendees -> Integer,
            note -> Text,
            create_time -> Timestamptz,
            update_time -> Timestamptz,
            version -> BigInt,
        }
    }
}

use schema::{event_records, events};

/// An event with the names of its contract, client, commercial and support.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = event_records, check_for_backend(Pg))]
pub(crate) struct EventRow {
    pub(crate) id: i64,
    pub(crate) contract_id: i64,
    pub(crate) event_title: String,
    pub(crate) client_id: i64,
    pub(crate) client_name: String,
    pub(crate) client_company: String,
    pub(crate) commercial_id: Option<i64>,
    pub(crate) commercial_name: String,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub(crate) start_time: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub(crate) end_time: Timestamp,
    pub(crate) support_id: Option<i64>,
    pub(crate) support_name: String,
    pub(crate) location: String,
    pub(crate) attendees: i32,
    pub(crate) note: String,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub(crate) create_time: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub(crate) update_time: Timestamp,
    pub(crate) version: i64,
}

/// The orders of the list of events.
pub const ORDERS: Orders = Orders {
    columns: &[
        Column::new("id", "id", "bigint"),
        Column::new("start_time", "start_time", "timestamptz"),
        Column::new("end_time", "end_time", "timestamptz"),
        Column::new("location", "location_sort", "text"),
        Column::new("attendees", "attendees", "integer"),
        Column::new("create_time", "create_time", "timestamptz"),
        Column::new("update_time", "update_time", "timestamptz"),
    ],
    allowed: "id, start_time, end_time, location, attendees, create_time, update_time",
    default: "start_time",
};

/// The filters of the list of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Filter {
    /// Only events whose support, or whose client's commercial, is this collaborator, the caller.
    pub(crate) mine: Option<i64>,
    /// Only events of this support.
    pub(crate) support: Option<i64>,
    /// Only events of the clients of this commercial.
    pub(crate) commercial: Option<i64>,
    /// Only events of this client.
    pub(crate) client: Option<i64>,
    /// Only events of this contract.
    pub(crate) contract: Option<i64>,
    /// Only events without a support.
    pub(crate) no_support: bool,
    /// Only events that start at this time or later.
    pub(crate) start_after: Option<Timestamp>,
    /// Only events that start before this time.
    pub(crate) start_before: Option<Timestamp>,
    /// Only events that end after this time.
    pub(crate) end_after: Option<Timestamp>,
}

fn filtered(filter: Filter, page: &Page) -> event_records::BoxedQuery<'_, Pg> {
    let Filter {
        mine,
        support,
        commercial,
        client,
        contract,
        no_support,
        start_after,
        start_before,
        end_after,
    } = filter;
    let mut query = event_records::table.into_boxed();
    if let Some(caller) = mine {
        let own = event_records::support_id
            .eq(caller)
            .or(event_records::commercial_id.eq(caller));
        query = query.filter(own.assume_not_null());
    }
    if let Some(support) = support {
        query = query.filter(event_records::support_id.eq(support));
    }
    if let Some(commercial) = commercial {
        query = query.filter(event_records::commercial_id.eq(commercial));
    }
    if let Some(client) = client {
        query = query.filter(event_records::client_id.eq(client));
    }
    if let Some(contract) = contract {
        query = query.filter(event_records::contract_id.eq(contract));
    }
    if no_support {
        query = query.filter(event_records::support_id.is_null());
    }
    if let Some(start) = start_after {
        query = query.filter(event_records::start_time.ge(start.to_diesel()));
    }
    if let Some(start) = start_before {
        query = query.filter(event_records::start_time.lt(start.to_diesel()));
    }
    if let Some(after) = end_after {
        query = query.filter(EndsAfter::new(after, start_before));
    }
    for condition in &page.conditions {
        query = query.filter(condition.clone());
    }
    query
}

/// A page of events, whose number on all pages may be known.
pub(crate) async fn list(
    connection: Connection,
    filter: Filter,
    page: &Page,
    total: Option<i64>,
) -> Result<ListPage<EventRow>> {
    load_page!(
        connection,
        page,
        total,
        filtered(filter, page),
        event_records,
        EventRow
    )
}

/// An event.
///
/// # Errors
/// `NO_SUCH_RECORD`.
pub(crate) async fn get(mut connection: Connection, id: i64) -> Result<EventRow> {
    read(&mut connection, id).await
}

async fn read(connection: &mut AsyncPgConnection, id: i64) -> Result<EventRow> {
    let row = event_records::table
        .find(id)
        .select(EventRow::as_select())
        .first(connection)
        .await;
    found(row, RecordKind::Event)
}

/// Locks an event until the transaction ends, after its contract and client, and returns its support and its
/// version.
///
/// # Errors
/// `NO_SUCH_RECORD`.
pub(crate) async fn lock(tx: &mut Tx, id: i64) -> Result<(Option<i64>, Version)> {
    diesel::sql_query("select lock_event($1)")
        .bind::<BigInt, _>(id)
        .execute(tx.connection())
        .await?;
    let row = events::table
        .find(id)
        .select((
            events::support_id,
            (events::version, events::updated_by, events::update_time),
        ))
        .first::<(Option<i64>, Version)>(tx.connection())
        .await;
    found(row, RecordKind::Event)
}

/// Locks a contract until the transaction ends, after its client, and returns the commercial of the client.
///
/// # Errors
/// `NO_SUCH_RECORD` about `contract_id`.
pub(crate) async fn lock_contract(tx: &mut Tx, contract_id: i64) -> Result<Option<i64>> {
    diesel::sql_query("select lock_contract($1, false, null)")
        .bind::<BigInt, _>(contract_id)
        .execute(tx.connection())
        .await?;
    let commercial = contracts::table
        .inner_join(clients::table)
        .filter(contracts::id.eq(contract_id))
        .select(clients::commercial_id)
        .first::<Option<i64>>(tx.connection())
        .await
        .optional()?;
    commercial.ok_or_else(|| no_such_reference("contract_id"))
}

/// Inserts an event, once per request id.
pub(crate) async fn insert(
    tx: &mut Tx,
    _: &Permit,
    draft: &EventDraft,
    digest: RequestDigest,
) -> Result<EventRow> {
    let EventDraft {
        request_id,
        contract_id,
        start,
        end,
        location,
        attendees,
        note,
    } = draft;
    let values = (
        events::contract_id.eq(contract_id),
        events::start_time.eq(start.to_diesel()),
        events::end_time.eq(end.to_diesel()),
        events::location.eq(location.as_str()),
        events::attendees.eq(attendees.get()),
        events::note.eq(note.as_str()),
    );
    let inserted = insert_once!(tx, events, (*request_id, digest), values);
    read(tx.connection(), inserted.id).await
}

/// Writes the fields of the patch. A patch without fields creates no version.
pub(crate) async fn update(tx: &mut Tx, _: &Permit, patch: &EventPatch) -> Result<EventRow> {
    let &EventPatch {
        id,
        etag: _,
        start,
        end,
        ref location,
        attendees,
        ref note,
    } = patch;
    if !patch.changed_fields().is_empty() {
        diesel::update(events::table.find(id))
            .set((
                start.map(|start| events::start_time.eq(start.to_diesel())),
                end.map(|end| events::end_time.eq(end.to_diesel())),
                location
                    .as_ref()
                    .map(|location| events::location.eq(location.as_str())),
                attendees.map(|attendees| events::attendees.eq(attendees.get())),
                note.as_ref().map(|note| events::note.eq(note.as_str())),
            ))
            .execute(tx.connection())
            .await?;
    }
    read(tx.connection(), id).await
}

/// Assigns an event to a support; without one, it becomes unassigned.
///
/// # Errors
/// `NO_SUCH_RECORD` when there is no such collaborator, `WRONG_ROLE` when the collaborator is not a
/// support.
pub(crate) async fn assign(
    tx: &mut Tx,
    _: &Permit,
    id: i64,
    support: Option<Assignee>,
) -> Result<EventRow> {
    let support_id = support.map(|support| support.id("support_id"));
    diesel::update(events::table.find(id))
        .set(events::support_id.eq(support_id.transpose()?))
        .execute(tx.connection())
        .await?;
    read(tx.connection(), id).await
}

/// Reassigns all events of a support to another support; without one, they become unassigned.
///
/// # Errors
/// `WRONG_ROLE` when the successor is not a support.
pub(crate) async fn reassign(tx: &mut Tx, _: &Permit, from: i64, to: Option<i64>) -> Result<()> {
    diesel::sql_query("select lock_events_of($1)")
        .bind::<BigInt, _>(from)
        .execute(tx.connection())
        .await?;
    let ids: Vec<i64> = events::table
        .filter(events::support_id.eq(from))
        .order(events::id)
        .select(events::id)
        .load(tx.connection())
        .await?;
    for batch in ids.chunks(BATCH_ROWS) {
        diesel::update(events::table.filter(events::id.eq_any(batch)))
            .set(events::support_id.eq(to))
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}
