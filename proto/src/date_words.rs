//! The words of dates, in both languages: names of months, and numbers next to them.

/// The names of the months in both languages, in lower case and without accents.
const MONTHS: [[&str; 2]; 12] = [
    ["january", "janvier"],
    ["february", "fevrier"],
    ["march", "mars"],
    ["april", "avril"],
    ["may", "mai"],
    ["june", "juin"],
    ["july", "juillet"],
    ["august", "aout"],
    ["september", "septembre"],
    ["october", "octobre"],
    ["november", "novembre"],
    ["december", "decembre"],
];
/// The endings of ordinal numbers.
pub const ORDINALS: [&str; 9] = ["er", "re", "ere", "e", "eme", "st", "nd", "rd", "th"];

/// The parts of a folded word that contains numbers and the name of a month: `25-nov-26`, `1er/dec`,
/// `25nov2026`. The ending of an ordinal number is dropped.
#[must_use]
pub fn month_parts(word: &str) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let mut months = 0;
    for run in word.split(['-', '.', '/']).flat_map(runs) {
        if run.starts_with(|c: char| c.is_ascii_digit()) {
            parts.push(run);
        } else if month(run).is_some() {
            months += 1;
            parts.push(run);
        } else if parts.is_empty() || !ORDINALS.contains(&run) {
            return None;
        }
    }
    (months == 1 && parts.len() > 1).then_some(parts)
}

/// Splits a word between digits and other characters.
fn runs(word: &str) -> Vec<&str> {
    let mut runs = Vec::new();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let is_other = |c: char| c.is_ascii_digit() != first.is_ascii_digit();
        let end = rest.find(is_other).unwrap_or(rest.len());
        runs.push(&rest[..end]);
        rest = &rest[end..];
    }
    runs
}

/// The month of this name, or of a beginning of at least three letters that no other month has.
#[must_use]
pub fn month(word: &str) -> Option<i16> {
    let word = word.trim_end_matches('.');
    if word.len() < 3 {
        return None;
    }
    let matches = |names: &[&str; 2]| names.iter().any(|name| name.starts_with(word));
    let mut found = (1..).zip(&MONTHS).filter(|(_, names)| matches(names));
    let (number, _) = found.next()?;
    found.next().is_none().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_have_a_name_or_an_unambiguous_beginning_of_it() {
        let cases = [
            ("june", Some(6)),
            ("juin", Some(6)),
            ("jun", Some(6)),
            ("jui", None),
            ("juil.", Some(7)),
            ("mar", Some(3)),
            ("sept.", Some(9)),
            ("fev", Some(2)),
            ("ma", None),
            ("marseille", None),
        ];
        for (word, expected) in cases {
            assert_eq!(month(word), expected, "{word:?}");
        }
    }

    #[test]
    fn a_word_with_a_month_is_split() {
        let cases: &[(&str, Option<&[&str]>)] = &[
            ("25-nov-26", Some(&["25", "nov", "26"])),
            ("5juin2026", Some(&["5", "juin", "2026"])),
            ("1er/dec", Some(&["1", "dec"])),
            ("juin", None),
            ("5mars6mai", None),
            ("12gala", None),
        ];
        for (word, expected) in cases {
            assert_eq!(month_parts(word).as_deref(), *expected, "{word:?}");
        }
    }
}
