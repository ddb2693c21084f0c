//! Refreshes lists and overlays while other collaborators change records.

use std::time::Duration;

use epic_events::v1::GetMeRequest;

use super::{list::Freshness, load};
use crate::{
    api::{ApiRequest, Change, ChangeEvent},
    app::{
        account,
        cmd::{Cmd, Timer},
        model::Model,
        network::owner::RequestKind,
    },
    record::Tab,
};

/// Delay between a change and the refresh, so that a burst of changes costs one refresh.
const REFRESH_DELAY: Duration = Duration::from_millis(200);
/// Minimum time between two refreshes. A steady flow of changes costs few refreshes, and is still
/// displayed within a second.
const MIN_REFRESH_INTERVAL: Duration = Duration::from_millis(700);
/// Time after the last input during which changes are loaded. Loading counts as use of the session,
/// which must expire when the user does not use it.
const IDLE_LIMIT: Duration = Duration::from_hours(2);

/// Handles events in the order of their arrival.
pub(in crate::app) fn on_changes(model: &mut Model, events: Vec<ChangeEvent>) -> Vec<Cmd> {
    let mut cmds = Vec::new();
    for event in events {
        if model.me.is_none() {
            return cmds;
        }
        match event {
            ChangeEvent::Change(change) => cmds.extend(on_change(model, &change)),
            ChangeEvent::Reload => mark_all_stale(model),
            // The request shows immediately whether the server is available, before the next key.
            ChangeEvent::Gap if is_user_active(model) => cmds.push(request_account(model)),
            ChangeEvent::Gap => {}
            ChangeEvent::SessionEnded => return account::session_ended(model),
        }
    }
    cmds.extend(schedule_refresh(model));
    cmds
}

/// Records the input, and schedules the refresh that was omitted while there was no input.
pub(in crate::app) fn on_user_input(model: &mut Model) -> Option<Cmd> {
    model.live.last_input = Some(model.time());
    schedule_refresh(model)
}

fn is_user_active(model: &mut Model) -> bool {
    let now = model.time();
    let last = *model.live.last_input.get_or_insert(now);
    now.duration_since(last).unsigned_abs() < IDLE_LIMIT
}

fn request_account(model: &mut Model) -> Cmd {
    let request = ApiRequest::GetMe(GetMeRequest {});
    model.send(RequestKind::Account, request)
}

fn mark_all_stale(model: &mut Model) {
    for list in model.lists.iter_mut() {
        list.mark_stale();
    }
    for overlay in model.overlays.iter_mut() {
        overlay.component_mut().mark_stale();
    }
}

fn on_change(model: &mut Model, change: &Change) -> Vec<Cmd> {
    let Some(tab) = Tab::from_record_type(change.record) else {
        return Vec::new();
    };
    let list = &mut model.lists[tab];
    // A save by the user is already displayed.
    if change.deleted || !list.contains_version(change.id, &change.etag) {
        list.mark_stale();
    }
    for other in tab.screen().shown_in {
        model.lists[*other].mark_stale();
    }
    let ids: Vec<_> = model.overlays.with_ids().map(|(id, _)| id).collect();
    for id in ids {
        let (overlays, ctx) = model.overlays_and_context(id);
        if let Some(overlay) = overlays.get_mut(id) {
            overlay.component_mut().on_change(change, &ctx);
        }
    }
    if change.deleted && model.lists[tab].is_selected(change.id) {
        load::remove_deleted_selection(model, tab, &change.actor);
    }
    if tab == Tab::Collaborators && !change.deleted && model.is_me(change.id) {
        // The user's rights may have changed.
        return vec![request_account(model)];
    }
    Vec::new()
}

/// Schedules a refresh if displayed data is stale and no refresh is scheduled.
fn schedule_refresh(model: &mut Model) -> Option<Cmd> {
    let stale = model.overlays.any(|overlay| overlay.is_stale());
    let stale = stale || model.list().freshness == Freshness::Stale;
    if !stale || model.live.scheduled || model.me.is_none() || !is_user_active(model) {
        return None;
    }
    let since = |last| model.time().duration_since(last).unsigned_abs();
    let last = model.live.last_refresh;
    let remaining = last.map_or(Duration::ZERO, |last| {
        MIN_REFRESH_INTERVAL.saturating_sub(since(last))
    });
    model.live.scheduled = true;
    Some(Cmd::After(REFRESH_DELAY.max(remaining), Timer::Refresh))
}

/// Refreshes the displayed data.
pub(in crate::app) fn refresh_visible(model: &mut Model) -> Vec<Cmd> {
    model.live.scheduled = false;
    if model.me.is_none() {
        return Vec::new();
    }
    if is_loading(model) {
        // The pending response may be older than the change.
        return schedule_refresh(model).into_iter().collect();
    }
    model.live.last_refresh = Some(model.time());
    model.overlays.refresh_stale();
    if model.list().freshness == Freshness::Stale {
        return load::refresh_list(model);
    }
    Vec::new()
}

/// Whether a request for displayed data is pending. A page that is postponed counts: a refresh in
/// its place would end the search for the selected record.
fn is_loading(model: &Model) -> bool {
    let (tab, pending) = (model.tab, &model.pending);
    let mut overlays = model.overlays.with_ids();
    pending.contains(RequestKind::Page(tab))
        || pending.contains(RequestKind::RefreshPage(tab))
        || overlays.any(|(id, it)| it.component().is_stale() && pending.waits_for_overlay(id))
}
