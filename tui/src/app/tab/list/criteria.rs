//! What a list contains, and in which order.

use crate::{
    record::{ParentFilter, Record, Tab},
    screens::spec::{Filter, Order, Viewer},
};

/// The filters and the order of a list.
#[derive(Clone, Debug)]
pub struct Criteria {
    tab: Tab,
    /// The order.
    pub order: Order,
    /// Whether the user has chosen it, and not only gone back to the usual one.
    has_chosen_order: bool,
    /// Whether the user has ordered the list, if only to the usual order: its column is shown.
    pub shows_order: bool,
    /// Whether a search has removed the filters with which the tab opens.
    is_widened: bool,
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
            has_chosen_order: false,
            shows_order: false,
            is_widened: false,
            filters: Vec::new(),
            parent: None,
        };
        criteria.restore_opening_filters();
        criteria
    }

    fn opening_filters(&self) -> Vec<&'static Filter> {
        self.tab.screen().opens_with.iter().collect()
    }

    /// The parent without its name.
    pub(super) fn parent_filter(&self) -> Option<ParentFilter> {
        self.parent.as_ref().map(|(filter, _)| *filter)
    }

    /// Whether the filters are those with which the tab opens.
    #[must_use]
    pub(crate) fn is_as_opened(&self) -> bool {
        self.parent.is_none() && self.filters == self.opening_filters()
    }

    /// Activates the filters with which the tab opens, and no others.
    pub(in crate::app) fn restore_opening_filters(&mut self) {
        self.open_with(self.opening_filters());
    }

    /// Removes the filters with which the tab opens, which a search does not mean. Filters that the user
    /// has chosen stay.
    pub(in crate::app) fn widen(&mut self) {
        if !self.filters.is_empty() && self.filters == self.opening_filters() {
            self.open_with(Vec::new());
            self.is_widened = true;
        }
    }

    /// Activates the filters again that a search has removed. All records are shown if the user has chosen that.
    pub(in crate::app) fn narrow(&mut self) {
        if self.is_widened {
            self.restore_opening_filters();
        }
    }

    /// Removes the parent and the filters that exclude this record, and no others.
    pub(in crate::app) fn show(&mut self, record: &Record, viewer: &Viewer) {
        self.parent.take_if(|(parent, _)| !parent.matches(record));
        let matching = self.filters.iter().copied();
        let matching: Vec<_> = matching
            .filter(|filter| (filter.matches)(record, viewer))
            .collect();
        if matching.len() < self.filters.len() {
            self.open_with(matching);
        }
    }

    /// Lists other records, those of these filters. An order that the user has not chosen becomes theirs.
    pub(in crate::app) fn open_with(&mut self, filters: Vec<&'static Filter>) {
        self.filters = filters;
        self.is_widened = false;
        if !self.has_chosen_order {
            self.order = self.usual_order();
        }
    }

    /// Replaces the filters of the list on the screen. Filters with an order of their own bring it, unless
    /// the user has chosen one; the order stays when they are removed, because the records that are on the
    /// screen stay too. Returns whether these are the last ones of the wider list.
    pub(in crate::app) fn set_filters(&mut self, filters: Vec<&'static Filter>) -> bool {
        let removed = self.filters.iter().filter(|it| !filters.contains(it));
        let are_last = removed.filter_map(|it| it.order).any(|it| it == self.order);
        self.filters = filters;
        self.is_widened = false;
        let own_order = self.own_order().filter(|_| !self.has_chosen_order);
        self.order = own_order.unwrap_or(self.order);
        are_last
    }

    /// Orders the list as the user has chosen.
    pub(in crate::app) fn sort(&mut self, order: Order) {
        self.order = order;
        self.has_chosen_order = order != self.usual_order();
        self.shows_order = true;
    }

    /// The order that the active filters bring.
    pub(super) fn own_order(&self) -> Option<Order> {
        self.filters.iter().find_map(|filter| filter.order)
    }

    /// The order in which the tab lists the records of the active filters.
    fn usual_order(&self) -> Order {
        self.own_order().unwrap_or(self.tab.screen().order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The criteria of the events, and the filter with which they open.
    fn events() -> (Criteria, Vec<&'static Filter>) {
        let events = Criteria::new(Tab::Events);
        let upcoming = events.filters.clone();
        assert_eq!(upcoming.len(), 1);
        (events, upcoming)
    }

    #[test]
    fn upcoming_events_begin_with_the_next_and_all_with_the_last() {
        let (mut events, upcoming) = events();
        assert!(!events.order.descending);
        events.open_with(Vec::new());
        assert_eq!(events.order, Tab::Events.screen().order);
        assert!(events.order.descending);
        events.open_with(upcoming);
        assert!(!events.order.descending);
    }

    #[test]
    fn the_order_on_the_screen_stays_when_a_filter_is_removed() {
        let (mut events, upcoming) = events();
        let next_first = events.order;
        assert!(events.set_filters(Vec::new()), "they are the last ones");
        assert_eq!(events.order, next_first);
        assert!(!events.set_filters(upcoming.clone()));
        assert_eq!(events.order, next_first);
        // The user has not chosen this order.
        events.set_filters(Vec::new());
        events.open_with(Vec::new());
        assert!(events.order.descending);
        assert!(!events.set_filters(upcoming));
        assert_eq!(events.order, next_first);
    }

    #[test]
    fn an_order_that_the_user_has_chosen_stays() {
        let (mut events, upcoming) = events();
        let chosen = Order {
            column: "location",
            descending: false,
        };
        events.sort(chosen);
        assert!(!events.set_filters(Vec::new()));
        assert_eq!(events.order, chosen);
        events.set_filters(upcoming);
        assert_eq!(events.order, chosen);
        events.widen();
        assert_eq!(events.order, chosen);
    }
}
