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

/// An input of one line, scrolled so that the cursor is visible; `mask` replaces each character by
/// a dot.
#[must_use]
pub(crate) fn line(input: &Input, width: u16, mask: bool) -> VisibleInput {
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
    let before: String = input.value().chars().take(input.cursor()).collect();
    // One column is reserved for the cursor behind the last character.
    let (mut start, mut column) = (before.len(), 0);
    for (at, grapheme) in before.grapheme_indices(true).rev() {
        let wider = column + measure(grapheme);
        if wider >= width {
            break;
        }
        (start, column) = (at, wider);
    }
    let (mut shown, mut used) = (String::new(), 0);
    for grapheme in input.value()[start..].graphemes(true) {
        used += measure(grapheme);
        if used > width {
            break;
        }
        shown.push_str(grapheme);
    }
    VisibleInput {
        lines: vec![shown],
        column: u16::try_from(column).unwrap_or(u16::MAX),
        line: 0,
        hidden: (0, 0),
    }
}

/// The width of a text in columns.
fn measure(text: &str) -> usize {
    #[cfg(test)]
    tests::MEASURED.with(|measured| measured.set(measured.get() + text.len()));
    text.width()
}

/// An input of several lines, wrapped between words if possible and scrolled so that the cursor is
/// visible.
#[must_use]
pub(crate) fn lines(input: &Input, width: u16, height: u16) -> VisibleInput {
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
    let first = (cursor.0 + 1).saturating_sub(height);
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
        line: u16::try_from(cursor.0 - first).unwrap_or(u16::MAX),
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
            let in_lines = measured(&long, |it| lines(it, 40, 8));
            // Every letter once, and the beginning of a line twice.
            assert!(
                in_lines <= 2 * long.value().len() + 1_000,
                "{text}: {in_lines}"
            );
            // The line, and one letter on each side of it.
            let in_line = measured(&long, |it| line(it, 40, false));
            assert!(in_line <= 82 * text.len(), "{text}: {in_line}");
        }
    }

    #[test]
    fn line_keeps_the_cursor_visible() {
        let cases = [
            ("abc", 3, 10, false, "abc", 3),
            ("abcdef", 6, 4, false, "def", 3),
            ("abcdef", 0, 4, false, "abcd", 0),
            ("王小明", 3, 10, false, "王小明", 6),
            ("pass", 4, 10, true, "••••", 4),
            ("1\t2\n3", 5, 10, false, "1␉2␊3", 5),
            ("a\u{202e}\u{1b}b", 2, 10, false, "a\u{fffd}␛b", 2),
        ];
        for (text, cursor, width, mask, shown, column) in cases {
            let input = Input::new(text.to_owned()).with_cursor(cursor);
            let line = line(&input, width, mask);
            assert_eq!(
                (line.lines[0].as_str(), line.column),
                (shown, column),
                "{text}"
            );
        }
    }

    #[test]
    fn lines_wrap_between_words() {
        let shown = lines(&Input::new("abcd\nef".to_owned()), 4, 2);
        assert_eq!(shown.lines, ["d", "ef"]);
        assert_eq!((shown.column, shown.line), (2, 1));
        let shown = lines(&Input::new("one two three".to_owned()), 8, 4);
        assert_eq!(shown.lines, ["one two ", "three"]);
        assert_eq!((shown.column, shown.line), (5, 1));
        let shown = lines(&Input::new("a\tb\u{202e}\nc".to_owned()), 8, 4);
        assert_eq!(shown.lines, ["a b\u{fffd}", "c"]);
        let shown = lines(&Input::new("a\n".to_owned()), 8, 4);
        assert_eq!(shown.lines, ["a", ""]);
        assert_eq!((shown.column, shown.line), (0, 1));
    }
}
