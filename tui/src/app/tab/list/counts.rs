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
    /// The active ones of the filters with which the tab opens: others may be chosen together with them.
    opening: Vec<&'static Filter>,
    /// Index 0 stands for no filter.
    numbers: Vec<Option<Count>>,
}

impl Counts {
    /// Nothing is counted yet.
    pub(super) fn new(tab: Tab) -> Self {
        Self {
            parent: None,
            opening: Vec::new(),
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
        let (parent, opening) = self.counted();
        if self.counts.parent != parent {
            self.counts = Counts::new(self.tab);
        }
        let screen = self.tab.screen();
        if self.counts.opening != opening {
            let numbers = self.counts.numbers.iter_mut().skip(1);
            let narrowing = numbers.zip(screen.filters);
            for (number, _) in narrowing.filter(|(_, filter)| filter.narrows_opening) {
                *number = None;
            }
        }
        self.counts.parent = parent;
        self.counts.opening.clone_from(&opening);
        let filters = screen.filters.iter().map(Some);
        let all = [None].into_iter().chain(filters).enumerate();
        let offered = all.filter(|(_, filter)| {
            filter.is_none_or(|filter| role.is_some_and(|role| (filter.for_role)(role)))
        });
        let request = |(index, filter): (usize, Option<&'static Filter>)| {
            let query = ListQuery {
                query: String::new(),
                filters: filter.map_or_else(Vec::new, |it| screen.chosen(it, &opening)),
                ..self.query(1, String::new(), now)
            };
            (index, (screen.list_request)(&query))
        };
        offered.map(request).collect()
    }

    /// What the numbers beside the filters depend on: the parent, and the active ones of the filters with which
    /// the tab opens.
    fn counted(&self) -> (Option<ParentFilter>, Vec<&'static Filter>) {
        let opening = self.tab.screen().opens_with.iter();
        let active = opening.filter(|it| self.criteria.filters.contains(it));
        (self.criteria.parent_filter(), active.collect())
    }

    /// Whether the numbers are those of other lists than the filters lead to now.
    #[must_use]
    pub(crate) fn has_outdated_counts(&self) -> bool {
        self.counted() != (self.counts.parent, self.counts.opening.clone())
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
        let opening = &self.counts.opening;
        let mut lists = screen.filters.iter().map(|it| screen.chosen(it, opening));
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
        let chosen = self.tab.screen().chosen(filter, active);
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
