//! The emoji that all terminals draw in the same width.
//!
//! Terminals without support for sequences draw the parts of a sequence side by side: a family of four
//! occupies two columns or eight. A terminal inside another one, as tmux is, cannot hide that: the outer
//! one moves what follows. So only the first character of a sequence is drawn, and the letters of a flag.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

const ZERO_WIDTH_JOINER: char = '\u{200d}';

/// The symbol without what only some terminals combine; `None` if it has nothing of the kind. The
/// result has the width that ratatui has reserved; `\u{fffd}` stands for a character that does not fit.
pub(super) fn simplified(symbol: &str) -> Option<String> {
    let columns = symbol.width();
    let mut chars = symbol.chars();
    let first = chars.next()?;
    let mut drawn = if region_letter(first).is_some() {
        symbol.chars().filter_map(region_letter).collect()
    } else if chars.any(|it| is_modifier(it) || it == ZERO_WIDTH_JOINER && !first.is_alphabetic()) {
        let fits = first.width().is_some_and(|width| width <= columns);
        let drawn = if fits {
            first
        } else {
            char::REPLACEMENT_CHARACTER
        };
        String::from(drawn)
    } else {
        return None;
    };
    let blank = columns.saturating_sub(drawn.width());
    drawn.extend(std::iter::repeat_n(' ', blank));
    Some(drawn)
}

/// The letter of a regional indicator, two of which are the flag of a region.
fn region_letter(letter: char) -> Option<char> {
    let is_indicator = ('\u{1f1e6}'..='\u{1f1ff}').contains(&letter);
    let offset = u32::from(letter).checked_sub(0x1f1e6)?;
    is_indicator.then(|| char::from_u32(u32::from('A') + offset))?
}

/// Whether the character changes how the emoji before it looks: a variation selector, a frame of a
/// key, a colour of skin, or a tag of a region's flag.
const fn is_modifier(letter: char) -> bool {
    matches!(
        letter,
        '\u{fe0e}' | '\u{fe0f}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_every_terminal_draws_alike_is_left_of_a_sequence() {
        let cases = [
            ("👨‍👩‍👧‍👦", "👨"),
            ("👩🏽‍🚀", "👩"),
            ("👍🏿", "👍"),
            ("🇫🇷", "FR"),
            ("🇫", "F"),
            ("1️⃣", "1 "),
            ("❤️", "❤ "),
            ("❤️‍🔥", "❤ "),
            (
                "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
                "🏴",
            ),
        ];
        for (symbol, drawn) in cases {
            assert_eq!(simplified(symbol).as_deref(), Some(drawn), "{symbol}");
            assert_eq!(drawn.width(), symbol.width(), "{symbol}");
        }
    }

    #[test]
    fn other_symbols_are_drawn_as_they_are() {
        for symbol in [
            "",
            "a",
            "é",
            "e\u{301}",
            "王",
            "👩",
            "🏽",
            "❤",
            "क\u{94d}\u{200d}ष",
            "กำ",
            "ខ្មែ",
            "می\u{200c}",
            "葛\u{e0100}",
        ] {
            assert_eq!(simplified(symbol), None, "{symbol}");
        }
    }

    #[test]
    fn a_character_wider_than_the_reserved_columns_is_replaced() {
        let text_style = "👍\u{fe0e}";
        let drawn = simplified(text_style).unwrap_or_default();
        assert_eq!(drawn.width(), text_style.width());
    }
}
