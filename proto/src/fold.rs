//! Folding: what a search, a sort and the comparison of emails ignore in a text.
//!
//! This is the only definition. The client calls [`fold`]; the server also writes [`letters`] and
//! [`case_pairs`] into the functions `fold` and `case_fold` of the database, whose triggers and indexes
//! use them. So both find the same, and the database's locale has no influence.

use std::ops::RangeInclusive;

use icu_casemap::{CaseMapper, CaseMapperBorrowed};
use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory},
};
use unicode_normalization::{UnicodeNormalization as _, char::canonical_combining_class};

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;

/// The version of [`fold`] and [`case_fold`]. It changes with every change of a result, including one
/// by a new version of Unicode in a dependency; a test compares it with the tables.
pub const FOLD_VERSION: u32 = 1;

/// The most characters of the text of a search.
pub const QUERY_MAX: usize = 200;

const CASE: CaseMapperBorrowed<'static> = CaseMapper::new();

/// Replacements of letters and signs that Unicode does not decompose, ordered by code point, and of the
/// accents that it decomposes into a space and a mark but that people type as apostrophes.
const REPLACEMENTS: &[(char, &str)] = &[
    ('`', "'"),
    ('«', "\""),
    ('\u{b4}', "'"),
    ('»', "\""),
    ('æ', "ae"),
    ('ð', "d"),
    ('ø', "o"),
    ('þ', "th"),
    ('đ', "d"),
    ('ħ', "h"),
    ('ı', "i"),
    ('ł', "l"),
    ('œ', "oe"),
    ('ŧ', "t"),
    ('ƀ', "b"),
    ('ƚ', "l"),
    ('ƶ', "z"),
    ('ǥ', "g"),
    ('ȼ', "c"),
    ('ɇ', "e"),
    ('ɉ', "j"),
    ('ɍ', "r"),
    ('ɏ', "y"),
    ('ɖ', "d"),
    ('ɨ', "i"),
    ('ʉ', "u"),
    ('ʹ', "'"),
    ('ʺ', "\""),
    ('ʻ', "'"),
    ('ʼ', "'"),
    ('ʽ', "'"),
    ('ʾ', "'"),
    ('ʿ', "'"),
    ('ˈ', "'"),
    ('ˊ', "'"),
    ('ˋ', "'"),
    ('՚', "'"),
    ('׳', "'"),
    ('״', "\""),
    ('‘', "'"),
    ('’', "'"),
    ('‚', "'"),
    ('‛', "'"),
    ('“', "\""),
    ('”', "\""),
    ('„', "\""),
    ('‟', "\""),
    ('′', "'"),
    ('″', "\""),
    ('‵', "'"),
    ('‶', "\""),
    ('‹', "'"),
    ('›', "'"),
    ('⁃', "-"),
    ('⁄', "/"),
    ('−', "-"),
    ('∕', "/"),
    // An empty Braille cell.
    ('\u{2800}', " "),
    ('ⱥ', "a"),
    ('ⱦ', "t"),
    ('〝', "\""),
    ('〞', "\""),
    ('〟', "\""),
    ('ꞌ', "'"),
];

/// The text as a search sees it: without case, accents and other marks, ligatures, width and invisible
/// characters; with one kind of apostrophe, quotation mark, hyphen, digit and space.
///
/// Every letter is folded by itself, so a part of a text is found in the folded whole.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.nfd() {
        fold_letter(letter, &mut |part| {
            if part != ' ' || !folded.ends_with(' ') {
                folded.push(part);
            }
        });
    }
    folded
}

/// The folded words of a query; a text matches if it contains each of them. Quotation marks around words
/// are removed, because texts use other quotation marks than queries. A query that consists of quotation
/// marks searches for them.
#[must_use]
pub fn query_words(query: &str) -> Vec<String> {
    let folded = fold(query);
    let words = || folded.split(' ').filter(|word| !word.is_empty());
    // An apostrophe at the end belongs to the word, unless one opens a quotation.
    let is_quoted = words().any(|word| word.starts_with('\''));
    let is_mark = |letter: char| letter == '"' || is_quoted && letter == '\'';
    let bare = words()
        .map(|word| word.trim_matches(is_mark))
        .filter(|word| !word.is_empty());
    let bare: Vec<_> = bare.map(str::to_owned).collect();
    if bare.is_empty() {
        words().map(str::to_owned).collect()
    } else {
        bare
    }
}

/// The text without case, for the comparison of emails: accents, ligatures and width remain significant.
/// Letters are not expanded (`ß` is not `ss`), because the addresses of two people may differ in that.
#[must_use]
pub fn case_fold(text: &str) -> String {
    text.nfc().map(fold_case).nfc().collect()
}

/// Every letter that [`fold`] changes, and what it becomes. Precomposed Korean syllables are missing:
/// their canonical decomposition (`nfd`) is complete in every version of Unicode.
pub fn letters() -> impl Iterator<Item = (char, String)> {
    let changed = |letter: char| {
        let mut folded = String::new();
        letter
            .nfd()
            .for_each(|part| fold_letter(part, &mut |part| folded.push(part)));
        (!folded.chars().eq([letter])).then_some((letter, folded))
    };
    CHANGING.into_iter().flatten().filter_map(changed)
}

/// Every letter that [`case_fold`] changes, and what it becomes.
pub fn case_pairs() -> impl Iterator<Item = (char, char)> {
    let letters = CHANGING.into_iter().flatten();
    let pairs = letters.map(|letter| (letter, fold_case(letter)));
    pairs.filter(|(letter, folded)| letter != folded)
}

/// The blocks in which a letter can change: without NUL, which PostgreSQL does not store, Chinese
/// characters, Korean syllables, private use, and planes without letters. A test checks the others.
const CHANGING: [RangeInclusive<char>; 6] = [
    '\u{1}'..='\u{33ff}',
    '\u{a000}'..='\u{abff}',
    '\u{f900}'..='\u{ffff}',
    '\u{10000}'..='\u{1ffff}',
    '\u{2f800}'..='\u{2fa1f}',
    '\u{e0000}'..='\u{e0fff}',
];

fn fold_letter(letter: char, push: &mut impl FnMut(char)) {
    if let Some(text) = replacement(letter) {
        text.chars().for_each(push);
        return;
    }
    for part in letter.nfkd().filter(|part| !is_ignored(*part)) {
        let mut buffer = [0; 4];
        for folded in CASE.fold_string(part.encode_utf8(&mut buffer)).chars() {
            match replacement(folded) {
                Some(text) => text.chars().for_each(&mut *push),
                None => push(folded),
            }
        }
    }
}

fn fold_case(letter: char) -> char {
    match letter {
        // Simple case folding maps this letter only in Turkic languages (Unicode, `CaseFolding.txt`).
        'İ' => 'i',
        _ => CASE.simple_fold(letter),
    }
}

/// Whether the character is a mark on another one, or invisible. A mark without a combining class, such
/// as a vowel sign of an Indian script, is a letter.
fn is_ignored(letter: char) -> bool {
    if letter.is_ascii() {
        return false;
    }
    canonical_combining_class(letter) != 0
        || matches!(
            category(letter),
            GeneralCategory::EnclosingMark | GeneralCategory::Format
        )
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(letter)
}

fn replacement(letter: char) -> Option<&'static str> {
    const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    if letter.is_whitespace() {
        return Some(" ");
    }
    if letter.is_ascii() && letter != '`' {
        return None;
    }
    if let Ok(index) = REPLACEMENTS.binary_search_by_key(&letter, |(from, _)| *from) {
        return Some(REPLACEMENTS[index].1);
    }
    match category(letter) {
        GeneralCategory::DashPunctuation => Some("-"),
        GeneralCategory::DecimalNumber => DIGITS.get(digit(letter)).copied(),
        _ => None,
    }
}

/// The value of a decimal digit. Unicode guarantees that the digits of a script are contiguous, in
/// ascending order.
fn digit(letter: char) -> usize {
    let before = ('\0'..letter).rev();
    let digits = before.take_while(|other| category(*other) == GeneralCategory::DecimalNumber);
    digits.count() % 10
}

fn category(letter: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(letter)
}
