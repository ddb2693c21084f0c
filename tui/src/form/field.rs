//! One field of a form: what is typed or chosen, what it was, and what is wrong with it.

use epic_events::{policy::Denied, strength::Strength, v1::Role};
use jiff::{Zoned, civil};
use tui_input::Input;

use super::spec::{FieldSpec, Kind};
use crate::{
    messages::Lang,
    parse::{self, ParseError},
    record::value::Value,
};

/// What stood in the field before somebody saved the record meanwhile, or what they saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// Whether it is the value of the other person.
    pub theirs: bool,
    /// The value.
    pub value: Value,
}

/// What the server found wrong with a value.
#[derive(Clone, Debug)]
struct Refused {
    typed: String,
    chosen: Value,
    sentence: String,
}

/// One field and its state.
#[derive(Clone, Debug)]
pub struct Field {
    /// What it is.
    pub spec: &'static FieldSpec,
    /// How amounts are written.
    lang: Lang,
    /// What is typed, where typing fills it in.
    pub input: Input,
    /// What is chosen, where it is not.
    pub chosen: Value,
    /// What the record had when the form opened.
    pub before: Value,
    /// Why it cannot be changed.
    pub locked: Option<Denied>,
    /// What is wrong with it, in words.
    pub problem: Option<String>,
    /// What the server says of it; it stands until something else is filled in.
    refused: Option<Refused>,
    /// The day it held last, for a time alone.
    pub day: Option<civil::Date>,
    /// Whether the cursor has left it once: only then it is told what is wrong.
    pub visited: bool,
    /// The value that competes with this one.
    pub other: Option<Other>,
    /// How hard it is to guess, for a new password.
    pub strength: Option<Strength>,
}

impl Field {
    /// The field with its first value.
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
            before: value.clone(),
            locked,
            problem: None,
            refused: None,
            day: None,
            visited: false,
            other: None,
            strength: None,
        };
        field.put(value, now);
        field
    }

    /// Puts a value in.
    pub fn put(&mut self, value: Value, now: &Zoned) {
        if let Value::Moment(at) = value {
            self.day = Some(at.to_zoned(now.time_zone().clone()).date());
        }
        if self.spec.kind.is_typed() {
            self.input = Input::new(value.to_input(self.lang, now));
        } else {
            self.chosen = value;
        }
    }

    /// What it holds now.
    ///
    /// # Errors
    /// What is typed cannot be read as such a value.
    pub fn value(&self, now: &Zoned) -> Result<Value, ParseError> {
        let text = self.input.value();
        if !self.spec.kind.is_typed() {
            return Ok(self.chosen.clone());
        }
        // A moment shown to the minute would otherwise lose its seconds by being looked at.
        if text == self.before.to_input(self.lang, now) {
            return Ok(self.before.clone());
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

    /// Whether it holds something else than at first.
    #[must_use]
    pub fn is_changed(&self, now: &Zoned) -> bool {
        let empty =
            |value: &Value| matches!(value, Value::Nothing) || *value == Value::Text(String::new());
        match self.value(now) {
            Ok(value) => value != self.before && !(empty(&value) && empty(&self.before)),
            Err(_) => true,
        }
    }

    /// Takes a time alone, such as `18h`, to be on this day.
    pub fn complete(&mut self, day: civil::Date, now: &Zoned) {
        if self.spec.kind == Kind::Moment && self.value(now) == Err(ParseError::DayMissing) {
            let text = format!("{} {}", parse::show_date(day), self.input.value());
            if let Ok(at) = parse::moment(&text, now) {
                self.put(Value::Moment(at.timestamp()), now);
            }
        }
    }

    /// Writes out in full what was typed short: `12/9 18h` becomes `12/09/2026 18:00`.
    pub fn tidy(&mut self, now: &Zoned) {
        let short = matches!(
            self.spec.kind,
            Kind::Amount | Kind::Number | Kind::Date | Kind::Moment
        );
        if short && let Ok(value) = self.value(now) {
            self.put(value, now);
        }
    }

    /// The server refuses what is filled in.
    pub fn refuse(&mut self, sentence: String) {
        self.refused = Some(Refused {
            typed: self.input.value().to_owned(),
            chosen: self.chosen.clone(),
            sentence: sentence.clone(),
        });
        self.problem = Some(sentence);
    }

    /// Forgets what the server said: it is asked again.
    pub fn forget_refusal(&mut self) {
        self.refused = None;
    }

    /// Tells what is wrong, once the cursor has left the field; else what the server said of it.
    pub fn tell(&mut self, found: Option<String>) {
        let same = |it: &Refused| it.typed == self.input.value() && it.chosen == self.chosen;
        if !self.refused.as_ref().is_some_and(same) {
            self.refused = None;
        }
        let refused = self.refused.as_ref().map(|it| it.sentence.clone());
        self.problem = found.filter(|_| self.visited).or(refused);
    }

    /// Swaps the value with the one that competes with it.
    pub fn swap(&mut self, now: &Zoned) {
        let Ok(mine) = self.value(now) else { return };
        if let Some(other) = self.other.take() {
            self.put(other.value, now);
            self.other = Some(Other {
                theirs: !other.theirs,
                value: mine,
            });
        }
    }
}

/// The next department of the three, to go through them with one key.
#[must_use]
pub const fn next_role(role: Option<Role>) -> Role {
    match role {
        Some(Role::Gestion) => Role::Commercial,
        Some(Role::Commercial) => Role::Support,
        _ => Role::Gestion,
    }
}
