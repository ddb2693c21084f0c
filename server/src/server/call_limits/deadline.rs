//! The deadline that a client sets in `grpc-timeout`.

use std::time::Duration;

use http::HeaderMap;

/// Request header: up to eight digits and a unit.
const HEADER: &str = "grpc-timeout";

/// The time within which the client expects the reply; `None` without a valid header.
pub(super) fn of_request(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(HEADER)?.to_str().ok()?;
    let digits = text.get(..text.len().checked_sub(1)?)?;
    let is_number = (1..=8).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit());
    let number: u64 = is_number.then(|| digits.parse().ok())??;
    match text.as_bytes().last()? {
        b'H' => Some(Duration::from_secs(number * 60 * 60)),
        b'M' => Some(Duration::from_secs(number * 60)),
        b'S' => Some(Duration::from_secs(number)),
        b'm' => Some(Duration::from_millis(number)),
        b'u' => Some(Duration::from_micros(number)),
        b'n' => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn reads_every_unit_and_ignores_invalid_values() {
        let cases = [
            ("2H", Some(Duration::from_hours(2))),
            ("3M", Some(Duration::from_mins(3))),
            ("99999999S", Some(Duration::from_secs(99_999_999))),
            ("20m", Some(Duration::from_millis(20))),
            ("5u", Some(Duration::from_micros(5))),
            ("7n", Some(Duration::from_nanos(7))),
            ("100000000S", None),
            ("S", None),
            ("", None),
            ("1s", None),
            ("+1S", None),
            ("1.5S", None),
            ("1é", None),
        ];
        for (text, expected) in cases {
            let value = HeaderValue::from_bytes(text.as_bytes()).expect("a header value");
            let name = HEADER.parse().expect("a header name");
            let headers = HeaderMap::from_iter([(name, value)]);
            assert_eq!(of_request(&headers), expected, "{text}");
        }
        assert_eq!(of_request(&HeaderMap::new()), None);
    }
}
