//! Amounts and whole numbers, with the separators of a language. No floating point.

use super::ParseError;
use crate::{format, messages::Lang};

/// The currency in words and signs, in lower case; longer ones first.
const CURRENCY: [&str; 4] = ["euros", "euro", "eur", "€"];

/// Parses an amount into cents: `12 400,50`, `12'400.50`, `12400.5`, with or without `€`,
/// `12€50`, `12 400,-`.
/// A comma or a dot before one or two digits separates the cents. Before three digits, it separates
/// thousands if the language uses it for that, and is refused otherwise: `1,234` is 1234 in English
/// and has too many decimals in French, where a comma never separates thousands; `1.234` is 1234 in
/// French and has too many decimals in English. A leading zero is never followed by a group of three:
/// `0,225` has too many decimals. `12k` is not an amount, because amounts are typed in full.
///
/// # Errors
/// [`ParseError::Empty`], [`ParseError::NotAnAmount`], [`ParseError::TooPrecise`] or
/// [`ParseError::TooLarge`].
pub fn amount(text: &str, lang: Lang) -> Result<i64, ParseError> {
    let (negative, text) = split_sign(without_currency(text.trim()));
    let text = if negative {
        without_currency(text)
    } else {
        text
    };
    if text.is_empty() && !negative {
        return Err(ParseError::Empty);
    }
    let (whole, fraction) = match split_at_currency(text) {
        Some(parts) => parts?,
        None => match without_dash(text) {
            Some(whole) if lang == Lang::Fr && whole.contains(',') => {
                return Err(ParseError::NotAnAmount);
            }
            Some(whole) => (whole, ""),
            None => split_decimals(text, lang)?,
        },
    };
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

/// Parses a whole number: `250`, `1 200`, `1,200` in English, `1.200` in French.
///
/// # Errors
/// [`ParseError::Empty`], [`ParseError::NotANumber`] or [`ParseError::TooLarge`].
pub fn number(text: &str, lang: Lang) -> Result<i32, ParseError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    let (negative, digits) = split_sign(text);
    let Ok((whole, "")) = split_decimals(digits, lang) else {
        return Err(ParseError::NotANumber);
    };
    let number = parse_grouped(whole)?;
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

/// The text without the currency at its start or end.
fn without_currency(text: &str) -> &str {
    let is_currency = |part: &str| CURRENCY.iter().any(|name| part.eq_ignore_ascii_case(name));
    let bare = CURRENCY.iter().find_map(|name| {
        let (from, to) = (text.len().checked_sub(name.len())?, name.len());
        let end = text.get(from..).filter(|end| is_currency(end));
        let start = text.get(..to).filter(|start| is_currency(start));
        end.map(|_| &text[..from])
            .or_else(|| start.map(|_| &text[to..]))
    });
    bare.map_or(text, str::trim)
}

/// Splits `12€50` and `12 euros 50` at the currency, after which the cents have two digits.
fn split_at_currency(text: &str) -> Option<Result<(&str, &str), ParseError>> {
    let lower = text.to_ascii_lowercase();
    let (at, name) = CURRENCY
        .iter()
        .find_map(|name| Some((lower.find(name)?, name)))?;
    let (whole, cents) = (text[..at].trim(), text[at + name.len()..].trim());
    let is_valid = !whole.is_empty()
        && !whole.contains([',', '.'])
        && cents.len() == 2
        && cents.chars().all(|c| c.is_ascii_digit());
    Some(if is_valid {
        Ok((whole, cents))
    } else {
        Err(ParseError::NotAnAmount)
    })
}

/// The euros before a dash that means no cents: `12 400,-`, `12 400.—`.
fn without_dash(text: &str) -> Option<&str> {
    let is_dash = |c| matches!(c, '-' | '−' | '\u{2012}'..='\u{2015}');
    let bare = text.trim_end_matches(is_dash);
    bare.strip_suffix([',', '.'])
        .filter(|_| bare.len() < text.len())
}

/// Splits the euros from the one or two digits of cents, which are empty for a whole amount.
fn split_decimals(text: &str, lang: Lang) -> Result<(&str, &str), ParseError> {
    let Some((whole, fraction)) = text.rsplit_once([',', '.']) else {
        return Ok((text, ""));
    };
    if !fraction.chars().all(|c| c.is_ascii_digit()) || fraction.is_empty() {
        return Err(ParseError::NotAnAmount);
    }
    let separator = if text[whole.len()..].starts_with(',') {
        ','
    } else {
        '.'
    };
    let never_groups = |c| lang == Lang::Fr && c == ',';
    let is_repeated = whole.contains(separator);
    let earlier = whole.chars().find(|c| ",.".contains(*c));
    if earlier.is_some_and(never_groups) {
        return Err(ParseError::NotAnAmount);
    }
    match fraction.len() {
        1 | 2 if !is_repeated => Ok((whole, fraction)),
        // `1,234,567`: a separator that occurs twice separates thousands.
        1 | 2 => Err(ParseError::NotAnAmount),
        3 if is_repeated => Ok((text, "")),
        3 if separates_thousands(separator, lang) && is_first_group(whole) => Ok((text, "")),
        _ => Err(ParseError::TooPrecise),
    }
}

/// Whether this character separates thousands in the language, where the digits do not decide.
const fn separates_thousands(separator: char, lang: Lang) -> bool {
    match lang {
        Lang::En => separator == ',',
        Lang::Fr => separator == '.',
    }
}

/// Whether the text is one to three digits without a leading zero.
fn is_first_group(text: &str) -> bool {
    let digits = text.chars().all(|c| c.is_ascii_digit());
    digits && (1..=3).contains(&text.len()) && !text.starts_with('0')
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
    let is_valid = match &groups[..] {
        [_] => true,
        [first, rest @ ..] => is_first_group(first) && rest.iter().all(|group| group.len() == 3),
        [] => false,
    };
    if !digits || !is_valid {
        return Err(ParseError::NotANumber);
    }
    groups.concat().parse().map_err(|_| ParseError::TooLarge)
}

/// Whether the character is a space that separates thousands, narrow and no-break ones included. Tabs
/// and line breaks separate numbers.
fn is_space(c: char) -> bool {
    c.is_whitespace() && !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}')
}
