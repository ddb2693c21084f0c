mod digits;
mod parts;

use super::{check_length, clean};
use crate::{character, field_error::FieldErrorKind};

pub use self::{digits::phone_digits, parts::PhoneParts};

/// Digits of a number: the shortest is an emergency number, the longest that of ITU-T E.164.
const DIGITS: std::ops::RangeInclusive<usize> = 2..=15;
/// Digits of a number with a country code.
const INTERNATIONAL_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// Phone number with the separators that the user entered, without labels and other superfluous text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// Maximum length, including separators and the extension.
    pub const MAX: usize = 40;

    /// Cleans the text and validates it: 2 to 15 digits, an optional leading `+`, an optional
    /// extension, and spaces, dots, dashes, parentheses and slashes as separators.
    ///
    /// Digits of other scripts become ASCII digits, any dash becomes `-`, any white space one space,
    /// `(+33)` becomes `+33`, and an extension (`poste n° 12`, `x12`, `#12`) `ext. 12`. Labels such as
    /// `tel:`, `☎` and `(portable)` are removed.
    ///
    /// # Errors
    /// [`FieldErrorKind::Missing`], [`FieldErrorKind::TooLong`], or [`FieldErrorKind::NotAPhone`],
    /// also for a tab or a line break inside the text, which separates two values.
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        let cleaned = clean::characters(text).map_err(|_| FieldErrorKind::NotAPhone)?;
        let text = cleaned.text.trim();
        if text.is_empty() {
            return Err(FieldErrorKind::Missing);
        }
        if text.contains(character::is_break) {
            return Err(FieldErrorKind::NotAPhone);
        }
        let PhoneParts {
            number,
            extension,
            is_labelled: _,
        } = PhoneParts::of(text);
        check_length(&number, Self::MAX)?;
        let mut phone = number_of(&number).ok_or(FieldErrorKind::NotAPhone)?;
        if let Some(extension) = extension {
            phone = format!("{phone} ext. {extension}");
        }
        check_length(&phone, Self::MAX)?;
        Ok(Self(phone))
    }

    /// The number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// The number without superfluous characters; `None` if the text is not a phone number.
fn number_of(text: &str) -> Option<String> {
    let text = text.trim_end_matches([' ', '.', ',', ';', '-', '/']);
    // `(+33) 6 12` and `(+33)6 12` are `+33 6 12`.
    let number = match enclosed_country(text) {
        Some((country, rest)) => format!("+{} {}", country.trim(), rest.trim_start()),
        None => text.to_owned(),
    };
    let (plus, rest) = match number.strip_prefix('+') {
        Some(rest) => ("+", rest.trim_start()),
        None => ("", number.as_str()),
    };
    let digits = rest.chars().filter(char::is_ascii_digit).count();
    let expected = match (plus, rest.strip_prefix("00")) {
        ("+", _) => INTERNATIONAL_DIGITS,
        // The digits of the prefix `00` do not count towards the number.
        (_, Some(_)) => *DIGITS.start()..=*DIGITS.end() + 2,
        _ => DIGITS,
    };
    let is_allowed = |it: char| it.is_ascii_digit() || " .-()/".contains(it);
    let is_number = expected.contains(&digits)
        && rest.starts_with(|it: char| it.is_ascii_digit() || it == '(')
        && rest.chars().all(is_allowed)
        && are_parentheses_plain(rest);
    is_number.then(|| format!("{plus}{rest}"))
}

/// The country code in parentheses, without its `+`, and the rest.
fn enclosed_country(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('(')?.trim_start();
    inside.strip_prefix('+')?.split_once(')')
}

/// Whether every parenthesis is closed, none is inside another, and all enclose digits.
fn are_parentheses_plain(text: &str) -> bool {
    let mut groups = text.split('(');
    let is_group = |group: &str| {
        group.split_once(')').is_some_and(|(inside, after)| {
            inside.contains(|it: char| it.is_ascii_digit()) && !after.contains(')')
        })
    };
    groups.next().is_some_and(|first| !first.contains(')')) && groups.all(is_group)
}

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;
