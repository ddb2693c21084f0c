//! The output of `epic` without a screen.

use std::process::{Command, Output};

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
            "The certificate file /nowhere cannot be read: No such file or directory (os error \
             2).\n",
        ),
        (
            "--colour",
            &[],
            "error: unexpected argument '--colour' found. See epic --help.\n",
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
