//! The commands that the documents show, as a shell runs them.

use std::{collections::HashMap, path::Path, process::Command};

use serde_json::json;

use crate::support::{Account, Done, User, demo};

const README: &str = include_str!("../../../README.md");

/// The lines of the first block of commands under a heading.
fn lines<'a>(document: &'a str, heading: &str) -> Vec<&'a str> {
    let (_, section) = document.split_once(heading).unwrap();
    let (_, block) = section.split_once("```sh\n").unwrap();
    let (block, _) = block.split_once("\n```").unwrap();
    block.lines().collect()
}

/// Runs a line in a shell that finds `epic`, with the account that `login` asks for in its environment.
fn run(user: &User, account: Account, line: &str) -> Done {
    let account = &demo().accounts[account as usize];
    let programs = Path::new(env!("CARGO_BIN_EXE_epic")).parent().unwrap();
    let path = format!("{}:/usr/bin:/bin", programs.display());
    let template = user.command(&[]);
    let environment: HashMap<_, _> = template
        .get_envs()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
    let output = Command::new("sh")
        .args(["-eu", "-c", line])
        .env_clear()
        .envs(environment)
        .env("PATH", path)
        .env("EPIC_EMAIL", &account.email)
        .env("EPIC_PASSWORD_FILE", user.password_file(&account.password))
        .current_dir(user.home())
        .output()
        .unwrap();
    Done::of(output)
}

#[test]
fn the_lines_of_the_readme_work() {
    let user = User::new();
    for line in lines(README, "\n### On a line\n") {
        let done = run(&user, Account::Gestion, line);
        assert_eq!((done.exit, done.err.as_str()), (0, ""), "{line}");
    }
    let calendar = std::fs::read_to_string(user.home().join("events.ics")).unwrap();
    assert!(calendar.contains("BEGIN:VEVENT"));
    let signed = user.json(&["contracts", "show", "1042"]);
    assert_eq!(
        (&signed["signed"], &signed["etag"]),
        (&json!(true), &json!("2"))
    );
}
