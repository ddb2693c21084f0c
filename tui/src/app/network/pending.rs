//! The requests without a response. The response to a replaced or cancelled request is dropped.

use std::time::Duration;

use jiff::Timestamp;

use super::owner::{OverlayId, RequestOwner};
use crate::{api::ApiRequest, app::cmd::Cmd};

/// Delay before a spinner shows that a response is slow.
const SPINNER_DELAY: Duration = Duration::from_millis(150);

/// A request without a response.
#[derive(Clone)]
pub(crate) struct PendingRequest {
    /// Identifies the response.
    id: u64,
    /// The receiver of the response.
    pub(super) owner: RequestOwner,
    /// The request; a retry sends the same request.
    pub(super) request: ApiRequest,
    /// When it was sent.
    since: Timestamp,
    /// Whether it waits for a retry rather than for its response.
    postponed: bool,
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

/// The requests without a response.
#[derive(Default)]
pub struct Pending {
    requests: Vec<PendingRequest>,
    last_id: u64,
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
        self.last_id += 1;
        let request = PendingRequest {
            id: self.last_id,
            owner,
            request,
            since: now,
            postponed: false,
        };
        let cmd = request.send();
        self.requests.push(request);
        cmd
    }

    /// Removes and returns the request of a response; `None` when it was replaced or cancelled.
    pub(super) fn remove(&mut self, id: u64) -> Option<PendingRequest> {
        let index = self.requests.iter().position(|it| it.id == id)?;
        Some(self.requests.swap_remove(index))
    }

    /// Postpones a request until the next retry.
    pub(super) fn postpone(&mut self, mut request: PendingRequest) {
        request.postponed = true;
        self.requests.push(request);
    }

    /// Sends the postponed requests again.
    pub(super) fn resend(&mut self, now: Timestamp) -> Vec<Cmd> {
        let mut cmds = Vec::new();
        for request in self.requests.iter_mut().filter(|it| it.postponed) {
            self.last_id += 1;
            request.id = self.last_id;
            request.since = now;
            request.postponed = false;
            cmds.push(request.send());
        }
        cmds
    }

    /// Whether every request has a response or was cancelled.
    pub(super) fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Cancels the requests of these owners, postponed ones included.
    pub(in crate::app) fn cancel(&mut self, matches: impl Fn(RequestOwner) -> bool) {
        self.requests.retain(|request| !matches(request.owner));
    }

    fn sent(&self) -> impl Iterator<Item = &PendingRequest> {
        self.requests.iter().filter(|it| !it.postponed)
    }

    /// Whether a request of this owner is sent and has no response.
    #[must_use]
    pub(crate) fn waits_for(&self, owner: impl Into<RequestOwner>) -> bool {
        let owner = owner.into();
        self.sent().any(|request| request.owner == owner)
    }

    /// Whether a request of this owner has no response yet, also while it waits to be sent again.
    pub(in crate::app) fn contains(&self, owner: impl Into<RequestOwner>) -> bool {
        let owner = owner.into();
        self.requests.iter().any(|request| request.owner == owner)
    }

    /// The same as [`Self::waits_for`], for any request of the overlay.
    pub(in crate::app) fn waits_for_overlay(&self, id: OverlayId) -> bool {
        let is_from = |owner| matches!(owner, RequestOwner::Overlay(other, _) if other == id);
        self.sent().any(|request| is_from(request.owner))
    }

    /// Whether the user waits for a response.
    #[must_use]
    pub(crate) fn is_awaited(&self) -> bool {
        self.sent().any(|request| !request.is_quiet())
    }

    /// Whether a response that the user waits for is slow.
    #[must_use]
    pub(crate) fn is_slow(&self, now: Timestamp) -> bool {
        self.sent()
            .filter(|request| !request.is_quiet())
            .any(|request| now.duration_since(request.since).unsigned_abs() >= SPINNER_DELAY)
    }
}
