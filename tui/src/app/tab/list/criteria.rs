//! What a list contains, and in which order.

use crate::{
    record::{ParentFilter, Tab},
    screens::spec::{Filter, Order},
};

/// The filters and the order of a list.
#[derive(Clone, Debug)]
pub struct Criteria {
    tab: Tab,
    /// The order.
    pub order: Order,
    /// The active filters.
    pub filters: Vec<&'static Filter>,
    /// Restricts the list to this parent; the text is the parent's name.
    pub parent: Option<(ParentFilter, String)>,
}

impl Criteria {
    /// Those with which a tab opens.
    pub(super) fn new(tab: Tab) -> Self {
        let mut criteria = Self {
            tab,
            order: tab.screen().order,
            filters: Vec::new(),
            parent: None,
        };
        criteria.set_filters(criteria.opening_filters());
        criteria
    }

    fn opening_filters(&self) -> Vec<&'static Filter> {
        self.tab.screen().opens_with.iter().collect()
    }

    /// Whether the filters are those with which the tab opens.
    #[must_use]
    pub(crate) fn is_as_opened(&self) -> bool {
        self.parent.is_none() && self.filters == self.opening_filters()
    }

    /// Activates the filters with which the tab opens, and no others.
    pub(in crate::app) fn restore_opening_filters(&mut self) {
        self.set_filters(self.opening_filters());
    }

    /// Removes the filters with which the tab opens, which a search does not mean. Filters that the user
    /// has chosen stay.
    pub(in crate::app) fn widen(&mut self) {
        if self.filters == self.opening_filters() {
            self.set_filters(Vec::new());
        }
    }

    /// Replaces the filters. An order that the user has not chosen becomes that of the new filters.
    pub(in crate::app) fn set_filters(&mut self, filters: Vec<&'static Filter>) {
        let is_chosen = self.order != self.usual_order();
        self.filters = filters;
        if !is_chosen {
            self.order = self.usual_order();
        }
    }

    /// The order in which the tab lists the records of the active filters.
    fn usual_order(&self) -> Order {
        let order = self.filters.iter().find_map(|filter| filter.order);
        order.unwrap_or(self.tab.screen().order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upcoming_events_begin_with_the_next_and_all_with_the_last() {
        let mut events = Criteria::new(Tab::Events);
        assert!(!events.order.descending);
        let upcoming = events.filters.clone();
        assert_eq!(upcoming.len(), 1);
        events.set_filters(Vec::new());
        assert_eq!(events.order, Tab::Events.screen().order);
        assert!(events.order.descending);
        events.set_filters(upcoming.clone());
        assert!(!events.order.descending);

        // An order that the user has chosen stays.
        let chosen = Order {
            column: "location",
            descending: false,
        };
        events.order = chosen;
        events.set_filters(Vec::new());
        assert_eq!(events.order, chosen);
        events.set_filters(upcoming);
        assert_eq!(events.order, chosen);
    }
}
