//! How hard a password is to guess: what the server refuses by, and what the client shows while
//! one types.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};
use zxcvbn::{
    Entropy, Score,
    feedback::{Feedback, Warning},
    matching::{Match, patterns::MatchPattern},
    zxcvbn,
};

use crate::field_error::FieldErrorKind;

/// The fewest and the most characters of a new password.
pub const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 12..=128;
/// What guessers of this house's passwords try first, beside who the person is.
const COMPANY: &str = "Epic Events";
/// The rows of the keyboard that French ones have; `zxcvbn` knows QWERTY.
const AZERTY: [&str; 3] = ["azertyuiop", "qsdfghjklm", "wxcvbn"];
/// A password below this score is refused: fewer than 10^8 guesses find it.
const GOOD: u8 = 3;
/// How many characters are judged at once, at first: the work grows with the square of that.
const PIECE: usize = 32;

/// Whose password it is, as far as that helps to guess it.
#[derive(Clone, Copy, Debug)]
pub struct AccountOwner<'a> {
    /// Full name.
    pub name: &'a str,
    /// Email address.
    pub email: &'a str,
}

/// How hard a password is to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strength {
    /// From 0, found at once, to 4. From 3 on it is accepted, and below it is not.
    pub score: u8,
    /// What is wrong with one that is not accepted.
    pub hint: Option<Hint>,
}

/// What makes a password easy to guess, or refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Fewer characters than a password has.
    Short,
    /// More characters than a password has.
    Long,
    /// The person's own name or email, or the company's name.
    Personal,
    /// A password that many people have.
    Common,
    /// First names and surnames.
    Names,
    /// Keys that lie side by side.
    Keyboard,
    /// The same over and over.
    Repeats,
    /// Letters or digits in their order.
    Sequence,
    /// A date or a year.
    Date,
    /// Nothing of that; there is only too little of it.
    MoreWords,
}

impl Hint {
    /// Every hint: what translations are checked against.
    pub const ALL: [Self; 10] = [
        Self::Short,
        Self::Long,
        Self::Personal,
        Self::Common,
        Self::Names,
        Self::Keyboard,
        Self::Repeats,
        Self::Sequence,
        Self::Date,
        Self::MoreWords,
    ];

    /// Its name among the messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::Long => "long",
            Self::Personal => "personal",
            Self::Common => "common",
            Self::Names => "names",
            Self::Keyboard => "keyboard",
            Self::Repeats => "repeats",
            Self::Sequence => "sequence",
            Self::Date => "date",
            Self::MoreWords => "more-words",
        }
    }
}

impl Strength {
    /// Judges a password of that person. Ordinary ones take about a millisecond; the worst that one
    /// can make up take a tenth of a second, so whoever has others waiting does not do it there.
    #[must_use]
    pub fn of(text: &str, person: AccountOwner<'_>) -> Self {
        let count = text.chars().count();
        if count > *PASSWORD_LENGTH.end() {
            return Self::refused(0, Hint::Long);
        }
        let words = words(person);
        let found = judge(text, &words);
        let score = u8::from(found.score());
        if count < *PASSWORD_LENGTH.start() {
            Self::refused(score.min(GOOD - 1), Hint::Short)
        } else if score < GOOD {
            Self::refused(score, hint(&found, &words))
        } else {
            Self { score, hint: None }
        }
    }

    const fn refused(score: u8, hint: Hint) -> Self {
        Self {
            score,
            hint: Some(hint),
        }
    }

    /// Whether one may have such a password.
    ///
    /// # Errors
    /// Why not.
    pub const fn accept(self) -> Result<(), FieldErrorKind> {
        match self.hint {
            None => Ok(()),
            Some(Hint::Short) => Err(FieldErrorKind::TooShort {
                min: *PASSWORD_LENGTH.start(),
            }),
            Some(Hint::Long) => Err(FieldErrorKind::TooLong {
                max: *PASSWORD_LENGTH.end(),
            }),
            Some(_) => Err(FieldErrorKind::TooGuessable),
        }
    }
}

/// A part that is very hard to guess makes the whole so. Only where no part is, the whole is looked
/// at, as far as `zxcvbn` looks: to the hundredth character.
fn judge(text: &str, words: &[String]) -> Entropy {
    let words: Vec<&str> = words.iter().map(String::as_str).chain(AZERTY).collect();
    let letters: Vec<char> = text.chars().collect();
    letters
        .chunks(PIECE)
        .filter(|_| letters.len() > PIECE)
        .map(|piece| zxcvbn(&piece.iter().collect::<String>(), &words))
        .find(|found| found.score() == Score::Four)
        .unwrap_or_else(|| zxcvbn(text, &words))
}

/// Names as people put them into passwords: whole, in one word, each part alone, with and without
/// accents.
fn words(AccountOwner { name, email }: AccountOwner<'_>) -> Vec<String> {
    let mut words = Vec::new();
    for text in [name, email, COMPANY] {
        let text = text.to_lowercase();
        let unaccented = text.nfd().filter(|c| !is_combining_mark(*c)).collect();
        for text in [text, unaccented] {
            let parts = text.split(|c: char| !c.is_alphanumeric());
            words.extend(parts.filter(|part| part.len() > 1).map(str::to_owned));
            words.push(text.chars().filter(|c| c.is_alphanumeric()).collect());
            words.push(text);
        }
    }
    words.sort();
    words.dedup();
    words
}

fn hint(found: &Entropy, words: &[String]) -> Hint {
    let personal = |it: &Match| match &it.pattern {
        MatchPattern::Dictionary(word) => words.contains(&word.matched_word),
        _ => false,
    };
    if found.sequence().iter().any(personal) {
        return Hint::Personal;
    }
    let row = |it: &Match| AZERTY.contains(&it.token.to_lowercase().as_str());
    if found.sequence().iter().any(row) {
        return Hint::Keyboard;
    }
    match found.feedback().and_then(Feedback::warning) {
        Some(
            Warning::StraightRowsOfKeysAreEasyToGuess
            | Warning::ShortKeyboardPatternsAreEasyToGuess,
        ) => Hint::Keyboard,
        Some(
            Warning::RepeatsLikeAaaAreEasyToGuess
            | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess,
        ) => Hint::Repeats,
        Some(
            Warning::ThisIsATop10Password
            | Warning::ThisIsATop100Password
            | Warning::ThisIsACommonPassword
            | Warning::ThisIsSimilarToACommonlyUsedPassword,
        ) => Hint::Common,
        Some(Warning::SequencesLikeAbcAreEasyToGuess) => Hint::Sequence,
        Some(Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess) => Hint::Date,
        Some(
            Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
            | Warning::CommonNamesAndSurnamesAreEasyToGuess,
        ) => Hint::Names,
        Some(Warning::AWordByItselfIsEasyToGuess) | None => Hint::MoreWords,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZOE: AccountOwner<'_> = AccountOwner {
        name: "Zoé Lefèvre",
        email: "zoe.lefevre@epic.example",
    };

    #[test]
    fn what_a_guesser_tries_first_is_refused() {
        let cases = [
            ("zoelefevre2026", Hint::Personal),
            ("ZoéLefèvre!!!", Hint::Personal),
            ("L3fevre-Z0e1", Hint::Personal),
            ("zoe.lefevre@epic.example", Hint::Personal),
            ("EpicEvents2026!", Hint::Personal),
            ("epicepicepic", Hint::Repeats),
            ("passwordpassword", Hint::Repeats),
            ("Password12345", Hint::Common),
            ("qwertyuiop[]", Hint::Keyboard),
            ("azertyuiopqsdfghjklm", Hint::Keyboard),
            ("soleilsoleil", Hint::Repeats),
            ("aaaaaaaaaaaaaaaaaaaa", Hint::Repeats),
            ("abcdefghijklmnop", Hint::Sequence),
            ("12/09/1987  ", Hint::Date),
            ("incomprehensible", Hint::MoreWords),
            ("Michelle1234", Hint::Names),
        ];
        for (password, hint) in cases {
            let strength = Strength::of(password, ZOE);
            assert_eq!(strength.hint, Some(hint), "{password}: {strength:?}");
            assert_eq!(
                strength.accept(),
                Err(FieldErrorKind::TooGuessable),
                "{password}"
            );
        }
    }

    #[test]
    fn what_is_hard_to_guess_is_accepted_whatever_it_is_made_of() {
        let cases = [
            "plume d'oie et encre",
            "l’été à Perros-Guirec",
            "crêpes, œufs & sarrasin",
            "correct horse battery staple",
            "        x9 trou        ",
            "🦀 sous la pluie 🌧️",
            "王小明在海边喝茶看书，听雨声",
            "dTk8rqPz4mWv",
            "Zoé Lefèvre mange un camembert",
        ];
        for password in cases {
            let strength = Strength::of(password, ZOE);
            assert_eq!(strength.accept(), Ok(()), "{password}: {strength:?}");
        }
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        let text = |count| {
            "tréma œuf 🦀 "
                .chars()
                .cycle()
                .take(count)
                .collect::<String>()
        };
        let cases = [
            (0, Some(Hint::Short)),
            (11, Some(Hint::Short)),
            (12, None),
            (128, None),
            (129, Some(Hint::Long)),
        ];
        for (count, hint) in cases {
            let strength = Strength::of(&text(count), ZOE);
            assert_eq!(strength.hint, hint, "{count}: {strength:?}");
            assert_eq!(strength.hint.is_none(), strength.score >= GOOD, "{count}");
        }
    }

    #[test]
    fn a_long_password_is_judged_by_its_hardest_part() {
        let lead = "a".repeat(64);
        let cases = [
            (lead.clone(), false),
            (format!("{lead}plume d'oie et encre"), true),
            (format!("{}plume d'oie et encre", "a".repeat(108)), true),
            ("passwordpassword".repeat(8), false),
        ];
        for (password, accepted) in cases {
            let strength = Strength::of(&password, ZOE);
            assert_eq!(
                strength.hint.is_none(),
                accepted,
                "{password}: {strength:?}"
            );
        }
    }
}
