//! The colours of a terminal: turns roles and grounds into what it draws.

use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier},
};

use super::{
    Ground, MARK, Role, SHADE,
    color::{BLACK, Rgb, WHITE},
    detect::{Capabilities, Depth, Theme},
    signs,
    table::{Colors, Entry, Plain},
};

/// The colours of a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Palette {
    roles: [Plain; Role::ALL.len()],
    grounds: [Plain; Ground::ALL.len()],
    /// Whether signs are replaced that the console of Linux lacks.
    is_console: bool,
    /// Whether it has an appearance that steps back. Without one, nothing is drawn under a sheet.
    fades: bool,
}

/// The contrast of ordinary text (WCAG 2.2, criterion 1.4.6).
const TEXT_CONTRAST: f64 = 7.0;
/// The contrast of all other words (WCAG 2.2, criterion 1.4.3).
pub(super) const CONTRAST: f64 = 4.5;
/// The step, in percent, by which a colour is moved towards black or white.
const STEP: u8 = 2;

impl Palette {
    /// The palette for this theme, and for the background that the terminal has, if it is known.
    #[must_use]
    pub fn new(theme: Theme, terminal: &Capabilities, background: Option<Rgb>) -> Self {
        let is_light = match theme {
            Theme::Dark => false,
            Theme::Light => true,
            Theme::Auto | Theme::Terminal => match background {
                Some(color) => is_light(color),
                None => terminal.is_light.unwrap_or(false),
            },
        };
        // A theme for the other kind of background says that the answer is wrong.
        let background = background.filter(|color| self::is_light(*color) == is_light);
        let depth = match (theme, terminal.depth) {
            (_, Depth::None) => Depth::None,
            (Theme::Terminal, _) => Depth::Sixteen,
            (_, depth) => depth,
        };
        let palette = match (depth, background) {
            (Depth::None, _) => Self::plain(false, |colors| colors.none),
            (Depth::Sixteen, _) if is_light => Self::plain(false, |colors| colors.light16),
            (Depth::Sixteen, _) => Self::plain(true, |colors| colors.dark16),
            (_, Some(background)) => Self::fitted(depth, background),
            (Depth::Indexed, None) => Self::colored(is_light, |it| Color::Indexed(it.index)),
            (Depth::True, None) => Self::colored(is_light, |it| rgb(it.rgb())),
        };
        Self {
            is_console: terminal.is_console,
            ..palette
        }
    }

    fn plain(fades: bool, appearance: impl Fn(&Colors) -> Plain) -> Self {
        Self {
            roles: Role::ALL.map(|role| appearance(&role.colors())),
            grounds: Ground::ALL.map(|ground| appearance(&ground.colors())),
            is_console: false,
            fades,
        }
    }

    fn colored(is_light: bool, color: impl Fn(Entry) -> Color) -> Self {
        Self::plain(true, |colors| {
            let entry = entry(colors, is_light);
            (color(entry), Modifier::empty())
        })
    }

    /// The table, adjusted to a background: grounds are mixed from it, and the colour of each role is
    /// moved towards black or white until it has its contrast on each ground that it is used on.
    fn fitted(depth: Depth, background: Rgb) -> Self {
        let is_light = is_light(background);
        let displayed = |color: Rgb| match depth {
            Depth::Indexed => Rgb::indexed(color.nearest_index()),
            _ => color,
        };
        let ground_color = |ground: Ground| displayed(ground.on(background));
        let role_color = |role: Role| {
            let entry = entry(&role.colors(), is_light);
            let start = match depth {
                Depth::Indexed => Rgb::indexed(entry.index),
                _ => entry.rgb(),
            };
            let Some(least) = role.contrast() else {
                return start;
            };
            let base = role.is_on_background().then_some(background);
            let grounds = role.grounds().iter().map(|it| ground_color(*it));
            let grounds: Vec<_> = base.into_iter().chain(grounds).collect();
            let worst = |color: Rgb| {
                let contrasts = grounds.iter().map(|ground| color.contrast(*ground));
                contrasts.fold(f64::INFINITY, f64::min)
            };
            let mut tried: Vec<_> = [BLACK, WHITE]
                .into_iter()
                .flat_map(|end| {
                    let steps = (0..=100).step_by(STEP.into());
                    steps.map(move |percent| (percent, start.mixed_with(end, percent)))
                })
                .map(|(percent, color)| (percent, displayed(color)))
                .collect();
            tried.sort_by_key(|(percent, _)| *percent);
            let fitting = tried.iter().find(|(_, color)| worst(*color) >= least);
            let best = || {
                tried
                    .iter()
                    .max_by(|(_, a), (_, b)| worst(*a).total_cmp(&worst(*b)))
            };
            fitting.or_else(best).map_or(start, |(_, color)| *color)
        };
        let drawn = |color: Rgb| match depth {
            Depth::Indexed => Color::Indexed(color.nearest_index()),
            _ => rgb(color),
        };
        Self {
            roles: Role::ALL.map(|role| (drawn(role_color(role)), Modifier::empty())),
            grounds: Ground::ALL.map(|it| (drawn(ground_color(it)), Modifier::empty())),
            is_console: false,
            fades: true,
        }
    }

    /// The colours of a role and of a ground, if they have fixed values.
    #[cfg(test)]
    pub(super) fn colors_of(&self, role: Role, ground: Option<Ground>) -> (Color, Option<Color>) {
        let ground = ground.map(|it| self.grounds[it as usize].0);
        (self.roles[role as usize].0, ground)
    }

    /// Replaces the roles and grounds of all cells by colours and attributes, and characters that could
    /// control the terminal or change the direction of text by signs.
    pub fn paint(&self, buffer: &mut Buffer) {
        for cell in &mut buffer.content {
            self.paint_cell(cell);
        }
    }

    fn paint_cell(&self, cell: &mut Cell) {
        let role = Role::of(cell.fg);
        if role == Role::Scrim && !self.fades {
            cell.reset();
            return;
        }
        let (color, of_role) = self.roles[role as usize];
        let symbol = cell.symbol().as_bytes();
        let (is_blank, is_plain) = (symbol == [b' '], matches!(symbol, [b' '..=b'~']));
        // Most cells of a screen.
        if is_blank && cell.bg == Color::Reset && (of_role | cell.modifier).is_empty() {
            cell.fg = Color::Reset;
            return;
        }
        let ground = Ground::of(cell.bg);
        let (background, mut on_ground) = ground
            .map_or((Color::Reset, Modifier::empty()), |ground| {
                self.grounds[ground as usize]
            });
        // The mark fills the left half of its cell. Reversed, it would fill the right one.
        if cell.symbol() == MARK {
            on_ground.remove(Modifier::REVERSED);
        }
        cell.bg = background;
        cell.fg = color;
        // In reverse, the colour of the text would be that of its background.
        if on_ground.contains(Modifier::REVERSED) {
            cell.fg = Color::Reset;
        } else {
            cell.modifier |= of_role;
        }
        cell.modifier |= on_ground;
        let is_blank = is_blank || !is_plain && self.replace_symbol(cell);
        // The ink of a blank is not visible.
        if is_blank {
            cell.modifier &= UNDER_BLANKS;
            if cell.modifier.is_empty() {
                cell.fg = Color::Reset;
            }
        }
    }

    /// Replaces characters that could control the terminal, a sign that is not needed on this ground, and
    /// signs that the terminal lacks. Whether the cell is blank then.
    fn replace_symbol(&self, cell: &mut Cell) -> bool {
        if let Some(safe) = signs::safe(cell.symbol()) {
            cell.set_symbol(&safe);
        }
        if cell.symbol() == SHADE && cell.bg != Color::Reset {
            cell.set_symbol(" ");
        }
        if self.is_console
            && let Some(replacement) = signs::of_console(cell.symbol())
        {
            cell.set_symbol(replacement);
        }
        cell.symbol() == " "
    }
}

/// The attributes that have the colour of the text on a blank.
const UNDER_BLANKS: Modifier = Modifier::UNDERLINED.union(Modifier::REVERSED);

const fn entry(colors: &Colors, is_light: bool) -> Entry {
    if is_light { colors.light } else { colors.dark }
}

const fn rgb(Rgb(red, green, blue): Rgb) -> Color {
    Color::Rgb(red, green, blue)
}

/// Whether black is more readable than white on this background.
pub(super) fn is_light(background: Rgb) -> bool {
    background.contrast(BLACK) > background.contrast(WHITE)
}

impl Ground {
    /// Its colour on this background.
    fn on(self, background: Rgb) -> Rgb {
        let is_light = is_light(background);
        let color = |role: Role| entry(&role.colors(), is_light).rgb();
        let (ink, percent) = match self {
            Self::Stripe => (color(Role::Text), 4),
            Self::Surface => (color(Role::Text), 5),
            Self::Sel2 => (color(Role::Text), 8),
            Self::Field => (color(Role::Text), 12),
            Self::Sel | Self::Hours => (color(Role::Accent), 18),
            Self::FieldInFront => (color(Role::Accent), 22),
            Self::Button | Self::BadButton => return entry(&self.colors(), is_light).rgb(),
        };
        background.mixed_with(ink, percent)
    }
}

impl Role {
    /// Its least contrast; `None` for what carries nothing that must be read.
    pub(super) const fn contrast(self) -> Option<f64> {
        match self {
            Self::Text | Self::Strong => Some(TEXT_CONTRAST),
            Self::Muted
            | Self::Accent
            | Self::Tab
            | Self::Good
            | Self::Warn
            | Self::Bad
            | Self::OnButton => Some(CONTRAST),
            Self::Faint | Self::Scrim | Self::ScrimTop => None,
        }
    }

    /// Whether it is used on the background of the terminal.
    pub(super) const fn is_on_background(self) -> bool {
        !matches!(self, Self::OnButton)
    }

    /// The grounds that it is used on.
    pub(super) const fn grounds(self) -> &'static [Ground] {
        match self {
            Self::Text | Self::Strong => &[
                Ground::Sel,
                Ground::Sel2,
                Ground::Stripe,
                Ground::Surface,
                Ground::Field,
                Ground::FieldInFront,
            ],
            Self::Accent => &[Ground::Sel, Ground::Sel2, Ground::Surface, Ground::Field],
            Self::Good | Self::Warn | Self::Bad => &[
                Ground::Sel,
                Ground::Sel2,
                Ground::Stripe,
                Ground::Surface,
                Ground::Hours,
            ],
            // On the selected row, it is drawn as text.
            Self::Muted => &[Ground::Sel2, Ground::Stripe, Ground::Surface],
            Self::OnButton => &[Ground::Button, Ground::BadButton],
            Self::Tab | Self::Faint | Self::Scrim | Self::ScrimTop => &[],
        }
    }
}

/// That of a dark terminal with colours of 24 bits.
impl Default for Palette {
    fn default() -> Self {
        Self::colored(false, |entry| rgb(entry.rgb()))
    }
}
