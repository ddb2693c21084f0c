//! Parses the input of a terminal: keys, mouse reports, pastes, and answers to queries.
//!
//! Answers to queries of other programs, and late answers, are recognised by their form (ECMA-48) and
//! dropped: control sequences that are no key, and OSC, DCS, APC, PM and SOS strings. The input can be
//! split anywhere. The parser stores at most one paste of [`paste::PASTE_MAX`] bytes.

mod character;
mod control_string;
mod eight_bits;
mod late_rest;
mod paste;
mod sequence;

use std::{mem, time::Duration};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use self::{
    character::Character,
    control_string::ControlString,
    eight_bits::STRING_TERMINATOR,
    late_rest::{Kind, LateRest},
    paste::Paste,
    sequence::{Sequence, x10_mouse},
};
use crate::theme::color::Rgb;

/// How long to wait for the rest of a sequence after Esc. Terminals send a sequence at once.
const ESC_TIMEOUT: Duration = Duration::from_millis(50);
/// How long to wait for what follows `ESC [`, `ESC ]`, `ESC ^` or `ESC _`: without more, they are what
/// some keyboards type with Alt or `AltGr`.
const INTRODUCER_TIMEOUT: Duration = Duration::from_millis(200);
/// How long to wait for the next byte of a sequence or string: longer than a slow connection delays a
/// packet, and short enough that a lost end of a string does not block the keyboard.
const SEQUENCE_TIMEOUT: Duration = Duration::from_secs(1);
/// How long to wait for the next byte of a paste. A rest that arrives later is parsed as keys.
const PASTE_TIMEOUT: Duration = Duration::from_secs(5);

/// Number of bytes after which a string or sequence ends.
const STRING_MAX: usize = 1 << 20;

/// How long after an Esc that was a key its rest is recognised: a connection that has stalled commonly recovers
/// within this time.
const LATE_REST_TIMEOUT: Duration = Duration::from_secs(10);

const ESC: u8 = 0x1b;
const CAN: u8 = 0x18;
const SUB: u8 = 0x1a;
const BEL: u8 = 0x07;
const DEL: u8 = 0x7f;

/// A complete part of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Received {
    /// An input of the user.
    Event(Event),
    /// The attributes of the terminal (`DA1`).
    Attributes,
    /// The background of the terminal (`OSC 11`).
    Background(Rgb),
}

/// An incremental parser.
#[derive(Debug, Default)]
pub(super) struct Parser {
    state: State,
    received: Vec<Received>,
}

/// The part of the input that is incomplete.
#[derive(Debug, Default)]
enum State {
    #[default]
    Ground,
    Character(Character),
    /// Esc; with `alt`, the second one.
    Escape {
        alt: bool,
    },
    LateRest(LateRest),
    /// `ESC [` or `ESC O`.
    Sequence(Sequence),
    /// `ESC [ [`, with which the Linux console begins F1 to F5.
    ConsoleKey {
        alt: bool,
    },
    /// `ESC [ M`: a mouse report of a terminal without SGR reports.
    X10Mouse {
        bytes: [u8; 3],
        len: usize,
    },
    String(ControlString),
    Paste(Paste),
}

impl State {
    /// The state after Esc and this byte, or after the control function of eight bits that stands for both;
    /// `None` if they begin neither a sequence nor a string.
    fn introduced_by(byte: u8, is_eight_bits: bool, alt: bool) -> Option<Self> {
        Some(match byte {
            b'[' | b'O' => Self::Sequence(Sequence::new(byte, is_eight_bits, alt)),
            b'P' | b'X' | b']' | b'^' | b'_' => {
                Self::String(ControlString::new(byte, is_eight_bits))
            }
            _ => return None,
        })
    }
}

impl Parser {
    /// Parses further bytes.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Vec<Received> {
        self.steps(bytes);
        mem::take(&mut self.received)
    }

    /// Makes [`Parser::feed`] return these before what it parses next.
    pub(super) fn unread(&mut self, received: Vec<Received>) {
        self.received.splice(0..0, received);
    }

    /// Whether the next byte can belong to an input that has begun.
    pub(super) fn is_incomplete(&self) -> bool {
        match &self.state {
            State::Ground => false,
            State::LateRest(rest) => !rest.bytes.is_empty(),
            _ => true,
        }
    }

    /// How long to wait for the next byte before [`Parser::expire`]; `None` if it means the same at any time.
    pub(super) fn timeout(&self) -> Option<Duration> {
        match &self.state {
            State::Ground => None,
            State::LateRest(rest) if rest.bytes.is_empty() => Some(LATE_REST_TIMEOUT),
            State::LateRest(_) => Some(INTRODUCER_TIMEOUT),
            State::Escape { .. } => Some(ESC_TIMEOUT),
            State::Sequence(sequence) if sequence.is_empty() => Some(INTRODUCER_TIMEOUT),
            State::String(string) if string.is_empty() => Some(INTRODUCER_TIMEOUT),
            State::Paste(_) => Some(PASTE_TIMEOUT),
            State::Character(_)
            | State::Sequence(_)
            | State::ConsoleKey { .. }
            | State::X10Mouse { .. }
            | State::String(_) => Some(SEQUENCE_TIMEOUT),
        }
    }

    /// Ends the incomplete part, after which no byte has come in time: Esc and Alt with a key are keys, a paste is
    /// passed on, and the rest is dropped. The remainder may still arrive.
    pub(super) fn expire(&mut self) -> Vec<Received> {
        match mem::take(&mut self.state) {
            State::Escape { alt } => {
                for _ in 0..=usize::from(alt) {
                    self.key(KeyCode::Esc, KeyModifiers::NONE);
                }
                self.state = State::LateRest(LateRest::default());
            }
            State::LateRest(rest) => self.steps(&rest.bytes),
            State::Sequence(sequence) if !sequence.is_eight_bits => {
                if sequence.is_empty() {
                    self.character(char::from(sequence.introducer), true);
                }
                self.state = State::LateRest(LateRest::after(sequence.begun()));
            }
            State::String(string) if !string.is_eight_bits => {
                if string.is_empty() {
                    self.character(char::from(string.introducer), true);
                } else if string.is_escaped {
                    // The end of the string may be lost, and this a key.
                    self.key(KeyCode::Esc, KeyModifiers::NONE);
                }
                self.state = State::LateRest(LateRest::after(string.begun()));
            }
            State::Paste(paste) => self.event(Event::Paste(paste.text())),
            State::Ground
            | State::Character(_)
            | State::Sequence(_)
            | State::ConsoleKey { .. }
            | State::X10Mouse { .. }
            | State::String(_) => {}
        }
        mem::take(&mut self.received)
    }

    fn steps(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.step(*byte);
        }
    }

    fn step(&mut self, byte: u8) {
        // `take` sets the state `Ground`; an arm whose state continues sets it again.
        match mem::take(&mut self.state) {
            State::Ground => self.ground(byte, false),
            State::Character(character) => self.continue_character(character, byte),
            State::Escape { alt } => self.escape(alt, byte),
            State::LateRest(rest) => self.late_rest(rest, byte),
            State::Sequence(sequence) => self.sequence(sequence, byte),
            State::ConsoleKey { alt } => {
                if let Some(number @ 0..5) = byte.checked_sub(b'A') {
                    self.key(KeyCode::F(number + 1), alt_modifier(alt));
                } else {
                    self.abort(byte);
                }
            }
            State::X10Mouse { mut bytes, len } => {
                bytes[len] = byte;
                if len + 1 < bytes.len() {
                    let len = len + 1;
                    self.state = State::X10Mouse { bytes, len };
                } else if let Some(mouse) = x10_mouse(bytes) {
                    self.event(Event::Mouse(mouse));
                }
            }
            State::String(string) => self.string(string, byte),
            State::Paste(mut paste) => {
                if paste.push(byte) {
                    self.event(Event::Paste(paste.text()));
                } else {
                    self.state = State::Paste(paste);
                }
            }
        }
    }

    /// A byte outside of sequences, or after Esc.
    fn ground(&mut self, byte: u8, alt: bool) {
        match byte {
            ESC => self.state = State::Escape { alt },
            0..0x20 | DEL => self.control(byte, alt),
            0x20..DEL => self.character(char::from(byte), alt),
            0x80..=0x9f => self.state = State::of_eight_bits(byte),
            // Other bytes are not UTF-8.
            _ => {
                let character = Character::new(byte, alt);
                self.state = character.map_or_else(State::default, State::Character);
            }
        }
    }

    /// Drops the incomplete part, to which the byte cannot belong, and parses the byte.
    fn abort(&mut self, byte: u8) {
        self.ground(byte, false);
    }

    fn continue_character(&mut self, mut character: Character, byte: u8) {
        if !character.push(byte) {
            self.abort(byte);
        } else if !character.is_complete() {
            self.state = State::Character(character);
        } else if let Some(letter) = character.letter() {
            match u8::try_from(letter) {
                Ok(byte @ 0x80..=0x9f) => self.state = State::of_eight_bits(byte),
                _ => self.character(letter, character.alt),
            }
        }
    }

    fn escape(&mut self, alt: bool, byte: u8) {
        let introduced = State::introduced_by(byte, false, alt);
        if alt && !matches!(introduced, Some(State::Sequence(_))) {
            // Only one Esc belongs to the key.
            self.key(KeyCode::Esc, KeyModifiers::NONE);
        }
        match introduced {
            Some(state) => self.state = state,
            None => self.ground(byte, true),
        }
    }

    fn late_rest(&mut self, mut rest: LateRest, byte: u8) {
        rest.bytes.push(byte);
        match rest.kind() {
            Kind::Undecided => self.state = State::LateRest(rest),
            Kind::Text => self.steps(&rest.bytes),
            Kind::Rest => {
                self.state = State::Escape { alt: false };
                self.steps(&[rest.before, rest.bytes].concat());
                // A click was made on what the Esc has changed since.
                self.received
                    .retain(|it| !matches!(it, Received::Event(Event::Mouse(_))));
            }
        }
    }

    fn sequence(&mut self, mut sequence: Sequence, byte: u8) {
        match byte {
            b'[' if sequence.is_control() && sequence.is_empty() => {
                self.state = State::ConsoleKey { alt: sequence.alt };
            }
            b'M' if sequence.is_control() && sequence.is_empty() => {
                self.state = State::X10Mouse {
                    bytes: [0; 3],
                    len: 0,
                };
            }
            b'$' if sequence.is_shifted_key() => self.received.extend(sequence.end(byte)),
            0x20..0x40 if sequence.len() < STRING_MAX => {
                sequence.push(byte);
                self.state = State::Sequence(sequence);
            }
            0x40..DEL if sequence.is_paste(byte) => {
                self.state = State::Paste(Paste::default());
            }
            0x40..DEL => self.received.extend(sequence.end(byte)),
            CAN | SUB => {}
            _ => self.abort(byte),
        }
    }

    /// A control character also ends a string: no answer contains one, and Enter or Ctrl-C have their
    /// effect when the end of a string is lost.
    fn string(&mut self, mut string: ControlString, byte: u8) {
        match byte {
            b'\\' if string.is_escaped => self.received.extend(string.end()),
            STRING_TERMINATOR if string.is_eight_bits => self.received.extend(string.end()),
            _ if string.is_escaped => self.escape(false, byte),
            BEL => self.received.extend(string.end()),
            CAN | SUB => {}
            0..0x20 | DEL if byte != ESC => self.abort(byte),
            _ if string.len() == STRING_MAX => self.abort(byte),
            _ if string.is_key(byte) => {
                self.character(char::from(string.introducer), true);
                self.ground(byte, false);
            }
            _ => {
                string.push(byte);
                self.state = State::String(string);
            }
        }
    }

    fn control(&mut self, byte: u8, alt: bool) {
        let alt = alt_modifier(alt);
        let (code, modifiers) = match byte {
            0x08 | DEL => (KeyCode::Backspace, alt),
            b'\t' => (KeyCode::Tab, alt),
            b'\r' => (KeyCode::Enter, alt),
            0x01..=0x1a => (letter(byte + 0x60), alt | KeyModifiers::CONTROL),
            // The keys of a VT220 for these bytes. Ctrl and Alt with a digit would be text.
            0 => (KeyCode::Char(' '), KeyModifiers::CONTROL),
            _ => (letter(byte - 0x1c + b'4'), KeyModifiers::CONTROL),
        };
        self.key(code, modifiers);
    }

    fn character(&mut self, letter: char, alt: bool) {
        if letter.is_control() {
            return;
        }
        let shift = if letter.is_uppercase() {
            KeyModifiers::SHIFT
        } else {
            KeyModifiers::NONE
        };
        self.key(KeyCode::Char(letter), shift | alt_modifier(alt));
    }

    fn key(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        self.event(Event::Key(KeyEvent::new(code, modifiers)));
    }

    fn event(&mut self, event: Event) {
        self.received.push(Received::Event(event));
    }
}

const fn letter(byte: u8) -> KeyCode {
    KeyCode::Char(byte as char)
}

const fn alt_modifier(alt: bool) -> KeyModifiers {
    if alt {
        KeyModifiers::ALT
    } else {
        KeyModifiers::NONE
    }
}

#[cfg(test)]
mod tests;
