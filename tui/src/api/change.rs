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

/// A message of the stream, and where the stream continues after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedChange {
    /// The message.
    pub event: ChangeEvent,
    /// The `resume_token` of a later stream; empty for one from then on.
    pub resume_token: String,
    /// The message as the server has sent it; `None` for what the client has found itself.
    pub message: Option<WatchChangesResponse>,
}

impl ReceivedChange {
    /// A message, and the token that continues after it.
    #[must_use]
    pub fn new(event: ChangeEvent, resume_token: &str) -> Self {
        Self {
            event,
            resume_token: resume_token.to_owned(),
            message: None,
        }
    }

    /// A message of the server; `None` when it says that nothing was missed.
    pub(crate) fn from_message(message: WatchChangesResponse) -> Option<Self> {
        Some(Self {
            event: ChangeEvent::from_message(message.clone())?,
            resume_token: message.resume_token.clone(),
            message: Some(message),
        })
    }
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

impl ChangeEvent {
    /// What a message of the stream means; `None` when nothing was missed.
    pub(crate) fn from_message(message: WatchChangesResponse) -> Option<Self> {
        match message.kind() {
            ChangeKind::Reload => return Some(Self::Reload),
            ChangeKind::Resumed => return None,
            _ => {}
        }
        Some(Self::Change(Change {
            deleted: message.kind() == ChangeKind::Deleted,
            record: message.record(),
            id: message.id,
            etag: message.etag,
            actor: message.actor_name,
        }))
    }
}
