//! What a terminal sends without a key: answers to queries, pastes in parts.

use std::{thread, time::Duration};

use crate::pty::{NO_SERVER, Pty};

/// Answers that a query of this or an earlier program causes, and what terminals report by themselves.
const ANSWERS: &[&str] = &[
    // The background colour, with both ends of an OSC string.
    "\x1b]11;rgb:1e1e/1e1e/1e1e\x07",
    "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
    // The version, a capability, a setting and the third attributes: DCS strings.
    "\x1bP>|XTerm(388)\x1b\\",
    "\x1bP1+r544e=787465726d\x1b\\",
    "\x1bP1$r0m\x1b\\",
    "\x1bP!|00000000\x1b\\",
    // Support of images: an APC string.
    "\x1b_Gi=31;OK\x1b\\",
    // Attributes, cursor, modes, keyboard, theme, size in characters, focus.
    "\x1b[?62;22c",
    "\x1b[>41;388;0c",
    "\x1b[12;40R",
    "\x1b[0n",
    "\x1b[?2026;2$y",
    "\x1b[?0u",
    "\x1b[?997;1n",
    "\x1b[8;24;80t",
    "\x1b[I",
    "\x1b[O",
];

/// Splits a text after every character, except after Esc, which alone is a key.
fn letters(text: &str) -> Vec<&str> {
    text.split_inclusive(|it| it != '\x1b').collect()
}

#[test]
fn answers_of_the_terminal_are_not_typed() {
    let mut epic = Pty::epic(NO_SERVER);
    epic.expect_text("Password");
    for answer in ANSWERS {
        epic.keys(answer);
        epic.parts(letters(answer));
    }
    // A string without an end: Tab ends it.
    epic.parts(["\x1b]11;rgb:1e1e", "\t"]);
    epic.keys("\x1b[Zuser@example.org");
    epic.expect_field("Email", "user@example.org");
}

/// A slow connection delivers the rest of a sequence so late that its Esc is a key already.
#[test]
fn an_answer_that_is_split_after_esc_is_not_typed() {
    let mut epic = Pty::epic(NO_SERVER);
    epic.expect_text("Password");
    let rests = [
        "]11;rgb:1e1e/1e1e/1e1e\x07",
        "]11;rgb:1e1e/1e1e/1e1e\x1b\\",
        "[?62;22c",
        "[12;40R",
        "[<0;3;5M",
        "P>|XTerm(388)\x1b\\",
        // Keys.
        "[",
        "]a",
        "P",
    ];
    for rest in rests {
        epic.parts(["\x1b"]);
        // Longer than Esc waits for the rest.
        thread::sleep(Duration::from_millis(150));
        epic.parts([rest]);
    }
    epic.expect_field("Email", "[]aP");
}

#[test]
fn a_paste_in_parts_is_a_paste() {
    let mut epic = Pty::epic(NO_SERVER);
    epic.expect_text("Password");
    epic.parts([
        "\x1b[20",
        "0~ren",
        "\u{e9}e@example",
        ".org\r\n\x1b[2",
        "01~",
        "!",
    ]);
    epic.expect_field("Email", "renée@example.org!");
}
