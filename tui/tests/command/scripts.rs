//! What scripts rely on: one connection, ends of pipes, calendars that stay, completions that shells load.

use std::{
    io::{BufRead as _, BufReader},
    process::Command,
    time::{Duration, Instant},
};

use crate::{
    proxy::Proxy,
    support::{Account, Done, User, demo},
};

#[test]
fn a_batch_uses_one_connection() {
    let proxy = Proxy::start();
    let (user, server) = (User::new(), proxy.url());
    let account = &demo().accounts[Account::Gestion as usize];
    let file = user.password_file(&account.password);
    let env = [
        ("EPIC_SERVER", server.as_str()),
        ("EPIC_EMAIL", &account.email),
        ("EPIC_PASSWORD_FILE", file.to_str().unwrap()),
    ];
    let script = "clients list --limit 2\nevents list --all --format jsonl\nme\n".repeat(5);
    let done = user.run_in(&["batch"], &env, &script);
    assert_eq!((done.exit, done.err.as_str()), (0, ""));
    // The job signs in and out on it too.
    assert_eq!(proxy.accepted(), 1);
}

#[test]
fn a_watch_ends_with_its_reader() {
    let user = User::signed_in(Account::Support);
    let mut child = user
        .command(&["watch", "--format", "jsonl"])
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert!(line.contains("RELOAD"));
    drop(out);
    let since = Instant::now();
    let code = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        assert!(
            since.elapsed() < Duration::from_secs(20),
            "it waits for a change"
        );
        std::thread::sleep(Duration::from_millis(10));
    };
    assert_eq!(code, Some(0));
}

/// A calendar that is imported again changes its events rather than adding them.
#[test]
fn a_calendar_does_not_depend_on_how_the_server_is_addressed() {
    let proxy = Proxy::start();
    let user = User::new();
    let account = &demo().accounts[Account::Gestion as usize];
    let file = user.password_file(&account.password);
    let calendar = |server: &str| {
        let env = [
            ("EPIC_SERVER", server),
            ("EPIC_EMAIL", &account.email),
            ("EPIC_PASSWORD_FILE", file.to_str().unwrap()),
        ];
        let args = [
            "events",
            "list",
            "--to",
            "2024-01-01",
            "--all",
            "--format",
            "ics",
        ];
        let done = user.run_in(&args, &env, "");
        assert_eq!((done.exit, done.err.as_str()), (0, ""));
        let uids = done.out.lines().filter(|it| it.starts_with("UID:"));
        uids.map(str::to_owned).collect::<Vec<_>>()
    };
    let direct = calendar(&demo().server.url);
    assert_eq!(direct, calendar(&proxy.url()));
}

fn run_shell(user: &User, shell: &str, args: &[&str], script: &str) -> Option<Done> {
    let programs = std::path::Path::new(env!("CARGO_BIN_EXE_epic"))
        .parent()
        .unwrap();
    let path = format!("{}:/usr/bin:/bin", programs.display());
    let mut command = Command::new(shell);
    command
        .args(args)
        .arg(script)
        .env("PATH", path)
        .current_dir(user.home());
    match command.output() {
        Ok(output) => Some(Done::of(output)),
        // The shell is not installed.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => panic!("{shell}: {error}"),
    }
}

#[test]
fn bash_completes_commands_and_options() {
    let user = User::new();
    let script = r#"
        source <(epic completions bash)
        complete() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _epic epic "${!#}" "${@: -2:1}"; echo "${COMPREPLY[*]}"; }
        complete epic cl
        complete epic events list --no-
        complete epic clients list --format j
    "#;
    let done = run_shell(&user, "bash", &["-euc"], script).unwrap();
    assert_eq!((done.exit, done.err.as_str()), (0, ""));
    let lines: Vec<_> = done.out.lines().collect();
    assert_eq!(lines[0], "clients");
    assert!(lines[1].contains("--no-support"), "{}", lines[1]);
    assert_eq!(lines[2], "json jsonl");
}

#[test]
fn completions_are_scripts_of_their_shells() {
    for user in [User::new(), User::new().in_french()] {
        for (shell, args) in [("bash", ["-n"]), ("zsh", ["-n"]), ("fish", ["-n"])] {
            let script = user.done(&["completions", shell]);
            std::fs::write(user.home().join("script"), script).unwrap();
            if let Some(done) = run_shell(&user, shell, &args, "script") {
                assert_eq!((done.exit, done.err.as_str()), (0, ""), "{shell}");
            }
        }
        user.done(&["man", "--into", "pages"]);
        assert!(user.home().join("pages/epic-clients-list.1").is_file());
    }
    let page = User::new().in_french().done(&["man"]);
    assert!(
        page.contains(".SH \"NOM\"\n") && !page.contains("NAME\""),
        "{page}"
    );
}

#[test]
fn a_line_of_a_batch_has_no_server_of_its_own() {
    let user = User::signed_in(Account::Gestion);
    for line in [
        "me --server http://127.0.0.1:1",
        "--lang fr me",
        "clients list --limit 1 --insecure",
    ] {
        let done = user.run_in(&["batch"], &[], line);
        assert_eq!((done.exit, done.out.as_str()), (2, ""), "{line}");
        assert!(done.err.contains("give it to epic batch"), "{}", done.err);
    }
    let help = user.run_in(&["batch"], &[], "clients show --help\n");
    assert_eq!((help.exit, help.err.as_str()), (0, ""));
    assert!(
        help.out.contains("epic clients show") || help.out.contains("Usage:"),
        "{}",
        help.out
    );
}

#[test]
fn a_batch_says_that_its_input_is_unreadable() {
    let user = User::signed_in(Account::Gestion).in_french();
    let folder = std::fs::File::open(user.home()).unwrap();
    let output = user.command(&["batch"]).stdin(folder).output().unwrap();
    let done = Done::of(output);
    assert_eq!(done.exit, 1);
    assert!(
        done.err.starts_with("Lecture de l’entrée standard"),
        "{}",
        done.err
    );
}

#[test]
fn the_history_since_a_date_without_a_year_is_that_of_the_past() {
    let user = User::signed_in(Account::Gestion);
    let id = user.json(&["clients", "list", "--limit", "1"])[0]["id"].clone();
    let id = id.as_str().unwrap();
    let count = |since: &str| {
        let entries = user.json(&["history", "client", id, "--since", since]);
        entries.as_array().unwrap().len()
    };
    let all = user
        .json(&["history", "client", id])
        .as_array()
        .unwrap()
        .len();
    assert!(all > 0);
    // The last such day is at most a year ago, and the sample data is younger.
    let tomorrow = jiff::Zoned::now().tomorrow().unwrap();
    assert_eq!(count(&tomorrow.strftime("%d/%m").to_string()), all);
    assert_eq!(count("tomorrow"), 0);
}

#[test]
fn the_help_is_in_the_language_of_the_line() {
    let user = User::new();
    for line in [
        &["--lang", "fr", "--help"][..],
        &["--lang", "fr", "-h"],
        &["clients", "--lang", "fr", "--help"],
        &["clients", "list", "--help", "--lang", "fr"],
    ] {
        let help = user.done(line);
        assert!(help.contains("Utilisation"), "{line:?}: {help}");
    }
}
