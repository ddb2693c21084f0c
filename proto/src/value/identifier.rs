use uuid::Uuid;

use crate::field_error::FieldErrorKind;

/// Validates the number of a record, which is positive.
///
/// # Errors
/// [`FieldErrorKind::Missing`] for 0, the value of an absent field; [`FieldErrorKind::Negative`].
pub const fn id(wire: i64) -> Result<i64, FieldErrorKind> {
    match wire {
        0 => Err(FieldErrorKind::Missing),
        ..0 => Err(FieldErrorKind::Negative),
        _ => Ok(wire),
    }
}

/// Reads the `request_id` of a request that creates a record. The nil UUID is rejected because it
/// does not distinguish requests.
///
/// # Errors
/// [`FieldErrorKind::Missing`] or [`FieldErrorKind::NotAUuid`].
pub fn request_id(text: &str) -> Result<Uuid, FieldErrorKind> {
    match uuid(text)? {
        uuid if uuid.is_nil() => Err(FieldErrorKind::NotAUuid),
        uuid => Ok(uuid),
    }
}

/// Reads a UUID in any of the forms that [`Uuid::try_parse`] accepts.
///
/// # Errors
/// [`FieldErrorKind::Missing`] or [`FieldErrorKind::NotAUuid`].
pub fn uuid(text: &str) -> Result<Uuid, FieldErrorKind> {
    if text.is_empty() {
        return Err(FieldErrorKind::Missing);
    }
    Uuid::try_parse(text).map_err(|_| FieldErrorKind::NotAUuid)
}

/// Reads the version of a record from its etag; accepts exactly what [`format_etag`] writes.
///
/// # Errors
/// [`FieldErrorKind::Missing`] or [`FieldErrorKind::NotAnEtag`].
pub fn etag(text: &str) -> Result<i64, FieldErrorKind> {
    if text.is_empty() {
        return Err(FieldErrorKind::Missing);
    }
    match text.parse() {
        Ok(version) if version > 0 && format_etag(version) == text => Ok(version),
        _ => Err(FieldErrorKind::NotAnEtag),
    }
}

/// Writes the etag of a version: the version in decimal.
#[must_use]
pub fn format_etag(version: i64) -> String {
    version.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "6f0c2f5e-8a4f-4a53-9d0e-0c2f5e8a4f4a";

    #[test]
    fn an_id_is_positive() {
        let cases = [
            (i64::MIN, Err(FieldErrorKind::Negative)),
            (-1, Err(FieldErrorKind::Negative)),
            (0, Err(FieldErrorKind::Missing)),
            (1, Ok(1)),
            (i64::MAX, Ok(i64::MAX)),
        ];
        for (wire, expected) in cases {
            assert_eq!(id(wire), expected, "{wire}");
        }
    }

    #[test]
    fn a_uuid_is_read_in_every_usual_form() {
        let parsed = Ok(Uuid::from_u128(0x6f0c_2f5e_8a4f_4a53_9d0e_0c2f_5e8a_4f4a));
        let not_a_uuid = Err(FieldErrorKind::NotAUuid);
        let cases = [
            (UUID, parsed),
            ("6F0C2F5E-8A4F-4A53-9D0E-0C2F5E8A4F4A", parsed),
            ("6f0c2f5e8a4f4a539d0e0c2f5e8a4f4a", parsed),
            ("", Err(FieldErrorKind::Missing)),
            ("6f0c2f5e-8a4f-4a53-9d0e-0c2f5e8a4f4", not_a_uuid),
            (" 6f0c2f5e-8a4f-4a53-9d0e-0c2f5e8a4f4a", not_a_uuid),
            ("17", not_a_uuid),
        ];
        for (text, expected) in cases {
            assert_eq!(uuid(text), expected, "{text}");
            assert_eq!(request_id(text), expected, "{text}");
        }
    }

    #[test]
    fn a_request_id_is_not_the_nil_uuid() {
        let nil = Uuid::nil();
        assert_eq!(uuid(&nil.to_string()), Ok(nil));
        assert_eq!(request_id(&nil.to_string()), Err(FieldErrorKind::NotAUuid));
    }

    #[test]
    fn an_etag_has_one_spelling() {
        for version in [1, 2, 10, 4_711, i64::MAX] {
            assert_eq!(etag(&format_etag(version)), Ok(version));
        }
        assert_eq!(format_etag(42), "42");
        assert_eq!(etag(""), Err(FieldErrorKind::Missing));
        let rejected = [
            "0",
            "-1",
            "+1",
            "01",
            " 1",
            "1 ",
            "1.0",
            "0x1",
            "one",
            "9223372036854775808",
        ];
        for text in rejected {
            assert_eq!(etag(text), Err(FieldErrorKind::NotAnEtag), "{text}");
        }
    }
}
