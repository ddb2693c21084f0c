use super::clean;
use crate::field_error::FieldErrorKind;

/// Maximum length of the device name that a client sends at login.
pub const DEVICE_MAX: usize = 120;

/// Visible line of at most `MAX` characters, in NFC, without invisible characters and surrounding
/// white space.
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
    /// Maximum number of characters.
    pub const MAX: usize = MAX;

    /// Cleans and validates the text. Tabs and line breaks become spaces.
    ///
    /// # Errors
    /// [`FieldErrorKind::Missing`], also for a text without a visible character;
    /// [`FieldErrorKind::TooLong`]; [`FieldErrorKind::ControlCharacter`] for a character that has no
    /// visible form.
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        let text = clean::line(text)?;
        if text.is_empty() {
            return Err(FieldErrorKind::Missing);
        }
        check_length(&text, MAX)?;
        Ok(Self(text))
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

    /// Cleans and validates the text. Line breaks become line feeds; tabs stay.
    ///
    /// # Errors
    /// [`FieldErrorKind::TooLong`], or [`FieldErrorKind::ControlCharacter`] for a character that has
    /// no visible form.
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        let text = clean::lines(text)?;
        check_length(&text, Self::MAX)?;
        Ok(Self(text))
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

/// Cleans and validates the device name that a client sends at login; it may be empty.
///
/// # Errors
/// [`FieldErrorKind::TooLong`] or [`FieldErrorKind::ControlCharacter`].
pub fn device(text: &str) -> Result<String, FieldErrorKind> {
    let text = clean::line(text)?;
    check_length(&text, DEVICE_MAX)?;
    Ok(text)
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

    /// Separators of lines or columns.
    const BREAKS: [&str; 9] = [
        "\t", "\n", "\u{b}", "\u{c}", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}",
    ];

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
            ("a\u{7f}", Err(FieldErrorKind::ControlCharacter)),
            ("a\u{80}b", Err(FieldErrorKind::ControlCharacter)),
            ("a\0", Err(FieldErrorKind::ControlCharacter)),
            ("a\u{1b}[31mb", Err(FieldErrorKind::ControlCharacter)),
        ];
        check_text(Line::<5>::parse, Line::as_str, Line::into_string, &cases);
    }

    #[test]
    fn tabs_and_line_breaks_become_one_space_in_a_line() {
        for gap in BREAKS {
            let text = format!("Salle{gap}12{gap}{gap} {gap}Paris{gap}");
            let parsed = Location::parse(&text);
            assert_eq!(parsed, Location::parse("Salle 12 Paris"), "{gap:?}");
        }
        let cases = [
            ("a\r\nb", Ok("a b")),
            ("a \u{a0}\tb", Ok("a b")),
            // Other white space stays as it was typed.
            ("a\u{202f}!", Ok("a\u{202f}!")),
            ("a  b", Ok("a  b")),
        ];
        check_text(Line::<9>::parse, Line::as_str, Line::into_string, &cases);
    }

    #[test]
    fn invisible_characters_are_removed_from_a_line() {
        // Zero-width space, BOM, Hangul fillers, word joiner, soft hyphen, grapheme joiner,
        // selectors, tags, and the bidirectional controls.
        let invisible = "\u{200b}\u{feff}\u{3164}\u{115f}\u{1160}\u{ffa0}\u{2060}\u{ad}\u{34f}\
            \u{fe0f}\u{e0101}\u{e0041}\u{200c}\u{200d}\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\
            \u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{2061}\u{206f}\u{180e}";
        for letter in invisible.chars() {
            let found = Line::<5>::parse(&format!("{letter}a{letter}b{letter}"));
            assert_eq!(found, Line::parse("ab"), "{letter:?}");
            for blank in [letter.to_string(), format!(" {letter} {letter}")] {
                let found = Line::<5>::parse(&blank);
                assert_eq!(found, Err(FieldErrorKind::Missing), "{letter:?}");
            }
        }
        let cases = [
            ("\u{2800}", Err(FieldErrorKind::Missing)),
            ("\u{2800}\u{301}", Err(FieldErrorKind::Missing)),
            ("\u{301}", Err(FieldErrorKind::Missing)),
            ("\u{903}", Err(FieldErrorKind::Missing)),
            ("a\u{2800}b", Ok("a\u{2800}b")),
            ("Zoe\u{301}", Ok("Zoé")),
            ("e\u{34f}\u{301}", Ok("é")),
            ("\u{301}e", Ok("e")),
            ("\u{1100}\u{1161}", Ok("가")),
            ("a\u{e000}", Err(FieldErrorKind::ControlCharacter)),
            ("a\u{378}", Err(FieldErrorKind::ControlCharacter)),
            ("a\u{fdd0}", Err(FieldErrorKind::ControlCharacter)),
            ("a\u{10ffff}", Err(FieldErrorKind::ControlCharacter)),
            ("a\u{fff9}b", Err(FieldErrorKind::ControlCharacter)),
        ];
        check_text(Line::<9>::parse, Line::as_str, Line::into_string, &cases);
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
            ("a\r\nb\rc\n\rd", Ok("a\nb\nc\n\nd")),
            ("a\u{b}b\u{c}c", Ok("a\nb\nc")),
            ("a\u{85}b\u{2028}c\u{2029}d", Ok("a\nb\nc\nd")),
            ("1\t200", Ok("1\t200")),
            ("\u{200b}\n\u{feff}", Ok("")),
            ("a\u{202e}b\u{ad}\n\u{301}c", Ok("ab\nc")),
            ("Cafe\u{301}", Ok("Café")),
            ("a\u{1b}[31mb", Err(FieldErrorKind::ControlCharacter)),
            ("a\u{f0b7}b", Err(FieldErrorKind::ControlCharacter)),
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
            ("a\nb\u{202e}", Ok("a b")),
            ("a\u{1b}b", Err(FieldErrorKind::ControlCharacter)),
        ];
        check_text(device, String::as_str, |device| device, &cases);
    }
}
