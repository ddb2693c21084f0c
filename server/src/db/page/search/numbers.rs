//! The words of a query that are numbers or parts of numbers.

use std::ops::Range;

use epic_events::{
    date_words::{ORDINALS, month, month_parts},
    value::PhoneParts,
};

use super::{
    Condition,
    tokens::{
        amount_token, date_token, digits, phone_tokens, record_token, with_currency_sign,
        without_signs,
    },
};

/// Maximum number of words in which people write a number: `+33 (0) 6 12 34 56 78`.
const NUMBER_WORDS_MAX: usize = 7;
/// Maximum number of words of a phone number with a label and an extension:
/// `tel : +33 (0) 6 12 34 56 78 poste n° 12`.
const PHONE_WORDS_MAX: usize = 12;
/// Minimum number of digits before an extension. After fewer digits, a `#` begins a record's number.
const DIGITS_BEFORE_EXTENSION: usize = 9;

/// The conditions of the numbers that the words begin with, and the remaining words.
pub(super) fn at_start<'w, 'q>(words: &'w [&'q str]) -> Option<(Vec<Condition>, &'w [&'q str])> {
    if let Some((phone, others)) = phone_with_parts(words) {
        return Some((vec![phone], others));
    }
    let count = |is_part: fn(&str) -> bool| words.iter().take_while(|it| is_part(it)).count();
    let (numbers, others) = words.split_at(count(is_part_of_number));
    if let Some(mut tokens) = whole_phone(numbers) {
        let text = numbers.join(" ");
        tokens.extend(date_token(&text));
        return Some((vec![Condition::contains_any(&text, &tokens)], others));
    }
    let (numbers, others) = words.split_at(count(|it| is_part_of_number(it) || is_in_date(it)));
    (!numbers.is_empty()).then(|| (conditions(numbers), others))
}

/// The conditions of successive numbers. Each word matches by itself or as a part of a number, such as
/// `1 234,56`.
fn conditions(words: &[&str]) -> Vec<Condition> {
    let mut tokens: Vec<Vec<String>> = vec![Vec::new(); words.len()];
    for run in runs(words.len()) {
        let text = words[run.clone()].join(" ");
        let mut found = phone_tokens(&text);
        found.extend(record_token(&text));
        found.extend(amount_token(&text));
        found.extend(date_token(&text));
        for tokens in &mut tokens[run] {
            tokens.extend_from_slice(&found);
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

/// Whether the word is a number or a part of one.
fn is_part_of_number(word: &str) -> bool {
    let is_sign = ["#", "n°", "no", "+"].contains(&word);
    let number = with_currency_sign(word);
    is_sign
        || number == "€"
        || number.contains(|c: char| c.is_ascii_digit())
            && without_signs(&number)
                .chars()
                .all(|c| c.is_ascii_digit() || "+().-/,'€".contains(c))
}

/// Whether the word can only be a part of a date: `juin`, `1er`, `5-juin-26`.
fn is_in_date(word: &str) -> bool {
    let letters = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_ordinal = letters.len() < word.len() && ORDINALS.contains(&letters);
    is_ordinal || month(word).is_some() || month_parts(word).is_some()
}

/// A phone number with a label or an extension at the start of the words, and the remaining words.
fn phone_with_parts<'w, 'q>(words: &'w [&'q str]) -> Option<(Condition, &'w [&'q str])> {
    let lengths = (1..=words.len().min(PHONE_WORDS_MAX)).rev();
    lengths.into_iter().find_map(|length| {
        let (phone, others) = words.split_at(length);
        let text = phone.join(" ");
        let PhoneParts {
            number,
            extension,
            is_labelled,
        } = PhoneParts::of(&text);
        // In `mobile 2026`, the number is not a phone number.
        let is_named = is_labelled && (is_start_of_phone(&number) || phone[0].contains(':'));
        let is_extended = extension.is_some() && digits(&number) >= DIGITS_BEFORE_EXTENSION;
        if !(is_named || is_extended) || digits(&number) > longest(&number) {
            return None;
        }
        let number = format!("{number}{}", extension.unwrap_or_default());
        let tokens = phone_tokens(&number);
        (!tokens.is_empty()).then(|| (Condition::contains_any(&text, &tokens), others))
    })
}

/// The tokens of several words that form a phone number or the beginning of one.
fn whole_phone(words: &[&str]) -> Option<Vec<String>> {
    let (first, others) = words.split_first()?;
    let is_group = |word: &&str| digits(word) <= 4 && !word.contains(['/', ',', '€']);
    let text = words.join(" ");
    let is_phone = is_start_of_phone(first)
        && !others.is_empty()
        && words.len() <= NUMBER_WORDS_MAX
        && digits(&text) <= longest(&text)
        && words.iter().all(is_group);
    let tokens = is_phone.then(|| phone_tokens(&text))?;
    (!tokens.is_empty()).then_some(tokens)
}

/// Whether only a phone number can begin with this text.
fn is_start_of_phone(text: &str) -> bool {
    text.starts_with(['0', '+', '('])
}

/// Maximum number of digits of a phone number that begins with this text.
fn longest(number: &str) -> usize {
    if number.starts_with('0') && !number.starts_with("00") {
        10
    } else {
        15
    }
}
