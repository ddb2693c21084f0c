use super::check_length;
use crate::field_error::FieldErrorKind;

/// Phone number with the spelling that the user entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// Maximum length, including separators.
    pub const MAX: usize = 32;

    /// Trims the text and validates it: 4 to 15 digits (ITU-T E.164 allows 15), an optional leading
    /// `+`, and spaces, no-break spaces, dots, dashes, parentheses and slashes as separators.
    ///
    /// # Errors
    /// [`FieldErrorKind::Missing`], [`FieldErrorKind::TooLong`] or [`FieldErrorKind::NotAPhone`].
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldErrorKind::Missing);
        }
        check_length(text, Self::MAX)?;
        let number = text.strip_prefix('+').unwrap_or(text);
        let digits = number.chars().filter(char::is_ascii_digit).count();
        let allowed = |c: char| c.is_ascii_digit() || " .-()/\u{a0}".contains(c);
        if !(4..=15).contains(&digits) || !number.chars().all(allowed) {
            return Err(FieldErrorKind::NotAPhone);
        }
        Ok(Self(text.to_owned()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::tests::check_text;

    #[test]
    fn accepts_digits_with_usual_separators() {
        let not_a_phone = Err(FieldErrorKind::NotAPhone);
        let longest = format!("+33{}612345678", " ".repeat(20));
        let too_long = format!("+33{}612345678", " ".repeat(21));
        let cases = [
            ("+33 6 12 34 56 78", Ok("+33 6 12 34 56 78")),
            (" 01.23.45.67.89\t", Ok("01.23.45.67.89")),
            ("(0)1-23/45", Ok("(0)1-23/45")),
            ("06\u{a0}12\u{a0}34", Ok("06\u{a0}12\u{a0}34")),
            ("3975", Ok("3975")),
            ("123456789012345", Ok("123456789012345")),
            (longest.as_str(), Ok(longest.as_str())),
            ("", Err(FieldErrorKind::Missing)),
            ("  ", Err(FieldErrorKind::Missing)),
            (too_long.as_str(), Err(FieldErrorKind::TooLong { max: 32 })),
            ("112", not_a_phone),
            ("1234567890123456", not_a_phone),
            ("+", not_a_phone),
            ("++33612345678", not_a_phone),
            ("33+612345678", not_a_phone),
            ("0612345678x", not_a_phone),
            ("06\t12345678", not_a_phone),
            ("٠٦١٢٣٤٥٦٧٨", not_a_phone),
        ];
        check_text(Phone::parse, Phone::as_str, Phone::into_string, &cases);
    }
}
