//! The strip of a day: the hours around an event, divided into cells.

use std::ops::Range;

use jiff::{Timestamp, ToSpan, civil::DateTime, tz::TimeZone};

use crate::messages::Messages;

/// The cells of a strip where there is room.
pub(super) const FINE: u16 = 24;
/// The cells of a strip where there is less room.
pub(super) const COARSE: u16 = 12;
/// Cells between two labels.
const LABEL: u16 = 4;

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;
/// The times that a strip can show, in minutes, and to what its start is rounded. An event occupies at
/// most two thirds of one.
const SPANS: [(i64, i64); 5] = [
    (12 * HOUR, 2 * HOUR),
    (24 * HOUR, 4 * HOUR),
    (3 * DAY, DAY),
    (6 * DAY, DAY),
    (24 * DAY, DAY),
];
/// From this time on, labels name the day of the month instead of the weekday.
const LONG: i64 = 24 * DAY;

/// The time that a strip shows, in minutes by the clock on the wall since [`EPOCH`]: an hour that the
/// clocks repeat or skip is not drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Strip {
    zone: TimeZone,
    start: i64,
    span: i64,
}

/// A Saturday.
const EPOCH: DateTime = DateTime::constant(2000, 1, 1, 0, 0, 0, 0);

impl Strip {
    /// The time around an event; `None` if it is too long. An event within a day has the hours of that
    /// day around it.
    pub(super) fn around((start, end): (Timestamp, Timestamp), zone: &TimeZone) -> Option<Self> {
        let [start, end] = [start, end].map(|at| minutes(at, zone));
        let length = (end - start).max(0);
        let (span, step) = SPANS.into_iter().find(|(span, _)| length * 3 <= span * 2)?;
        let before = start - (span - length) / 2;
        let rounded = (before + step / 2).div_euclid(step) * step;
        let day = start.div_euclid(DAY) * DAY;
        let first = if span <= DAY && end <= day + DAY {
            rounded.clamp(day, day + DAY - span)
        } else {
            rounded
        };
        Some(Self {
            zone: zone.clone(),
            start: first,
            span,
        })
    }

    /// Its start and end.
    pub(super) fn period(&self) -> Option<(Timestamp, Timestamp)> {
        let at = |minute: i64| {
            let civil = EPOCH.checked_add(minute.minutes()).ok()?;
            Some(civil.to_zoned(self.zone.clone()).ok()?.timestamp())
        };
        at(self.start).zip(at(self.start + self.span))
    }

    /// The cells of an event, at least one if it is not outside.
    pub(super) fn cells(&self, (start, end): (Timestamp, Timestamp), cells: u16) -> Range<u16> {
        let [start, end] = [start, end].map(|at| minutes(at, &self.zone) - self.start);
        if end.max(start + 1) <= 0 || start >= self.span {
            return 0..0;
        }
        let step = self.span / i64::from(cells);
        let cell = |at: i64| u16::try_from(at.clamp(0, i64::from(cells))).unwrap_or(cells);
        let first = cell(start.div_euclid(step)).min(cells - 1);
        let after = cell((end + step - 1).div_euclid(step));
        first..after.max(first + 1)
    }

    /// The labels above the cells: hours; weekdays or days of the month where the strip shows several
    /// days. It is two columns wider than the cells.
    pub(super) fn head(&self, cells: u16, messages: &Messages) -> String {
        let step = self.span / i64::from(cells);
        let labels = (0..=cells).step_by(LABEL.into()).map(|cell| {
            let minute = self.start + step * i64::from(cell);
            let label = self.label(minute, cell == cells, messages);
            format!("{label:<4}")
        });
        let head: String = labels.collect();
        head.trim_end().to_owned()
    }

    fn label(&self, minute: i64, is_last: bool, messages: &Messages) -> String {
        let hour = minute.rem_euclid(DAY) / HOUR;
        let days = minute.div_euclid(DAY);
        if hour != 0 || self.span <= DAY {
            let hour = if hour == 0 && is_last { 24 } else { hour };
            return hour.to_string();
        }
        if self.span < LONG {
            // The epoch is a Saturday, the sixth day of a week.
            let weekday = (days + 5).rem_euclid(7) + 1;
            return messages.get(&format!("weekday-{weekday}"));
        }
        let date = EPOCH.checked_add(days.days());
        date.map_or_else(|_| String::new(), |date| date.day().to_string())
    }
}

/// The minutes from [`EPOCH`] to this time, by the clock on the wall.
fn minutes(at: Timestamp, zone: &TimeZone) -> i64 {
    let civil = zone.to_datetime(at);
    civil.duration_since(EPOCH).as_secs().div_euclid(60)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::messages::Lang;

    fn period(start: &str, end: &str) -> (Timestamp, Timestamp) {
        (start.parse().unwrap(), end.parse().unwrap())
    }

    fn paris() -> TimeZone {
        TimeZone::get("Europe/Paris").unwrap()
    }

    #[test]
    fn the_strip_shows_the_time_around_an_event() {
        // Start and end of an event, the labels, its cells, and its cells where there is less room.
        let cases = [
            // Within a day.
            (
                "2026-09-12T18:00+02:00",
                "2026-09-12T23:30+02:00",
                "12  14  16  18  20  22  24",
                12..23,
                6..12,
            ),
            (
                "2026-09-12T00:30+02:00",
                "2026-09-12T02:00+02:00",
                "0   2   4   6   8   10  12",
                1..4,
                0..2,
            ),
            // All day.
            (
                "2026-09-12T08:00+02:00",
                "2026-09-12T24:00+02:00",
                "0   4   8   12  16  20  24",
                8..24,
                4..12,
            ),
            // A night.
            (
                "2026-09-12T22:00+02:00",
                "2026-09-13T02:15+02:00",
                "18  20  22  0   2   4   6",
                8..17,
                4..9,
            ),
            // Several days.
            (
                "2026-09-11T22:00+02:00",
                "2026-09-13T12:00+02:00",
                "Fr  12  Sa  12  Su  12  Mo",
                7..20,
                3..10,
            ),
            (
                "2026-09-01T08:00+02:00",
                "2026-09-13T12:00+02:00",
                "26  30  3   7   11  15  19",
                6..19,
                3..10,
            ),
            // The clocks go back at three.
            (
                "2026-10-25T02:30+02:00",
                "2026-10-25T02:30+01:00",
                "0   2   4   6   8   10  12",
                5..6,
                2..3,
            ),
        ];
        let messages = Messages::new(Lang::En);
        for (start, end, head, fine, coarse) in cases {
            // Midnight at the end of a day.
            let end = end.replace("12T24:00", "13T00:00");
            let event = period(start, &end);
            let strip = Strip::around(event, &paris()).unwrap();
            assert_eq!(strip.head(FINE, &messages), head, "{start}");
            assert_eq!(strip.cells(event, FINE), fine, "{start}");
            assert_eq!(strip.cells(event, COARSE), coarse, "{start}");
        }
        let long = period("2026-09-01T08:00+02:00", "2026-09-30T08:00+02:00");
        assert_eq!(Strip::around(long, &paris()), None);
    }

    #[test]
    fn other_events_are_drawn_as_far_as_the_strip_shows_them() {
        let event = period("2026-09-12T18:00+02:00", "2026-09-12T23:30+02:00");
        let strip = Strip::around(event, &paris()).unwrap();
        assert_eq!(
            strip.period(),
            Some(period("2026-09-12T12:00+02:00", "2026-09-13T00:00+02:00"))
        );
        let cases = [
            ("2026-09-12T08:00+02:00", "2026-09-12T12:00+02:00", 0..0),
            ("2026-09-12T08:00+02:00", "2026-09-12T12:01+02:00", 0..1),
            ("2026-09-12T13:00+02:00", "2026-09-12T17:00+02:00", 2..10),
            ("2026-09-12T17:50+02:00", "2026-09-12T18:00+02:00", 11..12),
            ("2026-09-10T08:00+02:00", "2026-09-20T12:00+02:00", 0..24),
            ("2026-09-13T00:00+02:00", "2026-09-13T12:00+02:00", 0..0),
        ];
        for (start, end, expected) in cases {
            assert_eq!(strip.cells(period(start, end), FINE), expected, "{start}");
        }
    }
}
