//! All styles. They use only the terminal's sixteen colours, so that both light and dark
//! backgrounds work, and none with `NO_COLOR`. No meaning depends on colour alone.

use std::{env, sync::LazyLock};

use ratatui::style::{Color, Modifier, Style};

use crate::tone::Tone;

/// Whether `NO_COLOR` is set and not empty: <https://no-color.org>.
static COLOURLESS: LazyLock<bool> =
    LazyLock::new(|| env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()));

fn colour(colour: Color) -> Style {
    if *COLOURLESS {
        Style::new()
    } else {
        Style::new().fg(colour)
    }
}

/// The style of a tone.
pub(crate) fn tone(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Dim => dim(),
        Tone::Good => colour(Color::Green),
        Tone::Warn => colour(Color::Yellow),
        Tone::Bad => colour(Color::Red).add_modifier(Modifier::BOLD),
    }
}

/// Secondary text.
pub(crate) fn dim() -> Style {
    Style::new().add_modifier(Modifier::DIM)
}

/// Titles. Removes `DIM`, which a title inherits from a dim frame and which contradicts bold.
pub(crate) fn title() -> Style {
    Style::new()
        .remove_modifier(Modifier::DIM)
        .add_modifier(Modifier::BOLD)
}

/// Highlights: the current tab, keys.
pub(crate) fn accent() -> Style {
    colour(Color::Cyan).add_modifier(Modifier::BOLD)
}

/// The current tab.
pub(crate) fn tab() -> Style {
    accent().add_modifier(Modifier::REVERSED)
}

/// Rules and borders.
pub(crate) fn frame() -> Style {
    dim()
}

/// The border of the focused component.
pub(crate) fn focused_border() -> Style {
    colour(Color::Cyan)
}

/// The selected row. Resets the foreground, because a reversed colour is a bright background.
pub(crate) fn selected() -> Style {
    Style::new()
        .fg(Color::Reset)
        .remove_modifier(Modifier::DIM)
        .add_modifier(Modifier::REVERSED)
}

/// Column headers and field labels.
pub(crate) fn label() -> Style {
    dim()
}

/// The header of the column that orders the list.
pub(crate) fn ordered_header() -> Style {
    title()
}

/// The label of the focused field.
pub(crate) fn focused_label() -> Style {
    accent()
}

/// A text input.
pub(crate) fn input() -> Style {
    Style::new().add_modifier(Modifier::UNDERLINED)
}

/// A warning about a condition that the user cannot change.
pub(crate) fn warning() -> Style {
    colour(Color::Yellow).add_modifier(Modifier::BOLD)
}

/// Text in the terminal's default style.
pub(crate) fn plain() -> Style {
    Style::new()
}
