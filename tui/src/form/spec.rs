//! What a form is, as a table: its fields, and the call that is made of them.

use epic_events::{api_error::WireFieldError, field_error::FieldError, policy::Rpc};

use super::{Form, values::FormValues};
use crate::{api::ApiRequest, messages::Messages};

/// What a form is.
#[derive(Debug)]
pub struct FormSpec {
    /// Fluent message: its title.
    pub title: &'static str,
    /// The call it makes.
    pub rpc: Rpc,
    /// Its fields, from top to bottom.
    pub fields: &'static [FieldSpec],
    /// The call, made of what is filled in.
    pub build: fn(&FormValues<'_>) -> Built,
}

/// A call, or what is wrong with its fields.
pub type Built = Result<ApiRequest, Vec<WireFieldError>>;

/// Checks a request the way the server does.
///
/// # Errors
/// What the server would find wrong with it.
pub fn checked<R, Draft>(request: R, call: fn(R) -> ApiRequest) -> Built
where
    R: Clone,
    Draft: TryFrom<R, Error = Vec<FieldError>>,
{
    sound(Draft::try_from(request.clone())).map(|_| call(request))
}

/// What was checked, or what is wrong with it, as forms tell it.
///
/// # Errors
/// What the check found.
pub fn sound<Draft>(checked: Result<Draft, Vec<FieldError>>) -> Result<Draft, Vec<WireFieldError>> {
    checked.map_err(|found| found.into_iter().map(WireFieldError::from).collect())
}

/// What a field is.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    /// Its name in the request, which is also how the rights table and refusals call it.
    pub name: &'static str,
    /// Fluent message: what people call it.
    pub label: &'static str,
    /// How it is filled in.
    pub kind: Kind,
    /// Whether it may stay empty although its kind has no empty value on the wire.
    pub optional: bool,
    /// Whether it is there at all, given the rest of the form.
    pub shown: fn(&Form) -> bool,
    /// Why it is asked, where that is not plain.
    pub hint: fn(&Form, &Messages) -> Option<String>,
    /// The field whose day a time alone means.
    pub day_of: Option<&'static str>,
}

impl FieldSpec {
    /// A field that is always there.
    #[must_use]
    pub const fn new(name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self {
            name,
            label,
            kind,
            optional: false,
            shown: |_| true,
            hint: |_, _| None,
            day_of: None,
        }
    }
}

/// How a field is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line.
    Text,
    /// Some lines.
    Lines,
    /// A line that nobody reads over one's shoulder.
    Password,
    /// Such a line, for a password to have from now on: how hard it is to guess is shown.
    NewPassword,
    /// Euros and cents.
    Amount,
    /// A whole number.
    Number,
    /// A day.
    Date,
    /// A day and a time.
    Moment,
    /// Yes or no.
    Flag,
    /// A department.
    Role,
    /// Another record, from a pick-list.
    Link(PickSource),
}

impl Kind {
    /// Whether it is filled in by typing.
    #[must_use]
    pub const fn is_typed(self) -> bool {
        !matches!(self, Self::Flag | Self::Role | Self::Link(_))
    }

    /// Whether nobody should read it over one's shoulder.
    #[must_use]
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::Password | Self::NewPassword)
    }

    /// Whether a calendar helps.
    #[must_use]
    pub const fn is_day(self) -> bool {
        matches!(self, Self::Date | Self::Moment)
    }
}

/// What is picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickSource {
    /// Who is in charge of a client.
    Commercial,
    /// Who runs an event.
    Support,
    /// Who orders.
    Client,
    /// What an event fulfils: one's own signed contracts without an event.
    Contract,
    /// Who takes over from a colleague.
    Successor,
}
