#![allow(clippy::unwrap_used)]

use jiff::ToSpan;

use super::{ParseError::*, *};
use crate::messages::Lang;

#[test]
fn parses_amounts() {
    let cases = [
        ("12400", Ok(1_240_000)),
        ("12400.5", Ok(1_240_050)),
        ("12400,50", Ok(1_240_050)),
        ("12 400,50", Ok(1_240_050)),
        ("12\u{a0}400,50", Ok(1_240_050)),
        ("12\u{202f}400,50\u{a0}€", Ok(1_240_050)),
        ("12,400.50", Ok(1_240_050)),
        ("12.400,50", Ok(1_240_050)),
        ("12'400.50", Ok(1_240_050)),
        ("€12,400.50", Ok(1_240_050)),
        (" 12 400,50 EUR ", Ok(1_240_050)),
        ("12,400", Ok(1_240_000)),
        ("12.400", Ok(1_240_000)),
        ("1,234,567", Ok(123_456_700)),
        ("1.234.567,8", Ok(123_456_780)),
        ("1 234 567", Ok(123_456_700)),
        ("0", Ok(0)),
        ("0,05", Ok(5)),
        (".5", Ok(50)),
        ("007", Ok(700)),
        ("-12,50", Ok(-1_250)),
        ("− 12,50", Ok(-1_250)),
        ("10000000000", Ok(1_000_000_000_000)),
        ("92233720368547758.07", Ok(i64::MAX)),
        ("92233720368547758.08", Err(TooLarge)),
        ("99999999999999999999", Err(TooLarge)),
        ("", Err(Empty)),
        ("  ", Err(Empty)),
        ("€", Err(Empty)),
        ("-", Err(NotAnAmount)),
        (".", Err(NotAnAmount)),
        ("12,", Err(NotAnAmount)),
        ("12.", Err(NotAnAmount)),
        ("abc", Err(NotAnAmount)),
        ("12e3", Err(NotAnAmount)),
        ("١٢", Err(NotAnAmount)),
        ("1,2,50", Err(NotAnAmount)),
        ("1,234,50", Err(NotAnAmount)),
        ("1.234.5", Err(NotAnAmount)),
        ("1a234", Err(NotAnAmount)),
        ("1234,567", Err(NotAnAmount)),
        (",500", Err(NotAnAmount)),
        ("12 40,50", Err(NotAnAmount)),
        ("1 234.567,00", Err(NotAnAmount)),
        ("12--3", Err(NotAnAmount)),
        ("12,4005", Err(TooPrecise)),
        ("12 400,505", Err(TooPrecise)),
        ("12.400,505", Err(TooPrecise)),
    ];
    for (text, expected) in cases {
        assert_eq!(amount(text), expected, "{text:?}");
    }
}

#[test]
fn parses_numbers() {
    let cases = [
        ("250", Ok(250)),
        (" 1 200 ", Ok(1_200)),
        ("1,200", Ok(1_200)),
        ("1.200.000", Ok(1_200_000)),
        ("-3", Ok(-3)),
        ("2147483647", Ok(i32::MAX)),
        ("2147483648", Err(TooLarge)),
        ("99999999999999999999", Err(TooLarge)),
        ("", Err(Empty)),
        ("12,5", Err(NotANumber)),
        ("douze", Err(NotANumber)),
        ("1 2 3", Err(NotANumber)),
        ("1a234", Err(NotANumber)),
        ("1,234.567", Err(NotANumber)),
        ("--3", Err(NotANumber)),
    ];
    for (text, expected) in cases {
        assert_eq!(number(text), expected, "{text:?}");
    }
}

#[test]
fn parses_dates() {
    // A Thursday.
    let today = civil::Date::constant(2026, 12, 31);
    let cases = [
        ("12/09/2026", Ok("2026-09-12")),
        ("05/06/2025", Ok("2025-06-05")),
        ("13/05/2025", Ok("2025-05-13")),
        ("12/9/26", Ok("2026-09-12")),
        ("12.9.2026", Ok("2026-09-12")),
        ("12-09-2026", Ok("2026-09-12")),
        ("2026-09-12", Ok("2026-09-12")),
        ("2026/9/2", Ok("2026-09-02")),
        ("31/12", Ok("2026-12-31")),
        ("30/12", Ok("2027-12-30")),
        ("1/1", Ok("2027-01-01")),
        ("29/2", Ok("2028-02-29")),
        ("29/02/2028", Ok("2028-02-29")),
        ("12 sept. 2026", Ok("2026-09-12")),
        ("12 September", Ok("2027-09-12")),
        ("1er août 2027", Ok("2027-08-01")),
        ("le 3 févr. 2027", Ok("2027-02-03")),
        ("14 juillet", Ok("2027-07-14")),
        ("14 juin", Ok("2027-06-14")),
        ("aujourd'hui", Ok("2026-12-31")),
        ("Aujourd’hui", Ok("2026-12-31")),
        ("demain", Ok("2027-01-01")),
        ("TOMORROW", Ok("2027-01-01")),
        ("après-demain", Ok("2027-01-02")),
        ("hier", Ok("2026-12-30")),
        ("yesterday", Ok("2026-12-30")),
        ("avant-hier", Ok("2026-12-29")),
        ("today", Ok("2026-12-31")),
        ("vendredi", Ok("2027-01-01")),
        ("jeudi", Ok("2027-01-07")),
        ("mar.", Ok("2027-01-05")),
        ("wed", Ok("2027-01-06")),
        ("", Err(Empty)),
        (" ", Err(Empty)),
        ("31/02", Err(NoSuchDay)),
        ("31/02/2026", Err(NoSuchDay)),
        ("29/02/2027", Err(NoSuchDay)),
        ("13/13", Err(NoSuchDay)),
        ("05/13/2025", Err(NoSuchDay)),
        ("0/1", Err(NoSuchDay)),
        ("32/1/2026", Err(NoSuchDay)),
        ("2026-13-01", Err(NoSuchDay)),
        ("31 avril", Err(NoSuchDay)),
        ("12/9/126", Err(NotADate)),
        ("12/9/20266", Err(NotADate)),
        ("12", Err(NotADate)),
        ("12/", Err(NotADate)),
        ("12/9/2026/1", Err(NotADate)),
        ("12/09/2026 18:00", Err(NotADate)),
        ("bientôt", Err(NotADate)),
        ("di", Err(NotADate)),
        ("１２/９", Err(NotADate)),
    ];
    for (text, expected) in cases {
        let expected = expected.map(|day| day.parse::<civil::Date>().unwrap());
        assert_eq!(date(text, today), expected, "{text:?}");
    }
}

#[test]
fn parses_times() {
    // A Saturday; Paris is at +02:00.
    let now: Zoned = "2026-09-12T17:00[Europe/Paris]".parse().unwrap();
    let cases = [
        ("12/09/2026 18:00", Ok("2026-09-12T18:00+02:00")),
        ("12/9 18h", Ok("2026-09-12T18:00+02:00")),
        // Today is the next such date, even if the time is past.
        ("12/9 9h", Ok("2026-09-12T09:00+02:00")),
        ("11/9 9h", Ok("2027-09-11T09:00+02:00")),
        ("12/9/26 18h30", Ok("2026-09-12T18:30+02:00")),
        ("12/9 18 h 30", Ok("2026-09-12T18:30+02:00")),
        ("12/9, 18:30", Ok("2026-09-12T18:30+02:00")),
        ("12/9 à 9:05", Ok("2026-09-12T09:05+02:00")),
        ("demain 9h", Ok("2026-09-13T09:00+02:00")),
        ("demain à 9 h", Ok("2026-09-13T09:00+02:00")),
        ("tomorrow 9am", Ok("2026-09-13T09:00+02:00")),
        ("tomorrow at 9:30 PM", Ok("2026-09-13T21:30+02:00")),
        ("tomorrow 12am", Ok("2026-09-13T00:00+02:00")),
        ("tomorrow 12pm", Ok("2026-09-13T12:00+02:00")),
        ("tomorrow noon", Ok("2026-09-13T12:00+02:00")),
        ("demain minuit", Ok("2026-09-13T00:00+02:00")),
        ("aujourd'hui 14h", Ok("2026-09-12T14:00+02:00")),
        ("lundi 9h", Ok("2026-09-14T09:00+02:00")),
        ("monday 9am", Ok("2026-09-14T09:00+02:00")),
        ("lundi 21/9 9h", Ok("2026-09-21T09:00+02:00")),
        ("lundi 21 sept. 9h", Ok("2026-09-21T09:00+02:00")),
        ("2026-09-12 18:00", Ok("2026-09-12T18:00+02:00")),
        ("2026-09-12T18:00", Ok("2026-09-12T18:00+02:00")),
        ("2026-09-12 18:00:00", Ok("2026-09-12T18:00+02:00")),
        ("12 sept 2026 18h", Ok("2026-09-12T18:00+02:00")),
        ("1/1/2027 0:00", Ok("2027-01-01T00:00+01:00")),
        ("31/12 23h59", Ok("2026-12-31T23:59+01:00")),
        // Summer time starts on 28 March 2027 at 02:00, and ends on 25 October 2026 at 03:00.
        ("28/3/2027 1:59", Ok("2027-03-28T01:59+01:00")),
        ("28/3/2027 2:30", Err(ClockSkips)),
        ("28/3/2027 3:00", Ok("2027-03-28T03:00+02:00")),
        ("25/10/2026 2:30", Ok("2026-10-25T02:30+02:00")),
        ("25/10/2026 3:00", Ok("2026-10-25T03:00+01:00")),
        ("", Err(Empty)),
        ("12/09/2026", Err(TimeMissing)),
        ("demain", Err(TimeMissing)),
        ("lundi", Err(TimeMissing)),
        ("18h", Err(DayMissing)),
        ("9am", Err(DayMissing)),
        ("31/02 9h", Err(NoSuchDay)),
        ("13/13 9h", Err(NoSuchDay)),
        ("12/9 24h", Err(NoSuchTime)),
        ("12/9 25:00", Err(NoSuchTime)),
        ("12/9 9h60", Err(NoSuchTime)),
        ("12/9 13pm", Err(NoSuchTime)),
        ("12/9 0am", Err(NoSuchTime)),
        ("12/9 18", Err(NotAMoment)),
        ("12/9 18h5", Err(NotAMoment)),
        ("12/9 18:", Err(NotAMoment)),
        ("12/9 h", Err(NotAMoment)),
        ("12/9 18:00 ou 19:00", Err(NotAMoment)),
        ("quelque part", Err(NotAMoment)),
        ("12", Err(NotAMoment)),
    ];
    for (text, expected) in cases {
        let expected = expected.map(|at| at.parse::<jiff::Timestamp>().unwrap());
        let found = moment(text, &now).map(|at| at.timestamp());
        assert_eq!(found, expected, "{text:?}");
    }
}

/// Amounts of every magnitude, from 0 to 10^12 cents.
fn sample_amounts() -> impl Iterator<Item = i64> {
    let small = 0..=2_000;
    let powers = (3..=12).map(|exponent| 10_i64.pow(exponent));
    let around_powers = powers.flat_map(|power| [power - 1, power, power + 1]);
    let spread = (0..2_000).map(|step| step * 499_979_021);
    small.chain(around_powers).chain(spread)
}

#[test]
fn a_formatted_amount_parses_back() {
    for cents in sample_amounts().flat_map(|cents| [cents, -cents]) {
        for lang in Lang::ALL {
            let text = format_amount(lang, cents);
            assert_eq!(amount(&text), Ok(cents), "{text}");
            let displayed = format!("{text}\u{a0}€");
            assert_eq!(amount(&displayed), Ok(cents), "{displayed}");
        }
    }
    assert_eq!(format_amount(Lang::En, 11_755_500), "117,555.00");
    assert_eq!(format_amount(Lang::Fr, 11_755_500), "117\u{202f}555,00");
}

#[test]
fn a_formatted_date_parses_back() {
    let today = civil::Date::constant(2026, 2, 28);
    for first in [(2000, 1), (2024, 1), (2026, 1), (2100, 1), (2196, 1)] {
        let first = civil::Date::constant(first.0, first.1, 1);
        for day in first.series(1.day()).take(4 * 366) {
            let text = format_date(day);
            assert_eq!(date(&text, today), Ok(day), "{text}");
            assert_eq!(date(&day.to_string(), today), Ok(day), "ISO 8601");
        }
    }
    assert_eq!(format_date(civil::Date::constant(2026, 3, 1)), "01/03/2026");
}

/// Every hour of a year, with both changes of the clocks: a time that occurs twice parses as the
/// earlier one.
#[test]
fn a_formatted_time_parses_back() {
    let now: Zoned = "2026-02-28T23:59[Europe/Paris]".parse().unwrap();
    let start: Zoned = "2026-01-01T00:05[Europe/Paris]".parse().unwrap();
    let mut repeated = 0;
    for hour in 0..365 * 24 {
        let at = start.checked_add(hour.hours()).unwrap();
        let parsed = moment(&format_moment(&at), &now).unwrap();
        if parsed != at {
            assert_eq!(parsed.checked_add(1.hour()).unwrap(), at);
            repeated += 1;
        }
    }
    assert_eq!(repeated, 1);
    for minute in 0..24 * 60 {
        let at = start.checked_add(minute.minutes()).unwrap();
        assert_eq!(moment(&format_moment(&at), &now), Ok(at));
    }
}

/// A date without a year is the next one, today included.
#[test]
fn a_date_without_a_year_is_the_next_one() {
    let first = civil::Date::constant(2026, 1, 1);
    for today in first.series(1.day()).take(365) {
        let tomorrow = today.tomorrow().unwrap();
        for (day, expected) in [
            (today, today),
            (tomorrow, tomorrow),
            (
                today.yesterday().unwrap(),
                today.yesterday().unwrap().checked_add(1.year()).unwrap(),
            ),
        ] {
            let text = format!("{}/{}", day.day(), day.month());
            assert_eq!(date(&text, today), Ok(expected), "{text} on {today}");
        }
    }
}

#[test]
fn a_weekday_is_the_next_one_after_today() {
    let names = [
        ["monday", "lundi"],
        ["tuesday", "mardi"],
        ["wednesday", "mercredi"],
        ["thursday", "jeudi"],
        ["friday", "vendredi"],
        ["saturday", "samedi"],
        ["sunday", "dimanche"],
    ];
    let monday = civil::Date::constant(2026, 9, 7);
    for today in monday.series(1.day()).take(7) {
        for (offset, names) in (0..).zip(names) {
            let weekday = civil::Weekday::from_monday_zero_offset(offset).unwrap();
            for name in names {
                // Three letters are enough.
                for text in [name, &name[..3]] {
                    let found = date(text, today).unwrap();
                    assert_eq!(found.weekday(), weekday, "{text}");
                    assert!(
                        found > today && found <= today + 7.days(),
                        "{text} on {today}"
                    );
                }
            }
        }
    }
}

#[test]
fn months_have_names_in_both_languages() {
    let names = [
        ["January", "janvier"],
        ["February", "février"],
        ["March", "mars"],
        ["April", "avril"],
        ["May", "mai"],
        ["June", "juin"],
        ["July", "juillet"],
        ["August", "août"],
        ["September", "septembre"],
        ["October", "octobre"],
        ["November", "novembre"],
        ["December", "décembre"],
    ];
    let today = civil::Date::constant(2026, 1, 1);
    for (month, names) in (1..).zip(names) {
        for name in names {
            let expected = civil::Date::new(2027, month, 9).unwrap();
            assert_eq!(date(&format!("9 {name} 2027"), today), Ok(expected));
        }
    }
}

#[test]
fn every_parse_error_has_a_message() {
    for lang in Lang::ALL {
        let messages = Messages::new(lang);
        let texts: std::collections::BTreeSet<_> = ParseError::ALL
            .iter()
            .map(|&error| messages.parse_error(error))
            .collect();
        assert_eq!(texts.len(), ParseError::ALL.len());
        for error in ParseError::ALL {
            assert_ne!(messages.parse_error(error), error.message());
        }
    }
}
