//! Which characters of a text are displayed, by their Unicode properties.
//!
//! [`classify`] is the only definition: validation removes or refuses what it does not keep, and the
//! client draws a sign in its place. A joiner, a variation selector or a tag is kept only where it
//! changes what is displayed: in an emoji, or in a script whose letters join.

use std::borrow::Cow;

use icu_properties::props::{
    BinaryProperty, DefaultIgnorableCodePoint, Emoji, EmojiModifier, EnumeratedProperty,
    ExtendedPictographic, GeneralCategory, IndicSyllabicCategory, JoiningType,
    PrependedConcatenationMark, Script, VariationSelector,
};
use unicode_normalization::char::canonical_combining_class;

const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';
const ZERO_WIDTH_JOINER: char = '\u{200d}';
/// Combines with the digit before it into a keycap, as in `1️⃣`.
const KEYCAP: char = '\u{20e3}';
/// Begins the emoji of a region's flag, which tags spell.
const BLACK_FLAG: char = '\u{1f3f4}';
const CANCEL_TAG: char = '\u{e007f}';
const VIRAMA: u8 = 9;

/// Symbols and letters that are drawn as blank space, which no Unicode property states: the empty
/// braille pattern, the null note head, the two blank hieroglyphs.
const BLANKS: [char; 4] = ['\u{2800}', '\u{1d159}', '\u{13441}', '\u{13442}'];

/// What validation does with a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handling {
    /// It stays.
    Keep {
        /// Whether the character alone makes a text visible, unlike white space and marks.
        visible: bool,
    },
    /// A tab, a line break or another control character that separates lines or columns.
    Break,
    /// It is invisible and has no meaning where it stands: it is removed.
    Strip,
    /// It has no visible form that everyone sees alike: the text is refused.
    Refuse,
}

/// The characters of a text, each with its handling.
#[must_use]
pub fn classify(text: &str) -> Vec<(char, Handling)> {
    let letters: Vec<char> = text.chars().collect();
    let mut classifier = Classifier::default();
    let handling = |(at, &letter)| (letter, classifier.handling(letter, &letters[at + 1..]));
    letters.iter().enumerate().map(handling).collect()
}

/// Whether every character stays, as in almost every text; decided without an allocation.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    let is_plain = |letter| match Class::of(letter) {
        Class::Text | Class::Blank | Class::Space => true,
        Class::Mark
        | Class::Break
        | Class::Joiner
        | Class::Selector
        | Class::Tag
        | Class::Invisible
        | Class::Refused => false,
    };
    text.chars().all(is_plain)
}

/// The text without the characters that [`classify`] strips.
#[must_use]
pub fn stripped(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let kept = classify(text).into_iter();
    let kept = kept.filter(|(_, handling)| *handling != Handling::Strip);
    Cow::Owned(kept.map(|(letter, _)| letter).collect())
}

/// Whether the character separates lines or columns: tab, line feed, vertical tab, form feed,
/// carriage return, U+0085, U+2028, U+2029.
#[must_use]
pub const fn is_break(letter: char) -> bool {
    matches!(letter, '\t'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether the character must not reach a terminal, wherever it stands: a control character, a
/// bidirectional control, or another one that [`classify`] never keeps.
#[must_use]
pub fn is_unsafe(letter: char) -> bool {
    matches!(
        Class::of(letter),
        Class::Break | Class::Invisible | Class::Refused
    )
}

/// The text for a terminal or another display: a sign of one column stands for every character that
/// [`classify`] does not keep, `␛` for a control character and `\u{fffd}` for others. Line feeds stay.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let letters = classify(text).into_iter().map(|(letter, handling)| {
        if letter == '\n' || matches!(handling, Handling::Keep { .. }) {
            letter
        } else {
            sign(letter)
        }
    });
    Cow::Owned(letters.collect())
}

/// The sign that is displayed in place of a character.
#[must_use]
pub fn sign(letter: char) -> char {
    match letter {
        // Unicode has a picture of each control character of ASCII.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(letter)).unwrap_or(letter),
        '\u{7f}' => '␡',
        '\u{85}' | '\u{2028}' | '\u{2029}' => '␤',
        _ => char::REPLACEMENT_CHARACTER,
    }
}

/// Class of a character by its Unicode properties, regardless of its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Text,
    /// A symbol or letter that is drawn as blank space.
    Blank,
    Space,
    Break,
    /// A mark that is drawn on the character before it.
    Mark,
    Joiner,
    Selector,
    Tag,
    Invisible,
    Refused,
}

impl Class {
    fn of(letter: char) -> Self {
        match letter {
            // Most letters, without a look-up.
            '!'..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' => Self::Text,
            _ if is_break(letter) => Self::Break,
            _ if letter.is_whitespace() => Self::Space,
            _ if BLANKS.contains(&letter) => Self::Blank,
            ZERO_WIDTH_JOINER | ZERO_WIDTH_NON_JOINER => Self::Joiner,
            '\u{e0020}'..=CANCEL_TAG => Self::Tag,
            _ if VariationSelector::for_char(letter) => Self::Selector,
            // Includes the bidirectional controls.
            _ if DefaultIgnorableCodePoint::for_char(letter) => Self::Invisible,
            _ => Self::of_category(letter),
        }
    }

    fn of_category(letter: char) -> Self {
        match GeneralCategory::for_char(letter) {
            // Signs that enclose the digits after them, as the Arabic sign of a year.
            GeneralCategory::Format if PrependedConcatenationMark::for_char(letter) => Self::Text,
            // Reserved for emojis of later versions of Unicode.
            GeneralCategory::Unassigned if ExtendedPictographic::for_char(letter) => Self::Text,
            GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::PrivateUse
            | GeneralCategory::Surrogate
            | GeneralCategory::Unassigned => Self::Refused,
            GeneralCategory::NonspacingMark
            | GeneralCategory::EnclosingMark
            | GeneralCategory::SpacingMark => Self::Mark,
            _ => Self::Text,
        }
    }
}

/// The state of [`classify`]: what precedes the current character.
#[derive(Debug, Default)]
struct Classifier {
    /// The last kept character, unless it is white space.
    before: Option<char>,
    /// The last kept character that is neither a mark nor a joiner, selector or tag.
    base: Option<char>,
    /// Whether the tags that follow spell a flag.
    in_flag: bool,
}

impl Classifier {
    fn handling(&mut self, letter: char, rest: &[char]) -> Handling {
        let class = Class::of(letter);
        let next = rest.first().copied();
        let keeps = match class {
            Class::Text | Class::Blank => true,
            Class::Mark => self.before.is_some() || is_spacing(letter),
            Class::Joiner => self.keeps_joiner(letter, next),
            Class::Selector => self.before.is_some_and(|it| is_varied(it, letter, next)),
            Class::Tag => self.keeps_tag(letter, rest),
            Class::Invisible => false,
            Class::Space | Class::Break | Class::Refused => {
                *self = Self::default();
                return match class {
                    Class::Space => Handling::Keep { visible: false },
                    Class::Break => Handling::Break,
                    _ => Handling::Refuse,
                };
            }
        };
        if !keeps {
            return Handling::Strip;
        }
        self.in_flag = letter == BLACK_FLAG || class == Class::Tag && letter != CANCEL_TAG;
        self.before = Some(letter);
        if matches!(class, Class::Text | Class::Blank) {
            self.base = Some(letter);
        }
        let visible = class == Class::Text;
        Handling::Keep { visible }
    }

    /// A joiner is kept where it changes how its neighbours are drawn.
    fn keeps_joiner(&self, joiner: char, next: Option<char>) -> bool {
        let (Some(before), Some(base)) = (self.before, self.base) else {
            return false;
        };
        if Class::of(before) == Class::Joiner {
            return false;
        }
        let next = next.filter(|&it| matches!(Class::of(it), Class::Text | Class::Mark));
        // Between the letters of such a script: Persian, Hindi, Khmer.
        if joins_letters(base) && next.is_some_and(joins_letters) {
            return true;
        }
        if joiner == ZERO_WIDTH_NON_JOINER {
            return false;
        }
        let in_emoji = ExtendedPictographic::for_char(base) || EmojiModifier::for_char(base);
        // At the end of a word: the connected form of an Arabic letter, the half of an Indic one.
        let connects_alone = canonical_combining_class(before) == VIRAMA || connects_after(base);
        in_emoji && next.is_some_and(ExtendedPictographic::for_char) || connects_alone
    }

    /// A tag is kept in a complete sequence after a black flag.
    fn keeps_tag(&self, tag: char, rest: &[char]) -> bool {
        if !self.in_flag {
            return false;
        }
        if self.before == Some(BLACK_FLAG) {
            let end = rest
                .iter()
                .find(|&&it| Class::of(it) != Class::Tag || it == CANCEL_TAG);
            return tag != CANCEL_TAG && end == Some(&CANCEL_TAG);
        }
        true
    }
}

/// Whether the mark has a width of its own, so that it is displayed without a base too.
fn is_spacing(mark: char) -> bool {
    GeneralCategory::for_char(mark) == GeneralCategory::SpacingMark
}

/// Whether the character has variants that the selector chooses from: emojis, digits of keys,
/// ideographs (where the variant is part of a person's name), and the letters of four scripts.
fn is_varied(letter: char, selector: char, next: Option<char>) -> bool {
    match selector {
        '\u{fe0e}' | '\u{fe0f}' if letter.is_ascii() => {
            Emoji::for_char(letter) && next == Some(KEYCAP)
        }
        '\u{fe0e}' | '\u{fe0f}' => Emoji::for_char(letter),
        '\u{e0100}'..='\u{e01ef}' => Script::for_char(letter) == Script::Han,
        '\u{180b}'..='\u{180f}' => Script::for_char(letter) == Script::Mongolian,
        _ => matches!(
            Script::for_char(letter),
            Script::Han | Script::Myanmar | Script::PhagsPa | Script::Manichaean
        ),
    }
}

/// Whether the character belongs to a script in which joiners change the form of letters.
fn joins_letters(letter: char) -> bool {
    let is_indic = || {
        IndicSyllabicCategory::for_char(letter) != IndicSyllabicCategory::Other
            && !matches!(Script::for_char(letter), Script::Common | Script::Inherited)
    };
    matches!(
        JoiningType::for_char(letter),
        JoiningType::DualJoining
            | JoiningType::RightJoining
            | JoiningType::LeftJoining
            | JoiningType::JoinCausing
    ) || is_indic()
}

/// Whether the character has a form that connects to the following one.
fn connects_after(letter: char) -> bool {
    matches!(
        JoiningType::for_char(letter),
        JoiningType::DualJoining | JoiningType::LeftJoining
    )
}

#[cfg(test)]
mod tests;
