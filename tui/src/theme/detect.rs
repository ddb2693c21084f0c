//! Which colours a terminal has: from the settings, the environment and the terminal's answer.

use super::color::Rgb;

/// The setting `theme`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Theme {
    /// Dark or light, as the background of the terminal.
    #[default]
    Auto,
    /// For dark backgrounds.
    Dark,
    /// For light backgrounds.
    Light,
    /// The 16 colours that the user has chosen for the terminal.
    Terminal,
}

impl Theme {
    /// The theme with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "auto" => Self::Auto,
            "dark" => Self::Dark,
            "light" => Self::Light,
            "terminal" => Self::Terminal,
            _ => return None,
        })
    }
}

/// How many colours a terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// None, as `NO_COLOR` asks for: <https://no-color.org>.
    None,
    /// The 16 whose values belong to the user.
    Sixteen,
    /// Those and 240 with fixed values.
    Indexed,
    /// 24 bits.
    True,
}

/// What the environment says about the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// How many colours it has.
    pub depth: Depth,
    /// Whether it says that its background is light.
    pub is_light: Option<bool>,
    /// Whether it is the console of Linux, whose fonts have few signs.
    pub is_console: bool,
    /// Whether it can be asked for its background.
    pub answers: bool,
}

impl Capabilities {
    /// Reads the variables through `env`, which yields nothing for empty ones.
    #[must_use]
    pub fn from_env(env: impl Fn(&str) -> Option<String>) -> Self {
        let term = env("TERM").unwrap_or_default();
        let color = env("COLORTERM").unwrap_or_default();
        let depth = if env("NO_COLOR").is_some() || term == "dumb" {
            Depth::None
        } else if matches!(color.as_str(), "truecolor" | "24bit") {
            Depth::True
        } else if term.contains("256color") {
            Depth::Indexed
        } else {
            Depth::Sixteen
        };
        Self {
            depth,
            is_light: env("COLORFGBG").and_then(|value| is_light(&value)),
            is_console: term == "linux",
            // The console of Linux has no answer, and old ones print the question.
            answers: !matches!(term.as_str(), "" | "dumb" | "linux"),
        }
    }
}

/// Whether `COLORFGBG` (`foreground;background`, numbers of the 16 colours) has a light background.
fn is_light(value: &str) -> Option<bool> {
    let background: u8 = value.rsplit(';').next()?.parse().ok()?;
    Some(matches!(background, 7 | 9..=15))
}

/// The colour in an answer of the terminal (XParseColor): `rgb:` or `rgba:` with one to four hexadecimal
/// digits for each channel, or `#rrggbb`.
#[must_use]
pub fn parse_color(text: &str) -> Option<Rgb> {
    if let Some(digits) = text.strip_prefix('#') {
        let is_hex = digits.len() == 6 && digits.bytes().all(|it| it.is_ascii_hexdigit());
        return is_hex.then(|| u32::from_str_radix(digits, 16).ok().map(Rgb::hex))?;
    }
    let (_, channels) = text
        .split_once("rgb:")
        .or_else(|| text.split_once("rgba:"))?;
    let mut channels = channels.split('/').map(|digits| {
        let is_hex =
            matches!(digits.len(), 1..=4) && digits.bytes().all(|it| it.is_ascii_hexdigit());
        let value = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
        let most = (1 << (4 * digits.len())) - 1;
        u8::try_from((value * 255 + most / 2) / most).ok()
    });
    Some(Rgb(channels.next()??, channels.next()??, channels.next()??))
}
