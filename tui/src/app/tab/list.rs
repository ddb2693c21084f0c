//! The list of a tab: its criteria, the loaded records and the selection. The selection belongs to
//! a record, not to a row number.

mod criteria;
mod refresh;

use jiff::Timestamp;
use tui_input::Input;

use self::refresh::Refresh;
pub(crate) use self::{criteria::Criteria, refresh::Refreshed};
use crate::{
    api::{ApiRequest, Page},
    record::{Record, Tab},
    screens::spec::{Filter, ListQuery, is_too_long},
};

/// Records per page while scrolling.
const PAGE: i32 = 100;
/// Records per page while searching for the selected record: the maximum of the server.
const LARGE_PAGE: i32 = 200;
/// Maximum number of records to load while searching for the selected one.
const MAX_SEEK: usize = 4_000;

/// A tab's list.
pub struct List {
    /// Its tab.
    pub tab: Tab,
    /// Its filters and its order.
    pub criteria: Criteria,
    /// The search text.
    pub search: Input,
    /// Identifies the timer of the latest typing into the search line.
    pub generation: u64,
    /// Whether the search line has the focus.
    pub searching: bool,
    /// The loaded records, from the first one on.
    pub records: Vec<Record>,
    /// The token of the next page; empty at the end.
    next_page_token: String,
    /// The query of the first page: a page token is valid for the same query only.
    query: Option<ListQuery>,
    /// The query whose records are loaded.
    shown: Option<ListQuery>,
    /// The number of records on all pages, and whether it is a lower bound; `None` before the first
    /// page.
    pub total: Option<(u64, bool)>,
    /// The number of records that match each filter; index 0 stands for no filter.
    pub counts: Vec<Option<(u64, bool)>>,
    /// The selected record, also while its row is not loaded.
    pub selected: Option<Record>,
    /// Its row, if it is loaded.
    pub row: Option<usize>,
    /// The last known row of the selected record. The selection moves from there when the record
    /// is no longer in the list.
    last_row: usize,
    /// The first row on the screen.
    pub top: usize,
    /// The record to select as soon as it is loaded.
    seek: Option<Seek>,
    /// Whether the last request failed.
    pub failed: bool,
    /// Whether the records are current.
    pub freshness: Freshness,
    /// The loaded part of a refresh.
    refresh: Option<Refresh>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Seek {
    id: i64,
    /// Whether to load pages until it is found.
    all_pages: bool,
}

/// Whether the records of a list are current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// It has to be loaded from the start.
    NotLoaded,
    /// Displayed data has changed; it has to be refreshed.
    Stale,
    /// No change since the last request is known.
    Current,
}

/// The outcome of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageOutcome {
    /// No further page is needed.
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
            criteria: Criteria::new(tab),
            search: Input::default(),
            generation: 0,
            searching: false,
            records: Vec::new(),
            next_page_token: String::new(),
            query: None,
            shown: None,
            total: None,
            counts: vec![None; screen.filters.len() + 1],
            selected: None,
            row: None,
            last_row: 0,
            top: 0,
            seek: None,
            failed: false,
            freshness: Freshness::NotLoaded,
            refresh: None,
        }
    }

    fn query(&self, page_size: i32, page_token: String, now: Timestamp) -> ListQuery {
        ListQuery {
            page_size,
            page_token,
            order: self.criteria.order,
            query: self.search_text(),
            filters: self.criteria.filters.clone(),
            parent: self.criteria.parent.as_ref().map(|(filter, _)| *filter),
            now,
        }
    }

    /// The typed text, or the text of the list as long as the typed one is too long.
    fn search_text(&self) -> String {
        let last = self.query.as_ref().filter(|_| self.search_is_too_long());
        let last = last.map(|query| query.query.clone());
        last.unwrap_or_else(|| self.search.value().trim().to_owned())
    }

    /// Whether the list does not match the typed text, because the text is too long.
    #[must_use]
    pub(crate) fn search_is_too_long(&self) -> bool {
        is_too_long(self.search.value())
    }

    /// Whether the records are those of an earlier search text, filter or parent: the records of the current
    /// ones have not arrived yet.
    #[must_use]
    pub(crate) fn is_outdated(&self) -> bool {
        let Some(shown) = &self.shown else {
            return false;
        };
        let parent = self.criteria.parent.as_ref().map(|(filter, _)| *filter);
        shown.query != self.search_text()
            || shown.filters != self.criteria.filters
            || shown.parent != parent
    }

    /// The request for the first page; the selection stays. With `all_pages`, the selected record
    /// is searched for on later pages too.
    pub(crate) fn first_page_request(&mut self, all_pages: bool, now: Timestamp) -> ApiRequest {
        let id = self.selected.as_ref().map(Record::id);
        self.seek = self
            .seek
            .or(id.map(|id| Seek { id, all_pages }))
            .map(|seek| Seek { all_pages, ..seek });
        self.freshness = Freshness::Current;
        self.failed = false;
        self.refresh = None;
        let size = if all_pages { LARGE_PAGE } else { PAGE };
        let query = self.query(size, String::new(), now);
        let request = (self.tab.screen().list_request)(&query);
        self.query = Some(query);
        request
    }

    /// Makes the first record of the next page the selected one.
    pub(crate) fn go_to_top(&mut self) {
        self.selected = None;
        self.row = None;
        self.last_row = 0;
        self.top = 0;
        self.seek = None;
    }

    /// The request for the next page; `None` at the end of the list.
    #[must_use]
    pub(crate) fn next_page_request(&self) -> Option<ApiRequest> {
        let query = ListQuery {
            page_token: self.next_page_token.clone(),
            ..self.query.clone()?
        };
        (!self.next_page_token.is_empty()).then(|| (self.tab.screen().list_request)(&query))
    }

    /// The request that counts the records of a filter, or all records.
    #[must_use]
    pub(crate) fn count_request(
        &self,
        filter: Option<&'static Filter>,
        now: Timestamp,
    ) -> ApiRequest {
        let query = ListQuery {
            query: String::new(),
            filters: filter.into_iter().collect(),
            parent: None,
            ..self.query(1, String::new(), now)
        };
        (self.tab.screen().list_request)(&query)
    }

    /// Selects this record as soon as it is loaded.
    pub(crate) fn seek(&mut self, id: i64) {
        self.seek = Some(Seek {
            id,
            all_pages: true,
        });
        self.selected = None;
        self.row = None;
    }

    /// Adds a page, or replaces the list with it.
    pub(crate) fn on_page(&mut self, page: Page, appended: bool, visible: usize) -> PageOutcome {
        if !appended {
            self.shown.clone_from(&self.query);
            self.records.clear();
            self.row = None;
            self.top = 0;
        }
        self.records.extend(page.records);
        self.next_page_token = page.next_page_token;
        self.total = Some((page.total, page.is_lower_bound));
        let Some(seek) = self.seek else {
            match &self.selected {
                None => self.select_row(0, visible),
                Some(selected) if self.row.is_none() => self.row = self.position(selected.id()),
                Some(_) => {}
            }
            return PageOutcome::Complete;
        };
        if let Some(row) = self.position(seek.id) {
            self.seek = None;
            self.select_row(row, visible);
        } else if seek.all_pages
            && !self.next_page_token.is_empty()
            && self.records.len() < MAX_SEEK
        {
            return PageOutcome::NeedsMore;
        } else {
            self.seek = None;
            self.select_row(0, visible);
        }
        PageOutcome::Complete
    }

    /// Moves the selection by this number of rows. Returns whether the next page is needed.
    pub(crate) fn move_selection(&mut self, step: isize, visible: usize) -> bool {
        // When the selected record is no longer in the list, the record below it has moved up to
        // its row.
        let (from, step) = match self.row {
            Some(row) => (row, step),
            None => (self.last_row, step - step.signum().max(0)),
        };
        self.select_row(from.saturating_add_signed(step), visible);
        self.needs_next_page(visible)
    }

    /// Selects a row, or the last one if there are fewer.
    pub(crate) fn select_row(&mut self, row: usize, visible: usize) {
        let row = row.min(self.records.len().saturating_sub(1));
        self.selected = self.records.get(row).cloned();
        self.row = self.selected.is_some().then_some(row);
        self.last_row = row;
        self.seek = None;
        self.scroll_to_selection(visible);
    }

    /// Scrolls so that the selected row is on the screen.
    pub(crate) fn scroll_to_selection(&mut self, visible: usize) {
        let row = self.row.unwrap_or(0);
        let min_top = row.saturating_sub(visible.saturating_sub(1));
        self.top = self.top.clamp(min_top, row);
    }

    /// Scrolls without moving the selection. Returns whether the next page is needed.
    pub(crate) fn scroll(&mut self, rows: isize, visible: usize) -> bool {
        let last = self.records.len().saturating_sub(visible);
        self.top = self.top.saturating_add_signed(rows).min(last);
        self.needs_next_page(visible)
    }

    /// Whether the visible rows are near the last loaded record.
    #[must_use]
    pub(crate) fn needs_next_page(&self, visible: usize) -> bool {
        !self.next_page_token.is_empty() && self.top + 2 * visible >= self.records.len()
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

    /// Whether this version of the record is loaded or selected.
    #[must_use]
    pub(crate) fn contains_version(&self, id: i64, etag: &str) -> bool {
        let mut shown = self.records.iter().chain(&self.selected);
        shown.any(|record| record.id() == id && record.etag() == etag)
    }

    fn position(&self, id: i64) -> Option<usize> {
        self.records.iter().position(|record| record.id() == id)
    }

    /// Marks a loaded list as stale.
    pub(crate) fn mark_stale(&mut self) {
        if self.freshness == Freshness::Current {
            self.freshness = Freshness::Stale;
        }
    }

    /// Whether the record with this identifier is selected.
    #[must_use]
    pub(crate) fn is_selected(&self, id: i64) -> bool {
        self.selected.as_ref().is_some_and(|r| r.id() == id)
    }

    /// Removes a deleted record; if it was selected, selects the one below.
    pub(crate) fn remove(&mut self, id: i64, visible: usize) {
        let row = self.position(id);
        if let Some(row) = row {
            self.records.remove(row);
            if let Some((total, _)) = &mut self.total {
                *total = total.saturating_sub(1);
            }
        }
        if self.is_selected(id) {
            self.select_row(row.unwrap_or(self.last_row), visible);
        }
    }

    /// Removes the search text. Without other filters, those with which the tab opens are active again.
    pub(crate) fn remove_search(&mut self) {
        self.search.reset();
        if self.criteria.filters.is_empty() {
            self.criteria.restore_opening_filters();
        }
    }

    /// Whether the list contains what the tab opens with: no search text, no parent, no other filters.
    #[must_use]
    pub(crate) fn is_as_opened(&self) -> bool {
        self.search.value().trim().is_empty() && self.criteria.is_as_opened()
    }

    /// Whether the records are those of the present criteria.
    #[must_use]
    pub(crate) fn is_loaded(&self) -> bool {
        self.shown.is_some() && !self.is_outdated()
    }

    /// Whether the list has no filter, parent or search text.
    #[must_use]
    pub(crate) fn is_unfiltered(&self) -> bool {
        self.criteria.filters.is_empty()
            && self.criteria.parent.is_none()
            && self.search.value().trim().is_empty()
    }
}
