use email_address::{EmailAddress, Options};

use super::check_length;
use crate::field_error::FieldErrorKind;

/// Maximum length of an email address (RFC 3696, erratum 1690).
pub const EMAIL_MAX: usize = 254;

/// Email address with the spelling that the user entered. The database compares addresses without
/// regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Trims the text and validates its syntax: a local part and a domain name of at least two
    /// labels. It does not check whether the address receives mail.
    ///
    /// # Errors
    /// [`FieldErrorKind::Missing`], [`FieldErrorKind::TooLong`] or [`FieldErrorKind::NotAnEmail`].
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldErrorKind::Missing);
        }
        check_length(text, EMAIL_MAX)?;
        let options = Options::default()
            .with_required_tld()
            .without_domain_literal()
            .without_display_text();
        if text.chars().any(|c| c.is_control() || c.is_whitespace())
            || EmailAddress::parse_with_options(text, options).is_err()
        {
            return Err(FieldErrorKind::NotAnEmail);
        }
        Ok(Self(text.to_owned()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::tests::check_text;

    /// An address of that many characters, which is valid for 195 to 255: the local part has at
    /// most 64 characters and a label of the domain name at most 63.
    fn address(length: usize) -> String {
        let start = format!("{}@{d}.{d}.", "l".repeat(64), d = "d".repeat(62));
        format!("{start}{}.fr", "d".repeat(length - start.len() - 3))
    }

    #[test]
    fn accepts_addresses_with_a_domain_name() {
        let not_an_email = Err(FieldErrorKind::NotAnEmail);
        let (longest, too_long) = (address(254), address(255));
        let cases = [
            ("zoe@epic.example", Ok("zoe@epic.example")),
            ("  zoe@epic.example\n", Ok("zoe@epic.example")),
            (
                "Zoé.Lefèvre+epic@Épic.example",
                Ok("Zoé.Lefèvre+epic@Épic.example"),
            ),
            (longest.as_str(), Ok(longest.as_str())),
            ("", Err(FieldErrorKind::Missing)),
            (" \t ", Err(FieldErrorKind::Missing)),
            (too_long.as_str(), Err(FieldErrorKind::TooLong { max: 254 })),
            ("zoe", not_an_email),
            ("zoe@", not_an_email),
            ("@epic.example", not_an_email),
            ("zoe@localhost", not_an_email),
            ("zoe@[127.0.0.1]", not_an_email),
            ("Zoé <zoe@epic.example>", not_an_email),
            ("<zoe@epic.example>", not_an_email),
            ("zoe@@epic.example", not_an_email),
            ("zoe@epic..example", not_an_email),
            ("\"zoe lefevre\"@epic.example", not_an_email),
            ("\"zoe\u{7f}\"@epic.example", not_an_email),
            ("zoe@epic.\u{a0}example", not_an_email),
        ];
        check_text(Email::parse, Email::as_str, Email::into_string, &cases);
    }
}
