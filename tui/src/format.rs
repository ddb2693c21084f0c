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

    /// A number of records: `3,014`, or `10,000+` if it is a lower bound.
    #[must_use]
    pub fn total(&self, (count, is_lower_bound): (u64, bool)) -> String {
        let more = if is_lower_bound { "+" } else { "" };
        format!("{}{more}", self.count(count))
    }

    /// A date: `12 Sep 2026`, `12 sept. 2026`.
    #[must_use]
    pub fn date(&self, date: Date) -> String {
        format!("{} {}", self.day_and_month(date), date.year())
    }

    /// A date with its weekday: `Sat 12 Sep 2026`.
    #[must_use]
    pub fn full_date(&self, date: Date) -> String {
        format!("{} {}", self.short_weekday(date), self.date(date))
    }

    /// The name of the month, as a title: `December`, `Décembre`.
    #[must_use]
    pub(crate) fn month(&self, date: Date) -> String {
        let name = self.get(&format!("month-name-{}", date.month()));
        let mut letters = name.chars();
        let first = letters.next().map(char::to_uppercase);
        first.into_iter().flatten().chain(letters).collect()
    }

    /// A date as a form reads it back: `Sat 12 September 2026`, `sam. 1er août 2026`.
    #[must_use]
    pub fn long_date(&self, date: Date) -> String {
        let month = self.get(&format!("month-name-{}", date.month()));
        let day = match (self.lang(), date.day()) {
            (Lang::Fr, 1) => "1er".to_owned(),
            (Lang::En | Lang::Fr, day) => day.to_string(),
        };
        format!("{} {day} {month} {}", self.short_weekday(date), date.year())
    }

    /// A time with its weekday, in the given time zone: `Sat 12 Sep 2026 18:00`.
    #[must_use]
    pub fn full_moment(&self, at: Timestamp, zone: &TimeZone) -> String {
        let at = at.to_zoned(zone.clone());
        format!("{} {}", self.full_date(at.date()), clock(&at))
    }

    fn short_weekday(&self, date: Date) -> String {
        let weekday = date.weekday().to_monday_one_offset();
        self.get(&format!("weekday-short-{weekday}"))
    }

    /// A time in the given time zone: `12 Sep 2026 18:00`.
    #[must_use]
    pub fn moment(&self, at: Timestamp, zone: &TimeZone) -> String {
        let at = at.to_zoned(zone.clone());
        format!("{} {}", self.date(at.date()), clock(&at))
    }

    /// A date in a table: `Sat 12 Sep` within a week, `12 Sep` within the current year, otherwise
    /// `12 Sep 2027`.
    #[must_use]
    pub fn short_date(&self, date: Date, now: &Zoned) -> String {
        let days = now
            .date()
            .until(date)
            .map_or(i32::MAX, |span| span.get_days());
        if days.abs() < 7 {
            return format!("{} {}", self.short_weekday(date), self.day_and_month(date));
        }
        if date.year() == now.year() {
            return self.day_and_month(date).to_owned();
        }
        self.date(date)
    }

    /// A past time in few words: `today 09:05`, `auj. 09:05`; of another day only the date: `yesterday`,
    /// otherwise as in a table.
    #[must_use]
    pub fn short_relative_time(&self, at: Timestamp, now: &Zoned) -> String {
        let local = at.to_zoned(now.time_zone().clone());
        let date = local.date();
        match now.date().since(date).map(|ago| ago.get_days()) {
            Ok(0) => self.with("when-today-short", &[("time", Arg::Text(&clock(&local)))]),
            Ok(1) => self.get("when-yesterday-short"),
            _ if date.year() == now.year() => self.day_and_month(date).to_owned(),
            _ => self.date(date),
        }
    }

    /// A past time in a sentence: `today 09:05`, `hier à 16:20`, `on 12 Mar 2026 16:20`. Without `now`, it
    /// is in the time zone of the messages, and its date in full.
    #[must_use]
    pub(crate) fn past_time(&self, at: Timestamp, now: Option<&Zoned>) -> String {
        let zone = now.map_or(self.zone(), Zoned::time_zone);
        let local = at.to_zoned(zone.clone());
        let date = match now {
            Some(now) => match now.date().since(local.date()).map(|ago| ago.get_days()) {
                Ok(0 | 1) => return self.relative_time(at, now),
                _ if local.year() == now.year() => self.day_and_month(local.date()).to_owned(),
                _ => self.date(local.date()),
            },
            None => self.date(local.date()),
        };
        let time = clock(&local);
        let args = [("date", Arg::Text(&date)), ("time", Arg::Text(&time))];
        self.with("when-date", &args)
    }

    /// A past time relative to today: `today 09:05`, `hier à 16:20`, `12 Mar 16:20`, otherwise
    /// `12 Mar 2025 16:20`.
    #[must_use]
    pub fn relative_time(&self, at: Timestamp, now: &Zoned) -> String {
        let local = at.to_zoned(now.time_zone().clone());
        let id = match now.date().since(local.date()).map(|ago| ago.get_days()) {
            Ok(0) => "when-today",
            Ok(1) => "when-yesterday",
            _ if local.year() == now.year() => {
                let date = self.day_and_month(local.date());
                return format!("{date} {}", clock(&local));
            }
            _ => return self.moment(at, now.time_zone()),
        };
        self.with(id, &[("time", Arg::Text(&clock(&local)))])
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
mod tests;
