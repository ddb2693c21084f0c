//! The program ends with its terminal, also when it gets no signal.

use std::fs;

use crate::pty::{NO_SERVER, Pty};

/// Starts `epic` under a shell that ignores SIGHUP, and stores the exit code when `epic` has ended.
fn under_a_shell(args: &[&str]) -> Pty {
    let (program, args) = (env!("CARGO_BIN_EXE_epic"), args.join(" "));
    let script = format!("trap '' HUP; {program} {args}; echo $? >code; mv code ended");
    let mut pty = Pty::start("sh", &["-c", &script]);
    pty.expect_text("Password");
    pty
}

fn expect_end(pty: &mut Pty) {
    pty.hang_up();
    pty.wait_until("the program has ended", |pty| pty.path("ended").exists());
    let code = fs::read_to_string(pty.path("ended")).unwrap();
    // That of a panic.
    assert_ne!(code, "101\n");
}

#[test]
fn the_program_ends_when_its_window_is_closed() {
    expect_end(&mut under_a_shell(NO_SERVER));
}

#[cfg(feature = "demo")]
#[test]
fn the_demo_ends_when_its_window_is_closed() {
    let mut pty = under_a_shell(&["demo"]);
    // In a list, the cursor is hidden.
    pty.keys("\x1bOP\r");
    pty.expect_text("gestion  ●");
    expect_end(&mut pty);
    assert_eq!(pty.temporary_files(), Vec::<String>::new());
}
