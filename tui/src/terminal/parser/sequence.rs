//! Control sequences: `ESC [` with its parameters, and `ESC O`.

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use super::{Received, alt_modifier};

/// Bytes of parameters that are stored; longer sequences are no keys.
const PARAMETERS_MAX: usize = 32;

/// A sequence without its last byte.
#[derive(Debug)]
pub(super) struct Sequence {
    /// `[` or `O`.
    pub(super) introducer: u8,
    /// Whether it began with a control function of eight bits.
    pub(super) is_eight_bits: bool,
    /// Whether another Esc precedes it.
    pub(super) alt: bool,
    parameters: String,
    /// The number of bytes of the parameters, also of those that are not stored.
    len: usize,
}

impl Sequence {
    pub(super) const fn new(introducer: u8, is_eight_bits: bool, alt: bool) -> Self {
        Self {
            introducer,
            is_eight_bits,
            alt,
            parameters: String::new(),
            len: 0,
        }
    }

    pub(super) const fn is_control(&self) -> bool {
        self.introducer == b'['
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// What has arrived after Esc.
    pub(super) fn begun(&self) -> Vec<u8> {
        [&[self.introducer], self.parameters.as_bytes()].concat()
    }

    pub(super) fn push(&mut self, byte: u8) {
        if self.len < PARAMETERS_MAX {
            self.parameters.push(char::from(byte));
        }
        self.len += 1;
    }

    /// Whether `$` ends it: rxvt sends keys with Shift so. In answers it follows other parameters, and is
    /// not the last byte.
    pub(super) fn is_shifted_key(&self) -> bool {
        let number = self.parameters.parse().ok();
        self.is_control() && number.and_then(numbered_key).is_some()
    }

    /// Whether it begins a paste, if this is its last byte.
    pub(super) fn is_paste(&self, last: u8) -> bool {
        self.is_control() && last == b'~' && self.parameters == "200"
    }

    /// The input that the sequence with this last byte encodes; `None` for an answer of the terminal or an
    /// unknown sequence.
    pub(super) fn end(&self, last: u8) -> Option<Received> {
        if self.len > PARAMETERS_MAX {
            return None;
        }
        if let Some(report) = self.parameters.strip_prefix('<') {
            return sgr_mouse(report, last).map(|mouse| Received::Event(Event::Mouse(mouse)));
        }
        if self.is_control() && self.parameters.starts_with('?') && last == b'c' {
            return Some(Received::Attributes);
        }
        let (code, modifiers) = self.key(last)?;
        let key = KeyEvent::new(code, modifiers | alt_modifier(self.alt));
        Some(Received::Event(Event::Key(key)))
    }

    fn key(&self, last: u8) -> Option<(KeyCode, KeyModifiers)> {
        let is_number = |it: char| it.is_ascii_digit() || it == ';' || it == ':';
        if !self.parameters.chars().all(is_number) {
            return None;
        }
        let fields: Vec<&str> = self.parameters.split(';').collect();
        let field = |index: usize| fields.get(index).copied();
        let only = |code| Some((code, KeyModifiers::NONE));
        if !self.is_control() {
            return single_shift_key(last, modifiers(fields.last().copied())?);
        }
        match last {
            b'A'..=b'D' | b'F' | b'H' => {
                Some((cursor_key(last)?, modifiers(fields.last().copied())?))
            }
            // Shift with an arrow, of rxvt.
            b'a'..=b'd' => Some((cursor_key(last - 0x20)?, KeyModifiers::SHIFT)),
            b'P' | b'Q' | b'S' => Some((function_key(last), modifiers(field(1))?)),
            // With parameters, it is the position of the cursor.
            b'R' if self.is_empty() => only(function_key(last)),
            b'Z' => Some((KeyCode::BackTab, KeyModifiers::SHIFT)),
            b'~' if field(0) == Some("27") => character(number(field(2)?)?, modifiers(field(1))?),
            b'~' => Some((numbered_key(number(field(0)?)?)?, modifiers(field(1))?)),
            // Shift, or Ctrl, with such a key, of rxvt.
            b'$' => Some((numbered_key(number(field(0)?)?)?, KeyModifiers::SHIFT)),
            b'^' => Some((numbered_key(number(field(0)?)?)?, KeyModifiers::CONTROL)),
            b'u' => character(number(field(0)?)?, modifiers(field(1))?),
            _ => None,
        }
    }
}

/// A key after `ESC O`: cursor and function keys, and those of the numeric keypad.
fn single_shift_key(last: u8, held: KeyModifiers) -> Option<(KeyCode, KeyModifiers)> {
    let code = match last {
        b'A'..=b'D' | b'F' | b'H' => cursor_key(last)?,
        b'P'..=b'S' => function_key(last),
        b'M' => KeyCode::Enter,
        b'j'..=b'y' => KeyCode::Char(char::from(last - 0x40)),
        // Ctrl with an arrow, of rxvt.
        b'a'..=b'd' => return Some((cursor_key(last - 0x20)?, KeyModifiers::CONTROL)),
        _ => return None,
    };
    Some((code, held))
}

const fn cursor_key(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        _ => return None,
    })
}

/// F1 to F4, from the letters P to S.
const fn function_key(last: u8) -> KeyCode {
    KeyCode::F(last - b'P' + 1)
}

/// The key with this number in the numbering of the VT220, which has gaps.
fn numbered_key(number: u32) -> Option<KeyCode> {
    let function_key = |first| u8::try_from(number - first).ok().map(KeyCode::F);
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => function_key(10)?,
        17..=21 => function_key(11)?,
        23..=26 => function_key(12)?,
        28..=29 => function_key(13)?,
        31..=34 => function_key(14)?,
        _ => return None,
    })
}

/// A key that is sent as its character, which is that without Shift in some terminals.
fn character(code: u32, modifiers: KeyModifiers) -> Option<(KeyCode, KeyModifiers)> {
    let is_shifted = modifiers.contains(KeyModifiers::SHIFT);
    let code = match code {
        8 | 127 => KeyCode::Backspace,
        9 if is_shifted => KeyCode::BackTab,
        9 => KeyCode::Tab,
        13 => KeyCode::Enter,
        27 => KeyCode::Esc,
        // The private characters are keys of the keyboard protocol of kitty, such as modifiers.
        0..0x20 | 0x80..0xa0 | 0xe000..0xf900 => return None,
        _ => {
            let letter = char::from_u32(code)?;
            let mut upper = letter.to_uppercase();
            match (upper.next(), upper.next()) {
                (Some(upper), None) if is_shifted => KeyCode::Char(upper),
                _ => KeyCode::Char(letter),
            }
        }
    };
    Some((code, modifiers))
}

/// The value of a field, without its parts after a colon.
fn number(field: &str) -> Option<u32> {
    field.split(':').next()?.parse().ok()
}

/// The modifiers that a field says, which may be missing; `None` for the release of a key.
fn modifiers(field: Option<&str>) -> Option<KeyModifiers> {
    const RELEASE: &str = "3";
    let (held, kind) = match field.map(|field| field.split_once(':').unwrap_or((field, ""))) {
        None | Some(("", "")) => return Some(KeyModifiers::NONE),
        Some(parts) => parts,
    };
    if kind == RELEASE {
        return None;
    }
    let bits = held.parse::<u32>().ok()?.saturating_sub(1);
    let flags = [
        KeyModifiers::SHIFT,
        KeyModifiers::ALT,
        KeyModifiers::CONTROL,
        KeyModifiers::SUPER,
        KeyModifiers::HYPER,
        KeyModifiers::META,
    ];
    let held = (0..).zip(flags).filter(|(bit, _)| bits & (1 << bit) != 0);
    Some(held.map(|(_, flag)| flag).collect())
}

/// A mouse report of mode 1006, without its `<`.
fn sgr_mouse(report: &str, last: u8) -> Option<MouseEvent> {
    let mut fields = report.split(';').map(|field| field.parse().ok());
    let (buttons, column, row) = (fields.next()??, fields.next()??, fields.next()??);
    match last {
        b'M' => mouse(buttons, column, row, false),
        b'm' => mouse(buttons, column, row, true),
        _ => None,
    }
}

/// A mouse report that has each number in a byte, plus 32.
pub(super) fn x10_mouse(bytes: [u8; 3]) -> Option<MouseEvent> {
    let [buttons, column, row] = bytes.map(|byte| u16::from(byte.saturating_sub(32)));
    // It does not say which button is released.
    let is_release = buttons & 0b1100_0011 == 3;
    let buttons = if is_release { buttons & !3 } else { buttons };
    mouse(buttons, column, row, is_release)
}

fn mouse(buttons: u16, column: u16, row: u16, is_release: bool) -> Option<MouseEvent> {
    const MOTION: u16 = 0b10_0000;
    let number = (buttons & 0b11) | ((buttons & 0b1100_0000) >> 4);
    let button = match number {
        0 => Some(MouseButton::Left),
        1 => Some(MouseButton::Middle),
        2 => Some(MouseButton::Right),
        _ => None,
    };
    let kind = match (button, number) {
        (Some(button), _) if is_release => MouseEventKind::Up(button),
        (Some(button), _) if buttons & MOTION != 0 => MouseEventKind::Drag(button),
        (Some(button), _) => MouseEventKind::Down(button),
        (None, 3) if buttons & MOTION != 0 => MouseEventKind::Moved,
        (None, 4) => MouseEventKind::ScrollUp,
        (None, 5) => MouseEventKind::ScrollDown,
        (None, 6) => MouseEventKind::ScrollLeft,
        (None, 7) => MouseEventKind::ScrollRight,
        (None, _) => return None,
    };
    let flags = [
        (0b100, KeyModifiers::SHIFT),
        (0b1000, KeyModifiers::ALT),
        (0b1_0000, KeyModifiers::CONTROL),
    ];
    let held = flags.into_iter().filter(|(bit, _)| buttons & bit != 0);
    Some(MouseEvent {
        kind,
        column: column.saturating_sub(1),
        row: row.saturating_sub(1),
        modifiers: held.map(|(_, flag)| flag).collect(),
    })
}
