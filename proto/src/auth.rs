//! Credentials and password changes, checked before they reach the database.

use crate::{
    field_error::{FieldError, FieldErrorKind, Validator},
    password::Password,
    strength::AccountOwner,
    v1::{ChangePasswordRequest, LoginRequest},
    value,
};

/// The email address and password of a login attempt.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // The fields are the request's.
pub struct Credentials {
    /// Trimmed, not validated: the reply must not reveal whether it is a known address.
    pub email: String,
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
        let email = check.field("email", login_name(&email));
        let password = check.field("password", Password::parse(&password));
        let device = check.field("device", value::device(&device));
        check.finish(|| {
            Some(Self {
                email: email?,
                password: password?,
                device: device?,
            })
        })
    }
}

fn login_name(text: &str) -> Result<String, FieldErrorKind> {
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
    Ok(text.to_owned())
}

/// A collaborator's change of their own password.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // The fields are the request's.
pub struct PasswordChange {
    pub current: Password,
    pub new: Password,
}

impl PasswordChange {
    /// Validates the change. Estimating the strength is slow: see [`Password::parse_new`].
    ///
    /// # Errors
    /// What is wrong with either password.
    pub fn parse(
        wire: ChangePasswordRequest,
        person: AccountOwner<'_>,
    ) -> Result<Self, Vec<FieldError>> {
        let ChangePasswordRequest {
            current_password,
            new_password,
        } = wire;
        let mut check = Validator::default();
        let current = check.field("current_password", Password::parse(&current_password));
        let new = check.field("new_password", Password::parse_new(&new_password, person));
        if new.is_some() && current == new {
            check.refuse("new_password", FieldErrorKind::Unchanged);
        }
        check.finish(|| {
            Some(Self {
                current: current?,
                new: new?,
            })
        })
    }
}
