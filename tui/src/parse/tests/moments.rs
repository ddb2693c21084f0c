#![allow(clippy::unwrap_used)]

use super::{
    super::{ParseError::*, *},
    end_of, new, now_in, time,
};

#[test]
fn parses_times() {
    // A Saturday; Paris is at +02:00.
    let now: Zoned = "2026-09-12T17:00[Europe/Paris]".parse().unwrap();
    let cases = [
        ("12/09/2026 18:00", Ok("2026-09-12T18:00+02:00")),
        ("12/9 18h", Ok("2026-09-12T18:00+02:00")),
        // A date of today is the next such date, even if the time is past.
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
        ("12/9 24h30", Err(NoSuchTime)),
        ("25:00", Err(NoSuchTime)),
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
        let expected = expected.map(time);
        assert_eq!(moment(text, &new(&now)), expected, "{text:?}");
    }
}

#[test]
fn parses_times_in_other_notations() {
    let now = now_in("Europe/Paris");
    let cases = [
        ("12/9 24h", Ok("2026-09-13T00:00+02:00")),
        ("12/9 24:00", Ok("2026-09-13T00:00+02:00")),
        ("12/9 minuit", Ok("2026-09-12T00:00+02:00")),
        ("12/9 18.30", Ok("2026-09-12T18:30+02:00")),
        ("12/9/2026 18.05", Ok("2026-09-12T18:05+02:00")),
        ("12.9.2026 18.30", Ok("2026-09-12T18:30+02:00")),
        ("lundi 18.30", Ok("2026-09-14T18:30+02:00")),
        ("12/9 6:30 p.m.", Ok("2026-09-12T18:30+02:00")),
        ("12/9 6:30p.m.", Ok("2026-09-12T18:30+02:00")),
        ("12/9 6 p.m.", Ok("2026-09-12T18:00+02:00")),
        ("12/9 6 P.M", Ok("2026-09-12T18:00+02:00")),
        ("12/9 6.30 pm", Ok("2026-09-12T18:30+02:00")),
        ("12/9 9 a.m.", Ok("2026-09-12T09:00+02:00")),
        ("12/9 18 h 30 min", Ok("2026-09-12T18:30+02:00")),
        ("12/9 18h30min", Ok("2026-09-12T18:30+02:00")),
        ("12/9 18 heures 30", Ok("2026-09-12T18:30+02:00")),
        ("12/9 18heures", Ok("2026-09-12T18:00+02:00")),
        ("12/9 18:30 h", Ok("2026-09-12T18:30+02:00")),
        ("12/9 - 18h", Ok("2026-09-12T18:00+02:00")),
        ("25-nov-26 18h", Ok("2026-11-25T18:00+01:00")),
        ("25 nov 26 18h", Ok("2026-11-25T18:00+01:00")),
        ("25 nov 18 h 30", Ok("2026-11-25T18:30+01:00")),
        ("25 nov 06 pm", Ok("2026-11-25T18:00+01:00")),
        ("nov 25 6:30 p.m.", Ok("2026-11-25T18:30+01:00")),
        ("Nov 25, 2026 at 6 p.m.", Ok("2026-11-25T18:00+01:00")),
        (
            "Wednesday, November 25th 2026, 18:30",
            Ok("2026-11-25T18:30+01:00"),
        ),
        ("mercredi 25/11/2026 à 18h", Ok("2026-11-25T18:00+01:00")),
        ("le 1er déc. 2026 à 18 h", Ok("2026-12-01T18:00+01:00")),
        (
            "jeudi 25/11/2026 18h",
            Err(WrongWeekday(civil::Date::constant(2026, 11, 25))),
        ),
        ("18.12", Err(TimeMissing)),
        ("18.30", Err(DayMissing)),
        ("+5h", Err(NotAMoment)),
        ("12/9 6:30 p.m. CEST", Ok("2026-09-12T18:30+02:00")),
        ("12/9 18h CET", Err(NoSuchOffset)),
        ("12/9 18h +02:00", Ok("2026-09-12T18:00+02:00")),
        ("12/9 18:00-19:00", Err(NotAMoment)),
        ("12/9 18h XYZ", Err(NotAMoment)),
        ("12/9 18h late", Err(NotAMoment)),
        ("12/9 18:00sharp", Err(NotAMoment)),
    ];
    for (text, expected) in cases {
        assert_eq!(moment(text, &new(&now)), expected.map(time), "{text:?}");
    }
}

/// An hour without a date at the end of a period is the first such hour after the start.
#[test]
fn an_end_without_a_date_follows_the_start() {
    let now = now_in("Europe/Paris");
    let start = "2026-12-10T18:00+01:00";
    let cases = [
        (start, "23h", Ok("2026-12-10T23:00+01:00")),
        (start, "23", Err(NotAMoment)),
        (start, "5h", Ok("2026-12-11T05:00+01:00")),
        (start, "18h01", Ok("2026-12-10T18:01+01:00")),
        (start, "18h", Ok("2026-12-11T18:00+01:00")),
        (start, "2h", Ok("2026-12-11T02:00+01:00")),
        (start, "minuit", Ok("2026-12-11T00:00+01:00")),
        (start, "midnight", Ok("2026-12-11T00:00+01:00")),
        (start, "24h", Ok("2026-12-11T00:00+01:00")),
        (start, "24:00", Ok("2026-12-11T00:00+01:00")),
        (start, "0h", Ok("2026-12-11T00:00+01:00")),
        (start, "midi", Ok("2026-12-11T12:00+01:00")),
        (start, "9am", Ok("2026-12-11T09:00+01:00")),
        (start, "noon", Ok("2026-12-11T12:00+01:00")),
        (start, "11:30 p.m.", Ok("2026-12-10T23:30+01:00")),
        (start, "23.30", Ok("2026-12-10T23:30+01:00")),
        (
            "2026-12-10T08:00+01:00",
            "midi",
            Ok("2026-12-10T12:00+01:00"),
        ),
        (
            "2026-12-10T08:00+01:00",
            "9am",
            Ok("2026-12-10T09:00+01:00"),
        ),
        ("2026-12-10T22:00+01:00", "2h", Ok("2026-12-11T02:00+01:00")),
        (
            "2026-12-10T00:00+01:00",
            "minuit",
            Ok("2026-12-11T00:00+01:00"),
        ),
        ("2026-12-31T22:00+01:00", "2h", Ok("2027-01-01T02:00+01:00")),
        // A complete date with a time is unchanged; an incomplete one is completed after the start.
        (start, "12/12 2h", Ok("2026-12-12T02:00+01:00")),
        (start, "9/12/2026 23h", Ok("2026-12-09T23:00+01:00")),
        (start, "10/12 24h", Ok("2026-12-11T00:00+01:00")),
        (start, "10/12 minuit", Ok("2026-12-11T00:00+01:00")),
        (start, "11/12 minuit", Ok("2026-12-11T00:00+01:00")),
        (start, "jeudi 23h", Ok("2026-12-10T23:00+01:00")),
        (start, "vendredi 2h", Ok("2026-12-11T02:00+01:00")),
        (start, "demain 2h", Ok("2026-09-13T02:00+02:00")),
        (
            "2028-03-01T18:00+01:00",
            "2/3 2h",
            Ok("2028-03-02T02:00+01:00"),
        ),
    ];
    for (start, text, expected) in cases {
        let expected = expected.map(time);
        let found = moment(text, &end_of(start, &now));
        assert_eq!(found, expected, "{text:?} after {start}");
    }
    let unknown = Reference {
        completion: Completion::Start(None),
        ..new(&now)
    };
    assert_eq!(moment("23h", &unknown), Err(DayMissing));
    assert_eq!(moment("+5h", &unknown), Err(StartMissing));
    assert_eq!(
        moment("12/12 2h", &unknown),
        Ok(time("2026-12-12T02:00+01:00"))
    );
}

#[test]
fn an_end_without_a_date_follows_the_start_when_the_clocks_change() {
    let now = now_in("Europe/Paris");
    let cases = [
        ("2027-03-27T22:00+01:00", "5h", Ok("2027-03-28T05:00+02:00")),
        ("2027-03-27T22:00+01:00", "2h30", Err(ClockSkips)),
        ("2027-03-28T01:00+01:00", "2h30", Err(ClockSkips)),
        (
            "2027-03-28T04:00+02:00",
            "2h30",
            Ok("2027-03-29T02:30+02:00"),
        ),
        (
            "2026-10-24T22:00+02:00",
            "2h30",
            Ok("2026-10-25T02:30+02:00"),
        ),
        (
            "2026-10-24T22:00+02:00",
            "2h30 cet",
            Ok("2026-10-25T02:30+01:00"),
        ),
        (
            "2026-10-25T02:30+02:00",
            "2h15",
            Ok("2026-10-25T02:15+01:00"),
        ),
        (
            "2026-10-25T02:30+01:00",
            "2h45",
            Ok("2026-10-25T02:45+01:00"),
        ),
        (
            "2026-10-25T02:30+01:00",
            "25/10/2026 2h45",
            Ok("2026-10-25T02:45+01:00"),
        ),
        (
            "2026-10-25T02:30+01:00",
            "2h15",
            Ok("2026-10-26T02:15+01:00"),
        ),
    ];
    for (start, text, expected) in cases {
        let found = moment(text, &end_of(start, &now));
        assert_eq!(found, expected.map(time), "{text:?} after {start}");
    }
}

#[test]
fn a_length_is_added_to_the_start() {
    let now = now_in("Europe/Paris");
    let start = "2026-12-10T18:00+01:00";
    let cases = [
        ("+5h", Ok("2026-12-10T23:00+01:00")),
        (" + 5 h", Ok("2026-12-10T23:00+01:00")),
        ("+5 heures", Ok("2026-12-10T23:00+01:00")),
        ("+5 hours", Ok("2026-12-10T23:00+01:00")),
        ("+2h30", Ok("2026-12-10T20:30+01:00")),
        ("+2 h 30 min", Ok("2026-12-10T20:30+01:00")),
        ("+2:30", Ok("2026-12-10T20:30+01:00")),
        ("+1,5h", Ok("2026-12-10T19:30+01:00")),
        ("+0.25h", Ok("2026-12-10T18:15+01:00")),
        ("+90min", Ok("2026-12-10T19:30+01:00")),
        ("+90 minutes", Ok("2026-12-10T19:30+01:00")),
        ("+90m", Ok("2026-12-10T19:30+01:00")),
        ("+1j", Ok("2026-12-11T18:00+01:00")),
        ("+2 jours", Ok("2026-12-12T18:00+01:00")),
        ("+1d", Ok("2026-12-11T18:00+01:00")),
        ("+1 day 3h", Ok("2026-12-11T21:00+01:00")),
        ("+1J 3H 15", Ok("2026-12-11T21:15+01:00")),
        ("3 hours", Ok("2026-12-10T21:00+01:00")),
        ("3 hrs 15 min", Ok("2026-12-10T21:15+01:00")),
        ("90 min", Ok("2026-12-10T19:30+01:00")),
        ("1 jour", Ok("2026-12-11T18:00+01:00")),
        ("1 day 2h", Ok("2026-12-11T20:00+01:00")),
        ("3 heures", Ok("2026-12-11T03:00+01:00")),
        ("3h", Ok("2026-12-11T03:00+01:00")),
        ("+5", Err(NotAMoment)),
        ("+", Err(NotAMoment)),
        ("+h", Err(NotAMoment)),
        ("+5h5h", Err(NotAMoment)),
        ("+30min 5h", Err(NotAMoment)),
        ("+2:60", Err(NotAMoment)),
        ("+0,33h", Err(NotAMoment)),
        ("+5 kg", Err(NotAMoment)),
        ("+-5h", Err(NotAMoment)),
        ("-5h", Err(NotAMoment)),
    ];
    for (text, expected) in cases {
        let expected = expected.map(time);
        assert_eq!(moment(text, &end_of(start, &now)), expected, "{text:?}");
    }
    // A day is a day of the calendar, an hour an hour of the clock.
    let start = "2026-10-24T22:00+02:00";
    let cases = [
        ("+1j", "2026-10-25T22:00+01:00"),
        ("+24h", "2026-10-25T21:00+01:00"),
    ];
    for (text, expected) in cases {
        assert_eq!(
            moment(text, &end_of(start, &now)),
            Ok(time(expected)),
            "{text}"
        );
    }
}

#[test]
fn a_time_without_a_date_is_on_the_previous_day_of_the_field() {
    let now = now_in("Europe/Paris");
    let reference = Reference {
        previous: Some(time("2026-12-10T18:00+01:00")),
        ..new(&now)
    };
    let cases = [
        ("20h", "2026-12-10T20:00+01:00"),
        ("9h", "2026-12-10T09:00+01:00"),
        ("24h", "2026-12-11T00:00+01:00"),
        ("18.30", "2026-12-10T18:30+01:00"),
    ];
    for (text, expected) in cases {
        assert_eq!(moment(text, &reference), Ok(time(expected)), "{text}");
    }
}
