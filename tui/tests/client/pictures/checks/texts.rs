//! Numbers and dates are whole, and every message exists.

use std::{collections::BTreeSet, fs, path::Path, sync::LazyLock};

use ratatui::buffer::Buffer;

use super::{fault, frame};
use crate::pictures::frame::Frame;

/// Identifiers of messages with a hyphen, which no text consists of.
static MESSAGES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("i18n/en");
    let files = fs::read_dir(folder).unwrap();
    let texts = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    let texts: Vec<_> = texts.collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    let ids = lines.filter_map(|line| line.split_once(" =").map(|(id, _)| id));
    ids.filter(|id| id.contains('-'))
        .map(str::to_owned)
        .collect()
});

/// Numbers that the largest frame of a scenario does not show, with the reason.
const OTHERS: [(&str, &str); 3] = [
    // There, the menu covers the record pane.
    ("orders", "100"),
    ("orders", "1043"),
    // Only a screen that is too small says how large it must be.
    ("too-small", "60"),
];

/// Checks the texts of a frame. The largest one of the same screen has all numbers.
pub(super) fn faults(frame: &Frame, largest: &BTreeSet<String>) -> Vec<String> {
    let mut faults: Vec<_> = frame.errors.lines().map(str::to_owned).collect();
    for y in 0..frame.size.1 {
        let row = frame.row(y);
        let words = row.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let ids = words.filter(|word| MESSAGES.contains(*word));
        let mut found: Vec<_> = ids.map(|id| format!("{id} is no text")).collect();
        if row.contains("{$") || row.contains("{ $") {
            found.push("an argument is not replaced".to_owned());
        }
        found.extend(cut(&row).map(|text| format!("“{text}” is cut")));
        let numbers = numbers_of(&row);
        let is_unknown = |number: &&String| {
            !is_known(number, largest) && !OTHERS.contains(&(frame.name, number.as_str()))
        };
        let unknown = numbers.iter().filter(is_unknown);
        found.extend(unknown.map(|number| format!("{number} is not in the largest frame")));
        faults.extend(found.iter().map(|what| fault(&frame.roles, y, what)));
    }
    faults
}

/// The number or date that ends with an ellipsis.
fn cut(row: &str) -> Option<&str> {
    let mut ends = row.match_indices('…').map(|(end, _)| &row[..end]);
    ends.find_map(|before| {
        let word = before.rsplit(' ').next()?;
        let rest = before[..before.len() - word.len()].trim_end();
        let day = rest.rsplit(' ').next()?;
        let is_number = word.ends_with(|c: char| c.is_ascii_digit());
        let is_day = matches!(day.len(), 1 | 2) && day.bytes().all(|it| it.is_ascii_digit());
        let is_month = word.chars().all(char::is_alphabetic) && word.chars().count() < 6;
        (is_number || is_day && is_month).then_some(word)
    })
}

/// The numbers of a frame, with the separators inside them.
pub(super) fn numbers(frame: &Frame) -> BTreeSet<String> {
    (0..frame.size.1)
        .flat_map(|y| numbers_of(&frame.row(y)))
        .collect()
}

fn numbers_of(row: &str) -> Vec<String> {
    let is_part =
        |c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | ':' | '\u{a0}' | '\u{202f}');
    let parts = row.split(|c| !is_part(c));
    let trimmed = parts.map(|part| part.trim_matches(|c: char| !c.is_ascii_digit()));
    trimmed
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether it is a number of the largest frame, with or without decimals.
fn is_known(number: &str, largest: &BTreeSet<String>) -> bool {
    let decimals = |it: &String| {
        let rest = it.strip_prefix(number);
        rest.is_some_and(|rest| rest.len() == 3 && rest.starts_with([',', '.']))
    };
    largest.contains(number) || largest.iter().any(decimals)
}

/// The signs that a font of the console of Linux lacks: all have ASCII, the letters of Western Europe,
/// and these.
pub(super) fn missing_signs(painted: &Buffer) -> Vec<String> {
    let has = |c: char| c.is_ascii() || c <= '\u{ff}' || "─│┌┐└┘█░■·↑↓←→€œŒŸ".contains(c);
    // Data may have any letters.
    let is_missing = |c: &char| !has(*c) && !c.is_alphabetic() && *c != '\u{fffd}';
    (0..painted.area.height)
        .filter_map(|y| {
            let row = frame::row(painted, y);
            let missing = row.chars().find(is_missing)?;
            Some(fault(painted, y, &format!("{missing} is not in the fonts")))
        })
        .collect()
}
