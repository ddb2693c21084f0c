//! Commands on a terminal: passwords without echo, questions, tables.

use std::{
    io::{Read as _, Write as _},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, PtyPair, PtySize, native_pty_system};

use crate::support::{Account, PASSWORD, User, demo};

const TIMEOUT: Duration = Duration::from_mins(1);

/// A command in a pseudo-terminal.
struct Terminal {
    pair: PtyPair,
    child: Box<dyn Child + Send + Sync>,
    output: Arc<Mutex<String>>,
    keyboard: Box<dyn std::io::Write + Send>,
}

impl Terminal {
    fn run(user: &User, args: &[&str]) -> Self {
        Self::run_program(user, env!("CARGO_BIN_EXE_epic"), args)
    }

    fn run_program(user: &User, program: &str, args: &[&str]) -> Self {
        let size = PtySize {
            rows: 24,
            cols: 80,
            ..PtySize::default()
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.env_clear();
        for (name, value) in [
            ("HOME", user.home().to_str().unwrap()),
            ("TERM", "xterm-256color"),
            ("EPIC_SERVER", &demo().server.url),
            ("EPIC_LANG", "en"),
            ("EPIC_TIME_ZONE", "Europe/Paris"),
        ] {
            command.env(name, value);
        }
        command.cwd(user.home());
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let output = Arc::new(Mutex::new(String::new()));
        let written = Arc::clone(&output);
        thread::spawn(move || {
            let mut bytes = [0; 4_096];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                let text = String::from_utf8_lossy(&bytes[..count]).into_owned();
                written.lock().unwrap().push_str(&text);
            }
        });
        let keyboard = pair.master.take_writer().unwrap();
        Self {
            pair,
            child,
            output,
            keyboard,
        }
    }

    fn text(&self) -> String {
        self.output.lock().unwrap().clone()
    }

    fn expect(&self, text: &str) {
        let since = Instant::now();
        while !self.text().contains(text) {
            assert!(since.elapsed() < TIMEOUT, "{text:?} in {:?}", self.text());
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn keys(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Whether the terminal displays what is typed.
    fn echoes(&self) -> bool {
        let modes = self.pair.master.get_termios().unwrap();
        format!("{:?}", modes.local_flags).contains("ECHO |")
    }

    fn exit(mut self) -> (u32, String) {
        let status = self.child.wait().unwrap();
        // The rest of the output arrives after the end of the program.
        thread::sleep(Duration::from_millis(100));
        (status.exit_code(), self.text())
    }
}

#[test]
fn a_password_is_typed_without_echo() {
    let user = User::new();
    let account = &demo().accounts[0];
    let mut terminal = Terminal::run(&user, &["login"]);
    terminal.expect("Email: ");
    terminal.keys(&format!("{}\n", account.email));
    terminal.expect("Password: ");
    let is_hidden = Instant::now();
    while terminal.echoes() {
        assert!(is_hidden.elapsed() < TIMEOUT);
    }
    terminal.keys(&format!("{}\n", account.password));
    terminal.expect(", gestion");
    assert!(terminal.echoes());
    let (code, text) = terminal.exit();
    assert_eq!(code, 0, "{text}");
    assert!(!text.contains(&account.password), "{text}");
    user.done(&["me"]);
}

#[test]
fn an_interrupted_prompt_brings_the_echo_back() {
    let mut terminal = Terminal::run(&User::new(), &["login", "--email", "a@epic.example"]);
    terminal.expect("Password: ");
    terminal.keys("secret");
    terminal.keys("\u{3}");
    let status = terminal.child.wait().unwrap();
    assert_eq!(status.exit_code(), 130);
    assert!(terminal.echoes());
    assert!(!terminal.text().contains("secret"));
}

#[test]
fn the_password_is_changed_by_the_form() {
    let (user, email) = User::new_collaborator("support", "mot.de.passe@epic.example");
    let change = |current: &str, new: &str, repeated: &str| {
        let mut terminal = Terminal::run(&user, &["password"]);
        terminal.expect("Current password: ");
        terminal.keys(&format!("{current}\n"));
        terminal.expect("New password: ");
        terminal.keys(&format!("{new}\n"));
        terminal.expect("epeat");
        terminal.keys(&format!("{repeated}\n"));
        terminal.exit()
    };
    let (code, text) = change(PASSWORD, "azertyuiop12", "azertyuiop12");
    assert_eq!(code, 1, "{text}");
    let new = "une autre plume d'oie";
    let (code, text) = change(PASSWORD, new, "not the same");
    assert_eq!(code, 1, "{text}");
    let (code, text) = change(PASSWORD, new, new);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("Your password is changed."), "{text}");
    let file = user.password_file(new);
    let env = [("EPIC_PASSWORD_FILE", file.to_str().unwrap())];
    assert_eq!(
        User::new()
            .run_in(&["login", "--email", &email], &env, "")
            .exit,
        0
    );
}

#[test]
fn a_question_is_answered_on_the_terminal() {
    let gestion = User::signed_in(Account::Gestion);
    let created = gestion.json(&[
        "collaborators",
        "create",
        "--name",
        "Question Posée",
        "--email",
        "question@epic.example",
        "--phone",
        "0102030405",
        "--role",
        "support",
    ]);
    let id = created["collaborator"]["id"].as_str().unwrap();
    for (answer, code) in [("n", 1), ("yes", 0)] {
        let mut terminal = Terminal::run(&gestion, &["collaborators", "delete", id]);
        terminal.expect("[y/N]");
        terminal.keys(&format!("{answer}\n"));
        let (found, text) = terminal.exit();
        assert_eq!(found, code, "{text}");
    }
    assert_eq!(gestion.run(&["collaborators", "show", id]).exit, 5);
}

#[test]
fn a_list_is_the_table_of_the_screen() {
    let user = User::signed_in(Account::Gestion);
    let terminal = Terminal::run(&user, &["contracts", "list", "--limit", "3"]);
    let (code, text) = terminal.exit();
    assert_eq!(code, 0, "{text}");
    // Titles and signs of the screen, with its colours, and the number of the others.
    for part in ["Title", "Due €", "●", "\u{1b}[", "--all"] {
        assert!(text.contains(part), "{part}: {text:?}");
    }
    assert!(!text.contains("\u{1b}[?1049h"), "the screen is not opened");
}

#[test]
fn progress_is_shown_on_a_terminal_only() {
    let user = User::signed_in(Account::Gestion);
    let epic = env!("CARGO_BIN_EXE_epic");
    let export = |errors: &str| {
        let line = format!("{epic} export contracts --format csv -o contracts.csv {errors}");
        Terminal::run_program(&user, "/bin/sh", &["-c", &line]).exit()
    };
    let (code, text) = export("");
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("\r200 written") && text.contains("written\r\n"),
        "{text:?}"
    );
    let (code, text) = export("2>errors");
    assert_eq!((code, text.as_str()), (0, ""));
    let errors = std::fs::read_to_string(user.home().join("errors")).unwrap();
    assert_eq!(errors, "");
}

#[test]
fn help_is_in_the_language_of_the_user() {
    let user = User::new().in_french();
    let done = user.run(&["clients", "list", "--help"]);
    assert_eq!(done.exit, 0);
    for part in ["Lister les clients", "Utilisation", "<NOM|ID>"] {
        assert!(done.out.contains(part), "{part}: {}", done.out);
    }
    let done = user.run(&["--lang", "en", "clients", "list", "--help"]);
    assert!(done.out.contains("List clients"), "{}", done.out);
}
