//! Keeps lists and overlays current while others change records.

use std::time::Duration;

use epic_events::v1::GetMeRequest;

use super::{list::Freshness, load};
use crate::{
    api::ApiRequest,
    app::{
        account,
        cmd::{Cmd, Timer},
        model::Model,
        network::owner::RequestKind,
    },
    client::{Change, ChangeEvent},
    record::Tab,
};

/// How long to wait for more changes before anything is read again: a burst costs one refresh.
const SETTLE: Duration = Duration::from_millis(200);
/// The least time between two refreshes, so that a steady flow of changes costs few of them and
/// still shows within a second.
const PACE: Duration = Duration::from_millis(700);
/// How long after the last input changes are still read. Reading counts as use of the session,
/// which must end some day when nobody uses it.
const ACTIVE: Duration = Duration::from_hours(2);

/// Handles events in the order in which they came.
pub(in crate::app) fn on_changes(model: &mut Model, events: Vec<ChangeEvent>) -> Vec<Cmd> {
    let mut cmds = Vec::new();
    for event in events {
        if model.me.is_none() {
            return cmds;
        }
        match event {
            ChangeEvent::Change(change) => cmds.extend(on_change(model, &change)),
            ChangeEvent::Reload => mark_all_stale(model),
            // A request shows now, and not at the next key, whether the server answers.
            ChangeEvent::Gap if is_active(model) => cmds.push(request_account(model)),
            ChangeEvent::Gap => {}
            ChangeEvent::SessionEnded => return account::session_ended(model),
        }
    }
    cmds.extend(schedule(model));
    cmds
}

/// Reads what has changed while there was no input.
pub(in crate::app) fn on_user_input(model: &mut Model) -> Option<Cmd> {
    model.live.last_input = Some(model.time());
    schedule(model)
}

fn is_active(model: &mut Model) -> bool {
    let now = model.time();
    let last = *model.live.last_input.get_or_insert(now);
    now.duration_since(last).unsigned_abs() < ACTIVE
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
    let own = &mut model.lists[tab];
    // What the user has just saved is on the screen already.
    if change.deleted || !own.shows(change.id, &change.etag) {
        own.mark_stale();
    }
    for other in tab.screen().shown_in {
        model.lists[*other].mark_stale();
    }
    let ids: Vec<_> = model.overlays.with_ids().map(|(id, _)| id).collect();
    for id in ids {
        let (overlays, ctx) = model.split(id);
        if let Some(overlay) = overlays.get_mut(id) {
            overlay.component_mut().on_change(change, &ctx);
        }
    }
    if change.deleted && model.lists[tab].is_selected(change.id) {
        load::show_gone(model, tab, &change.actor);
    }
    if tab == Tab::Collaborators && !change.deleted && model.is_me(change.id) {
        // The user's rights may have changed.
        return vec![request_account(model)];
    }
    Vec::new()
}

/// Schedules a refresh of what is on the screen, if that has changed and none is scheduled.
fn schedule(model: &mut Model) -> Option<Cmd> {
    let stale = model.overlays.any(|overlay| overlay.is_stale());
    let stale = stale || model.list().freshness == Freshness::Stale;
    if !stale || model.live.scheduled || model.me.is_none() || !is_active(model) {
        return None;
    }
    let since = |last| model.time().duration_since(last).unsigned_abs();
    let last = model.live.last_refresh;
    let rest = last.map_or(Duration::ZERO, |last| PACE.saturating_sub(since(last)));
    model.live.scheduled = true;
    Some(Cmd::After(SETTLE.max(rest), Timer::Refresh))
}

/// Reads again what is on the screen.
pub(in crate::app) fn refresh_visible(model: &mut Model) -> Vec<Cmd> {
    model.live.scheduled = false;
    if model.me.is_none() {
        return Vec::new();
    }
    if is_loading(model) {
        // What is on its way may be older than the change.
        return schedule(model).into_iter().collect();
    }
    model.live.last_refresh = Some(model.time());
    model.overlays.refresh_stale();
    if model.list().freshness == Freshness::Stale {
        return load::refresh_list(model);
    }
    Vec::new()
}

/// Whether a reply is awaited that what is on the screen depends on.
fn is_loading(model: &Model) -> bool {
    let (tab, pending) = (model.tab, &model.pending);
    let mut overlays = model.overlays.with_ids();
    pending.waits_for(RequestKind::Page(tab))
        || pending.waits_for(RequestKind::RefreshPage(tab))
        || overlays.any(|(id, it)| it.component().is_stale() && pending.waits_for_overlay(id))
}
