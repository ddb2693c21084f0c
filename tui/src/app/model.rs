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
    previous_view::PreviousView,
    recent_changes::RecentChanges,
    tab::{PerTab, list::List},
};
use crate::{
    api::ApiRequest,
    form::Form,
    keys::{self, Action, Binding, KeyContext},
    layout,
    messages::Messages,
    record::{Record, Tab},
    screens::{login, spec::Viewer},
    tone::Status,
};

/// An account of the demo, for the login screen.
#[derive(Clone, Debug)]
pub struct DemoAccount {
    /// Its department.
    pub role: epic_events::v1::Role,
    /// Its email address.
    pub email: String,
    /// Its password.
    pub password: String,
}

/// The initial values of the model.
pub struct Start {
    /// The texts in the user's language.
    pub messages: Messages,
    /// The current time, in the time zone in which times are displayed.
    pub now: Zoned,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Whether there is a session from an earlier start.
    pub resume: bool,
    /// The demo's accounts; empty outside the demo.
    pub demo: Vec<DemoAccount>,
    /// The URL of the server.
    pub server: String,
    /// Creates the UUIDs of requests.
    pub new_id: fn() -> Uuid,
}

/// The state of the refresh after changes by others.
#[derive(Debug, Default)]
pub(super) struct Live {
    /// Number of reconnections to the server; each reopens the stream of changes.
    pub(super) reconnects: u64,
    /// Time of the last input, or of the start of the stream.
    pub(super) last_input: Option<Timestamp>,
    /// Whether a refresh is scheduled.
    pub(super) scheduled: bool,
    /// Start of the last refresh.
    pub(super) last_refresh: Option<Timestamp>,
}

/// The component that receives keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Focus {
    Login,
    List,
    Search,
    Overlay(OverlayId),
}

/// The state of the client.
pub struct Model {
    /// The texts in the user's language.
    pub messages: Messages,
    /// The current time, in the time zone in which times are displayed.
    pub now: Zoned,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The signed-in user.
    pub me: Option<Me>,
    /// Whether a session from an earlier start is being resumed.
    pub resume: bool,
    /// Identifier of the user whose session the server ended; their lists and overlays stay.
    pub(super) interrupted: Option<i64>,
    /// The login screen.
    pub login: Form,
    /// The demo's accounts.
    pub demo: Vec<DemoAccount>,
    /// The URL of the server.
    pub server: String,
    /// The tab in front.
    pub tab: Tab,
    /// The tabs' lists.
    pub lists: PerTab<List>,
    /// What was on the screen before each link that was opened, the last one last.
    pub(super) previous_views: Vec<PreviousView>,
    /// The latest changes of the selected record.
    pub recent: RecentChanges,
    /// The first line of the record pane that is displayed.
    pub pane_top: usize,
    /// Whether the record pane covers the list, on a screen without room beside it.
    pub opened: bool,
    /// The open overlays.
    pub overlays: Overlays,
    /// The content of the status line.
    pub status: Option<Status>,
    /// The timer of the status, if it runs.
    pub(super) status_timer: Option<u64>,
    /// The letter that quits, while it waits for others: the number of its timer.
    pub(super) quitting: Option<u64>,
    /// The requests without a response.
    pub pending: Pending,
    /// Set while the server is unavailable.
    pub offline: Option<Offline>,
    /// The state of the refresh after changes by others.
    pub(super) live: Live,
    /// Whether the mouse is captured.
    pub mouse: bool,
    pub(super) new_id: fn() -> Uuid,
    generation: u64,
}

/// What the footer begins with when the selected record waits for nobody: the first that can be run.
const WHEN_NOTHING_WAITS: [Action; 3] = [Action::Open, Action::Edit, Action::Go];

impl Model {
    /// The client at its start.
    #[must_use]
    pub fn new(start: Start) -> Self {
        let Start {
            messages,
            now,
            size,
            resume,
            demo,
            server,
            new_id,
        } = start;
        let zone = now.time_zone().clone();
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
            server,
            tab: Tab::Clients,
            lists: PerTab::new(|tab| List::new(tab, zone.clone())),
            previous_views: Vec::new(),
            recent: RecentChanges::default(),
            pane_top: 0,
            opened: false,
            overlays: Overlays::default(),
            status: None,
            status_timer: None,
            quitting: None,
            pending: Pending::default(),
            offline: None,
            live: Live::default(),
            mouse: true,
            new_id,
            generation: 0,
        }
    }

    /// The context of the tabs.
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
            previous: self.previous_views.last(),
            offline: self.offline.is_some(),
            pending: &self.pending,
            recent: &self.recent,
            overlay: None,
            new_id: self.new_id,
        }
    }

    /// The context of this overlay.
    pub(crate) fn overlay_context(&self, overlay: OverlayId) -> Context<'_> {
        Context {
            overlay: Some(overlay),
            ..self.context()
        }
    }

    /// The overlays, mutably, and the context of this one.
    pub(super) fn overlays_and_context(
        &mut self,
        overlay: OverlayId,
    ) -> (&mut Overlays, Context<'_>) {
        let context = Context {
            messages: &self.messages,
            now: &self.now,
            size: self.size,
            me: self.me.as_ref(),
            tab: self.tab,
            list: &self.lists[self.tab],
            opened: self.opened,
            previous: self.previous_views.last(),
            offline: self.offline.is_some(),
            pending: &self.pending,
            recent: &self.recent,
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

    /// Identifies the stream of changes: the user, and the number of reconnections. `None` before a
    /// one-time password is changed.
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

    /// The list in front, mutably.
    pub(crate) fn list_mut(&mut self) -> &mut List {
        &mut self.lists[self.tab]
    }

    /// The selected record of the list in front.
    #[must_use]
    pub fn selected(&self) -> Option<&Record> {
        self.list().selected.as_ref()
    }

    pub(super) fn focus(&self) -> Focus {
        match self.overlays.front_id() {
            _ if self.me.is_none() => Focus::Login,
            Some(overlay) => Focus::Overlay(overlay),
            None if self.list().searching => Focus::Search,
            None => Focus::List,
        }
    }

    /// Whether Ctrl-C quits while the window is too small: no overlay has input that would be lost.
    pub(crate) fn quits_unseen(&self) -> bool {
        self.overlays.front().is_none()
    }

    /// The keys that apply now.
    #[must_use]
    pub fn key_context(&self) -> KeyContext {
        match (self.focus(), self.overlays.front()) {
            (Focus::Login, _) => KeyContext::Login,
            (Focus::Search, _) => KeyContext::Search,
            (Focus::Overlay(_), Some(overlay)) => overlay.component().key_context(),
            (Focus::List | Focus::Overlay(_), _) => KeyContext::List,
        }
    }

    /// Whether the action can be run in the focused component.
    #[must_use]
    pub(crate) fn availability(&self, action: Action) -> Availability {
        match (self.focus(), self.overlays.front()) {
            (Focus::List, _) => availability::of_action_in_list(&self.context(), action),
            (Focus::Overlay(id), Some(overlay)) => {
                let ctx = self.overlay_context(id);
                overlay.component().availability(action, &ctx)
            }
            _ => Availability::Enabled,
        }
    }

    /// The bindings of the footer, the most useful first.
    #[must_use]
    pub fn footer_bindings(&self) -> Vec<&'static Binding> {
        let next_step = self.next_step();
        let is_shown = |binding: &&Binding| binding.in_footer || Some(binding.action) == next_step;
        let mut bindings: Vec<_> = keys::bindings(self.key_context())
            .filter(is_shown)
            .filter(|binding| self.availability(binding.action) == Availability::Enabled)
            .collect();
        bindings.sort_by_key(|binding| Some(binding.action) != next_step);
        bindings
    }

    /// In a list while the server is away, another try. Otherwise what the selected record is likely to
    /// need next; where nothing waits, what reads or edits it. In an empty list, a new one. Outside a
    /// list, the first action, unless the server does not accept it yet.
    pub(crate) fn next_step(&self) -> Option<Action> {
        let context = self.key_context();
        if context != KeyContext::List {
            let waits = context == KeyContext::Login && self.login.is_throttled(self.time());
            let first = keys::bindings(context).find(|binding| binding.in_footer);
            return first.map(|it| it.action).filter(|_| !waits);
        }
        if self.offline.is_some() {
            return Some(Action::Refresh);
        }
        let Some(record) = self.selected() else {
            return self.list().is_loaded().then_some(Action::New);
        };
        let waits = (record.tab().screen().next_steps)(record).iter().copied();
        // A new record of the tab is nothing that the selected one needs.
        let is_missing = availability::missing_record(&self.context()).is_some();
        let waits = waits.filter(|action| *action != Action::New || is_missing);
        let mut actions = waits.chain(WHEN_NOTHING_WAITS);
        actions.find(|action| self.availability(*action) == Availability::Enabled)
    }

    /// Interval at which a spinner or countdown on the screen advances; `None` without one.
    #[must_use]
    pub fn tick(&self) -> Option<Duration> {
        if self.offline.is_none() && self.pending.is_awaited() {
            return Some(Duration::from_millis(100));
        }
        let counts_down = self.offline.is_some() || self.counts_down();
        counts_down.then_some(Duration::from_secs(1))
    }

    fn counts_down(&self) -> bool {
        let now = self.time();
        if self.me.is_none() {
            return self.login.is_throttled(now);
        }
        self.overlays.any(|overlay| overlay.counts_down(now))
    }

    /// What filters depend on beside the record.
    pub(super) fn viewer(&self) -> Viewer {
        Viewer {
            user: self.me.as_ref().map(|me| me.id),
            now: self.time(),
        }
    }

    pub(super) fn time(&self) -> Timestamp {
        self.now.timestamp()
    }

    /// Number of list rows that fit on the screen.
    pub(super) fn visible_rows(&self) -> usize {
        layout::areas(self.size).map_or(1, |areas| usize::from(areas.rows.height).max(1))
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
