//! The short menus of a list: filters, orders, where to go.

use epic_events::v1::Me;

use super::{
    model::Model,
    overlay::{Item, Menu, MenuChoice},
};
use crate::record::Record;

/// The filters of the list in front.
pub(super) fn filters(model: &Model) -> Menu {
    let list = model.list();
    let messages = &model.messages;
    let role = model.me.as_ref().map(Me::role);
    let count = |index: usize| match list.counts.get(index) {
        Some(Some((count, at_least))) => messages.count(*count) + if *at_least { "+" } else { "" },
        _ => String::new(),
    };
    let mut items = vec![Item {
        key: None,
        label: messages.get("filter-all"),
        detail: count(0),
        on: list.wanted.filters.is_empty(),
        choice: MenuChoice::All,
    }];
    for (index, filter) in model.tab.screen().filters.iter().enumerate() {
        if role.is_some_and(|role| (filter.for_role)(role)) {
            items.push(Item {
                key: None,
                label: messages.get(filter.label),
                detail: count(index + 1),
                on: list.wanted.filters.contains(&index),
                choice: MenuChoice::Filter(index),
            });
        }
    }
    Menu {
        title: "menu-filter",
        selected: items.iter().position(|item| item.on).unwrap_or(0),
        items,
        many: true,
        toggled: false,
    }
}

/// The orders of the list in front.
pub(super) fn orders(model: &Model) -> Menu {
    let screen = model.tab.screen();
    let order = model.list().wanted.order;
    let columns = (screen.heads)()
        .into_iter()
        .filter_map(|head| Some((head.title, head.order?)));
    let item = |(title, by): (&str, &'static str)| {
        let on = by == order.by;
        let way = if on { Some(order.descending) } else { None };
        Item {
            key: None,
            label: model.messages.get(title),
            detail: way
                .map_or("", |down| if down { "▾" } else { "▴" })
                .to_owned(),
            on,
            choice: MenuChoice::Sort(by),
        }
    };
    let items: Vec<_> = columns
        .chain(screen.orders.iter().copied())
        .map(item)
        .collect();
    Menu {
        title: "menu-sort",
        selected: items.iter().position(|item| item.on).unwrap_or(0),
        items,
        many: false,
        toggled: false,
    }
}

/// Where `g` leads from the selected record.
pub(super) fn links(model: &Model) -> Menu {
    let links = model.selected().map(Record::links).unwrap_or_default();
    let mut items: Vec<_> = links
        .into_iter()
        .map(|link| Item {
            key: Some(link.key),
            label: model.messages.get(link.label),
            detail: match &link.within {
                Some((_, name)) => name.clone(),
                None => link.query.clone(),
            },
            on: false,
            choice: MenuChoice::Link(Box::new(link)),
        })
        .collect();
    items.push(Item {
        key: Some('g'),
        label: model.messages.get("key-top"),
        detail: String::new(),
        on: false,
        choice: MenuChoice::Top,
    });
    Menu {
        title: "menu-go",
        items,
        selected: 0,
        many: false,
        toggled: false,
    }
}
