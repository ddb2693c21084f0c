//! The kinds of terminal that pictures are drawn for, and the colours that they display.

use epic::theme::{
    Palette,
    color::Rgb,
    detect::{Capabilities, Depth, Theme},
};
use ratatui::{
    buffer::Cell,
    style::{Color, Modifier},
};

/// How many colours a terminal has, and on which background.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colors {
    Dark,
    Light,
    /// 256, on a dark background that the terminal does not tell.
    Indexed,
    /// The same on a light one.
    IndexedLight,
    /// 16, on a dark background.
    Sixteen,
    /// The same on a light one.
    SixteenLight,
    /// None: `NO_COLOR`.
    None,
    /// The 16 of the console of Linux, with the signs of its fonts.
    Console,
}

impl Colors {
    pub(super) const ALL: [Self; 8] = [
        Self::Dark,
        Self::Light,
        Self::Indexed,
        Self::IndexedLight,
        Self::Sixteen,
        Self::SixteenLight,
        Self::None,
        Self::Console,
    ];

    /// The name in the files.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Indexed => "256",
            Self::IndexedLight => "256-light",
            Self::Sixteen => "16",
            Self::SixteenLight => "16-light",
            Self::None => "no-color",
            Self::Console => "console",
        }
    }

    pub(super) fn palette(self) -> Palette {
        let (depth, theme, background) = match self {
            Self::Dark | Self::Light => (Depth::True, Theme::Auto, Some(self.background())),
            Self::Indexed => (Depth::Indexed, Theme::Dark, None),
            Self::IndexedLight => (Depth::Indexed, Theme::Light, None),
            Self::SixteenLight => (Depth::Sixteen, Theme::Light, None),
            Self::Sixteen | Self::Console => (Depth::Sixteen, Theme::Dark, None),
            Self::None => (Depth::None, Theme::Dark, None),
        };
        let terminal = Capabilities {
            depth,
            is_light: None,
            is_console: self == Self::Console,
            answers: true,
        };
        Palette::new(theme, &terminal, background)
    }

    /// The background of the terminal.
    pub(super) const fn background(self) -> Rgb {
        match self {
            Self::Light | Self::IndexedLight | Self::SixteenLight => Rgb::hex(0xfd_fd_fe),
            _ => Rgb::hex(0x16_18_1d),
        }
    }

    /// The colour of text without a colour.
    const fn foreground(self) -> Rgb {
        match self {
            Self::Light | Self::IndexedLight | Self::SixteenLight => Rgb::hex(0x24_26_2b),
            _ => Rgb::hex(0xd7_da_e0),
        }
    }

    /// What the terminal displays for a cell: the colour of the text, and that of the ground.
    pub(super) fn displayed(self, cell: &Cell) -> (Rgb, Rgb) {
        let mut ink = value(cell.fg).unwrap_or(self.foreground());
        let mut ground = value(cell.bg).unwrap_or(self.background());
        if cell.modifier.contains(Modifier::REVERSED) {
            std::mem::swap(&mut ink, &mut ground);
        }
        if cell.modifier.contains(Modifier::DIM) {
            ink = ink.mixed_with(ground, 40);
        }
        (ink, ground)
    }
}

/// The value of a colour; `None` for the default. The 16 have those of xterm, with the lighter blue.
fn value(color: Color) -> Option<Rgb> {
    Some(match color {
        Color::Reset => return None,
        Color::Rgb(red, green, blue) => Rgb(red, green, blue),
        Color::Indexed(number @ 16..) => Rgb::indexed(number),
        Color::Cyan => Rgb::hex(0x00_cd_cd),
        Color::Blue => Rgb::hex(0x5c_5c_ff),
        Color::Green => Rgb::hex(0x00_cd_00),
        Color::Yellow => Rgb::hex(0xcd_cd_00),
        Color::Red => Rgb::hex(0xcd_00_00),
        Color::LightRed => Rgb::hex(0xff_55_55),
        other => panic!("{other:?} is not in the palette"),
    })
}
