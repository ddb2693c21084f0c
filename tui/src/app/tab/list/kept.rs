//! The selected record, while the list shows it although the filters no longer match it. It stays in its
//! row until the selection moves, so that the next key does not act on its neighbour.

use super::List;
use crate::{record::Record, screens::spec::Viewer};

impl List {
    /// Whether the filters or the parent exclude this record.
    fn excludes(&self, record: &Record, viewer: &Viewer) -> bool {
        let mut filters = self.criteria.filters.iter();
        let parent = self.criteria.parent.as_ref();
        filters.any(|filter| !(filter.matches)(record, viewer))
            || parent.is_some_and(|(parent, _)| !parent.matches(record))
    }

    /// Keeps the selected record in its row if the filters no longer match it.
    pub(crate) fn keep_excluded(&mut self, viewer: &Viewer, visible: usize) {
        let Some(selected) = &self.selected else {
            return;
        };
        if !self.excludes(selected, viewer) {
            return;
        }
        match self.row {
            Some(_) => self.kept = Some(selected.id()),
            None => self.keep_selected(self.last_row, visible),
        }
    }

    /// Inserts the selected record, which the server no longer lists, as this row.
    pub(super) fn keep_selected(&mut self, row: usize, visible: usize) {
        let Some(selected) = self.selected.clone() else {
            return;
        };
        let row = row.min(self.records.len());
        self.kept = Some(selected.id());
        self.records.insert(row, selected);
        self.row = Some(row);
        self.last_row = row;
        self.scroll_to_selection(visible);
    }

    /// The record that is displayed only because it is selected.
    #[must_use]
    pub(crate) const fn kept(&self) -> Option<i64> {
        self.kept
    }

    /// The row that is displayed only because it is selected.
    #[must_use]
    pub(crate) fn kept_row(&self) -> Option<usize> {
        self.kept.and_then(|id| self.position(id))
    }

    /// Removes the kept record if another row is to be selected. Returns where that row is then.
    pub(super) fn leave_kept(&mut self, row: usize) -> usize {
        match self.kept_row() {
            Some(kept) if kept != row => {
                self.forget_kept();
                row - usize::from(kept < row)
            }
            _ => row,
        }
    }

    /// Removes the kept record.
    pub(super) fn forget_kept(&mut self) {
        let Some(kept) = self.kept_row() else {
            return;
        };
        self.records.remove(kept);
        self.kept = None;
        self.row = None;
        if self.top > kept {
            self.top -= 1;
        }
    }
}
