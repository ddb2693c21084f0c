//! The strength of a new password: a bar, a word, and a hint.

use epic_events::strength::{Hint, Strength};
use ratatui::text::{Line, Span};

use crate::{messages::Messages, theme, tone::Tone};

/// Columns of the bar for each score.
const STEP: usize = 2;
/// Number of scores: 0 to 4.
const SCORES: usize = 5;

/// The bar and the strength as a word, after this indent.
pub(super) fn bar(messages: &Messages, strength: Option<Strength>, indent: &str) -> Line<'static> {
    let score = strength.map(|strength| strength.score);
    let full = score.map_or(0, |score| (usize::from(score) + 1).min(SCORES) * STEP);
    let tone = match score {
        None => Tone::Dim,
        Some(..=1) => Tone::Bad,
        Some(2) => Tone::Warn,
        Some(_) => Tone::Good,
    };
    let word = score.map_or_else(String::new, |score| {
        messages.get(&format!("strength-{score}"))
    });
    Line::from(vec![
        Span::raw(indent.to_owned()),
        Span::styled("━".repeat(full), theme::tone(tone)),
        Span::styled("─".repeat(SCORES * STEP - full), theme::faint()),
        Span::styled(format!(" {word}"), theme::tone(tone)),
    ])
}

/// A hint on how to make the password stronger. If the field has an error (`is_invalid`), hints
/// about the length are omitted, because the error states it.
pub(super) fn hint(
    messages: &Messages,
    strength: Option<Strength>,
    is_invalid: bool,
) -> Option<String> {
    let id = match strength {
        None if is_invalid => return None,
        None => "hint-empty".to_owned(),
        Some(strength) => match strength.hint {
            Some(Hint::Short | Hint::Long) if is_invalid => return None,
            Some(hint) => format!("hint-{}", hint.name()),
            // An empty line, so that the form keeps its height.
            None => return Some(String::new()),
        },
    };
    Some(messages.get(&id))
}
