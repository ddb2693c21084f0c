//! The latest changes of the selected record, for the record pane.

use epic_events::v1::{HistoryEntry, ListHistoryRequest};

use crate::{
    api::ApiRequest,
    record::{Record, Tab},
};

/// Number of changes.
const COUNT: i32 = 3;

/// A version of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Version {
    tab: Tab,
    id: i64,
    etag: String,
}

/// The latest changes of the selected record.
#[derive(Debug, Default)]
pub struct RecentChanges {
    version: Option<Version>,
    entries: Vec<HistoryEntry>,
    /// Identifies the timer of the latest selection.
    generation: u64,
}

/// How a selection differs from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Selection {
    /// It is the same version of the same record, or none as before.
    Same,
    /// It is another version of the record.
    Changed,
    /// It is another record.
    Other,
}

impl RecentChanges {
    /// The changes, the latest first; none before they are loaded.
    pub(crate) fn entries(&self) -> &[HistoryEntry] {
        &self.entries
    }

    /// Compares a selection with the one that the changes are of.
    pub(super) fn compare(&self, selected: Option<&Record>) -> Selection {
        match (selected, &self.version) {
            (None, None) => Selection::Same,
            (Some(record), Some(version)) if *version == Version::of(record) => Selection::Same,
            (Some(record), Some(version)) if version.is_of(record) => Selection::Changed,
            _ => Selection::Other,
        }
    }

    /// Follows the selection. Changes of another record are forgotten; those of an earlier version stay
    /// until the next ones are loaded.
    pub(super) fn select(&mut self, selected: Option<&Record>, generation: u64) {
        if self.compare(selected) == Selection::Other {
            self.entries.clear();
        }
        self.version = selected.map(Version::of);
        self.generation = generation;
    }

    /// The request for the changes, if this timer is that of the latest selection.
    pub(super) fn request(&self, generation: u64) -> Option<ApiRequest> {
        let version = self.version.as_ref();
        let version = version.filter(|_| self.generation == generation)?;
        Some(ApiRequest::ListHistory(ListHistoryRequest {
            page_size: COUNT,
            record: version.tab.record_type().into(),
            record_id: Some(version.id),
            ..ListHistoryRequest::default()
        }))
    }

    pub(super) fn show(&mut self, entries: Vec<HistoryEntry>) {
        self.entries = entries;
    }
}

impl Version {
    fn of(record: &Record) -> Self {
        Self {
            tab: record.tab(),
            id: record.id(),
            etag: record.etag().to_owned(),
        }
    }

    fn is_of(&self, record: &Record) -> bool {
        (self.tab, self.id) == (record.tab(), record.id())
    }
}
