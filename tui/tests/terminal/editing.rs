//! The keys that edit a text, as terminals send them.

use crate::pty::{NO_SERVER, Pty};

/// Typed into an empty field, and what the field then contains.
const CASES: &[(&str, &str)] = &[
    ("one two\x08!", "one tw!"),
    ("one two\x7f!", "one tw!"),
    // Ctrl-W, Alt-Backspace, and Ctrl-Backspace as xterm and kitty send it.
    ("one two\x17!", "one !"),
    ("one two\x1b\x7f!", "one !"),
    ("one two\x1b\x08!", "one !"),
    ("one two\x1b[27;5;8~!", "one !"),
    ("one two\x1b[127;5u!", "one !"),
    // By word: Alt-b and Alt-f, Ctrl with arrows of xterm and of rxvt.
    ("one two\x1bb!", "one !two"),
    ("one two\x01\x1bf!", "one! two"),
    (
        "d'un  \u{e9}t\u{e9}\x01\x1bf\x1bf\x1bf!",
        "d'un  \u{e9}t\u{e9}!",
    ),
    ("one two\x1b[1;5D!", "one !two"),
    ("one two\x01\x1b[1;5C!", "one! two"),
    ("one two\x1bOd!", "one !two"),
    ("one two\x1bOD!", "one tw!o"),
    // The line: Ctrl-A, Ctrl-E, Ctrl-U, Ctrl-K, Ctrl-Y.
    ("one two\x01!", "!one two"),
    ("one two\x01\x05!", "one two!"),
    ("one two\x1bb\x15!", "!two"),
    ("one two\x1bb\x0b!", "one !"),
    ("one two\x17\x19!", "one two!"),
    // Ctrl-Delete and Alt-d.
    ("one two\x01\x1b[3;5~!", "! two"),
    ("one two\x01\x1bd!", "! two"),
    ("one two\x01\x1bd!\x05\x19", "! twoone"),
    // AltGr as Alt, and as Ctrl and Alt.
    ("\x1b@\x1b{\x1b\u{20ac}", "@{€"),
    ("\x1b[27;7;64~\x1b[123;7u", "@{"),
    // Alt and a letter are no text.
    ("one\x1bx\x1bQ!", "one!"),
    // Alt-Up is not Esc.
    ("one\x1b\x1b[A!", "one!"),
];

#[test]
fn keys_edit_a_text() {
    let mut epic = Pty::epic(NO_SERVER);
    epic.expect_text("Password");
    for (typed, expected) in CASES {
        epic.keys(typed);
        epic.expect_field("Email", expected);
        epic.keys("\x05\x15");
        epic.expect_field("Email", "");
    }
}

#[cfg(feature = "demo")]
#[test]
fn in_a_form_alt_up_is_not_esc_and_ctrl_k_deletes() {
    let mut epic = Pty::epic(&["demo"]);
    epic.expect_text("Press a key, then Enter");
    epic.keys("\x1bOP");
    epic.expect_text("@");
    epic.keys("\r");
    epic.expect_text("gestion  ●");
    epic.keys("3n");
    epic.expect_text("New contract");
    epic.keys("\x1b[Z\x1b[Z1/2/2027\x1b\x1b[A\x1bb\x0b3");
    epic.expect_field("Date", "1/2/3");
}
