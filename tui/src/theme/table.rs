//! The table of roles and grounds: their colours on dark and on light backgrounds, of 24 bits, of the
//! 256, and of the 16 that the user chooses.

use ratatui::style::{Color, Modifier};

use super::{Ground, Role, color::Rgb};

/// A colour of 24 bits, and its number in the 256.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    rgb: u32,
    pub(super) index: u8,
}

impl Entry {
    pub(super) const fn rgb(self) -> Rgb {
        Rgb::hex(self.rgb)
    }
}

/// The appearance of a role or ground in a terminal of 16 colours, or of none.
pub(super) type Plain = (Color, Modifier);

/// The colours of a role or ground.
#[derive(Clone, Copy, Debug)]
pub(super) struct Colors {
    pub(super) dark: Entry,
    pub(super) light: Entry,
    /// With 16 colours, on a dark background.
    pub(super) dark16: Plain,
    /// With 16 colours, on a light background.
    pub(super) light16: Plain,
    /// Without colours.
    pub(super) none: Plain,
}

const NONE: Modifier = Modifier::empty();
const DEFAULT: Plain = (Color::Reset, NONE);
const BOLD: Plain = (Color::Reset, Modifier::BOLD);
const DIM: Plain = (Color::Reset, Modifier::DIM);
const REVERSED: Plain = (Color::Reset, Modifier::REVERSED);
const UNDERLINED: Plain = (Color::Reset, Modifier::UNDERLINED);

/// A colour on dark and on light backgrounds, each of 24 bits and of 256, and the default appearance
/// without either.
const fn colors(dark: (u32, u8), light: (u32, u8)) -> Colors {
    Colors {
        dark: Entry {
            rgb: dark.0,
            index: dark.1,
        },
        light: Entry {
            rgb: light.0,
            index: light.1,
        },
        dark16: DEFAULT,
        light16: DEFAULT,
        none: DEFAULT,
    }
}

const fn ansi(color: Color) -> Plain {
    (color, NONE)
}

impl Role {
    /// Its colours. With 16 colours, bright black is not among them: in the palette of Solarized it is
    /// the background.
    pub(super) const fn colors(self) -> Colors {
        match self {
            Self::Text => colors((0xd8_d9_de, 253), (0x2b_2d_33, 236)),
            Self::Strong => Colors {
                none: BOLD,
                ..colors((0xf4_f4_f7, 231), (0x0c_0d_10, 16))
            },
            Self::Muted => Colors {
                dark16: DIM,
                ..colors((0x9a_9c_a6, 247), (0x62_65_6f, 241))
            },
            Self::Faint => Colors {
                dark16: DIM,
                ..colors((0x54_57_5f, 240), (0xc3_c6_ce, 250))
            },
            Self::Scrim | Self::ScrimTop => Colors {
                dark16: DIM,
                ..colors((0x68_6b_73, 242), (0x9a_9d_a6, 246))
            },
            Self::Accent => Colors {
                dark16: ansi(Color::Cyan),
                light16: ansi(Color::Blue),
                none: BOLD,
                ..colors((0x8f_a8_ff, 111), (0x3a_4f_c9, 25))
            },
            Self::Tab => Colors {
                none: REVERSED,
                ..Self::Accent.colors()
            },
            Self::Good => Colors {
                dark16: ansi(Color::Green),
                ..colors((0x6c_c9_8f, 78), (0x12_75_48, 22))
            },
            Self::Warn => Colors {
                dark16: ansi(Color::Yellow),
                ..colors((0xe3_b7_5d, 179), (0x8a_5a_00, 94))
            },
            Self::Bad => Colors {
                // Red on black has a contrast of three in the usual palettes.
                dark16: ansi(Color::LightRed),
                light16: ansi(Color::Red),
                ..colors((0xff_81_78, 210), (0xb8_23_2b, 124))
            },
            Self::OnButton => colors((0x14_16_1c, 16), (0xff_ff_ff, 231)),
        }
    }
}

impl Ground {
    /// Its colours.
    pub(super) const fn colors(self) -> Colors {
        match self {
            Self::Sel => Colors {
                dark16: REVERSED,
                light16: REVERSED,
                none: REVERSED,
                ..colors((0x29_32_50, 237), (0xdf_e5_ff, 254))
            },
            // Where it has no colour, a shade is drawn on it.
            Self::Hours => Colors {
                dark16: DEFAULT,
                light16: DEFAULT,
                none: DEFAULT,
                ..Self::Sel.colors()
            },
            Self::Sel2 => colors((0x2b_2d_33, 236), (0xed_ed_f1, 255)),
            // Half as strong as the row behind, as far as the 256 allow.
            Self::Stripe => colors((0x22_24_29, 235), (0xf6_f6_f8, 255)),
            Self::Surface => colors((0x25_27_2d, 235), (0xf4_f5_f9, 255)),
            Self::Field => Colors {
                dark16: UNDERLINED,
                light16: UNDERLINED,
                none: UNDERLINED,
                ..colors((0x32_35_3d, 237), (0xe6_e8_ef, 254))
            },
            Self::FieldInFront => Colors {
                dark16: UNDERLINED,
                light16: UNDERLINED,
                none: UNDERLINED,
                ..colors((0x2f_38_5a, 238), (0xd9_e0_ff, 253))
            },
            Self::Button => Colors {
                dark16: REVERSED,
                light16: REVERSED,
                none: REVERSED,
                ..colors((0x8f_a8_ff, 111), (0x3a_4f_c9, 25))
            },
            Self::BadButton => Colors {
                dark16: REVERSED,
                light16: REVERSED,
                none: REVERSED,
                ..colors((0xff_81_78, 210), (0xb8_23_2b, 124))
            },
        }
    }
}
