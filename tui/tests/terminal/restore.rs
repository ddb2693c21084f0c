//! The terminal is restored after signals, panics and suspension.

use rustix::process::Signal;

use crate::pty::{NO_SERVER, Pty};

const CTRL_Z: &str = "\x1a";

fn login_screen() -> Pty {
    let mut pty = Pty::epic(NO_SERVER);
    pty.expect_text("Password");
    assert!(pty.is_full_screen());
    pty
}

#[test]
fn exits_on_signals() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT] {
        let mut pty = login_screen();
        pty.signal(signal);
        assert_eq!(pty.wait_for_exit().exit_code(), 0, "{signal:?}");
        pty.expect_restored();
    }
}

#[test]
fn a_panic_restores_the_terminal_and_is_printed() {
    let mut pty = login_screen();
    // Debug builds panic on this signal during the event loop.
    pty.signal(Signal::USR1);
    assert_eq!(pty.wait_for_exit().exit_code(), 101);
    pty.expect_restored();
    pty.expect_text("panicked at");
}

#[test]
fn the_shell_has_the_terminal_during_suspension() {
    let mut pty = Pty::start("sh", &["-i"]);
    pty.keys(&format!(
        "PS1='ready> '; {} {}\r",
        env!("CARGO_BIN_EXE_epic"),
        NO_SERVER.join(" ")
    ));
    for _ in 0..2 {
        pty.wait_until("the login screen is displayed", |pty| {
            pty.is_full_screen() && pty.text().contains("Password")
        });
        pty.keys(CTRL_Z);
        pty.wait_until("the shell has the terminal", |pty| {
            !pty.is_full_screen() && pty.text().trim_end().ends_with("ready>")
        });
        pty.keys("fg\r");
    }
    pty.wait_until("the login screen is displayed", |pty| {
        pty.is_full_screen() && pty.text().contains("Password")
    });
}

/// Without a shell, no process could resume the program.
#[test]
fn ctrl_z_without_a_shell_does_nothing() {
    let mut pty = login_screen();
    pty.keys(CTRL_Z);
    pty.keys("user@example.org");
    pty.expect_text("user@example.org");
    assert!(pty.is_full_screen());
    pty.signal(Signal::TERM);
    pty.wait_for_exit();
    pty.expect_restored();
}

#[test]
fn exits_on_signals_although_its_output_is_not_read() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT] {
        let mut pty = login_screen();
        pty.stall();
        pty.signal(signal);
        assert_eq!(pty.wait_for_exit().exit_code(), 0, "{signal:?}");
        pty.emulator().stall(false);
        pty.expect_restored();
        // The program sends this query before the first frame. The shell would get the answer to
        // another one.
        assert_eq!(pty.emulator().times_displayed(b"\x1b[c"), 1);
    }
}

/// A shell that sets the modes of the terminal for itself, and runs `epic`.
fn bash() -> Pty {
    let mut pty = Pty::start("bash", &["--norc", "--noediting", "-i"]);
    let epic = env!("CARGO_BIN_EXE_epic");
    pty.keys(&format!("PS1='ready> '; {epic} {}\r", NO_SERVER.join(" ")));
    expect_login_screen(&mut pty);
    pty
}

fn expect_login_screen(pty: &mut Pty) {
    pty.wait_until("the login screen is displayed", |pty| {
        pty.is_full_screen() && pty.text().contains("Password")
    });
}

#[test]
fn the_modes_are_set_again_after_a_stop_that_cannot_be_prevented() {
    let mut pty = bash();
    let modes = pty.modes();
    pty.signal_foreground(Signal::STOP);
    pty.expect_text("Stopped");
    assert_ne!(pty.modes(), modes);
    pty.keys("fg\r");
    pty.wait_until("the modes are set", |pty| pty.modes() == modes);
    pty.keys("user@example.org");
    pty.expect_field("Email", "user@example.org");
}

#[test]
fn a_stopped_program_can_be_terminated_from_its_shell() {
    for stops_itself in [true, false] {
        let mut pty = bash();
        if stops_itself {
            pty.keys(CTRL_Z);
        } else {
            pty.signal_foreground(Signal::STOP);
        }
        pty.expect_text("Stopped");
        pty.keys("kill %1\r");
        // The shell says so before its next prompt.
        pty.wait_until("the job has ended", |pty| {
            pty.emulator().send(b"\r");
            pty.text().contains("Done")
        });
        assert!(!pty.is_full_screen());
        let mouse = pty.emulator().screen(vt100::Screen::mouse_protocol_mode);
        assert_eq!(mouse, vt100::MouseProtocolMode::None);
    }
}
