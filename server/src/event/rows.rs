//! Events in the database.

use diesel::{pg::Pg, prelude::*};
use diesel_async::RunQueryDsl;
use epic_events::{
    api_error::ApiError,
    event::{EventDraft, EventPatch, SupportAssignment},
    field_error::FieldErrorKind,
    policy::Permit,
    reason::Reason,
};
use jiff::Timestamp;
use jiff_diesel::ToDiesel as _;

use crate::{
    client::rows::clients,
    collaborator::rows::must_exist,
    contract::rows::contracts,
    db::{Connection, Tx},
    error::Result,
    page::{
        Column, Listed, Orders, Page,
        sql::{fold, load_page},
    },
    record::{self, Version},
};

#[allow(missing_docs)] // The migrations document the columns.
mod schema {
    diesel::table! {
        events (id) {
            id -> BigInt,
            request_id -> Uuid,
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
            search -> Text,
        }
    }
}

pub use schema::{event_records, events};

/// An event with the names of its contract, client, commercial and support.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = event_records, check_for_backend(Pg))]
#[allow(missing_docs)] // The fields are the record's.
pub struct EventRow {
    pub id: i64,
    pub contract_id: i64,
    pub event_title: String,
    pub client_id: i64,
    pub client_name: String,
    pub client_company: String,
    pub commercial_id: Option<i64>,
    pub commercial_name: String,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub start_time: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub end_time: Timestamp,
    pub support_id: Option<i64>,
    pub support_name: String,
    pub location: String,
    pub attendees: i32,
    pub note: String,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub create_time: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub update_time: Timestamp,
    pub version: i64,
}

/// How events can be ordered.
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

/// Which events to list.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Only those that this caller supports, or whose client is theirs.
    pub mine: Option<i64>,
    /// Only this support's.
    pub support: Option<i64>,
    /// Only those of this commercial's clients.
    pub commercial: Option<i64>,
    /// Only this client's.
    pub client: Option<i64>,
    /// Only this contract's.
    pub contract: Option<i64>,
    /// Only those without a support.
    pub no_support: bool,
    /// Only those that start then or later.
    pub start_after: Option<Timestamp>,
    /// Only those that start before.
    pub start_before: Option<Timestamp>,
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
    for word in &page.words {
        query = query.filter(event_records::search.like(fold(word)));
    }
    query
}

/// A page of events.
///
/// # Errors
/// When the database does not answer.
pub async fn list(connection: Connection, filter: Filter, page: &Page) -> Result<Listed<EventRow>> {
    load_page!(
        connection,
        page,
        filtered(filter, page),
        event_records,
        EventRow
    )
}

/// One event.
///
/// # Errors
/// When there is none of that number, or the database does not answer.
pub async fn get(mut connection: Connection, id: i64) -> Result<EventRow> {
    read(&mut connection, id).await
}

async fn read(connection: &mut diesel_async::AsyncPgConnection, id: i64) -> Result<EventRow> {
    event_records::table
        .find(id)
        .select(EventRow::as_select())
        .first(connection)
        .await
        .optional()?
        .ok_or_else(|| record::missing("event"))
}

/// Holds an event until the transaction ends: its support, and its version.
///
/// # Errors
/// When there is none of that number, or the database does not answer.
pub async fn lock(tx: &mut Tx, id: i64) -> Result<(Option<i64>, Version)> {
    let row = events::table
        .find(id)
        .select((
            events::support_id,
            (events::version, events::updated_by, events::update_time),
        ))
        .for_update()
        .first::<(Option<i64>, Version)>(tx.connection())
        .await
        .optional()?;
    row.ok_or_else(|| record::missing("event"))
}

/// The commercial of a contract's client, who is held until the transaction ends.
///
/// # Errors
/// When there is no such contract, or the database does not answer.
pub async fn lock_contract(tx: &mut Tx, contract_id: i64) -> Result<Option<i64>> {
    let commercial = contracts::table
        .inner_join(clients::table)
        .filter(contracts::id.eq(contract_id))
        .select(clients::commercial_id)
        .for_share()
        .first::<Option<i64>>(tx.connection())
        .await
        .optional()?;
    commercial.ok_or_else(|| {
        ApiError::new(Reason::NoSuchRecord)
            .about("contract_id", FieldErrorKind::NoSuchRecord)
            .into()
    })
}

/// Adds an event, or finds the one that the same request added before.
///
/// # Errors
/// When a rule is broken, or the database does not answer.
pub async fn insert(tx: &mut Tx, _: &Permit, draft: EventDraft) -> Result<EventRow> {
    let EventDraft {
        request_id,
        contract_id,
        start,
        end,
        location,
        attendees,
        note,
    } = draft;
    tx.once(request_id).await?;
    diesel::insert_into(events::table)
        .values((
            events::request_id.eq(request_id),
            events::contract_id.eq(contract_id),
            events::start_time.eq(start.to_diesel()),
            events::end_time.eq(end.to_diesel()),
            events::location.eq(location.as_str()),
            events::attendees.eq(attendees.get()),
            events::note.eq(note.as_str()),
        ))
        .on_conflict(events::request_id)
        .do_nothing()
        .execute(tx.connection())
        .await?;
    let id = events::table
        .filter(events::request_id.eq(request_id))
        .select(events::id)
        .first(tx.connection())
        .await?;
    read(tx.connection(), id).await
}

/// Changes the fields that the patch has.
///
/// # Errors
/// When a rule is broken, or the database does not answer.
pub async fn update(tx: &mut Tx, _: &Permit, patch: EventPatch) -> Result<EventRow> {
    let changes = !patch.changed_fields().is_empty();
    let EventPatch {
        id,
        etag: _,
        start,
        end,
        location,
        attendees,
        note,
    } = patch;
    if changes {
        diesel::update(events::table.find(id))
            .set((
                start.map(|start| events::start_time.eq(start.to_diesel())),
                end.map(|end| events::end_time.eq(end.to_diesel())),
                location.map(|location| events::location.eq(location.into_string())),
                attendees.map(|attendees| events::attendees.eq(attendees.get())),
                note.map(|note| events::note.eq(note.into_string())),
            ))
            .execute(tx.connection())
            .await?;
    }
    read(tx.connection(), id).await
}

/// Puts a support in charge.
///
/// # Errors
/// When they do not exist or are no support, or the database does not answer.
pub async fn assign(tx: &mut Tx, _: &Permit, assignment: SupportAssignment) -> Result<EventRow> {
    let SupportAssignment {
        id,
        etag: _,
        support_id,
    } = assignment;
    must_exist(tx, support_id, "support_id").await?;
    diesel::update(events::table.find(id))
        .set(events::support_id.eq(support_id))
        .execute(tx.connection())
        .await?;
    read(tx.connection(), id).await
}

/// Gives all events of a support to another, or to nobody.
///
/// # Errors
/// When the successor is no support, or the database does not answer.
pub async fn hand_over(tx: &mut Tx, _: &Permit, from: i64, to: Option<i64>) -> Result<()> {
    diesel::update(events::table.filter(events::support_id.eq(from)))
        .set(events::support_id.eq(to))
        .execute(tx.connection())
        .await?;
    Ok(())
}
