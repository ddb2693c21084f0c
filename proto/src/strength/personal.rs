//! What remains of a password without the parts of it that anyone who knows its owner can guess.

use crate::fold::fold;

/// The shortest part that is left out: shorter ones occur in ordinary words.
const PART_MIN: usize = 3;

/// Characters that are typed in place of a letter.
const STAND_INS: [(char, char); 12] = [
    ('0', 'o'),
    ('1', 'i'),
    ('1', 'l'),
    ('3', 'e'),
    ('4', 'a'),
    ('5', 's'),
    ('7', 't'),
    ('8', 'b'),
    ('@', 'a'),
    ('$', 's'),
    ('!', 'i'),
    ('€', 'e'),
];

/// The password without every part that is one of `guesses`, in any order and case, forwards and backwards,
/// with or without accents; `None` if it contains none. `zxcvbn` alone counts such parts as words, and
/// their order and separators as strength.
pub(super) fn without_guesses(password: &str, guesses: &[String]) -> Option<String> {
    let mut rest: Vec<Option<char>> = fold(password).chars().map(Some).collect();
    for part in parts(guesses) {
        for start in 0..rest.len() {
            let Some(window) = rest.get_mut(start..start + part.len()) else {
                break;
            };
            if window
                .iter()
                .zip(&part)
                .all(|(typed, letter)| stands_for(*typed, *letter))
            {
                window.fill(None);
            }
        }
    }
    let is_shorter = rest.contains(&None);
    is_shorter.then(|| rest.into_iter().flatten().collect())
}

/// The parts to leave out, long ones first, because they may contain others.
fn parts(guesses: &[String]) -> Vec<Vec<char>> {
    let folded = guesses
        .iter()
        .map(|guess| fold(guess).chars().collect::<Vec<_>>());
    let mut parts: Vec<Vec<char>> = folded.filter(|it| it.len() >= PART_MIN).collect();
    let reversed: Vec<Vec<char>> = parts
        .iter()
        .map(|it| it.iter().rev().copied().collect())
        .collect();
    parts.extend(reversed);
    parts.sort_by_key(|it| std::cmp::Reverse(it.len()));
    parts.dedup();
    parts
}

fn stands_for(typed: Option<char>, letter: char) -> bool {
    typed.is_some_and(|typed| typed == letter || STAND_INS.contains(&(typed, letter)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_left_out_wherever_and_however_they_are_written() {
        let guesses = ["zoé", "lefèvre", "epic"].map(str::to_owned);
        let cases = [
            ("Lefevre.ZOE", Some(".")),
            ("zoe-lefèvre-2026", Some("--2026")),
            ("L3fevr3 & Z0é", Some(" & ")),
            ("ervefel eoz", Some(" ")),
            ("mes crêpes", None),
            ("zo lefe", None),
        ];
        for (password, rest) in cases {
            assert_eq!(
                without_guesses(password, &guesses).as_deref(),
                rest,
                "{password}"
            );
        }
    }
}
