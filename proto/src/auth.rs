//! Validation of logins and password changes.

use crate::{
    field_error::{FieldError, FieldErrorKind, Validator},
    password::Password,
    strength::AccountOwner,
    v1::{ChangePasswordRequest, LoginRequest},
    value::{self, Email},
};

/// The email address and password of a login attempt.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // `proto/epic/v1` documents the fields.
pub struct Credentials {
    /// The spellings of the email address by which the account may be stored, the canonical one
    /// first ([`Email::spellings`]). Not validated as an address, so that the reply is the same for
    /// every unknown email.
    pub emails: [String; 3],
    pub password: Password,
    /// Name of the device in the list of sessions; may be empty.
    pub device: String,
}

impl TryFrom<LoginRequest> for Credentials {
    type Error = Vec<FieldError>;

    fn try_from(wire: LoginRequest) -> Result<Self, Self::Error> {
        let LoginRequest {
            email,
            password,
            device,
        } = wire;
        let mut check = Validator::default();
        let emails = check.field("email", login_name(&email));
        let password = check.field("password", Password::parse(&password));
        let device = check.field("device", value::device(&device));
        check.finish(|| {
            Some(Self {
                emails: emails?,
                password: password?,
                device: device?,
            })
        })
    }
}

/// The spellings of the email address of a login. The maximum length bounds the work of throttling.
fn login_name(text: &str) -> Result<[String; 3], FieldErrorKind> {
    let text = text.trim();
    if text.is_empty() {
        return Err(FieldErrorKind::Missing);
    }
    if text.len() > value::EMAIL_MAX * 4 {
        return Err(FieldErrorKind::TooLong {
            max: value::EMAIL_MAX,
        });
    }
    if text.chars().any(char::is_control) {
        return Err(FieldErrorKind::ControlCharacter);
    }
    Ok(Email::spellings(text))
}

/// A collaborator's change of their own password.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // `proto/epic/v1` documents the fields.
pub struct PasswordChange {
    pub current: Password,
    pub new: Password,
}

/// Validates both passwords apart from the strength of the new one, which is slow to estimate
/// ([`PasswordChange::check_strength`]).
impl TryFrom<ChangePasswordRequest> for PasswordChange {
    type Error = Vec<FieldError>;

    fn try_from(wire: ChangePasswordRequest) -> Result<Self, Self::Error> {
        Self::parse_with(wire, Password::parse)
    }
}

impl PasswordChange {
    /// Validates both passwords. Slow: see [`Strength::estimate`](crate::strength::Strength::estimate).
    ///
    /// # Errors
    /// Those of [`Password::parse`] and [`Password::parse_new`], and [`FieldErrorKind::Unchanged`].
    pub fn parse(
        wire: ChangePasswordRequest,
        owner: AccountOwner<'_>,
    ) -> Result<Self, Vec<FieldError>> {
        Self::parse_with(wire, |text| Password::parse_new(text, owner))
    }

    /// The strength of the new password. Slow, like [`Self::parse`].
    ///
    /// # Errors
    /// Those of [`Password::check_new`].
    pub fn check_strength(&self, owner: AccountOwner<'_>) -> Result<(), Vec<FieldError>> {
        let mut check = Validator::default();
        let checked = check.field("new_password", self.new.check_new(owner));
        check.finish(|| checked)
    }

    fn parse_with(
        wire: ChangePasswordRequest,
        new: impl FnOnce(&str) -> Result<Password, FieldErrorKind>,
    ) -> Result<Self, Vec<FieldError>> {
        let ChangePasswordRequest {
            current_password,
            new_password,
        } = wire;
        let mut check = Validator::default();
        let current = check.field("current_password", Password::parse(&current_password));
        let new = check.field("new_password", new(&new_password));
        if new.is_some() && current == new {
            check.add_error("new_password", FieldErrorKind::Unchanged);
        }
        check.finish(|| {
            Some(Self {
                current: current?,
                new: new?,
            })
        })
    }
}

#[cfg(test)]
mod tests;
