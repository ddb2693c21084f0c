//! The state of the client.

use std::time::Duration;

use epic_events::v1::Me;
use jiff::{Timestamp, Zoned};
use uuid::Uuid;

use super::{
    availability::{self, Availability},
    cmd::Cmd,
    context::Context,
    network::{
        offline::Offline,
        owner::{OverlayId, RequestOwner},
        pending::Pending,
    },
    overlay::stack::Overlays,
    tab::{PerTab, list::List},
};
use crate::{
    api::ApiRequest,
    form::Form,
    keys::{self, Action, Binding, KeyContext},
    layout,
    messages::Messages,
    record::{Record, Tab},
    screens::login,
    tone::{Status, Tone},
};

/// An account of the demo, for the login screen.
#[derive(Clone, Debug)]
pub struct DemoAccount {
    /// Its department.
    pub role: epic_events::v1::Role,
    /// What to sign in with.
    pub email: String,
    /// Its password.
    pub password: String,
}

/// What the client starts with.
pub struct Start {
    /// The language.
    pub messages: Messages,
    /// The present, in the zone that times are shown in.
    pub now: Zoned,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Whether there is a session from an earlier start.
    pub resume: bool,
    /// The demo's accounts; empty outside the demo.
    pub demo: Vec<DemoAccount>,
    /// Makes the UUIDs of requests.
    pub new_id: fn() -> Uuid,
}

/// How far the client has read what others change.
#[derive(Debug, Default)]
pub(super) struct Live {
    /// How often the server has come back; each time the stream of changes is opened anew, at once.
    pub(super) reconnects: u64,
    /// When a key was last pressed, or the stream began.
    pub(super) last_input: Option<Timestamp>,
    /// Whether a refresh is scheduled.
    pub(super) scheduled: bool,
    /// When the last refresh began.
    pub(super) last_refresh: Option<Timestamp>,
}

/// Where keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Focus {
    Login,
    List,
    Search,
    Overlay(OverlayId),
}

/// The state of the client.
pub struct Model {
    /// The language.
    pub messages: Messages,
    /// The present, in the zone that times are shown in.
    pub now: Zoned,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Who is signed in.
    pub me: Option<Me>,
    /// Whether a session from an earlier start is being tried.
    pub resume: bool,
    /// Who was signed in when the session ended by itself: their work waits for them.
    pub(super) interrupted: Option<i64>,
    /// The login screen.
    pub login: Form,
    /// The demo's accounts.
    pub demo: Vec<DemoAccount>,
    /// The tab in front.
    pub tab: Tab,
    /// The tabs' lists.
    pub lists: PerTab<List>,
    /// Whether the record lies over the list, where there is no room beside it.
    pub opened: bool,
    /// What lies over the tabs.
    pub overlays: Overlays,
    /// What the status line says.
    pub status: Option<Status>,
    /// The requests that have no reply yet.
    pub pending: Pending,
    /// Set while the server does not answer.
    pub offline: Option<Offline>,
    /// How far the client has read what others change.
    pub(super) live: Live,
    /// Whether the mouse is captured.
    pub mouse: bool,
    pub(super) new_id: fn() -> Uuid,
    generation: u64,
}

impl Model {
    /// The client before anything has happened.
    #[must_use]
    pub fn new(start: Start) -> Self {
        let Start {
            messages,
            now,
            size,
            resume,
            demo,
            new_id,
        } = start;
        Self {
            login: Form::new(
                &login::LOGIN,
                None,
                None,
                Uuid::nil(),
                messages.lang(),
                &now,
            ),
            messages,
            now,
            size,
            me: None,
            resume,
            interrupted: None,
            demo,
            tab: Tab::Clients,
            lists: PerTab::new(List::new),
            opened: false,
            overlays: Overlays::default(),
            status: None,
            pending: Pending::default(),
            offline: None,
            live: Live::default(),
            mouse: true,
            new_id,
            generation: 0,
        }
    }

    /// What drawing may read, for the tabs.
    #[must_use]
    pub(crate) fn context(&self) -> Context<'_> {
        Context {
            messages: &self.messages,
            now: &self.now,
            size: self.size,
            me: self.me.as_ref(),
            tab: self.tab,
            list: &self.lists[self.tab],
            opened: self.opened,
            offline: self.offline.is_some(),
            pending: &self.pending,
            overlay: None,
            new_id: self.new_id,
        }
    }

    /// What this overlay may read.
    pub(crate) fn context_of(&self, overlay: OverlayId) -> Context<'_> {
        Context {
            overlay: Some(overlay),
            ..self.context()
        }
    }

    /// The overlays, to run this one, beside what it may read.
    pub(super) fn split(&mut self, overlay: OverlayId) -> (&mut Overlays, Context<'_>) {
        let context = Context {
            messages: &self.messages,
            now: &self.now,
            size: self.size,
            me: self.me.as_ref(),
            tab: self.tab,
            list: &self.lists[self.tab],
            opened: self.opened,
            offline: self.offline.is_some(),
            pending: &self.pending,
            overlay: Some(overlay),
            new_id: self.new_id,
        };
        (&mut self.overlays, context)
    }

    /// Whether the collaborator is the user.
    #[must_use]
    pub(crate) fn is_me(&self, collaborator: i64) -> bool {
        self.me.as_ref().is_some_and(|me| me.id == collaborator)
    }

    /// Identifies the stream of changes to listen to: who is signed in, and how often the server
    /// has come back. `None` before a one-time password is changed.
    #[must_use]
    pub fn listener(&self) -> Option<(i64, u64)> {
        let me = self.me.as_ref().filter(|me| !me.must_change_password);
        me.map(|me| (me.id, self.live.reconnects))
    }

    /// The list in front.
    #[must_use]
    pub fn list(&self) -> &List {
        &self.lists[self.tab]
    }

    /// The same, to change it.
    pub(crate) fn list_mut(&mut self) -> &mut List {
        &mut self.lists[self.tab]
    }

    /// The selected record of the list in front.
    #[must_use]
    pub fn selected(&self) -> Option<&Record> {
        self.list().selected.as_ref()
    }

    pub(super) fn focus(&self) -> Focus {
        match self.overlays.front() {
            _ if self.me.is_none() => Focus::Login,
            Some(overlay) => Focus::Overlay(overlay),
            None if self.list().searching => Focus::Search,
            None => Focus::List,
        }
    }

    /// The keys that apply now.
    #[must_use]
    pub fn key_context(&self) -> KeyContext {
        match (self.focus(), self.overlays.last()) {
            (Focus::Login, _) => KeyContext::Login,
            (Focus::Search, _) => KeyContext::Search,
            (Focus::Overlay(_), Some(overlay)) => overlay.component().key_context(),
            (Focus::List | Focus::Overlay(_), _) => KeyContext::List,
        }
    }

    /// Whether the action can be run where keys go now.
    #[must_use]
    pub(crate) fn availability(&self, action: Action) -> Availability {
        match (self.focus(), self.overlays.last()) {
            (Focus::List, _) => availability::in_list(&self.context(), action),
            (Focus::Overlay(id), Some(overlay)) => {
                let ctx = self.context_of(id);
                overlay.component().availability(action, &ctx)
            }
            _ => Availability::Enabled,
        }
    }

    /// What the footer offers, most useful first.
    #[must_use]
    pub fn offers(&self) -> Vec<&'static Binding> {
        let mut offers: Vec<_> = keys::here(self.key_context())
            .filter(|binding| binding.footer > 0)
            .filter(|binding| self.availability(binding.action) == Availability::Enabled)
            .collect();
        offers.sort_by_key(|binding| binding.footer);
        offers
    }

    /// How often something on the screen moves by itself, if anything does.
    #[must_use]
    pub fn tick(&self) -> Option<Duration> {
        if self.offline.is_none() && self.pending.is_awaited() {
            return Some(Duration::from_millis(100));
        }
        let counts = self.offline.is_some() || self.counts_down();
        counts.then_some(Duration::from_secs(1))
    }

    fn counts_down(&self) -> bool {
        let now = self.time();
        if self.me.is_none() {
            return self.login.is_throttled(now);
        }
        self.overlays.any(|overlay| overlay.counts_down(now))
    }

    pub(super) fn time(&self) -> Timestamp {
        self.now.timestamp()
    }

    /// How many rows of the list are on the screen.
    pub(super) fn visible(&self) -> usize {
        layout::areas(self.size).map_or(1, |areas| usize::from(areas.rows.height).max(1))
    }

    pub(super) fn say(&mut self, text: String, tone: Tone) {
        self.status = Some(Status { text, tone });
    }

    /// Sends a request. It replaces an earlier one of the same owner.
    pub(super) fn send(&mut self, owner: impl Into<RequestOwner>, request: ApiRequest) -> Cmd {
        self.pending
            .send(self.now.timestamp(), owner.into(), request)
    }

    /// Closes an overlay, all that it opened, and cancels their requests.
    pub(super) fn close(&mut self, id: OverlayId) {
        let closed = self.overlays.close(id);
        self.pending
            .cancel(|owner| matches!(owner, RequestOwner::Overlay(id, _) if closed.contains(&id)));
    }

    pub(super) fn next_generation(&mut self) -> u64 {
        self.generation += 1;
        self.generation
    }
}
