//! Reading a list again while it is on the screen, because others have changed something: the
//! pages come in aside and take the place of the old ones when all are there, under a selection
//! and a scroll position that stay.

use jiff::Timestamp;

use super::{Age, LARGE_PAGE, List};
use crate::{
    api::{ApiRequest, Page},
    record::Record,
    screens::spec::ListQuery,
};

/// What has come of a list that is read again.
pub(super) struct Refresh {
    question: ListQuery,
    records: Vec<Record>,
}

/// What to do after a page that was read again has come.
pub enum Followed {
    /// Ask for the page after it.
    More(ApiRequest),
    /// The list is as it is now.
    Done,
    /// It is, but the selected record is not among what was read: it may have moved, or no longer
    /// be what the list is narrowed to.
    Lost,
}

impl List {
    /// The question that begins to read the list again; `None` when nothing was read before. What
    /// is being typed into the search line is left for later.
    pub fn follow(&mut self, now: Timestamp) -> Option<ApiRequest> {
        let question = ListQuery {
            page_size: LARGE_PAGE,
            now,
            ..self.question.clone()?
        };
        self.age = Age::Fresh;
        let call = (self.tab.screen().call)(&question);
        self.refresh = Some(Refresh {
            question,
            records: Vec::new(),
        });
        Some(call)
    }

    /// Takes a page that was read again.
    pub fn take_again(&mut self, page: Page, visible: usize) -> Followed {
        let Some(mut fresh) = self.refresh.take() else {
            return Followed::Done;
        };
        fresh.records.extend(page.records);
        // What is below the screen comes when one scrolls there.
        let needed = (self.top + 2 * visible).max(self.row.map_or(0, |row| row + 1));
        if !page.next.is_empty() && fresh.records.len() < needed {
            let ask = ListQuery {
                page_token: page.next,
                ..fresh.question.clone()
            };
            self.refresh = Some(fresh);
            return Followed::More((self.tab.screen().call)(&ask));
        }
        let anchor = self.anchor(visible);
        self.records = fresh.records;
        self.question = Some(fresh.question);
        self.next = page.next;
        self.total = Some((page.total, page.at_least));
        self.stand_again(visible);
        self.hold(anchor, visible);
        match (&self.selected, self.row) {
            (Some(_), None) => Followed::Lost,
            _ => Followed::Done,
        }
    }

    /// Gives up reading it again.
    pub fn leave_as_it_is(&mut self) {
        self.refresh = None;
    }

    /// Finds the row of the selected record, which may have changed with the rest.
    fn stand_again(&mut self, visible: usize) {
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

    /// The record that stays where it is on the screen, and in which of its lines that is: the
    /// selected one, or the first when one has scrolled away from that.
    fn anchor(&self, visible: usize) -> Option<(i64, usize)> {
        let seen = |row: &usize| (self.top..self.top + visible).contains(row);
        let row = self.row.filter(seen).unwrap_or(self.top);
        let record = self.records.get(row)?;
        Some((record.id(), row - self.top))
    }

    /// Scrolls so that the record is in that line again. Whoever is at the very top stays there,
    /// where what is new comes in, as long as the record is on the screen all the same.
    fn hold(&mut self, anchor: Option<(i64, usize)>, visible: usize) {
        let found = anchor.and_then(|(id, line)| Some((self.position(id)?, line)));
        if let Some((row, line)) = found
            && (self.top > 0 || row >= visible)
        {
            self.top = row.saturating_sub(line);
        }
        self.top = self.top.min(self.records.len().saturating_sub(visible));
    }
}
