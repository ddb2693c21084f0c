//! The output of `epic` without a screen, and its start in an environment with little information.

use std::process::{Command, Output};

use rustix::process::Signal;

use crate::pty::{Pty, SIZE};

/// Runs `epic` without a terminal, in English.
fn piped(line: &str, env: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_epic"))
        .args(line.split_whitespace())
        .env_clear()
        .env("HOME", tempfile::tempdir().unwrap().path())
        .env("LANG", "en_GB.UTF-8")
        .envs(env.iter().copied())
        .output()
        .unwrap()
}

#[test]
fn usage_errors_are_single_lines() {
    let cases = [
        (
            "",
            &[][..],
            "epic requires a terminal. Start it without a pipe.\n",
        ),
        (
            "--lang fr",
            &[],
            "epic nécessite un terminal. Lancez-le sans redirection.\n",
        ),
        (
            "--server crm",
            &[],
            "“crm” on the command line is not a server’s address such as \
             https://crm.example.org:50051.\n",
        ),
        (
            "",
            &[("EPIC_LANG", "de")],
            "“de” in the environment is not a language: en or fr.\n",
        ),
        (
            "--ca /nowhere",
            &[],
            "“/nowhere” on the command line is not a certificate file that can be read: the file or its \
             folder does not exist.\n",
        ),
        (
            "--colour",
            &[],
            "There is no option --colour. See epic --help.\n",
        ),
    ];
    for (line, env, message) in cases {
        let Output {
            status,
            stdout,
            stderr,
        } = piped(line, env);
        assert_eq!(String::from_utf8(stderr).unwrap(), message);
        assert_eq!(status.code(), Some(2), "{line}");
        assert!(stdout.is_empty(), "{line}");
    }
}

#[test]
fn help_needs_no_terminal() {
    let output = piped("--help", &[]);
    assert_eq!(output.status.code(), Some(0));
    let help = String::from_utf8(output.stdout).unwrap();
    for name in ["--server", "EPIC_TIME_ZONE", "settings.toml"] {
        assert!(help.contains(name), "{help}");
    }
}

#[test]
fn a_terminal_of_unknown_size_has_80_columns_and_24_rows_until_it_says_its_size() {
    let mut epic = Pty::epic_in((0, 0), &[]);
    epic.expect_text("Password");
    let lines = epic.text().lines().map(str::len).max();
    assert!(lines.is_some_and(|width| width > 40), "{}", epic.text());
    // A size that is still unknown has no effect.
    epic.resize(0, 0);
    epic.keys("\x0c");
    epic.expect_text("Password");
    epic.resize(20, 5);
    epic.wait_until("the screen is small", |epic| {
        !epic.text().contains("Password")
    });
    epic.resize(SIZE.0, SIZE.1);
    epic.expect_text("Password");
    epic.signal(Signal::TERM);
    assert!(epic.wait_for_exit().success());
}

#[test]
fn a_user_without_a_home_has_no_session_file_and_no_log() {
    let mut epic = Pty::epic_in(SIZE, &[("HOME", "/dev/null")]);
    epic.expect_text("Password");
    epic.signal(Signal::TERM);
    assert!(epic.wait_for_exit().success());
    assert!(!epic.text().contains("epic.log"), "{}", epic.text());
}

#[test]
fn lc_all_decides_on_the_language() {
    for (locale, text) in [("POSIX", "Password"), ("fr_FR.UTF-8", "Mot de passe")] {
        let mut epic = Pty::epic_in(SIZE, &[("LC_ALL", locale)]);
        epic.expect_text(text);
        epic.signal(Signal::TERM);
        assert!(epic.wait_for_exit().success());
    }
}
