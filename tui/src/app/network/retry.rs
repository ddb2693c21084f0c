//! Retries requests that failed because the server was unavailable. Each pending request has its
//! own retry state, so the response to one request never drops another.

use std::time::Duration;

use super::{offline::Offline, pending::PendingRequest};
use crate::{
    api::Outage,
    app::{
        cmd::{Cmd, Timer},
        model::Model,
    },
    tone::Tone,
};

/// The longest wait between two retries.
const MAX_WAIT_SECONDS: u64 = 30;

/// Postpones a request, and schedules the next retry.
pub(super) fn postpone(model: &mut Model, request: PendingRequest, outage: Outage) -> Vec<Cmd> {
    model.pending.postpone(request);
    // Requests that fail together share one timer.
    if model.offline.as_ref().is_some_and(|it| !it.is_retrying) {
        return Vec::new();
    }
    let (now, generation) = (model.time(), model.next_generation());
    let (since, retries) = match &model.offline {
        Some(offline) => (offline.since, offline.retries + 1),
        None => (now, 0),
    };
    let wait = Duration::from_secs((1 << retries.min(6)).min(MAX_WAIT_SECONDS));
    model.offline = Some(Offline {
        since,
        retries,
        outage,
        retry_at: now.checked_add(wait).unwrap_or(now),
        is_retrying: false,
        generation,
    });
    vec![Cmd::After(wait, Timer::Retry(generation))]
}

/// Sends the postponed requests again when the timer of the next retry has run out.
pub(in crate::app) fn on_timer(model: &mut Model, generation: u64) -> Vec<Cmd> {
    match &model.offline {
        Some(offline) if offline.generation == generation => retry_now(model),
        _ => Vec::new(),
    }
}

/// Sends the postponed requests again without waiting for the timer.
pub(in crate::app) fn retry_now(model: &mut Model) -> Vec<Cmd> {
    let (now, generation) = (model.time(), model.next_generation());
    let Some(offline) = &mut model.offline else {
        return Vec::new();
    };
    offline.is_retrying = true;
    offline.generation = generation;
    let cmds = model.pending.resend(now);
    end_offline_if_idle(model);
    cmds
}

/// Ends the offline state. Returns whether the client was offline.
pub(super) fn mark_online(model: &mut Model) -> bool {
    let was_offline = model.offline.take().is_some();
    if was_offline {
        model.live.reconnects += 1;
        // Before the sign-in, the login screen itself has said that the server does not answer.
        if model.me.is_some() {
            let text = model.messages.get("server-back");
            model.set_status(text, Tone::Good);
        }
    }
    was_offline
}

/// Ends the offline state if no request is left whose response would end it; the next request shows
/// whether the server is available.
pub(super) fn end_offline_if_idle(model: &mut Model) {
    if model.offline.as_ref().is_some_and(|it| it.is_retrying) && model.pending.is_empty() {
        model.offline = None;
    }
}
