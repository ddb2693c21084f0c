//! The terminal is given back, whatever happens.

use rustix::process::Signal;

use crate::pty::Pty;

/// A port where nothing answers: the login screen needs no server.
const NOWHERE: &[&str] = &["--server", "http://127.0.0.1:1"];
const CTRL_Z: &str = "\x1a";

fn login_screen() -> Pty {
    let mut pty = Pty::epic(NOWHERE);
    pty.see("Password");
    assert!(pty.is_taken());
    pty
}

#[test]
fn signals_end_it_and_give_the_terminal_back() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let mut pty = login_screen();
        pty.signal(signal);
        assert_eq!(pty.end().exit_code(), 0, "{signal:?}");
        pty.see_given_back();
    }
}

#[test]
fn a_panic_gives_the_terminal_back_and_is_read_on_it() {
    let mut pty = login_screen();
    // Debug builds panic on this signal, in the middle of the loop.
    pty.signal(Signal::USR1);
    assert_eq!(pty.end().exit_code(), 101);
    pty.see_given_back();
    pty.see("panicked at");
}

#[test]
fn a_shell_gets_the_terminal_while_it_is_stopped() {
    let mut pty = Pty::start("sh", &["-i"]);
    pty.keys(&format!(
        "PS1='ready> '; {} {}\r",
        env!("CARGO_BIN_EXE_epic"),
        NOWHERE.join(" ")
    ));
    for _ in 0..2 {
        pty.wait("the login screen", |pty| {
            pty.is_taken() && pty.text().contains("Password")
        });
        pty.keys(CTRL_Z);
        pty.wait("the shell", |pty| {
            !pty.is_taken() && pty.text().trim_end().ends_with("ready>")
        });
        pty.keys("fg\r");
    }
    pty.wait("the login screen", |pty| {
        pty.is_taken() && pty.text().contains("Password")
    });
}

/// Nobody could wake the first program of a terminal again.
#[test]
fn without_a_shell_it_does_not_stop() {
    let mut pty = login_screen();
    pty.keys(CTRL_Z);
    pty.keys("somebody@example.org");
    pty.see("somebody@example.org");
    assert!(pty.is_taken());
    pty.signal(Signal::TERM);
    pty.end();
    pty.see_given_back();
}
