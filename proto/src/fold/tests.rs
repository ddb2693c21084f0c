#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeSet,
    hash::{Hash as _, Hasher},
};

use super::{fixtures::CASES, *};

#[test]
fn words_are_found_in_folded_texts() {
    for &(text, query, expected) in CASES {
        let (folded, words) = (fold(text), query_words(query));
        let found = words.iter().all(|word| folded.contains(word));
        assert_eq!(found, expected, "{text:?} by {query:?}: {folded:?}");
    }
}

#[test]
fn quotation_marks_around_words_are_removed() {
    let cases: &[(&str, &[&str])] = &[
        ("", &[]),
        (" \u{200b} ", &[]),
        ("Gala “d’été”", &["gala", "d'ete"]),
        ("« gala »", &["gala"]),
        ("„Gala d’été“", &["gala", "d'ete"]),
        ("‘gala d’été’", &["gala", "d'ete"]),
        ("l’", &["l'"]),
        ("rock 'n' roll", &["rock", "n", "roll"]),
        ("5\"", &["5"]),
        ("\" gala", &["gala"]),
        ("\"", &["\""]),
        ("''", &["''"]),
    ];
    for (query, expected) in cases {
        assert_eq!(query_words(query), *expected, "{query:?}");
    }
}

#[test]
fn texts_are_folded() {
    let cases = [
        ("", ""),
        ("Zoé  Lambert", "zoe lambert"),
        (" a\u{85}\u{2028}\t\u{200b} b", " a b"),
        ("´ ¨", "' "),
        ("½ ™ …", "1/2 tm ..."),
        (
            "\u{200b}\u{feff}\u{2060}\u{ad}\u{3164}\u{115f}\u{ffa0}\u{fe0f}\u{e0041}\u{301}",
            "",
        ),
        ("\u{2800}", " "),
        ("٣𝟗９", "399"),
        ("각", "\u{1100}\u{1161}\u{11a8}"),
    ];
    for (text, expected) in cases {
        assert_eq!(fold(text), expected, "{text:?}");
    }
}

#[test]
fn emails_are_compared_without_case_only() {
    let same = [
        ("élodie@test.example", "ÉLODIE@Test.Example"),
        ("e\u{301}lodie@test.example", "ÉLODIE@test.example"),
        ("дмитрий@test.example", "ДМИТРИЙ@test.example"),
        ("σίσυφος@test.example", "ΣΊΣΥΦΟΣ@test.example"),
        ("groß@test.example", "GROẞ@test.example"),
        ("istanbul@test.example", "İSTANBUL@test.example"),
        ("k@test.example", "\u{212a}@test.example"),
    ];
    for (one, other) in same {
        assert_eq!(case_fold(one), case_fold(other), "{one:?} {other:?}");
    }
    let different = [
        ("elodie@test.example", "élodie@test.example"),
        ("gross@test.example", "groß@test.example"),
        ("coeur@test.example", "cœur@test.example"),
    ];
    for (one, other) in different {
        assert_ne!(case_fold(one), case_fold(other), "{one:?} {other:?}");
    }
}

#[test]
fn folding_twice_changes_nothing() {
    for letter in CHANGING.into_iter().flatten() {
        let letter = letter.to_string();
        let folded = fold(&letter);
        assert_eq!(fold(&folded), folded, "{}", letter.escape_unicode());
        let folded = case_fold(&letter);
        assert_eq!(case_fold(&folded), folded, "{}", letter.escape_unicode());
    }
}

#[test]
fn letters_outside_of_the_table_do_not_change() {
    let planes = ('\u{1}'..='\u{3ffff}').chain('\u{e0000}'..='\u{e1fff}');
    let others = planes.filter(|letter| !CHANGING.iter().any(|block| block.contains(letter)));
    let syllables = '\u{ac00}'..='\u{d7a3}';
    for letter in others.filter(|letter| !syllables.contains(letter)) {
        let text = letter.to_string();
        assert_eq!(fold(&text), text, "{}", letter.escape_unicode());
        assert_eq!(fold_case(letter), letter, "{}", letter.escape_unicode());
    }
}

#[test]
fn a_folded_text_has_no_capital_letter_of_ascii() {
    let folded = letters().map(|(_, folded)| folded);
    let capital = |text: &String| text.contains(|c: char| c.is_ascii_uppercase());
    assert_eq!(folded.filter(capital).count(), 0);
}

#[test]
fn replacements_are_ordered_and_change_the_letter() {
    let letters: Vec<_> = REPLACEMENTS.iter().map(|(letter, _)| *letter).collect();
    let ordered: Vec<_> = letters
        .iter()
        .copied()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    assert_eq!(letters, ordered);
}

/// FNV-1a. Unlike the hasher of the standard library, it is the same in every version of Rust.
struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// A change of the tables, for example by a new version of Unicode, needs a new `FOLD_VERSION`: the
/// texts in the databases are folded again then.
#[test]
fn the_version_belongs_to_the_tables() {
    let mut tables = Fnv(0xcbf2_9ce4_8422_2325);
    letters().for_each(|pair| pair.hash(&mut tables));
    case_pairs().for_each(|pair| pair.hash(&mut tables));
    assert_eq!(
        (FOLD_VERSION, tables.finish()),
        (1, 17_389_657_728_426_838_821)
    );
}
