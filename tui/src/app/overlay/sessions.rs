//! The sessions of a collaborator, and ending them.

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
    app::{
        availability::Availability, context::Context, effect::Outcome, network::owner::RequestSlot,
    },
    keys::{Action, KeyContext},
    tone::Tone,
};

/// The sessions.
const SESSIONS: RequestSlot = RequestSlot::new("sessions");

/// A collaborator's sessions.
#[derive(Clone, Debug)]
pub struct Sessions {
    /// The collaborator: identifier and name; `None` for the user.
    owner: Option<(i64, String)>,
    /// The sessions, the last used first; `None` before they are loaded.
    all: Option<Vec<Session>>,
    /// The index of the selected session.
    selected: usize,
    /// Why loading failed.
    error: Option<String>,
}

impl Sessions {
    /// The sessions of the selected collaborator, or the user's own.
    pub(super) fn new(ctx: &Context<'_>) -> Self {
        let owner = ctx.owner_of_sessions();
        Self {
            owner: owner.map(|person| (person.id, person.name.clone())),
            all: None,
            selected: 0,
            error: None,
        }
    }

    /// The sessions; `None` before they are loaded.
    #[must_use]
    pub fn all(&self) -> Option<&[Session]> {
        self.all.as_deref()
    }

    /// The selected session.
    #[must_use]
    pub fn selected_session(&self) -> Option<&Session> {
        self.all.as_ref()?.get(self.selected)
    }

    /// Replaces the sessions. The selection stays with its session.
    fn replace(&mut self, sessions: Vec<Session>) {
        let selected = self.selected_session().map(|session| session.id.clone());
        let mut ids = sessions.iter().map(|session| Some(&session.id));
        let index = ids.position(|id| id == selected.as_ref());
        let last = sessions.len().saturating_sub(1);
        self.selected = index.unwrap_or(self.selected.min(last));
        self.all = Some(sessions);
        self.error = None;
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
            return Availability::NotApplicable("not-applicable-here");
        };
        let owner = self.owner.as_ref().map_or(actor.id, |(id, _)| *id);
        match policy::permit(actor, policy::REVOKE_SESSION, Some(owner), &[]) {
            Err(denied) => Availability::Denied(denied),
            Ok(_) if self.selected_session().is_none() => {
                Availability::NotApplicable("not-applicable-here")
            }
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
                return vec![Effect::status(ctx.messages.denial(&denied), Tone::Warn)];
            }
            Availability::NotApplicable(_) => return Vec::new(),
        }
        let step = match action {
            Action::Up => -1,
            Action::Down => 1,
            Action::Top => isize::MIN,
            Action::Bottom => isize::MAX,
            Action::Refresh => return vec![self.request()],
            Action::Choose => {
                let session = self.selected_session();
                let confirm = session.map(|session| Confirm::end_session(session, ctx));
                return confirm
                    .map(|it| Effect::Open(it.into()))
                    .into_iter()
                    .collect();
            }
            _ => return vec![Effect::Close],
        };
        let last = self.all.as_ref().map_or(0, Vec::len).saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(step).min(last);
        Vec::new()
    }

    fn on_response(
        &mut self,
        _: RequestSlot,
        _: &ApiRequest,
        response: ApiResponse,
        _: &Context<'_>,
    ) -> Vec<Effect> {
        if let ApiResponse::Sessions(sessions) = response {
            self.replace(sessions);
        }
        Vec::new()
    }

    fn on_error(&mut self, _: RequestSlot, error: ApiError, ctx: &Context<'_>) -> Vec<Effect> {
        let sentence = ctx.messages.api_error(&error, Some(ctx.now));
        if error.reason == Reason::PasswordChangeRequired {
            return vec![Effect::status(sentence, Tone::Bad)];
        }
        self.all = None;
        self.error = Some(sentence);
        Vec::new()
    }

    fn on_outcome(&mut self, outcome: Outcome, ctx: &Context<'_>) -> Vec<Effect> {
        match outcome {
            Outcome::SessionEnded(id) => {
                let all = self.all.take().unwrap_or_default().into_iter();
                self.replace(all.filter(|session| session.id != id).collect());
                let text = ctx.messages.get("status-session-ended");
                vec![Effect::status(text, Tone::Good)]
            }
            // The current sessions may explain the error.
            Outcome::Failed(sentence) => {
                vec![Effect::status(sentence, Tone::Bad), self.request()]
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
