//! The requests that have no reply yet. A reply to a request that is no longer here is dropped.

use std::time::Duration;

use jiff::Timestamp;

use super::cmd::Cmd;
use crate::api::{ApiRequest, RequestKind};

/// A request that has no reply yet.
#[derive(Clone)]
pub struct PendingRequest {
    /// Identifies the reply.
    pub ticket: u64,
    /// What it is for.
    pub purpose: RequestKind,
    /// What was sent; a retry sends exactly the same.
    pub call: ApiRequest,
    /// When it was sent.
    pub since: Timestamp,
    /// Whether it waits to be sent again rather than for a reply.
    waiting: bool,
}

/// The requests that have no reply yet.
#[derive(Default)]
pub struct Pending {
    open: Vec<PendingRequest>,
    last: u64,
}

/// How long an answer may take before a spinner is shown.
const PATIENCE: Duration = Duration::from_millis(150);

impl Pending {
    /// Sends a request. It replaces an earlier one for the same purpose.
    pub fn ask(&mut self, now: Timestamp, purpose: RequestKind, call: ApiRequest) -> Cmd {
        self.forget(|other| other == purpose);
        let request = PendingRequest {
            ticket: self.next_ticket(),
            purpose,
            call,
            since: now,
            waiting: false,
        };
        let cmd = request.send();
        self.open.push(request);
        cmd
    }

    fn next_ticket(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// Removes and returns the request of a reply; `None` when it was replaced or cancelled.
    pub fn take(&mut self, ticket: u64) -> Option<PendingRequest> {
        let index = self.open.iter().position(|it| it.ticket == ticket)?;
        Some(self.open.swap_remove(index))
    }

    /// Lets a request wait that the server did not answer.
    pub(super) fn postpone(&mut self, mut request: PendingRequest) {
        request.waiting = true;
        self.open.push(request);
    }

    /// Sends everything again that waits.
    pub(super) fn resend(&mut self, now: Timestamp) -> Vec<Cmd> {
        let mut cmds = Vec::new();
        for request in self.open.iter_mut().filter(|it| it.waiting) {
            self.last += 1;
            request.ticket = self.last;
            request.since = now;
            request.waiting = false;
            cmds.push(request.send());
        }
        cmds
    }

    /// Whether every request has a reply or was cancelled.
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Cancels the requests of these purposes.
    pub fn forget(&mut self, of: impl Fn(RequestKind) -> bool) {
        self.open.retain(|request| !of(request.purpose));
    }

    fn sent(&self) -> impl Iterator<Item = &PendingRequest> {
        self.open.iter().filter(|it| !it.waiting)
    }

    /// Whether a reply of this purpose is awaited.
    #[must_use]
    pub fn waits_for(&self, purpose: RequestKind) -> bool {
        self.sent().any(|request| request.purpose == purpose)
    }

    /// Whether the user waits for a reply.
    #[must_use]
    pub fn is_awaited(&self) -> bool {
        self.sent().any(|request| !request.purpose.is_quiet())
    }

    /// Whether some reply takes so long that a spinner should show it.
    #[must_use]
    pub fn is_slow(&self, now: Timestamp) -> bool {
        self.sent()
            .filter(|request| !request.purpose.is_quiet())
            .any(|request| now.duration_since(request.since).unsigned_abs() >= PATIENCE)
    }
}

impl PendingRequest {
    fn send(&self) -> Cmd {
        Cmd::Send {
            ticket: self.ticket,
            call: self.call.clone(),
        }
    }
}
