//! The list of a tab: its criteria, the loaded records and the selection. The selection belongs to
//! a record, not to a row number.

mod counts;
mod criteria;
mod kept;
mod months;
mod refresh;
mod selection;
mod side;

use jiff::{Timestamp, tz::TimeZone};
use tui_input::Input;

pub(crate) use self::{
    counts::Count, criteria::Criteria, refresh::Refreshed, selection::Place, side::Side,
};
use self::{counts::Counts, refresh::Refresh};
use crate::{
    api::{ApiRequest, Page},
    record::{Record, Tab},
    screens::spec::ListQuery,
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
    /// The time zone in which times are displayed.
    zone: TimeZone,
    /// Its filters and its order.
    pub criteria: Criteria,
    /// The search text.
    pub search: Input,
    /// Identifies the timer of the latest typing into the search line.
    pub generation: u64,
    /// Whether the search line has the focus.
    pub searching: bool,
    /// The loaded records without a gap: from the first one of the list on, or up to the last one.
    pub records: Vec<Record>,
    /// The side from which they are loaded.
    loaded: Side,
    /// The side from which the last request loads the list.
    requested: Side,
    /// The token of the next page, away from that side; empty if all records are loaded.
    next_page_token: String,
    /// The query of the first page: a page token is valid for the same query only.
    query: Option<ListQuery>,
    /// The query whose records are loaded.
    shown: Option<ListQuery>,
    /// The number of records on all pages, and whether it is a lower bound; `None` before the first
    /// page.
    pub total: Option<(u64, bool)>,
    counts: Counts,
    /// The selected record, also while its row is not loaded.
    pub selected: Option<Record>,
    /// Its row, if it is loaded.
    pub row: Option<usize>,
    /// The selected record, if it is among the loaded ones only because it is selected: the filters
    /// no longer match it.
    kept: Option<i64>,
    /// The selected record before a search or a filter, and its line on the screen, for when nothing is found.
    remembered: Option<(Record, Option<usize>)>,
    /// The last known row of the selected record. The selection moves from there when the record
    /// is no longer in the list.
    last_row: usize,
    /// The first row on the screen.
    pub top: usize,
    /// What to select as soon as it is loaded.
    seek: Option<Seek>,
    /// Whether the last request failed.
    pub failed: bool,
    /// Whether the records are current.
    pub freshness: Freshness,
    /// The loaded part of a refresh.
    refresh: Option<Refresh>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Seek {
    /// A record.
    Record {
        id: i64,
        /// Whether to load pages until it is found.
        all_pages: bool,
        /// The line of the screen where it stays, if it was on the screen.
        line: Option<usize>,
    },
    /// The first or the last record, that of the side from which the list is loaded, and from there so many
    /// rows on.
    Edge(isize),
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
    pub(crate) fn new(tab: Tab, zone: TimeZone) -> Self {
        Self {
            tab,
            zone,
            criteria: Criteria::new(tab),
            search: Input::default(),
            generation: 0,
            searching: false,
            records: Vec::new(),
            loaded: Side::Start,
            requested: Side::Start,
            next_page_token: String::new(),
            query: None,
            shown: None,
            total: None,
            counts: Counts::new(tab),
            selected: None,
            row: None,
            kept: None,
            last_row: 0,
            remembered: None,
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
            order: self.requested.order(self.criteria.order),
            query: self.search.value().trim().to_owned(),
            filters: self.criteria.filters.clone(),
            parent: self.criteria.parent_filter(),
            now,
        }
    }

    /// Whether the records are those of an earlier search text, filter or parent: the records of the current
    /// ones have not arrived yet.
    #[must_use]
    pub(crate) fn is_outdated(&self) -> bool {
        let Some(shown) = &self.shown else {
            return false;
        };
        shown.query != self.search.value().trim()
            || shown.filters != self.criteria.filters
            || shown.parent != self.criteria.parent_filter()
    }

    /// The request for the first page, of the side that is loaded if the criteria are the same; the
    /// selection stays. With `all_pages`, the selected record is searched for on later pages too.
    pub(crate) fn first_page_request(&mut self, all_pages: bool, now: Timestamp) -> ApiRequest {
        if self.is_another_list() {
            self.begin_at_start();
        }
        let selected = self.selected.as_ref().map(Record::id);
        let sought = match self.seek {
            Some(Seek::Record { id, line, .. }) => Some((id, line)),
            Some(Seek::Edge(_)) => None,
            None => selected.map(|id| (id, None)),
        };
        if let Some((id, line)) = sought {
            self.seek = Some(Seek::Record {
                id,
                all_pages,
                line,
            });
        }
        let size = if all_pages { LARGE_PAGE } else { PAGE };
        self.first_request(size, now)
    }

    /// Whether the criteria differ from those of the last request.
    fn is_another_list(&self) -> bool {
        self.query.as_ref().is_some_and(|last| {
            let now = self.query(last.page_size, String::new(), last.now);
            let criteria = |it: ListQuery| (it.order, it.query, it.filters, it.parent);
            criteria(now) != criteria(last.clone())
        })
    }

    /// Loads the list from its first record on.
    fn begin_at_start(&mut self) {
        self.requested = Side::Start;
        self.stop_going();
    }

    fn first_request(&mut self, size: i32, now: Timestamp) -> ApiRequest {
        self.freshness = Freshness::Current;
        self.failed = false;
        self.refresh = None;
        let query = self.query(size, String::new(), now);
        let request = (self.tab.screen().list_request)(&query);
        self.query = Some(query);
        request
    }

    /// The request for the next page; `None` at the end of the list.
    #[must_use]
    pub(crate) fn next_page_request(&self) -> Option<ApiRequest> {
        let query = ListQuery {
            page_token: self.next_page_token.clone(),
            ..self.query.clone()?
        };
        // The token is that of the loaded side.
        let has_next = !self.next_page_token.is_empty() && self.requested == self.loaded;
        has_next.then(|| (self.tab.screen().list_request)(&query))
    }

    /// Adds a page, or replaces the list with it.
    pub(crate) fn on_page(&mut self, page: Page, appended: bool, visible: usize) -> PageOutcome {
        if !appended {
            self.shown.clone_from(&self.query);
            self.loaded = self.requested;
            self.records.clear();
            self.kept = None;
            self.row = None;
            self.top = 0;
        }
        self.add(page.records);
        self.next_page_token = page.next_page_token;
        self.total = Some((page.total, page.is_lower_bound));
        let (id, all_pages, line) = match (self.seek, &self.selected) {
            (
                Some(Seek::Record {
                    id,
                    all_pages,
                    line,
                }),
                _,
            ) => (id, all_pages, line),
            (Some(Seek::Edge(steps)), _) => {
                self.select_edge(visible);
                self.move_selection(steps, visible);
                return PageOutcome::Complete;
            }
            (None, None) => {
                self.select_edge(visible);
                return PageOutcome::Complete;
            }
            (None, Some(selected)) => {
                if self.row.is_none() {
                    self.row = self.position(selected.id());
                }
                return PageOutcome::Complete;
            }
        };
        let has_next = !self.next_page_token.is_empty();
        if let Some(row) = self.position(id) {
            self.select_row(row, visible);
            if let Some(line) = line {
                self.scroll_to_line(row, line.min(visible.saturating_sub(1)), visible);
            }
        } else if all_pages && has_next && self.records.len() < MAX_SEEK {
            return PageOutcome::NeedsMore;
        } else if all_pages && !has_next && self.is_selected(id) {
            self.seek = None;
            self.keep_selected(self.last_row, visible);
        } else {
            self.select_nearest(visible);
        }
        PageOutcome::Complete
    }

    /// Adds the records of a page. The rows on the screen stay there.
    fn add(&mut self, records: Vec<Record>) {
        if self
            .kept
            .is_some_and(|id| records.iter().any(|it| it.id() == id))
        {
            self.forget_kept();
        }
        let records = self.loaded.in_list_order(records);
        match self.loaded {
            Side::Start => self.records.extend(records),
            Side::End => {
                let (count, is_first) = (records.len(), self.records.is_empty());
                self.records.splice(0..0, records);
                if !is_first {
                    self.row = self.row.map(|row| row + count);
                    self.last_row += count;
                    self.top += count;
                }
            }
        }
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
        let was_kept = self.kept.take_if(|kept| *kept == id).is_some();
        if let Some(row) = row {
            self.records.remove(row);
            if let Some((total, _)) = self.total.as_mut().filter(|_| !was_kept) {
                *total = total.saturating_sub(1);
            }
        }
        if self.is_selected(id) {
            self.select_row(row.unwrap_or(self.last_row), visible);
        }
    }

    /// Removes the search text, and activates the filters again that it has removed.
    pub(crate) fn remove_search(&mut self) {
        self.search.reset();
        self.criteria.narrow();
        self.recall_selection();
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
