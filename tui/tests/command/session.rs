//! Signing in and out, the session that commands and the screen share, and jobs.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt as _,
};

use rustix::process::{Pid, Signal, kill_process};

use crate::{
    proxy::Proxy,
    support::{Account, PASSWORD, User, demo},
};

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

#[test]
fn a_logout_without_the_server_signs_out_here() {
    let user = User::new();
    let proxy = Proxy::start();
    let account = &demo().accounts[Account::Support as usize];
    let file = user.password_file(&account.password);
    let server = proxy.url();
    let env = [
        ("EPIC_SERVER", server.as_str()),
        ("EPIC_PASSWORD_FILE", file.to_str().unwrap()),
    ];
    let done = user.run_in(&["login", "--email", &account.email], &env, "");
    assert_eq!(done.exit, 0, "{}", done.err);
    assert!(session_file(&user).is_some());
    proxy.go_away();
    let env = &env[..1];
    let done = user.run_in(&["logout", "--format", "json"], env, "");
    assert_eq!(done.exit, 7, "{}", done.err);
    assert!(
        done.err.contains("signed out on this machine"),
        "{}",
        done.err
    );
    assert!(session_file(&user).is_none());
    assert_eq!(user.run_in(&["me"], env, "").exit, 3);
}

#[test]
fn a_job_does_not_depend_on_a_session_that_has_ended() {
    let (user, email) = User::new_collaborator("support", "finie@epic.example");
    let other = User::new();
    let file = other.password_file(PASSWORD);
    let env = [
        ("EPIC_EMAIL", email.as_str()),
        ("EPIC_PASSWORD_FILE", file.to_str().unwrap()),
    ];
    let me = user.run_in(&["me", "--format", "jsonl"], &env, "");
    assert_eq!(me.exit, 0, "{}", me.err);
    let sessions = user.json(&["sessions"]);
    assert_eq!(
        sessions.as_array().unwrap().len(),
        2,
        "that of the sign-up, and the kept one"
    );
    for session in sessions.as_array().unwrap() {
        let id = session["id"].as_str().unwrap();
        other.run_in(&["sessions", "end", id], &env, "");
    }
    assert_eq!(user.run(&["me"]).exit, 3);
    let signed_in_again = user.run_in(&["login", "--email", &email], &env[1..], "");
    assert_eq!(signed_in_again.exit, 0);
    let sessions = user.json(&["sessions"]);
    let kept = sessions
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["current"] == true);
    let id = kept.unwrap()["id"].as_str().unwrap();
    other.run_in(&["sessions", "end", id], &env, "");
    let done = user.run_in(&["me", "--format", "jsonl"], &env, "");
    assert_eq!((done.exit, done.err.as_str()), (0, ""));
    assert!(done.out.contains(&email));
    let done = user.run_in(
        &["doctor"],
        &[("EPIC_EMAIL", &email), ("EPIC_PASSWORD_FILE", "absent")],
        "",
    );
    assert_eq!(done.exit, 2, "{}", done.out);
    assert!(done.out.contains("server\ttrue"), "{}", done.out);
}

#[test]
fn a_password_is_changed_on_a_terminal_only() {
    let user = User::signed_in(Account::Support);
    let done = user.run(&["password"]);
    assert_eq!(done.exit, 2);
    assert!(done.err.contains("needs a terminal"), "{}", done.err);
}

/// A session that no later command finds is no session.
#[test]
fn a_login_whose_session_cannot_be_kept_fails() {
    let user = User::new();
    std::fs::write(user.home().join(".local"), "").unwrap();
    let account = &demo().accounts[Account::Support as usize];
    let file = user.password_file(&account.password);
    let env = [("EPIC_PASSWORD_FILE", file.to_str().unwrap())];
    let args = ["login", "--email", &account.email, "--format", "json"];
    let done = user.run_in(&args, &env, "");
    assert_eq!((done.exit, done.out.as_str()), (1, ""), "{}", done.err);
    assert!(done.err.contains("SESSION_NOT_KEPT"), "{}", done.err);
}
