//! Formats amounts, dates and counts for display, in the user's language. The texts of form inputs
//! are in [`crate::parse`], because they must parse back.

use epic_events::{role::role_name, v1::Role};
use jiff::{
    Timestamp, Unit, Zoned,
    civil::Date,
    tz::{AmbiguousOffset, Offset, TimeZone},
};

use crate::messages::{Arg, Lang, Messages, grouped_digits};

impl Messages {
    /// An amount in cents as euros: `12,400.00 €`, `12 400,00 €`.
    #[must_use]
    pub fn amount(&self, cents: i64) -> String {
        let euros = euros(self.lang(), cents);
        match self.lang() {
            Lang::En => format!("{euros} €"),
            // French typography requires a no-break space before the sign.
            Lang::Fr => format!("{euros}\u{a0}€"),
        }
    }

    /// A count with thousands separators: `3,014`, `3 014`.
    #[must_use]
    pub fn count(&self, count: u64) -> String {
        grouped_digits(self.lang(), count)
    }

    /// A date: `12 Sep 2026`, `12 sept. 2026`.
    #[must_use]
    pub fn date(&self, date: Date) -> String {
        format!("{} {}", self.day_and_month(date), date.year())
    }

    /// A time in the given time zone: `12 Sep 2026 18:00`.
    #[must_use]
    pub fn moment(&self, at: Timestamp, zone: &TimeZone) -> String {
        let at = at.to_zoned(zone.clone());
        format!("{} {}", self.date(at.date()), clock(&at))
    }

    /// A past time relative to today: `today 9:05`, `hier à 16:20`, `12 Mar 2026 16:20`.
    #[must_use]
    pub fn relative_time(&self, at: Timestamp, now: &Zoned) -> String {
        let local = at.to_zoned(now.time_zone().clone());
        let id = match now.date().since(local.date()).map(|ago| ago.get_days()) {
            Ok(0) => "when-today",
            Ok(1) => "when-yesterday",
            _ => return self.moment(at, now.time_zone()),
        };
        let mut time = format!("{}:{:02}", local.hour(), local.minute());
        time += &repeated_suffix(&local);
        self.with(id, &[("time", Arg::Text(&time))])
    }

    /// A period: `12 Sep 18:00–23:30`; with both dates if it ends on another day, and with a year that
    /// is not the current one.
    #[must_use]
    pub fn period(&self, start: Timestamp, end: Timestamp, now: &Zoned) -> String {
        let zone = now.time_zone();
        let (start, end) = (start.to_zoned(zone.clone()), end.to_zoned(zone.clone()));
        let is_this_year = [&start, &end].iter().all(|at| at.year() == now.year());
        let date = |date| {
            if is_this_year {
                self.day_and_month(date).to_owned()
            } else {
                self.date(date)
            }
        };
        let from = format!("{} {}", date(start.date()), clock(&start));
        if start.date() == end.date() {
            format!("{from}–{}", clock(&end))
        } else {
            format!("{from} – {} {}", date(end.date()), clock(&end))
        }
    }

    /// The length of a period: `5 h`, `2 d 3 h`, `1 h 30 min`; empty if it does not end after it
    /// starts.
    #[must_use]
    pub fn length(&self, start: Timestamp, end: Timestamp, zone: &TimeZone) -> String {
        let Some((days, hours, minutes)) = length(start, end, zone) else {
            return String::new();
        };
        let parts = [
            ("length-days", days),
            ("length-hours", hours),
            ("length-minutes", minutes),
        ];
        let parts = parts.into_iter().filter(|(_, count)| *count > 0);
        let parts = parts.map(|(id, count)| self.with(id, &[("count", Arg::Number(count))]));
        parts.collect::<Vec<_>>().join(" ")
    }

    /// The name of a department; empty for `ROLE_UNSPECIFIED`.
    #[must_use]
    pub fn role(&self, role: Role) -> String {
        match role {
            Role::Unspecified => String::new(),
            _ => self.get(&format!("role-{}", role_name(role))),
        }
    }

    fn day_and_month(&self, date: Date) -> &str {
        self.day(date.month(), date.day())
    }
}

/// A time of day, to the minute: `18:00`. A time that occurs twice, when summer time ends, is followed
/// by the abbreviation of its offset, or by the offset itself: `02:30 CET`, `02:30 +01:00`.
#[must_use]
pub(crate) fn clock(at: &Zoned) -> String {
    format!("{:02}:{:02}{}", at.hour(), at.minute(), repeated_suffix(at))
}

/// The suffix that distinguishes two equal local times; empty for all other times.
fn repeated_suffix(at: &Zoned) -> String {
    let zone = at.time_zone();
    let AmbiguousOffset::Fold { before, after } =
        zone.to_ambiguous_timestamp(at.datetime()).offset()
    else {
        return String::new();
    };
    let [first, second] = [before, after].map(|offset| abbreviation(at, offset));
    match (first, second) {
        (Some(first), Some(second)) if first != second => {
            format!(" {}", if at.offset() == before { first } else { second })
        }
        _ => format!(" {}", offset_text(at.offset())),
    }
}

/// The abbreviation of an offset at this local time; `None` if the zone has no abbreviation for it, as
/// in Santiago.
fn abbreviation(at: &Zoned, offset: Offset) -> Option<String> {
    let time = offset.to_timestamp(at.datetime()).ok()?;
    let info = at.time_zone().to_offset_info(time);
    let name = info.abbreviation();
    let is_name = name.chars().all(|c| c.is_ascii_alphabetic());
    is_name.then(|| name.to_owned())
}

/// An offset as ISO 8601 writes it: `+01:00`, `-02:30`.
fn offset_text(offset: Offset) -> String {
    let sign = if offset.is_negative() { '-' } else { '+' };
    let minutes = offset.seconds().unsigned_abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The length of a period in calendar days, hours and minutes. Seconds, which no time displays, do
/// not count. `None` if the period does not end after it starts.
#[must_use]
pub fn length(start: Timestamp, end: Timestamp, zone: &TimeZone) -> Option<(i64, i64, i64)> {
    let [start, end] = [start, end].map(|at| whole_minute(at).to_zoned(zone.clone()));
    let span = start.until((Unit::Day, &end)).ok()?;
    let parts = (
        i64::from(span.get_days()),
        i64::from(span.get_hours()),
        span.get_minutes(),
    );
    (end > start).then_some(parts)
}

/// The start of the minute.
#[must_use]
pub(crate) fn whole_minute(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(60) * 60).unwrap_or(at)
}

/// An amount in cents without its currency: `12,400.00`, `12 400,00`.
pub(crate) fn euros(lang: Lang, cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let (euros, cents) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    let euros = grouped_digits(lang, euros);
    let point = match lang {
        Lang::En => '.',
        Lang::Fr => ',',
    };
    format!("{sign}{euros}{point}{cents:02}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn amounts_and_counts_have_thousands_separators() {
        let (en, fr) = (Messages::new(Lang::En), Messages::new(Lang::Fr));
        let cases = [
            (0, "0.00 €", "0,00\u{a0}€"),
            (5, "0.05 €", "0,05\u{a0}€"),
            (-1_250, "-12.50 €", "-12,50\u{a0}€"),
            (99_999, "999.99 €", "999,99\u{a0}€"),
            (1_240_000, "12,400.00 €", "12\u{202f}400,00\u{a0}€"),
            (
                123_456_789,
                "1,234,567.89 €",
                "1\u{202f}234\u{202f}567,89\u{a0}€",
            ),
            (
                i64::MIN,
                "-92,233,720,368,547,758.08 €",
                "-92\u{202f}233\u{202f}720\u{202f}368\u{202f}547\u{202f}758,08\u{a0}€",
            ),
        ];
        for (cents, english, french) in cases {
            assert_eq!(en.amount(cents), english);
            assert_eq!(fr.amount(cents), french);
        }
        assert_eq!(en.count(3_014), "3,014");
        assert_eq!(fr.count(3_014), "3\u{202f}014");
    }

    #[test]
    fn dates_and_times_depend_on_the_language() {
        let (en, fr) = (Messages::new(Lang::En), Messages::new(Lang::Fr));
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (start, end) = (at("2026-09-12T16:00:00Z"), at("2026-09-12T21:30:00Z"));
        let [now, later] = ["2026-01-01T12:00:00Z", "2027-01-01T12:00:00Z"]
            .map(|text| at(text).to_zoned(paris.clone()));
        let cases = [
            (en.date(Date::constant(2026, 3, 1)), "1 Mar 2026"),
            (fr.date(Date::constant(2026, 3, 1)), "1er mars 2026"),
            (fr.date(Date::constant(2026, 9, 12)), "12 sept. 2026"),
            (en.moment(start, &paris), "12 Sep 2026 18:00"),
            (fr.moment(start, &paris), "12 sept. 2026 18:00"),
            (en.period(start, end, &now), "12 Sep 18:00–23:30"),
            (en.period(start, end, &later), "12 Sep 2026 18:00–23:30"),
            (
                fr.period(start, at("2026-09-13T00:15:00Z"), &now),
                "12 sept. 18:00 – 13 sept. 02:15",
            ),
            (
                en.period(start, at("2032-01-31T23:15:00Z"), &now),
                "12 Sep 2026 18:00 – 1 Feb 2032 00:15",
            ),
            (en.role(Role::Gestion), "gestion"),
            (fr.role(Role::Commercial), "commercial"),
            (en.role(Role::Support), "support"),
            (en.role(Role::Unspecified), ""),
        ];
        for (text, expected) in cases {
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn past_times_are_relative_to_today() {
        let (en, fr) = (Messages::new(Lang::En), Messages::new(Lang::Fr));
        let now: Zoned = "2026-09-07T10:30[Europe/Paris]".parse().unwrap();
        let cases = [
            ("2026-09-07T07:05:00Z", "today 9:05", "aujourd’hui à 9:05"),
            ("2026-09-06T22:30:00Z", "today 0:30", "aujourd’hui à 0:30"),
            ("2026-09-06T14:20:00Z", "yesterday 16:20", "hier à 16:20"),
            (
                "2026-09-05T14:20:00Z",
                "5 Sep 2026 16:20",
                "5 sept. 2026 16:20",
            ),
            (
                "2026-08-07T08:30:00Z",
                "7 Aug 2026 10:30",
                "7 août 2026 10:30",
            ),
            (
                "2026-08-06T08:30:00Z",
                "6 Aug 2026 10:30",
                "6 août 2026 10:30",
            ),
            (
                "2025-09-07T08:30:00Z",
                "7 Sep 2025 10:30",
                "7 sept. 2025 10:30",
            ),
        ];
        for (at, english, french) in cases {
            let at: Timestamp = at.parse().unwrap();
            assert_eq!(en.relative_time(at, &now), english);
            assert_eq!(fr.relative_time(at, &now), french);
        }
    }

    /// Zone, UTC time, and the time of day.
    #[test]
    fn a_repeated_time_is_told_from_the_other_one() {
        let cases = [
            ("Europe/Paris", "2026-10-25T00:30:00Z", "02:30 CEST"),
            ("Europe/Paris", "2026-10-25T01:30:00Z", "02:30 CET"),
            ("Europe/Paris", "2026-10-25T00:59:59Z", "02:59 CEST"),
            ("Europe/Paris", "2026-10-24T23:59:59Z", "01:59"),
            ("Europe/Paris", "2026-10-25T02:00:00Z", "03:00"),
            ("America/St_Johns", "2026-11-01T04:00:00Z", "01:30 NDT"),
            ("America/St_Johns", "2026-11-01T05:00:00Z", "01:30 NST"),
            (
                "Australia/Lord_Howe",
                "2026-04-04T14:45:00Z",
                "01:45 +11:00",
            ),
            (
                "Australia/Lord_Howe",
                "2026-04-04T15:15:00Z",
                "01:45 +10:30",
            ),
            ("America/Santiago", "2026-04-05T02:30:00Z", "23:30 -03:00"),
            ("America/Santiago", "2026-04-05T03:30:00Z", "23:30 -04:00"),
            // Both offsets had the same abbreviation.
            ("Europe/Moscow", "2014-10-25T21:30:00Z", "01:30 +04:00"),
            ("Europe/Moscow", "2014-10-25T22:30:00Z", "01:30 +03:00"),
            ("Asia/Kathmandu", "2026-10-25T00:30:00Z", "06:15"),
        ];
        for (zone, at, expected) in cases {
            let zone = TimeZone::get(zone).unwrap();
            let at: Timestamp = at.parse().unwrap();
            assert_eq!(clock(&at.to_zoned(zone)), expected, "{at}");
        }
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let [first, second] = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]
            .map(|at| at.parse::<Timestamp>().unwrap());
        let now = second.to_zoned(paris.clone());
        let (en, fr) = (Messages::new(Lang::En), Messages::new(Lang::Fr));
        assert_eq!(en.moment(first, &paris), "25 Oct 2026 02:30 CEST");
        assert_eq!(fr.moment(second, &paris), "25 oct. 2026 02:30 CET");
        assert_eq!(
            en.period(first, second, &now),
            "25 Oct 02:30 CEST–02:30 CET"
        );
        assert_eq!(en.relative_time(first, &now), "today 2:30 CEST");
        assert_eq!(fr.relative_time(second, &now), "aujourd’hui à 2:30 CET");
    }

    #[test]
    fn a_length_has_days_hours_and_minutes() {
        let cases = [
            ("2026-09-12T16:00:00Z", "2026-09-12T21:00:00Z", "5 h", "5 h"),
            (
                "2026-09-12T16:00:25Z",
                "2026-09-12T21:30:00Z",
                "5 h 30 min",
                "5 h 30 min",
            ),
            (
                "2026-09-12T16:00:00Z",
                "2026-09-12T16:45:00Z",
                "45 min",
                "45 min",
            ),
            (
                "2026-09-12T16:00:00Z",
                "2026-09-14T19:00:00Z",
                "2 d 3 h",
                "2 j 3 h",
            ),
            ("2026-09-12T16:00:00Z", "2026-09-13T16:00:00Z", "1 d", "1 j"),
            ("2026-10-24T16:00:00Z", "2026-10-25T17:00:00Z", "1 d", "1 j"),
            ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "1 h", "1 h"),
            ("2026-09-12T16:00:00Z", "2026-09-12T16:00:30Z", "", ""),
            ("2026-09-12T16:00:00Z", "2026-09-12T15:00:00Z", "", ""),
        ];
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let (en, fr) = (Messages::new(Lang::En), Messages::new(Lang::Fr));
        for (start, end, english, french) in cases {
            let [start, end] = [start, end].map(|at| at.parse::<Timestamp>().unwrap());
            assert_eq!(en.length(start, end, &paris), english, "{start}–{end}");
            assert_eq!(fr.length(start, end, &paris), french, "{start}–{end}");
        }
    }
}
