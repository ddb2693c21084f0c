//! The style in which the terminal draws, and the sequences that change it.

use std::fmt::{Arguments, Write as _};

use ratatui::{
    buffer::{Cell, CellWidth as _},
    style::{Color, Modifier},
};

/// The attributes of SGR (ECMA-48, 8.3.117) and their codes.
const ATTRIBUTES: [(Modifier, u8); 9] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::RAPID_BLINK, 6),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

/// The attributes that every terminal can end without a reset, the console of Linux included, and the
/// codes that do so.
const ENDED: [(Modifier, u8); 3] = [
    (INTENSITY, 22),
    (Modifier::UNDERLINED, 24),
    (Modifier::REVERSED, 27),
];

/// The attributes that one code ends together.
const INTENSITY: Modifier = Modifier::BOLD.union(Modifier::DIM);

/// The attributes that are visible on a blank.
const ON_BLANKS: Modifier = Modifier::UNDERLINED
    .union(Modifier::REVERSED)
    .union(Modifier::CROSSED_OUT);

/// How the terminal draws the next character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Style {
    pub(super) const DEFAULT: Self = Self {
        fg: Color::Reset,
        bg: Color::Reset,
        modifier: Modifier::empty(),
    };

    pub(super) const fn of(cell: &Cell) -> Self {
        Self {
            fg: cell.fg,
            bg: cell.bg,
            modifier: cell.modifier,
        }
    }

    /// Whether this style draws the cell as its own style does.
    pub(super) fn draws(self, cell: &Cell) -> bool {
        let own = Self::of(cell);
        self == own || cell.symbol() == " " && self.draws_blanks_of(own)
    }

    /// Whether a blank in this style is one on the background of the terminal.
    pub(super) fn draws_plain_blanks(self) -> bool {
        self.draws_blanks_of(Self::DEFAULT)
    }

    /// Whether blanks look the same in both styles.
    fn draws_blanks_of(self, other: Self) -> bool {
        self.bg == other.bg
            && [self, other]
                .iter()
                .all(|it| !it.modifier.intersects(ON_BLANKS))
    }

    /// The sequence that changes this style to another one.
    pub(super) fn change_to(self, next: Self) -> String {
        if next == Self::DEFAULT {
            return "\x1b[m".to_owned();
        }
        let removed = self.modifier.difference(next.modifier);
        if removed.is_empty() {
            return sequence(&[], self, next);
        }
        let reset = sequence(&[0], Self::DEFAULT, next);
        let mut ended = self;
        let mut codes = Vec::new();
        for (attributes, code) in ENDED {
            if removed.intersects(attributes) {
                ended.modifier.remove(attributes);
                codes.push(code);
            }
        }
        // Only a reset ends the other attributes on every terminal.
        if !next.modifier.contains(ended.modifier) {
            return reset;
        }
        let others = sequence(&codes, ended, next);
        if others.len() < reset.len() {
            others
        } else {
            reset
        }
    }
}

/// The sequence of these codes, and of those that add what the style `next` has beyond `current`.
fn sequence(codes: &[u8], current: Style, next: Style) -> String {
    let mut text = String::from("\x1b[");
    let added = next.modifier.difference(current.modifier);
    let attributes = ATTRIBUTES.iter().filter(|(it, _)| added.contains(*it));
    for code in codes.iter().chain(attributes.map(|(_, code)| code)) {
        push(&mut text, format_args!("{code}"));
    }
    for (color, current, base) in [(next.fg, current.fg, 30), (next.bg, current.bg, 40)] {
        if color != current {
            push_color(&mut text, color, base);
        }
    }
    text.push('m');
    text
}

/// A row of cells as text, with the sequences of their styles.
pub(super) fn row(cells: &[Cell]) -> String {
    let last = cells
        .iter()
        .rposition(|cell| !Style::DEFAULT.draws(cell) || cell.symbol() != " ");
    let cells = &cells[..last.map_or(0, |last| last + 1)];
    let (mut text, mut current) = (String::new(), Style::DEFAULT);
    let mut covered = 0;
    for cell in cells {
        // The second cell of a wide character.
        if covered > 0 {
            covered -= 1;
            continue;
        }
        covered = usize::from(cell.cell_width()).saturating_sub(1);
        if !current.draws(cell) {
            let next = Style::of(cell);
            text.push_str(&current.change_to(next));
            current = next;
        }
        text.push_str(cell.symbol());
    }
    if current != Style::DEFAULT {
        text.push_str(&current.change_to(Style::DEFAULT));
    }
    text
}

fn push(text: &mut String, code: Arguments<'_>) {
    if !text.ends_with('[') {
        text.push(';');
    }
    // A string accepts every text.
    let _ = text.write_fmt(code);
}

/// Adds the code of a colour: `base` is 30 for the foreground and 40 for the background.
fn push_color(text: &mut String, color: Color, base: u8) {
    let extended = base + 8;
    let bright = base + 60;
    let code = match color {
        Color::Reset => base + 9,
        Color::Black => base,
        Color::Red => base + 1,
        Color::Green => base + 2,
        Color::Yellow => base + 3,
        Color::Blue => base + 4,
        Color::Magenta => base + 5,
        Color::Cyan => base + 6,
        Color::Gray => base + 7,
        Color::DarkGray => bright,
        Color::LightRed => bright + 1,
        Color::LightGreen => bright + 2,
        Color::LightYellow => bright + 3,
        Color::LightBlue => bright + 4,
        Color::LightMagenta => bright + 5,
        Color::LightCyan => bright + 6,
        Color::White => bright + 7,
        Color::Indexed(index) => return push(text, format_args!("{extended};5;{index}")),
        Color::Rgb(red, green, blue) => {
            return push(text, format_args!("{extended};2;{red};{green};{blue}"));
        }
    };
    push(text, format_args!("{code}"));
}
