//! The words of typed dates and times.

/// The names of the months in both languages, without accents.
const MONTHS: [[&str; 2]; 12] = [
    ["january", "janvier"],
    ["february", "fevrier"],
    ["march", "mars"],
    ["april", "avril"],
    ["may", "mai"],
    ["june", "juin"],
    ["july", "juillet"],
    ["august", "aout"],
    ["september", "septembre"],
    ["october", "octobre"],
    ["november", "novembre"],
    ["december", "decembre"],
];
/// The endings of ordinal numbers.
pub(super) const ORDINALS: [&str; 9] = ["er", "re", "ere", "e", "eme", "st", "nd", "rd", "th"];
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

/// The parts of a word that contains numbers and the name of a month: `25-nov-26`, `1er/dec`,
/// `25nov2026`. The ending of an ordinal number is dropped.
fn month_parts(word: &str) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let mut months = 0;
    for run in word.split(['-', '.', '/']).flat_map(runs) {
        if run.starts_with(|c: char| c.is_ascii_digit()) {
            parts.push(run);
        } else if month(run).is_some() {
            months += 1;
            parts.push(run);
        } else if parts.is_empty() || !ORDINALS.contains(&run) {
            return None;
        }
    }
    (months == 1 && parts.len() > 1).then_some(parts)
}

/// Splits a word between digits and other characters.
fn runs(word: &str) -> Vec<&str> {
    let mut runs = Vec::new();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let is_other = |c: char| c.is_ascii_digit() != first.is_ascii_digit();
        let end = rest.find(is_other).unwrap_or(rest.len());
        runs.push(&rest[..end]);
        rest = &rest[end..];
    }
    runs
}

/// The month of this name, or of a beginning of at least three letters that no other month has.
pub(super) fn month(word: &str) -> Option<i16> {
    let word = word.trim_end_matches('.');
    if word.len() < 3 {
        return None;
    }
    let matches = |names: &[&str; 2]| names.iter().any(|name| name.starts_with(word));
    let mut found = (1..).zip(&MONTHS).filter(|(_, names)| matches(names));
    let (number, _) = found.next()?;
    found.next().is_none().then_some(number)
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
