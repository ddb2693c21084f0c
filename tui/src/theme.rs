//! Every style. Only the terminal's own sixteen colours, so that light and dark both read well;
//! with `NO_COLOR` none of them. Signs and words say the same as colours.

use std::{env, sync::LazyLock};

use ratatui::style::{Color, Modifier, Style};

use crate::tone::Tone;

/// <https://no-color.org>: set and not empty means no colours.
static COLOURLESS: LazyLock<bool> =
    LazyLock::new(|| env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()));

fn colour(colour: Color) -> Style {
    if *COLOURLESS {
        Style::new()
    } else {
        Style::new().fg(colour)
    }
}

/// How a text is meant.
#[must_use]
pub fn tone(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Dim => dim(),
        Tone::Good => colour(Color::Green),
        Tone::Warn => colour(Color::Yellow),
        Tone::Bad => colour(Color::Red).add_modifier(Modifier::BOLD),
    }
}

/// What matters less.
#[must_use]
pub fn dim() -> Style {
    Style::new().add_modifier(Modifier::DIM)
}

/// The program's name, titles; also on a dim frame, where bold and dim would fight.
#[must_use]
pub fn title() -> Style {
    Style::new()
        .remove_modifier(Modifier::DIM)
        .add_modifier(Modifier::BOLD)
}

/// What draws the eye: the tab in front, keys one can press.
#[must_use]
pub fn accent() -> Style {
    colour(Color::Cyan).add_modifier(Modifier::BOLD)
}

/// The tab in front.
#[must_use]
pub fn tab() -> Style {
    accent().add_modifier(Modifier::REVERSED)
}

/// Lines and frames.
#[must_use]
pub fn frame() -> Style {
    dim()
}

/// The frame of what keys go to.
#[must_use]
pub fn frame_in_front() -> Style {
    colour(Color::Cyan)
}

/// The line one stands on: of one colour, since reversed colours would be bright grounds.
#[must_use]
pub fn selected() -> Style {
    Style::new()
        .fg(Color::Reset)
        .remove_modifier(Modifier::DIM)
        .add_modifier(Modifier::REVERSED)
}

/// The line one would stand on, while keys go elsewhere.
#[must_use]
pub fn selected_behind() -> Style {
    title()
}

/// Heads of columns, names of fields.
#[must_use]
pub fn label() -> Style {
    dim()
}

/// The column that a list is ordered by.
#[must_use]
pub fn head_in_order() -> Style {
    title()
}

/// The field that keys go to.
#[must_use]
pub fn field_in_front() -> Style {
    accent()
}

/// Where one types.
#[must_use]
pub fn input() -> Style {
    Style::new().add_modifier(Modifier::UNDERLINED)
}

/// What must be seen although nothing can be done about it.
#[must_use]
pub fn warning() -> Style {
    colour(Color::Yellow).add_modifier(Modifier::BOLD)
}

/// Text as the terminal writes it.
#[must_use]
pub fn plain() -> Style {
    Style::new()
}
