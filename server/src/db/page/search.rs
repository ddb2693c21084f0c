//! The text of a search: from what people type to conditions on the search text of a record, which the
//! database writes (`clients_search` and its siblings in `migrations/`).
//!
//! A record is found when it contains every word. A number is also found by its tokens, in which
//! `06 12`, `+336 12` and `0033 6.12` are the same, and so are `1 234,56` and `1234.56`.

use std::ops::Range;

use epic_events::{
    field_error::FieldErrorKind,
    fold::{QUERY_MAX, fold},
};
use jiff::civil::Date;

/// Fewer digits are no part of a phone number: they would be found in most of them.
const PHONE_DIGITS_MIN: usize = 4;
/// The most words that a number is written in: `+33 (0) 6 12 34 56 78`.
const NUMBER_WORDS_MAX: usize = 7;

/// A condition on the search text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// A pattern of `like`.
    Contains(String),
    /// A regular expression: one of several literal texts.
    ContainsAny(String),
}

/// The conditions of a search, which a record fulfils all.
///
/// # Errors
/// [`FieldErrorKind::TooLong`], [`FieldErrorKind::ControlCharacter`].
pub(super) fn conditions(query: &str) -> Result<Vec<Condition>, FieldErrorKind> {
    if query.chars().count() > QUERY_MAX {
        return Err(FieldErrorKind::TooLong { max: QUERY_MAX });
    }
    if query.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Err(FieldErrorKind::ControlCharacter);
    }
    let folded = fold(query);
    let words: Vec<_> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    let mut found = Vec::new();
    let mut rest = words.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let numbers = rest.iter().take_while(|word| is_part_of_number(word));
        let run = numbers.count();
        if run == 0 {
            found.push(Condition::contains(first));
            rest = after;
            continue;
        }
        let (run, others) = rest.split_at(run);
        found.extend(number_conditions(run));
        rest = others;
    }
    Ok(padded(found))
}

impl Condition {
    fn contains(word: &str) -> Self {
        let literal = word.replace('\\', r"\\");
        let literal = literal.replace('%', r"\%").replace('_', r"\_");
        Self::Contains(format!("%{literal}%"))
    }

    /// One of the texts; the first is a folded text, the others are tokens.
    fn contains_any(word: &str, tokens: &[String]) -> Self {
        if tokens.is_empty() {
            return Self::contains(word);
        }
        let mut expression = String::new();
        for letter in word.chars() {
            if letter.is_ascii_punctuation() {
                expression.push('\\');
            }
            expression.push(letter);
        }
        for token in tokens {
            expression.push('|');
            expression.push_str(token);
        }
        Self::ContainsAny(expression)
    }
}

/// Without repetitions, texts first; of each sort 0, 1, 2, 4, 8, … conditions, the last one repeated.
/// Each number of conditions is a statement that every connection prepares once.
fn padded(conditions: Vec<Condition>) -> Vec<Condition> {
    let (mut texts, mut numbers) = (Vec::new(), Vec::new());
    for condition in conditions {
        let sort = match condition {
            Condition::Contains(_) => &mut texts,
            Condition::ContainsAny(_) => &mut numbers,
        };
        if !sort.contains(&condition) {
            sort.push(condition);
        }
    }
    for sort in [&mut texts, &mut numbers] {
        if let Some(last) = sort.last().cloned() {
            sort.resize(sort.len().next_power_of_two(), last);
        }
    }
    texts.append(&mut numbers);
    texts
}

/// The conditions of successive words with digits. What begins like a phone number is one; of other
/// words, each is found by itself or as a part of a number, such as `1 234,56`.
fn number_conditions(words: &[&str]) -> Vec<Condition> {
    if let Some(phone) = whole_phone(words) {
        return vec![Condition::contains_any(&words.join(" "), &[phone])];
    }
    let dates = words.iter().map(|word| date_token(word));
    let mut tokens: Vec<Vec<String>> = dates.map(|date| date.into_iter().collect()).collect();
    for run in runs(words.len()) {
        let text = words[run.clone()].join(" ");
        let found = [phone_token(&text), record_token(&text), amount_token(&text)];
        for tokens in &mut tokens[run] {
            tokens.extend(found.iter().flatten().cloned());
        }
    }
    let words = words.iter().zip(&tokens);
    words
        .map(|(word, tokens)| Condition::contains_any(word, tokens))
        .collect()
}

/// Every range of successive words that may be one number.
fn runs(words: usize) -> impl Iterator<Item = Range<usize>> {
    (0..words).flat_map(move |start| {
        let ends = start + 1..=words.min(start + NUMBER_WORDS_MAX);
        ends.map(move |end| start..end)
    })
}

/// Whether the word contains nothing but a number, or belongs to one.
fn is_part_of_number(word: &str) -> bool {
    let is_currency = ["€", "eur", "euro", "euros"].contains(&word);
    let is_sign = ["#", "n°", "no", "+"].contains(&word);
    is_currency
        || is_sign
        || word.contains(|c: char| c.is_ascii_digit())
            && without_signs(word)
                .chars()
                .all(|c| c.is_ascii_digit() || "+().-/,'".contains(c))
}

/// The word without the signs that say which kind of number it is.
fn without_signs(word: &str) -> &str {
    let word = ["#", "n°", "no", "€", "eur", "tel:"]
        .into_iter()
        .find_map(|sign| word.strip_prefix(sign))
        .unwrap_or(word);
    ["€", "euros", "euro", "eur"]
        .into_iter()
        .find_map(|sign| word.strip_suffix(sign))
        .unwrap_or(word)
}

/// Several words that are a phone number from its beginning.
fn whole_phone(words: &[&str]) -> Option<String> {
    let (first, others) = words.split_first()?;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    let is_group = |word: &&str| digits(word) <= 4 && !word.contains(['/', ',']);
    let is_phone = first.starts_with(['0', '+', '(']) && !others.is_empty();
    let text = words.join(" ");
    let longest = if text.starts_with('0') && !text.starts_with("00") {
        10
    } else {
        15
    };
    (is_phone
        && words.len() <= NUMBER_WORDS_MAX
        && digits(&text) <= longest
        && words.iter().all(is_group))
    .then(|| phone_token(&text))?
}

/// The digits as in the function `phone_token` of the database.
fn phone_token(text: &str) -> Option<String> {
    let text = text.trim_start_matches("tel:");
    if text.contains(|c: char| !c.is_ascii_digit() && !" +().-/".contains(c)) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_international = text.trim_start_matches(['(', ' ']).starts_with('+');
    let national = |rest: &str| format!("0{}", rest.strip_prefix('0').unwrap_or(rest));
    let digits = match digits.strip_prefix("0033") {
        Some(rest) => national(rest),
        None => match digits.strip_prefix("33") {
            // Also without the sign, when it is a whole number.
            Some(rest) if is_international || rest.len() == 9 => national(rest),
            _ if is_international => format!("00{digits}"),
            _ => digits,
        },
    };
    (digits.len() >= PHONE_DIGITS_MIN).then(|| letters(&digits, 'A'))
}

/// The number of a record. Without a sign, digits that begin with 0 are those of a phone number.
fn record_token(text: &str) -> Option<String> {
    let number = without_signs(text).trim().trim_start_matches('0');
    let is_record = !number.is_empty() && !text.starts_with('0') && is_digits(number);
    is_record.then(|| exact('X', number))
}

/// An amount in euros, with or without cents and groups of three digits.
fn amount_token(text: &str) -> Option<String> {
    let number = without_signs(text).trim();
    let (whole, cents) = match number.rsplit_once(['.', ',']) {
        Some((whole, cents)) if (1..=2).contains(&cents.len()) => (whole, cents),
        _ => (number, ""),
    };
    let mut groups = whole.split([' ', '\'', '.', ',']);
    let first = groups
        .next()
        .filter(|first| !first.is_empty() && is_digits(first))?;
    let groups: Vec<_> = groups.collect();
    let is_grouped = groups
        .iter()
        .all(|group| group.len() == 3 && is_digits(group));
    if !is_digits(cents) || !is_grouped || !groups.is_empty() && first.len() > 3 {
        return None;
    }
    let cents = format!("{first}{}{cents:0<2}", groups.concat());
    let cents = cents.trim_start_matches('0');
    // Nothing is not an amount that anybody looks for.
    (!cents.is_empty()).then(|| exact('Y', cents))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A date with the day first, or with the year first.
fn date_token(word: &str) -> Option<String> {
    let parts: Vec<_> = word.split(['/', '.', '-']).collect();
    let &[a, month, b] = parts.as_slice() else {
        return None;
    };
    let (day, year) = if a.len() == 4 { (b, a) } else { (a, b) };
    let year = match year.len() {
        2 => format!("20{year}"),
        _ => year.to_owned(),
    };
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    Some(exact('Z', &date.strftime("%Y%m%d").to_string()))
}

/// The token of the function `number_token` of the database.
fn exact(kind: char, digits: &str) -> String {
    format!("{kind}{} ", letters(digits, 'K'))
}

/// The digits as letters, of which this is 0.
fn letters(digits: &str, zero: char) -> String {
    let letter = |digit: u8| char::from(zero as u8 + (digit - b'0'));
    digits.bytes().map(letter).collect()
}

#[cfg(test)]
mod tests;
