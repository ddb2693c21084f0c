use super::*;
use crate::value::tests::check_text;

#[test]
fn accepts_digits_with_usual_separators() {
    let longest = format!("06 12 34 56 78{}9", "-".repeat(25));
    let too_long = format!("06 12 34 56 78{}9", "-".repeat(26));
    let cases = [
        ("+33 6 12 34 56 78", Ok("+33 6 12 34 56 78")),
        (" 01.23.45.67.89\t", Ok("01.23.45.67.89")),
        ("(0)1-23/45", Ok("(0)1-23/45")),
        ("+33 (0)6 12 34 56 78", Ok("+33 (0)6 12 34 56 78")),
        ("0033612345678", Ok("0033612345678")),
        ("00123456789012345", Ok("00123456789012345")),
        ("123456789012345", Ok("123456789012345")),
        ("+123456789012345", Ok("+123456789012345")),
        ("+6834567", Ok("+6834567")),
        ("3949", Ok("3949")),
        ("112", Ok("112")),
        ("15", Ok("15")),
        (longest.as_str(), Ok(longest.as_str())),
        (too_long.as_str(), Err(FieldErrorKind::TooLong { max: 40 })),
    ];
    check_text(Phone::parse, Phone::as_str, Phone::into_string, &cases);
}

#[test]
fn reads_what_looks_like_a_number() {
    let cases = [
        // Contacts copied from a telephone carry bidirectional controls.
        ("\u{202a}+33 6 12 34 56 78\u{202c}", Ok("+33 6 12 34 56 78")),
        ("\u{202d}\u{200e}06 12\u{202e}", Ok("06 12")),
        (
            "06\u{a0}12\u{202f}34\u{2009}56\u{3000}78",
            Ok("06 12 34 56 78"),
        ),
        ("06  12   34", Ok("06 12 34")),
        (
            "06\u{2011}12\u{2013}34\u{2014}56\u{2212}78",
            Ok("06-12-34-56-78"),
        ),
        ("０３ー１２３４", Ok("03-1234")),
        ("＋３３（０）６・１２３４５６７８", Ok("+33(0)6.12345678")),
        ("＋３３（０）６．１２３４５６７８", Ok("+33(0)6.12345678")),
        ("06·12•34‧56", Ok("06.12.34.56")),
        ("01⁄23∕45", Ok("01/23/45")),
        ("٠٦١٢٣٤٥٦٧٨", Ok("0612345678")),
        ("०६१२३४५६७८९", Ok("06123456789")),
        ("𝟎𝟔𝟏𝟐", Ok("0612")),
        ("(+33) 6 12 34 56 78", Ok("+33 6 12 34 56 78")),
        ("(+33)612345678", Ok("+33 612345678")),
        ("( + 33 ) 612345678", Ok("+33 612345678")),
        ("+ 33 6 12 34 56 78", Ok("+33 6 12 34 56 78")),
        ("tel:+33612345678", Ok("+33612345678")),
        ("TEL: 06 12", Ok("06 12")),
        ("Tél. : 06 12", Ok("06 12")),
        ("Mobile 06 12", Ok("06 12")),
        ("06 12 34 56 78.", Ok("06 12 34 56 78")),
        ("callto:+33612345678", Ok("+33612345678")),
        ("tel://+33612345678", Ok("+33612345678")),
        ("callto://+33612345678", Ok("+33612345678")),
    ];
    check_text(Phone::parse, Phone::as_str, Phone::into_string, &cases);
}

#[test]
fn extensions_have_one_form() {
    let not_a_phone = Err(FieldErrorKind::NotAPhone);
    let cases = [
        ("06 12 34 56 78 poste 12", Ok("06 12 34 56 78 ext. 12")),
        ("06 12 34 56 78 Poste : 12", Ok("06 12 34 56 78 ext. 12")),
        ("06 12 34 56 78, ext. 12", Ok("06 12 34 56 78 ext. 12")),
        ("0612345678ext12", Ok("0612345678 ext. 12")),
        ("0612345678 extension 12", Ok("0612345678 ext. 12")),
        ("0612345678 extn. 12", Ok("0612345678 ext. 12")),
        ("0612345678 interne 12", Ok("0612345678 ext. 12")),
        ("0612345678 int. 12", Ok("0612345678 ext. 12")),
        ("0612345678x12", Ok("0612345678 ext. 12")),
        ("0612345678 X 12", Ok("0612345678 ext. 12")),
        ("0612345678#12", Ok("0612345678 ext. 12")),
        ("0612345678 (poste 12)", Ok("0612345678 ext. 12")),
        ("0612345678 p. 12", Ok("0612345678 ext. 12")),
        ("0612345678 p 12", Ok("0612345678 ext. 12")),
        ("0612345678 poste n° 12", Ok("0612345678 ext. 12")),
        ("0612345678 poste nº 12", Ok("0612345678 ext. 12")),
        ("0612345678 poste № 12", Ok("0612345678 ext. 12")),
        ("0612345678, extension no. 12", Ok("0612345678 ext. 12")),
        ("0612345678 (p. 12)", Ok("0612345678 ext. 12")),
        ("tel:+33612345678;ext=12", Ok("+33612345678 ext. 12")),
        ("0612345678 x12345678", Ok("0612345678 ext. 12345678")),
        ("0612345678 x123456789", not_a_phone),
        ("0612345678 poste", not_a_phone),
        ("0612345678 n° 12", not_a_phone),
        ("0612345678x", not_a_phone),
        ("0612345678 poste 12)", not_a_phone),
        ("x12", not_a_phone),
        ("poste 12", not_a_phone),
        ("0612 x12 x13", not_a_phone),
    ];
    check_text(Phone::parse, Phone::as_str, Phone::into_string, &cases);
}

#[test]
fn refuses_what_is_no_number() {
    let not_a_phone = Err(FieldErrorKind::NotAPhone);
    let cases = [
        ("", Err(FieldErrorKind::Missing)),
        ("  ", Err(FieldErrorKind::Missing)),
        ("\u{200b}\u{202a}", Err(FieldErrorKind::Missing)),
        ("\u{2800}", not_a_phone),
        ("1", not_a_phone),
        ("1234567890123456", not_a_phone),
        ("001234567890123456", not_a_phone),
        ("+1234567890123456", not_a_phone),
        ("+33612", not_a_phone),
        ("+", not_a_phone),
        ("tel:", not_a_phone),
        ("++33612345678", not_a_phone),
        ("33+612345678", not_a_phone),
        ("-1234", not_a_phone),
        (")06 12 34", not_a_phone),
        ("06 12 34 56 78 / 01 23 45 67 89", not_a_phone),
        ("call me", not_a_phone),
        ("06\u{1b}12345678", not_a_phone),
        // Two cells of a table, or two lines.
        ("112\t15", not_a_phone),
        ("06 12\n34 56", not_a_phone),
        ("06 12\r34 56", not_a_phone),
        ("06 12\u{2028}34 56", not_a_phone),
    ];
    check_text(Phone::parse, Phone::as_str, Phone::into_string, &cases);
}

#[test]
fn labels_of_signatures_and_contact_cards_are_removed() {
    let not_a_phone = Err(FieldErrorKind::NotAPhone);
    let cases = [
        ("06 12 34 56 78 (portable)", Ok("06 12 34 56 78")),
        ("06 12 34 56 78 (bureau)", Ok("06 12 34 56 78")),
        ("06 12 34 56 78 (Tél. bureau)", Ok("06 12 34 56 78")),
        ("06 12 34 56 78 (M)", Ok("06 12 34 56 78")),
        ("06 12 34 56 78 portable", Ok("06 12 34 56 78")),
        ("06 12 34 56 78 - bureau", Ok("06 12 34 56 78")),
        (
            "01 23 45 67 89 poste 12 (bureau)",
            Ok("01 23 45 67 89 ext. 12"),
        ),
        (
            "01 23 45 67 89 (bureau) poste 12",
            Ok("01 23 45 67 89 ext. 12"),
        ),
        ("port. 06 12 34 56 78", Ok("06 12 34 56 78")),
        ("Port : 06 12 34 56 78", Ok("06 12 34 56 78")),
        ("Portable 06 12", Ok("06 12")),
        ("Fax 01 23 45 67 89", Ok("01 23 45 67 89")),
        ("GSM: +32 470 12 34 56", Ok("+32 470 12 34 56")),
        ("Tél. bureau : 01 23 45 67 89", Ok("01 23 45 67 89")),
        ("Tel (bureau): 01 23", Ok("01 23")),
        ("(bureau) 01 23", Ok("01 23")),
        ("(Portable) (0)6 12 34", Ok("(0)6 12 34")),
        ("T. 01 23 45 67 89", Ok("01 23 45 67 89")),
        ("M : +33 6 12 34 56 78", Ok("+33 6 12 34 56 78")),
        ("Direct line: (01) 23", Ok("(01) 23")),
        ("Work phone - 01 23", Ok("01 23")),
        ("☎ 01 23 45 67 89", Ok("01 23 45 67 89")),
        ("☎\u{fe0f} 01 23 45 67 89", Ok("01 23 45 67 89")),
        ("☎: 01 23", Ok("01 23")),
        ("📞 06 12 34 56 78", Ok("06 12 34 56 78")),
        ("📱+33 6 12 34 56 78", Ok("+33 6 12 34 56 78")),
        ("📠 Fax : 01 23", Ok("01 23")),
        ("℡ 01 23", Ok("01 23")),
        ("portable", not_a_phone),
        ("(portable)", not_a_phone),
        ("☎", not_a_phone),
        ("06 12 34 56 78 (Zoé)", not_a_phone),
        ("Zoé 06 12 34 56 78", not_a_phone),
        ("06 12 34 56 78 m", not_a_phone),
        ("06 12 portable 34", not_a_phone),
    ];
    check_text(Phone::parse, Phone::as_str, Phone::into_string, &cases);
}

#[test]
fn parentheses_enclose_digits_and_are_not_nested() {
    let not_a_phone = Err(FieldErrorKind::NotAPhone);
    let cases = [
        ("(06) 12 34 56 78", Ok("(06) 12 34 56 78")),
        ("+1 (415) (555) 26 71", Ok("+1 (415) (555) 26 71")),
        ("06 12 34 56 78 (", not_a_phone),
        ("06 12 34 56 78 ()", not_a_phone),
        ("06 12 34 56 78 )", not_a_phone),
        ("(06 12 34 56 78", not_a_phone),
        ("((06)) 12 34 56 78", not_a_phone),
        ("(06 (12) 34) 56 78", not_a_phone),
        (")06( 12 34 56 78", not_a_phone),
        ("(+33 6 12 34 56 78", not_a_phone),
        ("((+33)) 6 12 34 56 78", not_a_phone),
        ("06 12 34 56 78 ((portable))", not_a_phone),
        ("06 12 34 56 78 (portable", not_a_phone),
    ];
    check_text(Phone::parse, Phone::as_str, Phone::into_string, &cases);
}

#[test]
fn searches_compare_the_digits_of_the_shared_table() {
    for (number, expected) in fixtures::DIGITS {
        assert_eq!(phone_digits(number), *expected, "{number:?}");
    }
}

#[test]
fn a_typed_number_is_split_into_number_extension_and_labels() {
    // The number, the extension, and whether there is a label.
    let cases = [
        ("06 12", "06 12", None, false),
        ("tel: 06 12", "06 12", None, true),
        ("06 12 (portable)", "06 12", None, true),
        ("☎ 06 12", "06 12", None, true),
        ("06 12 34 poste 12", "06 12 34", Some("12"), false),
        ("06 12 34, ext. 12", "06 12 34", Some("12"), false),
        ("fax 06 12 34 x12", "06 12 34", Some("12"), true),
        ("gala", "gala", None, false),
        ("tel", "", None, true),
    ];
    for (text, number, extension, is_labelled) in cases {
        let expected = PhoneParts {
            number: number.to_owned(),
            extension: extension.map(str::to_owned),
            is_labelled,
        };
        assert_eq!(PhoneParts::of(text), expected, "{text:?}");
    }
}
