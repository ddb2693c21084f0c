use std::fmt::Debug;

use super::*;

/// Checks each text against its canonical form or error. Parsing a canonical form again must not
/// change it.
pub(super) fn check_text<T: Debug>(
    parse: impl Fn(&str) -> Result<T, FieldErrorKind>,
    as_str: impl Fn(&T) -> &str,
    into_string: impl Fn(T) -> String,
    cases: &[(&str, Result<&str, FieldErrorKind>)],
) {
    for &(text, expected) in cases {
        let parsed = parse(text);
        let found = match &parsed {
            Ok(value) => Ok(as_str(value)),
            Err(kind) => Err(*kind),
        };
        assert_eq!(found, expected, "{text:?}");
        if let Ok(canonical) = expected {
            assert_eq!(parsed.map(&into_string).as_deref(), Ok(canonical));
            assert_eq!(parse(canonical).map(&into_string).as_deref(), Ok(canonical));
        }
    }
}

#[test]
fn a_role_is_one_of_the_three() {
    let cases = [
        (0, Err(FieldErrorKind::Missing)),
        (1, Ok(Role::Gestion)),
        (2, Ok(Role::Commercial)),
        (3, Ok(Role::Support)),
        (4, Err(FieldErrorKind::NotARole)),
        (-1, Err(FieldErrorKind::NotARole)),
        (i32::MAX, Err(FieldErrorKind::NotARole)),
    ];
    for (wire, expected) in cases {
        assert_eq!(role(wire), expected, "{wire}");
    }
}
