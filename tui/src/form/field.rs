//! A field of a form: its input, its initial value and its message.

use epic_events::{policy::Denied, strength::Strength, v1::Role};
use jiff::{Zoned, civil};
use tui_input::Input;

use super::spec::{FieldSpec, Kind};
use crate::{
    messages::Lang,
    parse::{self, ParseError},
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
    /// The last valid date, which completes a time without a date.
    pub day: Option<civil::Date>,
    /// Whether the focus has left the field once: only then is an error displayed.
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
            day: None,
            visited: false,
            alternative: None,
            strength: None,
        };
        field.set(value, now);
        field
    }

    /// Sets the value.
    pub fn set(&mut self, value: Value, now: &Zoned) {
        if let Value::Moment(at) = value {
            self.day = Some(at.to_zoned(now.time_zone().clone()).date());
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
        // The text of a time has no seconds: an unchanged text must keep the original value.
        if text == self.saved.to_input(self.lang, now) {
            return Ok(self.saved.clone());
        }
        if text.trim().is_empty() && !self.spec.kind.is_secret() {
            return Ok(Value::Nothing);
        }
        match self.spec.kind {
            Kind::Amount => parse::amount(text).map(Value::Cents),
            Kind::Number => parse::number(text).map(Value::Number),
            Kind::Date => parse::date(text, now.date()).map(Value::Date),
            Kind::Moment => parse::moment(text, now).map(|at| Value::Moment(at.timestamp())),
            _ => Ok(Value::Text(text.to_owned())),
        }
    }

    /// Whether the value differs from the record's.
    #[must_use]
    pub fn is_changed(&self, now: &Zoned) -> bool {
        let empty =
            |value: &Value| matches!(value, Value::Nothing) || *value == Value::Text(String::new());
        match self.value(now) {
            Ok(value) => value != self.saved && !(empty(&value) && empty(&self.saved)),
            Err(_) => true,
        }
    }

    /// Completes a time without a date, such as `18h`, by this date.
    pub fn complete(&mut self, day: civil::Date, now: &Zoned) {
        if self.value(now) == Err(ParseError::DayMissing) {
            let text = format!("{} {}", parse::format_date(day), self.input.value());
            if let Ok(at) = parse::moment(&text, now) {
                self.set(Value::Moment(at.timestamp()), now);
            }
        }
    }

    /// Rewrites a valid input in full: `12/9 18h` becomes `12/09/2026 18:00`.
    pub fn normalize(&mut self, now: &Zoned) {
        let short = matches!(
            self.spec.kind,
            Kind::Amount | Kind::Number | Kind::Date | Kind::Moment
        );
        if short && let Ok(value) = self.value(now) {
            self.set(value, now);
        }
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

/// The department after this one, to cycle through them with one key.
#[must_use]
pub const fn next_role(role: Option<Role>) -> Role {
    match role {
        Some(Role::Gestion) => Role::Commercial,
        Some(Role::Commercial) => Role::Support,
        _ => Role::Gestion,
    }
}

#[cfg(test)]
mod tests;
