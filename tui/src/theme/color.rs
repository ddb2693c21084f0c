//! Colours as numbers: luminance, contrast, mixtures, and the 256 colours of terminals.

/// A colour of sRGB: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

pub(super) const BLACK: Rgb = Rgb(0, 0, 0);
pub(super) const WHITE: Rgb = Rgb(255, 255, 255);

/// The first of the 256 colours whose value is fixed: the 16 before it belong to the user.
const CUBE: u8 = 16;
/// The first of the 24 greys after the cube.
const GREYS: u8 = 232;
/// The levels of each channel of the cube, as xterm has them.
const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];

impl Rgb {
    /// The colour of a hexadecimal number, `0xrrggbb`.
    #[must_use]
    pub const fn hex(number: u32) -> Self {
        let [_, red, green, blue] = number.to_be_bytes();
        Self(red, green, blue)
    }

    /// The colour with this number, 16 to 255, of the 256 colours.
    #[must_use]
    pub fn indexed(number: u8) -> Self {
        if number >= GREYS {
            let level = 8 + 10 * (number - GREYS);
            return Self(level, level, level);
        }
        let number = number.saturating_sub(CUBE);
        let level = |step: u8| LEVELS[step as usize % LEVELS.len()];
        Self(level(number / 36), level(number / 6), level(number))
    }

    /// The number of the most similar of the colours 16 to 255.
    pub(super) fn nearest_index(self) -> u8 {
        let distance = |number: &u8| {
            let Self(red, green, blue) = Self::indexed(*number);
            let pairs = [(red, self.0), (green, self.1), (blue, self.2)];
            let squares = pairs.map(|(one, other)| u32::from(one.abs_diff(other)).pow(2));
            squares.iter().sum::<u32>()
        };
        (CUBE..=u8::MAX).min_by_key(distance).unwrap_or(CUBE)
    }

    /// The colour that consists of `percent` of `other`, and of this one.
    #[must_use]
    pub fn mixed_with(self, other: Self, percent: u8) -> Self {
        let percent = u16::from(percent.min(100));
        let mix = |own: u8, other: u8| {
            let sum = u16::from(own) * (100 - percent) + u16::from(other) * percent;
            u8::try_from((sum + 50) / 100).unwrap_or(u8::MAX)
        };
        Self(
            mix(self.0, other.0),
            mix(self.1, other.1),
            mix(self.2, other.2),
        )
    }

    /// The relative luminance (WCAG 2.2), 0 to 1.
    fn luminance(self) -> f64 {
        let linear = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126f64.mul_add(
            linear(self.0),
            0.7152f64.mul_add(linear(self.1), 0.0722 * linear(self.2)),
        )
    }

    /// The contrast ratio with another colour (WCAG 2.2), 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }
}
