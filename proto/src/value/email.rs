use std::borrow::Cow;

use email_address::{EmailAddress, Options};
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use unicode_normalization::UnicodeNormalization as _;

use super::{check_length, clean};
use crate::field_error::FieldErrorKind;

/// Maximum length of an email address (RFC 3696, erratum 1690).
pub const EMAIL_MAX: usize = 254;

/// Email address: the local part as the user entered it, the domain in lower case and in letters
/// rather than Punycode, so that both spellings of a domain are one address. The database compares
/// addresses without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Cleans the text and validates its syntax: a local part and a domain name of at least two
    /// labels. It does not check whether the address receives mail.
    ///
    /// # Errors
    /// [`FieldErrorKind::Missing`], [`FieldErrorKind::TooLong`] or [`FieldErrorKind::NotAnEmail`].
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        let text = clean::line(text).map_err(|_| FieldErrorKind::NotAnEmail)?;
        if text.is_empty() {
            return Err(FieldErrorKind::Missing);
        }
        check_length(&text, EMAIL_MAX)?;
        let text: String = text.chars().map(half_width).collect();
        let (local, domain) = text.rsplit_once('@').ok_or(FieldErrorKind::NotAnEmail)?;
        let domain = unicode_domain(domain).ok_or(FieldErrorKind::NotAnEmail)?;
        let text = format!("{local}@{domain}");
        check_length(&text, EMAIL_MAX)?;
        let options = Options::default()
            .with_required_tld()
            .without_domain_literal()
            .without_display_text();
        if text.contains(char::is_whitespace)
            || EmailAddress::parse_with_options(&text, options).is_err()
        {
            return Err(FieldErrorKind::NotAnEmail);
        }
        Ok(Self(text))
    }

    /// The spellings under which an account with the email address `text` may be stored: the
    /// canonical one, which [`Email::parse`] returns, and those that older versions stored, with
    /// the domain in Punycode or as it was typed. Any other text has only its own spelling.
    #[must_use]
    pub fn spellings(text: &str) -> [String; 3] {
        let typed = text.trim().to_owned();
        let canonical = Self::parse(&typed).map_or_else(|_| typed.nfc().collect(), |it| it.0);
        let punycode = punycode(&canonical).unwrap_or_else(|| canonical.clone());
        [canonical, punycode, typed]
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

/// The letter, digit or sign that a full-width form stands for, as input methods for Chinese and
/// Japanese type them.
fn half_width(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(letter) - 0xff01 + 0x21).unwrap_or(letter)
        }
        '\u{fe6b}' => '@',
        '\u{3002}' | '\u{ff61}' => '.',
        _ => letter,
    }
}

/// The domain in lower case and in letters (UTS 46); `None` if it is not a domain name.
fn unicode_domain(domain: &str) -> Option<Cow<'_, str>> {
    ascii_domain(domain)?;
    let (unicode, valid) = Uts46::new().to_unicode(
        domain.as_bytes(),
        AsciiDenyList::STD3,
        Hyphens::CheckFirstLast,
    );
    valid.ok().map(|()| unicode)
}

/// The domain in Punycode; `None` if it is not a domain name.
fn ascii_domain(domain: &str) -> Option<Cow<'_, str>> {
    Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::Verify,
        )
        .ok()
}

fn punycode(address: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    ascii_domain(domain).map(|domain| format!("{local}@{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::tests::check_text;

    /// An address of `length` characters, which is valid for 195 to 255: the local part has at most
    /// 64 characters and a label of the domain name at most 63.
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
                Ok("Zoé.Lefèvre+epic@épic.example"),
            ),
            ("Zoé@ÉPIC.Example", Ok("Zoé@épic.example")),
            ("zoe@xn--pic-9la.example", Ok("zoe@épic.example")),
            ("zoe@XN--PIC-9LA.example", Ok("zoe@épic.example")),
            ("Zoe\u{301}@e\u{301}pic.example", Ok("Zoé@épic.example")),
            ("zoe@faß.example", Ok("zoe@faß.example")),
            ("zoe@epic.\u{5341}", Ok("zoe@epic.\u{5341}")),
            ("\u{202a}zoe@epic.example\u{202c}", Ok("zoe@epic.example")),
            ("zoe\u{200b}@epic.example", Ok("zoe@epic.example")),
            ("ｚｏｅ＠ｅｐｉｃ．ｅｘａｍｐｌｅ", Ok("zoe@epic.example")),
            ("zoe\u{fe6b}epic\u{3002}example", Ok("zoe@epic.example")),
            ("z.oe@epic\u{ff61}example", Ok("z.oe@epic.example")),
            ("z\u{3002}oe@epic.example", Ok("z.oe@epic.example")),
            ("z\u{ff61}oe@epic.example", Ok("z.oe@epic.example")),
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
            ("zoe lefevre@epic.example", not_an_email),
            ("zoe\u{1b}@epic.example", not_an_email),
            ("zoe\t@epic.example", not_an_email),
            ("zoe@epic_events.example", not_an_email),
            ("zoe@-epic.example", not_an_email),
            ("zoe@xn--a.example", not_an_email),
            ("\u{200b}", Err(FieldErrorKind::Missing)),
        ];
        check_text(Email::parse, Email::as_str, Email::into_string, &cases);
    }

    #[test]
    fn an_account_is_found_by_each_spelling_of_its_domain() {
        let cases = [
            (
                " Zoe@Épic.example ",
                [
                    "Zoe@épic.example",
                    "Zoe@xn--pic-9la.example",
                    "Zoe@Épic.example",
                ],
            ),
            (
                "zoe@xn--pic-9la.example",
                [
                    "zoe@épic.example",
                    "zoe@xn--pic-9la.example",
                    "zoe@xn--pic-9la.example",
                ],
            ),
            ("zoe@epic.example", ["zoe@epic.example"; 3]),
            ("zoe", ["zoe"; 3]),
            ("zoe\u{301}", ["zoé", "zoé", "zoe\u{301}"]),
        ];
        for (text, spellings) in cases {
            assert_eq!(Email::spellings(text), spellings, "{text}");
        }
    }
}
