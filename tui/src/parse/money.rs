//! Amounts and whole numbers, with the separators of either language. No floating point.

use super::ParseError;
use crate::{format, messages::Lang};

/// Parses an amount into cents: `12 400,50`, `12,400.50`, `12.400,50`, `12400.5`, with or without
/// `€`.
///
/// A separator followed by exactly three digits, as in `12,400`, is a thousands separator, because
/// cents have two digits.
///
/// # Errors
/// [`ParseError::Empty`], [`ParseError::NotAnAmount`], [`ParseError::TooPrecise`] or
/// [`ParseError::TooLarge`].
pub fn amount(text: &str) -> Result<i64, ParseError> {
    let text = text.trim();
    let bare = ["€", "EUR", "eur"].iter().find_map(|sign| {
        text.strip_suffix(sign)
            .or_else(|| text.strip_prefix(sign))
            .map(str::trim)
    });
    let text = bare.unwrap_or(text);
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    let (negative, digits) = split_sign(text);
    let (whole, fraction) = split_decimals(digits)?;
    let euros = match whole {
        // `.50` has no digits before the separator.
        "" if !fraction.is_empty() => 0,
        _ => parse_grouped(whole).map_err(|error| match error {
            ParseError::NotANumber => ParseError::NotAnAmount,
            other => other,
        })?,
    };
    let cents = match fraction.len() {
        0 => 0,
        1 => parse_grouped(fraction)? * 10,
        _ => parse_grouped(fraction)?,
    };
    let total = euros
        .checked_mul(100)
        .and_then(|total| total.checked_add(cents))
        .ok_or(ParseError::TooLarge)?;
    Ok(if negative { -total } else { total })
}

/// Parses a whole number: `250`, `1 200`, `1,200`.
///
/// # Errors
/// [`ParseError::Empty`], [`ParseError::NotANumber`] or [`ParseError::TooLarge`].
pub fn number(text: &str) -> Result<i32, ParseError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    let (negative, digits) = split_sign(text);
    let number = parse_grouped(digits)?;
    i32::try_from(if negative { -number } else { number }).map_err(|_| ParseError::TooLarge)
}

/// Formats an amount in cents so that [`amount`] parses it back: `12,400.50`, `12 400,50`.
#[must_use]
pub fn format_amount(lang: Lang, cents: i64) -> String {
    format::euros(lang, cents)
}

/// Splits off a minus sign. Negative numbers parse, because the validation that follows reports
/// “is negative”, which is more precise than “is not an amount”.
fn split_sign(text: &str) -> (bool, &str) {
    match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    }
}

/// Splits the euros from the one or two digits of cents, which are empty for a whole amount.
fn split_decimals(text: &str) -> Result<(&str, &str), ParseError> {
    let Some((whole, fraction)) = text.rsplit_once([',', '.']) else {
        return Ok((text, ""));
    };
    if !fraction.chars().all(|c| c.is_ascii_digit()) || fraction.is_empty() {
        return Err(ParseError::NotAnAmount);
    }
    let other = if text[whole.len()..].starts_with(',') {
        '.'
    } else {
        ','
    };
    let same = text.matches([',', '.']).count() - whole.matches(other).count();
    match fraction.len() {
        // `1,234,567`, or one separator before three digits: thousands.
        3 if !whole.contains(other) && !whole.contains(is_space) => Ok((text, "")),
        // In `1,2,50` the decimal separator would be a thousands separator too.
        1 | 2 if same == 1 => Ok((whole, fraction)),
        1 | 2 => Err(ParseError::NotAnAmount),
        _ => Err(ParseError::TooPrecise),
    }
}

/// Parses digits, optionally in groups of three with the same separator throughout.
fn parse_grouped(text: &str) -> Result<i64, ParseError> {
    let separator = text.chars().find(|c| !c.is_ascii_digit());
    let parts = |c: char| match separator {
        Some(separator) if is_space(separator) => is_space(c),
        Some(separator) => c == separator && ",.'’".contains(c),
        None => false,
    };
    let groups: Vec<&str> = text.split(parts).collect();
    let digits = groups
        .iter()
        .all(|group| !group.is_empty() && group.chars().all(|c| c.is_ascii_digit()));
    let threes = groups.len() == 1
        || groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3);
    if !digits || !threes {
        return Err(ParseError::NotANumber);
    }
    groups.concat().parse().map_err(|_| ParseError::TooLarge)
}

/// Whether the character is a space that separates thousands, narrow and no-break ones included.
fn is_space(c: char) -> bool {
    c.is_whitespace()
}
