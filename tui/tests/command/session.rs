//! Signing in and out, the session that commands and the screen share, and jobs.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt as _,
};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Account, PASSWORD, User, demo};

fn session_file(user: &User) -> Option<std::path::PathBuf> {
    let folder = user.home().join(".local/state/epic");
    let mut files = fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let mut files = files.by_ref().map(|it| it.path());
    files.find(|it| it.extension().is_some_and(|it| it == "toml"))
}

fn tokens(user: &User) -> String {
    fs::read_to_string(session_file(user).unwrap()).unwrap()
}

#[test]
fn a_session_is_kept_for_its_owner_only_until_the_logout() {
    let user = User::signed_in(Account::Gestion);
    let mode = fs::metadata(session_file(&user).unwrap()).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    assert!(tokens(&user).contains("access_token"));
    let me = user.json(&["me"]);
    assert_eq!(me["email"], demo().accounts[0].email);
    assert_eq!(me["role"], "ROLE_GESTION");
    assert!(me["id"].is_string());
    assert!(user.done(&["me", "--format", "plain"]).contains("gestion"));
    user.done(&["logout"]);
    assert!(session_file(&user).is_none());
    for command in [&["me"][..], &["logout"], &["clients", "list"]] {
        assert_eq!(user.failure(3, command)["reason"], "SESSION_ENDED");
    }
}

#[test]
fn two_hundred_commands_use_one_session_and_one_pair_of_tokens() {
    let (user, _) = User::new_collaborator("support", "deux.cents@epic.example");
    let (sessions, before) = (user.json(&["sessions"]), tokens(&user));
    for _ in 0..200 {
        user.done(&["me"]);
    }
    assert_eq!(tokens(&user), before);
    let after = user.json(&["sessions"]);
    let count = |it: &serde_json::Value| it.as_array().unwrap().len();
    assert_eq!(count(&after), count(&sessions));
}

#[test]
fn a_wrong_password_is_not_signed_in() {
    let user = User::new();
    let file = user.password_file("wrong password");
    let env = [("EPIC_PASSWORD_FILE", file.to_str().unwrap())];
    let args = [
        "login",
        "--email",
        "nobody@epic.example",
        "--format",
        "json",
    ];
    let done = user.run_in(&args, &env, "");
    assert_eq!(done.exit, 3);
    assert!(done.err.contains("LOGIN_FAILED"), "{}", done.err);
    assert!(session_file(&user).is_none());
    let french = User::new().in_french();
    let done = french.run(&["me"]);
    assert_eq!(done.exit, 3);
    assert!(
        done.err.contains("Vous n’êtes pas connecté"),
        "{}",
        done.err
    );
}

#[test]
fn a_password_is_never_on_the_command_line() {
    let user = User::new();
    let done = user.run(&["login", "--email", "a@b.example", "--password", "x"]);
    assert_eq!(done.exit, 2);
    // Without a terminal, nothing can be asked.
    let done = user.run(&["login", "--email", "a@b.example"]);
    assert_eq!(done.exit, 2);
    assert!(done.err.contains("EPIC_PASSWORD_FILE"));
}

#[test]
fn a_job_that_a_signal_ends_signs_out() {
    let (observer, email) = User::new_collaborator("commercial", "interrompu@epic.example");
    let sessions = || observer.json(&["sessions"]).as_array().unwrap().len();
    let before = sessions();
    let job = User::new();
    let file = job.password_file(PASSWORD);
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let mut command = job.command(&["watch", "--format", "jsonl"]);
        command
            .env("EPIC_EMAIL", &email)
            .env("EPIC_PASSWORD_FILE", &file);
        let mut child = command.spawn().unwrap();
        // The stream is open.
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.next().unwrap().unwrap().contains("RELOAD"));
        assert_eq!(sessions(), before + 1);
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130));
        assert_eq!(sessions(), before, "{signal:?}");
    }
}

#[test]
fn a_job_signs_in_and_out_by_itself() {
    let (observer, email) = User::new_collaborator("commercial", "travail@epic.example");
    let sessions = || observer.json(&["sessions"]).as_array().unwrap().len();
    let before = sessions();
    let job = User::new();
    let file = job.password_file(PASSWORD);
    let by_file = [
        ("EPIC_EMAIL", email.as_str()),
        ("EPIC_PASSWORD_FILE", file.to_str().unwrap()),
    ];
    let done = job.run_in(&["me", "--format", "jsonl"], &by_file, "");
    assert_eq!((done.exit, done.err.as_str()), (0, ""));
    assert!(done.out.contains(&email));

    let credentials = job.home().join("credentials");
    fs::create_dir(&credentials).unwrap();
    fs::rename(file, credentials.join("epic-password")).unwrap();
    let by_systemd = [
        ("EPIC_EMAIL", email.as_str()),
        ("CREDENTIALS_DIRECTORY", credentials.to_str().unwrap()),
    ];
    // A failure ends the session too.
    let done = job.run_in(&["clients", "show", "999999"], &by_systemd, "");
    assert_eq!(done.exit, 5, "{}", done.err);
    assert!(session_file(&job).is_none());
    assert_eq!(sessions(), before);
}

#[test]
fn a_session_is_ended_by_its_number() {
    let first = User::signed_in(Account::Support);
    let second = User::signed_in(Account::Support);
    let sessions = second.json(&["sessions"]);
    let mine = sessions
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["current"] == true);
    let id = mine.unwrap()["id"].as_str().unwrap().to_owned();
    first.done(&["sessions", "end", &id]);
    assert_eq!(second.failure(3, &["me"])["reason"], "SESSION_ENDED");
    first.done(&["me"]);
}

#[test]
fn a_server_that_is_away_has_its_exit_code() {
    let user = User::new();
    let file = user.password_file(PASSWORD);
    let env = [
        ("EPIC_EMAIL", "a@epic.example"),
        ("EPIC_PASSWORD_FILE", file.to_str().unwrap()),
        ("EPIC_SERVER", "http://127.0.0.1:1"),
    ];
    let done = user.run_in(&["me", "--format", "json"], &env, "");
    assert_eq!(done.exit, 7);
    assert!(done.err.contains("UNAVAILABLE"), "{}", done.err);
}
