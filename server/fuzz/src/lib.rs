//! Properties that must hold for any input. `cargo fuzz` searches for counterexamples; interesting
//! inputs are in `corpus/`, which the server's test suite checks in every run.
//!
//! ```sh
//! cd server && cargo +nightly fuzz run drafts -- -max_total_time=600 -max_len=4096
//! ```

pub mod access_tokens;
pub mod drafts;
pub mod page_tokens;

use epic_server::config::{Secret, key::Keys};

/// The signing key of the targets.
fn keys() -> Keys {
    Keys::from(Secret::from(
        "a key for tests, and for nothing else".to_owned(),
    ))
}

/// `text` with one byte replaced, inserted or removed, or cut off, as `mutation` specifies; `None` when
/// the result is the same or is not UTF-8.
fn mutated(text: &str, mutation: &[u8]) -> Option<String> {
    let &[high, low, byte, ..] = mutation else {
        return None;
    };
    let mut bytes = text.as_bytes().to_vec();
    let index = usize::from(u16::from_be_bytes([high, low])) % (bytes.len() + 1);
    match mutation.get(3).copied().unwrap_or_default() % 4 {
        0 if index < bytes.len() => bytes[index] = byte,
        1 => bytes.insert(index, byte),
        2 if index < bytes.len() => drop(bytes.remove(index)),
        _ => bytes.truncate(index),
    }
    String::from_utf8(bytes)
        .ok()
        .filter(|mutated| mutated != text)
}
