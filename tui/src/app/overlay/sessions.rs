//! Where a collaborator is signed in, and ending a session there.

mod view;

use epic_events::{
    api_error::ApiError,
    policy,
    reason::Reason,
    v1::{ListSessionsRequest, Session},
};

use super::{Component, Effect, confirm::Confirm};
use crate::{
    api::{ApiRequest, ApiResponse},
    app::{availability::Availability, context::Context, effect::Outcome, network::owner::Slot},
    keys::{Action, KeyContext},
    record::Record,
    tone::Tone,
};

/// The sessions.
const SESSIONS: Slot = Slot::new("sessions");

/// A collaborator's sessions.
#[derive(Clone, Debug)]
pub struct Sessions {
    /// Whose: number and name; `None` for the user's own.
    owner: Option<(i64, String)>,
    /// The sessions, the one used last first; `None` until they have come.
    all: Option<Vec<Session>>,
    /// The index of the selected one.
    selected: usize,
    /// Why they were refused.
    refused: Option<String>,
}

impl Sessions {
    /// The sessions of the selected collaborator, where the rights allow it; else the user's own.
    pub(super) fn new(ctx: &Context<'_>) -> Self {
        let selected = match ctx.selected() {
            Some(Record::Collaborator(person)) if !ctx.is_me(person.id) => Some(person),
            _ => None,
        };
        let may_list = |id| {
            let fields = ["collaborator_id"];
            let permit = |actor| policy::permit(actor, policy::LIST_SESSIONS, Some(id), &fields);
            ctx.actor().is_some_and(|actor| permit(actor).is_ok())
        };
        let owner = selected.filter(|person| may_list(person.id));
        Self {
            owner: owner.map(|person| (person.id, person.name.clone())),
            all: None,
            selected: 0,
            refused: None,
        }
    }

    /// The sessions that have come; `None` before.
    #[must_use]
    pub fn all(&self) -> Option<&[Session]> {
        self.all.as_deref()
    }

    /// The selected session.
    #[must_use]
    pub fn current(&self) -> Option<&Session> {
        self.all.as_ref()?.get(self.selected)
    }

    /// Replaces the sessions. The selection stays with its session.
    fn replace(&mut self, sessions: Vec<Session>) {
        let current = self.current().map(|session| session.id.clone());
        let mut ids = sessions.iter().map(|session| Some(&session.id));
        let at = ids.position(|id| id == current.as_ref());
        let last = sessions.len().saturating_sub(1);
        self.selected = at.unwrap_or(self.selected.min(last));
        self.all = Some(sessions);
        self.refused = None;
    }

    fn request(&self) -> Effect {
        Effect::Request {
            slot: SESSIONS,
            request: ApiRequest::ListSessions(ListSessionsRequest {
                collaborator_id: self.owner.as_ref().map(|(id, _)| *id),
            }),
        }
    }
}

impl Component for Sessions {
    fn key_context(&self) -> KeyContext {
        KeyContext::Sessions
    }

    fn availability(&self, action: Action, ctx: &Context<'_>) -> Availability {
        if action != Action::Choose {
            return Availability::Enabled;
        }
        let Some(actor) = ctx.actor() else {
            return Availability::NotApplicable("void-here");
        };
        let owner = self.owner.as_ref().map_or(actor.id, |(id, _)| *id);
        match policy::permit(actor, policy::REVOKE_SESSION, Some(owner), &[]) {
            Err(denied) => Availability::Denied(denied),
            Ok(_) if self.current().is_none() => Availability::NotApplicable("void-here"),
            Ok(_) => Availability::Enabled,
        }
    }

    fn on_open(&mut self, _: &Context<'_>) -> Vec<Effect> {
        vec![self.request()]
    }

    fn on_action(&mut self, action: Action, ctx: &Context<'_>) -> Vec<Effect> {
        match self.availability(action, ctx) {
            Availability::Enabled => {}
            Availability::Denied(denied) => {
                return vec![Effect::say(ctx.messages.denied(&denied), Tone::Warn)];
            }
            Availability::NotApplicable(_) => return Vec::new(),
        }
        let by = match action {
            Action::Up => -1,
            Action::Down => 1,
            Action::Top => isize::MIN,
            Action::Bottom => isize::MAX,
            Action::Refresh => return vec![self.request()],
            Action::Choose => {
                let session = self.current();
                let question = session.map(|session| Confirm::end_session(session, ctx));
                return question
                    .map(|it| Effect::Open(it.into()))
                    .into_iter()
                    .collect();
            }
            _ => return vec![Effect::Close],
        };
        let last = self.all.as_ref().map_or(0, Vec::len).saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
        Vec::new()
    }

    fn on_response(
        &mut self,
        _: Slot,
        _: &ApiRequest,
        response: ApiResponse,
        _: &Context<'_>,
    ) -> Vec<Effect> {
        if let ApiResponse::Sessions(sessions) = response {
            self.replace(sessions);
        }
        Vec::new()
    }

    fn on_error(&mut self, _: Slot, error: ApiError, ctx: &Context<'_>) -> Vec<Effect> {
        let sentence = ctx.messages.api_error(&error);
        if error.reason == Reason::PasswordChangeRequired {
            return vec![Effect::say(sentence, Tone::Bad)];
        }
        self.all = None;
        self.refused = Some(sentence);
        Vec::new()
    }

    fn on_outcome(&mut self, outcome: Outcome, ctx: &Context<'_>) -> Vec<Effect> {
        match outcome {
            Outcome::SessionEnded(id) => {
                let all = self.all.take().unwrap_or_default().into_iter();
                self.replace(all.filter(|session| session.id != id).collect());
                let text = ctx.messages.get("status-session-ended");
                vec![Effect::say(text, Tone::Good)]
            }
            // The sessions that there are now may explain it.
            Outcome::Failed(sentence) => {
                vec![Effect::say(sentence, Tone::Bad), self.request()]
            }
            _ => Vec::new(),
        }
    }

    fn refresh(&mut self, _: &Context<'_>) -> Vec<Effect> {
        vec![self.request()]
    }

    fn selected(&mut self) -> Option<&mut usize> {
        Some(&mut self.selected)
    }
}
