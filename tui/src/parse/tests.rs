#![allow(clippy::unwrap_used)]

mod amounts;
mod dates;
mod moments;
mod repeated;

use jiff::{Timestamp, tz::TimeZone};

use super::*;
use crate::messages::Lang;

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An empty field for a start.
fn new(now: &Zoned) -> Reference<'_> {
    Reference {
        now,
        previous: None,
        completion: Completion::Previous,
        year: Year::Next,
    }
}

/// An empty field for the end of a period with this start.
fn end_of<'a>(start: &str, now: &'a Zoned) -> Reference<'a> {
    Reference {
        completion: Completion::Start(Some(time(start))),
        ..new(now)
    }
}

fn now_in(zone: &str) -> Zoned {
    let zone = TimeZone::get(zone).unwrap();
    time("2026-09-12T15:00Z").to_zoned(zone)
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

/// Texts made of the parts of dates, hours, lengths and amounts, in any order.
#[test]
fn no_text_panics() {
    const PARTS: [&str; 40] = [
        "1", "12", "30", "2026", "99999", "0", " ", "/", "-", ".", ",", ":", "+", "h", "min", "am",
        "p.m.", "nov", "mar", "lundi", "thu", "cet", "utc", "t", "er", "th", "j", "€", "eur", "k",
        "é", "王", "\u{301}", "\u{202f}", "’", "demain", "minuit", "24h", "−", "\t",
    ];
    let now = now_in("Europe/Paris");
    let start = "2026-12-10T18:00+01:00";
    // A linear congruential generator.
    let mut state: u64 = 9;
    for _ in 0..40_000 {
        let mut text = String::new();
        for _ in 0..=(state >> 40) % 6 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let index = (state >> 33) % PARTS.len() as u64;
            text += PARTS[usize::try_from(index).unwrap()];
        }
        for lang in Lang::ALL {
            let _ = (amount(&text, lang), number(&text, lang));
        }
        let _ = date(&text, now.date(), Year::Nearest);
        for reference in [new(&now), end_of(start, &now)] {
            if let Ok(at) = moment(&text, &reference) {
                let formatted = format_moment(&at.to_zoned(now.time_zone().clone()));
                assert!(
                    moment(&formatted, &reference).is_ok(),
                    "{text:?} is {formatted}"
                );
            }
        }
    }
}
