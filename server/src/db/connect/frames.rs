//! The boundaries of messages in PostgreSQL's protocol (PostgreSQL 17, section 53.7): a type of one
//! byte, the length of the rest in four, the rest.

/// The position in a stream of messages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frames {
    kind: u8,
    at: Position,
}

#[derive(Clone, Copy, Debug)]
enum Position {
    Kind,
    Length { bytes: [u8; 4], read: usize },
    Contents { left: usize },
}

/// A part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Number of bytes.
    pub(super) bytes: usize,
    /// Type of the message.
    pub(super) kind: u8,
    /// Whether this is the byte with the type.
    pub(super) is_kind: bool,
    /// Whether the message ends here.
    pub(super) is_last: bool,
}

impl Frames {
    /// Messages that PostgreSQL sends.
    pub(super) const fn of_server() -> Self {
        Self {
            kind: 0,
            at: Position::Kind,
        }
    }

    /// Messages that PostgreSQL receives; the first has no type.
    pub(super) const fn of_client() -> Self {
        Self {
            kind: 0,
            at: Position::LENGTH,
        }
    }

    /// The next part, which is a prefix of `bytes`. `bytes` is not empty.
    pub(super) fn next(&mut self, bytes: &[u8]) -> Part {
        let mut part = Part {
            bytes: 1,
            kind: self.kind,
            is_kind: false,
            is_last: false,
        };
        match &mut self.at {
            Position::Kind => {
                self.kind = bytes[0];
                self.at = Position::LENGTH;
                part.kind = self.kind;
                part.is_kind = true;
            }
            Position::Length {
                bytes: length,
                read,
            } => {
                length[*read] = bytes[0];
                *read += 1;
                if *read == length.len() {
                    // The length includes itself.
                    let left = u32::from_be_bytes(*length).saturating_sub(4);
                    let left = usize::try_from(left).unwrap_or(usize::MAX);
                    part.is_last = self.expect(left);
                }
            }
            Position::Contents { left } => {
                part.bytes = bytes.len().min(*left);
                let left = *left - part.bytes;
                part.is_last = self.expect(left);
            }
        }
        part
    }

    /// Expects `left` bytes of contents; returns whether the message ends instead.
    fn expect(&mut self, left: usize) -> bool {
        self.at = if left == 0 {
            Position::Kind
        } else {
            Position::Contents { left }
        };
        left == 0
    }
}

impl Position {
    const LENGTH: Self = Self::Length {
        bytes: [0; 4],
        read: 0,
    };
}
