#![allow(clippy::unwrap_used)]

use super::{ParseError::*, *};
use crate::messages::Lang;

#[test]
fn amounts() {
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
fn numbers() {
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
        ("--3", Err(NotANumber)),
    ];
    for (text, expected) in cases {
        assert_eq!(number(text), expected, "{text:?}");
    }
}

#[test]
fn days() {
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
fn moments() {
    // A Saturday; Paris is at +02:00.
    let now: Zoned = "2026-09-12T17:00[Europe/Paris]".parse().unwrap();
    let cases = [
        ("12/09/2026 18:00", Ok("2026-09-12T18:00+02:00")),
        ("12/9 18h", Ok("2026-09-12T18:00+02:00")),
        // Today counts as the next such day, also when the hour has passed.
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
        // Clocks go forward on 28 March 2027 from 02:00 to 03:00, and back on 25 October 2026.
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

/// What a form shows can be left as it is and saved.
#[test]
fn what_is_shown_is_read_back() {
    for cents in [0, 5, 99, 100, 11_755_500, 123_456_789, 1_000_000_000_000] {
        for lang in Lang::ALL {
            assert_eq!(amount(&show_amount(lang, cents)), Ok(cents), "{lang:?}");
        }
    }
    assert_eq!(show_amount(Lang::En, 11_755_500), "117,555.00");
    assert_eq!(show_amount(Lang::Fr, 11_755_500), "117\u{202f}555,00");
    let now: Zoned = "2026-02-28T23:59[Europe/Paris]".parse().unwrap();
    for day in ["2000-01-01", "2028-02-29", "2199-12-31"] {
        let day: civil::Date = day.parse().unwrap();
        assert_eq!(date(&show_date(day), now.date()), Ok(day));
    }
    for at in [
        "2026-09-12T18:00[Europe/Paris]",
        "2027-01-01T00:05[Europe/Paris]",
    ] {
        let at: Zoned = at.parse().unwrap();
        assert_eq!(moment(&show_moment(&at), &now), Ok(at));
    }
}

#[test]
fn every_mistake_has_words() {
    for lang in Lang::ALL {
        let messages = Messages::new(lang);
        for mistyped in ParseError::ALL {
            assert_ne!(messages.mistyped(&mistyped), mistyped.message());
        }
    }
}
