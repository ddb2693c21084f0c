//! A form: fields from a [`FormSpec`], validated by the code that the server runs, and turned into
//! a request.

pub mod field;
mod merge;
pub(crate) mod period;
pub mod questions;
mod secret;
pub mod spec;
#[cfg(test)]
mod tests;
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

use self::{field::Field, spec::FormSpec, values::FormValues};
use crate::{
    api::ApiRequest,
    messages::{Lang, Messages},
    record::{ParentFilter, Record, value::Value},
    tone::{Status, Tone},
};

/// The state of a form.
#[derive(Clone)]
pub struct Form {
    /// Its specification.
    pub spec: &'static FormSpec,
    /// The fields, in the order of the specification.
    pub fields: Vec<Field>,
    /// Index of the focused field.
    pub focus: usize,
    /// The record to update; `None` when the form creates one.
    pub target: Option<Record>,
    /// The `request_id` of a creation. A retry sends the same one.
    pub request_id: Uuid,
    /// A message about the form as a whole.
    pub notice: Option<Status>,
    /// A message that the record was saved by another collaborator since the form was opened.
    pub change_notice: Option<Status>,
    /// A message that the record was deleted since the form was opened: it cannot be saved any more.
    pub deletion: Option<Status>,
    /// Fluent messages: the labels of what others have saved while the form was open, and of which the
    /// user was not asked.
    pub came_in: Vec<&'static str>,
    /// Whether a save is pending.
    pub busy: bool,
    /// The error of that save, while the record is read again.
    pub(crate) refusal: Option<ApiError>,
    /// The save that waits for the answer to a question, or for the records that the question
    /// depends on.
    save: Option<questions::Save>,
    /// The texts of the questions that were answered with yes.
    confirmed: Vec<String>,
    /// Whether the server returned [`Reason::StillInCharge`].
    pub needs_successor: bool,
    /// Whether the form cannot be closed: a password that must be changed.
    pub mandatory: bool,
    /// The signed-in collaborator.
    pub me: Option<Me>,
    /// When the server accepts the next attempt, after too many wrong passwords.
    pub retry_at: Option<Timestamp>,
}

impl Form {
    /// A form that creates a record, or updates `target`. Fields that `actor` may not change are
    /// locked.
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
            change_notice: None,
            deletion: None,
            came_in: Vec::new(),
            busy: false,
            refusal: None,
            save: None,
            confirmed: Vec::new(),
            needs_successor: false,
            mandatory: false,
            me: None,
            retry_at: None,
        };
        form.link_periods(now);
        if !form.can_focus(0) {
            form.move_focus(1);
        }
        form
    }

    /// Fills in the record to which the list is restricted. The form starts with it, so that closing the
    /// form loses nothing.
    pub(crate) fn refer_to(&mut self, parent: ParentFilter, name: &str, now: &Zoned) {
        let (field, id) = match parent {
            ParentFilter::Client(id) => ("client_id", id),
            ParentFilter::Contract(id) => ("contract_id", id),
            ParentFilter::Commercial(_) | ParentFilter::Support(_) => return,
        };
        let Some(index) = self.fields.iter().position(|it| it.spec.name == field) else {
            return;
        };
        let link = Value::Link(id, name.to_owned());
        let field = &mut self.fields[index];
        field.saved = link.clone();
        field.set(link, now);
        if self.focus == index {
            self.move_focus(1);
        }
    }

    /// Sets a warning about the form as a whole.
    pub fn warn(&mut self, text: String) {
        let tone = Tone::Warn;
        self.notice = Some(Status { text, tone });
    }

    /// The focused field.
    #[must_use]
    pub fn focused(&self) -> &Field {
        &self.fields[self.focus]
    }

    /// The focused field, mutably.
    pub fn focused_mut(&mut self) -> &mut Field {
        &mut self.fields[self.focus]
    }

    /// The visible fields, with their indices.
    pub fn visible_fields(&self) -> impl Iterator<Item = (usize, &Field)> {
        let is_visible = |(_, field): &(usize, &Field)| (field.spec.is_visible)(self);
        self.fields.iter().enumerate().filter(is_visible)
    }

    fn can_focus(&self, index: usize) -> bool {
        let field = &self.fields[index];
        field.locked.is_none() && (field.spec.is_visible)(self)
    }

    /// Moves the focus to the next editable field, or to the previous one if `step` is negative;
    /// wraps around.
    pub fn move_focus(&mut self, step: isize) {
        let count = self.fields.len();
        let ahead = if step.is_negative() { count - 1 } else { 1 };
        let next = (1..=count)
            .map(|distance| (self.focus + distance * ahead) % count)
            .find(|&index| self.can_focus(index));
        self.focus = next.unwrap_or(self.focus);
    }

    /// Whether no editable field follows the focused one.
    #[must_use]
    pub fn is_last(&self) -> bool {
        (self.focus + 1..self.fields.len()).all(|index| !self.can_focus(index))
    }

    /// Focuses a field, if it is editable.
    pub fn focus_field(&mut self, index: usize) {
        if index < self.fields.len() && self.can_focus(index) {
            self.focus = index;
        }
    }

    /// Whether a chosen value differs from the record's. Covers only fields whose value is chosen,
    /// not typed: the visibility of fields depends only on those, and needs no clock.
    #[must_use]
    pub fn is_changed(&self, name: &str) -> bool {
        let mut fields = self.fields.iter();
        fields.any(|field| field.spec.name == name && field.chosen != field.saved)
    }

    /// Whether closing the form would lose input.
    #[must_use]
    pub fn is_dirty(&self, now: &Zoned) -> bool {
        self.fields.iter().any(|field| field.is_changed(now))
    }

    /// Whether the collaborator to update is in charge of clients or events.
    #[must_use]
    pub(crate) fn target_is_in_charge(&self) -> bool {
        self.needs_successor
            || matches!(&self.target, Some(Record::Collaborator(person))
            if person.client_count > 0 || person.event_count > 0)
    }

    /// Validates all fields and sets their messages; only visited fields show one.
    pub fn check(&mut self, messages: &Messages, now: &Zoned) {
        let errors = self.errors(messages, now);
        for field in &mut self.fields {
            let found = errors.iter().find(|(name, _)| name == field.spec.name);
            let found = found.map(|(_, sentence)| sentence.clone());
            field.set_error(found);
        }
    }

    /// The errors, as pairs of a field's name and a message.
    fn errors(&self, messages: &Messages, now: &Zoned) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (_, field) in self
            .visible_fields()
            .filter(|(_, field)| field.locked.is_none())
        {
            let sentence = match field.value(now) {
                Err(error) => messages.parse_error(error),
                // An empty input is zero or "unchanged" on the wire, which validation accepts.
                Ok(Value::Nothing) if field.spec.kind.is_parsed() => {
                    messages.field_error(&missing(field.spec.name))
                }
                Ok(_) => continue,
            };
            found.push((field.spec.name.to_owned(), sentence));
        }
        let all = FormValues {
            form: self,
            now,
            all: true,
        };
        let is_old = |error: &WireFieldError| {
            let field = self.fields.iter().find(|it| it.spec.name == error.field);
            field.is_some_and(|it| it.is_old_text(now))
        };
        for error in (self.spec.build)(&all).err().unwrap_or_default() {
            let is_invalid = |name: &str| found.iter().any(|(it, _)| it == name);
            if is_old(&error) || compared_field(&error).is_some_and(is_invalid) {
                continue;
            }
            if !is_invalid(&error.field) {
                found.push((error.field.clone(), messages.field_error(&error)));
            }
        }
        found
    }

    /// Builds the request that saves the form. Returns `None` if a field is invalid, after showing
    /// the messages and focusing the first such field.
    pub fn build(&mut self, messages: &Messages, now: &Zoned) -> Option<ApiRequest> {
        for index in 0..self.fields.len() {
            self.normalize(index, now);
            let field = &mut self.fields[index];
            field.visited = true;
            field.clear_server_error();
        }
        self.check(messages, now);
        let invalid = self.fields.iter().position(|field| field.error.is_some());
        if let Some(index) = invalid {
            self.focus_field(index);
            return None;
        }
        let changes = FormValues {
            form: self,
            now,
            all: false,
        };
        match (self.spec.build)(&changes) {
            Ok(request) => Some(request),
            Err(errors) => {
                self.show_field_errors(errors, messages);
                None
            }
        }
    }

    /// Shows an error from the server: field errors at their fields, other errors above the fields.
    pub fn show_error(&mut self, error: ApiError, messages: &Messages, now: Timestamp) {
        self.busy = false;
        self.notice = None;
        self.needs_successor |= error.reason == Reason::StillInCharge;
        if let (Reason::TooManyAttempts, Some(time)) = (error.reason, error.retry_delay) {
            self.throttle(time, now);
            return;
        }
        let name = field_of(error.reason).filter(|_| error.fields.is_empty());
        let index = name.and_then(|name| self.fields.iter().position(|f| f.spec.name == name));
        if let Some(index) = index {
            self.fields[index].set_server_error(messages.api_error(&error, None));
            self.focus_field(index);
        } else if error.fields.is_empty() {
            self.warn(messages.api_error(&error, None));
        }
        self.show_field_errors(error.fields, messages);
    }

    fn show_field_errors(&mut self, errors: Vec<WireFieldError>, messages: &Messages) {
        let mut first = None;
        for error in errors {
            let text = messages.field_error(&error);
            let at = self.fields.iter().position(|f| f.spec.name == error.field);
            match at {
                Some(index) => {
                    self.fields[index].set_server_error(text);
                    first = first.or(Some(index));
                }
                None => self.warn(text),
            }
        }
        if let Some(index) = first {
            self.focus_field(index);
        }
    }
}

fn missing(field: &'static str) -> WireFieldError {
    FieldError {
        field,
        kind: FieldErrorKind::Missing,
    }
    .into()
}

/// The field whose value the error compares with that of its own: while it has none, there is nothing to
/// compare.
fn compared_field(error: &WireFieldError) -> Option<&'static str> {
    (error.code == FieldErrorKind::AboveTotal.code()).then_some("total_cents")
}

/// The field to which a reason without field errors refers.
const fn field_of(reason: Reason) -> Option<&'static str> {
    match reason {
        Reason::ContractHasEvent => Some("signed"),
        Reason::StillInCharge => Some("successor_id"),
        Reason::LastGestion => Some("role"),
        Reason::LoginFailed => Some("password"),
        _ => None,
    }
}
