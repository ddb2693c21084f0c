//! The actions of a tab's list and of its search line.

use crate::{
    app::{
        account,
        availability::{self, Availability},
        cmd::{Cmd, Timer},
        effect::{DEBOUNCE, ListChange},
        model::Model,
        network::retry,
        overlay, pane,
        sign_out::SignOutReason,
        tab::{
            back::BackStep,
            list::Side,
            load::{self, invalidate_lists, reload, request_next_page, show_tab},
            previous,
        },
    },
    keys::Action,
    layout,
    record::{Link, Tab},
    screens::spec::Order,
    tone::Tone,
};

/// Runs an action of the list, or shows why it is not available.
pub(in crate::app) fn run_list_action(model: &mut Model, action: Action) -> Vec<Cmd> {
    let ctx = model.context();
    // The selection would be that of the list before the search.
    let is_about_record = action.is_about_record()
        || action == Action::New && availability::missing_record(&ctx).is_some();
    if is_about_record && model.list().is_outdated() {
        let text = ctx.messages.get("not-applicable-searching");
        model.set_status(text, Tone::Dim);
        return Vec::new();
    }
    match availability::of_action_in_list(&ctx, action) {
        Availability::Enabled => {}
        Availability::Denied(denied) => {
            let text = availability::denial_message(&ctx, action, &denied);
            model.set_status(text, Tone::Warn);
            return Vec::new();
        }
        Availability::NotApplicable(reason) => {
            let text = ctx.messages.get(reason);
            model.set_status(text, Tone::Dim);
            return Vec::new();
        }
    }
    if let Some(overlay) = overlay::opened_by(action, &ctx) {
        model.overlays.open(overlay, None);
        return Vec::new();
    }
    let visible = model.visible_rows();
    let page = model.list().rows_on_screen(visible).max(1);
    let page = isize::try_from(page).unwrap_or(isize::MAX);
    match action {
        Action::Up => move_selection(model, -1),
        Action::Down => move_selection(model, 1),
        Action::PaneUp => scroll_pane_by_half(model, -1),
        Action::PaneDown => scroll_pane_by_half(model, 1),
        // Over the list, the keys of pages are those of the record.
        Action::PageUp if model.opened && pane::has_more(&model.context()) => {
            scroll_pane_by_half(model, -1)
        }
        Action::PageDown if model.opened && pane::has_more(&model.context()) => {
            scroll_pane_by_half(model, 1)
        }
        Action::PageUp => move_selection(model, -page),
        Action::PageDown => move_selection(model, page),
        Action::Top => load::go_to(model, Side::Start),
        Action::Bottom => load::go_to(model, Side::End),
        Action::ShowTab(tab) => show_tab(model, tab),
        Action::NextTab => show_tab(model, tab_at_offset(model.tab, 1)),
        Action::PreviousTab => show_tab(model, tab_at_offset(model.tab, Tab::ALL.len() - 1)),
        Action::Open => {
            model.opened = !layout::has_pane(model.size);
            Vec::new()
        }
        Action::GoBack => previous::go_back(model),
        Action::Back => back(model),
        Action::Search => {
            model.opened = false;
            let list = model.list_mut();
            list.searching = true;
            if list.search.value().is_empty() {
                list.remember_selection();
            }
            Vec::new()
        }
        Action::Refresh => refresh(model),
        Action::Mouse => toggle_mouse(model),
        Action::Logout => account::sign_out(model, SignOutReason::Requested, String::new()),
        Action::Redraw => vec![Cmd::Redraw],
        Action::Quit => vec![Cmd::Quit],
        _ => Vec::new(),
    }
}

/// Runs an action of the search line.
pub(in crate::app) fn run_search_action(model: &mut Model, action: Action) -> Vec<Cmd> {
    let tab = model.tab;
    let list = model.list_mut();
    list.searching = false;
    if action == Action::Cancel && !list.search.value().is_empty() {
        list.remove_search();
        return reload(model, tab, true);
    }
    Vec::new()
}

/// The tab at this distance to the right, wrapping around.
const fn tab_at_offset(tab: Tab, offset: usize) -> Tab {
    Tab::ALL[(tab.index() + offset) % Tab::ALL.len()]
}

fn move_selection(model: &mut Model, step: isize) -> Vec<Cmd> {
    let visible = model.visible_rows();
    let needs_next = model.list_mut().move_selection(step, visible);
    request_next_page(model, needs_next)
}

/// Scrolls the pane by half its height, down if the sign is positive.
fn scroll_pane_by_half(model: &mut Model, sign: isize) -> Vec<Cmd> {
    let height = pane::extent(&model.context()).map_or(0, |(_, height)| height);
    let half = isize::try_from(height / 2).unwrap_or(1).max(1);
    scroll_pane(model, sign * half);
    Vec::new()
}

/// Scrolls the pane by this number of lines, down if it is positive.
pub(in crate::app) fn scroll_pane(model: &mut Model, lines: isize) {
    let Some((count, height)) = pane::extent(&model.context()) else {
        return;
    };
    let (top, _) = pane::scrolled(model.pane_top, count, height);
    let top = top.saturating_add_signed(lines);
    (model.pane_top, _) = pane::scrolled(top, count, height);
}

/// Ends one thing: the record over the list, the search, the list of a link or of a parent, or the filters that
/// the user has chosen.
fn back(model: &mut Model) -> Vec<Cmd> {
    let Some(step) = BackStep::next(&model.context()) else {
        return Vec::new();
    };
    let tab = model.tab;
    let list = model.list_mut();
    match step {
        BackStep::Record => {
            model.opened = false;
            return Vec::new();
        }
        BackStep::Link => return previous::go_back(model),
        BackStep::Search => list.remove_search(),
        BackStep::Parent => {
            list.criteria.parent = None;
            if list.criteria.filters.is_empty() {
                list.criteria.restore_opening_filters();
            }
        }
        BackStep::Filters => list.criteria.restore_opening_filters(),
    }
    model.list_mut().recall_selection();
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
    model.set_status(text, Tone::Plain);
    vec![Cmd::Mouse(model.mouse)]
}

/// Changes the filters or the order of the list in front.
pub(in crate::app) fn change_list(model: &mut Model, change: ListChange) -> Vec<Cmd> {
    let (tab, visible) = (model.tab, model.visible_rows());
    if matches!(change, ListChange::Filter(_)) {
        model.list_mut().remember_selection();
        model.list_mut().recall_selection();
    }
    let order = model.list().criteria.order;
    let criteria = &mut model.list_mut().criteria;
    // New filters may exclude the selected record, so later pages are not searched for it.
    let all_pages = match change {
        ListChange::Sort(column) => {
            let descending = if criteria.order.column == column {
                !criteria.order.descending
            } else {
                tab.screen().begins_with_largest(column)
            };
            criteria.sort(Order { column, descending });
            model.list_mut().go_to_top();
            false
        }
        ListChange::Filter(filters) => {
            let is_wider = filters.iter().all(|it| criteria.filters.contains(it));
            let are_last = criteria.set_filters(filters);
            let stays = criteria.order == order && model.list().stays_at_end();
            model.list_mut().seek_selected(visible, are_last || stays);
            is_wider
        }
    };
    let recounts = !all_pages && model.list().has_outdated_counts();
    let mut cmds = reload(model, tab, all_pages);
    if recounts {
        cmds.extend(load::request_counts(model, tab));
    }
    cmds
}

/// Opens a related record or list.
pub(in crate::app) fn open_link(model: &mut Model, link: Link) -> Vec<Cmd> {
    previous::remember(model, link.tab, !link.query.is_empty());
    model.tab = link.tab;
    model.opened = false;
    let list = model.list_mut();
    list.criteria.open_with(Vec::new());
    list.criteria.parent = link.parent;
    list.search = link.query.into();
    list.selected = None;
    if let Some(id) = link.select {
        list.seek(id);
    }
    reload(model, link.tab, true)
}

/// Schedules a search after the last typed letter.
pub(in crate::app) fn debounce_search(model: &mut Model) -> Vec<Cmd> {
    let tab = model.tab;
    let generation = model.next_generation();
    model.list_mut().generation = generation;
    let list = model.list_mut();
    if list.search.value().trim().is_empty() {
        list.criteria.narrow();
    } else {
        list.criteria.widen();
    }
    vec![Cmd::After(DEBOUNCE, Timer::Search(tab, generation))]
}

/// Selects the row on the clicked line, or opens it if it is selected already.
pub(in crate::app) fn on_row_click(model: &mut Model, line: usize) -> Vec<Cmd> {
    if model.opened {
        return Vec::new();
    }
    let visible = model.visible_rows();
    let list = model.list_mut();
    list.searching = false;
    let Some(clicked) = list.row_at(line) else {
        return Vec::new();
    };
    let was_selected = list.row == Some(clicked);
    list.select_row(clicked, visible);
    if was_selected {
        return run_list_action(model, Action::Open);
    }
    Vec::new()
}
