//! Strings of control functions (ECMA-48, 5.6), in which terminals answer.

use super::{ESC, Received};
use crate::theme::detect::parse_color;

/// The bytes of a string that are stored: more than a colour has. Longer strings are dropped.
const TEXT_MAX: usize = 64;
/// The operating system command for the background of the terminal.
const BACKGROUND: &str = "11;";

/// A string that has not ended.
#[derive(Debug)]
pub(super) struct ControlString {
    /// The byte after Esc, which says what kind of string it is.
    pub(super) introducer: u8,
    /// Whether it began with a control function of eight bits, and ends with one.
    pub(super) is_eight_bits: bool,
    /// Whether the last byte is an Esc, which begins the end.
    pub(super) is_escaped: bool,
    text: String,
    len: usize,
}

impl ControlString {
    pub(super) const fn new(introducer: u8, is_eight_bits: bool) -> Self {
        Self {
            introducer,
            is_eight_bits,
            is_escaped: false,
            text: String::new(),
            len: 0,
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Whether `]` is a key with Alt, and this byte, the first one after it, another key: an operating
    /// system command begins with a number, or a report of xterm's title with L or l.
    pub(super) const fn is_key(&self, byte: u8) -> bool {
        let is_command = matches!(byte, ESC | b'0'..=b'9' | b'L' | b'l');
        self.is_empty() && self.introducer == b']' && !self.is_eight_bits && !is_command
    }

    /// What has arrived after Esc, as far as it is stored.
    pub(super) fn begun(&self) -> Vec<u8> {
        let end: &[u8] = if self.is_escaped { &[ESC] } else { &[] };
        [&[self.introducer], self.text.as_bytes(), end].concat()
    }

    pub(super) fn push(&mut self, byte: u8) {
        self.len += 1;
        self.is_escaped = byte == ESC;
        if self.len <= TEXT_MAX && !self.is_escaped {
            self.text.push(char::from(byte));
        }
    }

    /// What the complete string says; `None` for the answer to a question of another program.
    pub(super) fn end(&self) -> Option<Received> {
        // The first byte of the end, if the terminal encodes it in UTF-8.
        let text = self.text.trim_end_matches('\u{c2}');
        let color = text.strip_prefix(BACKGROUND)?;
        let is_answer = self.introducer == b']' && self.len <= TEXT_MAX;
        parse_color(color)
            .filter(|_| is_answer)
            .map(Received::Background)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Parser, Received};
    use crate::theme::color::Rgb;

    #[test]
    fn the_background_is_an_answer() {
        let white = Some(Rgb(255, 255, 255));
        let long = [
            b"\x1b]11;rgb:ffff/ffff/ffff".as_slice(),
            &[b'f'; 60],
            b"\x07",
        ]
        .concat();
        let cases: [(&[u8], Option<Rgb>); 9] = [
            (b"\x1b]11;rgb:ffff/ffff/ffff\x07", white),
            (b"\x1b]11;rgb:ff/ff/ff\x1b\\", white),
            (b"\x9d11;rgb:ffff/ffff/ffff\x9c", white),
            (b"\xc2\x9d11;rgb:ffff/ffff/ffff\xc2\x9c", white),
            (b"\x1b]10;rgb:ffff/ffff/ffff\x07", None),
            (b"\x1bP11;rgb:ffff/ffff/ffff\x1b\\", None),
            (b"\x1b]11;rgb:ffff/ffff/ffff\x18", None),
            (b"\x1b]11;?\x07", None),
            (&long, None),
        ];
        for (bytes, expected) in cases {
            let expected: Vec<_> = expected.map(Received::Background).into_iter().collect();
            let received = Parser::default().feed(bytes);
            assert_eq!(received, expected, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn what_is_unread_comes_before_what_follows() {
        let mut parser = Parser::default();
        let first = parser.feed(b"a");
        parser.unread(first.clone());
        let second = Parser::default().feed(b"b");
        assert_eq!(parser.feed(b"b"), [first, second].concat());
    }
}
