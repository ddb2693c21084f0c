//! A field of a form: its input, its initial value and its message.

use std::iter;

use epic_events::{character, policy::Denied, strength::Strength, v1::Role};
use jiff::{Timestamp, Zoned};
use tui_input::Input;

use super::spec::{FieldSpec, Kind};
use crate::{
    messages::Lang,
    parse::{self, Completion, ParseError, Reference},
    record::value::Value,
};

/// The alternative value of a field after another collaborator saved the record: that
/// collaborator's value or the user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// Whether the alternative is the other collaborator's value.
    pub is_theirs: bool,
    /// The value.
    pub value: Value,
}

/// An error from the server, and the input to which it refers.
#[derive(Clone, Debug)]
struct ServerError {
    typed: String,
    chosen: Value,
    sentence: String,
}

/// The state of a field.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its specification.
    pub spec: &'static FieldSpec,
    /// The language in which amounts are formatted.
    lang: Lang,
    /// The input of a typed field.
    pub input: Input,
    /// The value of a chosen field.
    pub chosen: Value,
    /// The record's value.
    pub saved: Value,
    /// Why the user may not change it; `None` if they may.
    pub locked: Option<Denied>,
    /// The message under the field.
    pub error: Option<String>,
    /// The server's error; discarded when the input changes.
    server_error: Option<ServerError>,
    /// The last valid time.
    pub(super) moment: Option<Timestamp>,
    /// The start of the period that the field ends, if it is valid.
    pub(super) start: Option<Timestamp>,
    /// The last input of a time that the user typed, before it was rewritten in full.
    pub(super) typed: Option<String>,
    /// Whether the last change of the start changed the value.
    pub(super) has_moved: bool,
    /// Whether the focus has left the field before; errors are displayed only then.
    pub visited: bool,
    /// The alternative value, after a conflicting save.
    pub alternative: Option<Alternative>,
    /// The strength of a new password.
    pub strength: Option<Strength>,
}

impl Field {
    /// A field with an initial value.
    #[must_use]
    pub fn new(
        spec: &'static FieldSpec,
        value: Value,
        locked: Option<Denied>,
        lang: Lang,
        now: &Zoned,
    ) -> Self {
        let mut field = Self {
            spec,
            lang,
            input: Input::default(),
            chosen: Value::Nothing,
            saved: value.clone(),
            locked,
            error: None,
            server_error: None,
            moment: None,
            start: None,
            typed: None,
            has_moved: false,
            visited: false,
            alternative: None,
            strength: None,
        };
        field.set(value, now);
        field
    }

    /// Sets the value, which the user has not typed.
    pub fn set(&mut self, value: Value, now: &Zoned) {
        self.typed = None;
        self.has_moved = false;
        self.show(value, now);
    }

    fn show(&mut self, value: Value, now: &Zoned) {
        if let Value::Moment(at) = value {
            self.moment = Some(at);
        }
        if self.spec.kind.is_typed() {
            self.input = Input::new(value.to_input(self.lang, now));
        } else {
            self.chosen = value;
        }
    }

    /// The current value.
    ///
    /// # Errors
    /// The input does not parse as a value of the field's kind.
    pub fn value(&self, now: &Zoned) -> Result<Value, ParseError> {
        let text = self.input.value();
        if !self.spec.kind.is_typed() {
            return Ok(self.chosen.clone());
        }
        // The text of a time has no seconds: an unchanged text must keep the stored value.
        if text == self.saved.to_input(self.lang, now) {
            return Ok(self.saved.clone());
        }
        if text.trim().is_empty() && !self.spec.kind.is_secret() {
            return Ok(Value::Nothing);
        }
        if self.spec.kind.is_parsed() && text.trim().contains(character::is_break) {
            return Err(ParseError::LineBreak);
        }
        let text = &*character::stripped(text);
        match self.spec.kind {
            Kind::Amount => parse::amount(text, self.lang).map(Value::Cents),
            Kind::Number => parse::number(text, self.lang).map(Value::Number),
            Kind::Date => parse::date(text, now.date(), self.spec.year).map(Value::Date),
            Kind::Moment => parse::moment(text, &self.reference(now)).map(Value::Moment),
            Kind::Text(_)
            | Kind::Email
            | Kind::Phone
            | Kind::Lines
            | Kind::Password
            | Kind::NewPassword => Ok(Value::Text(self.input.value().to_owned())),
            Kind::Flag | Kind::Role | Kind::Link(_) => Ok(self.chosen.clone()),
        }
    }

    /// Whether the value differs from the record's.
    #[must_use]
    pub fn is_changed(&self, now: &Zoned) -> bool {
        match self.value(now) {
            Ok(value) => value != self.saved && !(is_empty(&value) && is_empty(&self.saved)),
            Err(_) => true,
        }
    }

    /// Whether the server stores the input as this value: it cleans texts, and identifies other
    /// records by their identifiers.
    pub(super) fn is_stored_as(&self, stored: &Value, now: &Zoned) -> bool {
        match (self.value(now), stored) {
            (Ok(Value::Text(mine)), Value::Text(stored)) => {
                self.spec.kind.stored_text(&mine) == *stored
            }
            (Ok(Value::Link(mine, _)), Value::Link(stored, _)) => mine == *stored,
            (Ok(mine), stored) => mine == *stored || (is_empty(&mine) && is_empty(stored)),
            (Err(_), _) => false,
        }
    }

    /// Whether the input is an unchanged text of the record. An older version may have saved a text
    /// that validation refuses today; that must not prevent a change of another field.
    pub(super) fn is_old_text(&self, now: &Zoned) -> bool {
        let is_saved = matches!(&self.saved, Value::Text(text) if !text.is_empty());
        is_saved && self.spec.kind.is_free_text() && !self.is_changed(now)
    }

    /// The values that complete an incomplete time.
    fn reference<'a>(&self, now: &'a Zoned) -> Reference<'a> {
        Reference {
            now,
            previous: self.moment,
            completion: match self.spec.start_field {
                Some(_) => Completion::Start(self.start),
                None => Completion::Previous,
            },
            year: self.spec.year,
        }
    }

    /// Rewrites a valid input in full: `12/9 18h` becomes `12/09/2026 18:00`. Removes the invisible
    /// characters from a changed text, which the input displayed as signs and the server removes too.
    pub fn normalize(&mut self, now: &Zoned) {
        if self.spec.kind.is_free_text() && self.is_changed(now) {
            let text = self.input.value();
            let stripped = character::stripped(text);
            if stripped != text {
                self.input = Input::new(stripped.into_owned());
            }
            return;
        }
        if !self.spec.kind.is_parsed() || self.is_normalized(now) {
            return;
        }
        if let Ok(value) = self.value(now) {
            self.typed = Some(self.input.value().to_owned());
            self.has_moved = false;
            self.show(value, now);
        }
    }

    /// Whether the input is the full text of its last valid time.
    pub(super) fn is_normalized(&self, now: &Zoned) -> bool {
        let text = |at| Value::Moment(at).to_input(self.lang, now);
        self.moment.map(text).as_deref() == Some(self.input.value())
    }

    /// Shows an error from the server about the current input.
    pub fn set_server_error(&mut self, sentence: String) {
        self.server_error = Some(ServerError {
            typed: self.input.value().to_owned(),
            chosen: self.chosen.clone(),
            sentence: sentence.clone(),
        });
        self.error = Some(sentence);
    }

    /// Discards the server's error, before the form is sent again.
    pub(super) fn clear_server_error(&mut self) {
        self.server_error = None;
    }

    /// Sets the message: the validation error if the field was visited, else the server's error.
    pub(super) fn set_error(&mut self, error: Option<String>) {
        let is_current =
            |it: &ServerError| it.typed == self.input.value() && it.chosen == self.chosen;
        if !self.server_error.as_ref().is_some_and(is_current) {
            self.server_error = None;
        }
        let server_error = self.server_error.as_ref().map(|it| it.sentence.clone());
        self.error = error.filter(|_| self.visited).or(server_error);
    }

    /// Swaps the value with the alternative one. Does nothing if the input does not parse.
    pub fn swap(&mut self, now: &Zoned) {
        let Ok(mine) = self.value(now) else { return };
        if let Some(alternative) = self.alternative.take() {
            self.set(alternative.value, now);
            self.alternative = Some(Alternative {
                is_theirs: !alternative.is_theirs,
                value: mine,
            });
        }
    }
}

fn is_empty(value: &Value) -> bool {
    matches!(value, Value::Nothing) || *value == Value::Text(String::new())
}

/// The department after this one, to cycle through them with one key.
#[must_use]
pub const fn next_role(role: Option<Role>) -> Role {
    match role {
        Some(Role::Gestion) => Role::Commercial,
        Some(Role::Commercial) => Role::Support,
        Some(Role::Support | Role::Unspecified) | None => Role::Gestion,
    }
}

/// The departments, in the order in which that key cycles through them.
pub(crate) fn roles() -> impl Iterator<Item = Role> {
    let first = next_role(None);
    let next = move |role: &Role| Some(next_role(Some(*role))).filter(|next| *next != first);
    iter::successors(Some(first), next)
}

#[cfg(test)]
mod tests;
