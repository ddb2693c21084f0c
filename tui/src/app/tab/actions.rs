//! The actions of a tab's list and of its search line.

use crate::{
    app::{
        account,
        availability::{self, Availability},
        cmd::{Cmd, Timer},
        effect::{DEBOUNCE, ListChange},
        model::Model,
        network::retry,
        overlay,
        tab::load::{invalidate_lists, next_page_if, reload, show_tab},
    },
    keys::Action,
    layout,
    record::{Link, Tab},
    screens::spec::Order,
    tone::Tone,
};

/// Runs an action of the list, or says why it cannot be run.
pub(in crate::app) fn in_list(model: &mut Model, action: Action) -> Vec<Cmd> {
    let ctx = model.context();
    match availability::in_list(&ctx, action) {
        Availability::Enabled => {}
        Availability::Denied(denied) => {
            let text = availability::refusal(&ctx, action, &denied);
            model.say(text, Tone::Warn);
            return Vec::new();
        }
        Availability::NotApplicable(why) => {
            let text = ctx.messages.get(why);
            model.say(text, Tone::Dim);
            return Vec::new();
        }
    }
    if let Some(overlay) = overlay::opened_by(action, &ctx) {
        model.overlays.open(overlay, None);
        return Vec::new();
    }
    let visible = model.visible();
    let page = isize::try_from(visible).unwrap_or(isize::MAX);
    match action {
        Action::Up => step(model, -1),
        Action::Down => step(model, 1),
        Action::PageUp => step(model, -page),
        Action::PageDown => step(model, page),
        Action::Top => step(model, isize::MIN),
        Action::Bottom => step(model, isize::MAX),
        Action::ShowTab(tab) => show_tab(model, tab),
        Action::NextTab => show_tab(model, neighbour(model.tab, 1)),
        Action::PreviousTab => show_tab(model, neighbour(model.tab, Tab::ALL.len() - 1)),
        Action::Open => {
            model.opened = !layout::has_pane(model.size);
            Vec::new()
        }
        Action::Back => back(model),
        Action::Search => {
            model.opened = false;
            model.list_mut().searching = true;
            Vec::new()
        }
        Action::Refresh => refresh(model),
        Action::Mouse => toggle_mouse(model),
        Action::Logout => account::sign_out(model, "signed-out", String::new()),
        Action::Quit => vec![Cmd::Quit],
        _ => Vec::new(),
    }
}

/// Runs an action of the search line.
pub(in crate::app) fn in_search(model: &mut Model, action: Action) -> Vec<Cmd> {
    let tab = model.tab;
    let list = model.list_mut();
    list.searching = false;
    if action == Action::Cancel && !list.search.value().is_empty() {
        list.search.reset();
        return reload(model, tab, true);
    }
    Vec::new()
}

/// The tab so many places to the right, around the end.
const fn neighbour(tab: Tab, ahead: usize) -> Tab {
    Tab::ALL[(tab.index() + ahead) % Tab::ALL.len()]
}

fn step(model: &mut Model, by: isize) -> Vec<Cmd> {
    let visible = model.visible();
    let more = model.list_mut().step(by, visible);
    next_page_if(model, more)
}

/// Closes the record, or else removes what narrows the list: search and parent, then filters.
fn back(model: &mut Model) -> Vec<Cmd> {
    if model.opened {
        model.opened = false;
        return Vec::new();
    }
    let tab = model.tab;
    let list = model.list_mut();
    if list.search.value().is_empty() && list.wanted.parent.take().is_none() {
        list.wanted.filters.clear();
    }
    list.search.reset();
    reload(model, tab, true)
}

fn refresh(model: &mut Model) -> Vec<Cmd> {
    let mut cmds = retry::retry_now(model);
    invalidate_lists(model);
    cmds.extend(show_tab(model, model.tab));
    cmds
}

fn toggle_mouse(model: &mut Model) -> Vec<Cmd> {
    model.mouse = !model.mouse;
    let id = if model.mouse { "mouse-on" } else { "mouse-off" };
    let text = model.messages.get(id);
    model.say(text, Tone::Plain);
    vec![Cmd::Mouse(model.mouse)]
}

/// Changes what the list in front shows.
pub(in crate::app) fn change_list(model: &mut Model, change: ListChange) -> Vec<Cmd> {
    let tab = model.tab;
    let wanted = &mut model.list_mut().wanted;
    // Other filters may hide the selected record for good: only a short way is searched for it.
    let mut far = true;
    match change {
        ListChange::Sort(column) => {
            let descending = wanted.order.column == column && !wanted.order.descending;
            wanted.order = Order { column, descending };
        }
        ListChange::ShowAll => {
            wanted.filters.clear();
            wanted.parent = None;
        }
        ListChange::Filter(filters) => {
            wanted.filters = filters;
            far = false;
        }
    }
    reload(model, tab, far)
}

/// Opens a related record or list.
pub(in crate::app) fn open_link(model: &mut Model, link: Link) -> Vec<Cmd> {
    model.tab = link.tab;
    model.opened = false;
    let list = model.list_mut();
    list.wanted.filters.clear();
    list.wanted.parent = link.parent;
    list.search = link.query.into();
    list.selected = None;
    if let Some(id) = link.select {
        list.seek(id);
    }
    reload(model, link.tab, true)
}

/// Requests the list a moment after the last letter.
pub(in crate::app) fn search_soon(model: &mut Model) -> Vec<Cmd> {
    let tab = model.tab;
    let generation = model.next_generation();
    model.list_mut().generation = generation;
    vec![Cmd::After(DEBOUNCE, Timer::Search(tab, generation))]
}

/// Selects a row on the screen; the selected one is opened.
pub(in crate::app) fn on_row_click(model: &mut Model, row: usize) -> Vec<Cmd> {
    if model.opened {
        return Vec::new();
    }
    let visible = model.visible();
    let list = model.list_mut();
    list.searching = false;
    let clicked = list.top + row;
    if clicked >= list.records.len() {
        return Vec::new();
    }
    let again = list.row == Some(clicked);
    list.go_to(clicked, visible);
    if again {
        return in_list(model, Action::Open);
    }
    Vec::new()
}
