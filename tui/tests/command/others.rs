//! The history, changes as they happen, exports, checks, scripts and what is generated.

use std::{
    io::{BufRead as _, BufReader},
    process::Stdio,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::{Account, Done, User};

fn first_id(user: &User, kind: &str) -> String {
    let list = user.json(&[kind, "list", "--limit", "1"]);
    list[0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn the_history_of_a_record_is_that_of_the_screen() {
    let user = User::signed_in(Account::Gestion);
    let id = first_id(&user, "contracts");
    user.json(&[
        "contracts",
        "edit",
        &id,
        "--event-title",
        "Un nouveau titre",
    ]);
    let entries = user.json(&["history", "contract", &id]);
    assert_eq!(entries[0]["changes"][0]["field"], "eventTitle");
    assert_eq!(entries[0]["kind"], "CHANGE_KIND_CHANGED");
    let text = user.done(&[
        "history", "contract", &id, "--limit", "1", "--format", "plain",
    ]);
    assert!(text.contains("changed Event title from “"), "{text}");
    let later = user.json(&["history", "contract", &id, "--since", "tomorrow"]);
    assert_eq!(later.as_array().unwrap().len(), 0);
}

#[test]
fn changes_are_printed_as_they_happen() {
    let (watcher, user) = (
        User::signed_in(Account::Support),
        User::signed_in(Account::Gestion),
    );
    let mut command = watcher.command(&[
        "watch",
        "--records",
        "contracts,events",
        "--format",
        "jsonl",
    ]);
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
    // The stream is open.
    assert_eq!(next()["kind"], "CHANGE_KIND_RELOAD");
    let id = first_id(&user, "contracts");
    user.json(&[
        "contracts",
        "edit",
        &id,
        "--event-title",
        "Un titre observé",
    ]);
    let mut change = next();
    while change["id"] != Value::String(id.clone()) {
        change = next();
    }
    assert_eq!(change["record"], "RECORD_TYPE_CONTRACT");
    assert_eq!(change["kind"], "CHANGE_KIND_CHANGED");
    assert!(change["actorId"].is_string());
    let pid = Pid::from_child(&child);
    kill_process(pid, Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn events_are_exported_as_a_calendar() {
    let user = User::signed_in(Account::Gestion);
    let file = user.home().join("events.ics");
    let args = [
        "export", "events", "--from", "today", "--format", "ics", "-o",
    ];
    let args = [&args[..], &[file.to_str().unwrap()]].concat();
    assert_eq!(user.done(&args), "");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(
        text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"),
        "{text}"
    );
    assert!(text.ends_with("END:VCALENDAR\r\n"));
    let count = |part: &str| text.matches(part).count();
    assert!(count("BEGIN:VEVENT") > 10);
    assert_eq!(count("BEGIN:VEVENT"), count("\r\nUID:event-"));
    for part in [
        "\r\nLOCATION:",
        "\r\nATTENDEE;",
        "mailto:",
        "X-EPIC-ATTENDEES",
        "\r\nDTEND:",
    ] {
        assert!(count(part) > 0, "{part}");
    }
    // No line is longer than RFC 5545 allows.
    assert!(text.split("\r\n").all(|line| line.len() <= 75));
    user.done(&args);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    for args in [
        &["export", "clients"][..],
        &["me"],
        &["sessions"],
        &["events", "edit", "1", "--attendees", "1"],
    ] {
        assert_eq!(
            user.run(&[args, &["--format", "ics"]].concat()).exit,
            2,
            "{args:?}"
        );
    }
}

#[test]
fn exports_have_the_formats_of_lists_and_all_records() {
    let user = User::signed_in(Account::Support);
    let export = |format: &str| user.done(&["export", "collaborators", "--format", format]);
    let json: Value = serde_json::from_str(&export("json")).unwrap();
    let count = json.as_array().unwrap().len();
    assert!(count >= 46);
    // Other tests add collaborators meanwhile.
    assert!(export("jsonl").lines().count() >= count.saturating_sub(3));
    assert!(export("csv").starts_with("id,name,email,"));
    assert!(export("tsv").starts_with("id\tname\temail\t"));
}

#[test]
fn an_interrupted_export_leaves_no_file() {
    let user = User::signed_in(Account::Gestion);
    let folder = user.home().join("exports");
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("contracts.csv");
    let args = [
        "export",
        "contracts",
        "--format",
        "csv",
        "-o",
        file.to_str().unwrap(),
    ];
    let mut child = user.command(&args).stdout(Stdio::null()).spawn().unwrap();
    let entries = || std::fs::read_dir(&folder).unwrap().count();
    let since = Instant::now();
    while entries() == 0 && since.elapsed() < Duration::from_mins(1) {
        std::thread::sleep(Duration::from_millis(1));
    }
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let code = child.wait().unwrap().code();
    // It may have been faster than the signal.
    assert!(matches!(code, Some(0 | 130)), "{code:?}");
    assert_eq!(entries(), usize::from(code == Some(0)));
    user.done(&args);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.split("\r\n").count() > 3_300);
}

#[test]
fn the_doctor_checks_what_commands_need() {
    let user = User::signed_in(Account::Commercial);
    let checks = user.json(&["doctor"]);
    let names: Vec<_> = checks
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].clone())
        .collect();
    let expected = [
        "version",
        "language",
        "time_zone",
        "session_file",
        "server",
        "session",
        "clock",
    ];
    assert_eq!(names, expected);
    assert!(
        checks.as_array().unwrap().iter().all(|it| it["ok"] == true),
        "{checks}"
    );
    let stranger = User::new();
    let done = stranger.run(&["doctor", "--format", "plain"]);
    assert_eq!(done.exit, 3);
    assert!(done.out.contains("! session"), "{}", done.out);
    let done = stranger.run(&["doctor", "--server", "http://127.0.0.1:1"]);
    assert_eq!(done.exit, 7);
}

#[test]
fn a_batch_runs_its_lines_over_one_connection() {
    let user = User::signed_in(Account::Gestion);
    let script = "# A comment\n\nme --format jsonl\nclients show 999999\nepic collaborators list --role support --limit 1 --format jsonl\n";
    let run = |args: &[&str]| -> Done { user.run_in(&[&["batch"], args].concat(), &[], script) };
    let stopped = run(&[]);
    assert_eq!(
        (stopped.exit, stopped.out.lines().count()),
        (5, 1),
        "{}",
        stopped.err
    );
    assert!(stopped.err.starts_with("Line 4: "), "{}", stopped.err);
    let whole = run(&["--keep-going"]);
    assert_eq!((whole.exit, whole.out.lines().count()), (5, 2));
    let done = user.run_in(
        &["batch"],
        &[],
        "clients list --limit 1 --search \"no such text\"\n",
    );
    assert_eq!(done.exit, 0);
    let done = user.run_in(&["batch"], &[], "batch\n");
    assert_eq!(done.exit, 2);
    let done = user.run_in(&["batch"], &[], "collaborators reset-password 2\n");
    assert_eq!(done.exit, 1, "{}", done.err);
}

#[test]
fn completions_and_manual_pages_are_generated() {
    let user = User::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = user.done(&["completions", shell]);
        assert!(script.contains("no-support"), "{shell}");
    }
    let page = user.done(&["man"]);
    assert!(
        page.starts_with(".ie") || page.contains(".TH epic 1"),
        "{page}"
    );
    user.done(&["man", "--into", "pages"]);
    assert!(user.home().join("pages/epic-clients-list.1").is_file());
}

#[test]
fn the_reference_is_that_of_the_command_line() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/cli.md");
    // The reference is in English in every language of the user.
    let expected = User::new().in_french().done(&["reference"]);
    let found = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        found == expected,
        "run `cargo run -p epic -- reference >docs/cli.md`"
    );
}
