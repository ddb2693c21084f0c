use crate::field_error::FieldErrorKind;

/// Maximum amount in cents: ten billion euros, far above the price of any event.
pub const CENTS_MAX: i64 = 1_000_000_000_000;

/// Amount of money in cents of a euro, from 0 to [`CENTS_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cents(i64);

impl Cents {
    /// Validates the range.
    ///
    /// # Errors
    /// [`FieldErrorKind::Negative`] or [`FieldErrorKind::TooLarge`].
    pub const fn parse(cents: i64) -> Result<Self, FieldErrorKind> {
        match cents {
            ..0 => Err(FieldErrorKind::Negative),
            0..=CENTS_MAX => Ok(Self(cents)),
            _ => Err(FieldErrorKind::TooLarge { max: CENTS_MAX }),
        }
    }

    /// The number of cents.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_zero_to_the_maximum() {
        let too_large = Err(FieldErrorKind::TooLarge {
            max: 1_000_000_000_000,
        });
        let cases = [
            (i64::MIN, Err(FieldErrorKind::Negative)),
            (-1, Err(FieldErrorKind::Negative)),
            (0, Ok(0)),
            (1, Ok(1)),
            (1_000_000_000_000, Ok(1_000_000_000_000)),
            (1_000_000_000_001, too_large),
            (i64::MAX, too_large),
        ];
        for (cents, expected) in cases {
            assert_eq!(Cents::parse(cents).map(Cents::get), expected);
        }
    }
}
