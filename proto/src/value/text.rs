use crate::field_error::FieldErrorKind;

/// Maximum length of the device name that a client sends at login.
pub const DEVICE_MAX: usize = 120;

/// Non-empty line of at most `MAX` characters, without surrounding white space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<const MAX: usize>(String);

/// Full name of a person.
pub type Name = Line<120>;
/// Name of a company.
pub type Company = Line<200>;
/// Title of an event.
pub type Title = Line<200>;
/// Place of an event.
pub type Location = Line<300>;

impl<const MAX: usize> Line<MAX> {
    /// Trims and validates the text.
    ///
    /// # Errors
    /// [`FieldErrorKind::Missing`], [`FieldErrorKind::TooLong`], or
    /// [`FieldErrorKind::ControlCharacter`], which includes line breaks and tabs.
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldErrorKind::Missing);
        }
        check_length(text, MAX)?;
        if text.chars().any(char::is_control) {
            return Err(FieldErrorKind::ControlCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Text of any number of lines, which may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note(String);

impl Note {
    /// Maximum length.
    pub const MAX: usize = 4_000;

    /// Trims the end of the text and validates it.
    ///
    /// # Errors
    /// [`FieldErrorKind::TooLong`], or [`FieldErrorKind::ControlCharacter`] for any control
    /// character except line feed and tab.
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        let text = text.trim_end();
        check_length(text, Self::MAX)?;
        if text
            .chars()
            .any(|c| c.is_control() && c != '\n' && c != '\t')
        {
            return Err(FieldErrorKind::ControlCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Trims and validates the device name that a client sends at login; it may be empty.
///
/// # Errors
/// [`FieldErrorKind::TooLong`] or [`FieldErrorKind::ControlCharacter`].
pub fn device(text: &str) -> Result<String, FieldErrorKind> {
    let text = text.trim();
    check_length(text, DEVICE_MAX)?;
    if text.chars().any(char::is_control) {
        return Err(FieldErrorKind::ControlCharacter);
    }
    Ok(text.to_owned())
}

/// Fails with [`FieldErrorKind::TooLong`] when the text has more than `max` characters.
pub(crate) fn check_length(text: &str, max: usize) -> Result<(), FieldErrorKind> {
    // A character has at most four bytes, so the byte length rejects a huge text without counting.
    if text.len() > max * 4 || text.chars().count() > max {
        return Err(FieldErrorKind::TooLong { max });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::tests::check_text;

    #[test]
    fn a_line_is_one_trimmed_line() {
        let five = "é🦀éé🦀";
        let six = "é🦀éé🦀é";
        let cases = [
            ("Zoé", Ok("Zoé")),
            (" \u{a0}a b\n", Ok("a b")),
            (five, Ok(five)),
            ("  abcde  ", Ok("abcde")),
            ("", Err(FieldErrorKind::Missing)),
            ("\t \n", Err(FieldErrorKind::Missing)),
            (six, Err(FieldErrorKind::TooLong { max: 5 })),
            ("abcdef", Err(FieldErrorKind::TooLong { max: 5 })),
            ("a\nb", Err(FieldErrorKind::ControlCharacter)),
            ("a\tb", Err(FieldErrorKind::ControlCharacter)),
            ("a\u{7f}", Err(FieldErrorKind::ControlCharacter)),
            ("a\u{85}b", Err(FieldErrorKind::ControlCharacter)),
            ("a\0", Err(FieldErrorKind::ControlCharacter)),
        ];
        check_text(Line::<5>::parse, Line::as_str, Line::into_string, &cases);
    }

    #[test]
    fn each_line_type_has_its_maximum() {
        fn longest<T>(parse: fn(&str) -> Result<T, FieldErrorKind>) -> usize {
            let accepts = |length: &usize| parse(&"🦀".repeat(*length)).is_ok();
            (1..400).take_while(accepts).count()
        }
        let found = [
            longest(Name::parse),
            longest(Company::parse),
            longest(Title::parse),
            longest(Location::parse),
        ];
        assert_eq!(found, [120, 200, 200, 300]);
    }

    #[test]
    fn a_note_may_be_empty_and_have_several_lines() {
        let longest = "🦀".repeat(4_000);
        let too_long = "a".repeat(4_001);
        let cases = [
            ("", Ok("")),
            (" \n\t ", Ok("")),
            ("  indented\n\tlist\n", Ok("  indented\n\tlist")),
            (longest.as_str(), Ok(longest.as_str())),
            (
                too_long.as_str(),
                Err(FieldErrorKind::TooLong { max: 4_000 }),
            ),
            ("a\r\nb", Err(FieldErrorKind::ControlCharacter)),
            ("a\u{1b}[31mb", Err(FieldErrorKind::ControlCharacter)),
            ("a\0b", Err(FieldErrorKind::ControlCharacter)),
        ];
        check_text(Note::parse, Note::as_str, Note::into_string, &cases);
    }

    #[test]
    fn a_device_name_is_one_line_that_may_be_empty() {
        let longest = "é".repeat(120);
        let too_long = "a".repeat(121);
        let cases = [
            ("", Ok("")),
            ("   ", Ok("")),
            (" epic 0.1 on desk-12 ", Ok("epic 0.1 on desk-12")),
            (longest.as_str(), Ok(longest.as_str())),
            (too_long.as_str(), Err(FieldErrorKind::TooLong { max: 120 })),
            ("a\nb", Err(FieldErrorKind::ControlCharacter)),
        ];
        check_text(device, String::as_str, |device| device, &cases);
    }
}
