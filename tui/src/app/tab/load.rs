//! Loads what a tab's list shows: from the start, page by page, and again after a change.

use epic_events::{api_error::ApiError, reason::Reason, v1::Me};

use super::list::{Freshness, PageOutcome, Refreshed};
use crate::{
    api::{ApiRequest, ApiResponse, Page},
    app::{
        cmd::Cmd,
        model::Model,
        network::owner::{RequestKind, RequestOwner},
    },
    messages::Arg,
    record::{Record, Tab},
    tone::Tone,
};

/// Brings a tab to the front, and loads its list where that is missing or outdated.
pub(in crate::app) fn show_tab(model: &mut Model, tab: Tab) -> Vec<Cmd> {
    if tab != model.tab {
        model.opened = false;
    }
    model.tab = tab;
    match model.list().freshness {
        Freshness::NotLoaded => reload(model, tab, true),
        Freshness::Stale => refresh_list(model),
        Freshness::Fresh => Vec::new(),
    }
}

/// Loads a tab's list from the start, under the same selection. With `far`, the selected record is
/// searched for on later pages too, and the records that each filter leaves are counted.
pub(in crate::app) fn reload(model: &mut Model, tab: Tab, far: bool) -> Vec<Cmd> {
    let now = model.time();
    let refreshes = [
        RequestKind::RefreshPage(tab),
        RequestKind::RefreshRecord(tab),
    ];
    let refreshes = refreshes.map(RequestOwner::from);
    model.pending.cancel(|owner| refreshes.contains(&owner));
    let request = model.lists[tab].first_page(far, now);
    let mut cmds = vec![model.send(RequestKind::Page(tab), request)];
    if far {
        cmds.extend(count(model, tab));
    }
    cmds
}

/// Counts the records that each filter of the tab leaves.
fn count(model: &mut Model, tab: Tab) -> Vec<Cmd> {
    let now = model.time();
    let role = model.me.as_ref().map(Me::role);
    let mut cmds = Vec::new();
    for index in 0..=tab.screen().filters.len() {
        let filter = index.checked_sub(1).map(|at| tab.screen().filters[at]);
        if filter.is_none_or(|f| role.is_some_and(|role| (f.for_role)(role))) {
            let request = model.lists[tab].count(index, now);
            cmds.push(model.send(RequestKind::Count(tab, index), request));
        }
    }
    cmds
}

/// Requests the next page when it is wanted and not requested yet.
pub(in crate::app) fn next_page_if(model: &mut Model, wanted: bool) -> Vec<Cmd> {
    let kind = RequestKind::Page(model.tab);
    if !wanted || model.pending.waits_for(kind) {
        return Vec::new();
    }
    match model.list().next_page() {
        Some(request) => vec![model.send(kind, request)],
        None => Vec::new(),
    }
}

/// Scrolls every list so that its selected row stays on the screen.
pub(in crate::app) fn on_resize(model: &mut Model) -> Vec<Cmd> {
    let visible = model.visible();
    model
        .lists
        .iter_mut()
        .for_each(|list| list.show_row(visible));
    let more = model.list().wants_more(visible);
    next_page_if(model, more)
}

/// Has every list load again when its tab comes to the front.
pub(in crate::app) fn invalidate_lists(model: &mut Model) {
    for list in model.lists.iter_mut() {
        list.freshness = Freshness::NotLoaded;
    }
}

/// Reads the list in front again. What is on the screen stays until all of it has come.
pub(super) fn refresh_list(model: &mut Model) -> Vec<Cmd> {
    let (tab, now) = (model.tab, model.time());
    let Some(request) = model.list_mut().start_refresh(now) else {
        return Vec::new();
    };
    let mut cmds = vec![model.send(RequestKind::RefreshPage(tab), request)];
    cmds.extend(count(model, tab));
    cmds
}

/// Handles a reply to a request of a tab.
pub(in crate::app) fn on_response(
    model: &mut Model,
    kind: RequestKind,
    request: &ApiRequest,
    response: ApiResponse,
) -> Vec<Cmd> {
    match (kind, response) {
        (RequestKind::Page(tab), ApiResponse::Page(page)) => {
            return on_page(model, tab, request, page);
        }
        (RequestKind::RefreshPage(tab), ApiResponse::Page(page)) => {
            return on_refreshed_page(model, tab, page);
        }
        (RequestKind::RefreshRecord(tab), ApiResponse::Record(record)) => {
            model.lists[tab].replace(&record);
        }
        (RequestKind::Count(tab, index), ApiResponse::Page(page)) => {
            if let Some(count) = model.lists[tab].counts.get_mut(index) {
                *count = Some((page.total, page.at_least));
            }
        }
        _ => {}
    }
    Vec::new()
}

/// Handles the refusal of a request of a tab. Those that the user did not make fail silently.
pub(in crate::app) fn on_error(model: &mut Model, kind: RequestKind, error: &ApiError) {
    match kind {
        RequestKind::Page(tab) => {
            let text = model.messages.api_error(error);
            let list = &mut model.lists[tab];
            // Coming back to the tab tries again.
            list.freshness = Freshness::NotLoaded;
            list.failed = true;
            model.say(text, Tone::Bad);
        }
        RequestKind::RefreshPage(tab) => model.lists[tab].abort_refresh(),
        RequestKind::RefreshRecord(tab) if error.reason == Reason::NoSuchRecord => {
            show_gone(model, tab, "");
        }
        _ => {}
    }
}

fn on_page(model: &mut Model, tab: Tab, request: &ApiRequest, page: Page) -> Vec<Cmd> {
    let visible = model.visible();
    let list = &mut model.lists[tab];
    let outcome = list.on_page(page, request.is_later_page(), visible);
    let more = outcome == PageOutcome::NeedsMore || (tab == model.tab && list.wants_more(visible));
    match list.next_page().filter(|_| more) {
        Some(request) => vec![model.send(RequestKind::Page(tab), request)],
        None => Vec::new(),
    }
}

fn on_refreshed_page(model: &mut Model, tab: Tab, page: Page) -> Vec<Cmd> {
    let visible = model.visible();
    let list = &mut model.lists[tab];
    let refreshed = list.on_refreshed_page(page, visible);
    if let Refreshed::NeedsMore(request) = refreshed {
        return vec![model.send(RequestKind::RefreshPage(tab), request)];
    }
    // A page of the list as it was does not fit the list as it is.
    let page = RequestKind::Page(tab).into();
    model.pending.cancel(|owner| owner == page);
    let list = &model.lists[tab];
    let selected = list.selected.as_ref().map(Record::id);
    let more = tab == model.tab && list.wants_more(visible);
    let mut cmds = next_page_if(model, more);
    if let (Refreshed::SelectionLost, Some(id)) = (refreshed, selected) {
        let request = ApiRequest::get(tab, id);
        cmds.push(model.send(RequestKind::RefreshRecord(tab), request));
    }
    cmds
}

/// Shows a record that was saved where it stands. Other lists may show something of it.
pub(in crate::app) fn show_saved(model: &mut Model, record: &Record) -> Vec<Cmd> {
    invalidate_lists(model);
    model.lists[record.tab()].replace(record);
    show_tab(model, model.tab)
}

/// Opens the tab of a record that was created, and selects it. Filters that may hide it are
/// removed.
pub(in crate::app) fn show_created(model: &mut Model, record: Record) -> Vec<Cmd> {
    let tab = record.tab();
    invalidate_lists(model);
    let list = &mut model.lists[tab];
    list.wanted.filters.clear();
    list.wanted.parent = None;
    list.search.reset();
    list.seek(record.id());
    list.selected = Some(record);
    show_tab(model, tab)
}

/// Removes a collaborator that the user has deleted.
pub(in crate::app) fn show_deleted(model: &mut Model, id: i64) -> Vec<Cmd> {
    let visible = model.visible();
    model.lists[Tab::Collaborators].remove(id, visible);
    invalidate_lists(model);
    show_tab(model, model.tab)
}

/// Removes the selected record of the tab, which others have deleted. Its neighbour is selected;
/// the status line names who did it, if that is known.
pub(super) fn show_gone(model: &mut Model, tab: Tab, by: &str) {
    let visible = model.visible();
    let list = &mut model.lists[tab];
    let Some(record) = list.selected.clone() else {
        return;
    };
    list.remove(record.id(), visible);
    if tab != model.tab {
        return;
    }
    model.opened = false;
    let by = if by.is_empty() { "none" } else { by };
    let args = [("name", Arg::Text(record.name())), ("by", Arg::Text(by))];
    let text = model.messages.with("status-gone", &args);
    model.say(text, Tone::Warn);
}
