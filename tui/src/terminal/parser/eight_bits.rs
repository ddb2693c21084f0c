//! The control functions of eight bits (ECMA-48, 5.3 b), with which a terminal answers if another program
//! has left it in that mode (S8C1T). They stand for Esc and a letter, and may be encoded in UTF-8.

use super::State;

/// The difference to the letter after Esc.
const OFFSET: u8 = 0x40;
/// What ends a string.
pub(super) const STRING_TERMINATOR: u8 = b'\\' + OFFSET;

impl State {
    /// The state after a byte from 0x80 to 0x9f.
    pub(super) fn of_eight_bits(byte: u8) -> Self {
        Self::introduced_by(byte - OFFSET, true, false).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

    use super::super::{Parser, Received};

    /// Terminals in the mode S8C1T, as bytes and in UTF-8, and keys of rxvt with Shift.
    #[test]
    fn sequences_of_eight_bits_and_keys_with_shift() {
        let key = |code, modifiers| Received::Event(Event::Key(KeyEvent::new(code, modifiers)));
        let letter = key(KeyCode::Char('x'), KeyModifiers::NONE);
        let cases: [(&[u8], Option<Received>); 13] = [
            (b"\x9b?64;1;2c", Some(Received::Attributes)),
            ("\u{9b}?64;1;2c".as_bytes(), Some(Received::Attributes)),
            (b"\x9b12;40R", None),
            (b"\x9bA", Some(key(KeyCode::Up, KeyModifiers::NONE))),
            (b"\x8fP", Some(key(KeyCode::F(1), KeyModifiers::NONE))),
            (b"\x90>|XTerm(390)\x9c", None),
            (b"\x9d4;1;rgb:1e1e/1e1e/1e1e\x9c", None),
            ("\u{9f}Gi=1;OK\u{9c}".as_bytes(), None),
            (b"\x84", None),
            (b"\x1b[7$", Some(key(KeyCode::Home, KeyModifiers::SHIFT))),
            (b"\x1b[3$", Some(key(KeyCode::Delete, KeyModifiers::SHIFT))),
            (b"\x1b[25$", Some(key(KeyCode::F(13), KeyModifiers::SHIFT))),
            (b"\x1b[?2026;2$y", None),
        ];
        for (bytes, expected) in cases {
            let bytes = [bytes, b"x"].concat();
            let expected: Vec<_> = expected.into_iter().chain([letter.clone()]).collect();
            for size in [1, bytes.len()] {
                let mut parser = Parser::default();
                let parts = bytes.chunks(size);
                let received: Vec<_> = parts.flat_map(|part| parser.feed(part)).collect();
                assert_eq!(received, expected, "{}", bytes.escape_ascii());
            }
        }
    }
}
