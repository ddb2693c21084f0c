//! Characters of several bytes, in UTF-8.

use std::str;

/// A character, of which the last bytes are missing.
#[derive(Debug)]
pub(super) struct Character {
    bytes: [u8; 4],
    len: usize,
    /// The number of bytes of the complete character.
    length: usize,
    /// Whether Esc precedes it.
    pub(super) alt: bool,
}

impl Character {
    /// A character that begins with this byte; `None` if none does.
    pub(super) const fn new(byte: u8, alt: bool) -> Option<Self> {
        let length = match byte {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return None,
        };
        Some(Self {
            bytes: [byte, 0, 0, 0],
            len: 1,
            length,
            alt,
        })
    }

    /// Adds a byte, unless it cannot belong to the character.
    pub(super) fn push(&mut self, byte: u8) -> bool {
        let continues = matches!(byte, 0x80..=0xbf);
        if continues {
            self.bytes[self.len] = byte;
            self.len += 1;
        }
        continues
    }

    pub(super) const fn is_complete(&self) -> bool {
        self.len == self.length
    }

    /// The complete character; `None` if the bytes are not UTF-8.
    pub(super) fn letter(&self) -> Option<char> {
        str::from_utf8(&self.bytes[..self.len]).ok()?.chars().next()
    }
}
