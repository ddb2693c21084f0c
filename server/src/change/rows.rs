//! The history in the database, which only triggers write.

use diesel::{pg::Pg, prelude::*};
use diesel_async::RunQueryDsl as _;
use epic_events::record_kind::RecordKind;
use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    db::{
        Connection,
        page::{Column, ListPage, Orders, Page, sql::load_page},
    },
    error::Result,
};

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

use schema::history_records;

/// A change of a record, as an entry of the history.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = history_records, check_for_backend(Pg))]
pub(super) struct HistoryRow {
    pub(super) id: i64,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub(super) time: Timestamp,
    pub(super) actor_id: Option<i64>,
    pub(super) actor_name: String,
    pub(super) session_id: Option<Uuid>,
    pub(super) rpc: String,
    pub(super) kind: String,
    pub(super) record: String,
    pub(super) record_id: i64,
    pub(super) record_name: String,
    pub(super) changes: String,
}

impl HistoryRow {
    /// About the size of the entry in a reply, in bytes.
    pub(super) fn size(&self) -> usize {
        let texts = [
            &self.actor_name,
            &self.rpc,
            &self.record_name,
            &self.changes,
        ];
        texts.into_iter().map(String::len).sum()
    }
}

/// The change of a field, as the triggers write it in JSON. For references, the values are the names
/// of the referenced records.
#[derive(Debug, Deserialize)]
pub(super) struct FieldRow {
    pub(super) field: String,
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
    #[serde(default)]
    pub(super) old_name: String,
    #[serde(default)]
    pub(super) new_name: String,
}

/// The orders of the history.
pub const ORDERS: Orders = Orders {
    columns: &[Column::new("id", "id", "bigint")],
    allowed: "id",
    default: "id desc",
};

/// The filters of the history.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filter {
    /// Only changes of this kind of record.
    pub(super) record: Option<RecordKind>,
    /// Only changes of the record with this id.
    pub(super) record_id: Option<i64>,
    /// Only changes by this collaborator.
    pub(super) actor: Option<i64>,
    /// Only changes at this time or later.
    pub(super) after: Option<Timestamp>,
    /// Only changes before this time.
    pub(super) before: Option<Timestamp>,
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
        query = query.filter(history_records::record.eq(record.name()));
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
pub(super) async fn list(
    connection: Connection,
    filter: Filter,
    page: &Page,
) -> Result<ListPage<HistoryRow>> {
    load_page!(
        connection,
        page,
        page.after.as_ref().map(|end| end.total),
        filtered(filter),
        history_records,
        HistoryRow
    )
}
