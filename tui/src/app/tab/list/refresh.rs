//! Refreshes a list that is on the screen, because others have changed something. The new pages
//! replace the old ones when all of them have come; selection and scroll position stay.

use jiff::Timestamp;

use super::{Freshness, LARGE_PAGE, List};
use crate::{
    api::{ApiRequest, Page},
    record::Record,
    screens::spec::ListQuery,
};

/// What has come so far of a refresh.
pub(super) struct Refresh {
    query: ListQuery,
    records: Vec<Record>,
}

/// What a refreshed page leads to.
pub(crate) enum Refreshed {
    /// The next page has to be requested.
    NeedsMore(ApiRequest),
    /// The list is current.
    Complete,
    /// The list is current, but the selected record is not in it: it may be further down, or no
    /// longer match the filters.
    SelectionLost,
}

impl List {
    /// The request that begins a refresh; `None` when nothing was loaded before. It repeats the
    /// last query, not what is being typed into the search line.
    pub(crate) fn start_refresh(&mut self, now: Timestamp) -> Option<ApiRequest> {
        let query = ListQuery {
            page_size: LARGE_PAGE,
            now,
            ..self.query.clone()?
        };
        self.freshness = Freshness::Fresh;
        let request = (self.tab.screen().list_request)(&query);
        self.refresh = Some(Refresh {
            query,
            records: Vec::new(),
        });
        Some(request)
    }

    /// Adds a page of a refresh; the last one replaces the list.
    pub(crate) fn on_refreshed_page(&mut self, page: Page, visible: usize) -> Refreshed {
        let Some(mut refresh) = self.refresh.take() else {
            return Refreshed::Complete;
        };
        refresh.records.extend(page.records);
        // What is below the screen is loaded on scrolling.
        let needed = (self.top + 2 * visible).max(self.row.map_or(0, |row| row + 1));
        if !page.next.is_empty() && refresh.records.len() < needed {
            let query = ListQuery {
                page_token: page.next,
                ..refresh.query.clone()
            };
            self.refresh = Some(refresh);
            return Refreshed::NeedsMore((self.tab.screen().list_request)(&query));
        }
        let anchor = self.anchor(visible);
        self.records = refresh.records;
        self.query = Some(refresh.query);
        self.next = page.next;
        self.total = Some((page.total, page.at_least));
        self.restore_selection(visible);
        self.restore_scroll(anchor, visible);
        match (&self.selected, self.row) {
            (Some(_), None) => Refreshed::SelectionLost,
            _ => Refreshed::Complete,
        }
    }

    /// Leaves the list as it is.
    pub(crate) fn abort_refresh(&mut self) {
        self.refresh = None;
    }

    /// Finds the row of the selected record and its new version.
    fn restore_selection(&mut self, visible: usize) {
        let Some(id) = self.selected.as_ref().map(Record::id) else {
            self.go_to(0, visible);
            return;
        };
        self.row = self.position(id);
        if let Some(row) = self.row {
            self.selected = self.records.get(row).cloned();
            self.near = row;
        }
    }

    /// The record that stays where it is on the screen, and its line there: the selected one, or
    /// the first on the screen when the selected one is not.
    fn anchor(&self, visible: usize) -> Option<(i64, usize)> {
        let seen = |row: &usize| (self.top..self.top + visible).contains(row);
        let row = self.row.filter(seen).unwrap_or(self.top);
        let record = self.records.get(row)?;
        Some((record.id(), row - self.top))
    }

    /// Scrolls so that the record is in that line again. At the very top the list stays there, where
    /// new records come in, as long as the record is still on the screen.
    fn restore_scroll(&mut self, anchor: Option<(i64, usize)>, visible: usize) {
        let found = anchor.and_then(|(id, line)| Some((self.position(id)?, line)));
        if let Some((row, line)) = found
            && (self.top > 0 || row >= visible)
        {
            self.top = row.saturating_sub(line);
        }
        self.top = self.top.min(self.records.len().saturating_sub(visible));
    }
}
