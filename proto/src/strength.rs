//! Password strength. The server rejects weak passwords; the client shows the strength during input.

mod personal;

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};
use zxcvbn::{
    Entropy, Score,
    feedback::{Feedback, Warning},
    matching::{Match, patterns::MatchPattern},
    zxcvbn,
};

use crate::field_error::FieldErrorKind;

/// Number of characters of a new password.
pub const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 12..=128;
/// Name of the company: as easy to guess as the name of the account's owner.
const COMPANY: &str = "Epic Events";
/// Rows of the French keyboard layout; `zxcvbn` contains QWERTY but not AZERTY.
const AZERTY: [&str; 3] = ["azertyuiop", "qsdfghjklm", "wxcvbn"];
/// Minimum score of a new password: `zxcvbn` estimates at least 10^8 guesses.
const SCORE_MIN: u8 = 3;
/// Length of the chunks of a long password, in characters. The time of an estimate grows with the
/// square of the length.
const CHUNK: usize = 32;

/// The owner of an account: personal data that makes a password easy to guess.
#[derive(Clone, Copy, Debug)]
pub struct AccountOwner<'a> {
    /// Full name.
    pub name: &'a str,
    /// Email address.
    pub email: &'a str,
}

/// Estimated strength of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strength {
    /// Score of `zxcvbn`, from 0 (fewer than 10^3 guesses) to 4 (at least 10^10 guesses). A new
    /// password needs at least 3.
    pub score: u8,
    /// Why the password is rejected; `None` when it is accepted.
    pub hint: Option<Hint>,
}

macro_rules! hints {
    ($($(#[$doc:meta])* $hint:ident $name:literal;)*) => {
        /// Why a password is rejected.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Hint {
            $($(#[$doc])* $hint,)*
        }

        impl Hint {
            /// Every hint. Tests of translations iterate over it.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$hint,)*];

            /// Name in the keys of the client's messages.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$hint => $name,)* }
            }
        }
    };
}

hints! {
    /// It has fewer characters than [`PASSWORD_LENGTH`] allows.
    Short "short";
    /// It has more characters than [`PASSWORD_LENGTH`] allows.
    Long "long";
    /// It contains the owner's name or email, or the company's name.
    Personal "personal";
    /// It is a common password.
    Common "common";
    /// It consists of first names or surnames.
    Names "names";
    /// It contains a row of neighbouring keys.
    Keyboard "keyboard";
    /// It repeats the same characters.
    Repeats "repeats";
    /// It contains letters or digits in sequence.
    Sequence "sequence";
    /// It contains a date or a year.
    Date "date";
    /// It has no such weakness, but too few words.
    MoreWords "more-words";
}

impl Strength {
    /// Estimates the strength of a password. It takes about a millisecond for ordinary passwords and
    /// up to 0.1 s for crafted ones, so a server runs it on a blocking thread.
    #[must_use]
    pub fn estimate(text: &str, owner: AccountOwner<'_>) -> Self {
        // Enough for the maximum length in NFC, and a bound for huge texts.
        let text: String = text.nfc().take(*PASSWORD_LENGTH.end() + 1).collect();
        let count = text.chars().count();
        if count > *PASSWORD_LENGTH.end() {
            return Self::refused(0, Hint::Long);
        }
        let guesses = guesses(owner);
        let estimate = estimate(&text, &guesses);
        let whole = u8::from(estimate.score());
        let score = whole.min(score_without(&text, &guesses));
        if count < *PASSWORD_LENGTH.start() {
            Self::refused(score.min(SCORE_MIN - 1), Hint::Short)
        } else if whole < SCORE_MIN {
            Self::refused(score, hint(&estimate, &guesses))
        } else if score < SCORE_MIN {
            Self::refused(score, Hint::Personal)
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

    /// Converts the hint to a validation error.
    ///
    /// # Errors
    /// [`FieldErrorKind::TooShort`], [`FieldErrorKind::TooLong`] or [`FieldErrorKind::TooGuessable`].
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

/// Estimates a password of more than one chunk by its first chunk with the maximum score. If no
/// chunk has it, or the password is short, estimates the whole password, of which `zxcvbn` reads the
/// first 100 characters.
fn estimate(text: &str, guesses: &[String]) -> Entropy {
    let guesses: Vec<&str> = guesses.iter().map(String::as_str).chain(AZERTY).collect();
    let letters: Vec<char> = text.chars().collect();
    letters
        .chunks(CHUNK)
        .filter(|_| letters.len() > CHUNK)
        .map(|chunk| zxcvbn(&chunk.iter().collect::<String>(), &guesses))
        .find(|estimate| estimate.score() == Score::Four)
        .unwrap_or_else(|| zxcvbn(text, &guesses))
}

/// The score of what remains of a password without the guesses; the maximum if it contains none.
fn score_without(text: &str, guesses: &[String]) -> u8 {
    let rest = personal::without_guesses(text, guesses);
    let estimate = rest.map(|rest| self::estimate(&rest, guesses));
    u8::from(estimate.map_or(Score::Four, |it| it.score()))
}

/// Forms in which a password contains the owner's name, the email or the company's name: whole, as
/// one word, and each part, all of them with and without accents.
fn guesses(AccountOwner { name, email }: AccountOwner<'_>) -> Vec<String> {
    let mut guesses = Vec::new();
    for text in [name, email, COMPANY] {
        let text = text.to_lowercase();
        let unaccented = text.nfd().filter(|c| !is_combining_mark(*c)).collect();
        for text in [text, unaccented] {
            let parts = text.split(|c: char| !c.is_alphanumeric());
            guesses.extend(parts.filter(|part| part.len() > 1).map(str::to_owned));
            guesses.push(text.chars().filter(|c| c.is_alphanumeric()).collect());
            guesses.push(text);
        }
    }
    guesses.sort();
    guesses.dedup();
    guesses
}

fn hint(estimate: &Entropy, guesses: &[String]) -> Hint {
    let personal = |it: &Match| match &it.pattern {
        MatchPattern::Dictionary(word) => guesses.contains(&word.matched_word),
        _ => false,
    };
    if estimate.sequence().iter().any(personal) {
        return Hint::Personal;
    }
    let row = |it: &Match| AZERTY.contains(&it.token.to_lowercase().as_str());
    if estimate.sequence().iter().any(row) {
        return Hint::Keyboard;
    }
    match estimate.feedback().and_then(Feedback::warning) {
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
mod tests;
