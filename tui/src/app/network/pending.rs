//! The requests that have no reply yet. A reply to a request that is no longer here is dropped.

use std::time::Duration;

use jiff::Timestamp;

use super::owner::{OverlayId, RequestOwner};
use crate::{api::ApiRequest, app::cmd::Cmd};

/// How long a reply may take before a spinner is shown.
const PATIENCE: Duration = Duration::from_millis(150);

/// A request that has no reply yet.
#[derive(Clone)]
pub(crate) struct PendingRequest {
    /// Identifies the reply.
    id: u64,
    /// Where the reply goes.
    pub(super) owner: RequestOwner,
    /// What was sent; a retry sends exactly the same.
    pub(super) request: ApiRequest,
    /// When it was sent.
    since: Timestamp,
    /// Whether it waits to be sent again rather than for a reply.
    waiting: bool,
}

impl PendingRequest {
    fn send(&self) -> Cmd {
        Cmd::Send {
            id: self.id,
            request: self.request.clone(),
        }
    }

    fn is_quiet(&self) -> bool {
        matches!(self.owner, RequestOwner::Client(kind) if kind.is_quiet())
    }
}

/// The requests that have no reply yet.
#[derive(Default)]
pub struct Pending {
    requests: Vec<PendingRequest>,
    last: u64,
}

impl Pending {
    /// Sends a request. It replaces an earlier one of the same owner.
    pub(in crate::app) fn send(
        &mut self,
        now: Timestamp,
        owner: RequestOwner,
        request: ApiRequest,
    ) -> Cmd {
        self.cancel(|other| other == owner);
        self.last += 1;
        let request = PendingRequest {
            id: self.last,
            owner,
            request,
            since: now,
            waiting: false,
        };
        let cmd = request.send();
        self.requests.push(request);
        cmd
    }

    /// Removes and returns the request of a reply; `None` when it was replaced or cancelled.
    pub(super) fn remove(&mut self, id: u64) -> Option<PendingRequest> {
        let index = self.requests.iter().position(|it| it.id == id)?;
        Some(self.requests.swap_remove(index))
    }

    /// Lets a request wait that the server did not answer.
    pub(super) fn postpone(&mut self, mut request: PendingRequest) {
        request.waiting = true;
        self.requests.push(request);
    }

    /// Sends everything again that waits.
    pub(super) fn resend(&mut self, now: Timestamp) -> Vec<Cmd> {
        let mut cmds = Vec::new();
        for request in self.requests.iter_mut().filter(|it| it.waiting) {
            self.last += 1;
            request.id = self.last;
            request.since = now;
            request.waiting = false;
            cmds.push(request.send());
        }
        cmds
    }

    /// Whether every request has a reply or was cancelled.
    pub(super) fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Cancels the requests of these owners, also those that wait.
    pub(in crate::app) fn cancel(&mut self, of: impl Fn(RequestOwner) -> bool) {
        self.requests.retain(|request| !of(request.owner));
    }

    fn sent(&self) -> impl Iterator<Item = &PendingRequest> {
        self.requests.iter().filter(|it| !it.waiting)
    }

    /// Whether a reply to this owner is awaited.
    #[must_use]
    pub(crate) fn waits_for(&self, owner: impl Into<RequestOwner>) -> bool {
        let owner = owner.into();
        self.sent().any(|request| request.owner == owner)
    }

    /// Whether any reply to the overlay is awaited.
    pub(in crate::app) fn waits_for_overlay(&self, id: OverlayId) -> bool {
        let is_of = |owner| matches!(owner, RequestOwner::Overlay(of, _) if of == id);
        self.sent().any(|request| is_of(request.owner))
    }

    /// Whether the user waits for a reply.
    #[must_use]
    pub(crate) fn is_awaited(&self) -> bool {
        self.sent().any(|request| !request.is_quiet())
    }

    /// Whether some reply takes so long that a spinner should show it.
    #[must_use]
    pub(crate) fn is_slow(&self, now: Timestamp) -> bool {
        self.sent()
            .filter(|request| !request.is_quiet())
            .any(|request| now.duration_since(request.since).unsigned_abs() >= PATIENCE)
    }
}
