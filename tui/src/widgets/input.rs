//! Text inputs of one line and of several lines.

use epic_events::character;
use tui_input::Input;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The visible part of an input, and the position of its cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisibleInput {
    /// The lines.
    pub lines: Vec<String>,
    /// The cursor's column.
    pub column: u16,
    /// The cursor's line.
    pub line: u16,
    /// The numbers of lines above and below.
    pub hidden: (usize, usize),
}

/// The sign in place of text that has no room.
const CUT: &str = "…";

/// An input of one line; `mask` replaces each character by a dot. With the cursor, it is scrolled as far
/// as the cursor and the character under it need; without, its beginning is visible.
#[must_use]
pub(crate) fn line(input: &Input, width: u16, mask: bool, has_cursor: bool) -> VisibleInput {
    let drawn;
    let input = if mask {
        let dots = |text: &str| "•".repeat(text.graphemes(true).count());
        let before: String = input.value().chars().take(input.cursor()).collect();
        let cursor = before.graphemes(true).count();
        drawn = Input::new(dots(input.value())).with_cursor(cursor);
        &drawn
    } else {
        // One sign for each invisible character, so that the cursor stays at its character.
        let text = character::visible(input.value()).replace('\n', "␊");
        drawn = Input::new(text).with_cursor(input.cursor());
        &drawn
    };
    let width = usize::from(width.max(2));
    let (shown, column) = if has_cursor {
        around_cursor(input, width)
    } else {
        (beginning(input.value(), width), 0)
    };
    VisibleInput {
        lines: vec![shown],
        column: u16::try_from(column).unwrap_or(u16::MAX),
        line: 0,
        hidden: (0, 0),
    }
}

/// The part of an input around its cursor, and the column of the cursor in it.
fn around_cursor(input: &Input, width: usize) -> (String, usize) {
    let at: usize = input
        .value()
        .chars()
        .take(input.cursor())
        .map(char::len_utf8)
        .sum();
    let (before, after) = input.value().split_at(at);
    // The cursor is on a character, or behind the last one. A sign may follow that there is more.
    let mut following = after.graphemes(true);
    let under_cursor = following.next().map_or(1, |it| measure(it).max(1));
    let needed = under_cursor + usize::from(following.next().is_some());
    let room = width.saturating_sub(needed);
    // Where the visible part may start, each with the columns from there to the cursor.
    let mut starts = vec![(at, 0)];
    let mut is_cut = false;
    for (start, grapheme) in before.grapheme_indices(true).rev() {
        let column = starts[starts.len() - 1].1 + measure(grapheme);
        if column > room {
            is_cut = true;
            break;
        }
        starts.push((start, column));
    }
    let mark = usize::from(is_cut);
    while starts.len() > 1 && starts[starts.len() - 1].1 + mark > room {
        starts.pop();
    }
    let (start, column) = starts[starts.len() - 1];
    let column = column + mark;
    let left = if is_cut { CUT } else { "" };
    let right = beginning(after, width.saturating_sub(column));
    (format!("{left}{}{right}", &before[start..]), column)
}

/// As much of a text as fits, with a sign if there is more. Measures no more than that.
fn beginning(text: &str, width: usize) -> String {
    let (mut used, mut fits) = (0, 0);
    for (at, grapheme) in text.grapheme_indices(true) {
        used += measure(grapheme);
        if used > width {
            return format!("{}{CUT}", &text[..fits]);
        }
        if used < width {
            fits = at + grapheme.len();
        }
    }
    text.to_owned()
}

/// The width of a text in columns.
fn measure(text: &str) -> usize {
    #[cfg(test)]
    tests::MEASURED.with(|measured| measured.set(measured.get() + text.len()));
    text.width()
}

/// An input of several lines, wrapped between words if possible. With the cursor, it is scrolled so that
/// the cursor is visible; without, its beginning is.
#[must_use]
pub(crate) fn lines(input: &Input, width: u16, height: u16, has_cursor: bool) -> VisibleInput {
    let width = usize::from(width.max(2));
    let text = input.value().replace('\t', " ");
    let text = &*character::visible(&text);
    let before: String = text.chars().take(input.cursor()).collect();
    let starts = line_starts(text, width);
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let lines: Vec<&str> = starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| text[start..end].trim_end_matches('\n'))
        .collect();
    let line = starts.partition_point(|&start| start <= before.len()) - 1;
    // Trailing spaces of a full line are outside the area; the cursor stays in its last column.
    let column = measure(&before[starts[line]..]).min(width - 1);
    let cursor = (line, column);
    let height = usize::from(height.max(1));
    let first = if has_cursor {
        (cursor.0 + 1).saturating_sub(height)
    } else {
        0
    };
    let fitted = |line: &str| match measure(line) {
        fits if fits <= width => line.to_owned(),
        _ => line.trim_end().to_owned(),
    };
    let below = lines.len().saturating_sub(first + height);
    let shown = lines.into_iter().skip(first).take(height);
    let shown = shown.map(fitted).collect();
    VisibleInput {
        lines: shown,
        column: u16::try_from(cursor.1).unwrap_or(u16::MAX),
        line: u16::try_from(cursor.0.saturating_sub(first)).unwrap_or(u16::MAX),
        hidden: (first, below),
    }
}

/// Byte offsets of the lines: after a line break, after the last space that fits, or within a word
/// longer than a line. One column is reserved for the cursor.
fn line_starts(text: &str, width: usize) -> Vec<usize> {
    let mut starts = vec![0];
    let (mut used, mut gap) = (0, None);
    for (at, grapheme) in text.grapheme_indices(true) {
        let after = at + grapheme.len();
        if grapheme == "\n" {
            starts.push(after);
            (used, gap) = (0, None);
        } else if grapheme == " " {
            used += 1;
            gap = Some(after);
        } else {
            let added = measure(grapheme);
            if used + added >= width {
                let start = gap.take().unwrap_or(at);
                starts.push(start);
                used = measure(&text[start..at]);
            }
            used += added;
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        /// Number of measured bytes.
        pub(super) static MEASURED: Cell<usize> = const { Cell::new(0) };
    }

    /// Number of bytes that are measured to draw an input with the cursor at its end.
    fn measured(input: &Input, draw: impl Fn(&Input) -> VisibleInput) -> usize {
        MEASURED.set(0);
        draw(input);
        MEASURED.get()
    }

    #[test]
    fn drawing_measures_no_more_than_what_is_typed_or_seen() {
        for text in ["mot ", "mot", "été\n", "王小明 ", "👩‍👩‍👧‍👦", " "] {
            let long = Input::new(text.repeat(4_000));
            let in_lines = measured(&long, |it| lines(it, 40, 8, true));
            // Every letter once, and the beginning of a line twice.
            assert!(
                in_lines <= 2 * long.value().len() + 1_000,
                "{text}: {in_lines}"
            );
            // The line, and one letter on each side of it and under the cursor.
            let in_line = measured(&long, |it| line(it, 40, false, true));
            assert!(in_line <= 82 * text.len(), "{text}: {in_line}");
        }
    }

    #[test]
    fn line_keeps_the_cursor_visible() {
        let cases = [
            ("abc", 3, 10, false, "abc", 3),
            ("abcdef", 6, 7, false, "abcdef", 6),
            ("abcdef", 6, 6, false, "…cdef", 5),
            ("abcdef", 6, 4, false, "…ef", 3),
            ("abcdef", 0, 4, false, "abc…", 0),
            ("abcdef", 2, 4, false, "abc…", 2),
            ("abcdef", 3, 4, false, "…cd…", 2),
            ("abcdef", 5, 4, false, "…def", 3),
            ("王小明", 3, 6, false, "…小明", 5),
            ("王小明", 3, 10, false, "王小明", 6),
            ("pass", 4, 10, true, "••••", 4),
            ("1\t2\n3", 5, 10, false, "1␉2␊3", 5),
            ("a\u{202e}\u{1b}b", 2, 10, false, "a\u{fffd}␛b", 2),
        ];
        for (text, cursor, width, mask, shown, column) in cases {
            let input = Input::new(text.to_owned()).with_cursor(cursor);
            let line = line(&input, width, mask, true);
            assert_eq!(
                (line.lines[0].as_str(), line.column),
                (shown, column),
                "{text}"
            );
        }
    }

    #[test]
    fn without_the_cursor_the_beginning_is_visible() {
        let cases = [
            ("25/10/2026 02:30", 24, false, "25/10/2026 02:30"),
            ("250 personnes", 10, false, "250 perso…"),
            ("abcd", 4, false, "abcd"),
            ("王小明", 5, false, "王小…"),
            ("王小明", 4, false, "王…"),
            ("password", 4, true, "•••…"),
        ];
        for (text, width, mask, expected) in cases {
            let shown = line(&Input::new(text.to_owned()), width, mask, false);
            assert_eq!(shown.lines, [expected], "{text}");
        }
        let shown = lines(&Input::new("a\nb\nc".to_owned()), 8, 2, false);
        assert_eq!(
            (shown.lines, shown.hidden),
            (vec!["a".to_owned(), "b".to_owned()], (0, 1))
        );
    }

    #[test]
    fn lines_wrap_between_words() {
        let shown = lines(&Input::new("abcd\nef".to_owned()), 4, 2, true);
        assert_eq!(shown.lines, ["d", "ef"]);
        assert_eq!((shown.column, shown.line), (2, 1));
        let shown = lines(&Input::new("one two three".to_owned()), 8, 4, true);
        assert_eq!(shown.lines, ["one two ", "three"]);
        assert_eq!((shown.column, shown.line), (5, 1));
        let shown = lines(&Input::new("a\tb\u{202e}\nc".to_owned()), 8, 4, true);
        assert_eq!(shown.lines, ["a b\u{fffd}", "c"]);
        let shown = lines(&Input::new("a\n".to_owned()), 8, 4, true);
        assert_eq!(shown.lines, ["a", ""]);
        assert_eq!((shown.column, shown.line), (0, 1));
    }
}
