//! The changes of records by other collaborators.

use epic_events::v1::{ChangeKind, RecordType, WatchChangesResponse};

/// A message of the stream of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeEvent {
    /// A record was changed or deleted.
    Change(Change),
    /// Changes may have been missed; everything must be loaded again.
    Reload,
    /// The stream broke; it is being reopened. A stream that the server ends well has no gap: it is
    /// reopened at once.
    Gap,
    /// The session has ended. No messages follow.
    SessionEnded,
}

/// A changed record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Whether it was deleted.
    pub deleted: bool,
    /// The kind of the record.
    pub record: RecordType,
    /// Its identifier.
    pub id: i64,
    /// Its new version; empty if it was deleted.
    pub etag: String,
    /// Full name of the actor; empty if it was not a signed-in collaborator.
    pub actor: String,
}

impl From<WatchChangesResponse> for ChangeEvent {
    fn from(response: WatchChangesResponse) -> Self {
        if response.kind() == ChangeKind::Reload {
            return Self::Reload;
        }
        Self::Change(Change {
            deleted: response.kind() == ChangeKind::Deleted,
            record: response.record(),
            id: response.id,
            etag: response.etag,
            actor: response.actor_name,
        })
    }
}
