//! The history of a record, as far as it was read, and where one stands in it.

use epic_events::v1::{HistoryEntry, ListHistoryRequest, ListHistoryResponse};

use crate::{
    api::ApiRequest,
    record::{Record, Tab},
};

/// Entries a page: more than the tallest screen shows of them.
const PAGE: i32 = 50;

/// A record's history, as far as it was read.
#[derive(Clone, Debug)]
pub struct History {
    /// What kind of record.
    pub tab: Tab,
    /// Its number.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// What has come, the latest first.
    pub entries: Vec<HistoryEntry>,
    /// Asks for what comes next; empty at the end.
    pub(crate) next: String,
    /// How many there are on all pages, once it is known; and whether there are even more.
    pub total: Option<(u64, bool)>,
    /// The entry one stands on.
    pub selected: usize,
    /// While it is read in full: the line it is scrolled to.
    pub reading: Option<usize>,
    /// Why there is nothing, in words.
    pub refused: Option<String>,
    /// Whether there may be new entries.
    pub(crate) stale: bool,
}

impl History {
    pub(crate) fn new(record: &Record) -> Self {
        Self {
            tab: record.tab(),
            id: record.id(),
            name: record.name().to_owned(),
            entries: Vec::new(),
            next: String::new(),
            total: None,
            selected: 0,
            reading: None,
            refused: None,
            stale: false,
        }
    }

    pub(crate) fn call(&self, page_token: String) -> ApiRequest {
        ApiRequest::ListHistory(ListHistoryRequest {
            page_size: PAGE,
            page_token,
            record: self.tab.record().into(),
            record_id: Some(self.id),
            ..ListHistoryRequest::default()
        })
    }

    /// Whether it is this record's.
    #[must_use]
    pub fn is_of(&self, tab: Tab, id: i64) -> bool {
        (self.tab, self.id) == (tab, id)
    }

    /// The entry one stands on.
    #[must_use]
    pub fn current(&self) -> Option<&HistoryEntry> {
        self.entries.get(self.selected)
    }

    /// Whether there is an entry to read in full, and it is not done yet.
    #[must_use]
    pub fn can_be_read(&self) -> bool {
        self.reading.is_none() && self.current().is_some()
    }

    /// Whether there are entries that have not come yet.
    #[must_use]
    pub fn has_more(&self) -> bool {
        !self.next.is_empty()
    }

    /// Moves by so many entries.
    pub(crate) fn step(&mut self, by: isize) {
        let last = self.entries.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }

    pub(crate) fn append(&mut self, page: ListHistoryResponse) {
        self.entries.extend(page.entries);
        self.next = page.next_page_token;
    }

    /// Takes the first page: what is new in it comes before the rest, under a selection that
    /// stays; all of it, when it does not reach down to what is there.
    pub(crate) fn begin(&mut self, page: ListHistoryResponse) {
        let known = self.entries.first().map(|entry| entry.id);
        let Some(new) = page.entries.iter().position(|e| Some(e.id) == known) else {
            self.entries.clear();
            self.selected = 0;
            self.reading = None;
            return self.append(page);
        };
        self.entries.splice(..0, page.entries.into_iter().take(new));
        // Whoever is at the top sees what comes in there.
        if self.selected > 0 || self.reading.is_some() {
            self.selected += new;
        }
    }
}
