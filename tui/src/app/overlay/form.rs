//! The form overlay: creates or edits a record, or changes the user's own password.

pub(crate) mod view;

use epic_events::{api_error::ApiError, reason::Reason};
use jiff::{Timestamp, Zoned, civil};
use tui_input::Input;

use super::{
    Component, Effect, calendar::Calendar, confirm::Confirm, picker::Picker, secret::Secret,
};
use crate::{
    api::{ApiRequest, ApiResponse},
    app::{availability::Availability, context::Context, effect::Outcome, network::owner::Slot},
    client::Change,
    form::{
        Form,
        field::next_role,
        spec::{FormSpec, Kind, PickSource},
    },
    keys::{Action, KeyContext},
    messages::Arg,
    record::{Record, Tab, value::Value},
    screens::login,
    tone::{Status, Tone},
};

/// The write.
const SAVE: Slot = Slot::new("save");
/// The record, as others have saved it meanwhile.
const REREAD: Slot = Slot::new("reread");
/// The time of a moment whose day is picked first.
const DAY_BEGINS: civil::Time = civil::time(9, 0, 0, 0);

/// A form for a new record, or for one that exists. The UUID of its request is fixed from the
/// start, so that saving twice creates one record.
pub(super) fn open(spec: &'static FormSpec, target: Option<Record>, ctx: &Context<'_>) -> Form {
    let lang = ctx.messages.lang();
    Form::new(spec, target, ctx.actor(), ctx.new_id(), lang, ctx.now)
}

/// A form for a new password of the user.
pub(super) fn own_password(ctx: &Context<'_>) -> Form {
    open(&login::PASSWORD, None, ctx).with_user(ctx.me.cloned())
}

/// The same, in place of a one-time password: closing it signs out.
pub(in crate::app) fn required_password(ctx: &Context<'_>) -> Form {
    let mut form = own_password(ctx);
    form.mandatory = true;
    form.warn(ctx.messages.get("notice-must-change"));
    form
}

impl Component for Form {
    fn key_context(&self) -> KeyContext {
        KeyContext::Form
    }

    fn availability(&self, action: Action, _: &Context<'_>) -> Availability {
        let field = self.focused();
        let applies = match action {
            Action::Cancel => true,
            _ if self.busy => false,
            Action::Choose => matches!(field.spec.kind, Kind::Link(_)),
            Action::Toggle => matches!(field.spec.kind, Kind::Flag | Kind::Role),
            Action::Calendar => field.spec.kind.is_day(),
            Action::Theirs => field.alternative.is_some(),
            _ => true,
        };
        if applies {
            Availability::Enabled
        } else {
            Availability::NotApplicable("void-here")
        }
    }

    fn on_action(&mut self, action: Action, ctx: &Context<'_>) -> Vec<Effect> {
        if action == Action::Cancel {
            return self.cancel(ctx);
        }
        if self.busy {
            return Vec::new();
        }
        match action {
            Action::Next | Action::Previous => {
                self.leave_field(ctx);
                self.move_focus(if action == Action::Next { 1 } else { -1 });
            }
            Action::Save => return self.save(ctx),
            Action::Choose => match self.focused().spec.kind {
                Kind::Link(source) => return vec![self.pick(source, ctx)],
                _ if self.is_last() => return self.save(ctx),
                _ => return self.on_action(Action::Next, ctx),
            },
            Action::Toggle => self.toggle(ctx),
            Action::Calendar if self.focused().spec.kind.is_day() => {
                let day = match self.focused().value(ctx.now) {
                    Ok(Value::Date(date)) => date,
                    Ok(Value::Moment(time)) => time.to_zoned(ctx.now.time_zone().clone()).date(),
                    _ => ctx.now.date(),
                };
                return vec![Effect::Open(Calendar { day }.into())];
            }
            Action::Theirs => {
                self.focused_mut().swap(ctx.now);
                self.check(ctx.messages, ctx.now);
            }
            _ => {}
        }
        Vec::new()
    }

    fn input(&mut self) -> Option<&mut Input> {
        let types = !self.busy && self.focused().spec.kind.is_typed();
        types.then(|| &mut self.focused_mut().input)
    }

    fn takes_line_breaks(&self) -> bool {
        self.focused().spec.kind == Kind::Lines
    }

    fn on_input(&mut self, ctx: &Context<'_>) -> Vec<Effect> {
        self.notice = self.notice.take().filter(|_| self.mandatory);
        self.end_wait(ctx.now);
        self.update_strength();
        // A new problem is shown on leaving the field; while typing, only that it is solved.
        if self.focused().problem.is_some() {
            self.check(ctx.messages, ctx.now);
        }
        Vec::new()
    }

    fn on_click(&mut self, line: usize, ctx: &Context<'_>) -> Vec<Effect> {
        self.leave_field(ctx);
        self.focus_field(line);
        Vec::new()
    }

    fn on_response(
        &mut self,
        slot: Slot,
        _: &ApiRequest,
        response: ApiResponse,
        ctx: &Context<'_>,
    ) -> Vec<Effect> {
        match (slot, response) {
            (SAVE, ApiResponse::Record(record)) => self.saved(*record, ctx),
            (SAVE, ApiResponse::Password(record, password)) => {
                let secret = Secret::new(&record, password, ctx);
                let mut effects = self.saved(*record, ctx);
                effects.extend(secret.map(|secret| Effect::Open(secret.into())));
                effects
            }
            (SAVE, ApiResponse::Me(me)) => vec![Effect::Close, Effect::PasswordChanged(me)],
            (REREAD, ApiResponse::Record(theirs)) => {
                let mut effects = vec![Effect::Replace((*theirs).clone())];
                if !self.merge_saved((*theirs).clone(), ctx.now) {
                    // The first try was saved although its reply got lost.
                    effects.extend(self.saved(*theirs, ctx));
                }
                effects
            }
            _ => Vec::new(),
        }
    }

    fn on_error(&mut self, slot: Slot, error: ApiError, ctx: &Context<'_>) -> Vec<Effect> {
        let sentence = ctx.messages.api_error(&error);
        if slot != SAVE {
            return vec![Effect::say(sentence, Tone::Bad)];
        }
        let outdated = error.reason == Reason::EtagOutdated;
        self.show_error(error, ctx.messages, ctx.time());
        match &self.target {
            Some(record) if outdated => {
                let request = ApiRequest::get(record.tab(), record.id());
                self.warn(sentence);
                vec![Effect::Request {
                    slot: REREAD,
                    request,
                }]
            }
            _ => Vec::new(),
        }
    }

    fn on_outcome(&mut self, outcome: Outcome, ctx: &Context<'_>) -> Vec<Effect> {
        match outcome {
            Outcome::Discard => return vec![Effect::Close],
            Outcome::Picked(picked) => {
                let link = picked.map_or(Value::Nothing, |(id, name)| Value::Link(id, name));
                self.focused_mut().chosen = link;
                self.focused_mut().visited = true;
                self.notice = None;
                self.check(ctx.messages, ctx.now);
                self.move_focus(1);
            }
            Outcome::Day(day) => self.put_day(day, ctx),
            _ => {}
        }
        Vec::new()
    }

    fn on_change(&mut self, change: &Change, ctx: &Context<'_>) {
        let is_target = |record: &&Record| {
            Tab::from_record_type(change.record) == Some(record.tab()) && record.id() == change.id
        };
        let Some(record) = self.target.as_ref().filter(is_target) else {
            return;
        };
        // While it is being saved, the reply shows whose change this was.
        let expected = self.busy || record.etag() == change.etag;
        if expected && !change.deleted {
            return;
        }
        let actor = if change.actor.is_empty() {
            "none"
        } else {
            &change.actor
        };
        let by = [("by", Arg::Text(actor))];
        let (text, tone) = if change.deleted {
            (ctx.messages.with("form-gone", &by), Tone::Warn)
        } else {
            (ctx.messages.with("form-saved-meanwhile", &by), Tone::Dim)
        };
        self.change_notice = Some(Status { text, tone });
    }

    fn on_session_end(&mut self) {
        self.busy = false;
    }

    fn counts_down(&self, now: Timestamp) -> bool {
        self.is_throttled(now)
    }
}

impl Form {
    /// Checks the field that is left, as the server does.
    fn leave_field(&mut self, ctx: &Context<'_>) {
        self.focused_mut().visited = true;
        self.normalize(self.focus, ctx.now);
        self.check(ctx.messages, ctx.now);
    }

    fn toggle(&mut self, ctx: &Context<'_>) {
        let field = self.focused_mut();
        field.chosen = match (&field.spec.kind, &field.chosen) {
            (Kind::Flag, chosen) => Value::Flag(*chosen != Value::Flag(true)),
            (Kind::Role, Value::Role(role)) => Value::Role(next_role(Some(*role))),
            (Kind::Role, _) => Value::Role(next_role(None)),
            (_, chosen) => chosen.clone(),
        };
        field.visited = true;
        self.notice = self.notice.take().filter(|_| self.mandatory);
        self.check(ctx.messages, ctx.now);
    }

    fn cancel(&self, ctx: &Context<'_>) -> Vec<Effect> {
        if self.mandatory {
            return vec![Effect::SignOut {
                reason: "signed-out",
                email: String::new(),
            }];
        }
        let (title, text) = if self.busy && ctx.offline {
            ("question-waiting-title", "question-waiting")
        } else if self.busy {
            ("question-saving-title", "question-saving")
        } else if self.is_dirty(ctx.now) {
            ("question-discard-title", "question-discard")
        } else {
            return vec![Effect::Close];
        };
        vec![Effect::Open(Confirm::discard(title, text, ctx).into())]
    }

    fn save(&mut self, ctx: &Context<'_>) -> Vec<Effect> {
        if self.is_throttled(ctx.time()) {
            return Vec::new();
        }
        self.notice = None;
        self.retry_at = None;
        if self.target.is_some() && !self.is_dirty(ctx.now) {
            let text = ctx.messages.get("nothing-to-save");
            return vec![Effect::say(text, Tone::Dim), Effect::Close];
        }
        let Some(request) = self.build(ctx.messages, ctx.now) else {
            return Vec::new();
        };
        self.busy = true;
        vec![Effect::Request {
            slot: SAVE,
            request,
        }]
    }

    fn pick(&self, source: PickSource, ctx: &Context<'_>) -> Effect {
        let title = ctx.messages.get(match source {
            PickSource::Client => "pick-client",
            PickSource::Contract => "pick-contract",
            PickSource::Commercial | PickSource::Support | PickSource::Successor => {
                "pick-successor"
            }
        });
        let mut picker = Picker::for_opener(source, title);
        if let (PickSource::Successor, Some(Record::Collaborator(person))) = (source, &self.target)
        {
            picker = picker.leaving(person.id, person.role());
        }
        Effect::Open(picker.into())
    }

    /// Puts the day into the field, with the time that it has.
    fn put_day(&mut self, day: civil::Date, ctx: &Context<'_>) {
        let zone = ctx.now.time_zone().clone();
        let time = match self.focused().value(ctx.now) {
            Ok(Value::Moment(time)) => time.to_zoned(zone.clone()).time(),
            _ => DAY_BEGINS,
        };
        let value = match self.focused().spec.kind {
            Kind::Date => Value::Date(day),
            _ => match day.to_datetime(time).to_zoned(zone) {
                Ok(at) => Value::Moment(at.timestamp()),
                Err(_) => return,
            },
        };
        self.focused_mut().set(value, ctx.now);
        self.check(ctx.messages, ctx.now);
    }

    /// Closes the form and shows what was saved.
    fn saved(&self, record: Record, ctx: &Context<'_>) -> Vec<Effect> {
        let name = record.name().to_owned();
        let name = [("name", Arg::Text(&name))];
        let (text, show) = if self.target.is_none() {
            (
                ctx.messages.with("status-created", &name),
                Effect::ShowCreated(record),
            )
        } else {
            (
                ctx.messages.with("status-saved", &name),
                Effect::ShowSaved(record),
            )
        };
        vec![Effect::Close, show, Effect::say(text, Tone::Good)]
    }

    /// Removes the sentence that the wait is over, once something is typed.
    pub(in crate::app) fn end_wait(&mut self, now: &Zoned) {
        self.retry_at = self.retry_at.filter(|_| self.is_throttled(now.timestamp()));
    }
}
