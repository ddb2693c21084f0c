//! Passwords between input and hashing.

use std::fmt;

use crate::{
    field_error::FieldErrorKind,
    strength::{AccountOwner, PASSWORD_LENGTH, Strength},
    value::check_length,
};

/// Password in plain text. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Validates a new password: 12 to 128 arbitrary characters (OWASP ASVS 5.0, 6.2.1 and 6.2.9)
    /// that are hard to guess. Slow: see [`Strength::estimate`].
    ///
    /// # Errors
    /// [`FieldErrorKind::Missing`], [`FieldErrorKind::TooShort`], [`FieldErrorKind::TooLong`] or
    /// [`FieldErrorKind::TooGuessable`].
    pub fn parse_new(text: &str, owner: AccountOwner<'_>) -> Result<Self, FieldErrorKind> {
        let password = Self::parse(text)?;
        Strength::estimate(text, owner).accept()?;
        Ok(password)
    }

    /// Validates the password of a login attempt. The maximum length bounds the work of hashing.
    ///
    /// # Errors
    /// [`FieldErrorKind::Missing`] or [`FieldErrorKind::TooLong`].
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        if text.is_empty() {
            return Err(FieldErrorKind::Missing);
        }
        check_length(text, *PASSWORD_LENGTH.end())?;
        Ok(Self(text.to_owned()))
    }

    /// The plain text, for hashing and for one-time passwords in replies.
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

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: AccountOwner<'_> = AccountOwner {
        name: "Zoé Lefèvre",
        email: "zoe.lefevre@epic.example",
    };

    #[test]
    fn a_login_password_has_only_a_maximum_length() {
        let longest = "é".repeat(128);
        let too_long = "a".repeat(129);
        let cases = [
            ("", Err(FieldErrorKind::Missing)),
            ("x", Ok("x")),
            (" spaces count ", Ok(" spaces count ")),
            (longest.as_str(), Ok(longest.as_str())),
            (too_long.as_str(), Err(FieldErrorKind::TooLong { max: 128 })),
        ];
        for (text, expected) in cases {
            let parsed = Password::parse(text);
            let found = match &parsed {
                Ok(password) => Ok(password.reveal()),
                Err(kind) => Err(*kind),
            };
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_new_password_is_long_and_hard_to_guess() {
        let too_long = "plume d'oie et encre ".repeat(7);
        let cases = [
            ("", Some(FieldErrorKind::Missing)),
            ("dTk8rqPz4mW", Some(FieldErrorKind::TooShort { min: 12 })),
            ("dTk8rqPz4mWv", None),
            ("ZoéLefèvre2026", Some(FieldErrorKind::TooGuessable)),
            (
                too_long.as_str(),
                Some(FieldErrorKind::TooLong { max: 128 }),
            ),
        ];
        for (text, error) in cases {
            let parsed = Password::parse_new(text, OWNER);
            match (&parsed, error) {
                (Ok(password), None) => assert_eq!(password.reveal(), text),
                (Err(kind), Some(expected)) => assert_eq!(*kind, expected, "{text}"),
                _ => panic!("{text}: {parsed:?}"),
            }
        }
    }

    #[test]
    fn debug_does_not_print_the_password() {
        let password = Password::parse("plume d'oie").expect("a password");
        assert_eq!(format!("{password:?}"), "Password(…)");
    }
}
