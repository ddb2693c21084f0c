//! The owner of a request, which receives the response.

use crate::{app::sign_out::SignOutReason, record::Tab};

/// Identifies an open overlay; never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverlayId(pub(in crate::app) u64);

/// The purpose of an overlay's request; the overlay chooses the name. A second request in the same
/// slot replaces the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RequestSlot {
    name: &'static str,
    index: usize,
}

impl RequestSlot {
    pub(in crate::app) const fn new(name: &'static str) -> Self {
        Self { name, index: 0 }
    }

    /// The slot of this name and number, for an overlay that makes several requests of one kind.
    pub(in crate::app) const fn at(self, index: usize) -> Self {
        Self { index, ..self }
    }
}

/// The purpose of a request of the tabs or the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestKind {
    /// Signing in, or the account of a session from an earlier start.
    Login,
    /// Signing out.
    Logout(SignOutReason),
    /// The account, after a change of it was announced.
    Account,
    /// A page of a tab's list.
    Page(Tab),
    /// The number of records that match a filter; 0 stands for no filter.
    Count(Tab, usize),
    /// A page of a tab's list that is refreshed after a change.
    RefreshPage(Tab),
    /// The latest changes of the selected record.
    Recent,
    /// The selected record of a tab, which is not in its refreshed list.
    RefreshRecord(Tab),
}

impl RequestKind {
    /// Whether the response only updates displayed data, so that no spinner is needed.
    pub(super) const fn is_quiet(self) -> bool {
        matches!(
            self,
            Self::Count(..)
                | Self::RefreshPage(_)
                | Self::RefreshRecord(_)
                | Self::Account
                | Self::Recent
        )
    }
}

/// The receiver of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestOwner {
    /// A tab or the account.
    Client(RequestKind),
    /// An overlay; closing it cancels the request.
    Overlay(OverlayId, RequestSlot),
}

impl RequestOwner {
    /// Whether it is the request that signs out.
    pub(in crate::app) const fn is_logout(self) -> bool {
        matches!(self, Self::Client(RequestKind::Logout(_)))
    }
}

impl From<RequestKind> for RequestOwner {
    fn from(kind: RequestKind) -> Self {
        Self::Client(kind)
    }
}
