//! What the terminal is asked to report about the mouse, and what remains of it.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::pty::{NO_SERVER, Pty};

const CTRL_C: &str = "\x03";
const CTRL_Z: &str = "\x1a";

#[test]
fn only_buttons_and_the_wheel_are_reported() {
    let mut epic = Pty::epic(NO_SERVER);
    epic.expect_text("Password");
    let asks = |mode| epic.emulator().has_displayed(mode);
    assert!(asks(b"\x1b[?1000h"));
    assert!(asks(b"\x1b[?1006h"));
    // Motion with a button, any motion, and an encoding of rxvt.
    for other in [&b"\x1b[?1002h"[..], b"\x1b[?1003h", b"\x1b[?1015h"] {
        assert!(!asks(other), "{}", other.escape_ascii());
    }
}

#[test]
fn reports_that_are_on_their_way_do_not_reach_the_shell() {
    let mut pty = Pty::start("sh", &["-i"]);
    // The terminal has sent these when it learns that the mouse is off.
    pty.emulator()
        .answer(b"\x1b[?1000l", b"\x1b[<35;2;5M\x1b[<0;3;5M\x1b[<0;3;5m");
    let epic = env!("CARGO_BIN_EXE_epic");
    pty.keys(&format!("PS1='ready> '; {epic} {}\r", NO_SERVER.join(" ")));
    for leave in [CTRL_Z, CTRL_C] {
        pty.wait_until("the login screen is displayed", |pty| {
            pty.is_full_screen() && pty.text().contains("Password")
        });
        pty.keys(leave);
        pty.wait_until("the shell has the terminal", |pty| {
            !pty.is_full_screen() && pty.text().trim_end().ends_with("ready>")
        });
        pty.keys("echo \"<$((40+2))>\"\r");
        pty.expect_text("<42>");
        assert!(!pty.text().contains(";5M"), "{}", pty.text());
        assert!(!pty.text().contains("not found"), "{}", pty.text());
        if leave == CTRL_Z {
            pty.keys("fg\r");
        }
    }
}

/// A connection delivers the reports and the answer later than a terminal without answers is waited for.
#[test]
fn reports_that_are_delayed_do_not_reach_the_shell() {
    let mut pty = Pty::start("sh", &["-i"]);
    pty.emulator()
        .answer(b"\x1b[?1000l", b"\x1b[<35;2;5M\x1b[<0;3;5M\x1b[<0;3;5m");
    let epic = env!("CARGO_BIN_EXE_epic");
    pty.keys(&format!("PS1='ready> '; {epic} {}\r", NO_SERVER.join(" ")));
    pty.wait_until("the login screen is displayed", |pty| {
        pty.is_full_screen() && pty.text().contains("Password")
    });
    pty.emulator().hold_answers();
    pty.keys(CTRL_C);
    pty.wait_until("the screen is left", |pty| {
        pty.emulator().has_displayed(b"\x1b[?1000l")
    });
    let left = Instant::now();
    thread::sleep(Duration::from_millis(1_500));
    pty.emulator().release_answers();
    // A test that was stopped for long has released them too late.
    let is_in_time = left.elapsed() < Duration::from_secs(5);
    pty.wait_until("the shell has the terminal", |pty| {
        !pty.is_full_screen() && pty.text().trim_end().ends_with("ready>")
    });
    pty.keys("echo \"<$((40+2))>\"\r");
    pty.expect_text("<42>");
    let has_report = pty.text().contains(";5M") || pty.text().contains("62;22c");
    assert!(!has_report || !is_in_time, "{}", pty.text());
}
