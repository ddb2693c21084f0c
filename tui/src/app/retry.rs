//! What was not answered waits, and is asked again by itself.

use std::time::Duration;

use super::{
    cmd::{Cmd, Timer},
    model::Model,
    offline::Offline,
    pending::PendingRequest,
};

/// The longest wait between two tries.
const LONGEST: u64 = 30;

/// Keeps a question that was not answered, and plans the next try.
pub(super) fn keep(model: &mut Model, question: PendingRequest, message: String) -> Vec<Cmd> {
    let waiting = (question.purpose, question.call);
    let generation = model.next_generation();
    let now = model.time();
    match &mut model.offline {
        // One of several that failed together.
        Some(offline) if !offline.trying => {
            offline.waiting.push(waiting);
            return Vec::new();
        }
        Some(offline) => {
            offline.tries += 1;
            offline.waiting.push(waiting);
        }
        None => {
            model.offline = Some(Offline {
                message: String::new(),
                next: now,
                tries: 0,
                trying: false,
                generation: 0,
                waiting: vec![waiting],
            });
        }
    }
    let Some(offline) = &mut model.offline else {
        return Vec::new();
    };
    let wait = Duration::from_secs((1 << offline.tries.min(6)).min(LONGEST));
    offline.message = message;
    offline.trying = false;
    offline.next = now.checked_add(wait).unwrap_or(now);
    offline.generation = generation;
    vec![Cmd::After(wait, Timer::Retry(generation))]
}

/// Asks again everything that waits.
pub(super) fn retry(model: &mut Model, generation: u64) -> Vec<Cmd> {
    let Some(offline) = model
        .offline
        .as_mut()
        .filter(|a| a.generation == generation)
    else {
        return Vec::new();
    };
    let waiting = std::mem::take(&mut offline.waiting);
    offline.trying = true;
    if waiting.is_empty() {
        // Nobody wants to know any more; the next question will tell.
        model.offline = None;
    }
    waiting
        .into_iter()
        .map(|(purpose, call)| model.ask(purpose, call))
        .collect()
}

/// Asks again now, because somebody wants to know.
pub(super) fn retry_now(model: &mut Model) -> Vec<Cmd> {
    match model.offline.as_ref().map(|offline| offline.generation) {
        Some(generation) => retry(model, generation),
        None => Vec::new(),
    }
}
