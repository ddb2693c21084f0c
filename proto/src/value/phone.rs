use icu_properties::props::{EnumeratedProperty as _, GeneralCategory};
use unicode_normalization::UnicodeNormalization as _;

use super::{check_length, clean};
use crate::{character, field_error::FieldErrorKind};

/// Digits of a number: the shortest is an emergency number, the longest that of ITU-T E.164.
const DIGITS: std::ops::RangeInclusive<usize> = 2..=15;
/// Digits of a number with a country code.
const INTERNATIONAL_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
const EXTENSION_DIGITS: std::ops::RangeInclusive<usize> = 1..=8;
/// Words before a number that are not part of it, in lower case.
const LABELS: [&str; 8] = [
    "telephone",
    "téléphone",
    "phone",
    "portable",
    "mobile",
    "mob",
    "tel",
    "tél",
];
/// Words and signs before an extension, in lower case.
const EXTENSION_MARKERS: [&str; 8] = [
    "extension",
    "ext",
    "poste",
    "interne",
    "int",
    "extn",
    "x",
    "#",
];

/// Phone number with the separators that the user entered, without what is not part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// Maximum length, including separators and the extension.
    pub const MAX: usize = 40;

    /// Cleans the text and validates it: 2 to 15 digits, an optional leading `+`, an optional
    /// extension, and spaces, dots, dashes, parentheses and slashes as separators.
    ///
    /// Digits of other scripts become ASCII digits, any dash becomes `-`, any white space one space,
    /// `(+33)` becomes `+33`, and an extension (`poste 12`, `x12`, `#12`) `ext. 12`. A label such as
    /// `tel:` is removed.
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
        let text = plain(text);
        let text = without_label(&text);
        check_length(text, Self::MAX)?;
        let (number, extension) = split_extension(text);
        let mut phone = number_of(number).ok_or(FieldErrorKind::NotAPhone)?;
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

/// The text in lower case, with ASCII digits and separators, and single spaces.
fn plain(text: &str) -> String {
    let letters: String = text.nfkc().map(ascii).collect();
    let words: Vec<&str> = letters.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// The ASCII digit or separator that a character is read as.
fn ascii(letter: char) -> char {
    match letter {
        // The sign for a long vowel on Japanese keyboards.
        '\u{2212}' | '\u{30fc}' => '-',
        '\u{b7}' | '\u{2022}' | '\u{2027}' | '\u{30fb}' => '.',
        '\u{2044}' | '\u{2215}' => '/',
        _ => match GeneralCategory::for_char(letter) {
            GeneralCategory::DashPunctuation => '-',
            GeneralCategory::DecimalNumber => digit(letter),
            _ => letter,
        },
    }
}

/// The ASCII digit of the same value. In every script the ten digits follow each other, the zero
/// first.
fn digit(letter: char) -> char {
    let is_digit = |code: &u32| {
        char::from_u32(*code)
            .is_some_and(|it| GeneralCategory::for_char(it) == GeneralCategory::DecimalNumber)
    };
    let before = (0..u32::from(letter)).rev().take_while(is_digit).count();
    char::from(b"0123456789"[before % 10])
}

/// The text without a label before it: `tel:+33…`, `Tél. 06…`.
fn without_label(text: &str) -> &str {
    let rest = LABELS.iter().find_map(|label| text.strip_prefix(label));
    rest.map_or(text, |rest| rest.trim_start_matches([' ', '.', ':']))
}

/// Splits off the digits of an extension.
fn split_extension(text: &str) -> (&str, Option<&str>) {
    let (inner, is_enclosed) = match text.strip_suffix(')') {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    let marked = inner.trim_end_matches(|it: char| it.is_ascii_digit());
    let extension = &inner[marked.len()..];
    let marked = marked.trim_end_matches([' ', '.', ':', '=']);
    let number = EXTENSION_MARKERS
        .iter()
        .find_map(|marker| marked.strip_suffix(marker));
    let number = number.and_then(|number| {
        if is_enclosed {
            number.strip_suffix('(')
        } else {
            Some(number)
        }
    });
    match number {
        Some(number) if EXTENSION_DIGITS.contains(&extension.len()) => (number, Some(extension)),
        _ => (text, None),
    }
}

/// The number without superfluous characters; `None` if it is none.
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
        // The prefix of an international number counts no digits of it.
        (_, Some(_)) => *DIGITS.start()..=*DIGITS.end() + 2,
        _ => DIGITS,
    };
    let is_allowed = |it: char| it.is_ascii_digit() || " .-()/".contains(it);
    let is_number = expected.contains(&digits)
        && rest.starts_with(|it: char| it.is_ascii_digit() || it == '(')
        && rest.chars().all(is_allowed);
    is_number.then(|| format!("{plus}{rest}"))
}

/// The country code in parentheses, without its `+`, and the rest.
fn enclosed_country(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('(')?.trim_start();
    inside.strip_prefix('+')?.split_once(')')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::tests::check_text;

    #[test]
    fn accepts_digits_with_usual_separators() {
        let longest = format!("06 12 34 56 78{}9", "-".repeat(25));
        let too_long = format!("06 12 34 56 78{}9", "-".repeat(26));
        let cases = [
            ("+33 6 12 34 56 78", Ok("+33 6 12 34 56 78")),
            (" 01.23.45.67.89\t", Ok("01.23.45.67.89")),
            ("(0)1-23/45", Ok("(0)1-23/45")),
            ("+33 (0)6 12 34 56 78", Ok("+33 (0)6 12 34 56 78")),
            ("0033612345678", Ok("0033612345678")),
            ("00123456789012345", Ok("00123456789012345")),
            ("123456789012345", Ok("123456789012345")),
            ("+123456789012345", Ok("+123456789012345")),
            ("+6834567", Ok("+6834567")),
            ("3949", Ok("3949")),
            ("112", Ok("112")),
            ("15", Ok("15")),
            (longest.as_str(), Ok(longest.as_str())),
            (too_long.as_str(), Err(FieldErrorKind::TooLong { max: 40 })),
        ];
        check_text(Phone::parse, Phone::as_str, Phone::into_string, &cases);
    }

    #[test]
    fn reads_what_looks_like_a_number() {
        let cases = [
            // Contacts copied from a telephone carry bidirectional controls.
            ("\u{202a}+33 6 12 34 56 78\u{202c}", Ok("+33 6 12 34 56 78")),
            ("\u{202d}\u{200e}06 12\u{202e}", Ok("06 12")),
            (
                "06\u{a0}12\u{202f}34\u{2009}56\u{3000}78",
                Ok("06 12 34 56 78"),
            ),
            ("06  12   34", Ok("06 12 34")),
            (
                "06\u{2011}12\u{2013}34\u{2014}56\u{2212}78",
                Ok("06-12-34-56-78"),
            ),
            ("０３ー１２３４", Ok("03-1234")),
            ("＋３３（０）６・１２３４５６７８", Ok("+33(0)6.12345678")),
            ("＋３３（０）６．１２３４５６７８", Ok("+33(0)6.12345678")),
            ("06·12•34‧56", Ok("06.12.34.56")),
            ("01⁄23∕45", Ok("01/23/45")),
            ("٠٦١٢٣٤٥٦٧٨", Ok("0612345678")),
            ("०६१२३४५६७८९", Ok("06123456789")),
            ("𝟎𝟔𝟏𝟐", Ok("0612")),
            ("(+33) 6 12 34 56 78", Ok("+33 6 12 34 56 78")),
            ("(+33)612345678", Ok("+33 612345678")),
            ("( + 33 ) 612345678", Ok("+33 612345678")),
            ("+ 33 6 12 34 56 78", Ok("+33 6 12 34 56 78")),
            ("tel:+33612345678", Ok("+33612345678")),
            ("TEL: 06 12", Ok("06 12")),
            ("Tél. : 06 12", Ok("06 12")),
            ("Mobile 06 12", Ok("06 12")),
            ("06 12 34 56 78.", Ok("06 12 34 56 78")),
        ];
        check_text(Phone::parse, Phone::as_str, Phone::into_string, &cases);
    }

    #[test]
    fn extensions_have_one_form() {
        let not_a_phone = Err(FieldErrorKind::NotAPhone);
        let cases = [
            ("06 12 34 56 78 poste 12", Ok("06 12 34 56 78 ext. 12")),
            ("06 12 34 56 78 Poste : 12", Ok("06 12 34 56 78 ext. 12")),
            ("06 12 34 56 78, ext. 12", Ok("06 12 34 56 78 ext. 12")),
            ("0612345678ext12", Ok("0612345678 ext. 12")),
            ("0612345678 extension 12", Ok("0612345678 ext. 12")),
            ("0612345678 extn. 12", Ok("0612345678 ext. 12")),
            ("0612345678 interne 12", Ok("0612345678 ext. 12")),
            ("0612345678 int. 12", Ok("0612345678 ext. 12")),
            ("0612345678x12", Ok("0612345678 ext. 12")),
            ("0612345678 X 12", Ok("0612345678 ext. 12")),
            ("0612345678#12", Ok("0612345678 ext. 12")),
            ("0612345678 (poste 12)", Ok("0612345678 ext. 12")),
            ("tel:+33612345678;ext=12", Ok("+33612345678 ext. 12")),
            ("0612345678 x12345678", Ok("0612345678 ext. 12345678")),
            ("0612345678 x123456789", not_a_phone),
            ("0612345678 poste", not_a_phone),
            ("0612345678x", not_a_phone),
            ("0612345678 poste 12)", not_a_phone),
            ("x12", not_a_phone),
            ("poste 12", not_a_phone),
            ("0612 x12 x13", not_a_phone),
        ];
        check_text(Phone::parse, Phone::as_str, Phone::into_string, &cases);
    }

    #[test]
    fn refuses_what_is_no_number() {
        let not_a_phone = Err(FieldErrorKind::NotAPhone);
        let cases = [
            ("", Err(FieldErrorKind::Missing)),
            ("  ", Err(FieldErrorKind::Missing)),
            ("\u{200b}\u{202a}", Err(FieldErrorKind::Missing)),
            ("\u{2800}", not_a_phone),
            ("1", not_a_phone),
            ("1234567890123456", not_a_phone),
            ("001234567890123456", not_a_phone),
            ("+1234567890123456", not_a_phone),
            ("+33612", not_a_phone),
            ("+", not_a_phone),
            ("tel:", not_a_phone),
            ("++33612345678", not_a_phone),
            ("33+612345678", not_a_phone),
            ("-1234", not_a_phone),
            (")06 12 34", not_a_phone),
            ("06 12 34 56 78 / 01 23 45 67 89", not_a_phone),
            ("call me", not_a_phone),
            ("06\u{1b}12345678", not_a_phone),
            // Two cells of a table, or two lines.
            ("112\t15", not_a_phone),
            ("06 12\n34 56", not_a_phone),
            ("06 12\r34 56", not_a_phone),
            ("06 12\u{2028}34 56", not_a_phone),
        ];
        check_text(Phone::parse, Phone::as_str, Phone::into_string, &cases);
    }
}
