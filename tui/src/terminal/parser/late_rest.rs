//! The rest of a sequence whose beginning was taken as keys or dropped, because a slow connection has
//! delivered the rest later.
//!
//! Typed text begins with the same letters. Only what no one types is taken as a rest. After Esc alone or
//! with one more byte, what follows decides: `[` with parameters, a colour after `]`, a report after `P`,
//! and an answer about images after `_`. After more, the rest of a control sequence has its form, and that
//! of a string has an end.

use super::{BEL, ESC};

/// Bytes after which a text is not the rest of a sequence.
const LEN_MAX: usize = 32;
/// Bytes after which a text is not the rest of a string. Users do not type the beginning of one, so its rest may
/// be longer.
const STRING_LEN_MAX: usize = 512;
/// How the strings begin that terminals answer after `ESC P` (DECRQSS, XTGETTCAP, XTVERSION, DA3).
const DEVICE_CONTROL: [&[u8]; 6] = [b"P1$r", b"P0$r", b"P1+r", b"P0+r", b"P>|", b"P!|"];
/// How they begin after `ESC _`, about the images of kitty.
const APPLICATION: &[u8] = b"_Gi=";

/// What bytes after an Esc are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Typed text.
    Text,
    /// The next bytes decide.
    Undecided,
    /// The rest of a sequence, complete or so long that nothing else begins like it.
    Rest,
}

/// What has arrived since a sequence was given up.
#[derive(Debug, Default)]
pub(super) struct LateRest {
    /// What had arrived after Esc.
    pub(super) before: Vec<u8>,
    /// What has arrived since.
    pub(super) bytes: Vec<u8>,
}

impl LateRest {
    /// Nothing has arrived since.
    pub(super) const fn after(before: Vec<u8>) -> Self {
        Self {
            before,
            bytes: Vec::new(),
        }
    }

    /// Decides on the bytes that have arrived since.
    pub(super) fn kind(&self) -> Kind {
        match &self.before[..] {
            [b'P' | b'X' | b']' | b'^' | b'_', _, ..] => self.end_of_string(),
            before => kind(&[before, &self.bytes].concat()),
        }
    }

    /// Whether the bytes end the string that had begun.
    fn end_of_string(&self) -> Kind {
        let is_escaped = self.before.ends_with(&[ESC]);
        match &self.bytes[..] {
            [.., ESC, b'\\'] | [.., BEL] => Kind::Rest,
            [b'\\'] if is_escaped => Kind::Rest,
            [.., last] if *last != ESC && last.is_ascii_control() => Kind::Text,
            [.., ESC, _] => Kind::Text,
            _ if is_escaped || self.bytes.len() > STRING_LEN_MAX => Kind::Text,
            _ => Kind::Undecided,
        }
    }
}

/// Decides on the bytes that have arrived after an Esc which is a key already.
fn kind(bytes: &[u8]) -> Kind {
    if bytes.len() > LEN_MAX {
        return Kind::Text;
    }
    match bytes {
        [] => Kind::Undecided,
        [b'[', parameters @ ..] => control_sequence(parameters),
        [b']', command @ ..] => color(command),
        [b'P', ..] => DEVICE_CONTROL
            .iter()
            .map(|start| begins(bytes, start))
            .find(|kind| *kind != Kind::Text)
            .unwrap_or(Kind::Text),
        [b'_', ..] => begins(bytes, APPLICATION),
        _ => Kind::Text,
    }
}

/// Parameters with at least one digit, and a last byte.
fn control_sequence(bytes: &[u8]) -> Kind {
    let marked = match bytes {
        [b'<'..=b'?', rest @ ..] => rest,
        _ => bytes,
    };
    let is_parameter = |byte: &u8| matches!(byte, b'0'..=b'9' | b';' | b':');
    let parameters = marked.iter().take_while(|it| is_parameter(it)).count();
    let has_number = marked[..parameters].iter().any(u8::is_ascii_digit);
    match &marked[parameters..] {
        [] | [b'$'] => Kind::Undecided,
        [b'@'..=b'~'] | [b'$', b'@'..=b'~'] if has_number => Kind::Rest,
        _ => Kind::Text,
    }
}

/// `11;rgb`, or `4;1;rgb` for a colour of the palette.
fn color(bytes: &[u8]) -> Kind {
    let numbers = bytes
        .iter()
        .take_while(|it| it.is_ascii_digit() || **it == b';')
        .count();
    let (numbers, value) = bytes.split_at(numbers);
    if value.is_empty() {
        return Kind::Undecided;
    }
    match numbers {
        [b'0'..=b'9', .., b';'] => begins(value, b"rgb"),
        _ => Kind::Text,
    }
}

fn begins(bytes: &[u8], start: &[u8]) -> Kind {
    if bytes.starts_with(start) {
        Kind::Rest
    } else if start.starts_with(bytes) {
        Kind::Undecided
    } else {
        Kind::Text
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

    use super::super::{Parser, Received};
    use crate::theme::color::Rgb;

    fn key(code: KeyCode) -> Received {
        Received::Event(Event::Key(KeyEvent::new(code, KeyModifiers::NONE)))
    }

    /// What follows an Esc that is a key already, whole and in single bytes, and the letter after it.
    fn check(rest: &str, expected: &[Received]) {
        let bytes = [rest.as_bytes(), b"x"].concat();
        for size in [1, bytes.len()] {
            let mut parser = Parser::default();
            parser.feed(b"\x1b");
            assert_eq!(parser.expire(), [key(KeyCode::Esc)]);
            assert!(!parser.is_incomplete());
            let parts = bytes.chunks(size);
            let received: Vec<_> = parts.flat_map(|part| parser.feed(part)).collect();
            let letter = [key(KeyCode::Char('x'))];
            let name = bytes.escape_ascii();
            assert_eq!(received, [expected, &letter].concat(), "{name}");
            assert_eq!(parser.timeout(), None, "{name}");
        }
    }

    #[test]
    fn the_rest_of_an_answer_is_no_input() {
        let black = Received::Background(Rgb(0, 0, 0));
        let answers: [(&str, &[Received]); 15] = [
            ("]11;rgb:0000/0000/0000\x07", std::slice::from_ref(&black)),
            ("]11;rgb:0000/0000/0000\x1b\\", std::slice::from_ref(&black)),
            ("]4;1;rgb:1e1e/1e1e/1e1e\x1b\\", &[]),
            ("]10;rgba:1e1e/1e1e/1e1e/ffff\x1b\\", &[]),
            ("[?62;22c", &[Received::Attributes]),
            ("[>41;388;0c", &[]),
            ("[12;40R", &[]),
            ("[0n", &[]),
            ("[?2026;2$y", &[]),
            ("[8;24;80t", &[]),
            // A click was made on what Esc has changed.
            ("[<0;3;5M", &[]),
            ("P>|XTerm(388)\x1b\\", &[]),
            ("P1+r544e=787465726d\x1b\\", &[]),
            ("P!|00000000\x1b\\", &[]),
            ("_Gi=31;OK\x1b\\", &[]),
        ];
        for (answer, expected) in answers {
            check(answer, expected);
        }
    }

    #[test]
    fn the_rest_of_a_key_or_paste_is_the_key_or_paste() {
        check("[6~", &[key(KeyCode::PageDown)]);
        let paste = Received::Event(Event::Paste("dq".to_owned()));
        check("[200~dq\x1b[201~", &[paste]);
    }

    /// The beginning, after which nothing comes in time, what arrives later, and what is received in all.
    #[test]
    fn the_rest_of_what_was_given_up_is_no_input() {
        let black = Received::Background(Rgb(0, 0, 0));
        let alt = |letter| {
            let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::ALT);
            Received::Event(Event::Key(key))
        };
        let cases: [(&str, &str, &[Received]); 13] = [
            ("]l window", " qondw\x1b\\", &[]),
            (
                "]11;rgb:0000/00",
                "00/0000\x07",
                std::slice::from_ref(&black),
            ),
            ("]0;", "title\x07", &[]),
            ("P1$r0;1", "m\x1b\\", &[]),
            ("_Gi=31", ";OK\x1b\\", &[]),
            ("P>|XTerm(388)\x1b", "\\", &[key(KeyCode::Esc)]),
            ("[>41", ";354;0c", &[]),
            ("[?62", ";22c", &[Received::Attributes]),
            ("[<0;5", "0;1M", &[]),
            ("[", "?62;22c", &[alt('['), Received::Attributes]),
            ("[", "<0;50;1M", &[alt('[')]),
            ("]", "11;rgb:0000/0000/0000\x07", &[alt(']'), black.clone()]),
            ("_", "Gi=31;OK\x1b\\", &[alt('_')]),
        ];
        for (begun, rest, expected) in cases {
            let mut parser = Parser::default();
            parser.feed(&[b"\x1b", begun.as_bytes()].concat());
            let mut received = parser.expire();
            received.extend(parser.feed(rest.as_bytes()));
            received.extend(parser.feed(b"x"));
            let letter = [key(KeyCode::Char('x'))];
            assert_eq!(received, [expected, &letter].concat(), "{begun:?} {rest:?}");
        }
    }

    #[test]
    fn what_is_typed_after_a_lost_end_stays_typed() {
        for begun in ["]0;title", "P1$r", "[>41", "[", "]", "_"] {
            for typed in ["quit", "j", "\r"] {
                // Any letter could be the last byte of a control sequence.
                if begun == "[>41" && typed != "\r" {
                    continue;
                }
                let mut parser = Parser::default();
                parser.feed(&[b"\x1b", begun.as_bytes()].concat());
                parser.expire();
                let mut received = parser.feed(typed.as_bytes());
                received.extend(parser.expire());
                assert_eq!(
                    received,
                    Parser::default().feed(typed.as_bytes()),
                    "{begun:?} {typed:?}"
                );
            }
        }
    }

    #[test]
    fn typed_text_stays_typed() {
        let texts = [
            "[",
            "]",
            "P",
            "_",
            "[A",
            "[[",
            "]a",
            "]]",
            "]1",
            "]1;",
            "]11;red",
            "[?",
            "[1 ",
            "P1",
            "Paul",
            "P>",
            "_G",
            "a[1m",
            "]111111111111111111111111111111111111111111111111",
        ];
        for text in texts {
            let letters: Vec<_> = text
                .chars()
                .map(|letter| {
                    let shift = if letter.is_uppercase() {
                        KeyModifiers::SHIFT
                    } else {
                        KeyModifiers::NONE
                    };
                    Received::Event(Event::Key(KeyEvent::new(KeyCode::Char(letter), shift)))
                })
                .collect();
            check(text, &letters);
            let mut parser = Parser::default();
            parser.feed(b"\x1b");
            parser.expire();
            let mut received = parser.feed(text.as_bytes());
            received.extend(parser.expire());
            assert_eq!(received, letters, "{text} and nothing more");
        }
    }

    #[test]
    fn a_later_text_is_no_rest() {
        let mut parser = Parser::default();
        parser.feed(b"\x1b");
        parser.expire();
        assert!(parser.timeout().is_some());
        assert_eq!(parser.expire(), []);
        assert_eq!(parser.feed(b"[0n").len(), 3);
    }
}
