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
        ("2026-09-07T07:05:00Z", "today 09:05", "aujourd’hui à 09:05"),
        ("2026-09-06T22:30:00Z", "today 00:30", "aujourd’hui à 00:30"),
        ("2026-09-06T14:20:00Z", "yesterday 16:20", "hier à 16:20"),
        ("2026-09-05T14:20:00Z", "5 Sep 16:20", "5 sept. 16:20"),
        ("2026-08-07T08:30:00Z", "7 Aug 10:30", "7 août 10:30"),
        ("2026-08-06T08:30:00Z", "6 Aug 10:30", "6 août 10:30"),
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

/// In few words, and in a sentence.
#[test]
fn past_times_have_a_short_form_and_one_for_sentences() {
    let (en, fr) = (Messages::new(Lang::En), Messages::new(Lang::Fr));
    let now: Zoned = "2026-09-07T10:30[Europe/Paris]".parse().unwrap();
    let cases = [
        (
            "2026-09-07T07:05:00Z",
            ["today 09:05", "auj. 09:05"],
            ["today 09:05", "aujourd’hui à 09:05"],
        ),
        (
            "2026-09-06T14:20:00Z",
            ["yesterday", "hier"],
            ["yesterday 16:20", "hier à 16:20"],
        ),
        (
            "2026-09-05T14:20:00Z",
            ["5 Sep", "5 sept."],
            ["on 5 Sep 16:20", "le 5 sept. à 16:20"],
        ),
        (
            "2025-09-07T08:30:00Z",
            ["7 Sep 2025", "7 sept. 2025"],
            ["on 7 Sep 2025 10:30", "le 7 sept. 2025 à 10:30"],
        ),
    ];
    for (at, short, in_sentence) in cases {
        let at: Timestamp = at.parse().unwrap();
        let texts = [&en, &fr].map(|it| it.short_relative_time(at, &now));
        assert_eq!(texts, short);
        let texts = [&en, &fr].map(|it| it.past_time(at, Some(&now)));
        assert_eq!(texts, in_sentence);
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
    let [first, second] =
        ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"].map(|at| at.parse::<Timestamp>().unwrap());
    let now = second.to_zoned(paris.clone());
    let (en, fr) = (Messages::new(Lang::En), Messages::new(Lang::Fr));
    assert_eq!(en.moment(first, &paris), "25 Oct 2026 02:30 CEST");
    assert_eq!(fr.moment(second, &paris), "25 oct. 2026 02:30 CET");
    assert_eq!(
        en.period(first, second, &now),
        "25 Oct 02:30 CEST–02:30 CET"
    );
    assert_eq!(en.relative_time(first, &now), "today 02:30 CEST");
    assert_eq!(fr.relative_time(second, &now), "aujourd’hui à 02:30 CET");
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
