#![allow(clippy::unwrap_used)]

use epic_events::fold::fold;

use super::{
    tokens::{amount_token, date_token, phone_tokens, record_token},
    *,
};

fn texts(query: &str) -> Vec<String> {
    let found = conditions(query).unwrap();
    found
        .into_iter()
        .map(|condition| match condition {
            Condition::Contains(pattern) => pattern,
            Condition::ContainsAny(expression) => format!("~{expression}"),
        })
        .collect()
}

#[test]
fn words_become_conditions() {
    let cases: &[(&str, &[&str])] = &[
        ("", &[]),
        (" \t\n\u{200b} ", &[]),
        ("Élodie", &["%elodie%"]),
        ("élodie CŒUR", &["%elodie%", "%coeur%"]),
        ("a b a", &["%a%", "%b%"]),
        ("100% _ \\", &[r"%100\%%", r"%\_%", r"%\\%", r"%\\%"]),
        ("+33", &["%+33%"]),
        // A number is searched for as text, as a phone number, as a record's number and as an
        // amount.
        ("12", &["~12|XLM |YLMKK "]),
        ("3172", &["~3172|DBHC|XNLRM |YNLRMKK "]),
        ("#3172", &[r"~\#3172|XNLRM |YNLRMKK "]),
        ("n° 12", &["~n°|XLM |YLMKK ", "~12|XLM |YLMKK |XLM |YLMKK "]),
        ("0", &["%0%"]),
        ("gala 12", &["%gala%", "~12|XLM |YLMKK "]),
        ("12gala", &["%12gala%"]),
    ];
    for (query, expected) in cases {
        assert_eq!(texts(query), *expected, "{query:?}");
    }
}

#[test]
fn phones_amounts_and_dates_are_recognized() {
    type Parse = fn(&str) -> Option<String>;
    let phone_token: Parse = |text| phone_tokens(text).into_iter().next();
    let cases: &[(Parse, &str, Option<&str>)] = &[
        (phone_token, "0612345678", Some("AGBCDEFGHI")),
        (phone_token, "06.12.34", Some("AGBCDE")),
        (phone_token, "+33612345678", Some("AGBCDEFGHI")),
        (phone_token, "(+33) (0)6 12", Some("AGBC")),
        (phone_token, "0033 6-12/34", Some("AGBCDE")),
        (phone_token, "33612345678", Some("AGBCDEFGHI")),
        (phone_token, "336123", Some("DDGBCD")),
        (phone_token, "tel:+3361234", Some("AGBCDE")),
        (phone_token, "+49 30", Some("AAEJDA")),
        (phone_token, "+49 (0)30", Some("AAEJDA")),
        (phone_token, "port. 06 12", Some("AGBC")),
        (phone_token, "123", None),
        (phone_token, "+336", None),
        (phone_token, "1234,5", None),
        (amount_token, "1234,56", Some("YLMNOPQ ")),
        (amount_token, "1 234,56", Some("YLMNOPQ ")),
        (amount_token, "1234.56", Some("YLMNOPQ ")),
        (amount_token, "1.234,56", Some("YLMNOPQ ")),
        (amount_token, "1'234.56 €", Some("YLMNOPQ ")),
        (amount_token, "12 400 euros", Some("YLMOKKKK ")),
        (amount_token, "1234,5", Some("YLMNOPK ")),
        (amount_token, "1,234", Some("YLMNOKK ")),
        (amount_token, "0,05", Some("YP ")),
        (amount_token, "5 000,-", Some("YPKKKKK ")),
        (amount_token, "5000.-", Some("YPKKKKK ")),
        (amount_token, "5000,-- €", Some("YPKKKKK ")),
        (amount_token, "1234€56", Some("YLMNOPQ ")),
        (amount_token, "1 234 euros 56", Some("YLMNOPQ ")),
        (amount_token, "1234eur56", Some("YLMNOPQ ")),
        (amount_token, "€ 1234,5", Some("YLMNOPK ")),
        (amount_token, "1234€5", None),
        (amount_token, "1234,5€56", None),
        (amount_token, "5000-", None),
        (amount_token, "0", None),
        (amount_token, "06 12 34", None),
        (amount_token, "1234 567", None),
        (amount_token, "12 40", None),
        (amount_token, "12.34.56", None),
        (date_token, "05/06/2026", Some("ZMKMQKQKP ")),
        (date_token, "5/6/2026", Some("ZMKMQKQKP ")),
        (date_token, "5.6.26", Some("ZMKMQKQKP ")),
        (date_token, "2026-06-05", Some("ZMKMQKQKP ")),
        (date_token, "5 juin 2026", Some("ZMKMQKQKP ")),
        (date_token, "1er janv. 26", Some("ZMKMQKLKL ")),
        (date_token, "june 5th, 2026", Some("ZMKMQKQKP ")),
        (date_token, "2026 juin 5", Some("ZMKMQKQKP ")),
        (date_token, "5-juin-26", Some("ZMKMQKQKP ")),
        (date_token, "5juin2026", Some("ZMKMQKQKP ")),
        (date_token, "05 06 2026", Some("ZMKMQKQKP ")),
        (date_token, "2026 06 05", Some("ZMKMQKQKP ")),
        (date_token, "5. 6. 2026", Some("ZMKMQKQKP ")),
        (date_token, "05 06 26", None),
        (date_token, "juin 2026", None),
        (date_token, "31 juin 2026", None),
        (date_token, "5x juin 2026", None),
        (date_token, "31/02/2026", None),
        (date_token, "05/06", None),
        (record_token, "3172", Some("XNLRM ")),
        (record_token, "n° 3172", Some("XNLRM ")),
        (record_token, "no 003", Some("XN ")),
        (record_token, "0", None),
        (record_token, "0612", None),
        (record_token, "3172a", None),
    ];
    for (parse, text, expected) in cases {
        assert_eq!(parse(text).as_deref(), *expected, "{text:?}");
    }
}

#[test]
fn a_phone_number_in_several_words_is_one_condition() {
    assert_eq!(texts("06 12 34"), ["~06 12 34|AGBCDE"]);
    assert_eq!(texts("(+33) 6 12"), [r"~\(\+33\) 6 12|AGBC"]);
    assert_eq!(texts("zoé 06 12 34"), ["%zoe%", "~06 12 34|AGBCDE"]);
    assert_eq!(texts("tel: 06 12 34"), ["~tel\\: 06 12 34|AGBCDE"]);
    assert_eq!(texts("06 12 (portable)").len(), 1);
    let extended = texts("zoé 06 12 34 56 78 poste 12");
    assert_eq!(extended, ["%zoe%", "~06 12 34 56 78 poste 12|AGBCDEFGHIBC"]);
    // A date can also be a phone number.
    assert_eq!(texts("05 06 2026"), ["~05 06 2026|AFAGCACG|ZMKMQKQKP "]);
    // A number after a word that is a label, and a number before a record's number, stay two words.
    assert_eq!(texts("mobile 2026").len(), 2);
    assert_eq!(texts("2026 #12").len(), 2);
    assert_eq!(texts("tel"), ["%tel%"]);
    // The words have too many digits for a phone number, or do not begin like one.
    assert_eq!(texts("06 12 34 56 78 3172").len(), 8);
    assert_eq!(texts("12 34").len(), 2);
}

#[test]
fn all_words_count_and_their_number_is_rounded_up() {
    let query = |words: usize| {
        let words: Vec<_> = ('a'..='z')
            .chain('а'..='я')
            .take(words)
            .map(String::from)
            .collect();
        words.join(" ")
    };
    for (words, expected) in [(1, 1), (2, 2), (3, 4), (8, 8), (9, 16), (50, 64)] {
        let found = texts(&query(words));
        assert_eq!(found.len(), expected, "{words}");
        let last = query(words).chars().last().unwrap();
        assert_eq!(found[words - 1], format!("%{}%", fold(&last.to_string())));
    }
}

#[test]
fn long_texts_and_control_characters_are_refused() {
    let longest = "é".repeat(QUERY_MAX);
    let cases = [
        (longest.clone(), Ok(1)),
        (longest + "é", Err(FieldErrorKind::TooLong { max: 200 })),
        ("a\u{7}b".to_owned(), Err(FieldErrorKind::ControlCharacter)),
        ("a\tb".to_owned(), Ok(2)),
    ];
    for (query, expected) in cases {
        assert_eq!(
            conditions(&query).map(|found| found.len()),
            expected,
            "{query:?}"
        );
    }
}
