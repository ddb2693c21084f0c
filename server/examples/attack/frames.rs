//! HTTP/2 frames, byte by byte (RFC 9113).

use epic_events::policy;

/// The preface of a client and an empty SETTINGS frame.
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
/// A header block with a short field to be stored (RFC 7541, section 6.2.1).
pub(crate) const STORED: &[u8] = b"\x40\x01a\x00";

const HEADERS: u8 = 1;
const END_HEADERS: u8 = 4;
/// A type of frames that does not exist.
const UNKNOWN: u8 = 200;

/// The headers of a call.
pub(crate) fn headers(stream: u32, block: &[u8]) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, stream, block)
}

/// A frame that the server ignores.
pub(crate) fn unknown(size: usize) -> Vec<u8> {
    frame(UNKNOWN, 0, 0, &vec![0; size])
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    let (length, stream) = (length.to_be_bytes(), stream.to_be_bytes());
    [&length[1..], &[kind, flags], &stream, payload].concat()
}

/// The header block of a login, with a field of that size. No field is to be stored.
pub(crate) fn login(size: usize) -> Vec<u8> {
    let fields = [
        (":method", "POST"),
        (":scheme", "http"),
        (":authority", "localhost"),
        (":path", policy::LOGIN.path()),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
        ("x-padding", &"x".repeat(size)),
    ];
    let strings = fields
        .iter()
        .map(|(name, value)| [&[0], &string(name)[..], &string(value)].concat());
    strings.flatten().collect()
}

/// A string with its length: seven bits at first, and more if they are all ones (RFC 7541, section 5).
fn string(text: &str) -> Vec<u8> {
    let Some(mut rest) = text.len().checked_sub(127) else {
        return [&[text.len().to_le_bytes()[0]], text.as_bytes()].concat();
    };
    let mut bytes = vec![127];
    while rest >= 128 {
        bytes.push(rest.to_le_bytes()[0] | 128);
        rest /= 128;
    }
    bytes.push(rest.to_le_bytes()[0]);
    [&bytes, text.as_bytes()].concat()
}
