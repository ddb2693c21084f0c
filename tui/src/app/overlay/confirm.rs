//! A question with yes and no.

mod view;

use epic_events::{
    api_error::ApiError,
    v1::{RevokeSessionRequest, Session},
};

use super::{Component, Effect, lost_reply::is_deleted, secret::Secret};
use crate::{
    api::{ApiRequest, ApiResponse},
    app::{
        context::Context, effect::Outcome, network::owner::RequestSlot, sign_out::SignOutReason,
    },
    keys::{Action, KeyContext},
    messages::Arg,
    record::Record,
    screens::spec::RecordAction,
    tone::Tone,
};

/// The request that yes sends.
const CONFIRMED: RequestSlot = RequestSlot::new("confirmed");

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
    Send(ApiRequest),
    /// Lets the opener continue after the question.
    Proceed(String),
    /// Sends the request about a record.
    RecordAction(&'static RecordAction, ApiRequest),
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

    /// Whether "no" leaves everything as it was, and the user where the question was asked. After the others a
    /// form is open again.
    const fn no_changes_nothing(&self) -> bool {
        match self.action {
            ConfirmAction::RecordAction(..)
            | ConfirmAction::EndSession(_)
            | ConfirmAction::SignOut => !self.busy,
            ConfirmAction::Discard | ConfirmAction::Send(_) | ConfirmAction::Proceed(_) => false,
        }
    }

    /// Whether "yes" destroys something that cannot be restored.
    const fn destroys(&self) -> bool {
        match self.action {
            ConfirmAction::Discard
            | ConfirmAction::RecordAction(..)
            | ConfirmAction::EndSession(_) => true,
            ConfirmAction::Send(_) | ConfirmAction::Proceed(_) | ConfirmAction::SignOut => false,
        }
    }

    /// Asks whether to close without saving. Title and text are Fluent messages.
    pub(super) fn discard(title: &str, text: &str, ctx: &Context<'_>) -> Self {
        let (title, text) = (ctx.messages.get(title), ctx.messages.get(text));
        Self::new(title, text, ConfirmAction::Discard)
    }

    /// Asks whether to send a request. Title and text are in the user's language.
    pub(super) fn send(title: String, text: String, request: ApiRequest) -> Self {
        Self::new(title, text, ConfirmAction::Send(request))
    }

    /// Asks whether to continue. Title and text are in the user's language.
    pub(super) fn proceed(title: String, text: String) -> Self {
        Self::new(title, text.clone(), ConfirmAction::Proceed(text))
    }

    /// Asks the question of an action on the record.
    pub(super) fn record_action(
        action: &'static RecordAction,
        record: &Record,
        ctx: &Context<'_>,
    ) -> Self {
        let own = action.question_about_own_account;
        let question = own.filter(|_| is_own_account(record, ctx));
        let name = [("name", Arg::Text(record.name()))];
        let question = question.unwrap_or(action.question);
        let text = ctx.messages.with(question, &name);
        let request = (action.request)(record);
        let title = ctx.messages.get(action.title);
        Self::new(title, text, ConfirmAction::RecordAction(action, request))
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

fn is_own_account(record: &Record, ctx: &Context<'_>) -> bool {
    matches!(record, Record::Collaborator(person) if ctx.is_me(person.id))
}

/// Closes the question and shows the changed record, and the password if the response has one.
fn on_record_changed(
    action: &RecordAction,
    response: ApiResponse,
    ctx: &Context<'_>,
) -> Vec<Effect> {
    match response {
        ApiResponse::Record(record) => {
            let name = [("name", Arg::Text(record.name()))];
            let status = ctx.messages.with(action.done, &name);
            vec![
                Effect::Close,
                Effect::ShowSaved(*record),
                Effect::status(status, Tone::Good),
            ]
        }
        ApiResponse::Password(record, password) => {
            let secret = Secret::new(&record, password, ctx);
            let own = is_own_account(&record, ctx);
            let mut effects = vec![Effect::Close, Effect::Replace(*record)];
            if own {
                // The user's session has ended with the old password: no response may interrupt the
                // user before they have noted the new one.
                effects.push(Effect::CancelRequests);
            }
            effects.extend(secret.map(|secret| Effect::Open(secret.into())));
            effects
        }
        // No `RecordAction` has such a response.
        ApiResponse::Me(_)
        | ApiResponse::Page(_)
        | ApiResponse::Sessions(_)
        | ApiResponse::History(_)
        | ApiResponse::Done => vec![Effect::Close],
    }
}

impl Component for Confirm {
    fn key_context(&self) -> KeyContext {
        match self.action {
            ConfirmAction::Discard => KeyContext::Discard,
            ConfirmAction::Send(_)
            | ConfirmAction::Proceed(_)
            | ConfirmAction::RecordAction(..)
            | ConfirmAction::EndSession(_)
            | ConfirmAction::SignOut => KeyContext::Confirm,
        }
    }

    fn on_action(&mut self, action: Action, ctx: &Context<'_>) -> Vec<Effect> {
        if action == Action::Cancel {
            let mut effects = vec![Effect::Close];
            if self.no_changes_nothing() {
                let text = ctx.messages.get("status-nothing-changed");
                effects.push(Effect::status(text, Tone::Dim));
            }
            return effects;
        }
        if action != Action::Yes || self.busy {
            return Vec::new();
        }
        let request = match self.action.clone() {
            ConfirmAction::Discard => return vec![Effect::Return(Outcome::Discard)],
            ConfirmAction::Send(request) => {
                return vec![Effect::Return(Outcome::Confirmed(request))];
            }
            ConfirmAction::Proceed(text) => return vec![Effect::Return(Outcome::Proceed(text))],
            ConfirmAction::SignOut => {
                return vec![Effect::SignOut {
                    reason: SignOutReason::Requested,
                    email: String::new(),
                }];
            }
            ConfirmAction::EndSession(id) => ApiRequest::RevokeSession(RevokeSessionRequest { id }),
            ConfirmAction::RecordAction(_, request) => request,
        };
        self.busy = true;
        vec![Effect::Request {
            slot: CONFIRMED,
            request,
        }]
    }

    fn on_response(
        &mut self,
        _: RequestSlot,
        _: &ApiRequest,
        response: ApiResponse,
        ctx: &Context<'_>,
    ) -> Vec<Effect> {
        match &self.action {
            ConfirmAction::EndSession(id) => {
                vec![Effect::Return(Outcome::SessionEnded(id.clone()))]
            }
            ConfirmAction::RecordAction(action, _) => on_record_changed(action, response, ctx),
            // These actions send no request themselves.
            ConfirmAction::Discard
            | ConfirmAction::Send(_)
            | ConfirmAction::Proceed(_)
            | ConfirmAction::SignOut => Vec::new(),
        }
    }

    fn on_error(&mut self, _: RequestSlot, error: ApiError, ctx: &Context<'_>) -> Vec<Effect> {
        let sentence = ctx.messages.api_error(&error, Some(ctx.now));
        match &self.action {
            ConfirmAction::EndSession(id) if is_deleted(&error) => {
                vec![Effect::Return(Outcome::SessionEnded(id.clone()))]
            }
            ConfirmAction::EndSession(_) => vec![Effect::Return(Outcome::Failed(sentence))],
            // The current record may explain the error.
            ConfirmAction::RecordAction(..) => vec![
                Effect::Close,
                Effect::status(sentence, Tone::Bad),
                Effect::ReloadList,
            ],
            ConfirmAction::Discard
            | ConfirmAction::Send(_)
            | ConfirmAction::Proceed(_)
            | ConfirmAction::SignOut => Vec::new(),
        }
    }

    fn on_session_end(&mut self) {
        self.busy = false;
    }
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use epic_events::reason::Reason;
    use uuid::Uuid;

    use super::*;
    use crate::{
        app::model::{Model, Start},
        messages::{Lang, Messages},
        record::fixtures,
        screens::collaborators::SCREEN,
    };

    fn model() -> Model {
        Model::new(Start {
            messages: Messages::new(Lang::En),
            now: fixtures::now(),
            size: (80, 24),
            resume: false,
            demo: Vec::new(),
            server: "https://crm.example.org".to_owned(),
            new_id: Uuid::nil,
        })
    }

    #[test]
    fn a_record_action_sends_its_request_once_and_shows_the_changed_record() {
        let model = model();
        let ctx = model.context();
        let record = Record::Collaborator(fixtures::collaborator());
        let mut confirm = Confirm::record_action(&SCREEN.actions[0], &record, &ctx);
        let effects = confirm.on_action(Action::Yes, &ctx);
        let [Effect::Request { slot, request }] = &effects[..] else {
            panic!("{} effects", effects.len());
        };
        let expected =
            |it: &ApiRequest| matches!(it, ApiRequest::ResetPassword(it) if it.id == record.id());
        assert!(expected(request));
        assert!(confirm.on_action(Action::Yes, &ctx).is_empty());
        let response = ApiResponse::Record(Box::new(record.clone()));
        let effects = confirm.on_response(*slot, request, response, &ctx);
        assert!(matches!(
            &effects[..],
            [Effect::Close, Effect::ShowSaved(shown), Effect::SetStatus(_)] if *shown == record
        ));
    }

    #[test]
    fn an_unexpected_response_closes_the_question() {
        let model = model();
        let ctx = model.context();
        let record = Record::Collaborator(fixtures::collaborator());
        let mut confirm = Confirm::record_action(&SCREEN.actions[0], &record, &ctx);
        let request = (SCREEN.actions[0].request)(&record);
        let effects = confirm.on_response(CONFIRMED, &request, ApiResponse::Done, &ctx);
        assert!(matches!(effects[..], [Effect::Close]));
    }

    #[test]
    fn an_outdated_record_closes_the_question_and_is_read_again() {
        let model = model();
        let ctx = model.context();
        let record = Record::Collaborator(fixtures::collaborator());
        let mut confirm = Confirm::record_action(&SCREEN.actions[0], &record, &ctx);
        let effects = confirm.on_error(CONFIRMED, ApiError::new(Reason::EtagOutdated), &ctx);
        assert!(matches!(
            &effects[..],
            [Effect::Close, Effect::SetStatus(it), Effect::ReloadList]
                if it.text == "Another user has saved this record. Check it, then try again."
        ));
    }
}
