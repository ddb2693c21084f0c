//! Conversion of history rows into messages.

use epic_events::{
    record_kind::RecordKind,
    v1::{ChangeKind, FieldChange, HistoryEntry, RecordType, WatchChangesResponse},
    value,
};

use crate::{
    change::rows::{FieldRow, HistoryRow},
    db::change_reader::ChangeRow,
    error::Error,
};

/// The kinds of change: the name in the history, and the kind on the wire.
const CHANGE_KINDS: [(&str, ChangeKind); 5] = [
    ("created", ChangeKind::Created),
    ("changed", ChangeKind::Changed),
    ("deleted", ChangeKind::Deleted),
    ("session_revoked", ChangeKind::SessionRevoked),
    ("token_reused", ChangeKind::TokenReused),
];

/// The change kind of a name; unspecified for names of newer servers.
fn change_kind(name: &str) -> ChangeKind {
    let found = CHANGE_KINDS.iter().find(|(known, _)| *known == name);
    found.map_or_else(ChangeKind::default, |(_, kind)| *kind)
}

/// The record type of a name; unspecified for names of newer servers.
fn record_type(name: &str) -> RecordType {
    RecordKind::from_name(name).map_or_else(RecordType::default, RecordKind::record_type)
}

impl ChangeRow {
    /// The message to the streams; `None` for changes of sessions and accounts.
    pub(super) fn into_message(self) -> Option<WatchChangesResponse> {
        let Self {
            kind,
            record,
            version,
            actor_id,
            actor_name,
        } = self;
        let (record, id) = record?;
        Some(WatchChangesResponse {
            kind: change_kind(&kind).into(),
            record: record_type(&record).into(),
            id,
            etag: version.map(value::format_etag).unwrap_or_default(),
            actor_id,
            actor_name,
            // The feed adds it.
            resume_token: String::new(),
        })
    }
}

impl From<FieldRow> for FieldChange {
    fn from(row: FieldRow) -> Self {
        let FieldRow {
            field,
            old,
            new,
            old_name,
            new_name,
        } = row;
        Self {
            field,
            old,
            new,
            old_name,
            new_name,
        }
    }
}

impl TryFrom<HistoryRow> for HistoryEntry {
    type Error = Error;

    fn try_from(row: HistoryRow) -> Result<Self, Error> {
        let HistoryRow {
            id,
            time,
            actor_id,
            actor_name,
            session_id,
            rpc,
            kind,
            record,
            record_id,
            record_name,
            changes,
        } = row;
        let changes: Vec<FieldRow> =
            serde_json::from_str(&changes).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self {
            id,
            time: Some(value::wire_time(time)),
            actor_id,
            actor_name,
            session_id: session_id.map_or_else(String::new, |id| id.to_string()),
            rpc,
            kind: change_kind(&kind).into(),
            record: record_type(&record).into(),
            record_id,
            record_name,
            changes: changes.into_iter().map(FieldChange::from).collect(),
        })
    }
}
