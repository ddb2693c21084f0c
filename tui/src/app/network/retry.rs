//! Sends requests again that the server did not answer. Each pending request carries its own retry
//! state, so the reply to one request never drops another.

use std::time::Duration;

use super::{offline::Offline, pending::PendingRequest};
use crate::{
    app::{
        cmd::{Cmd, Timer},
        model::Model,
    },
    tone::Tone,
};

/// The longest wait between two tries, in seconds.
const LONGEST: u64 = 30;

/// Lets a request wait that the server did not answer, and schedules the next try.
pub(super) fn postpone(model: &mut Model, request: PendingRequest, message: String) -> Vec<Cmd> {
    model.pending.postpone(request);
    // Requests that fail together share one timer.
    if model.offline.as_ref().is_some_and(|it| !it.trying) {
        return Vec::new();
    }
    let (now, generation) = (model.time(), model.next_generation());
    let (since, tries) = match &model.offline {
        Some(offline) => (offline.since, offline.tries + 1),
        None => (now, 0),
    };
    let wait = Duration::from_secs((1 << tries.min(6)).min(LONGEST));
    model.offline = Some(Offline {
        since,
        tries,
        message,
        next: now.checked_add(wait).unwrap_or(now),
        trying: false,
        generation,
    });
    vec![Cmd::After(wait, Timer::Retry(generation))]
}

/// Sends everything again that waits, when the timer of the next try has run out.
pub(in crate::app) fn on_timer(model: &mut Model, generation: u64) -> Vec<Cmd> {
    match &model.offline {
        Some(offline) if offline.generation == generation => retry_now(model),
        _ => Vec::new(),
    }
}

/// Sends everything again that waits, without waiting for the timer.
pub(in crate::app) fn retry_now(model: &mut Model) -> Vec<Cmd> {
    let (now, generation) = (model.time(), model.next_generation());
    let Some(offline) = &mut model.offline else {
        return Vec::new();
    };
    offline.trying = true;
    offline.generation = generation;
    let cmds = model.pending.resend(now);
    give_up_if_idle(model);
    cmds
}

/// Records that the server has answered. Returns whether it was offline before.
pub(super) fn is_back(model: &mut Model) -> bool {
    let was_offline = model.offline.take().is_some();
    if was_offline {
        model.live.reconnects += 1;
        let text = model.messages.get("server-back");
        model.say(text, Tone::Good);
    }
    was_offline
}

/// Leaves the offline state when no request is left whose reply would end it; the next request
/// shows whether the server answers.
pub(super) fn give_up_if_idle(model: &mut Model) {
    if model.offline.as_ref().is_some_and(|it| it.trying) && model.pending.is_empty() {
        model.offline = None;
    }
}
