//! The list of a tab: what is requested, what has come, and what is selected. The selection belongs
//! to a record, not to a row number.

mod refresh;

use jiff::Timestamp;
use tui_input::Input;

use self::refresh::Refresh;
pub(crate) use self::refresh::Refreshed;
use crate::{
    api::{ApiRequest, Page},
    record::{ParentFilter, Record, Tab},
    screens::spec::{ListQuery, Order},
};

/// Records a page while scrolling.
const PAGE: i32 = 100;
/// Records a page while searching for the selected record: the most that the server allows.
const LARGE_PAGE: i32 = 200;
/// How many records to search for the selected one after sorting.
const SEEK: usize = 4_000;

/// What a list is narrowed to and ordered by.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The order.
    pub order: Order,
    /// The filters that are on, by their index in the screen's table.
    pub filters: Vec<usize>,
    /// Only what belongs to this record, with its name.
    pub parent: Option<(ParentFilter, String)>,
}

/// A tab's list.
pub struct List {
    /// Its tab.
    pub tab: Tab,
    /// What it is narrowed to and ordered by.
    pub wanted: Wanted,
    /// The text to find.
    pub search: Input,
    /// Tells the latest typing into the search line from earlier ones.
    pub generation: u64,
    /// Whether keys go to the search line.
    pub searching: bool,
    /// What has come so far, from the first on.
    pub records: Vec<Record>,
    /// The token of the next page; empty at the end.
    next: String,
    /// The query of the first page: a page token is valid for the same query only.
    query: Option<ListQuery>,
    /// How many there are on all pages, once it is known; and whether there are even more.
    pub total: Option<(u64, bool)>,
    /// How many records each filter leaves; index 0 stands for no filter.
    pub counts: Vec<Option<(u64, bool)>>,
    /// The selected record, also while its row has not come back yet.
    pub selected: Option<Record>,
    /// Its row, when it is there.
    pub row: Option<usize>,
    /// The row it had last, to continue from there when it is gone.
    near: usize,
    /// The first row on the screen.
    pub top: usize,
    /// The record to select as soon as it comes.
    seeking: Option<Seek>,
    /// Whether the last request was refused.
    pub failed: bool,
    /// Whether it shows the current records.
    pub freshness: Freshness,
    /// What has come so far of a refresh.
    refresh: Option<Refresh>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Seek {
    id: i64,
    /// Whether to page on until it is found.
    far: bool,
}

/// Whether a list shows the current records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// It has to be loaded from the start.
    NotLoaded,
    /// Others have changed something that it shows; it has to be read again.
    Stale,
    /// Nothing is known to have changed.
    Fresh,
}

/// What a page leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageOutcome {
    /// Nothing more.
    Complete,
    /// The next page has to be requested: the selected record may be on it.
    NeedsMore,
}

impl List {
    /// An empty list.
    #[must_use]
    pub(crate) fn new(tab: Tab) -> Self {
        let screen = tab.screen();
        Self {
            tab,
            wanted: Wanted {
                order: screen.order,
                filters: Vec::new(),
                parent: None,
            },
            search: Input::default(),
            generation: 0,
            searching: false,
            records: Vec::new(),
            next: String::new(),
            query: None,
            total: None,
            counts: vec![None; screen.filters.len() + 1],
            selected: None,
            row: None,
            near: 0,
            top: 0,
            seeking: None,
            failed: false,
            freshness: Freshness::NotLoaded,
            refresh: None,
        }
    }

    fn query(&self, page_size: i32, page_token: String, now: Timestamp) -> ListQuery {
        ListQuery {
            page_size,
            page_token,
            order: self.wanted.order,
            query: self.search.value().trim().to_owned(),
            filters: self.wanted.filters.clone(),
            parent: self.wanted.parent.as_ref().map(|(of, _)| *of),
            now,
        }
    }

    /// The request for the first page, under the same selection. With `far`, the selected record is
    /// searched for on later pages too, since only the order or the data has changed.
    pub(crate) fn first_page(&mut self, far: bool, now: Timestamp) -> ApiRequest {
        let id = self.selected.as_ref().map(Record::id);
        self.seeking = self
            .seeking
            .or(id.map(|id| Seek { id, far }))
            .map(|seek| Seek { far, ..seek });
        self.freshness = Freshness::Fresh;
        self.failed = false;
        self.refresh = None;
        let size = if far { LARGE_PAGE } else { PAGE };
        let query = self.query(size, String::new(), now);
        let request = (self.tab.screen().list_request)(&query);
        self.query = Some(query);
        request
    }

    /// The request for the next page; `None` at the end of the list.
    #[must_use]
    pub(crate) fn next_page(&self) -> Option<ApiRequest> {
        let query = ListQuery {
            page_token: self.next.clone(),
            ..self.query.clone()?
        };
        (!self.next.is_empty()).then(|| (self.tab.screen().list_request)(&query))
    }

    /// The request that counts what a filter leaves; index 0 stands for no filter.
    #[must_use]
    pub(crate) fn count(&self, index: usize, now: Timestamp) -> ApiRequest {
        let filters = index.checked_sub(1).into_iter().collect();
        let query = ListQuery {
            query: String::new(),
            filters,
            parent: None,
            ..self.query(1, String::new(), now)
        };
        (self.tab.screen().list_request)(&query)
    }

    /// Selects this record as soon as it comes.
    pub(crate) fn seek(&mut self, id: i64) {
        self.seeking = Some(Seek { id, far: true });
        self.selected = None;
        self.row = None;
    }

    /// Adds a page, or begins the list anew with it.
    pub(crate) fn on_page(&mut self, page: Page, appended: bool, visible: usize) -> PageOutcome {
        if !appended {
            self.records.clear();
            self.row = None;
            self.top = 0;
        }
        self.records.extend(page.records);
        self.next = page.next;
        self.total = Some((page.total, page.at_least));
        let Some(seek) = self.seeking else {
            match &self.selected {
                None => self.go_to(0, visible),
                Some(selected) if self.row.is_none() => self.row = self.position(selected.id()),
                Some(_) => {}
            }
            return PageOutcome::Complete;
        };
        if let Some(row) = self.position(seek.id) {
            self.seeking = None;
            self.go_to(row, visible);
        } else if seek.far && !self.next.is_empty() && self.records.len() < SEEK {
            return PageOutcome::NeedsMore;
        } else {
            self.seeking = None;
            self.go_to(0, visible);
        }
        PageOutcome::Complete
    }

    /// Moves the selection by so many rows. Returns whether the next page is wanted.
    pub(crate) fn step(&mut self, by: isize, visible: usize) -> bool {
        // Where a record is gone, the one below has come up to its row.
        let (from, by) = match self.row {
            Some(row) => (row, by),
            None => (self.near, by - by.signum().max(0)),
        };
        self.go_to(from.saturating_add_signed(by), visible);
        self.wants_more(visible)
    }

    /// Selects a row, the last one when there are fewer.
    pub(crate) fn go_to(&mut self, row: usize, visible: usize) {
        let row = row.min(self.records.len().saturating_sub(1));
        self.selected = self.records.get(row).cloned();
        self.row = self.selected.is_some().then_some(row);
        self.near = row;
        self.seeking = None;
        self.show_row(visible);
    }

    /// Scrolls so that the selected row is on the screen.
    pub(crate) fn show_row(&mut self, visible: usize) {
        let row = self.row.unwrap_or(0);
        let lowest = row.saturating_sub(visible.saturating_sub(1));
        self.top = self.top.clamp(lowest, row);
    }

    /// Scrolls without moving the selection. Returns whether the next page is wanted.
    pub(crate) fn scroll(&mut self, by: isize, visible: usize) -> bool {
        let last = self.records.len().saturating_sub(visible);
        self.top = self.top.saturating_add_signed(by).min(last);
        self.wants_more(visible)
    }

    /// Whether the rows on the screen come near the end of what has come.
    #[must_use]
    pub(crate) fn wants_more(&self, visible: usize) -> bool {
        !self.next.is_empty() && self.top + 2 * visible >= self.records.len()
    }

    /// Replaces the row and the selection of this record.
    pub(crate) fn replace(&mut self, record: &Record) {
        if let Some(row) = self.records.iter_mut().find(|r| r.id() == record.id()) {
            row.clone_from(record);
        }
        if let Some(selected) = self.selected.as_mut().filter(|r| r.id() == record.id()) {
            selected.clone_from(record);
        }
    }

    /// Whether this version of a record is on the screen, or will be once its page has come.
    #[must_use]
    pub(crate) fn shows(&self, id: i64, etag: &str) -> bool {
        let mut shown = self.records.iter().chain(&self.selected);
        shown.any(|record| record.id() == id && record.etag() == etag)
    }

    fn position(&self, id: i64) -> Option<usize> {
        self.records.iter().position(|record| record.id() == id)
    }

    /// Records that others have changed something that it shows.
    pub(crate) fn mark_stale(&mut self) {
        if self.freshness == Freshness::Fresh {
            self.freshness = Freshness::Stale;
        }
    }

    /// Whether the record is selected.
    #[must_use]
    pub(crate) fn is_selected(&self, id: i64) -> bool {
        self.selected.as_ref().is_some_and(|r| r.id() == id)
    }

    /// Removes a record that was deleted; if it was selected, the one below is selected now.
    pub(crate) fn remove(&mut self, id: i64, visible: usize) {
        let row = self.position(id);
        if let Some(row) = row {
            self.records.remove(row);
            if let Some((total, _)) = &mut self.total {
                *total = total.saturating_sub(1);
            }
        }
        if self.is_selected(id) {
            self.go_to(row.unwrap_or(self.near), visible);
        }
    }

    /// Whether the list shows everything there is.
    #[must_use]
    pub(crate) fn is_whole(&self) -> bool {
        self.wanted.filters.is_empty()
            && self.wanted.parent.is_none()
            && self.search.value().trim().is_empty()
    }
}
