//! The words of typed dates and times.

use epic_events::date_words::month_parts;

/// Words that are ignored, such as “at” between the date and the time.
const FILLERS: [&str; 8] = ["a", "at", "le", "on", "the", "of", "de", "-"];

/// Splits a text into lower-case words without accents. `T` separates an ISO date from its time, and
/// a date that contains the name of a month is split into its parts: `25-nov-26` is `25 nov 26`.
pub(super) fn words(text: &str) -> Vec<String> {
    let plain = plain(text).replace(',', " ");
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    plain
        .replace(" /", "/")
        .replace("/ ", "/")
        .split(' ')
        .flat_map(|word| match word.split_once('t') {
            Some((day, time)) if iso(day).is_some() && !time.is_empty() => vec![day, time],
            _ => month_parts(word).unwrap_or_else(|| vec![word]),
        })
        .filter(|word| !word.is_empty() && !FILLERS.contains(word))
        .map(str::to_owned)
        .collect()
}

/// The text in lower case, without accents, with plain apostrophes and dashes, and with `pm` for
/// `p.m.`.
pub(super) fn plain(text: &str) -> String {
    let plain: String = text
        .to_lowercase()
        .chars()
        // The accents of decomposed letters.
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .map(|c| match c {
            'à' | 'â' => 'a',
            'é' | 'è' | 'ê' => 'e',
            'û' | 'ù' => 'u',
            '’' => '\'',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            c => c,
        })
        .collect();
    plain
        .replace("a.m.", "am")
        .replace("p.m.", "pm")
        .replace("a.m", "am")
        .replace("p.m", "pm")
}

/// Year, month and day of `2026-09-12` or `2026/9/12`.
pub(super) fn iso(word: &str) -> Option<(i16, i16, i16)> {
    let separator = if word.contains('/') { '/' } else { '-' };
    let mut parts = word.split(separator);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    match parts.next() {
        None => Some((
            digits(year, 4..=4)?,
            digits(month, 1..=2)?,
            digits(day, 1..=2)?,
        )),
        Some(_) => None,
    }
}

/// A number of ASCII digits whose count is in the range.
pub(super) fn digits(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<i16> {
    let valid = length.contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit());
    valid.then(|| text.parse().ok()).flatten()
}
