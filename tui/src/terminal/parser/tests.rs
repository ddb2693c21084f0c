//! The input that byte sequences of terminals encode: a table, and properties of any input.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::{paste::PASTE_MAX, *};

const NONE: KeyModifiers = KeyModifiers::NONE;
const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
const ALT: KeyModifiers = KeyModifiers::ALT;
const CTRL: KeyModifiers = KeyModifiers::CONTROL;

fn key(code: KeyCode, modifiers: KeyModifiers) -> Received {
    Received::Event(Event::Key(KeyEvent::new(code, modifiers)))
}

fn ch(letter: char) -> Received {
    key(KeyCode::Char(letter), NONE)
}

fn alt(letter: char) -> Received {
    key(KeyCode::Char(letter), ALT)
}

fn ctrl(letter: char) -> Received {
    key(KeyCode::Char(letter), CTRL)
}

fn esc() -> Received {
    key(KeyCode::Esc, NONE)
}

fn paste(text: &str) -> Received {
    Received::Event(Event::Paste(text.to_owned()))
}

fn mouse(kind: MouseEventKind, column: u16, row: u16, modifiers: KeyModifiers) -> Received {
    Received::Event(Event::Mouse(MouseEvent {
        kind,
        column,
        row,
        modifiers,
    }))
}

/// What is received in parts; each part but the last is followed by the next one in time.
fn receive<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Vec<Received> {
    let mut parser = Parser::default();
    let mut received = Vec::new();
    for part in parts {
        received.extend(parser.feed(part));
    }
    while parser.timeout().is_some() {
        received.extend(parser.expire());
    }
    received
}

/// Whole, split at every position, and byte by byte.
fn check(bytes: &[u8], expected: &[Received]) {
    let name = bytes.escape_ascii();
    assert_eq!(receive([bytes]), expected, "{name}");
    for at in 0..bytes.len() {
        let (head, tail) = bytes.split_at(at);
        assert_eq!(receive([head, tail]), expected, "{name} split at {at}");
    }
    assert_eq!(receive(bytes.chunks(1)), expected, "{name} by byte");
}

#[test]
fn characters_and_control_keys() {
    let cases: &[(&[u8], &[Received])] = &[
        (b"", &[]),
        (b"a1", &[ch('a'), ch('1')]),
        (b"A", &[key(KeyCode::Char('A'), SHIFT)]),
        ("é€🎉".as_bytes(), &[ch('é'), ch('€'), ch('🎉')]),
        (
            b"\r\t",
            &[key(KeyCode::Enter, NONE), key(KeyCode::Tab, NONE)],
        ),
        (
            b"\x08\x7f",
            &[key(KeyCode::Backspace, NONE), key(KeyCode::Backspace, NONE)],
        ),
        (
            b"\x00\x01\x17\x1a\x1c\x1f",
            &[
                ctrl(' '),
                ctrl('a'),
                ctrl('w'),
                ctrl('z'),
                ctrl('4'),
                ctrl('7'),
            ],
        ),
        (b"\n", &[ctrl('j')]),
        // Not UTF-8: stray, cut, too long, a surrogate, too large.
        (b"\x80a\xffb", &[ch('a'), ch('b')]),
        (b"\xe2\x82a", &[ch('a')]),
        (b"\xe2\x82\xc3\xa9", &[ch('é')]),
        (b"\xc0\xafa", &[ch('a')]),
        (b"\xe0\x80\xafa", &[ch('a')]),
        (b"\xed\xa0\x80a", &[ch('a')]),
        (b"\xf4\x90\x80\x80a", &[ch('a')]),
        (b"\xe2\x82", &[]),
        // C1 control characters are no text.
        ("\u{85}a".as_bytes(), &[ch('a')]),
    ];
    for (bytes, expected) in cases {
        check(bytes, expected);
    }
}

#[test]
fn esc_and_alt() {
    let cases: &[(&[u8], &[Received])] = &[
        (b"\x1b", &[esc()]),
        (b"\x1b\x1b", &[esc(), esc()]),
        (b"\x1b\x1b\x1b", &[esc(), esc(), esc()]),
        (b"\x1bb\x1b.", &[alt('b'), alt('.')]),
        (b"\x1bB", &[key(KeyCode::Char('B'), ALT | SHIFT)]),
        ("\x1b€".as_bytes(), &[alt('€')]),
        (b"\x1b\x1bb", &[esc(), alt('b')]),
        (
            b"\x1b\x7f\x1b\x08\x1b\r",
            &[
                key(KeyCode::Backspace, ALT),
                key(KeyCode::Backspace, ALT),
                key(KeyCode::Enter, ALT),
            ],
        ),
        (b"\x1b\x01", &[key(KeyCode::Char('a'), CTRL | ALT)]),
        // With nothing after them, these are keys as well.
        (b"\x1b[", &[alt('[')]),
        (b"\x1b]", &[alt(']')]),
        (b"\x1b^", &[alt('^')]),
        (b"\x1bO", &[key(KeyCode::Char('O'), ALT | SHIFT)]),
        (b"\x1b\\", &[alt('\\')]),
        (b"\x1b\x1b[A", &[key(KeyCode::Up, ALT)]),
        (b"\x1b\x1bOA", &[key(KeyCode::Up, ALT)]),
        (b"\x1b\x1b\x1b[A", &[esc(), key(KeyCode::Up, ALT)]),
        (b"\x1b\x1b[[A", &[key(KeyCode::F(1), ALT)]),
    ];
    for (bytes, expected) in cases {
        check(bytes, expected);
    }
}

#[test]
fn cursor_and_function_keys() {
    use KeyCode::{BackTab, Delete, Down, End, Enter, F, Home, Insert, Left, PageDown, PageUp};
    use KeyCode::{Right, Up};
    let cases: &[(&[u8], KeyCode, KeyModifiers)] = &[
        (b"\x1b[A", Up, NONE),
        (b"\x1b[B", Down, NONE),
        (b"\x1bOC", Right, NONE),
        (b"\x1bOD", Left, NONE),
        (b"\x1b[H", Home, NONE),
        (b"\x1bOF", End, NONE),
        (b"\x1b[1~", Home, NONE),
        (b"\x1b[4~", End, NONE),
        (b"\x1b[7~", Home, NONE),
        (b"\x1b[8~", End, NONE),
        (b"\x1b[2~", Insert, NONE),
        (b"\x1b[3~", Delete, NONE),
        (b"\x1b[5~", PageUp, NONE),
        (b"\x1b[6~", PageDown, NONE),
        (b"\x1b[Z", BackTab, SHIFT),
        (b"\x1b[1;5D", Left, CTRL),
        (b"\x1b[5D", Left, CTRL),
        (b"\x1bO5D", Left, CTRL),
        (b"\x1bOd", Left, CTRL),
        (b"\x1bOc", Right, CTRL),
        (b"\x1b[c", Right, SHIFT),
        (b"\x1b[1;3C", Right, ALT),
        (b"\x1b[1;2A", Up, SHIFT),
        (b"\x1b[1;7A", Up, CTRL.union(ALT)),
        (b"\x1b[1;5:2A", Up, CTRL),
        (b"\x1b[3;5~", Delete, CTRL),
        (b"\x1b[3^", Delete, CTRL),
        (b"\x1bOP", F(1), NONE),
        (b"\x1bOS", F(4), NONE),
        (b"\x1bO1;2P", F(1), SHIFT),
        (b"\x1b[1;2P", F(1), SHIFT),
        (b"\x1b[S", F(4), NONE),
        (b"\x1b[R", F(3), NONE),
        (b"\x1b[11~", F(1), NONE),
        (b"\x1b[15~", F(5), NONE),
        (b"\x1b[17~", F(6), NONE),
        (b"\x1b[21;5~", F(10), CTRL),
        (b"\x1b[24~", F(12), NONE),
        (b"\x1b[25~", F(13), NONE),
        (b"\x1b[28~", F(15), NONE),
        (b"\x1b[34~", F(20), NONE),
        // The Linux console.
        (b"\x1b[[A", F(1), NONE),
        (b"\x1b[[E", F(5), NONE),
        // The numeric keypad.
        (b"\x1bOM", Enter, NONE),
        (b"\x1bOk", KeyCode::Char('+'), NONE),
        (b"\x1bOy", KeyCode::Char('9'), NONE),
    ];
    for (bytes, code, modifiers) in cases {
        check(bytes, &[key(*code, *modifiers)]);
    }
}

#[test]
fn keys_as_characters_with_modifiers() {
    use KeyCode::{BackTab, Backspace, Char, Enter, Esc, Tab};
    let cases: &[(&[u8], KeyCode, KeyModifiers)] = &[
        (b"\x1b[27;5;8~", Backspace, CTRL),
        (b"\x1b[27;5;127~", Backspace, CTRL),
        (b"\x1b[127;5u", Backspace, CTRL),
        (b"\x1b[119;5u", Char('w'), CTRL),
        (b"\x1b[27;7;64~", Char('@'), CTRL.union(ALT)),
        (b"\x1b[64;7u", Char('@'), CTRL.union(ALT)),
        (b"\x1b[97;2u", Char('A'), SHIFT),
        (b"\x1b[97:65;2:1u", Char('A'), SHIFT),
        (b"\x1b[223;2u", Char('ß'), SHIFT),
        (b"\x1b[27u", Esc, NONE),
        (b"\x1b[13;2u", Enter, SHIFT),
        (b"\x1b[9;5u", Tab, CTRL),
        (b"\x1b[9;2u", BackTab, SHIFT),
    ];
    for (bytes, code, modifiers) in cases {
        check(bytes, &[key(*code, *modifiers)]);
    }
}

#[test]
fn what_is_no_input_is_dropped() {
    let cases: &[&[u8]] = &[
        // Strings, with all their ends.
        b"\x1b]10;rgb:1e1e/1e1e/1e1e\x07",
        b"\x1b]10;rgb:1e1e/1e1e/1e1e\x1b\\",
        b"\x1b]11;rgb:1e1e/1e1e/1e1e\x18",
        "\x1b]lé\u{2019}titre\u{9c}\x1b\\".as_bytes(),
        b"\x1bP>|XTerm(388)\x1b\\",
        b"\x1bP1$r0m\x1b\\",
        b"\x1b_Gi=31;OK\x1b\\",
        b"\x1b^private\x1b\\",
        b"\x1bXstart\x1b\\",
        b"\x1b]11;rgb",
        // Control sequences.
        b"\x1b[>41;388;0c",
        b"\x1b[12;40R",
        b"\x1b[0n",
        b"\x1b[?2026;2$y",
        b"\x1b[?997;1n",
        b"\x1b[?0u",
        b"\x1b[8;24;80t",
        b"\x1b[I\x1b[O",
        b"\x1b[201~",
        b"\x1b[99~",
        b"\x1b[1;5:3A",
        b"\x1b[97;1:3u",
        b"\x1b[57441;2u",
        b"\x1b[35;2;5M",
        b"\x1b[99999999999999999999~",
        b"\x1b[1111111111111111111111111111111111111111;5A",
        b"\x1b[;;;;;;;;u",
        b"\x1b[\x18",
        b"\x1b[12",
        b"\x1bO1",
        b"\x1bOz",
        b"\x1b[<0;1",
        b"\x1b[<0;5M",
        b"\x1b[<0;70000;1M",
        b"\x1b[M",
        b"\x1b[[",
    ];
    for bytes in cases {
        check(bytes, &[]);
    }
    check(b"\x1b[?62;22c", &[Received::Attributes]);
    check(b"\x1b[?6c", &[Received::Attributes]);
}

#[test]
fn what_is_interrupted_leaves_the_next_key() {
    let cases: &[(&[u8], &[Received])] = &[
        (b"\x1b]11;rgb\x03", &[ctrl('c')]),
        (b"\x1b]11;rgb\r", &[key(KeyCode::Enter, NONE)]),
        (b"\x1b]11;rgb\x7f", &[key(KeyCode::Backspace, NONE)]),
        (b"\x1b]11;rgb\x1b[A", &[key(KeyCode::Up, NONE)]),
        (b"\x1b]11;rgb\x1bb", &[alt('b')]),
        (b"\x1b]11;rgb\x1b", &[esc()]),
        (b"\x1bP1\x1b]2\x07a", &[ch('a')]),
        (b"\x1b[1;\x03", &[ctrl('c')]),
        (b"\x1b[1;\x1b[A", &[key(KeyCode::Up, NONE)]),
        ("\x1b[1;é".as_bytes(), &[ch('é')]),
        (b"\x1bO\x03", &[ctrl('c')]),
        (b"\x1b[[z", &[ch('z')]),
    ];
    for (bytes, expected) in cases {
        check(bytes, expected);
    }
}

#[test]
fn mouse_reports() {
    use MouseEventKind::{Down, Drag, Moved, ScrollDown, ScrollUp, Up};
    let left = MouseButton::Left;
    let cases: &[(&[u8], MouseEventKind, u16, u16, KeyModifiers)] = &[
        (b"\x1b[<0;1;1M", Down(left), 0, 0, NONE),
        (b"\x1b[<0;200;50m", Up(left), 199, 49, NONE),
        (b"\x1b[<2;3;4M", Down(MouseButton::Right), 2, 3, NONE),
        (b"\x1b[<64;3;4M", ScrollUp, 2, 3, NONE),
        (b"\x1b[<65;3;4M", ScrollDown, 2, 3, NONE),
        (b"\x1b[<32;3;4M", Drag(left), 2, 3, NONE),
        (b"\x1b[<35;3;4M", Moved, 2, 3, NONE),
        (b"\x1b[<20;3;4M", Down(left), 2, 3, SHIFT.union(CTRL)),
        (b"\x1b[<0;0;0M", Down(left), 0, 0, NONE),
        // Without mode 1006.
        (b"\x1b[M !!", Down(left), 0, 0, NONE),
        (b"\x1b[M#$%", Up(left), 3, 4, NONE),
        (b"\x1b[M`\xff!", ScrollUp, 222, 0, NONE),
    ];
    for (bytes, kind, column, row, modifiers) in cases {
        check(bytes, &[mouse(*kind, *column, *row, *modifiers)]);
    }
}

#[test]
fn pastes() {
    let cases: &[(&[u8], &[Received])] = &[
        (b"\x1b[200~\x1b[201~", &[paste("")]),
        (
            "\x1b[200~é\r\nb\tc\x1b[201~d".as_bytes(),
            &[paste("é\r\nb\tc"), ch('d')],
        ),
        // Sequences within are text, also the beginning of the end.
        (
            b"\x1b[200~\x1b[A\x1b[201\x1b\x1b[20\x1b[201~",
            &[paste("\x1b[A\x1b[201\x1b\x1b[20")],
        ),
        (b"\x1b[200~\xff\x1b[201~", &[paste("\u{fffd}")]),
        // Without an end.
        (b"\x1b[200~ab", &[paste("ab")]),
    ];
    for (bytes, expected) in cases {
        check(bytes, expected);
    }
}

#[test]
fn unterminated_input_is_bounded() {
    let mut parser = Parser::default();
    parser.feed(b"\x1b[200~");
    for _ in 0..3 {
        parser.feed(&vec![b'a'; PASTE_MAX]);
        let State::Paste(paste) = &parser.state else {
            panic!("{:?}", parser.state);
        };
        assert_eq!(paste.len(), PASTE_MAX);
    }
    assert_eq!(parser.feed(b"\x1b[201~").len(), 1);

    for introducer in [&b"\x1b]"[..], b"\x1b["] {
        parser.feed(introducer);
        let begun = parser.feed(&vec![b'0'; STRING_MAX]);
        assert_eq!(begun, []);
        assert_eq!(parser.feed(b"00"), [ch('0'), ch('0')]);
    }
}

/// Bytes with a part in sequences, and any others.
fn arbitrary(rng: &mut StdRng) -> Vec<u8> {
    const COMMON: &[u8] = b"\x1b\x1b\x1b[[]OP_\\?<;:0123456789~MmAuRct\x07\x18\xc3\xa9\xf0";
    let len = rng.random_range(0..40);
    let byte = |_| {
        if rng.random_bool(0.9) {
            COMMON[rng.random_range(0..COMMON.len())]
        } else {
            rng.random()
        }
    };
    (0..len).map(byte).collect()
}

#[test]
fn any_input_means_the_same_in_any_parts_and_leaves_a_keyboard_that_works() {
    let mut rng = StdRng::seed_from_u64(11);
    for _ in 0..20_000 {
        let bytes = arbitrary(&mut rng);
        let name = bytes.escape_ascii();
        let whole = receive([&bytes[..]]);
        assert_eq!(receive(bytes.chunks(1)), whole, "{name}");
        let at = rng.random_range(0..=bytes.len());
        let (head, tail) = bytes.split_at(at);
        assert_eq!(receive([head, tail]), whole, "{name} split at {at}");

        let mut parser = Parser::default();
        parser.feed(&bytes);
        parser.expire();
        assert_eq!(parser.feed(b"\x03"), [ctrl('c')], "{name}");
    }
}
