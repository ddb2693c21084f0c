//! Bracketed pastes.

/// Maximum number of bytes of a paste that are stored, more than any field takes. Further bytes are
/// dropped.
pub(super) const PASTE_MAX: usize = 1 << 20;
/// What follows the text.
const END: &[u8] = b"\x1b[201~";
const ESC: u8 = END[0];

/// A paste that has not ended.
#[derive(Debug, Default)]
pub(super) struct Paste {
    text: Vec<u8>,
    /// The last bytes, not in `text`, are so many of the beginning of [`END`].
    matched: usize,
}

impl Paste {
    /// Adds a byte. Returns whether it is the last one of the end.
    pub(super) fn push(&mut self, byte: u8) -> bool {
        if byte == END[self.matched] {
            self.matched += 1;
            return self.matched == END.len();
        }
        self.text.extend_from_slice(&END[..self.matched]);
        self.matched = usize::from(byte == ESC);
        if self.matched == 0 {
            self.text.push(byte);
        }
        self.text.truncate(PASTE_MAX);
        false
    }

    /// The number of bytes that are stored.
    #[cfg(test)]
    pub(super) const fn len(&self) -> usize {
        self.text.len()
    }

    /// The text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }
}
