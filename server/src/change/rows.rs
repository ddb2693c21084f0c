//! The history in the database. Triggers write it; here it is only read.

use diesel::{pg::Pg, prelude::*};
use diesel_async::RunQueryDsl;
use epic_events::{
    v1::{ChangeKind, FieldChange, RecordType, WatchChangesResponse},
    value,
};
use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    db::Connection,
    error::Result,
    page::{Column, Listed, Orders, Page, sql::load_page},
};

#[allow(missing_docs)] // The migrations document the columns.
mod schema {
    diesel::table! {
        history_records (id) {
            id -> BigInt,
            time -> Timestamptz,
            actor_id -> Nullable<BigInt>,
            actor_name -> Text,
            session_id -> Nullable<Uuid>,
            rpc -> Text,
            kind -> Text,
            record -> Text,
            record_id -> BigInt,
            record_name -> Text,
            version -> Nullable<BigInt>,
            changes -> Text,
        }
    }
}

pub use schema::history_records;

/// One change of one record.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = history_records, check_for_backend(Pg))]
#[allow(missing_docs)] // The migrations document the columns.
pub struct HistoryRow {
    pub id: i64,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub time: Timestamp,
    pub actor_id: Option<i64>,
    pub actor_name: String,
    pub session_id: Option<Uuid>,
    pub rpc: String,
    pub kind: String,
    pub record: String,
    pub record_id: i64,
    pub record_name: String,
    pub changes: String,
}

/// How one field changed, as the triggers write it.
#[derive(Debug, Deserialize)]
pub struct FieldRow {
    field: String,
    old: Option<String>,
    new: Option<String>,
    #[serde(default)]
    old_name: String,
    #[serde(default)]
    new_name: String,
}

impl From<FieldRow> for FieldChange {
    fn from(change: FieldRow) -> Self {
        let FieldRow {
            field,
            old,
            new,
            old_name,
            new_name,
        } = change;
        Self {
            field,
            old,
            new,
            old_name,
            new_name,
        }
    }
}

/// A change of a record, as the trigger tells it.
#[derive(Clone, Debug, Deserialize, Queryable, Selectable)]
#[diesel(table_name = history_records, check_for_backend(Pg))]
#[allow(missing_docs)] // The migrations document the columns.
pub struct Change {
    pub kind: String,
    pub record: String,
    #[diesel(column_name = record_id)]
    pub id: i64,
    pub version: Option<i64>,
    pub actor_id: Option<i64>,
    pub actor_name: String,
}

impl From<Change> for WatchChangesResponse {
    fn from(change: Change) -> Self {
        let Change {
            kind,
            record,
            id,
            version,
            actor_id,
            actor_name,
        } = change;
        Self {
            kind: kind_of_name(&kind).into(),
            record: record_of_name(&record).into(),
            id,
            etag: version.map(value::format_etag).unwrap_or_default(),
            actor_id,
            actor_name,
        }
    }
}

/// How the history can be ordered.
pub const ORDERS: Orders = Orders {
    columns: &[Column::new("id", "id", "bigint")],
    allowed: "id",
    default: "id desc",
};

/// Which entries to list.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Only of this kind of record.
    pub record: Option<RecordType>,
    /// Only of the record of this number.
    pub record_id: Option<i64>,
    /// Only what this collaborator did.
    pub actor: Option<i64>,
    /// Only from this time on.
    pub after: Option<Timestamp>,
    /// Only before this time.
    pub before: Option<Timestamp>,
}

fn filtered(filter: Filter) -> history_records::BoxedQuery<'static, Pg> {
    let Filter {
        record,
        record_id,
        actor,
        after,
        before,
    } = filter;
    let mut query = history_records::table.into_boxed();
    if let Some(record) = record {
        query = query.filter(history_records::record.eq(record_name(record)));
    }
    if let Some(id) = record_id {
        query = query.filter(history_records::record_id.eq(id));
    }
    if let Some(actor) = actor {
        query = query.filter(history_records::actor_id.eq(actor));
    }
    if let Some(after) = after {
        query = query.filter(history_records::time.ge(jiff_diesel::Timestamp::from(after)));
    }
    if let Some(before) = before {
        query = query.filter(history_records::time.lt(jiff_diesel::Timestamp::from(before)));
    }
    query
}

/// A page of the history.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    connection: Connection,
    filter: Filter,
    page: &Page,
) -> Result<Listed<HistoryRow>> {
    load_page!(
        connection,
        page,
        filtered(filter),
        history_records,
        HistoryRow
    )
}

/// The number of the latest entry; 0 when there is none.
///
/// # Errors
/// When the database does not answer.
pub async fn latest(mut connection: Connection) -> Result<i64> {
    let latest: Option<i64> = history_records::table
        .select(diesel::dsl::max(history_records::id))
        .get_result(&mut connection)
        .await?;
    Ok(latest.unwrap_or_default())
}

/// The changes of records after that entry, that many at most, each with its entry's number.
///
/// # Errors
/// When the database does not answer.
pub async fn news(mut connection: Connection, after: i64, most: i64) -> Result<Vec<(i64, Change)>> {
    Ok(history_records::table
        .filter(history_records::id.gt(after))
        .order(history_records::id)
        .limit(most)
        .select((history_records::id, Change::as_select()))
        .load(&mut connection)
        .await?)
}

/// What can happen to a record, as the database and as the wire have it.
const KINDS: [(&str, ChangeKind); 5] = [
    ("created", ChangeKind::Created),
    ("changed", ChangeKind::Changed),
    ("deleted", ChangeKind::Deleted),
    ("session_revoked", ChangeKind::SessionRevoked),
    ("token_reused", ChangeKind::TokenReused),
];

/// The kinds of record, as the database and as the wire have them.
const RECORDS: [(&str, RecordType); 4] = [
    ("collaborator", RecordType::Collaborator),
    ("client", RecordType::Client),
    ("contract", RecordType::Contract),
    ("event", RecordType::Event),
];

/// The kind of change of that name.
#[must_use]
pub fn kind_of_name(name: &str) -> ChangeKind {
    let found = KINDS.iter().find(|(known, _)| *known == name);
    found.map_or_else(ChangeKind::default, |(_, kind)| *kind)
}

/// The kind of record of that name.
#[must_use]
pub fn record_of_name(name: &str) -> RecordType {
    let found = RECORDS.iter().find(|(known, _)| *known == name);
    found.map_or_else(RecordType::default, |(_, record)| *record)
}

fn record_name(record: RecordType) -> &'static str {
    let found = RECORDS.iter().find(|(_, known)| *known == record);
    found.map_or("", |(name, _)| name)
}
