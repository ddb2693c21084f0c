//! The values of a form, from which a request is built.

use epic_events::{
    google::r#type::Date,
    strength::AccountOwner,
    v1::Role,
    value::{wire_date, wire_time},
};
use jiff::Zoned;

use super::Form;
use crate::record::{Record, value::Value};

/// The values of a form. Hidden fields and inputs that do not parse count as empty.
pub struct FormValues<'a> {
    pub(super) form: &'a Form,
    pub(super) now: &'a Zoned,
    /// Whether unchanged fields count as changed, so that validation covers all of them.
    pub(super) all: bool,
}

impl FormValues<'_> {
    fn value(&self, name: &str) -> Value {
        let field = self.form.fields.iter().find(|f| f.spec.name == name);
        let field = field.filter(|field| (field.spec.is_visible)(self.form));
        field
            .and_then(|field| field.value(self.now).ok())
            .unwrap_or(Value::Nothing)
    }

    /// Returns the name if the field is editable and was changed.
    #[must_use]
    pub fn changed<'n>(&self, name: &'n str) -> Option<&'n str> {
        let field = self.form.fields.iter().find(|f| f.spec.name == name)?;
        let counts = field.locked.is_none() && (self.all || field.is_changed(self.now));
        counts.then_some(name)
    }

    /// The record to update; `None` when the form creates one.
    #[must_use]
    pub const fn target(&self) -> Option<&Record> {
        self.form.target.as_ref()
    }

    /// Identifier of the record to update; 0 when the form creates one.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.form.target.as_ref().map_or(0, Record::id)
    }

    /// Version of the record to update; empty when the form creates one.
    #[must_use]
    pub fn etag(&self) -> String {
        let target = self.form.target.as_ref();
        target.map_or_else(String::new, |record| record.etag().to_owned())
    }

    /// The signed-in collaborator, whose name and email a password must not contain.
    #[must_use]
    pub fn account_owner(&self) -> AccountOwner<'_> {
        self.form.account_owner()
    }

    /// Whether the form updates the signed-in collaborator.
    #[must_use]
    pub fn is_own_account(&self) -> bool {
        let me = self.form.me.as_ref().map(|me| me.id);
        matches!(&self.form.target, Some(Record::Collaborator(person)) if Some(person.id) == me)
    }

    /// The `request_id` of the creation.
    #[must_use]
    pub fn request_id(&self) -> String {
        self.form.request_id.to_string()
    }

    /// A text; empty if there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        match self.value(name) {
            Value::Text(text) => text,
            _ => String::new(),
        }
    }

    /// An amount in cents; 0 if there is none.
    #[must_use]
    pub fn cents(&self, name: &str) -> i64 {
        match self.value(name) {
            Value::Cents(cents) => cents,
            _ => 0,
        }
    }

    /// A whole number; 0 if there is none.
    #[must_use]
    pub fn number(&self, name: &str) -> i32 {
        match self.value(name) {
            Value::Number(number) => number,
            _ => 0,
        }
    }

    /// A date.
    #[must_use]
    pub fn date(&self, name: &str) -> Option<Date> {
        match self.value(name) {
            Value::Date(date) => Some(wire_date(date)),
            _ => None,
        }
    }

    /// A time.
    #[must_use]
    pub fn moment(&self, name: &str) -> Option<prost_types::Timestamp> {
        match self.value(name) {
            Value::Moment(time) => Some(wire_time(time)),
            _ => None,
        }
    }

    /// A yes-or-no value; `false` if none was chosen.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.value(name) == Value::Flag(true)
    }

    /// A department.
    #[must_use]
    pub fn role(&self, name: &str) -> Role {
        match self.value(name) {
            Value::Role(role) => role,
            _ => Role::Unspecified,
        }
    }

    /// Identifier of the chosen record; 0 if there is none.
    #[must_use]
    pub fn link(&self, name: &str) -> i64 {
        match self.value(name) {
            Value::Link(id, _) => id,
            _ => 0,
        }
    }

    /// Name of the chosen record; `None` if there is none.
    #[must_use]
    pub fn link_name(&self, name: &str) -> Option<String> {
        match self.value(name) {
            Value::Link(_, name) => Some(name),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
