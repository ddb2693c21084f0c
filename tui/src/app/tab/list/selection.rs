//! The selected row of a list, and the rows on the screen.

use std::ops::Range;

use jiff::Timestamp;

use super::{List, PAGE, Seek, Side};
use crate::{api::ApiRequest, record::Record, screens::spec::Viewer};

/// Where the selected record is in the whole list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Its number, from 1 on; 0 without a selection.
    Number(usize),
    /// The number of records after it.
    BeforeEnd(usize),
    /// It is not loaded, or no longer in the list.
    Unknown,
}

impl List {
    /// Makes the first record of the next page the selected one.
    pub(crate) fn go_to_top(&mut self) {
        self.selected = None;
        self.row = None;
        self.last_row = 0;
        self.top = 0;
        self.seek = None;
        self.begin_at_start();
    }

    /// Selects this record as soon as it is loaded.
    pub(crate) fn seek(&mut self, id: i64) {
        self.begin_at_start();
        self.seek = Some(Seek::Record {
            id,
            all_pages: true,
            line: None,
        });
        self.selected = None;
        self.row = None;
    }

    /// Selects this record as soon as it is loaded, on this line of the screen. Until then the list is at its
    /// top: the records that are loaded may be those of another list.
    pub(crate) fn seek_on_line(&mut self, record: Option<Record>, line: Option<usize>) {
        self.go_to_top();
        self.seek = record.as_ref().map(|record| Seek::Record {
            id: record.id(),
            all_pages: true,
            line,
        });
        self.selected = record;
    }

    /// Remembers the selected record before the list is searched or filtered.
    pub(crate) fn remember_selection(&mut self) {
        if let Some(selected) = &self.selected {
            self.remembered = Some((selected.clone(), self.selected_line()));
        }
    }

    /// Selects the remembered record as soon as it is loaded, if nothing was found that is selected now.
    pub(crate) fn recall_selection(&mut self) {
        if self.selected.is_none()
            && let Some((record, line)) = self.remembered.take()
        {
            self.seek_on_line(Some(record), line);
        }
    }

    /// The line of the screen that the selected record is on, or will be on as soon as it is loaded.
    pub(crate) fn selected_line(&self) -> Option<usize> {
        match self.seek {
            Some(Seek::Record { line, .. }) => line,
            Some(Seek::Edge(_)) | None => self.row.map(|row| self.line_of(row)),
        }
    }

    /// The rows that are on the screen.
    pub(crate) fn screen_rows(&self, visible: usize) -> Range<usize> {
        let end = self.top + self.rows_on_screen(visible);
        // However the list was replaced, no row is drawn that it does not have.
        let end = end.min(self.records.len());
        self.top.min(end)..end
    }

    /// Searches for the selected record in a list with other filters, to show it on its line of the screen
    /// again. With `from_end`, that list is loaded from its last record backwards.
    pub(crate) fn seek_selected(&mut self, visible: usize, from_end: bool) {
        let Some(selected) = &self.selected else {
            return;
        };
        // Some of the records that are new above it are visible.
        let least = if from_end { visible / 4 } else { 0 };
        let on_screen = self.screen_rows(visible);
        let row = self.row.filter(|row| on_screen.contains(row));
        self.seek = Some(Seek::Record {
            id: selected.id(),
            all_pages: false,
            line: row.map(|row| self.line_of(row).max(least)),
        });
        if from_end {
            self.begin_at_end();
        }
    }

    /// Moves the selection by this number of rows, also from a record that is still being loaded. Returns
    /// whether the next page is needed.
    pub(crate) fn move_selection(&mut self, step: isize, visible: usize) -> bool {
        if let Some(Seek::Edge(steps)) = &mut self.seek {
            *steps = steps.saturating_add(step);
            return false;
        }
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
        let row = self.leave_kept(row.min(self.records.len().saturating_sub(1)));
        self.selected = self.records.get(row).cloned();
        self.row = self.selected.is_some().then_some(row);
        self.last_row = row;
        self.seek = None;
        self.scroll_to_selection(visible);
    }

    /// Scrolls so that the selected row is on the screen.
    pub(crate) fn scroll_to_selection(&mut self, visible: usize) {
        let row = self.row.unwrap_or(0);
        self.top = self.top.clamp(self.top_with_last(row, visible), row);
    }

    /// Scrolls so that the selected row is on the screen, and no line of it is empty while there are rows above.
    pub(crate) fn fill_screen(&mut self, visible: usize) {
        self.scroll_to_selection(visible);
        self.top = self.top.min(self.last_top(visible));
    }

    /// Scrolls so that this row is on this line, as far as there are rows above and below it.
    pub(super) fn scroll_to_line(&mut self, row: usize, line: usize, visible: usize) {
        let top = self.top_with_last(row, line + 1);
        self.top = top.min(self.last_top(visible));
    }

    /// Scrolls without moving the selection. Returns whether the next page is needed.
    pub(crate) fn scroll(&mut self, rows: isize, visible: usize) -> bool {
        let last = self.last_top(visible);
        self.top = self.top.saturating_add_signed(rows).min(last);
        self.needs_next_page(visible)
    }

    /// The first row on the screen when the list is scrolled to its end.
    pub(super) fn last_top(&self, visible: usize) -> usize {
        self.top_with_last(self.records.len().saturating_sub(1), visible)
    }

    /// Whether the visible rows are near the last loaded record, or near the first one if the list is
    /// loaded from its end.
    #[must_use]
    pub(crate) fn needs_next_page(&self, visible: usize) -> bool {
        let is_near = match self.loaded {
            Side::Start => self.top + 2 * visible >= self.records.len(),
            Side::End => self.top <= visible,
        };
        is_near && !self.next_page_token.is_empty()
    }

    /// Selects the first or the last record. If it is not loaded, returns the request for the records on
    /// that side; the selection stays until they are loaded.
    pub(crate) fn go_to(
        &mut self,
        side: Side,
        visible: usize,
        now: Timestamp,
    ) -> Option<ApiRequest> {
        let is_loaded = self.loaded == side || self.next_page_token.is_empty();
        if is_loaded && self.requested == self.loaded {
            let last = self.records.len().saturating_sub(1);
            self.select_row(if side == Side::Start { 0 } else { last }, visible);
            return None;
        }
        self.requested = side;
        self.seek = Some(Seek::Edge(0));
        Some(self.first_request(PAGE, now))
    }

    /// Whether the first or the last record is requested, to select it.
    #[must_use]
    pub(crate) fn is_going_to(&self, side: Side) -> bool {
        matches!(self.seek, Some(Seek::Edge(_))) && self.requested == side
    }

    /// No longer selects the first or the last record once it is loaded.
    pub(super) fn stop_going(&mut self) {
        self.seek = self.seek.filter(|seek| !matches!(seek, Seek::Edge(_)));
    }

    /// Keeps the loaded records after the request for the other side has failed.
    pub(crate) fn stay_on_side(&mut self) {
        self.stop_going();
        if self.requested != self.loaded && self.shown.is_some() {
            self.requested = self.loaded;
            self.seek = None;
            self.query.clone_from(&self.shown);
        }
    }

    /// Selects the first record, or the last one if the list is loaded from its end.
    pub(super) fn select_edge(&mut self, visible: usize) {
        let row = match self.loaded {
            Side::Start => 0,
            Side::End => self.records.len().saturating_sub(1),
        };
        self.select_row(row, visible);
    }

    /// Selects the first record. A list that is loaded from its end contains what the tab does not open with
    /// above what it opens with, such as past events above the next one, which is selected.
    pub(super) fn select_nearest(&mut self, visible: usize) {
        let opening = self.tab.screen().opens_with;
        let viewer = self.query.as_ref().map(|query| Viewer {
            user: None,
            now: query.now,
        });
        let found = viewer.filter(|_| self.loaded == Side::End && !opening.is_empty());
        let found = found.and_then(|viewer| {
            let opens = |record: &Record| opening.iter().all(|it| (it.matches)(record, &viewer));
            self.records.iter().position(opens)
        });
        match found {
            Some(row) => {
                self.select_row(row, visible);
                self.scroll_to_line(row, visible / 4, visible);
            }
            None => self.select_edge(visible),
        }
    }

    /// Whether the list is shown from its end, and the filters bring no order that begins elsewhere.
    #[must_use]
    pub(crate) fn stays_at_end(&self) -> bool {
        let is_at_end = self.loaded == Side::End && self.requested == Side::End;
        is_at_end && self.criteria.own_order().is_none()
    }

    /// Where the selected record is in the whole list.
    #[must_use]
    pub(crate) fn place(&self) -> Place {
        match self.row {
            None if self.selected.is_some() => Place::Unknown,
            None => Place::Number(0),
            Some(_) if self.kept.is_some() => Place::Unknown,
            Some(row) => match self.rows_before() {
                Some(before) => Place::Number(before + row + 1),
                None => Place::BeforeEnd(self.records.len().saturating_sub(row + 1)),
            },
        }
    }

    /// The number of records before the loaded ones; `None` if the number of all records is not known.
    #[must_use]
    pub(crate) fn rows_before(&self) -> Option<usize> {
        if self.loaded == Side::Start || self.next_page_token.is_empty() {
            return Some(0);
        }
        let (total, _) = self.total.filter(|(_, is_lower_bound)| !is_lower_bound)?;
        let total = usize::try_from(total).unwrap_or(usize::MAX);
        let listed = self.records.len() - usize::from(self.kept.is_some());
        Some(total.saturating_sub(listed))
    }
}
