//! The tokens of numbers, which the database writes after the search text of a record.

use epic_events::{
    date_words::{ORDINALS, month, month_parts},
    value::{PhoneParts, phone_digits},
};
use jiff::civil::Date;

/// Minimum number of digits of a part of a phone number: fewer digits occur in most phone numbers.
const PHONE_DIGITS_MIN: usize = 4;
/// The words for the currency, longer words first.
const CURRENCY: [&str; 3] = ["euros", "euro", "eur"];

/// The forms of a phone number, as in the function `phone_token` of the database.
pub(super) fn phone_tokens(text: &str) -> Vec<String> {
    let PhoneParts { number, .. } = PhoneParts::of(text);
    if number.contains(|c: char| !c.is_ascii_digit() && !" +().-/".contains(c)) {
        return Vec::new();
    }
    let forms = phone_digits(&number).into_iter().map(|digits| {
        // The code of France without a sign, when the number is complete.
        match digits.strip_prefix("33") {
            Some(rest) if rest.len() == 9 => format!("0{rest}"),
            _ => digits,
        }
    });
    forms
        .filter(|digits| digits.len() >= PHONE_DIGITS_MIN)
        .map(|digits| letters(&digits, 'A'))
        .collect()
}

/// The number of a record. Without a sign, digits that begin with 0 are those of a phone number.
pub(super) fn record_token(text: &str) -> Option<String> {
    let number = without_signs(text).trim().trim_start_matches('0');
    let is_record = !number.is_empty() && !text.starts_with('0') && is_digits(number);
    is_record.then(|| exact('X', number))
}

/// An amount in euros, with or without cents and groups of three digits: `1 234,56`, `5 000,-`,
/// `1234€56`.
pub(super) fn amount_token(text: &str) -> Option<String> {
    let text = with_currency_sign(text);
    let (whole, cents) = split_cents(without_signs(&text).trim());
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
    // People do not search for the amount zero.
    (!cents.is_empty()).then(|| exact('Y', cents))
}

/// The euros, and the digits of the cents, which are empty for a whole amount.
fn split_cents(number: &str) -> (&str, &str) {
    if let Some((whole, cents)) = number.split_once('€') {
        let (whole, cents) = (whole.trim_end(), cents.trim_start());
        if cents.len() == 2 {
            return (whole, cents);
        }
    }
    // A dash means no cents.
    let bare = number.trim_end_matches('-');
    if let Some(whole) = bare.strip_suffix(['.', ','])
        && bare.len() < number.len()
    {
        return (whole, "");
    }
    match number.rsplit_once(['.', ',']) {
        Some((whole, cents)) if (1..=2).contains(&cents.len()) => (whole, cents),
        _ => (number, ""),
    }
}

/// Replaces the words for the currency by its sign.
pub(super) fn with_currency_sign(text: &str) -> String {
    let replaced = |text: String, word: &&str| text.replace(word, "€");
    CURRENCY.iter().fold(text.to_owned(), replaced)
}

/// The word without the signs that state which kind of number it is.
pub(super) fn without_signs(word: &str) -> &str {
    let word = ["#", "n°", "no", "€"]
        .into_iter()
        .find_map(|sign| word.strip_prefix(sign))
        .unwrap_or(word);
    word.strip_suffix('€').unwrap_or(word)
}

/// A date with the day first or with the year first: `5/6/2026`, `05 06 2026`, `5 juin 2026`,
/// `June 5, 2026`.
pub(super) fn date_token(text: &str) -> Option<String> {
    let words = text
        .split([' ', ','])
        .flat_map(|word| month_parts(word).unwrap_or_else(|| vec![word]));
    let parts = words.flat_map(|word| word.split(['/', '.', '-']));
    let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    let &[a, b, c] = parts.as_slice() else {
        return None;
    };
    let (day, month, year) = match (month(a), month(b)) {
        (Some(month), _) => (b, month, c),
        (_, Some(month)) if a.len() == 4 => (c, month, a),
        (_, Some(month)) => (a, month, c),
        _ if a.len() == 4 => (c, b.parse().ok()?, a),
        // Three groups of two digits are more likely a phone number.
        _ if c.len() == 2 && text.contains(' ') => return None,
        _ => (a, b.parse().ok()?, c),
    };
    let number = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ordinal = &day[number.len()..];
    if !ordinal.is_empty() && !ORDINALS.contains(&ordinal) {
        return None;
    }
    let year = match year.len() {
        2 => format!("20{year}"),
        _ => year.to_owned(),
    };
    let month = i8::try_from(month).ok()?;
    let date = Date::new(year.parse().ok()?, month, number.parse().ok()?).ok()?;
    Some(exact('Z', &date.strftime("%Y%m%d").to_string()))
}

/// The number of digits.
pub(super) fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The token that the database function `number_token` writes.
fn exact(kind: char, digits: &str) -> String {
    format!("{kind}{} ", letters(digits, 'K'))
}

/// The digits as letters; `zero` is the letter of the digit 0.
fn letters(digits: &str, zero: char) -> String {
    let letter = |digit: u8| char::from(zero as u8 + (digit - b'0'));
    digits.bytes().map(letter).collect()
}
