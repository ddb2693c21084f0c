//! Amounts and whole numbers, with the separators of either language. Never floating point.

use super::ParseError;
use crate::{format, messages::Lang};

/// An amount in cents: `12 400,50`, `12,400.50`, `12.400,50`, `12400.5`, with or without `€`.
///
/// One separator followed by exactly three digits, as in `12,400`, parts thousands: cents have two
/// digits.
///
/// # Errors
/// When it is not an amount, or has fractions of a cent.
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
    let (negative, digits) = sign(text);
    let (whole, fraction) = decimals(digits)?;
    let euros = match whole {
        // `.50` is half a euro.
        "" if !fraction.is_empty() => 0,
        _ => grouped(whole).map_err(|mistyped| match mistyped {
            ParseError::NotANumber => ParseError::NotAnAmount,
            other => other,
        })?,
    };
    let cents = match fraction.len() {
        0 => 0,
        1 => grouped(fraction)? * 10,
        _ => grouped(fraction)?,
    };
    let total = euros
        .checked_mul(100)
        .and_then(|total| total.checked_add(cents))
        .ok_or(ParseError::TooLarge)?;
    Ok(if negative { -total } else { total })
}

/// A whole number: `250`, `1 200`, `1,200`.
///
/// # Errors
/// When it is not one.
pub fn number(text: &str) -> Result<i32, ParseError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    let (negative, digits) = sign(text);
    let number = grouped(digits)?;
    i32::try_from(if negative { -number } else { number }).map_err(|_| ParseError::TooLarge)
}

/// An amount as a form shows it, and [`amount`] reads it: `12,400.50`, `12 400,50`.
#[must_use]
pub fn show_amount(lang: Lang, cents: i64) -> String {
    format::euros(lang, cents)
}

/// Below zero is read too: the check that follows says "is negative", which helps more than "is
/// not an amount".
fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    }
}

/// Parts the euros from the one or two digits of cents.
fn decimals(text: &str) -> Result<(&str, &str), ParseError> {
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
        // `1,2,50`: the sign that parts the cents cannot part the thousands too.
        1 | 2 if same == 1 => Ok((whole, fraction)),
        1 | 2 => Err(ParseError::NotAnAmount),
        _ => Err(ParseError::TooPrecise),
    }
}

/// Digits, perhaps in groups of three with one and the same separator between them.
fn grouped(text: &str) -> Result<i64, ParseError> {
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

/// Any of the spaces that part thousands, narrow and non-breaking ones too.
fn is_space(c: char) -> bool {
    c.is_whitespace()
}
