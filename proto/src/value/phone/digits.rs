//! The digits by which searches compare phone numbers.

/// The digits of a number, in each form in which searches look for them: with the national prefix of
/// France, or with `00` and the code of another country. A zero in parentheses after that code
/// (`+49 (0)30`) is dialled only within the country; there is a form without it and a form with it,
/// because in some countries it belongs to the number.
///
/// The function `phone_token` of the database does the same with the numbers of the records.
#[must_use]
pub fn phone_digits(number: &str) -> Vec<String> {
    let signs: String = number
        .chars()
        .filter(|it| it.is_ascii_digit() || matches!(it, '+' | '('))
        .collect();
    let without_zero = without_optional_zero(&signs).map(|it| national(&it));
    let mut forms: Vec<_> = without_zero.into_iter().collect();
    let complete = national(&signs);
    if !forms.contains(&complete) {
        forms.push(complete);
    }
    forms
}

/// The number without the first zero in parentheses after the code of a country.
fn without_optional_zero(signs: &str) -> Option<String> {
    let start = signs.strip_prefix('(').unwrap_or(signs);
    let prefix = ["+", "00"].into_iter().find(|it| start.starts_with(it))?;
    let (country, rest) = start[prefix.len()..].split_once("(0")?;
    let is_country = (1..=3).contains(&country.len()) && !country.contains(['+', '(']);
    is_country.then(|| format!("{prefix}{country}{rest}"))
}

/// The digits, with 0 for the code of France and 00 for `+`.
fn national(signs: &str) -> String {
    let number = signs.replace('(', "");
    let (is_international, rest) = match number.strip_prefix('+').or(number.strip_prefix("00")) {
        Some(rest) => (true, rest.replace('+', "")),
        None => (false, number.replace('+', "")),
    };
    match rest.strip_prefix("33") {
        Some(rest) if is_international => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
        _ if is_international => format!("00{rest}"),
        _ => rest,
    }
}
