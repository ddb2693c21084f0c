//! The text of a search: from what people type to conditions on the search text of a record, which the
//! database writes (the function `clients_search` and those of the other tables in `migrations/`).
//!
//! A record is found when it contains every word. A number is also found by its tokens, in which
//! `06 12`, `+336 12` and `0033 6.12` are the same, and so are `1 234,56` and `1234.56`, or `5/6/2026`
//! and `5 juin 2026`.

mod numbers;
mod tokens;

use epic_events::{
    field_error::FieldErrorKind,
    fold::{QUERY_MAX, query_words},
};

/// A condition on the search text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// A pattern of `like`.
    Contains(String),
    /// A regular expression: one of several literal texts.
    ContainsAny(String),
}

/// The conditions of a search. A record must fulfil all of them.
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
    let words = query_words(query);
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let mut found = Vec::new();
    let mut rest = words.as_slice();
    while let Some((first, after)) = rest.split_first() {
        if let Some((conditions, others)) = numbers::at_start(rest) {
            found.extend(conditions);
            rest = others;
        } else {
            found.push(Condition::contains(first));
            rest = after;
        }
    }
    Ok(padded(found))
}

impl Condition {
    fn contains(word: &str) -> Self {
        let literal = word.replace('\\', r"\\");
        let literal = literal.replace('%', r"\%").replace('_', r"\_");
        Self::Contains(format!("%{literal}%"))
    }

    /// One of several texts; the first is a folded text, the others are tokens.
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

/// Removes repetitions, orders texts before numbers, and repeats the last condition of each sort until
/// their number is 0, 1, 2, 4, 8 …: each number of conditions is another statement, which every
/// connection prepares once.
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

#[cfg(test)]
mod tests;
