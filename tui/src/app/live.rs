//! What others change, as it happens: lists, the open record, forms and the history follow.

use std::time::Duration;

use super::{
    account,
    cmd::{Cmd, Timer},
    history,
    list::Age,
    load,
    model::Model,
    overlay::Overlay,
};
use crate::{
    api::{ApiRequest, RequestKind},
    client::{Change, ChangeEvent},
    messages::Arg,
    record::{Record, Tab},
    tone::{Status, Tone},
};

/// How long to wait for more before anything is read again: a burst costs one reading.
const SETTLE: Duration = Duration::from_millis(200);
/// The least time between two readings, so that a steady flow of changes costs few of them and is
/// still followed within a second.
const PACE: Duration = Duration::from_millis(700);

/// How long after the last key the client goes on reading what others change. Reading is use of the
/// session, which must end some day when nobody uses it.
const AWAKE: Duration = Duration::from_hours(2);

/// Takes news in the order in which they came.
pub(super) fn on_news(model: &mut Model, news: Vec<ChangeEvent>) -> Vec<Cmd> {
    let mut cmds = Vec::new();
    for piece in news {
        if model.me.is_none() {
            return cmds;
        }
        match piece {
            ChangeEvent::Change(change) => cmds.extend(take(model, &change)),
            ChangeEvent::Reload => miss(model),
            // Whether the server is away is better known now than at the next key.
            ChangeEvent::Gap if is_awake(model) => {
                cmds.push(model.ask(
                    RequestKind::Me,
                    ApiRequest::GetMe(epic_events::v1::GetMeRequest {}),
                ));
            }
            ChangeEvent::Gap => {}
            ChangeEvent::SessionEnded => return account::session_over(model),
        }
    }
    cmds.extend(plan(model));
    cmds
}

/// Somebody is there: what has changed while nobody was is read now.
pub(super) fn touch(model: &mut Model) -> Option<Cmd> {
    model.live.touched = Some(model.time());
    plan(model)
}

fn is_awake(model: &mut Model) -> bool {
    let now = model.time();
    let touched = *model.live.touched.get_or_insert(now);
    now.duration_since(touched).unsigned_abs() < AWAKE
}

/// Anything may have changed.
fn miss(model: &mut Model) {
    for list in &mut model.lists {
        list.grow_stale();
    }
    if let Some(history) = history::shown(model) {
        history.stale = true;
    }
}

fn take(model: &mut Model, change: &Change) -> Vec<Cmd> {
    let Some(tab) = Tab::of(change.record) else {
        return Vec::new();
    };
    let own = &mut model.lists[tab.index()];
    // What one has just saved is on the screen already.
    if change.deleted || !own.shows(change.id, &change.etag) {
        own.grow_stale();
    }
    for other in tab.screen().shown_in {
        model.lists[other.index()].grow_stale();
    }
    if let Some(history) = history::shown(model).filter(|it| it.is_of(tab, change.id)) {
        history.stale = true;
    }
    tell_forms(model, tab, change);
    if change.deleted && model.lists[tab.index()].stands_on(change.id) {
        load::gone(model, tab, &change.actor);
    }
    if tab == Tab::Collaborators && !change.deleted && model.is_me(change.id) {
        // Perhaps one's rights have changed.
        return vec![model.ask(
            RequestKind::Me,
            ApiRequest::GetMe(epic_events::v1::GetMeRequest {}),
        )];
    }
    Vec::new()
}

/// Says in a form that is open on the record what has become of that.
fn tell_forms(model: &mut Model, tab: Tab, change: &Change) {
    let actor = if change.actor.is_empty() {
        "none"
    } else {
        &change.actor
    };
    let by = [("by", Arg::Text(actor))];
    let (id, tone) = if change.deleted {
        ("form-gone", Tone::Warn)
    } else {
        ("form-saved-meanwhile", Tone::Dim)
    };
    let text = model.messages.with(id, &by);
    for overlay in &mut model.overlays {
        let Overlay::Form(form) = overlay else {
            continue;
        };
        let about = |record: &Record| record.tab() == tab && record.id() == change.id;
        let known = |record: &Record| record.etag() == change.etag;
        let Some(record) = form.target.as_ref().filter(|record| about(record)) else {
            continue;
        };
        // While it is being saved, the answer tells whose change this was.
        if change.deleted || !(form.busy || known(record)) {
            form.meanwhile = Some(Status {
                text: text.clone(),
                tone,
            });
        }
    }
}

/// Plans to read again what is on the screen, if that has changed and it is not planned yet.
pub(super) fn plan(model: &mut Model) -> Option<Cmd> {
    let history = history::shown(model).is_some_and(|history| history.stale);
    let wanted = history || model.list().age == Age::Stale;
    if !wanted || model.live.planned || model.me.is_none() || !is_awake(model) {
        return None;
    }
    let since = |last| model.now.timestamp().duration_since(last).unsigned_abs();
    let rest = model
        .live
        .last
        .map_or(Duration::ZERO, |last| PACE.saturating_sub(since(last)));
    model.live.planned = true;
    Some(Cmd::After(SETTLE.max(rest), Timer::Follow))
}

/// Reads again what is on the screen.
pub(super) fn follow(model: &mut Model) -> Vec<Cmd> {
    model.live.planned = false;
    if model.me.is_none() {
        return Vec::new();
    }
    let tab = model.tab;
    let waits = |purpose| model.pending.waits_for(purpose);
    let busy = waits(RequestKind::Page(tab))
        || waits(RequestKind::Again(tab))
        || waits(RequestKind::History);
    if busy {
        // What is on its way may be older than the change.
        return plan(model).into_iter().collect();
    }
    model.live.last = Some(model.time());
    let mut cmds = Vec::new();
    if model.list().age == Age::Stale {
        cmds.extend(load::follow(model));
    }
    if history::shown(model).is_some_and(|history| history.stale) {
        cmds.extend(history::refresh(model));
    }
    cmds
}
