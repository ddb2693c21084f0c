//! Loads the list of a tab: from the start, page by page, and again after a change.

use epic_events::{api_error::ApiError, reason::Reason, v1::Me};

use super::list::{Freshness, PageOutcome, Refreshed, Side};
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

/// Brings a tab to the front, and loads its list if it is missing or stale.
pub(in crate::app) fn show_tab(model: &mut Model, tab: Tab) -> Vec<Cmd> {
    if tab != model.tab {
        model.opened = false;
    }
    model.tab = tab;
    match model.list().freshness {
        Freshness::NotLoaded => reload(model, tab, true),
        Freshness::Stale => refresh_list(model),
        Freshness::Current => Vec::new(),
    }
}

/// Loads a tab's list from the start; the selection stays. With `all_pages`, the selected record is
/// searched for on later pages too, and the records of each filter are counted.
pub(in crate::app) fn reload(model: &mut Model, tab: Tab, all_pages: bool) -> Vec<Cmd> {
    let now = model.time();
    let refreshes = [
        RequestKind::RefreshPage(tab),
        RequestKind::RefreshRecord(tab),
    ];
    let refreshes = refreshes.map(RequestOwner::from);
    model.pending.cancel(|owner| refreshes.contains(&owner));
    let request = model.lists[tab].first_page_request(all_pages, now);
    let mut cmds = vec![model.send(RequestKind::Page(tab), request)];
    if all_pages {
        cmds.extend(request_counts(model, tab));
    }
    cmds
}

/// Selects the first or the last record of the list in front, and loads that side if it is not loaded.
pub(super) fn go_to(model: &mut Model, side: Side) -> Vec<Cmd> {
    let (tab, now, visible) = (model.tab, model.time(), model.visible_rows());
    let kind = RequestKind::Page(tab);
    if model.list().is_going_to(side) && model.pending.contains(kind) {
        return Vec::new();
    }
    if let Some(request) = model.list_mut().go_to(side, visible, now) {
        let refresh = RequestKind::RefreshPage(tab).into();
        model.pending.cancel(|owner| owner == refresh);
        return vec![model.send(kind, request)];
    }
    let needs_next = model.list().needs_next_page(visible);
    request_next_page(model, needs_next)
}

/// Requests the number of records of each filter of the tab.
pub(super) fn request_counts(model: &mut Model, tab: Tab) -> Vec<Cmd> {
    let now = model.time();
    let role = model.me.as_ref().map(Me::role);
    let requests = model.lists[tab].count_requests(role, now).into_iter();
    let send = |(index, request)| model.send(RequestKind::Count(tab, index), request);
    requests.map(send).collect()
}

/// Requests the next page if it is needed and not requested yet.
pub(in crate::app) fn request_next_page(model: &mut Model, needed: bool) -> Vec<Cmd> {
    let kind = RequestKind::Page(model.tab);
    if !needed || model.pending.waits_for(kind) {
        return Vec::new();
    }
    match model.list().next_page_request() {
        Some(request) => vec![model.send(kind, request)],
        None => Vec::new(),
    }
}

/// Scrolls every list so that its selected row stays on the screen.
pub(in crate::app) fn on_resize(model: &mut Model) -> Vec<Cmd> {
    let visible = model.visible_rows();
    model
        .lists
        .iter_mut()
        .for_each(|list| list.fill_screen(visible));
    let needs_next = model.list().needs_next_page(visible);
    request_next_page(model, needs_next)
}

/// Marks every list to be loaded again when its tab comes to the front.
pub(in crate::app) fn invalidate_lists(model: &mut Model) {
    for list in model.lists.iter_mut() {
        list.freshness = Freshness::NotLoaded;
    }
}

/// Refreshes the list in front. Its rows stay until all new ones are loaded.
pub(super) fn refresh_list(model: &mut Model) -> Vec<Cmd> {
    let (tab, now) = (model.tab, model.time());
    let Some(request) = model.list_mut().start_refresh(now) else {
        return Vec::new();
    };
    let mut cmds = vec![model.send(RequestKind::RefreshPage(tab), request)];
    cmds.extend(request_counts(model, tab));
    cmds
}

/// Handles the response to a request of a tab.
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
            let (viewer, visible) = (model.viewer(), model.visible_rows());
            let list = &mut model.lists[tab];
            list.replace(&record);
            if list.is_selected(record.id()) {
                list.keep_excluded(&viewer, visible);
            }
        }
        (RequestKind::Count(tab, index), ApiResponse::Page(page)) => {
            model.lists[tab].set_count(index, (page.total, page.is_lower_bound));
        }
        (RequestKind::Recent, ApiResponse::History(page)) => model.recent.show(page.entries),
        // Other modules handle these, or the response does not match the request.
        (
            RequestKind::Page(_)
            | RequestKind::RefreshPage(_)
            | RequestKind::RefreshRecord(_)
            | RequestKind::Count(..)
            | RequestKind::Login
            | RequestKind::Logout(_)
            | RequestKind::Account
            | RequestKind::Recent,
            _,
        ) => {}
    }
    Vec::new()
}

/// Handles the error of a request of a tab. Requests in the background fail silently.
pub(in crate::app) fn on_error(model: &mut Model, kind: RequestKind, error: &ApiError) {
    match kind {
        RequestKind::Page(tab) => {
            let list = &mut model.lists[tab];
            // The next switch to the tab loads the list again.
            list.freshness = Freshness::NotLoaded;
            list.failed = true;
            list.stay_on_side();
            // The form for a new password opens, and asks for it.
            if error.reason != Reason::PasswordChangeRequired {
                let text = model.messages.api_error(error, Some(&model.now));
                model.set_status(text, Tone::Bad);
            }
        }
        RequestKind::RefreshPage(tab) => model.lists[tab].abort_refresh(),
        RequestKind::RefreshRecord(tab) if error.reason == Reason::NoSuchRecord => {
            remove_deleted_selection(model, tab, "");
        }
        RequestKind::RefreshRecord(_)
        | RequestKind::Count(..)
        | RequestKind::Login
        | RequestKind::Logout(_)
        | RequestKind::Account
        | RequestKind::Recent => {}
    }
}

fn on_page(model: &mut Model, tab: Tab, request: &ApiRequest, page: Page) -> Vec<Cmd> {
    let visible = model.visible_rows();
    let is_later = request.is_later_page();
    let list = &mut model.lists[tab];
    let was_kept = is_later && list.kept_row().is_some();
    let outcome = list.on_page(page, is_later, visible);
    let needs_next =
        outcome == PageOutcome::NeedsMore || (tab == model.tab && list.needs_next_page(visible));
    let next = list.next_page_request().filter(|_| needs_next);
    let kept = list.kept().filter(|_| !was_kept);
    let mut cmds = Vec::new();
    cmds.extend(next.map(|request| model.send(RequestKind::Page(tab), request)));
    // What has taken it out of the list has changed it.
    cmds.extend(kept.map(|id| read_selected(model, tab, id)));
    cmds
}

/// Requests the selected record, which the server does not list.
fn read_selected(model: &mut Model, tab: Tab, id: i64) -> Cmd {
    model.send(RequestKind::RefreshRecord(tab), ApiRequest::get(tab, id))
}

fn on_refreshed_page(model: &mut Model, tab: Tab, page: Page) -> Vec<Cmd> {
    let visible = model.visible_rows();
    let list = &mut model.lists[tab];
    let refreshed = list.on_refreshed_page(page, visible);
    if let Refreshed::NeedsMore(request) = refreshed {
        return vec![model.send(RequestKind::RefreshPage(tab), *request)];
    }
    // A page of the previous list does not continue the refreshed one.
    let page = RequestKind::Page(tab).into();
    model.pending.cancel(|owner| owner == page);
    let list = &model.lists[tab];
    let selected = list.selected.as_ref().map(Record::id);
    let needs_next = tab == model.tab && list.needs_next_page(visible);
    let mut cmds = request_next_page(model, needs_next);
    if let (Refreshed::SelectionLost, Some(id)) = (refreshed, selected) {
        cmds.push(read_selected(model, tab, id));
    }
    cmds
}

/// Replaces a saved record in its row. Other lists may contain its data, so all are loaded again. A record
/// that no longer matches the filters stays in its row until the selection moves.
pub(in crate::app) fn show_saved(model: &mut Model, record: &Record) -> Vec<Cmd> {
    invalidate_lists(model);
    let (viewer, visible) = (model.viewer(), model.visible_rows());
    let tab = record.tab();
    let list = &mut model.lists[tab];
    list.replace(record);
    if list.is_selected(record.id()) {
        list.keep_excluded(&viewer, visible);
    }
    let is_kept = list.kept_row().is_some();
    if tab == model.tab && is_kept && !model.pending.contains(RequestKind::Page(tab)) {
        return refresh_list(model);
    }
    show_tab(model, model.tab)
}

/// Opens the tab of a new record, and selects it. What excludes it is removed: the search text, which only the
/// server can compare with it, and the filters and the parent that it does not match.
pub(in crate::app) fn show_created(model: &mut Model, record: Record) -> Vec<Cmd> {
    let tab = record.tab();
    invalidate_lists(model);
    let viewer = model.viewer();
    let list = &mut model.lists[tab];
    list.remove_search();
    list.criteria.show(&record, &viewer);
    list.seek(record.id());
    list.selected = Some(record);
    show_tab(model, tab)
}

/// Removes a collaborator that the user has deleted.
pub(in crate::app) fn show_deleted(model: &mut Model, id: i64) -> Vec<Cmd> {
    let visible = model.visible_rows();
    model.lists[Tab::Collaborators].remove(id, visible);
    invalidate_lists(model);
    show_tab(model, model.tab)
}

/// Removes the selected record of the tab after its deletion by another collaborator, and selects
/// its neighbour. The status line names the actor, if known.
pub(super) fn remove_deleted_selection(model: &mut Model, tab: Tab, actor: &str) {
    let visible = model.visible_rows();
    let list = &mut model.lists[tab];
    let Some(record) = list.selected.clone() else {
        return;
    };
    list.remove(record.id(), visible);
    if tab != model.tab {
        return;
    }
    model.opened = false;
    let actor = if actor.is_empty() { "none" } else { actor };
    let args = [("name", Arg::Text(record.name())), ("by", Arg::Text(actor))];
    let text = model.messages.with("status-record-deleted", &args);
    model.set_status(text, Tone::Warn);
}
