use jiff::{Timestamp, civil, tz::TimeZone};

use crate::{field_error::FieldErrorKind, google::r#type::Date};

/// Years in which a date or time may lie. The range rejects typing errors such as the year 0206.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2199;

/// Reads a calendar date from its wire form.
///
/// # Errors
/// [`FieldErrorKind::Missing`], or [`FieldErrorKind::NotADate`] for a day that is not in the
/// calendar or outside the years 2000 to 2199.
pub fn date(wire: Option<&Date>) -> Result<civil::Date, FieldErrorKind> {
    let wire = wire.ok_or(FieldErrorKind::Missing)?;
    let part = |n: i32| i8::try_from(n).map_err(|_| FieldErrorKind::NotADate);
    let year = i16::try_from(wire.year).map_err(|_| FieldErrorKind::NotADate)?;
    let date = civil::Date::new(year, part(wire.month)?, part(wire.day)?);
    match date {
        Ok(date) if YEARS.contains(&year) => Ok(date),
        _ => Err(FieldErrorKind::NotADate),
    }
}

/// Writes the wire form of a calendar date.
#[must_use]
pub fn wire_date(date: civil::Date) -> Date {
    Date {
        year: date.year().into(),
        month: date.month().into(),
        day: date.day().into(),
    }
}

/// Reads a time from its wire form and truncates it to microseconds, the precision of the database.
///
/// # Errors
/// [`FieldErrorKind::Missing`], or [`FieldErrorKind::NotATime`] for a malformed time or one outside
/// the years 2000 to 2199 (UTC).
pub fn time(wire: Option<&prost_types::Timestamp>) -> Result<Timestamp, FieldErrorKind> {
    let wire = wire.ok_or(FieldErrorKind::Missing)?;
    if !(0..1_000_000_000).contains(&wire.nanos) {
        return Err(FieldErrorKind::NotATime);
    }
    let truncated = Timestamp::new(wire.seconds, wire.nanos / 1_000 * 1_000);
    match truncated {
        Ok(time) if YEARS.contains(&time.to_zoned(TimeZone::UTC).year()) => Ok(time),
        _ => Err(FieldErrorKind::NotATime),
    }
}

/// Writes the wire form of a time.
#[must_use]
pub fn wire_time(time: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: time.as_second(),
        nanos: time.subsec_nanosecond(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2000-01-01T00:00:00Z.
    const FIRST_SECOND: i64 = 946_684_800;
    /// 2199-12-31T23:59:59Z.
    const LAST_SECOND: i64 = 7_258_118_399;

    #[test]
    fn a_date_is_in_the_calendar_and_in_range() {
        let accepted = [
            (2000, 1, 1),
            (2000, 2, 29),
            (2026, 3, 12),
            (2096, 2, 29),
            (2199, 12, 31),
        ];
        for (year, month, day) in accepted {
            let wire = Date { year, month, day };
            let parsed = date(Some(&wire)).expect("a date");
            assert_eq!(wire_date(parsed), wire);
            let parts = (
                parsed.year().into(),
                parsed.month().into(),
                parsed.day().into(),
            );
            assert_eq!(parts, (year, month, day));
        }
        let rejected = [
            (0, 0, 0),
            (1999, 12, 31),
            (2200, 1, 1),
            (206, 3, 12),
            (-2026, 3, 12),
            (67_562, 3, 12),
            (2026, 0, 12),
            (2026, 13, 12),
            (2026, 259, 12),
            (2026, 3, 0),
            (2026, 3, 32),
            (2026, 3, 268),
            (2026, 2, 29),
            (2100, 2, 29),
            (i32::MAX, i32::MAX, i32::MAX),
            (i32::MIN, i32::MIN, i32::MIN),
        ];
        for (year, month, day) in rejected {
            let wire = Date { year, month, day };
            assert_eq!(date(Some(&wire)), Err(FieldErrorKind::NotADate), "{wire:?}");
        }
        assert_eq!(date(None), Err(FieldErrorKind::Missing));
    }

    #[test]
    fn a_time_is_truncated_to_microseconds_and_in_range() {
        let not_a_time = Err(FieldErrorKind::NotATime);
        let cases = [
            (FIRST_SECOND, 0, Ok(0)),
            (FIRST_SECOND, 999, Ok(0)),
            (FIRST_SECOND, 1_000, Ok(1_000)),
            (1_789_236_000, 123_456_789, Ok(123_456_000)),
            (LAST_SECOND, 999_999_999, Ok(999_999_000)),
            (FIRST_SECOND - 1, 999_999_999, not_a_time),
            (LAST_SECOND + 1, 0, not_a_time),
            (1_789_236_000, -1, not_a_time),
            (1_789_236_000, 1_000_000_000, not_a_time),
            (0, 0, not_a_time),
            (i64::MIN, 0, not_a_time),
            (i64::MAX, 0, not_a_time),
        ];
        for (seconds, nanos, expected) in cases {
            let parsed = time(Some(&prost_types::Timestamp { seconds, nanos }));
            assert_eq!(
                parsed.map(wire_time),
                expected.map(|nanos| prost_types::Timestamp { seconds, nanos }),
                "{seconds} {nanos}"
            );
        }
        assert_eq!(time(None), Err(FieldErrorKind::Missing));
    }

    #[test]
    fn a_time_is_counted_from_1970_in_utc() {
        let wire = prost_types::Timestamp {
            seconds: FIRST_SECOND,
            nanos: 500_000_000,
        };
        let parsed = time(Some(&wire)).map(|time| time.to_string());
        assert_eq!(parsed, Ok("2000-01-01T00:00:00.5Z".to_owned()));
    }
}
