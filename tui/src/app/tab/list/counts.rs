//! The numbers of records beside the filters of a list: within its parent, if it has one.

use epic_events::v1::Role;
use jiff::Timestamp;

use super::List;
use crate::{
    api::ApiRequest,
    record::{ParentFilter, Tab},
    screens::spec::{Filter, ListQuery},
};

/// A number of records, and whether it is a lower bound.
pub(crate) type Count = (u64, bool);

/// The numbers of records of the lists to which the filters of a tab lead.
pub(super) struct Counts {
    /// The parent within which the records are counted.
    parent: Option<ParentFilter>,
    /// Index 0 stands for no filter.
    numbers: Vec<Option<Count>>,
}

impl Counts {
    /// Nothing is counted yet.
    pub(super) fn new(tab: Tab) -> Self {
        Self {
            parent: None,
            numbers: vec![None; tab.screen().filters.len() + 1],
        }
    }
}

impl List {
    /// The requests that count the records of each filter that is offered to the role, with its index.
    pub(crate) fn count_requests(
        &mut self,
        role: Option<Role>,
        now: Timestamp,
    ) -> Vec<(usize, ApiRequest)> {
        let parent = self.criteria.parent_filter();
        if self.counts.parent != parent {
            self.counts = Counts {
                parent,
                ..Counts::new(self.tab)
            };
        }
        let screen = self.tab.screen();
        let filters = screen.filters.iter().map(Some);
        let all = [None].into_iter().chain(filters).enumerate();
        let offered = all.filter(|(_, filter)| {
            filter.is_none_or(|filter| role.is_some_and(|role| (filter.for_role)(role)))
        });
        let request = |(index, filter): (usize, Option<&'static Filter>)| {
            let query = ListQuery {
                query: String::new(),
                filters: filter.map_or_else(Vec::new, |it| screen.chosen(it)),
                ..self.query(1, String::new(), now)
            };
            (index, (screen.list_request)(&query))
        };
        offered.map(request).collect()
    }

    /// Stores the number of records of the filter with this index.
    pub(crate) fn set_count(&mut self, index: usize, count: Count) {
        if let Some(number) = self.counts.numbers.get_mut(index) {
            *number = Some(count);
        }
    }

    /// The number of records that the list has with exactly these filters; `None` if they were not counted,
    /// as under a search text.
    #[must_use]
    pub fn count_of(&self, filters: &[&'static Filter]) -> Option<Count> {
        if !self.search.value().trim().is_empty()
            || self.counts.parent != self.criteria.parent_filter()
        {
            return None;
        }
        let screen = self.tab.screen();
        let mut lists = screen.filters.iter().map(|it| screen.chosen(it));
        let index = if filters.is_empty() {
            0
        } else {
            1 + lists.position(|list| is_same_set(&list, filters))?
        };
        self.counts.numbers.get(index).copied().flatten()
    }

    /// The number of records beside a filter while `active` are active: that of the list to which it leads.
    /// An active filter has a number only if that is also the number of the list on the screen.
    #[must_use]
    pub(crate) fn count_beside(
        &self,
        filter: &'static Filter,
        active: &[&'static Filter],
    ) -> Option<Count> {
        let chosen = self.tab.screen().chosen(filter);
        let is_other = active.contains(&filter) && !is_same_set(&chosen, active);
        if is_other {
            None
        } else {
            self.count_of(&chosen)
        }
    }
}

fn is_same_set(some: &[&'static Filter], others: &[&'static Filter]) -> bool {
    some.len() == others.len() && some.iter().all(|it| others.contains(it))
}
