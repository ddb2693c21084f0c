//! Refreshes a displayed list after changes by others. The new pages replace the old ones when all
//! of them are loaded; selection and scroll position stay.

use std::mem;

use jiff::Timestamp;

use super::{Freshness, LARGE_PAGE, List, Seek, Side};
use crate::{
    api::{ApiRequest, Page},
    record::Record,
    screens::spec::ListQuery,
};

/// The loaded part of a refresh.
pub(super) struct Refresh {
    side: Side,
    query: ListQuery,
    records: Vec<Record>,
}

/// The outcome of a refreshed page.
pub(crate) enum Refreshed {
    /// The next page has to be requested.
    NeedsMore(Box<ApiRequest>),
    /// The list is current.
    Complete,
    /// The list is current, but the server does not list the selected record, which may be further down
    /// or no longer match the filters.
    SelectionLost,
}

impl List {
    /// The request that begins a refresh; `None` if nothing was loaded before. It repeats the last
    /// query, without the text that is being typed into the search line.
    pub(crate) fn start_refresh(&mut self, now: Timestamp) -> Option<ApiRequest> {
        let query = ListQuery {
            page_size: LARGE_PAGE,
            now,
            ..self.query.clone()?
        };
        self.freshness = Freshness::Current;
        let request = (self.tab.screen().list_request)(&query);
        self.refresh = Some(Refresh {
            side: self.requested,
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
        if !page.next_page_token.is_empty() && refresh.records.len() < self.needed(visible) {
            let query = ListQuery {
                page_token: page.next_page_token,
                ..refresh.query.clone()
            };
            self.refresh = Some(refresh);
            let request = (self.tab.screen().list_request)(&query);
            return Refreshed::NeedsMore(Box::new(request));
        }
        let anchor = self.anchor(visible);
        let records = refresh.side.in_list_order(refresh.records);
        let before = mem::replace(&mut self.records, records);
        self.loaded = refresh.side;
        self.shown = Some(refresh.query.clone());
        self.query = Some(refresh.query);
        self.next_page_token = page.next_page_token;
        self.total = Some((page.total, page.is_lower_bound));
        if let Some(Seek::Edge(steps)) = self.seek {
            self.kept = None;
            self.select_edge(visible);
            self.move_selection(steps, visible);
            return Refreshed::Complete;
        }
        self.restore_selection(&before, visible);
        self.restore_scroll(anchor, visible);
        if self.selected.is_some() && (self.row.is_none() || self.kept.is_some()) {
            return Refreshed::SelectionLost;
        }
        Refreshed::Complete
    }

    /// The number of records to load again. Those beyond the screen are loaded on scrolling.
    fn needed(&self, visible: usize) -> usize {
        match self.loaded {
            Side::Start => (self.top + 2 * visible).max(self.row.map_or(0, |row| row + 1)),
            Side::End => {
                let top = self.row.map_or(self.top, |row| row.min(self.top));
                self.records.len().saturating_sub(top) + visible
            }
        }
    }

    /// Discards an unfinished refresh.
    pub(crate) fn abort_refresh(&mut self) {
        self.refresh = None;
    }

    /// Finds the row of the selected record and its new version. A record that the server does not list
    /// any more stays after the record that it followed.
    fn restore_selection(&mut self, before: &[Record], visible: usize) {
        let was_kept = self.kept.take();
        let Some(id) = self.selected.as_ref().map(Record::id) else {
            self.select_edge(visible);
            return;
        };
        self.row = self.position(id);
        if let Some(row) = self.row {
            self.selected = self.records.get(row).cloned();
            self.last_row = row;
        } else if was_kept == Some(id) || self.next_page_token.is_empty() {
            let at = before.iter().position(|it| it.id() == id);
            let above = &before[..at.unwrap_or(self.last_row).min(before.len())];
            let above = above.iter().rev().find_map(|it| self.position(it.id()));
            self.keep_selected(above.map_or(0, |row| row + 1), visible);
        }
    }

    /// The record that stays in its line on the screen, and that line: the selected record if it is
    /// visible, else the first visible one.
    fn anchor(&self, visible: usize) -> Option<(i64, usize)> {
        let on_screen = self.screen_rows(visible);
        let is_visible = |row: &usize| on_screen.contains(row);
        let row = self.row.filter(is_visible).unwrap_or(self.top);
        let record = self.records.get(row)?;
        Some((record.id(), self.line_of(row)))
    }

    /// Scrolls so that the record is on that line again. A list at its top stays there if the
    /// record is visible, so that new records are visible too.
    fn restore_scroll(&mut self, anchor: Option<(i64, usize)>, visible: usize) {
        let found = anchor.and_then(|(id, line)| Some((self.position(id)?, line)));
        if let Some((row, line)) = found
            && (self.top > 0 || self.line_of(row) >= visible || self.loaded == Side::End)
        {
            self.scroll_to_line(row, line, visible);
        }
        self.top = self.top.min(self.last_top(visible));
    }
}
