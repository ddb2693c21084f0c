//! The list of a tab: what is asked for, what has come, and where one stands. The selection
//! belongs to a record, not to a row number.

mod refresh;

use jiff::Timestamp;
use tui_input::Input;

pub use self::refresh::Followed;
use super::list::refresh::Refresh;
use crate::{
    api::{ApiRequest, Page},
    record::{ParentFilter, Record, Tab},
    screens::spec::{ListQuery, Order},
};

/// Records a page while scrolling.
const PAGE: i32 = 100;
/// Records a page while looking for the selected record again: the most the server gives.
const LARGE_PAGE: i32 = 200;
/// How far down the list to look for the selected record after sorting.
const SEEK: usize = 4_000;

/// What a list is narrowed to and ordered by.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// In which order.
    pub order: Order,
    /// Which filters are on, by their place in the screen's table.
    pub filters: Vec<usize>,
    /// Only what belongs to this record, with its name.
    pub within: Option<(ParentFilter, String)>,
}

/// A tab's list.
pub struct List {
    /// Whose list.
    pub tab: Tab,
    /// What is asked for.
    pub wanted: Wanted,
    /// The words to find.
    pub search: Input,
    /// Tells the latest typing into the search line from earlier ones.
    pub generation: u64,
    /// Whether keys go to the search line.
    pub searching: bool,
    /// What has come so far, from the first on.
    pub records: Vec<Record>,
    /// Asks for what comes next; empty at the end.
    next: String,
    /// The question of the first page: a page token is good for the same question only.
    question: Option<ListQuery>,
    /// How many there are on all pages, once it is known; and whether there are even more.
    pub total: Option<(u64, bool)>,
    /// How many each filter leaves; the first is for none of them.
    pub counts: Vec<Option<(u64, bool)>>,
    /// The record one stands on, even while its row has not come back yet.
    pub selected: Option<Record>,
    /// Its row, when it is there.
    pub row: Option<usize>,
    /// The row it had last, for going on from there when it is gone.
    near: usize,
    /// The first row on the screen.
    pub top: usize,
    /// The number of a record to stand on as soon as it comes.
    seeking: Option<Seek>,
    /// Whether the last question was refused.
    pub failed: bool,
    /// Whether what it shows is what there is.
    pub age: Age,
    /// What has come so far, while it is read again.
    refresh: Option<Refresh>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Seek {
    id: i64,
    /// Whether to page on until it is found.
    far: bool,
}

/// Whether what a list shows is what there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// It is to be asked for from the start.
    NotLoaded,
    /// Others have changed something that it shows: it is to be read again.
    Stale,
    /// As far as the client knows.
    Fresh,
}

/// What to do after a page has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// Nothing more.
    Rest,
    /// Ask for the next page: the selected record may be on it.
    More,
}

impl List {
    /// An empty list.
    #[must_use]
    pub fn new(tab: Tab) -> Self {
        let screen = tab.screen();
        Self {
            tab,
            wanted: Wanted {
                order: screen.order,
                filters: Vec::new(),
                within: None,
            },
            search: Input::default(),
            generation: 0,
            searching: false,
            records: Vec::new(),
            next: String::new(),
            question: None,
            total: None,
            counts: vec![None; screen.filters.len() + 1],
            selected: None,
            row: None,
            near: 0,
            top: 0,
            seeking: None,
            failed: false,
            age: Age::NotLoaded,
            refresh: None,
        }
    }

    fn ask(&self, page_size: i32, page_token: String, now: Timestamp) -> ListQuery {
        ListQuery {
            page_size,
            page_token,
            order: self.wanted.order,
            query: self.search.value().trim().to_owned(),
            filters: self.wanted.filters.clone(),
            within: self.wanted.within.as_ref().map(|(of, _)| *of),
            now,
        }
    }

    /// The question for the first page, keeping the selection; `far` looks for it on later pages
    /// too, since only the order or the data has changed.
    pub fn first_page(&mut self, far: bool, now: Timestamp) -> ApiRequest {
        let id = self.selected.as_ref().map(Record::id);
        self.seeking = self
            .seeking
            .or(id.map(|id| Seek { id, far }))
            .map(|seek| Seek { far, ..seek });
        self.age = Age::Fresh;
        self.failed = false;
        self.refresh = None;
        let size = if far { LARGE_PAGE } else { PAGE };
        let ask = self.ask(size, String::new(), now);
        let call = (self.tab.screen().call)(&ask);
        self.question = Some(ask);
        call
    }

    /// The question for the page after what has come; `None` at the end of the list.
    #[must_use]
    pub fn next_page(&self) -> Option<ApiRequest> {
        let ask = ListQuery {
            page_token: self.next.clone(),
            ..self.question.clone()?
        };
        (!self.next.is_empty()).then(|| (self.tab.screen().call)(&ask))
    }

    /// The question how many records a filter leaves; the first is for none of them.
    #[must_use]
    pub fn count(&self, index: usize, now: Timestamp) -> ApiRequest {
        let filters = index.checked_sub(1).into_iter().collect();
        let ask = ListQuery {
            query: String::new(),
            filters,
            within: None,
            ..self.ask(1, String::new(), now)
        };
        (self.tab.screen().call)(&ask)
    }

    /// Stands on this record as soon as it comes.
    pub fn seek(&mut self, id: i64) {
        self.seeking = Some(Seek { id, far: true });
        self.selected = None;
        self.row = None;
    }

    /// Takes a page.
    pub fn take(&mut self, page: Page, appended: bool, visible: usize) -> After {
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
            return After::Rest;
        };
        if let Some(row) = self.position(seek.id) {
            self.seeking = None;
            self.go_to(row, visible);
        } else if seek.far && !self.next.is_empty() && self.records.len() < SEEK {
            return After::More;
        } else {
            self.seeking = None;
            self.go_to(0, visible);
        }
        After::Rest
    }

    /// Moves by so many rows. Answers whether the next page is wanted.
    pub fn step(&mut self, by: isize, visible: usize) -> bool {
        // Where a record is gone, the one below has come up to its row.
        let (from, by) = match self.row {
            Some(row) => (row, by),
            None => (self.near, by - by.signum().max(0)),
        };
        self.go_to(from.saturating_add_signed(by), visible);
        self.wants_more(visible)
    }

    /// Stands on a row, the last one when there are fewer.
    pub fn go_to(&mut self, row: usize, visible: usize) {
        let row = row.min(self.records.len().saturating_sub(1));
        self.selected = self.records.get(row).cloned();
        self.row = self.selected.is_some().then_some(row);
        self.near = row;
        self.seeking = None;
        self.show_row(visible);
    }

    /// Scrolls so that the selected row is on the screen.
    pub fn show_row(&mut self, visible: usize) {
        let row = self.row.unwrap_or(0);
        let lowest = row.saturating_sub(visible.saturating_sub(1));
        self.top = self.top.clamp(lowest, row);
    }

    /// Scrolls without moving the selection. Answers whether the next page is wanted.
    pub fn scroll(&mut self, by: isize, visible: usize) -> bool {
        let last = self.records.len().saturating_sub(visible);
        self.top = self.top.saturating_add_signed(by).min(last);
        self.wants_more(visible)
    }

    /// Whether the rows on the screen come near the end of what has come.
    #[must_use]
    pub fn wants_more(&self, visible: usize) -> bool {
        !self.next.is_empty() && self.top + 2 * visible >= self.records.len()
    }

    /// Takes a record as it was just saved, wherever it stands.
    pub fn put(&mut self, record: &Record) {
        if let Some(row) = self.records.iter_mut().find(|r| r.id() == record.id()) {
            row.clone_from(record);
        }
        if let Some(selected) = self.selected.as_mut().filter(|r| r.id() == record.id()) {
            selected.clone_from(record);
        }
    }

    /// Whether this version of a record is on the screen, or will be once its page has come.
    #[must_use]
    pub fn shows(&self, id: i64, etag: &str) -> bool {
        let mut shown = self.records.iter().chain(&self.selected);
        shown.any(|record| record.id() == id && record.etag() == etag)
    }

    fn position(&self, id: i64) -> Option<usize> {
        self.records.iter().position(|record| record.id() == id)
    }

    /// Others have changed something that it shows.
    pub fn grow_stale(&mut self) {
        if self.age == Age::Fresh {
            self.age = Age::Stale;
        }
    }

    /// Whether one stands on this record.
    #[must_use]
    pub fn stands_on(&self, id: i64) -> bool {
        self.selected.as_ref().is_some_and(|r| r.id() == id)
    }

    /// Forgets a record that was deleted; where one stood on it, the one below takes its place.
    pub fn remove(&mut self, id: i64, visible: usize) {
        let row = self.position(id);
        if let Some(row) = row {
            self.records.remove(row);
            if let Some((total, _)) = &mut self.total {
                *total = total.saturating_sub(1);
            }
        }
        if self.stands_on(id) {
            self.go_to(row.unwrap_or(self.near), visible);
        }
    }

    /// Turns a filter on or off.
    pub fn toggle(&mut self, filter: usize) {
        let filters = &mut self.wanted.filters;
        if let Some(at) = filters.iter().position(|&other| other == filter) {
            filters.remove(at);
            return;
        }
        if self.tab.screen().filters[filter].alone {
            filters.clear();
        }
        filters.push(filter);
        filters.sort_unstable();
    }

    /// Whether the list shows everything there is.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.wanted.filters.is_empty()
            && self.wanted.within.is_none()
            && self.search.value().trim().is_empty()
    }
}
