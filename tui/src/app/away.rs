//! The server does not answer: what was asked waits, and is asked again by itself.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    asked::Question,
    cmd::{Cmd, Timer},
    model::Model,
};
use crate::ask::{Call, Purpose};

/// The longest wait between two tries.
const LONGEST: u64 = 30;

/// The server is away.
pub struct Away {
    /// Why, as far as it is known.
    pub message: String,
    /// When it is tried again.
    pub next: Timestamp,
    /// Tries in a row that failed.
    tries: u32,
    /// Whether it is being tried now.
    pub trying: bool,
    generation: u64,
    /// What is asked again.
    waiting: Vec<(Purpose, Call)>,
}

impl Away {
    /// No longer asks for these purposes.
    pub fn forget(&mut self, of: impl Fn(Purpose) -> bool) {
        self.waiting.retain(|(purpose, _)| !of(*purpose));
    }

    /// Seconds until the next try.
    #[must_use]
    pub fn seconds(&self, now: Timestamp) -> i64 {
        now.duration_until(self.next).as_secs().max(0)
    }
}

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
