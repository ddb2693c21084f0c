//! The part of the client's state that overlays and drawing may read.

use epic_events::{
    policy::{self, Actor},
    v1::{Collaborator, Me},
};
use jiff::{Timestamp, Zoned};
use uuid::Uuid;

use super::{
    network::{
        owner::{OverlayId, RequestOwner, RequestSlot},
        pending::Pending,
    },
    previous_view::PreviousView,
    recent_changes::RecentChanges,
    tab::list::List,
};
use crate::{
    messages::Messages,
    record::{Record, Tab, table},
};

/// The part of the client's state that overlays and drawing may read.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    /// The texts in the user's language.
    pub(crate) messages: &'a Messages,
    /// The current time, in the time zone in which times are displayed.
    pub(crate) now: &'a Zoned,
    /// Columns and rows of the terminal.
    pub(crate) size: (u16, u16),
    /// The signed-in user.
    pub(crate) me: Option<&'a Me>,
    /// The tab in front.
    pub(crate) tab: Tab,
    /// Its list.
    pub(crate) list: &'a List,
    /// Whether the record pane covers the list.
    pub(crate) opened: bool,
    /// What was on the screen before the last link that was opened.
    pub(super) previous: Option<&'a PreviousView>,
    /// Whether the server is unavailable.
    pub(crate) offline: bool,
    pub(super) pending: &'a Pending,
    /// The latest changes of the selected record.
    pub(super) recent: &'a RecentChanges,
    /// The overlay that the context is for; `None` for a tab.
    pub(super) overlay: Option<OverlayId>,
    pub(super) new_id: fn() -> Uuid,
}

impl<'a> Context<'a> {
    /// The user, as the access policy needs it.
    #[must_use]
    pub(crate) fn actor(&self) -> Option<Actor> {
        self.me.map(|me| Actor {
            id: me.id,
            role: me.role(),
        })
    }

    /// Whether the collaborator is the user.
    #[must_use]
    pub(crate) fn is_me(&self, collaborator: i64) -> bool {
        self.me.is_some_and(|me| me.id == collaborator)
    }

    /// The selected record of the list in front.
    #[must_use]
    pub(crate) const fn selected(&self) -> Option<&'a Record> {
        self.list.selected.as_ref()
    }

    /// The selected collaborator, if the access policy allows to list their sessions; `None` for the user's own.
    pub(super) fn owner_of_sessions(&self) -> Option<&'a Collaborator> {
        let Some(Record::Collaborator(person)) = self.selected() else {
            return None;
        };
        let fields = ["collaborator_id"];
        let permit = |actor| policy::permit(actor, policy::LIST_SESSIONS, Some(person.id), &fields);
        let may_list = self.actor().is_some_and(|actor| permit(actor).is_ok());
        (may_list && !self.is_me(person.id)).then_some(person)
    }

    /// Whether the loaded records are displayed. While the server is offline, those of another search, filter or
    /// parent are not: nobody knows when the right ones arrive.
    #[must_use]
    pub(crate) fn shows_records(&self) -> bool {
        !self.offline || !self.list.is_outdated()
    }

    /// The current time.
    #[must_use]
    pub(crate) fn time(&self) -> Timestamp {
        self.now.timestamp()
    }

    /// The context of table cells.
    #[must_use]
    pub(crate) const fn cells(&self) -> table::CellContext<'a> {
        table::CellContext {
            messages: self.messages,
            now: self.now,
            user: match self.me {
                Some(me) => Some(me.id),
                None => None,
            },
        }
    }

    /// Whether a request of the overlay in this slot is pending.
    #[must_use]
    pub(crate) fn waits_for(&self, slot: RequestSlot) -> bool {
        let waits = |id| self.pending.waits_for(RequestOwner::Overlay(id, slot));
        self.overlay.is_some_and(waits)
    }

    /// Whether a spinner is displayed, because a response is slow.
    #[must_use]
    pub(crate) fn is_slow(&self) -> bool {
        !self.offline && self.pending.is_slow(self.time())
    }

    /// A new UUID for a request.
    pub(super) fn new_id(&self) -> Uuid {
        (self.new_id)()
    }
}
