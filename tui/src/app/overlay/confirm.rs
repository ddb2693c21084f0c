//! A question with yes and no.

mod view;

use epic_events::{
    api_error::ApiError,
    v1::{ResetPasswordRequest, RevokeSessionRequest, Session},
};

use super::{Component, Effect, secret::Secret};
use crate::{
    api::{ApiRequest, ApiResponse},
    app::{context::Context, effect::Outcome, network::owner::Slot},
    keys::{Action, KeyContext},
    messages::Arg,
    record::Record,
    tone::Tone,
};

/// The request that yes sends.
const CONFIRMED: Slot = Slot::new("confirmed");

/// A question with yes and no.
#[derive(Clone)]
pub struct Confirm {
    title: String,
    text: String,
    /// The action of yes.
    action: ConfirmAction,
    /// Whether the request of yes is pending.
    busy: bool,
}

/// The action of yes.
#[derive(Clone)]
enum ConfirmAction {
    /// Lets the opener close without saving.
    Discard,
    /// Lets the opener send the request.
    Assign(ApiRequest),
    /// Replaces the password of the collaborator with this identifier.
    ResetPassword(i64),
    /// Ends the session with this identifier.
    EndSession(String),
    /// Ends the current session of the client.
    SignOut,
}

impl Confirm {
    fn new(title: String, text: String, action: ConfirmAction) -> Self {
        Self {
            title,
            text,
            action,
            busy: false,
        }
    }

    /// Asks whether to close without saving. Title and text are Fluent messages.
    pub(super) fn discard(title: &str, text: &str, ctx: &Context<'_>) -> Self {
        let (title, text) = (ctx.messages.get(title), ctx.messages.get(text));
        Self::new(title, text, ConfirmAction::Discard)
    }

    /// Asks whether to send the assignment although the support is busy.
    pub(super) fn assign(text: String, request: ApiRequest, ctx: &Context<'_>) -> Self {
        let title = ctx.messages.get("confirm-busy-title");
        Self::new(title, text, ConfirmAction::Assign(request))
    }

    /// Asks whether to replace the password of the collaborator.
    pub(super) fn reset_password(record: &Record, ctx: &Context<'_>) -> Self {
        let title = ctx.messages.get("confirm-reset-title");
        let text = if ctx.is_me(record.id()) {
            ctx.messages.get("confirm-reset-yourself")
        } else {
            let name = Arg::Text(record.name());
            ctx.messages.with("confirm-reset", &[("name", name)])
        };
        Self::new(title, text, ConfirmAction::ResetPassword(record.id()))
    }

    /// Asks whether to end the session. Ending the current session signs out.
    pub(super) fn end_session(session: &Session, ctx: &Context<'_>) -> Self {
        let title = ctx.messages.get("confirm-end-title");
        if session.current {
            let text = ctx.messages.get("confirm-end-this");
            return Self::new(title, text, ConfirmAction::SignOut);
        }
        let device = ctx.messages.device(&session.device);
        let device = [("device", Arg::Text(&device))];
        let text = ctx.messages.with("confirm-end", &device);
        Self::new(title, text, ConfirmAction::EndSession(session.id.clone()))
    }
}

impl Component for Confirm {
    fn key_context(&self) -> KeyContext {
        match self.action {
            ConfirmAction::Discard => KeyContext::Discard,
            _ => KeyContext::Confirm,
        }
    }

    fn on_action(&mut self, action: Action, _: &Context<'_>) -> Vec<Effect> {
        if action == Action::Cancel {
            return vec![Effect::Close];
        }
        if action != Action::Yes || self.busy {
            return Vec::new();
        }
        let request = match self.action.clone() {
            ConfirmAction::Discard => return vec![Effect::Return(Outcome::Discard)],
            ConfirmAction::Assign(request) => {
                return vec![Effect::Return(Outcome::Confirmed(request))];
            }
            ConfirmAction::SignOut => {
                return vec![Effect::SignOut {
                    reason: "signed-out",
                    email: String::new(),
                }];
            }
            ConfirmAction::EndSession(id) => ApiRequest::RevokeSession(RevokeSessionRequest { id }),
            ConfirmAction::ResetPassword(id) => {
                ApiRequest::ResetPassword(ResetPasswordRequest { id })
            }
        };
        self.busy = true;
        vec![Effect::Request {
            slot: CONFIRMED,
            request,
        }]
    }

    fn on_response(
        &mut self,
        _: Slot,
        _: &ApiRequest,
        response: ApiResponse,
        ctx: &Context<'_>,
    ) -> Vec<Effect> {
        match (&self.action, response) {
            (ConfirmAction::EndSession(id), ApiResponse::Done) => {
                vec![Effect::Return(Outcome::SessionEnded(id.clone()))]
            }
            (ConfirmAction::ResetPassword(id), ApiResponse::Password(record, password)) => {
                let secret = Secret::new(&record, password, ctx);
                let mut effects = vec![Effect::Close, Effect::Replace(*record)];
                if ctx.is_me(*id) {
                    // The user's session has ended with the old password: no response may
                    // interrupt them before they have noted the new one.
                    effects.push(Effect::CancelRequests);
                }
                effects.extend(secret.map(|secret| Effect::Open(secret.into())));
                effects
            }
            _ => Vec::new(),
        }
    }

    fn on_error(&mut self, _: Slot, error: ApiError, ctx: &Context<'_>) -> Vec<Effect> {
        let sentence = ctx.messages.api_error(&error);
        match self.action {
            ConfirmAction::EndSession(_) => vec![Effect::Return(Outcome::Failed(sentence))],
            _ => vec![Effect::Close, Effect::status(sentence, Tone::Bad)],
        }
    }

    fn on_session_end(&mut self) {
        self.busy = false;
    }
}
