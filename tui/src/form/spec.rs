//! The specification of a form: its fields, and the request that they make.

use epic_events::{
    api_error::WireFieldError,
    field_error::FieldError,
    policy::Rpc,
    value::{Email, Line, Note, Phone},
};

use super::{Form, values::FormValues};
use crate::{
    api::ApiRequest,
    parse::Year,
    record::{Record, table::CellContext},
};

/// The specification of a form.
#[derive(Debug)]
pub struct FormSpec {
    /// Fluent message: its title.
    pub title: &'static str,
    /// The RPC that saves it.
    pub rpc: Rpc,
    /// The fields, from top to bottom.
    pub fields: &'static [FieldSpec],
    /// Builds the request from the input.
    pub build: fn(&FormValues<'_>) -> Built,
    /// The questions that are asked before the request is sent, in this order.
    pub questions: &'static [Question],
}

/// A question that a form asks, if it applies, before its request is sent. A question that was
/// answered with yes is not asked again with the same text.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// Fluent message: its title.
    pub title: &'static str,
    /// The request for a page of the records that it depends on; `None` if it depends on none.
    pub list: fn(&FormValues<'_>, String) -> Option<ApiRequest>,
    /// Its text, with the records of all pages; `None` if it does not apply.
    pub text: fn(&FormValues<'_>, &[Record], &CellContext<'_>) -> Option<String>,
    /// Fluent message: the question when the records cannot be read, with `$error`.
    pub unread: &'static str,
}

/// A request, or the errors of its fields.
pub type Built = Result<ApiRequest, Vec<WireFieldError>>;

/// Validates a request by the code that the server runs.
///
/// # Errors
/// The field errors that the server would report.
pub fn checked<R, Draft>(request: R, to_request: fn(R) -> ApiRequest) -> Built
where
    R: Clone,
    Draft: TryFrom<R, Error = Vec<FieldError>>,
{
    to_wire_errors(Draft::try_from(request.clone())).map(|_| to_request(request))
}

/// Converts the errors of a validation into the form in which the server sends them.
///
/// # Errors
/// The converted field errors.
pub(crate) fn to_wire_errors<Draft>(
    result: Result<Draft, Vec<FieldError>>,
) -> Result<Draft, Vec<WireFieldError>> {
    result.map_err(|errors| errors.into_iter().map(WireFieldError::from).collect())
}

/// The specification of a field.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    /// Its name in the request, in the access policy and in field errors.
    pub name: &'static str,
    /// Fluent message: the label.
    pub label: &'static str,
    /// The kind of its value and input.
    pub kind: Kind,
    /// Whether a blank line parts it from the field before it.
    pub begins_group: bool,
    /// Whether it is visible, given the values of the other fields.
    pub is_visible: fn(&Form) -> bool,
    /// An explanation below the field.
    pub hint: fn(&Form, &CellContext<'_>) -> Option<String>,
    /// The fields of this name are saved as a whole: one that another collaborator has saved meanwhile is
    /// not merged with another that the user has changed. Empty if the field stands alone.
    pub unit: &'static str,
    /// The field with the start of the period that this field ends.
    pub start_field: Option<&'static str>,
    /// The year of a date without one.
    pub year: Year,
}

impl FieldSpec {
    /// Parts it from the field before it by a blank line.
    #[must_use]
    pub const fn in_new_group(mut self) -> Self {
        self.begins_group = true;
        self
    }

    /// Makes it a part of this unit.
    #[must_use]
    pub const fn in_unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }

    /// Whether both are the same field, or parts of one unit.
    pub(super) fn is_one_with(&self, other: &Self) -> bool {
        self.name == other.name || !self.unit.is_empty() && self.unit == other.unit
    }

    /// A field that is always visible.
    #[must_use]
    pub const fn new(name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self {
            name,
            label,
            kind,
            begins_group: false,
            is_visible: |_| true,
            hint: |_, _| None,
            unit: "",
            start_field: None,
            year: Year::Next,
        }
    }
}

/// The kind of a field's value and input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line, with this maximum number of characters.
    Text(usize),
    /// One line: an email address.
    Email,
    /// One line: a phone number.
    Phone,
    /// Several lines.
    Lines,
    /// One line, masked.
    Password,
    /// One line, masked, for a new password: the strength meter is displayed.
    NewPassword,
    /// An amount in euros and cents.
    Amount,
    /// A whole number.
    Number,
    /// A date.
    Date,
    /// A date and a time.
    Moment,
    /// A yes-or-no value.
    Flag,
    /// A department.
    Role,
    /// Another record, from a pick-list.
    Link(PickSource),
}

impl Kind {
    /// Whether the value is typed rather than chosen.
    #[must_use]
    pub const fn is_typed(self) -> bool {
        !matches!(self, Self::Flag | Self::Role | Self::Link(_))
    }

    /// Whether the input is masked.
    #[must_use]
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::Password | Self::NewPassword)
    }

    /// Whether the input is parsed: a number or a time, which is not truncated when it is
    /// displayed.
    #[must_use]
    pub const fn is_parsed(self) -> bool {
        matches!(
            self,
            Self::Amount | Self::Number | Self::Date | Self::Moment
        )
    }

    /// How pasted tabs and line breaks are treated.
    #[must_use]
    pub const fn breaks(self) -> Breaks {
        match self {
            Self::Lines => Breaks::Keep,
            Self::Password
            | Self::NewPassword
            | Self::Amount
            | Self::Number
            | Self::Date
            | Self::Moment
            | Self::Phone => Breaks::Refuse,
            Self::Text(_) | Self::Email | Self::Flag | Self::Role | Self::Link(_) => Breaks::Space,
        }
    }

    /// Maximum number of characters of the input. Only a text is truncated to its own limit: a part of any
    /// other input is another value.
    pub(crate) const fn input_max(self) -> usize {
        match self {
            Self::Text(max) => max,
            _ => Note::MAX,
        }
    }

    /// Whether the value is text that validation may refuse although it is stored, because it was
    /// saved by an older version.
    pub(super) const fn is_free_text(self) -> bool {
        matches!(
            self,
            Self::Text(_) | Self::Email | Self::Lines | Self::Phone
        )
    }

    /// The text as the server stores it. A text that validation refuses is unchanged. No line is
    /// longer than a note, so one limit applies to all.
    pub(super) fn stored_text(self, text: &str) -> String {
        let stored = match self {
            Self::Text(_) => Line::<{ Note::MAX }>::parse(text).map(Line::into_string),
            Self::Email => Email::parse(text).map(Email::into_string),
            Self::Phone => Phone::parse(text).map(Phone::into_string),
            Self::Lines => Note::parse(text).map(Note::into_string),
            Self::Password
            | Self::NewPassword
            | Self::Amount
            | Self::Number
            | Self::Date
            | Self::Moment
            | Self::Flag
            | Self::Role
            | Self::Link(_) => return text.to_owned(),
        };
        stored.unwrap_or_else(|_| text.to_owned())
    }

    /// Whether the calendar can fill it in.
    #[must_use]
    pub const fn is_day(self) -> bool {
        matches!(self, Self::Date | Self::Moment)
    }
}

/// How tabs and line breaks in a pasted text are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breaks {
    /// Consecutive ones become a space.
    Space,
    /// Every line break becomes a line feed; tabs stay.
    Keep,
    /// They stay, and make the value invalid: joined parts of a number are another number.
    Refuse,
}

/// The records that a pick-list offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickSource {
    /// Commercials, to assign to a client.
    Commercial,
    /// Support collaborators, to assign to an event.
    Support,
    /// Clients, for a contract.
    Client,
    /// The user's signed contracts without an event, for a new event.
    Contract,
    /// Collaborators of the same department, as successors.
    Successor,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_differ_in_their_input() {
        // Kind, typed, masked, parsed, with a calendar.
        let cases = [
            (Kind::Text(9), true, false, false, false),
            (Kind::Email, true, false, false, false),
            (Kind::Phone, true, false, false, false),
            (Kind::Lines, true, false, false, false),
            (Kind::Password, true, true, false, false),
            (Kind::NewPassword, true, true, false, false),
            (Kind::Amount, true, false, true, false),
            (Kind::Number, true, false, true, false),
            (Kind::Date, true, false, true, true),
            (Kind::Moment, true, false, true, true),
            (Kind::Flag, false, false, false, false),
            (Kind::Role, false, false, false, false),
            (Kind::Link(PickSource::Client), false, false, false, false),
        ];
        for (kind, typed, secret, parsed, day) in cases {
            assert_eq!(
                (
                    kind.is_typed(),
                    kind.is_secret(),
                    kind.is_parsed(),
                    kind.is_day()
                ),
                (typed, secret, parsed, day),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn kinds_differ_in_tabs_and_line_breaks() {
        let cases = [
            (Kind::Text(9), Breaks::Space),
            (Kind::Email, Breaks::Space),
            (Kind::Phone, Breaks::Refuse),
            (Kind::Lines, Breaks::Keep),
            (Kind::Password, Breaks::Refuse),
            (Kind::NewPassword, Breaks::Refuse),
            (Kind::Amount, Breaks::Refuse),
            (Kind::Number, Breaks::Refuse),
            (Kind::Date, Breaks::Refuse),
            (Kind::Moment, Breaks::Refuse),
        ];
        for (kind, breaks) in cases {
            assert_eq!(kind.breaks(), breaks, "{kind:?}");
        }
    }
}
