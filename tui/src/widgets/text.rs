//! Truncates and wraps text by its width in terminal columns: é, 王 and 👩‍🚀 occupy one, two and two.

use epic_events::character;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// A person's name with the initial of the last one: `Karim B.`
#[must_use]
pub(crate) fn with_initial(name: &str) -> String {
    let (first, last) = name.split_once(' ').unwrap_or((name, ""));
    match last.graphemes(true).next() {
        Some(letter) => format!("{first} {letter}."),
        None => name.to_owned(),
    }
}

/// Truncates a text to a width, with `…` at the end if it was longer. Tabs and line feeds become
/// spaces; [`character::visible`] shows other invisible characters.
#[must_use]
pub(crate) fn fit(text: &str, width: u16) -> String {
    let width = usize::from(width);
    let clean = character::visible(&text.replace(['\t', '\n'], " ")).into_owned();
    if clean.width() <= width {
        return clean;
    }
    let mut cut = String::new();
    let mut used = 1;
    for grapheme in clean.graphemes(true) {
        used += grapheme.width();
        if used > width {
            break;
        }
        cut.push_str(grapheme);
    }
    if width > 0 {
        cut.push('…');
    }
    cut
}

/// The quotation marks around a name, in both languages.
const QUOTES: [(char, char); 2] = [('“', '”'), ('«', '»')];
/// Columns to which a name may be shortened.
const SHORTEST_NAME: usize = 8;

/// Truncates a sentence to a width by shortening the longest name in quotation marks, so that the words
/// around it stay. `None` if the name would be too short to be recognised.
#[must_use]
pub(crate) fn shorten_name(sentence: &str, width: u16) -> Option<String> {
    let excess = sentence.width().saturating_sub(width.into());
    let names = QUOTES.into_iter().flat_map(|(open, close)| {
        sentence.match_indices(open).filter_map(move |(at, mark)| {
            let start = at + mark.len();
            let name = sentence[start..].split(close).next()?;
            // French blanks stay inside of the quotation marks.
            let start = start + name.len() - name.trim_start().len();
            Some(start..start + name.trim().len())
        })
    });
    let name = names.max_by_key(|name| sentence[name.clone()].width())?;
    let room = sentence[name.clone()].width().checked_sub(excess)?;
    if excess > 0 && room < SHORTEST_NAME {
        return None;
    }
    let short = fit(&sentence[name.clone()], u16::try_from(room).ok()?);
    Some(sentence[..name.start].to_owned() + &short + &sentence[name.end..])
}

/// Truncates or pads a text to a width, right-aligned if `right` is set.
#[must_use]
pub(crate) fn pad(text: &str, width: u16, right: bool) -> String {
    let fitted = fit(text, width);
    let blank = " ".repeat(usize::from(width).saturating_sub(fitted.width()));
    if right {
        blank + &fitted
    } else {
        fitted + &blank
    }
}

/// What follows a number, and says nothing at the start of a line.
const UNITS: [&str; 6] = ["€", "%", "h", "min", "d", "j"];

/// The parts between which a line may end: words with the blank or hyphen after them. A unit stays with its
/// number, and a day with its month and year, also in texts without no-break spaces. An email address and a phone
/// number stay whole.
fn words(paragraph: &str) -> Vec<&str> {
    let parts: Vec<&str> = paragraph.split_inclusive([' ', '-']).collect();
    let mut words: Vec<&str> = Vec::new();
    let (mut start, mut end) = (0, 0);
    for (index, part) in parts.iter().enumerate() {
        if index > 0 && !stays_with_previous(&parts, index) {
            words.push(&paragraph[start..end]);
            start = end;
        }
        end += part.len();
    }
    words.extend((start < end).then_some(&paragraph[start..end]));
    words
}

/// Whether the part belongs to what the part before begins: a number with its unit, a date, an email address, a
/// phone number.
fn stays_with_previous(parts: &[&str], index: usize) -> bool {
    let number = parts[index - 1].strip_suffix(' ').unwrap_or_default();
    let unit = parts[index].trim_end_matches([' ', ',', '.', ';', ':', ')']);
    let is_unit = number.ends_with(|c: char| c.is_ascii_digit()) && UNITS.contains(&unit);
    is_unit
        || is_date(parts, index - 1)
        || index > 1 && is_date(parts, index - 2)
        || is_within_email(parts, index)
        || is_within_phone(parts, index)
}

/// Whether the parts before and from this one on are those of an email address with a hyphen.
fn is_within_email(parts: &[&str], index: usize) -> bool {
    let is_joined = |part: &&&str| part.ends_with('-');
    let before = parts[..index].iter().rev().take_while(is_joined);
    let after = parts[index..].iter();
    let last = after.clone().take_while(is_joined).count();
    let mut token = before.chain(after.take(last + 1));
    parts[index - 1].ends_with('-') && token.any(|part| part.contains('@'))
}

/// Digits from which on groups of them are a phone number.
const PHONE_DIGITS: usize = 8;

/// Whether the part before and this one are groups of the same phone number, or the latter is its extension.
fn is_within_phone(parts: &[&str], index: usize) -> bool {
    let is_extension = |at: usize| matches!(parts[at].trim_end(), "ext." | "poste");
    // The extension follows the number, and its own number follows it.
    let (end, groups) = match index {
        _ if is_extension(index) => (index, 0),
        2.. if is_extension(index - 1) => (index - 1, 0),
        _ => (index, 1),
    };
    let before = parts[..end].iter().rev();
    let before = before.take_while(|part| is_phone_group(part) && !ends_phone(part));
    let after = parts[end..].iter().take_while(|part| is_phone_group(part));
    let (before, after) = (digits(before), if groups == 1 { digits(after) } else { 0 });
    before > 0 && (after > 0 || groups == 0) && before + after >= PHONE_DIGITS
}

/// Whether the part may be a group of a phone number, in quotes and with punctuation after it.
fn is_phone_group(part: &str) -> bool {
    let group = part.trim_matches(|c: char| c.is_whitespace() || "“”«»,;:".contains(c));
    let is_part = |c: char| c.is_ascii_digit() || ".-()".contains(c);
    let rest = group.strip_prefix('+').unwrap_or(group);
    rest.chars().all(is_part) && rest.contains(|c: char| c.is_ascii_digit())
}

/// Whether no group of the same phone number follows this one.
fn ends_phone(part: &str) -> bool {
    part.trim_end().ends_with(['”', '»', ',', ';', ':'])
}

fn digits<'a>(parts: impl Iterator<Item = &'a &'a str>) -> usize {
    let letters = parts.flat_map(|part| part.chars());
    letters.filter(char::is_ascii_digit).count()
}

/// The columns of the longest part of a text that wrapping keeps in a line.
#[must_use]
pub(crate) fn longest_word(text: &str) -> u16 {
    let words = text.split('\n').flat_map(words);
    let widths = words.map(|word| word.trim_end().width());
    u16::try_from(widths.max().unwrap_or(0)).unwrap_or(u16::MAX)
}

/// The part of a word that fits in a line of this width: to the last blank; in a word without any, to the last `@`,
/// dot or hyphen; without these, as many characters as fit.
fn split_word(word: &str, width: usize) -> (&str, &str) {
    let has_blank = word.trim_end().contains(' ');
    let (mut used, mut fits, mut at) = (0, 0, 0);
    for (start, grapheme) in word.grapheme_indices(true) {
        let end = start + grapheme.len();
        used += grapheme.width();
        if used > width && start > 0 {
            break;
        }
        fits = end;
        if grapheme == " " || !has_blank && matches!(grapheme, "@" | "." | "-") {
            at = end;
        }
    }
    word.split_at(if at > 0 { at } else { fits })
}

/// Whether a day, a short name of a month, and a year or a time begin here: `30 Dec 2026`, `1er janv. 18:00`.
fn is_date(parts: &[&str], start: usize) -> bool {
    let Some([day, month, year, ..]) = parts.get(start..) else {
        return false;
    };
    let (day, month) = (day.trim_end(), month.trim_end().trim_end_matches('.'));
    let is_digit = |c: &char| c.is_ascii_digit() || *c == ':';
    let is_day = day == "1er" || day.len() <= 2 && day.parse::<u8>().is_ok();
    let is_month =
        (3..=5).contains(&month.chars().count()) && month.chars().all(char::is_alphabetic);
    is_day && is_month && (4..=5).contains(&year.chars().take_while(is_digit).count())
}

/// Wraps a text into lines of at most this width, between words if possible. Tabs become spaces;
/// [`character::visible`] shows other invisible characters.
#[must_use]
pub(crate) fn wrap(text: &str, width: u16) -> Vec<String> {
    let width = usize::from(width.max(1));
    let text = text.replace('\t', " ");
    let text = character::visible(&text);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let (mut line, mut used) = (String::new(), 0);
        for word in words(paragraph) {
            if used + word.trim_end().width() > width && used > 0 {
                lines.push(line.trim_end().to_owned());
                line.clear();
                used = 0;
            }
            if used == 0 && word.trim().is_empty() {
                continue;
            }
            let mut rest = word;
            while used == 0 && rest.trim_end().width() > width {
                let (part, others) = split_word(rest, width);
                lines.push(part.trim_end().to_owned());
                rest = others;
            }
            line.push_str(rest);
            used += rest.width();
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fit_truncates_by_width() {
        let cases = [
            ("Chloé", 5, "Chloé"),
            ("Chloe\u{301} Dupont", 6, "Chloe\u{301}…"),
            ("王小明", 6, "王小明"),
            ("王小明", 5, "王小…"),
            ("王小明", 4, "王…"),
            ("👩‍🚀 Ripley", 4, "👩‍🚀 …"),
            ("a\nb\tc", 5, "a b c"),
            ("a\u{202e}b\u{1b}[31m", 9, "a\u{fffd}b␛[31m"),
            ("\u{200b}abc", 3, "\u{fffd}a…"),
            ("می\u{200c}خ", 9, "می\u{200c}خ"),
            ("x", 0, ""),
        ];
        for (text, width, expected) in cases {
            assert_eq!(fit(text, width), expected, "{text} in {width}");
        }
        assert_eq!(pad("王", 4, true), "  王");
    }

    #[test]
    fn a_name_is_shortened_and_what_is_said_of_it_stays() {
        let cases = [
            ("“Gala Pepin” is saved.", 30, Some("“Gala Pepin” is saved.")),
            ("“Gala Pepin” is saved.", 21, Some("“Gala Pep…” is saved.")),
            ("“Gala Pepin” is saved.", 18, None),
            (
                "«\u{a0}Gala de la Croix-Rouge\u{a0}» est ajouté.",
                30,
                Some("«\u{a0}Gala de la Cr…\u{a0}» est ajouté."),
            ),
            (
                "No match for “zzz” in “Signed without event”.",
                38,
                Some("No match for “zzz” in “Signed witho…”."),
            ),
            ("The disk is full.", 10, None),
        ];
        for (sentence, width, expected) in cases {
            let short = shorten_name(sentence, width);
            assert_eq!(short.as_deref(), expected, "{sentence} in {width}");
        }
    }

    #[test]
    fn wrap_breaks_between_words() {
        let cases = [
            (
                "Buffet végétarien pour 40",
                12,
                vec!["Buffet", "végétarien", "pour 40"],
            ),
            ("abcdef", 4, vec!["abcd", "ef"]),
            (
                "Total: 9.00 € → 61,000.00 €, paid",
                13,
                vec!["Total: 9.00 €", "→", "61,000.00 €,", "paid"],
            ),
            ("100 % of 2 d 3 h", 5, vec!["100 %", "of", "2 d", "3 h"]),
            ("43 % paid, 30 min", 6, vec!["43 %", "paid,", "30 min"]),
            ("porte 3 h", 8, vec!["porte", "3 h"]),
            (
                "from 20 to 30 Dec 2026, or 1er janv. 18:00",
                15,
                vec!["from 20 to", "30 Dec 2026, or", "1er janv. 18:00"],
            ),
            ("for 12 guests 2026", 8, vec!["for 12", "guests", "2026"]),
            (
                "jean-paul.martin@example.org",
                20,
                vec!["jean-paul.martin@", "example.org"],
            ),
            ("a.b@long.example.org", 12, vec!["a.b@long.", "example.org"]),
            (
                "Email: a-b@example.org, or none",
                17,
                vec!["Email:", "a-b@example.org,", "or none"],
            ),
            (
                "Phone: 01 40 20 53 17 → +33 6 12 34 56 78, twice",
                20,
                vec!["Phone:", "01 40 20 53 17 →", "+33 6 12 34 56 78,", "twice"],
            ),
            (
                "01 40 20 53 17 ext. 12",
                18,
                vec!["01 40 20 53 17", "ext. 12"],
            ),
            (
                "Phone: “01 40 20 53 17” → “06 12 34 56 78”",
                18,
                vec!["Phone:", "“01 40 20 53 17” →", "“06 12 34 56 78”"],
            ),
            (
                "06 12 34 56 78, 06 12 34 56 79",
                20,
                vec!["06 12 34 56 78,", "06 12 34 56 79"],
            ),
            ("for 40 20 guests", 8, vec!["for 40", "20", "guests"]),
            ("un\n\ndeux", 9, vec!["un", "", "deux"]),
            ("1\t2\u{202e}\u{1b}3", 4, vec!["1", "2\u{fffd}␛3"]),
        ];
        for (text, width, expected) in cases {
            assert_eq!(wrap(text, width), expected, "{text} in {width}");
        }
    }
}
