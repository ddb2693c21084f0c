//! The questions that wait for their answers. An answer to a question that nobody asks any more is
//! dropped.

use std::time::Duration;

use jiff::Timestamp;

use super::cmd::Cmd;
use crate::api::{ApiRequest, RequestKind};

/// A question that waits for its answer.
#[derive(Clone)]
pub struct PendingRequest {
    /// Tells answers apart.
    pub ticket: u64,
    /// What it is for.
    pub purpose: RequestKind,
    /// What was sent.
    pub call: ApiRequest,
    /// When it was sent.
    pub since: Timestamp,
}

/// The questions that wait for their answers.
#[derive(Default)]
pub struct Pending {
    open: Vec<PendingRequest>,
    last: u64,
}

/// How long an answer may take before a spinner says that we wait.
const PATIENCE: Duration = Duration::from_millis(150);

impl Pending {
    /// Asks, in place of any earlier question for the same purpose.
    pub fn ask(&mut self, now: Timestamp, purpose: RequestKind, call: ApiRequest) -> Cmd {
        self.forget(|other| other == purpose);
        self.last += 1;
        let ticket = self.last;
        self.open.push(PendingRequest {
            ticket,
            purpose,
            call: call.clone(),
            since: now,
        });
        Cmd::Send { ticket, call }
    }

    /// Takes the question of the ticket; `None` when nobody asks it any more.
    pub fn take(&mut self, ticket: u64) -> Option<PendingRequest> {
        let index = self.open.iter().position(|q| q.ticket == ticket)?;
        Some(self.open.swap_remove(index))
    }

    /// No longer waits for answers of these purposes.
    pub fn forget(&mut self, of: impl Fn(RequestKind) -> bool) {
        self.open.retain(|question| !of(question.purpose));
    }

    /// Whether an answer of this purpose is awaited.
    #[must_use]
    pub fn waits_for(&self, purpose: RequestKind) -> bool {
        self.open.iter().any(|question| question.purpose == purpose)
    }

    /// Whether somebody waits for an answer.
    #[must_use]
    pub fn is_awaited(&self) -> bool {
        self.open
            .iter()
            .any(|question| !question.purpose.is_quiet())
    }

    /// Whether some answer takes so long that a spinner should show it.
    #[must_use]
    pub fn is_slow(&self, now: Timestamp) -> bool {
        self.open
            .iter()
            .filter(|question| !question.purpose.is_quiet())
            .any(|question| now.duration_since(question.since).unsigned_abs() >= PATIENCE)
    }
}
