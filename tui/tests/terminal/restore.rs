//! The terminal is restored after signals, panics and suspension.

use rustix::process::Signal;

use crate::pty::Pty;

/// A port without a server: the login screen needs none.
const NO_SERVER: &[&str] = &["--server", "http://127.0.0.1:1"];
const CTRL_Z: &str = "\x1a";

fn login_screen() -> Pty {
    let mut pty = Pty::epic(NO_SERVER);
    pty.expect_text("Password");
    assert!(pty.is_full_screen());
    pty
}

#[test]
fn exits_on_signals() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
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
