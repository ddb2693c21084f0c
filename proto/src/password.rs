//! Passwords between input and hashing.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

use crate::{
    field_error::FieldErrorKind,
    strength::{AccountOwner, PASSWORD_LENGTH, Strength},
    value::check_length,
};

/// Password in plain text. `Debug` does not print it.
///
/// Keyboards differ in how they encode `é`, so the password is its canonical composition (NFC).
#[derive(Clone)]
pub struct Password {
    composed: String,
    /// The text as it was typed, if that differs: older versions hashed it.
    typed: Option<String>,
}

impl PartialEq for Password {
    fn eq(&self, other: &Self) -> bool {
        self.composed == other.composed
    }
}

impl Eq for Password {}

impl Password {
    /// Validates a new password: 12 to 128 arbitrary characters (OWASP ASVS 5.0, 6.2.1 and 6.2.9)
    /// that are hard to guess. Slow: see [`Strength::estimate`].
    ///
    /// # Errors
    /// [`FieldErrorKind::Missing`], [`FieldErrorKind::TooShort`], [`FieldErrorKind::TooLong`] or
    /// [`FieldErrorKind::TooGuessable`].
    pub fn parse_new(text: &str, owner: AccountOwner<'_>) -> Result<Self, FieldErrorKind> {
        let password = Self::parse(text)?;
        password.check_new(owner)?;
        Ok(password)
    }

    /// Checks the length and the strength of a new password: the slow part of [`Self::parse_new`].
    ///
    /// # Errors
    /// [`FieldErrorKind::TooShort`] or [`FieldErrorKind::TooGuessable`].
    pub fn check_new(&self, owner: AccountOwner<'_>) -> Result<(), FieldErrorKind> {
        let typed = self.typed.as_ref().unwrap_or(&self.composed);
        Strength::estimate(typed, owner).accept()
    }

    /// Validates the password of a login attempt. The maximum length bounds the work of hashing.
    ///
    /// # Errors
    /// [`FieldErrorKind::Missing`] or [`FieldErrorKind::TooLong`].
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        if text.is_empty() {
            return Err(FieldErrorKind::Missing);
        }
        // Bounds the work of composing; a composed character has at most a few parts.
        check_length(text, *PASSWORD_LENGTH.end() * 4).map_err(|_| too_long())?;
        let composed: String = text.nfc().collect();
        check_length(&composed, *PASSWORD_LENGTH.end())?;
        let typed = (composed != text).then(|| text.to_owned());
        Ok(Self { composed, typed })
    }

    /// The plain text in NFC, for hashing and for one-time passwords in replies.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.composed
    }

    /// The plain text as it was typed, if it is not in NFC, for hashes of older versions.
    #[must_use]
    pub fn reveal_typed(&self) -> Option<&str> {
        self.typed.as_deref()
    }
}

const fn too_long() -> FieldErrorKind {
    FieldErrorKind::TooLong {
        max: *PASSWORD_LENGTH.end(),
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
    fn both_encodings_of_an_accent_are_one_password() {
        let parse = |text: &str| Password::parse(text).expect("a password");
        let (composed, decomposed) = (parse("plumé"), parse("plume\u{301}"));
        assert_eq!(composed, decomposed);
        assert_ne!(composed, parse("plume"));
        assert_eq!(decomposed.reveal(), "plumé");
        assert_eq!(decomposed.reveal_typed(), Some("plume\u{301}"));
        assert_eq!(composed.reveal_typed(), None);
        // Lengths count composed characters.
        let longest = "e\u{301}".repeat(128);
        assert_eq!(parse(&longest).reveal(), "é".repeat(128));
        for too_long in ["e\u{301}".repeat(129), "e".repeat(129), "e".repeat(513)] {
            let parsed = Password::parse(&too_long);
            assert_eq!(parsed, Err(FieldErrorKind::TooLong { max: 128 }));
        }
        let short = "e\u{301}".repeat(11);
        let parsed = Password::parse_new(&short, OWNER);
        assert_eq!(parsed, Err(FieldErrorKind::TooShort { min: 12 }));
    }

    #[test]
    fn debug_does_not_print_the_password() {
        let password = Password::parse("plume d'oie").expect("a password");
        assert_eq!(format!("{password:?}"), "Password(…)");
    }
}
