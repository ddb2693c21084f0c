//! Removes invisible characters from a text and normalizes it, before it is validated.

use unicode_normalization::UnicodeNormalization;

use crate::{
    character::{self, Handling},
    field_error::FieldErrorKind,
};

/// A text without invisible characters, in NFC. Its white space is unchanged.
pub(super) struct Cleaned {
    pub(super) text: String,
    /// Whether at least one character is visible.
    pub(super) is_visible: bool,
}

/// Removes the invisible characters of a text.
///
/// # Errors
/// [`FieldErrorKind::ControlCharacter`] when a character has no visible form.
pub(super) fn characters(text: &str) -> Result<Cleaned, FieldErrorKind> {
    // Composed before, so that each character has its final neighbours, and after, because a removed
    // character may have separated a letter from its mark.
    let composed: String = text.nfc().collect();
    let (mut kept, mut is_visible) = (String::with_capacity(composed.len()), false);
    for (letter, handling) in character::classify(&composed) {
        match handling {
            Handling::Keep { visible } => {
                is_visible |= visible;
                kept.push(letter);
            }
            Handling::Break => kept.push(letter),
            Handling::Strip => {}
            Handling::Refuse => return Err(FieldErrorKind::ControlCharacter),
        }
    }
    let text = kept.nfc().collect();
    Ok(Cleaned { text, is_visible })
}

/// Cleans and trims a text of one line. White space that contains a tab or a line break becomes one
/// space. A text without a visible character becomes empty.
///
/// # Errors
/// [`FieldErrorKind::ControlCharacter`].
pub(super) fn line(text: &str) -> Result<String, FieldErrorKind> {
    let Cleaned { text, is_visible } = characters(text)?;
    if !is_visible {
        return Ok(String::new());
    }
    Ok(spaces(text.trim()))
}

/// Cleans a text of several lines, and removes white space at its end. Every line break becomes a
/// line feed; tabs stay. A text without a visible character becomes empty.
///
/// # Errors
/// [`FieldErrorKind::ControlCharacter`].
pub(super) fn lines(text: &str) -> Result<String, FieldErrorKind> {
    let Cleaned { text, is_visible } = characters(text)?;
    if !is_visible {
        return Ok(String::new());
    }
    Ok(line_feeds(text.trim_end()))
}

/// Replaces every line break by a line feed, CRLF by a single one. Tabs stay.
#[must_use]
pub fn line_feeds(text: &str) -> String {
    let line_feed = |letter| match letter {
        '\t' => '\t',
        _ if character::is_break(letter) => '\n',
        _ => letter,
    };
    text.replace("\r\n", "\n").chars().map(line_feed).collect()
}

/// Replaces white space that contains a tab or a line break by one space.
#[must_use]
pub fn spaces(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(char::is_whitespace) {
        let (word, from) = rest.split_at(start);
        let after = from.trim_start();
        let gap = &from[..from.len() - after.len()];
        line.push_str(word);
        line.push_str(if gap.contains(character::is_break) {
            " "
        } else {
            gap
        });
        rest = after;
    }
    line.push_str(rest);
    line
}
