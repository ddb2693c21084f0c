//! What the client knows.

use std::time::Duration;

use epic_events::{policy::Actor, v1::Me};
use jiff::{Timestamp, Zoned};
use uuid::Uuid;

use super::{cmd::Cmd, list::List, offline::Offline, overlay::Overlay, pending::Pending};
use crate::{
    api::{ApiRequest, RequestKind},
    form::Form,
    keys::KeyContext,
    layout,
    messages::Messages,
    record::{Record, Tab, table::Context},
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
    /// Whether a session was kept from last time.
    pub resume: bool,
    /// The demo's accounts; none outside the demo.
    pub demo: Vec<DemoAccount>,
    /// Makes the UUIDs of requests.
    pub new_id: fn() -> Uuid,
}

/// How far the client has followed what others change.
#[derive(Debug, Default)]
pub(super) struct Live {
    /// How often the server has come back; each time one listens anew, and at once.
    pub(super) returns: u64,
    /// When somebody last pressed a key, or sat down.
    pub(super) touched: Option<Timestamp>,
    /// Whether a reading is planned.
    pub(super) planned: bool,
    /// When the last one was.
    pub(super) last: Option<Timestamp>,
}

/// All that the client knows.
pub struct Model {
    /// The language.
    pub messages: Messages,
    /// The present, in the zone that times are shown in.
    pub now: Zoned,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Who is signed in.
    pub me: Option<Me>,
    /// Whether a session was kept from last time, and is being tried.
    pub resume: bool,
    /// Who was, when the session ended by itself.
    pub(super) left: Option<i64>,
    /// The login screen.
    pub login: Form,
    /// The demo's accounts.
    pub demo: Vec<DemoAccount>,
    /// The tab in front.
    pub tab: Tab,
    /// The tabs' lists, in the tabs' order.
    pub lists: [List; 4],
    /// Whether the record lies over the list, where there is no room beside it.
    pub opened: bool,
    /// What lies over the tabs, the last in front.
    pub overlays: Vec<Overlay>,
    /// What there is to say.
    pub status: Option<Status>,
    /// The questions that wait for answers.
    pub pending: Pending,
    /// The server does not answer.
    pub offline: Option<Offline>,
    /// How far the client has followed what others change.
    pub(super) live: Live,
    /// Whether the mouse is caught.
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
            left: None,
            demo,
            tab: Tab::Clients,
            lists: Tab::ALL.map(List::new),
            opened: false,
            overlays: Vec::new(),
            status: None,
            pending: Pending::default(),
            offline: None,
            live: Live::default(),
            mouse: true,
            new_id,
            generation: 0,
        }
    }

    /// What cells need.
    #[must_use]
    pub const fn context(&self) -> Context<'_> {
        Context {
            messages: &self.messages,
            now: &self.now,
        }
    }

    /// Who acts, for the rights table.
    #[must_use]
    pub fn actor(&self) -> Option<Actor> {
        self.me.as_ref().map(|me| Actor {
            id: me.id,
            role: me.role(),
        })
    }

    /// Whether this is the collaborator who is signed in.
    #[must_use]
    pub fn is_me(&self, collaborator: i64) -> bool {
        self.me.as_ref().is_some_and(|me| me.id == collaborator)
    }

    /// Who wants news of what others change, and since which return of the server; nobody, before
    /// a handed-out password is changed.
    #[must_use]
    pub fn listener(&self) -> Option<(i64, u64)> {
        let me = self.me.as_ref().filter(|me| !me.must_change_password);
        me.map(|me| (me.id, self.live.returns))
    }

    /// The list in front.
    #[must_use]
    pub const fn list(&self) -> &List {
        &self.lists[self.tab.index()]
    }

    /// The same, to change it.
    pub const fn list_mut(&mut self) -> &mut List {
        &mut self.lists[self.tab.index()]
    }

    /// The record that one stands on.
    #[must_use]
    pub fn selected(&self) -> Option<&Record> {
        self.list().selected.as_ref()
    }

    /// Whose keys apply now.
    #[must_use]
    pub fn place(&self) -> KeyContext {
        match self.overlays.last() {
            _ if self.me.is_none() => KeyContext::Login,
            Some(overlay) => overlay.place(),
            None if self.list().searching => KeyContext::Search,
            None => KeyContext::List,
        }
    }

    /// Whether a spinner shows that an answer takes its time.
    #[must_use]
    pub fn is_slow(&self) -> bool {
        self.offline.is_none() && self.pending.is_slow(self.now.timestamp())
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

    /// Whether some form counts the seconds until one may try again.
    fn counts_down(&self) -> bool {
        let now = self.now.timestamp();
        let form = |overlay: &Overlay| matches!(overlay, Overlay::Form(it) if it.is_waiting(now));
        if self.me.is_none() {
            self.login.is_waiting(now)
        } else {
            self.overlays.iter().any(form)
        }
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

    /// Asks the server, in place of any earlier question for the same purpose.
    pub(super) fn ask(&mut self, purpose: RequestKind, call: ApiRequest) -> Cmd {
        self.pending.ask(self.now.timestamp(), purpose, call)
    }

    /// No longer wants answers of these purposes.
    pub(super) fn forget(&mut self, of: impl Fn(RequestKind) -> bool) {
        self.pending.forget(of);
    }

    pub(super) fn next_generation(&mut self) -> u64 {
        self.generation += 1;
        self.generation
    }

    pub(super) fn form_mut(&mut self) -> Option<&mut Form> {
        self.overlays
            .iter_mut()
            .rev()
            .find_map(|overlay| match overlay {
                Overlay::Form(form) => Some(&mut **form),
                _ => None,
            })
    }
}
