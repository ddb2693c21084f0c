//! The parts of a typed phone number.

use icu_properties::props::{EnumeratedProperty as _, GeneralCategory};
use unicode_normalization::UnicodeNormalization as _;

const EXTENSION_DIGITS: std::ops::RangeInclusive<usize> = 1..=8;
/// Labels before or after a number, which say whose or which number it is, in lower case. A single
/// letter is a label only before a number or in parentheses.
const LABELS: [&str; 44] = [
    "telephone",
    "téléphone",
    "phone",
    "tel",
    "tél",
    "callto",
    "sms",
    "whatsapp",
    "portable",
    "port",
    "mobile",
    "mob",
    "cellulaire",
    "cell",
    "gsm",
    "fax",
    "telecopie",
    "télécopie",
    "bureau",
    "office",
    "work",
    "travail",
    "professionnel",
    "pro",
    "personnel",
    "perso",
    "personal",
    "domicile",
    "dom",
    "maison",
    "home",
    "standard",
    "accueil",
    "direct",
    "directe",
    "ligne",
    "line",
    "main",
    "principal",
    "t",
    "m",
    "p",
    "f",
    "d",
];
/// Signs before or after a number: telephones, a fax machine, and the selector of their coloured form.
const SIGNS: [char; 8] = ['☎', '☏', '✆', '📞', '📱', '📲', '📠', '\u{fe0f}'];
/// Words and signs before an extension, in lower case; an abbreviation after the longer forms.
const EXTENSION_MARKERS: [&str; 9] = [
    "extension",
    "ext",
    "poste",
    "interne",
    "int",
    "extn",
    "x",
    "p",
    "#",
];
/// Words that may stand between an extension marker and the digits of the extension.
const NUMBER_SIGNS: [&str; 4] = ["n°", "no", "numero", "numéro"];

/// The parts of a typed phone number. They are not validated: the number may be any text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneParts {
    /// The number, in lower case, with ASCII digits and separators, and single spaces.
    pub number: String,
    /// The digits of the extension.
    pub extension: Option<String>,
    /// Whether a label before or after the number was removed: `tel:`, `☎`, `(bureau)`.
    pub is_labelled: bool,
}

impl PhoneParts {
    /// Splits a text of one line.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text = plain(text);
        let start = without_labels_before(&text);
        let labelled = without_labels_after(start);
        let (number, extension) = split_extension(labelled);
        let number = number.trim_end_matches([' ', ',', ';']);
        let bare = without_labels_after(number);
        Self {
            number: bare.to_owned(),
            extension: extension.map(str::to_owned),
            is_labelled: labelled.len() < text.len() || bare.len() < number.len(),
        }
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
        // The long-vowel mark of Japanese keyboards.
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

/// The text without labels before it: `tel:+33…`, `Tél. bureau : 06…`, `(portable) 06…`.
fn without_labels_before(text: &str) -> &str {
    let mut rest = text;
    loop {
        let start = rest.trim_start_matches(SIGNS).trim_start();
        let word = start.split(|it: char| !it.is_alphabetic()).next();
        let after = match (word, start.strip_prefix('(')) {
            (Some(word), _) if LABELS.contains(&word) => &start[word.len()..],
            (_, Some(inside)) => match inside.split_once(')') {
                Some((inside, after)) if are_labels(inside) => after,
                _ => start,
            },
            _ => start,
        };
        if after.len() == rest.len() {
            return rest;
        }
        rest = after.trim_start_matches([' ', '.', ':', '/', '-']);
    }
}

/// The text without labels after it: `06… (portable)`, `06… - bureau`.
fn without_labels_after(text: &str) -> &str {
    let mut rest = text;
    loop {
        let end = rest.trim_end_matches(SIGNS).trim_end();
        let word = end.rsplit(|it: char| !it.is_alphabetic()).next();
        let enclosed = end.strip_suffix(')').and_then(|it| it.rsplit_once('('));
        let before = match (word, enclosed) {
            (Some(word), _) if word.len() > 1 && LABELS.contains(&word) => {
                &end[..end.len() - word.len()]
            }
            (_, Some((before, inside))) if are_labels(inside) => before,
            _ => end,
        };
        if before.len() == rest.len() {
            return rest;
        }
        rest = before.trim_end_matches([' ', '.', ':', ',', '-', '/']);
    }
}

/// Whether the text consists of one or more labels.
fn are_labels(text: &str) -> bool {
    let mut words = text
        .split(|it: char| !it.is_alphabetic() && !it.is_ascii_digit())
        .filter(|word| !word.is_empty())
        .peekable();
    words.peek().is_some() && words.all(|word| LABELS.contains(&word))
}

/// Splits off the digits of an extension.
fn split_extension(text: &str) -> (&str, Option<&str>) {
    let (inner, is_enclosed) = match text.strip_suffix(')') {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    let marked = inner.trim_end_matches(|it: char| it.is_ascii_digit());
    let extension = &inner[marked.len()..];
    let separators = [' ', '.', ':', '='];
    let marked = marked.trim_end_matches(separators);
    let marked = NUMBER_SIGNS
        .iter()
        .find_map(|sign| marked.strip_suffix(sign))
        .map_or(marked, |marked| marked.trim_end_matches(separators));
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
