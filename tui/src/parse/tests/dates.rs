#![allow(clippy::unwrap_used)]

use jiff::ToSpan;

use super::super::{ParseError::*, *};
use crate::messages::Lang;

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
        ("12 sept. 26", Ok("2026-09-12")),
        ("25-nov-26", Ok("2026-11-25")),
        ("25 nov 26", Ok("2026-11-25")),
        ("25nov2026", Ok("2026-11-25")),
        ("25nov26", Ok("2026-11-25")),
        ("25/nov/2026", Ok("2026-11-25")),
        ("25.nov.2026", Ok("2026-11-25")),
        ("25-NOV-2026", Ok("2026-11-25")),
        ("1er-déc-26", Ok("2026-12-01")),
        ("nov 25 2026", Ok("2026-11-25")),
        ("Nov. 25, 2026", Ok("2026-11-25")),
        ("November 25th, 2026", Ok("2026-11-25")),
        ("november 25", Ok("2027-11-25")),
        ("nov-25-2026", Ok("2026-11-25")),
        ("2026-nov-25", Ok("2026-11-25")),
        ("2026 nov 25", Ok("2026-11-25")),
        ("the 25th of November 2026", Ok("2026-11-25")),
        ("1st Dec 2026", Ok("2026-12-01")),
        ("2nd December 2026", Ok("2026-12-02")),
        ("3rd dec 26", Ok("2026-12-03")),
        ("21st of March 2027", Ok("2027-03-21")),
        ("2ème mars 2027", Ok("2027-03-02")),
        ("fe\u{301}vrier 3 2027", Ok("2027-02-03")),
        ("25 11 2026", Ok("2026-11-25")),
        ("25 / 11 / 2026", Ok("2026-11-25")),
        ("25 / 11", Ok("2027-11-25")),
        ("25 - 11 - 2026", Ok("2026-11-25")),
        ("25–11–2026", Ok("2026-11-25")),
        ("mercredi 25/11/2026", Ok("2026-11-25")),
        ("mercredi, 25 novembre 2026", Ok("2026-11-25")),
        ("Wednesday, Nov 25, 2026", Ok("2026-11-25")),
        ("mer. 25/11/26", Ok("2026-11-25")),
        ("jeudi aujourd'hui", Ok("2026-12-31")),
        ("mar 12 janv. 2027", Ok("2027-01-12")),
        ("mar 12 2027", Ok("2027-03-12")),
        // “mar” may be Tuesday or March.
        ("mar 12", Err(NotADate)),
        ("12 marseille 2026", Err(NotADate)),
        ("12 jui 2026", Err(NotADate)),
        ("31 nov 2026", Err(NoSuchDay)),
        ("lundi 31/02", Err(NoSuchDay)),
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
        assert_eq!(date(text, today, Year::Next), expected, "{text:?}");
    }
}

/// A weekday next to a date must match it; the error contains the right one.
#[test]
fn a_weekday_that_contradicts_its_date_is_refused() {
    let today = civil::Date::constant(2026, 11, 26);
    let cases = [
        (
            "jeudi 25/11/2026",
            "25/11/2026 is a Wednesday",
            "le 25/11/2026 est un mercredi",
        ),
        (
            "jeu. 25 nov. 2026",
            "25/11/2026 is a Wednesday",
            "le 25/11/2026 est un mercredi",
        ),
        (
            "Friday, Nov 26",
            "26/11/2026 is a Thursday",
            "le 26/11/2026 est un jeudi",
        ),
        (
            "sunday tomorrow",
            "27/11/2026 is a Friday",
            "le 27/11/2026 est un vendredi",
        ),
    ];
    for (text, english, french) in cases {
        let error = date(text, today, Year::Next).unwrap_err();
        let sentences = Lang::ALL.map(|lang| Messages::new(lang).parse_error(error));
        assert!(
            sentences[0].starts_with(english),
            "{text}: {}",
            sentences[0]
        );
        assert!(sentences[1].starts_with(french), "{text}: {}", sentences[1]);
    }
}

/// The day before, the day itself and the day after, on every day of a year.
#[test]
fn a_date_without_a_year_is_the_next_or_the_nearest_one() {
    let cases = [
        // Today, typed, next, nearest.
        ("2026-11-26", "25/11", "2027-11-25", "2026-11-25"),
        ("2026-11-26", "26/11", "2026-11-26", "2026-11-26"),
        ("2026-11-26", "27/11", "2026-11-27", "2026-11-27"),
        ("2026-11-26", "25 nov", "2027-11-25", "2026-11-25"),
        ("2026-11-26", "nov 25", "2027-11-25", "2026-11-25"),
        ("2026-12-31", "1/1", "2027-01-01", "2027-01-01"),
        ("2027-01-01", "31/12", "2027-12-31", "2026-12-31"),
        ("2026-01-15", "15/7", "2026-07-15", "2026-07-15"),
        ("2026-01-15", "17/7", "2026-07-17", "2025-07-17"),
        ("2026-11-26", "29/2", "2028-02-29", "2028-02-29"),
        ("2025-11-26", "29/2", "2028-02-29", "2024-02-29"),
    ];
    for (today, text, next, nearest) in cases {
        let today = today.parse().unwrap();
        for (year, expected) in [(Year::Next, next), (Year::Nearest, nearest)] {
            let expected = Ok(expected.parse().unwrap());
            assert_eq!(
                date(text, today, year),
                expected,
                "{text} on {today}, {year:?}"
            );
        }
    }
    let first = civil::Date::constant(2026, 1, 1);
    for today in first.series(1.day()).take(365) {
        for day in [today.yesterday(), Ok(today), today.tomorrow()] {
            let day = day.unwrap();
            let text = format!("{}/{}", day.day(), day.month());
            assert_eq!(
                date(&text, today, Year::Nearest),
                Ok(day),
                "{text} on {today}"
            );
        }
    }
}

#[test]
fn a_weekday_alone_is_the_next_or_the_nearest_one() {
    let cases = [
        // Today, a Friday; typed, next, nearest.
        ("2026-11-27", "jeudi", "2026-12-03", "2026-11-26"),
        ("2026-11-27", "thursday", "2026-12-03", "2026-11-26"),
        ("2026-11-27", "mardi", "2026-12-01", "2026-11-24"),
        ("2026-11-27", "vendredi", "2026-12-04", "2026-11-27"),
        ("2026-11-27", "samedi", "2026-11-28", "2026-11-28"),
        ("2026-11-27", "lundi", "2026-11-30", "2026-11-30"),
    ];
    for (today, text, next, nearest) in cases {
        let today = today.parse().unwrap();
        for (year, expected) in [(Year::Next, next), (Year::Nearest, nearest)] {
            let expected = Ok(expected.parse().unwrap());
            assert_eq!(date(text, today, year), expected, "{text}, {year:?}");
        }
    }
}

#[test]
fn what_has_happened_is_in_the_past() {
    let cases = [
        // Today, a Friday; typed, the last such day.
        ("2026-11-27", "vendredi", "2026-11-27"),
        ("2026-11-27", "saturday", "2026-11-21"),
        ("2026-11-27", "lundi", "2026-11-23"),
        ("2026-11-27", "12/9", "2026-09-12"),
        ("2026-11-27", "27/11", "2026-11-27"),
        ("2026-11-27", "28 nov", "2025-11-28"),
        ("2026-11-27", "29/2", "2024-02-29"),
    ];
    for (today, text, expected) in cases {
        let (today, expected) = (today.parse().unwrap(), expected.parse().unwrap());
        assert_eq!(date(text, today, Year::Last), Ok(expected), "{text}");
    }
}

#[test]
fn the_next_weekday_is_after_today_in_every_field() {
    let thursday = civil::Date::constant(2026, 12, 31);
    for year in [Year::Next, Year::Nearest, Year::Last] {
        for (text, expected) in [
            ("next friday", "2027-01-01"),
            ("Vendredi prochain", "2027-01-01"),
            ("jeudi prochain", "2027-01-07"),
            ("next wed", "2027-01-06"),
        ] {
            let expected = expected.parse().unwrap();
            assert_eq!(date(text, thursday, year), Ok(expected), "{text}");
        }
    }
    assert_eq!(date("next", thursday, Year::Next), Err(NotADate));
}

#[test]
fn a_formatted_date_parses_back() {
    let today = civil::Date::constant(2026, 2, 28);
    for first in [(2000, 1), (2024, 1), (2026, 1), (2100, 1), (2196, 1)] {
        let first = civil::Date::constant(first.0, first.1, 1);
        for day in first.series(1.day()).take(4 * 366) {
            let text = format_date(day);
            assert_eq!(date(&text, today, Year::Next), Ok(day), "{text}");
            assert_eq!(
                date(&day.to_string(), today, Year::Next),
                Ok(day),
                "ISO 8601"
            );
        }
    }
    assert_eq!(format_date(civil::Date::constant(2026, 3, 1)), "01/03/2026");
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
            assert_eq!(
                date(&text, today, Year::Next),
                Ok(expected),
                "{text} on {today}"
            );
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
                // Three letters suffice.
                for text in [name, &name[..3]] {
                    let found = date(text, today, Year::Next).unwrap();
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
            for text in [format!("9 {name} 2027"), format!("{name} 9 2027")] {
                assert_eq!(date(&text, today, Year::Next), Ok(expected), "{text}");
            }
        }
    }
}
