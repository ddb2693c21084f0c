#![allow(clippy::unwrap_used)]

use super::super::{ParseError::*, *};
use crate::messages::Lang::{self, En, Fr};

/// Texts that mean the same in both languages.
#[test]
fn parses_amounts() {
    let cases = [
        ("12400", Ok(1_240_000)),
        ("12400.5", Ok(1_240_050)),
        ("12400,50", Ok(1_240_050)),
        ("12400.50", Ok(1_240_050)),
        ("12 400,50", Ok(1_240_050)),
        ("12\u{a0}400,50", Ok(1_240_050)),
        ("12\u{202f}400,50\u{a0}€", Ok(1_240_050)),
        ("12\u{2009}400,50", Ok(1_240_050)),
        ("12\u{2007}400.50", Ok(1_240_050)),
        ("12'400.50", Ok(1_240_050)),
        ("12’400,50", Ok(1_240_050)),
        (" 12 400,50 EUR ", Ok(1_240_050)),
        ("12.400,50", Ok(1_240_050)),
        ("1.234.567,8", Ok(123_456_780)),
        ("1.234.567", Ok(123_456_700)),
        ("1 234 567", Ok(123_456_700)),
        ("12 400 euros", Ok(1_240_000)),
        ("12 400,50 Euros", Ok(1_240_050)),
        ("1 euro", Ok(100)),
        ("EUR 12 400", Ok(1_240_000)),
        ("eur12400", Ok(1_240_000)),
        ("€ 12 400", Ok(1_240_000)),
        ("12 400€", Ok(1_240_000)),
        ("12 400,-", Ok(1_240_000)),
        ("12 400,– €", Ok(1_240_000)),
        ("12 400.—", Ok(1_240_000)),
        ("12400,--", Ok(1_240_000)),
        ("12€50", Ok(1_250)),
        ("12 € 50", Ok(1_250)),
        ("12\u{202f}400\u{a0}€\u{a0}50", Ok(1_240_050)),
        ("12 euros 50", Ok(1_250)),
        ("0", Ok(0)),
        ("0,05", Ok(5)),
        ("0.5", Ok(50)),
        (".5", Ok(50)),
        (",50", Ok(50)),
        ("007", Ok(700)),
        ("-12,50", Ok(-1_250)),
        ("− 12,50", Ok(-1_250)),
        ("-€12,50", Ok(-1_250)),
        ("10000000000", Ok(1_000_000_000_000)),
        ("92233720368547758.07", Ok(i64::MAX)),
        ("92233720368547758.08", Err(TooLarge)),
        ("99999999999999999999", Err(TooLarge)),
        ("", Err(Empty)),
        ("  ", Err(Empty)),
        ("€", Err(Empty)),
        ("euros", Err(Empty)),
        ("-", Err(NotAnAmount)),
        ("-€", Err(NotAnAmount)),
        (".", Err(NotAnAmount)),
        (",-", Err(NotAnAmount)),
        ("12,", Err(NotAnAmount)),
        ("12.", Err(NotAnAmount)),
        ("12-", Err(NotAnAmount)),
        ("abc", Err(NotAnAmount)),
        ("12e3", Err(NotAnAmount)),
        ("12k", Err(NotAnAmount)),
        ("12 k€", Err(NotAnAmount)),
        ("12 $", Err(NotAnAmount)),
        ("١٢", Err(NotAnAmount)),
        ("1,2,50", Err(NotAnAmount)),
        ("1,234,50", Err(NotAnAmount)),
        ("1.234.5", Err(NotAnAmount)),
        ("1a234", Err(NotAnAmount)),
        ("12 40,50", Err(NotAnAmount)),
        ("1 234.567,00", Err(NotAnAmount)),
        ("1\t200", Err(NotAnAmount)),
        ("1\n200", Err(NotAnAmount)),
        ("1\u{2028}200", Err(NotAnAmount)),
        ("12--3", Err(NotAnAmount)),
        ("12€5", Err(NotAnAmount)),
        ("12€500", Err(NotAnAmount)),
        ("12,50€50", Err(NotAnAmount)),
        ("€50€", Err(NotAnAmount)),
        ("12,4005", Err(TooPrecise)),
        ("12 400,505", Err(TooPrecise)),
        ("1234,567", Err(TooPrecise)),
        ("1234.567", Err(TooPrecise)),
        (",500", Err(TooPrecise)),
        // A leading zero is not followed by a group.
        ("0,225", Err(TooPrecise)),
        ("0.225", Err(TooPrecise)),
        ("0,005", Err(TooPrecise)),
        ("0.500", Err(TooPrecise)),
        ("000,001", Err(TooPrecise)),
        ("012,345", Err(TooPrecise)),
        ("012.345", Err(TooPrecise)),
        ("0 225", Err(NotAnAmount)),
        ("000 001", Err(NotAnAmount)),
        ("0.500.000", Err(NotAnAmount)),
    ];
    for (text, expected) in cases {
        for lang in Lang::ALL {
            assert_eq!(amount(text, lang), expected, "{text:?} in {lang:?}");
        }
    }
}

#[test]
fn a_separator_before_three_digits_depends_on_the_language() {
    let cases = [
        ("1,234", Ok(123_400), Err(TooPrecise)),
        ("12,400", Ok(1_240_000), Err(TooPrecise)),
        ("1.234", Err(TooPrecise), Ok(123_400)),
        ("12.400", Err(TooPrecise), Ok(1_240_000)),
        ("12,400,-", Ok(1_240_000), Err(NotAnAmount)),
        ("12.400,-", Ok(1_240_000), Ok(1_240_000)),
        ("1,234,567", Ok(123_456_700), Err(NotAnAmount)),
        ("12,400.50", Ok(1_240_050), Err(NotAnAmount)),
        ("€12,400.50", Ok(1_240_050), Err(NotAnAmount)),
        ("12.400,505", Err(TooPrecise), Err(TooPrecise)),
        ("1.234,567", Err(TooPrecise), Err(TooPrecise)),
    ];
    for (text, english, french) in cases {
        assert_eq!(amount(text, En), english, "{text:?} in English");
        assert_eq!(amount(text, Fr), french, "{text:?} in French");
    }
}

#[test]
fn parses_numbers() {
    let cases = [
        ("250", Ok(250), Ok(250)),
        (" 1 200 ", Ok(1_200), Ok(1_200)),
        ("1\u{202f}200", Ok(1_200), Ok(1_200)),
        ("1,200", Ok(1_200), Err(NotANumber)),
        ("1.200", Err(NotANumber), Ok(1_200)),
        ("1.200.000", Ok(1_200_000), Ok(1_200_000)),
        ("1,200,000", Ok(1_200_000), Err(NotANumber)),
        ("-3", Ok(-3), Ok(-3)),
        ("007", Ok(7), Ok(7)),
        ("2147483647", Ok(i32::MAX), Ok(i32::MAX)),
        ("2147483648", Err(TooLarge), Err(TooLarge)),
        ("99999999999999999999", Err(TooLarge), Err(TooLarge)),
        ("", Err(Empty), Err(Empty)),
        ("0,250", Err(NotANumber), Err(NotANumber)),
        ("0.250", Err(NotANumber), Err(NotANumber)),
        ("0 250", Err(NotANumber), Err(NotANumber)),
        ("12,5", Err(NotANumber), Err(NotANumber)),
        ("douze", Err(NotANumber), Err(NotANumber)),
        ("1 2 3", Err(NotANumber), Err(NotANumber)),
        ("1\t200", Err(NotANumber), Err(NotANumber)),
        ("1a234", Err(NotANumber), Err(NotANumber)),
        ("1,234.567", Err(NotANumber), Err(NotANumber)),
        ("--3", Err(NotANumber), Err(NotANumber)),
    ];
    for (text, english, french) in cases {
        assert_eq!(number(text, En), english, "{text:?} in English");
        assert_eq!(number(text, Fr), french, "{text:?} in French");
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
            assert_eq!(amount(&text, lang), Ok(cents), "{text}");
            let displayed = format!("{text}\u{a0}€");
            assert_eq!(amount(&displayed, lang), Ok(cents), "{displayed}");
        }
    }
    assert_eq!(format_amount(Lang::En, 11_755_500), "117,555.00");
    assert_eq!(format_amount(Lang::Fr, 11_755_500), "117\u{202f}555,00");
}
