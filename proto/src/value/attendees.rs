use crate::field_error::FieldErrorKind;

/// Maximum number of people that an event may expect.
pub const ATTENDEES_MAX: i32 = 1_000_000;

/// Number of people that an event expects, from 0 to [`ATTENDEES_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attendees(i32);

impl Attendees {
    /// Validates the range.
    ///
    /// # Errors
    /// [`FieldErrorKind::Negative`] or [`FieldErrorKind::TooLarge`].
    pub fn parse(count: i32) -> Result<Self, FieldErrorKind> {
        match count {
            ..0 => Err(FieldErrorKind::Negative),
            0..=ATTENDEES_MAX => Ok(Self(count)),
            _ => Err(FieldErrorKind::TooLarge {
                max: ATTENDEES_MAX.into(),
            }),
        }
    }

    /// The number of people.
    #[must_use]
    pub const fn get(self) -> i32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_zero_to_the_maximum() {
        let too_large = Err(FieldErrorKind::TooLarge { max: 1_000_000 });
        let cases = [
            (i32::MIN, Err(FieldErrorKind::Negative)),
            (-1, Err(FieldErrorKind::Negative)),
            (0, Ok(0)),
            (1, Ok(1)),
            (999_999, Ok(999_999)),
            (1_000_000, Ok(1_000_000)),
            (1_000_001, too_large),
            (i32::MAX, too_large),
        ];
        for (count, expected) in cases {
            assert_eq!(Attendees::parse(count).map(Attendees::get), expected);
        }
    }
}
