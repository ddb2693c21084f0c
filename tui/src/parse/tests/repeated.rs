//! Local times that occur twice.
#![allow(clippy::unwrap_used)]

use jiff::ToSpan;

use super::{
    super::{ParseError::*, *},
    new, now_in, time,
};

/// Zone, text, and the moment that it means when the previous value is the first or the second of
/// the two equal local times.
#[test]
fn a_repeated_time_is_that_of_the_field_or_the_marked_one() {
    let paris = ["2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"];
    let johns = ["2026-11-01T01:30-02:30", "2026-11-01T01:30-03:30"];
    let lord_howe = ["2026-04-05T01:45+11:00", "2026-04-05T01:45+10:30"];
    let both = |it: [&'static str; 2]| (it[0], it[1]);
    let first = |it: [&'static str; 2]| (it[0], it[0]);
    let second = |it: [&'static str; 2]| (it[1], it[1]);
    let cases = [
        ("Europe/Paris", "25/10/2026 02:30", paris, both(paris)),
        ("Europe/Paris", "25/10/2026 2h30", paris, both(paris)),
        ("Europe/Paris", "02:30", paris, both(paris)),
        ("Europe/Paris", "25/10/2026 02:30 CEST", paris, first(paris)),
        ("Europe/Paris", "25/10/2026 02:30 CET", paris, second(paris)),
        ("Europe/Paris", "02:30 cet", paris, second(paris)),
        ("Europe/Paris", "02:30cet", paris, second(paris)),
        ("Europe/Paris", "2h30 CET", paris, second(paris)),
        ("Europe/Paris", "02:30 +01:00", paris, second(paris)),
        ("Europe/Paris", "02:30+02:00", paris, first(paris)),
        ("Europe/Paris", "2h30+0100", paris, second(paris)),
        ("Europe/Paris", "02:30 UTC+1", paris, second(paris)),
        ("Europe/Paris", "02:30 GMT+2", paris, first(paris)),
        (
            "Europe/Paris",
            "2026-10-25T02:30+01:00",
            paris,
            second(paris),
        ),
        ("America/St_Johns", "1/11/2026 01:30", johns, both(johns)),
        ("America/St_Johns", "01:30 NDT", johns, first(johns)),
        ("America/St_Johns", "01:30 NST", johns, second(johns)),
        ("America/St_Johns", "01:30 -02:30", johns, first(johns)),
        ("America/St_Johns", "01:30 −03:30", johns, second(johns)),
        ("America/St_Johns", "01:30-0330", johns, second(johns)),
        (
            "Australia/Lord_Howe",
            "5/4/2026 01:45",
            lord_howe,
            both(lord_howe),
        ),
        (
            "Australia/Lord_Howe",
            "01:45 +10:30",
            lord_howe,
            second(lord_howe),
        ),
    ];
    for (zone, text, times, expected) in cases {
        let now = now_in(zone);
        for (previous, expected) in times.into_iter().zip([expected.0, expected.1]) {
            let reference = Reference {
                previous: Some(time(previous)),
                ..new(&now)
            };
            let found = moment(text, &reference);
            assert_eq!(
                found,
                Ok(time(expected)),
                "{text} in {zone} after {previous}"
            );
        }
    }
    let now = now_in("Europe/Paris");
    for (text, error) in [
        ("25/10/2026 02:30 EST", NotAMoment),
        ("25/10/2026 02:30 +03:00", NoSuchOffset),
        ("25/10/2026 03:30 CEST", NoSuchOffset),
    ] {
        assert_eq!(moment(text, &new(&now)), Err(error), "{text}");
    }
}

/// Zone, previous value, text, and the moment that it means.
#[test]
fn a_retyped_hour_keeps_the_offset_of_that_day() {
    let cases = [
        (
            "Europe/Paris",
            "2026-10-25T02:05+01:00",
            "02:55",
            "2026-10-25T02:55+01:00",
        ),
        (
            "Europe/Paris",
            "2026-10-25T02:55+02:00",
            "02:05",
            "2026-10-25T02:05+02:00",
        ),
        (
            "Europe/Paris",
            "2026-10-25T02:05+01:00",
            "25/10/2026 02:55",
            "2026-10-25T02:55+01:00",
        ),
        (
            "Europe/Paris",
            "2026-10-25T02:05+01:00",
            "02:55 CEST",
            "2026-10-25T02:55+02:00",
        ),
        (
            "Europe/Paris",
            "2026-10-25T23:00+01:00",
            "02:30",
            "2026-10-25T02:30+01:00",
        ),
        (
            "Europe/Paris",
            "2026-10-25T00:30+02:00",
            "02:59",
            "2026-10-25T02:59+02:00",
        ),
        // The offset of another day has no influence.
        (
            "Europe/Paris",
            "2026-01-05T02:05+01:00",
            "25/10/2026 02:30",
            "2026-10-25T02:30+02:00",
        ),
        (
            "Europe/Paris",
            "2026-10-26T02:05+01:00",
            "25/10/2026 02:30",
            "2026-10-25T02:30+01:00",
        ),
        (
            "America/St_Johns",
            "2026-11-01T01:05-03:30",
            "01:55",
            "2026-11-01T01:55-03:30",
        ),
        (
            "Australia/Lord_Howe",
            "2026-04-05T01:35+10:30",
            "01:59",
            "2026-04-05T01:59+10:30",
        ),
    ];
    for (zone, previous, text, expected) in cases {
        let now = now_in(zone);
        let reference = Reference {
            previous: Some(time(previous)),
            ..new(&now)
        };
        assert_eq!(
            moment(text, &reference),
            Ok(time(expected)),
            "{text} after {previous}"
        );
    }
}

/// Every half hour of a year, in zones that change their clocks by an hour and by half an hour, with
/// and without names for their offsets. The field was empty before.
#[test]
fn a_formatted_time_parses_back() {
    let zones = [
        ("Europe/Paris", 4),
        ("America/St_Johns", 4),
        ("Asia/Kathmandu", 0),
        ("Australia/Lord_Howe", 2),
        ("America/Santiago", 4),
        ("Africa/Casablanca", 4),
        ("Europe/Dublin", 4),
        ("UTC", 0),
    ];
    for (zone, repeated) in zones {
        let now = now_in(zone);
        let first: Zoned = format!("2026-01-01T00:05[{zone}]").parse().unwrap();
        let mut marked = 0;
        for step in 0..365 * 48 {
            let at = first.checked_add((step * 30).minutes()).unwrap();
            let text = format_moment(&at);
            assert_eq!(
                moment(&text, &new(&now)),
                Ok(at.timestamp()),
                "{text} in {zone}"
            );
            marked += usize::from(text.matches(' ').count() > 1);
        }
        assert_eq!(marked, repeated, "{zone}");
    }
}
