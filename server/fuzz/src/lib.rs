//! What must hold for any bytes at all. `cargo fuzz` looks for bytes for which it does not; the
//! ones worth keeping are in `corpus/`, and `tests/suite/fuzz.rs` tries those with every test run.
//!
//! ```sh
//! cd server && cargo +nightly fuzz run drafts -- -max_total_time=600 -max_len=4096
//! ```

pub mod drafts;
pub mod page_tokens;
pub mod tokens;

use epic_server::config::{Secret, key::Keys};

/// A key that nobody signs with.
fn keys() -> Keys {
    Keys::from(Secret::from(
        "a key for tests, and for nothing else".to_owned(),
    ))
}

/// That text with one of its bytes, or its length, changed as the other bytes say; `None` when
/// nothing is changed or what is left is no text.
fn changed(text: &str, how: &[u8]) -> Option<String> {
    let &[place, other, put, ..] = how else {
        return None;
    };
    let mut bytes = text.as_bytes().to_vec();
    let place = usize::from(u16::from_be_bytes([place, other])) % (bytes.len() + 1);
    match how.get(3).copied().unwrap_or_default() % 4 {
        0 if place < bytes.len() => bytes[place] = put,
        1 => bytes.insert(place, put),
        2 if place < bytes.len() => drop(bytes.remove(place)),
        _ => bytes.truncate(place),
    }
    String::from_utf8(bytes).ok().filter(|found| found != text)
}
