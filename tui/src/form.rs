//! A form: a table of fields, checked with the code that the server runs, and turned into a call.

pub mod field;
mod secret;
pub mod spec;
pub mod values;

use epic_events::{
    api_error::{ApiError, WireFieldError},
    field_error::{FieldError, FieldErrorKind},
    policy::{self, Actor},
    reason::Reason,
    v1::Me,
};
use jiff::{Timestamp, Zoned};
use uuid::Uuid;

use self::{
    field::{Field, Other},
    spec::{FormSpec, Kind},
    values::FormValues,
};
use crate::{
    api::ApiRequest,
    messages::{Lang, Messages},
    record::{Record, value::Value},
    tone::{Status, Tone},
};

/// A form that is being filled in.
#[derive(Clone)]
pub struct Form {
    /// What it is.
    pub spec: &'static FormSpec,
    /// The fields, in the order of the table.
    pub fields: Vec<Field>,
    /// The field that keys go to.
    pub focus: usize,
    /// The record that it changes.
    pub target: Option<Record>,
    /// The UUID of a creation: a second try is the same request.
    pub request_id: Uuid,
    /// A sentence about the whole form.
    pub notice: Option<Status>,
    /// What has become of the record since the form was opened.
    pub meanwhile: Option<Status>,
    /// Whether it is being saved.
    pub busy: bool,
    /// Whether the server said that something must be handed over.
    pub hands_over: bool,
    /// Whether one cannot get around it: a password that must be changed.
    pub forced: bool,
    /// Who fills it in, where what is filled in depends on that: a password of one's own.
    pub me: Option<Me>,
    /// When one may try again after too many wrong passwords.
    pub again: Option<Timestamp>,
}

impl Form {
    /// A form for a new record, or for one that is there.
    #[must_use]
    pub fn new(
        spec: &'static FormSpec,
        target: Option<Record>,
        actor: Option<Actor>,
        request_id: Uuid,
        lang: Lang,
        now: &Zoned,
    ) -> Self {
        let owner = match &target {
            Some(record) => record.owner(),
            None => actor.map(|actor| actor.id),
        };
        let fields = spec.fields.iter().map(|field| {
            let value = target
                .as_ref()
                .map_or(Value::Nothing, |record| record.value(field.name));
            let locked =
                actor.and_then(|actor| policy::permit(actor, spec.rpc, owner, &[field.name]).err());
            Field::new(field, value, locked, lang, now)
        });
        let mut form = Self {
            spec,
            fields: fields.collect(),
            focus: 0,
            target,
            request_id,
            notice: None,
            meanwhile: None,
            busy: false,
            hands_over: false,
            forced: false,
            me: None,
            again: None,
        };
        if !form.can_focus(0) {
            form.step(1);
        }
        form
    }

    /// Says something about the whole form that must be seen.
    pub fn warn(&mut self, text: String) {
        let tone = Tone::Warn;
        self.notice = Some(Status { text, tone });
    }

    /// The field that keys go to.
    #[must_use]
    pub fn focused(&self) -> &Field {
        &self.fields[self.focus]
    }

    /// The same, to change it.
    pub fn focused_mut(&mut self) -> &mut Field {
        &mut self.fields[self.focus]
    }

    /// The fields that are there, by their place.
    pub fn shown(&self) -> impl Iterator<Item = (usize, &Field)> {
        let shown = |(_, field): &(usize, &Field)| (field.spec.shown)(self);
        self.fields.iter().enumerate().filter(shown)
    }

    fn can_focus(&self, index: usize) -> bool {
        let field = &self.fields[index];
        field.locked.is_none() && (field.spec.shown)(self)
    }

    /// Moves to the next field that can be changed, or to the one before; around the end.
    pub fn step(&mut self, by: isize) {
        let count = self.fields.len();
        let ahead = if by < 0 { count - 1 } else { 1 };
        let next = (1..=count)
            .map(|step| (self.focus + step * ahead) % count)
            .find(|&index| self.can_focus(index));
        self.focus = next.unwrap_or(self.focus);
    }

    /// Whether this is the last field that can be changed.
    #[must_use]
    pub fn is_last(&self) -> bool {
        (self.focus + 1..self.fields.len()).all(|index| !self.can_focus(index))
    }

    /// Goes to a field, if it can be changed.
    pub fn go_to(&mut self, index: usize) {
        if index < self.fields.len() && self.can_focus(index) {
            self.focus = index;
        }
    }

    /// Whether the field holds something else than the record.
    #[must_use]
    pub fn is_changed(&self, name: &str) -> bool {
        // A field decides by others whether it is shown; those are chosen, so no clock is needed.
        let mut fields = self.fields.iter();
        fields.any(|field| field.spec.name == name && field.chosen != field.before)
    }

    /// Whether anything would be lost by closing the form.
    #[must_use]
    pub fn is_dirty(&self, now: &Zoned) -> bool {
        self.fields.iter().any(|field| field.is_changed(now))
    }

    /// Writes out in full what was typed short. A time alone is on the day that the field had, or
    /// on the day of the field that it follows, where that is later.
    pub fn tidy(&mut self, index: usize, now: &Zoned) {
        let field = &self.fields[index];
        let other = field.spec.day_of;
        let other = other.and_then(|name| self.fields.iter().find(|f| f.spec.name == name));
        if let Some(day) = field.day.max(other.and_then(|other| other.day)) {
            self.fields[index].complete(day, now);
        }
        self.fields[index].tidy(now);
    }

    /// Whether the collaborator that it changes has clients or events.
    #[must_use]
    pub fn target_holds_something(&self) -> bool {
        self.hands_over
            || matches!(&self.target, Some(Record::Collaborator(person))
            if person.client_count > 0 || person.event_count > 0)
    }

    /// Checks everything; only fields that were left once are told what is wrong.
    pub fn check(&mut self, messages: &Messages, now: &Zoned) {
        let problems = self.problems(messages, now);
        for field in &mut self.fields {
            let found = problems.iter().find(|(name, _)| name == field.spec.name);
            let found = found.map(|(_, sentence)| sentence.clone());
            field.tell(found);
        }
    }

    /// What is wrong, by field.
    fn problems(&self, messages: &Messages, now: &Zoned) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (_, field) in self.shown().filter(|(_, field)| field.locked.is_none()) {
            let counted = matches!(
                field.spec.kind,
                Kind::Amount | Kind::Number | Kind::Date | Kind::Moment
            );
            let sentence = match field.value(now) {
                Err(mistyped) => messages.mistyped(&mistyped),
                // On the wire nothing is zero, or "unchanged": the check would let it pass.
                Ok(Value::Nothing) if counted => messages.problem(&missing(field.spec.name)),
                Ok(_) => continue,
            };
            found.push((field.spec.name.to_owned(), sentence));
        }
        let all = FormValues {
            form: self,
            now,
            all: true,
        };
        for problem in (self.spec.build)(&all).err().unwrap_or_default() {
            if !found.iter().any(|(name, _)| *name == problem.field) {
                found.push((problem.field.clone(), sentence(messages, &problem)));
            }
        }
        found
    }

    /// The call that saves the form; `None` when a field is wrong, which is then told.
    pub fn build(&mut self, messages: &Messages, now: &Zoned) -> Option<ApiRequest> {
        for index in 0..self.fields.len() {
            self.tidy(index, now);
            let field = &mut self.fields[index];
            field.visited = true;
            field.forget_refusal();
        }
        self.check(messages, now);
        let wrong = self.fields.iter().position(|field| field.problem.is_some());
        if let Some(index) = wrong {
            self.go_to(index);
            return None;
        }
        let changes = FormValues {
            form: self,
            now,
            all: false,
        };
        match (self.spec.build)(&changes) {
            Ok(call) => Some(call),
            Err(problems) => {
                self.tell(problems, messages);
                None
            }
        }
    }

    /// Takes the server's refusal: each problem to its field, the rest above.
    pub fn refuse(&mut self, refusal: ApiError, messages: &Messages, now: Timestamp) {
        self.busy = false;
        self.notice = None;
        self.hands_over |= refusal.reason == Reason::StillInCharge;
        if let (Reason::TooManyAttempts, Some(time)) = (refusal.reason, refusal.wait) {
            self.wait(time, now);
            return;
        }
        let about = about(refusal.reason).filter(|_| refusal.fields.is_empty());
        let index = about.and_then(|name| self.fields.iter().position(|f| f.spec.name == name));
        if let Some(index) = index {
            self.fields[index].refuse(messages.refusal(&refusal));
            self.go_to(index);
        } else if refusal.fields.is_empty() {
            self.warn(messages.refusal(&refusal));
        }
        self.tell(refusal.fields, messages);
    }

    fn tell(&mut self, problems: Vec<WireFieldError>, messages: &Messages) {
        let mut first = None;
        for problem in problems {
            let told = sentence(messages, &problem);
            let at = self
                .fields
                .iter()
                .position(|f| f.spec.name == problem.field);
            match at {
                Some(index) => {
                    self.fields[index].refuse(told);
                    first = first.or(Some(index));
                }
                None => self.warn(told),
            }
        }
        if let Some(index) = first {
            self.go_to(index);
        }
    }

    /// Takes the record as somebody else saved it meanwhile. Answers whether anything differs from
    /// what is filled in; where it does, the field holds both values.
    pub fn meet(&mut self, theirs: Record, now: &Zoned) -> bool {
        let mut differs = false;
        for field in &mut self.fields {
            let saved = theirs.value(field.spec.name);
            let Ok(mine) = field.value(now) else {
                differs = true;
                continue;
            };
            let touched = field.is_changed(now);
            field.before = saved.clone();
            field.other = None;
            if mine == saved || matches!(saved, Value::Nothing) {
                continue;
            }
            differs = true;
            // What one did not touch is theirs unless one says otherwise.
            if touched && field.locked.is_none() {
                field.other = Some(Other {
                    theirs: true,
                    value: saved,
                });
            } else {
                field.put(saved, now);
                field.other = Some(Other {
                    theirs: false,
                    value: mine,
                });
            }
        }
        self.target = Some(theirs);
        self.meanwhile = None;
        differs
    }
}

fn missing(field: &'static str) -> WireFieldError {
    FieldError {
        field,
        kind: FieldErrorKind::Missing,
    }
    .into()
}

/// The field that a refusal without one is about.
const fn about(reason: Reason) -> Option<&'static str> {
    match reason {
        Reason::ContractHasEvent => Some("signed"),
        Reason::StillInCharge => Some("successor_id"),
        Reason::LastGestion => Some("role"),
        _ => None,
    }
}

/// A problem in words; the one that only keyboards have is told here.
fn sentence(messages: &Messages, problem: &WireFieldError) -> String {
    match problem.code.as_str() {
        "NOT_REPEATED" => messages.get("problem-not-repeated"),
        _ => messages.problem(problem),
    }
}
