//! What was not answered waits, and is asked again by itself.

use std::time::Duration;

use super::{
    asked::Question,
    away::Away,
    cmd::{Cmd, Timer},
    model::Model,
};

/// The longest wait between two tries.
const LONGEST: u64 = 30;

/// Keeps a question that was not answered, and plans the next try.
pub(super) fn keep(model: &mut Model, question: Question, message: String) -> Vec<Cmd> {
    let waiting = (question.purpose, question.call);
    let generation = model.next_generation();
    let now = model.time();
    match &mut model.away {
        // One of several that failed together.
        Some(away) if !away.trying => {
            away.waiting.push(waiting);
            return Vec::new();
        }
        Some(away) => {
            away.tries += 1;
            away.waiting.push(waiting);
        }
        None => {
            model.away = Some(Away {
                message: String::new(),
                next: now,
                tries: 0,
                trying: false,
                generation: 0,
                waiting: vec![waiting],
            });
        }
    }
    let Some(away) = &mut model.away else {
        return Vec::new();
    };
    let wait = Duration::from_secs((1 << away.tries.min(6)).min(LONGEST));
    away.message = message;
    away.trying = false;
    away.next = now.checked_add(wait).unwrap_or(now);
    away.generation = generation;
    vec![Cmd::After(wait, Timer::Retry(generation))]
}

/// Asks again everything that waits.
pub(super) fn retry(model: &mut Model, generation: u64) -> Vec<Cmd> {
    let Some(away) = model.away.as_mut().filter(|a| a.generation == generation) else {
        return Vec::new();
    };
    let waiting = std::mem::take(&mut away.waiting);
    away.trying = true;
    if waiting.is_empty() {
        // Nobody wants to know any more; the next question will tell.
        model.away = None;
    }
    waiting
        .into_iter()
        .map(|(purpose, call)| model.ask(purpose, call))
        .collect()
}

/// Asks again now, because somebody wants to know.
pub(super) fn retry_now(model: &mut Model) -> Vec<Cmd> {
    match model.away.as_ref().map(|away| away.generation) {
        Some(generation) => retry(model, generation),
        None => Vec::new(),
    }
}
