//! The short menus of a list: filters, orders, related records.

mod view;

use epic_events::v1::Me;

use super::{Component, Effect};
use crate::{
    app::{availability::Availability, context::Context, effect::ListChange, tab::list::Count},
    keys::{Action, KeyContext},
    record::{Link, Record},
    screens::spec::Filter,
};

/// A short menu.
#[derive(Clone, Debug)]
pub struct Menu {
    /// Fluent message: its title.
    title: &'static str,
    /// The lines.
    items: Vec<MenuItem>,
    /// The index of the selected line.
    selected: usize,
    /// The active filters, in the menu of filters.
    filters: Option<Vec<&'static Filter>>,
    /// Whether Space has toggled a filter; Enter then only closes the menu.
    toggled: bool,
}

/// A line of a menu.
#[derive(Clone, Debug)]
struct MenuItem {
    /// The letter that chooses it.
    key: Option<char>,
    label: String,
    /// A text to the right of the label.
    detail: String,
    on: bool,
    action: MenuAction,
}

/// The action of a menu item.
#[derive(Clone, Debug)]
enum MenuAction {
    /// Orders the list by this name in `order_by`.
    Sort(&'static str),
    ShowAll,
    /// Activates a filter.
    Filter(&'static Filter),
    /// Opens a related record or list.
    Open(Box<Link>),
    /// Selects the first row of the list.
    Top,
}

impl Menu {
    /// The filters of the list in front.
    pub(super) fn filters(ctx: &Context<'_>) -> Self {
        let filters = ctx.list.criteria.filters.clone();
        let items = filter_items(&filters, ctx);
        Self {
            filters: Some(filters),
            ..Self::new("menu-filter", items)
        }
    }

    /// The orders of the list in front.
    pub(super) fn orders(ctx: &Context<'_>) -> Self {
        let screen = ctx.tab.screen();
        let order = ctx.list.criteria.order;
        let columns = (screen.headers)()
            .into_iter()
            .filter_map(|header| Some((header.title, header.order?, header.from == u16::MAX)));
        let item = |(title, column, _): (&str, &'static str, bool)| {
            let on = column == order.column;
            let detail = match order.descending {
                _ if !on => "",
                true => "↓",
                false => "↑",
            };
            MenuItem {
                key: None,
                label: ctx.messages.get(title),
                detail: detail.to_owned(),
                on,
                action: MenuAction::Sort(column),
            }
        };
        // The columns that only an order shows are less likely, so they are the last.
        let mut columns: Vec<_> = columns.collect();
        columns.sort_by_key(|(_, _, is_hidden)| *is_hidden);
        Self::new("menu-sort", columns.into_iter().map(item).collect())
    }

    /// The records and lists that are related to the selected record.
    pub(super) fn links(ctx: &Context<'_>) -> Self {
        let links = ctx.selected().map(Record::links).unwrap_or_default();
        let items = links.into_iter().map(|link| MenuItem {
            key: Some(link.key),
            label: ctx.messages.get(link.label),
            detail: match &link.parent {
                Some((_, name)) => name.clone(),
                None => link.query.clone(),
            },
            on: false,
            action: MenuAction::Open(Box::new(link)),
        });
        let top = MenuItem {
            key: Some('g'),
            label: ctx.messages.get("key-top"),
            detail: String::new(),
            on: false,
            action: MenuAction::Top,
        };
        Self::new("menu-go", items.chain([top]).collect())
    }

    fn new(title: &'static str, items: Vec<MenuItem>) -> Self {
        Self {
            title,
            selected: items.iter().position(|item| item.on).unwrap_or(0),
            items,
            filters: None,
            toggled: false,
        }
    }

    /// Closes the menu and runs the action of the selected line, unless filters were toggled.
    fn choose(&self, ctx: &Context<'_>) -> Vec<Effect> {
        let item = self.items.get(self.selected).filter(|_| !self.toggled);
        let effect = item.map(|item| match &item.action {
            MenuAction::Sort(column) => Effect::ChangeList(ListChange::Sort(column)),
            MenuAction::ShowAll => Effect::ChangeList(ListChange::Filter(Vec::new())),
            MenuAction::Filter(filter) => {
                let active = &ctx.list.criteria.filters;
                let filters = ctx.tab.screen().chosen(filter, active);
                Effect::ChangeList(ListChange::Filter(filters))
            }
            MenuAction::Open(link) => Effect::OpenLink((**link).clone()),
            MenuAction::Top => Effect::RunAction(Action::Top),
        });
        [Effect::Close].into_iter().chain(effect).collect()
    }

    /// Toggles a filter; the menu stays open.
    fn toggle(&mut self, ctx: &Context<'_>) -> Vec<Effect> {
        let (Some(filters), Some(item)) = (&mut self.filters, self.items.get(self.selected)) else {
            return Vec::new();
        };
        match item.action {
            MenuAction::Filter(filter) => {
                if let Some(at) = filters.iter().position(|&other| other == filter) {
                    filters.remove(at);
                } else {
                    filters.retain(|other| !filter.switches_off.contains(&other.label));
                    filters.push(filter);
                }
            }
            _ => filters.clear(),
        }
        self.toggled = true;
        self.items = filter_items(filters, ctx);
        let change = ListChange::Filter(filters.clone());
        vec![Effect::ChangeList(change)]
    }
}

/// The lines of the menu of filters; `on` are the active filters.
fn filter_items(on: &[&'static Filter], ctx: &Context<'_>) -> Vec<MenuItem> {
    let role = ctx.me.map(Me::role);
    let count = |count: Option<Count>| count.map_or_else(String::new, |it| ctx.messages.total(it));
    let all = MenuItem {
        key: None,
        label: ctx.messages.get("filter-all"),
        detail: count(ctx.list.count_of(&[])),
        on: on.is_empty(),
        action: MenuAction::ShowAll,
    };
    let filters = ctx.tab.screen().filters.iter();
    let filters = filters.filter(|it| role.is_some_and(|role| (it.for_role)(role)));
    let filters = filters.map(|filter| MenuItem {
        key: None,
        label: ctx.messages.get(filter.label),
        detail: count(ctx.list.count_beside(filter, on)),
        on: on.contains(&filter),
        action: MenuAction::Filter(filter),
    });
    [all].into_iter().chain(filters).collect()
}

impl Component for Menu {
    fn key_context(&self) -> KeyContext {
        KeyContext::Menu
    }

    fn availability(&self, action: Action, _: &Context<'_>) -> Availability {
        match action {
            Action::Toggle if self.filters.is_none() => {
                Availability::NotApplicable("not-applicable-here")
            }
            _ => Availability::Enabled,
        }
    }

    fn on_action(&mut self, action: Action, ctx: &Context<'_>) -> Vec<Effect> {
        let last = self.items.len().saturating_sub(1);
        match action {
            Action::Up => self.selected = self.selected.saturating_sub(1),
            Action::Down => self.selected = (self.selected + 1).min(last),
            Action::Top => self.selected = 0,
            Action::Bottom => self.selected = last,
            Action::Choose => return self.choose(ctx),
            Action::Toggle => return self.toggle(ctx),
            Action::Cancel => return vec![Effect::Close],
            _ => {}
        }
        Vec::new()
    }

    fn on_letter(&mut self, letter: char, ctx: &Context<'_>) -> Option<Vec<Effect>> {
        let mut items = self.items.iter();
        self.selected = items.position(|item| item.key == Some(letter))?;
        Some(self.choose(ctx))
    }

    fn selected(&mut self) -> Option<&mut usize> {
        Some(&mut self.selected)
    }
}
