//! The blanks of French typography (Imprimerie nationale, *Lexique des règles typographiques*): no line
//! breaks between a word and the sign that belongs to it.

use std::borrow::Cow;

const NO_BREAK_SPACE: char = '\u{a0}';
const NARROW_NO_BREAK_SPACE: char = '\u{202f}';

/// Replaces the blanks before `? ! ; % : »` and after `«` by blanks at which no line ends.
pub(super) fn french(text: &str) -> Cow<'_, str> {
    let mut changed = String::new();
    let mut copied = 0;
    for (at, _) in text.match_indices(' ') {
        let before = text[..at].chars().next_back();
        let after = text[at + 1..].chars().next();
        let blank = match (before, after) {
            (_, Some('?' | '!' | ';' | '%')) => NARROW_NO_BREAK_SPACE,
            (_, Some(':' | '»')) | (Some('«'), _) => NO_BREAK_SPACE,
            _ => continue,
        };
        changed.push_str(&text[copied..at]);
        changed.push(blank);
        copied = at + 1;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    changed.push_str(&text[copied..]);
    Cow::Owned(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_stay_with_their_words() {
        let cases = [
            ("Quitter ?", "Quitter\u{202f}?"),
            (" ?", "\u{202f}?"),
            (" % payé", "\u{202f}% payé"),
            ("Prêt ; parti !", "Prêt\u{202f}; parti\u{202f}!"),
            ("Erreur : « zzz »", "Erreur\u{a0}: «\u{a0}zzz\u{a0}»"),
            ("à 18:00, ou plus tard", "à 18:00, ou plus tard"),
        ];
        for (text, expected) in cases {
            assert_eq!(french(text), expected);
        }
        assert!(matches!(french("rien à changer"), Cow::Borrowed(_)));
    }
}
