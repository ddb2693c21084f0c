//! The form overlay: creates or edits a record, or changes the user's own password.

mod refusal;
pub(crate) mod view;

use epic_events::api_error::ApiError;
use jiff::{Timestamp, Zoned};
use tui_input::Input;

use super::{
    Component, Effect,
    calendar::Calendar,
    confirm::Confirm,
    lost_reply::{REREAD, reread},
    picker::Picker,
    secret::Secret,
};
use crate::{
    api::{ApiRequest, ApiResponse, Change},
    app::{
        availability::Availability, context::Context, effect::Outcome, network::owner::RequestSlot,
        sign_out::SignOutReason,
    },
    form::{
        Form,
        field::next_role,
        questions::Step,
        spec::{Breaks, FormSpec, Kind, PickSource},
    },
    keys::{Action, KeyContext},
    messages::Arg,
    record::{ParentFilter, Record, Tab, value::Value},
    screens::login,
    tone::{Status, Tone},
};

/// The request that saves the form.
const SAVE: RequestSlot = RequestSlot::new("save");
/// The records that a question before the save depends on.
const QUESTION: RequestSlot = RequestSlot::new("question");

/// A form for a new record, or for an existing one. The UUID of its request is fixed from the
/// start, so that saving twice creates one record.
pub(super) fn open(spec: &'static FormSpec, target: Option<Record>, ctx: &Context<'_>) -> Form {
    let lang = ctx.messages.lang();
    Form::new(spec, target, ctx.actor(), ctx.new_id(), lang, ctx.now).with_user(ctx.me.cloned())
}

/// A form for a new record of the list in front. It refers to the record to which the list is restricted:
/// a client, or a contract without an event.
pub(super) fn create(spec: &'static FormSpec, ctx: &Context<'_>) -> Form {
    let mut form = open(spec, None, ctx);
    let has_room = |parent: &ParentFilter| match parent {
        ParentFilter::Contract(_) => ctx.list.records.is_empty() && ctx.list.is_loaded(),
        _ => true,
    };
    let parent = ctx.list.criteria.parent.as_ref();
    if let Some((parent, name)) = parent.filter(|(parent, _)| has_room(parent)) {
        form.refer_to(*parent, name, ctx.now);
    }
    form
}

/// A form for a new password of the user.
pub(super) fn own_password(ctx: &Context<'_>) -> Form {
    open(&login::PASSWORD, None, ctx)
}

/// A form that replaces a one-time password; closing it signs out.
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

    fn availability(&self, action: Action, ctx: &Context<'_>) -> Availability {
        let field = self.focused();
        let is_enabled = match action {
            Action::Cancel => true,
            _ if self.busy => false,
            Action::Save => self.deletion.is_none() && !self.is_throttled(ctx.time()),
            Action::Choose => matches!(field.spec.kind, Kind::Link(_)),
            Action::Toggle => matches!(field.spec.kind, Kind::Flag | Kind::Role),
            Action::Calendar => field.spec.kind.is_day(),
            Action::Swap => field.alternative.is_some(),
            _ => true,
        };
        if is_enabled {
            Availability::Enabled
        } else {
            Availability::NotApplicable("not-applicable-here")
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
                Kind::Link(source) => return vec![self.open_picker(source, ctx)],
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
            Action::Swap => {
                self.swap(ctx.now);
                self.check(ctx.messages, ctx.now);
            }
            _ => {}
        }
        Vec::new()
    }

    fn input(&mut self) -> Option<&mut Input> {
        let is_typed = !self.busy && self.focused().spec.kind.is_typed();
        is_typed.then(|| &mut self.focused_mut().input)
    }

    fn breaks(&self) -> Breaks {
        self.focused().spec.kind.breaks()
    }

    fn input_max(&self) -> usize {
        self.focused().spec.kind.input_max()
    }

    fn on_input(&mut self, ctx: &Context<'_>) -> Vec<Effect> {
        self.notice = self.notice.take().filter(|_| self.mandatory);
        self.clear_elapsed_throttle(ctx.now);
        self.update_strength();
        // During typing, errors only disappear; new ones appear when the field loses the focus.
        if self.focused().error.is_some() {
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
        slot: RequestSlot,
        _: &ApiRequest,
        response: ApiResponse,
        ctx: &Context<'_>,
    ) -> Vec<Effect> {
        match (slot, response) {
            (SAVE, ApiResponse::Record(record)) => self.on_saved(*record, ctx),
            (SAVE, ApiResponse::Password(record, password)) => {
                let secret = Secret::new(&record, password, ctx);
                let mut effects = self.on_saved(*record, ctx);
                effects.extend(secret.map(|secret| Effect::Open(secret.into())));
                effects
            }
            (SAVE, ApiResponse::Me(me)) => vec![Effect::Close, Effect::PasswordChanged(me)],
            (QUESTION, ApiResponse::Page(page)) => {
                let step = self.on_read(page, &ctx.cells());
                step.into_iter().map(run_step).collect()
            }
            (REREAD, ApiResponse::Record(record)) => self.on_reread(*record, ctx),
            _ => Vec::new(),
        }
    }

    fn on_error(&mut self, slot: RequestSlot, error: ApiError, ctx: &Context<'_>) -> Vec<Effect> {
        if slot == QUESTION {
            let step = self.on_unread(&ctx.messages.api_error(&error, Some(ctx.now)), &ctx.cells());
            return step.into_iter().map(run_step).collect();
        }
        if slot == REREAD {
            self.show_refusal(ctx);
            let sentence = ctx.messages.api_error(&error, Some(ctx.now));
            return vec![Effect::status(sentence, Tone::Bad)];
        }
        let reread = reread(&error, self.target.as_ref());
        self.refusal = Some(error);
        if reread.is_none() {
            self.show_refusal(ctx);
        }
        reread.into_iter().collect()
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
            Outcome::Day(day) => {
                self.set_day(day, ctx.now);
                self.check(ctx.messages, ctx.now);
            }
            Outcome::Proceed(text) => {
                let step = self.on_yes(text, &ctx.cells());
                return step.into_iter().map(run_step).collect();
            }
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
        // While the form is being saved, the response shows whose change this is.
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
        let status = |id, tone| {
            let text = ctx.messages.with(id, &by);
            Some(Status { text, tone })
        };
        if change.deleted {
            self.deletion = status("form-record-deleted", Tone::Warn);
        } else {
            self.change_notice = status("form-record-saved", Tone::Dim);
        }
    }

    fn on_session_end(&mut self) {
        self.stop_save();
    }

    fn counts_down(&self, now: Timestamp) -> bool {
        self.is_throttled(now)
    }
}

fn run_step(step: Step) -> Effect {
    match step {
        Step::Send(request) => Effect::Request {
            slot: SAVE,
            request,
        },
        Step::Read(request) => Effect::Request {
            slot: QUESTION,
            request,
        },
        Step::Ask { title, text } => Effect::Open(Confirm::proceed(title, text).into()),
    }
}

impl Form {
    /// Validates the field that loses the focus. A field that was not changed does not complain before
    /// the form is saved.
    fn leave_field(&mut self, ctx: &Context<'_>) {
        let field = self.focused_mut();
        field.visited |= field.is_changed(ctx.now);
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

    fn cancel(&mut self, ctx: &Context<'_>) -> Vec<Effect> {
        if self.is_reading() {
            self.stop_save();
            return vec![Effect::status(
                ctx.messages.get("status-not-saved"),
                Tone::Warn,
            )];
        }
        if self.mandatory {
            return vec![Effect::SignOut {
                reason: SignOutReason::Requested,
                email: String::new(),
            }];
        }
        let (title, text) = if self.busy && ctx.offline {
            ("confirm-waiting-title", "confirm-waiting")
        } else if self.busy {
            ("confirm-saving-title", "confirm-saving")
        } else if self.is_dirty(ctx.now) {
            ("confirm-discard-title", "confirm-discard")
        } else {
            return vec![Effect::Close];
        };
        vec![Effect::Open(Confirm::discard(title, text, ctx).into())]
    }

    fn save(&mut self, ctx: &Context<'_>) -> Vec<Effect> {
        if self.is_throttled(ctx.time()) {
            return Vec::new();
        }
        if let Some(Status { text, tone }) = self.deletion.clone() {
            return vec![Effect::status(text, tone)];
        }
        self.notice = None;
        self.retry_at = None;
        if self.target.is_some() && !self.is_dirty(ctx.now) {
            let text = ctx.messages.get("nothing-to-save");
            return vec![Effect::status(text, Tone::Dim), Effect::Close];
        }
        let Some(request) = self.build(ctx.messages, ctx.now) else {
            return Vec::new();
        };
        vec![run_step(self.start_save(request, &ctx.cells()))]
    }

    fn open_picker(&self, source: PickSource, ctx: &Context<'_>) -> Effect {
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
            picker = picker.for_successor_of(person.id, person.role());
        }
        if let (PickSource::Contract, Some((parent, name))) = (source, &ctx.list.criteria.parent) {
            picker = picker.for_contracts_of(*parent, name, ctx);
        }
        Effect::Open(picker.into())
    }

    /// Closes the form and shows the saved record.
    fn on_saved(&self, record: Record, ctx: &Context<'_>) -> Vec<Effect> {
        let name = record.name().to_owned();
        let name = [("name", Arg::Text(&name))];
        let (text, show) = if self.target.is_none() {
            (
                ctx.messages.with("status-created", &name),
                Effect::ShowCreated(record),
            )
        } else {
            let text = match self.merged(ctx) {
                None => ctx.messages.with("status-saved", &name),
                Some(fields) => ctx
                    .messages
                    .with("status-saved-merged", &[("fields", Arg::Text(&fields))]),
            };
            (text, Effect::ShowSaved(record))
        };
        vec![Effect::Close, show, Effect::status(text, Tone::Good)]
    }

    /// Removes the notice that the delay has ended.
    pub(in crate::app) fn clear_elapsed_throttle(&mut self, now: &Zoned) {
        self.retry_at = self.retry_at.filter(|_| self.is_throttled(now.timestamp()));
    }
}
