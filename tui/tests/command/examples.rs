//! Every example of the commands, literally, with the numbers of records of the sample data.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::{Account, Done, PASSWORD, User, demo};

/// Runs a line with numbers and names in place of `{…}`; `login` and a job have the account in their environment.
fn run(user: &User, line: &str, values: &[(&str, &str)]) -> Done {
    let words = shell_words::split(line).unwrap();
    let filled = words.iter().skip(1).map(|word| {
        values.iter().fold(word.clone(), |word, (name, value)| {
            word.replace(&format!("{{{name}}}"), value)
        })
    });
    let args: Vec<_> = filled.collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    user.run(&args)
}

fn check(user: &User, lines: &[&str], values: &[(&str, &str)]) {
    for line in lines {
        let done = run(user, line, values);
        assert_eq!((done.exit, done.err.as_str()), (0, ""), "{line}");
    }
}

fn first(user: &User, line: &str, field: &str) -> String {
    let words = shell_words::split(line).unwrap();
    let args: Vec<_> = words.iter().map(String::as_str).collect();
    let list = user.json(&args);
    let value = list.as_array().unwrap().first().map(|it| &it[field]);
    value
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("{line}: {list}"))
        .to_owned()
}

#[test]
fn signing_in_and_out() {
    let (user, email) = User::new_collaborator("support", "exemples@epic.example");
    let file = user.password_file(PASSWORD);
    let env = [("EPIC_PASSWORD_FILE", file.to_str().unwrap())];
    let done = user.run_in(&["login", "--email", &email], &env, "");
    assert_eq!((done.exit, done.err.as_str()), (0, ""));
    let other = User::new();
    other.password_file(PASSWORD);
    let file = other.home().join("password");
    let env = [
        ("EPIC_PASSWORD_FILE", file.to_str().unwrap()),
        ("EPIC_EMAIL", &email),
    ];
    let done = other.run_in(&["login"], &env, "");
    assert_eq!((done.exit, done.err.as_str()), (0, ""));
    let sessions = user.json(&["sessions"]);
    let ended = sessions
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["current"] == false);
    let id = ended.unwrap()["id"].as_str().unwrap();
    let lines = [
        "epic me",
        "epic sessions",
        "epic sessions end {id}",
        "epic logout",
    ];
    check(&user, &lines, &[("id", id)]);
}

#[test]
fn clients() {
    let (gestion, user) = (
        User::signed_in(Account::Gestion),
        User::signed_in(Account::Commercial),
    );
    let mine = first(&user, "clients list --mine --limit 1", "id");
    let me = user.json(&["me"])["name"].as_str().unwrap().to_owned();
    let unassigned = first(
        &gestion,
        "clients list --unassigned --sort id --desc --limit 1",
        "id",
    );
    let commercial = first(
        &gestion,
        "collaborators list --role commercial --limit 1",
        "name",
    );
    let values = [
        ("mine", mine.as_str()),
        ("me", &me),
        ("unassigned", &unassigned),
        ("commercial", &commercial),
    ];
    check(
        &user,
        &[
            "epic clients list",
            "epic clients list --unassigned",
            "epic clients list --mine",
            "epic clients list --commercial '{me}'",
            "epic clients list --search martin",
            "epic clients list --sort company",
            "epic clients list --limit 3",
            "epic clients list --all",
            "epic clients list --unassigned --search a --sort company --limit 3",
            "epic clients show 1042",
            "epic clients create --name 'Exemple Un' --email exemple.un@clients.example --phone 0102030405 --company Essai",
            "epic clients edit {mine} --phone 0605040302",
        ],
        &values,
    );
    check(
        &gestion,
        &["epic clients assign {unassigned} --to '{commercial}' --yes"],
        &values,
    );
}

#[test]
fn contracts() {
    let gestion = User::signed_in(Account::Gestion);
    let unsigned = first(
        &gestion,
        "contracts list --unsigned --sort id --desc --limit 1",
        "id",
    );
    check(
        &gestion,
        &[
            "epic contracts list --unsigned --debtor",
            "epic contracts show 1042",
            "epic contracts create --client 1042 --event-title 'Un exemple' --total '12,400.50' --remaining 0 --date today",
            "epic contracts edit 1042 --event-title 'Un autre exemple'",
            "epic contracts sign {unsigned}",
        ],
        &[("unsigned", &unsigned)],
    );
}

#[test]
fn events() {
    let gestion = User::signed_in(Account::Gestion);
    let commercial = User::signed_in(Account::Commercial);
    let support = User::signed_in(Account::Support);
    let mine = first(&support, "events list --mine --sort id --limit 1", "id");
    let contract = first(
        &commercial,
        "contracts list --mine --no-event --sort id --desc --limit 1",
        "id",
    );
    let name = first(
        &gestion,
        "collaborators list --role support --limit 1",
        "name",
    );
    let event = first(
        &gestion,
        "events list --no-support --sort id --desc --limit 1",
        "id",
    );
    let values = [
        ("mine", mine.as_str()),
        ("contract", &contract),
        ("support", &name),
        ("event", &event),
    ];
    check(
        &gestion,
        &[
            "epic events list --no-support --from today --to \"next friday\"",
            "epic events show {event}",
            "epic events assign {event} --to '{support}' --yes",
            "epic export events --format csv",
            "epic export events --format json",
            "epic export events --format jsonl",
            "epic export events --format ics",
            "epic export events --format ics -o events.ics",
        ],
        &values,
    );
    check(
        &commercial,
        &[
            "epic events create --contract {contract} --start 'demain 9h' --end +5h --location Parc --attendees 12",
        ],
        &values,
    );
    check(
        &support,
        &["epic events edit {mine} --attendees 90"],
        &values,
    );
}

#[test]
fn collaborators() {
    let gestion = User::signed_in(Account::Gestion);
    check(
        &gestion,
        &[
            "epic collaborators list --role support",
            "epic collaborators create --name 'Exemple Parti' --email parti@epic.example --phone 0102030405 --role support",
        ],
        &[],
    );
    let id = first(
        &gestion,
        "collaborators list --search parti@epic.example",
        "id",
    );
    let successor = first(
        &gestion,
        "collaborators list --role support --sort id --limit 1",
        "id",
    );
    let values = [("id", id.as_str()), ("successor", &successor)];
    check(
        &gestion,
        &[
            "epic collaborators show {id}",
            "epic collaborators edit {id} --phone 0605040302",
            "epic collaborators reset-password {id} --yes",
            "epic collaborators delete {id} --successor {successor} --yes",
        ],
        &values,
    );
}

#[test]
fn all_other_commands() {
    let user = User::signed_in(Account::Gestion);
    check(
        &user,
        &[
            "epic history contract 1042",
            "epic history contract 1042 --since yesterday",
            "epic doctor",
            "epic completions bash",
            "epic completions zsh",
            "epic completions fish",
            "epic man",
            "epic batch",
        ],
        &[],
    );
    for line in [&["watch"][..], &["watch", "--records", "clients,events"]] {
        let mut child = user.command(line).spawn().unwrap();
        std::thread::sleep(Duration::from_secs(1));
        assert!(child.try_wait().unwrap().is_none(), "it goes on");
        kill_process(Pid::from_child(&child), Signal::INT).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130));
    }
    assert!(demo().accounts.len() >= 3);
}
