//! Asking for what a tab's list shows: from the start, page by page, and again when others have
//! changed something.

use epic_events::v1::Me;

use super::{
    cmd::Cmd,
    list::{Age, Followed},
    model::Model,
};
use crate::{
    api::{ApiRequest, Page, RequestKind},
    messages::Arg,
    record::{Record, Tab},
    tone::Tone,
};

/// Brings a tab to the front, and asks for its list the first time.
pub(super) fn show_tab(model: &mut Model, tab: Tab) -> Vec<Cmd> {
    if tab != model.tab {
        model.opened = false;
    }
    model.tab = tab;
    match model.list().age {
        Age::NotLoaded => reload(model, tab, true),
        Age::Stale => follow(model),
        Age::Fresh => Vec::new(),
    }
}

/// Asks for a tab's list from the start, keeping the selection, and counts what filters leave.
pub(super) fn reload(model: &mut Model, tab: Tab, far: bool) -> Vec<Cmd> {
    let now = model.time();
    model.forget(
        |purpose| matches!(purpose, RequestKind::Again(of) | RequestKind::Look(of) if of == tab),
    );
    let call = model.lists[tab.index()].first_page(far, now);
    let mut cmds = vec![model.ask(RequestKind::Page(tab), call)];
    if far {
        cmds.extend(count(model, tab));
    }
    cmds
}

/// Counts what each filter of the tab leaves.
fn count(model: &mut Model, tab: Tab) -> Vec<Cmd> {
    let now = model.time();
    let role = model.me.as_ref().map(Me::role);
    let mut cmds = Vec::new();
    for index in 0..=tab.screen().filters.len() {
        let filter = index.checked_sub(1).map(|at| tab.screen().filters[at]);
        if filter.is_none_or(|f| role.is_some_and(|role| (f.for_role)(role))) {
            let call = model.lists[tab.index()].count(index, now);
            cmds.push(model.ask(RequestKind::Count(tab, index), call));
        }
    }
    cmds
}

/// Asks for the next page when it is wanted and not on its way.
pub(super) fn next_page_if(model: &mut Model, wanted: bool) -> Vec<Cmd> {
    let purpose = RequestKind::Page(model.tab);
    if !wanted || model.pending.waits_for(purpose) {
        return Vec::new();
    }
    match model.list().next_page() {
        Some(call) => vec![model.ask(purpose, call)],
        None => Vec::new(),
    }
}

/// What lists show may be old: each asks anew when it comes to the front.
pub(super) fn forget_lists(model: &mut Model) {
    for list in &mut model.lists {
        list.age = Age::NotLoaded;
    }
}

/// Reads the list in front again, under everything that stays as it is.
pub(super) fn follow(model: &mut Model) -> Vec<Cmd> {
    let (tab, now) = (model.tab, model.time());
    let Some(call) = model.list_mut().follow(now) else {
        return Vec::new();
    };
    let mut cmds = vec![model.ask(RequestKind::Again(tab), call)];
    cmds.extend(count(model, tab));
    cmds
}

/// Takes a page that was read again.
pub(super) fn followed(model: &mut Model, tab: Tab, page: Page) -> Vec<Cmd> {
    let visible = model.visible();
    let list = &mut model.lists[tab.index()];
    let found = list.take_again(page, visible);
    if let Followed::More(call) = found {
        return vec![model.ask(RequestKind::Again(tab), call)];
    }
    // A page of the list as it was does not fit the list as it is.
    model.forget(|purpose| purpose == RequestKind::Page(tab));
    let list = &model.lists[tab.index()];
    let gone = matches!(found, Followed::Lost);
    let gone = list.selected.as_ref().filter(|_| gone).map(Record::id);
    let more = tab == model.tab && list.wants_more(visible);
    let mut cmds = next_page_if(model, more);
    if let Some(id) = gone {
        cmds.push(model.ask(RequestKind::Look(tab), ApiRequest::get(tab, id)));
    }
    cmds
}

/// The selected record of the tab is there no longer: its neighbour takes its place, and who did
/// it is told, if that is known.
pub(super) fn gone(model: &mut Model, tab: Tab, by: &str) {
    let visible = model.visible();
    let list = &mut model.lists[tab.index()];
    let Some(record) = list.selected.clone() else {
        return;
    };
    list.remove(record.id(), visible);
    if tab != model.tab {
        return;
    }
    model.opened = false;
    let by = if by.is_empty() { "none" } else { by };
    let blanks = [("name", Arg::Text(record.name())), ("by", Arg::Text(by))];
    let text = model.messages.with("status-gone", &blanks);
    model.say(text, Tone::Warn);
}
