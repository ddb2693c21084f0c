//! Passwords on their way from the keyboard to a hash.

use std::fmt;

use crate::{
    field_error::FieldErrorKind,
    strength::{AccountOwner, PASSWORD_LENGTH, Strength},
    value::within,
};

/// A password as it was typed. It prints as nothing, and only its hash can be stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// A password that this person chooses: 12 to 128 characters, any (OWASP ASVS 5.0, 6.2.1 and
    /// 6.2.9), that are hard to guess. Mind what [`Strength::of`] says of the time that takes.
    ///
    /// # Errors
    /// When it is empty, shorter, longer, or too easy to guess.
    pub fn parse_new(text: &str, person: AccountOwner<'_>) -> Result<Self, FieldErrorKind> {
        let password = Self::parse(text)?;
        Strength::of(text, person).accept()?;
        Ok(password)
    }

    /// A password that someone claims to have; only its length has a limit, to bound the work.
    ///
    /// # Errors
    /// When it is empty or longer than any password can be.
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        if text.is_empty() {
            return Err(FieldErrorKind::Missing);
        }
        within(text, *PASSWORD_LENGTH.end())?;
        Ok(Self(text.to_owned()))
    }

    /// The bytes to hash.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}
