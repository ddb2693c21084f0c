//! Amounts, dates and counts as the language writes them, for reading. What a form field shows is
//! in [`crate::parse`], since it has to be read back.

use epic_events::{role::role_name, v1::Role};
use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};

use crate::messages::{Arg, Lang, Messages, grouped_digits};

impl Messages {
    /// An amount in cents as euros: `12,400.00 €`, `12 400,00 €`.
    #[must_use]
    pub fn amount(&self, cents: i64) -> String {
        let euros = euros(self.lang(), cents);
        match self.lang() {
            Lang::En => format!("{euros} €"),
            // French puts a space that does not break before the sign.
            Lang::Fr => format!("{euros}\u{a0}€"),
        }
    }

    /// A count: `3,014`, `3 014`.
    #[must_use]
    pub fn count(&self, count: u64) -> String {
        grouped_digits(self.lang(), count)
    }

    /// A day: `12 Sep 2026`, `12 sept. 2026`.
    #[must_use]
    pub fn date(&self, date: Date) -> String {
        format!("{} {}", self.day_of(date), date.year())
    }

    /// A moment, as the clocks of the time zone show it: `12 Sep 2026 18:00`.
    #[must_use]
    pub fn moment(&self, at: Timestamp, zone: &TimeZone) -> String {
        let at = at.to_zoned(zone.clone());
        format!("{} {}", self.date(at.date()), clock(&at))
    }

    /// A moment in the past as people tell it: `today 9:05`, `hier à 16:20`, `12 Mar 2026 16:20`.
    #[must_use]
    pub fn when(&self, at: Timestamp, now: &Zoned) -> String {
        let there = at.to_zoned(now.time_zone().clone());
        let id = match now.date().since(there.date()).map(|ago| ago.get_days()) {
            Ok(0) => "when-today",
            Ok(1) => "when-yesterday",
            _ => return self.moment(at, now.time_zone()),
        };
        let time = format!("{}:{:02}", there.hour(), there.minute());
        self.with(id, &[("time", Arg::Text(&time))])
    }

    /// From when to when, without the year: `12 Sep 18:00–23:30`, or with both days where the end
    /// is on another.
    #[must_use]
    pub fn span(&self, start: Timestamp, end: Timestamp, zone: &TimeZone) -> String {
        let (start, end) = (start.to_zoned(zone.clone()), end.to_zoned(zone.clone()));
        let from = format!("{} {}", self.day_of(start.date()), clock(&start));
        if start.date() == end.date() {
            format!("{from}–{}", clock(&end))
        } else {
            format!("{from} – {} {}", self.day_of(end.date()), clock(&end))
        }
    }

    /// A department's name.
    #[must_use]
    pub fn role(&self, role: Role) -> String {
        match role {
            Role::Unspecified => String::new(),
            _ => self.get(&format!("role-{}", role_name(role))),
        }
    }

    fn day_of(&self, date: Date) -> &str {
        self.day(date.month(), date.day())
    }
}

fn clock(at: &Zoned) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
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
    fn amounts_and_counts_are_grouped() {
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
    fn dates_and_moments_follow_the_language() {
        let (en, fr) = (Messages::new(Lang::En), Messages::new(Lang::Fr));
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (start, end) = (at("2026-09-12T16:00:00Z"), at("2026-09-12T21:30:00Z"));
        let cases = [
            (en.date(Date::constant(2026, 3, 1)), "1 Mar 2026"),
            (fr.date(Date::constant(2026, 3, 1)), "1er mars 2026"),
            (fr.date(Date::constant(2026, 9, 12)), "12 sept. 2026"),
            (en.moment(start, &paris), "12 Sep 2026 18:00"),
            (fr.moment(start, &paris), "12 sept. 2026 18:00"),
            (en.span(start, end, &paris), "12 Sep 18:00–23:30"),
            (
                fr.span(start, at("2026-09-13T00:15:00Z"), &paris),
                "12 sept. 18:00 – 13 sept. 02:15",
            ),
            (en.role(Role::Gestion), "gestion"),
        ];
        for (shown, expected) in cases {
            assert_eq!(shown, expected);
        }
    }
}
