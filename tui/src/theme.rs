//! The styles of everything that is drawn, as roles: what a text means, not what colour it has.
//!
//! Drawing uses the functions below. They return styles whose colours are names of roles and grounds,
//! which [`Palette`] replaces by those of the terminal, once the frame is complete. No meaning
//! depends on a colour alone: a sign or a word has it too.

pub mod color;
pub mod detect;
pub mod palette;
mod signs;
mod table;
#[cfg(test)]
mod tests;

use ratatui::style::{Color, Modifier, Style};

pub use self::palette::Palette;
use crate::tone::Tone;

/// Declares an enumeration whose variants have a number, beginning with this one.
macro_rules! numbered {
    ($(#[$attribute:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident,)+ }) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            const ALL: [Self; [$(Self::$variant),+].len()] = [$(Self::$variant),+];
        }
    };
}

numbered! {
    /// What a text means.
    Role {
        /// Values and cells.
        Text,
        /// Names and titles.
        Strong,
        /// Labels, hints, second columns.
        Muted,
        /// Rules and tracks; no words.
        Faint,
        /// Everything under a sheet.
        Scrim,
        /// The header and the filters, which stay under a sheet where nothing can fade.
        ScrimTop,
        /// Where the user is, and what a key does.
        Accent,
        /// The tab in front, which the rule below it marks where there are colours.
        Tab,
        /// The sign of a state that is reached.
        Good,
        /// What waits for somebody.
        Warn,
        /// What is wrong, or cannot be undone.
        Bad,
        /// The text of a button.
        OnButton,
    }
}

numbered! {
    /// The background of a text, other than that of the terminal.
    Ground {
        /// The selected row.
        Sel,
        /// The selected row of a list that is not in front.
        Sel2,
        /// Every second row of a wide table.
        Stripe,
        /// A sheet.
        Surface,
        /// A field of a form.
        Field,
        /// The field that is typed into.
        FieldInFront,
        /// The hours of an event in the strip of a day.
        Hours,
        /// A button.
        Button,
        /// A button that destroys something.
        BadButton,
    }
}

impl Role {
    /// The name of the role as a colour.
    const fn name(self) -> Color {
        Color::Indexed(self as u8)
    }

    /// The role that a colour names; text without a name is [`Role::Text`].
    #[must_use]
    pub fn of(color: Color) -> Self {
        match color {
            Color::Indexed(number) => Self::ALL.get(usize::from(number)).copied(),
            _ => None,
        }
        .unwrap_or(Self::Text)
    }

    const fn style(self) -> Style {
        Style::new().fg(self.name())
    }
}

impl Ground {
    /// The ground that a colour names.
    #[must_use]
    pub fn of(color: Color) -> Option<Self> {
        match color {
            Color::Indexed(number) => Self::ALL.get(usize::from(number)).copied(),
            _ => None,
        }
    }

    const fn style(self) -> Style {
        Style::new().bg(Color::Indexed(self as u8))
    }
}

/// The style of a tone.
pub(crate) const fn tone(tone: Tone) -> Style {
    match tone {
        Tone::Plain => text(),
        Tone::Dim => muted(),
        Tone::Good => good(),
        Tone::Warn => warning(),
        Tone::Bad => bad(),
    }
}

/// Values.
pub(crate) const fn text() -> Style {
    Role::Text.style()
}

/// Names and titles.
pub(crate) const fn strong() -> Style {
    Role::Strong.style().add_modifier(Modifier::BOLD)
}

/// Labels, hints, second columns.
pub(crate) const fn muted() -> Style {
    Role::Muted.style()
}

/// Rules and tracks, which carry no words.
pub(crate) const fn faint() -> Style {
    Role::Faint.style()
}

/// Where the user is: marks, frames, bars.
pub(crate) const fn accent() -> Style {
    Role::Accent.style()
}

/// The names of keys.
pub(crate) const fn key() -> Style {
    accent().add_modifier(Modifier::BOLD)
}

/// The tab in front.
pub(crate) const fn tab() -> Style {
    Role::Tab.style().add_modifier(Modifier::BOLD)
}

/// The sign of a state that is reached.
pub(crate) const fn good() -> Style {
    Role::Good.style()
}

/// What waits for somebody, and conditions that the user should know.
pub(crate) const fn warning() -> Style {
    Role::Warn.style()
}

/// What is wrong, or cannot be undone.
pub(crate) const fn bad() -> Style {
    Role::Bad.style()
}

/// What is wrong, in the field that is typed into.
pub(crate) const fn bad_in_front() -> Style {
    bad().add_modifier(Modifier::BOLD)
}

/// The ground of the selected row, on which the colours of states stay.
pub(crate) const fn selected() -> Style {
    Ground::Sel.style()
}

/// The ground of the selected row of a list that is not in front.
pub(crate) const fn selected_behind() -> Style {
    Ground::Sel2.style()
}

/// The ground of every second row of a wide table.
pub(crate) const fn stripe() -> Style {
    Ground::Stripe.style()
}

/// The ground of a sheet.
pub(crate) const fn surface() -> Style {
    Ground::Surface.style()
}

/// The ground of a field.
pub(crate) const fn field() -> Style {
    Ground::Field.style()
}

/// The ground of the field that is typed into.
pub(crate) const fn field_in_front() -> Style {
    Ground::FieldInFront.style().fg(Role::Text.name())
}

/// The field that is typed into, if it is wrong: on its ground, only plain text has enough contrast.
pub(crate) const fn wrong_field_in_front() -> Style {
    field_in_front().add_modifier(Modifier::UNDERLINED)
}

/// The ground of [`SHADE`], the hours of an event in the strip of a day.
pub(crate) const fn hours() -> Style {
    Ground::Hours.style().fg(Role::Accent.name())
}

/// A cell of the hours of an event. It is blank where its ground has a colour, because many fonts fill
/// the whole cell with it.
pub(crate) const SHADE: &str = "░";

/// The mark of the selected row, and of the field that is typed into.
pub(crate) const MARK: &str = "▌";

/// The text of a wrong field.
pub(crate) const fn underlined() -> Style {
    Role::Bad.style().add_modifier(Modifier::UNDERLINED)
}

/// A button.
pub(crate) const fn button() -> Style {
    Ground::Button.style().fg(Role::OnButton.name())
}

/// A button that destroys something.
pub(crate) const fn bad_button() -> Style {
    Ground::BadButton.style().fg(Role::OnButton.name())
}

/// Makes a cell step back under a sheet; `top` for the rows that always stay.
pub(crate) fn fade(cell: &mut ratatui::buffer::Cell, top: bool) {
    let role = if top { Role::ScrimTop } else { Role::Scrim };
    cell.fg = role.name();
    cell.bg = Color::Reset;
    cell.modifier = Modifier::empty();
}

/// On the selected row, secondary text is as readable as the rest.
pub(crate) fn raise(cell: &mut ratatui::buffer::Cell) {
    if Role::of(cell.fg) == Role::Muted {
        cell.fg = Role::Text.name();
    }
}
