//! A server for all tests, and users who run commands on it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

use epic::{
    client::{Api, Server},
    demo::Demo,
    messages::{Lang, Messages},
    session_file::SessionStorage,
};
use epic_events::v1::{ChangePasswordRequest, LoginRequest};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The server of all tests. It ends with the process.
pub(crate) fn demo() -> &'static Demo {
    static SERVER: OnceLock<(Runtime, Demo)> = OnceLock::new();
    let (_, demo) = SERVER.get_or_init(|| {
        let runtime = Runtime::new().unwrap();
        let demo = runtime.block_on(Demo::start()).unwrap();
        let account = &demo.accounts[0];
        // A call has a deadline, and loading the sample data takes longer in a debug build.
        while runtime
            .block_on(api(&demo).login(credentials(&account.email, &account.password)))
            .is_err()
        {}
        (runtime, demo)
    });
    demo
}

fn api(demo: &Demo) -> Api {
    let Server { url, ca } = demo.server.clone();
    let server = Server { url, ca };
    Api::new(&server, Messages::new(Lang::En), SessionStorage::Memory).unwrap()
}

fn credentials(email: &str, password: &str) -> LoginRequest {
    LoginRequest {
        email: email.to_owned(),
        password: password.to_owned(),
        device: String::new(),
    }
}

/// A password that a collaborator of the tests has chosen.
pub(crate) const PASSWORD: &str = "plume d'oie et encre";

/// An account of the sample data.
#[derive(Clone, Copy)]
pub(crate) enum Account {
    Gestion,
    Commercial,
    Support,
}

/// A user with a home folder of their own.
pub(crate) struct User {
    home: TempDir,
    lang: &'static str,
}

/// What a command has done.
pub(crate) struct Done {
    pub(crate) exit: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl User {
    /// A user who is not signed in.
    pub(crate) fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            lang: "en",
        }
    }

    /// A user who is signed in with an account of the sample data.
    pub(crate) fn signed_in(account: Account) -> Self {
        let user = Self::new();
        let email = &demo().accounts[account as usize].email;
        let file = user.password_file(&demo().accounts[account as usize].password);
        let env = [("EPIC_PASSWORD_FILE", file.to_str().unwrap())];
        let done = user.run_in(&["login", "--email", email], &env, "");
        assert_eq!((done.exit, done.err.as_str()), (0, ""));
        user
    }

    /// A new collaborator, whom no other test uses. Returns them and their email address.
    pub(crate) fn new_collaborator(role: &str, email: &str) -> (Self, String) {
        let gestion = Self::signed_in(Account::Gestion);
        let created = gestion.json(&[
            "collaborators",
            "create",
            "--name",
            "Compte Neuf",
            "--email",
            email,
            "--phone",
            "0102030405",
            "--role",
            role,
        ]);
        let one_time = created["oneTimePassword"].as_str().unwrap();
        let api = api(demo());
        Runtime::new().unwrap().block_on(async {
            api.login(credentials(email, one_time)).await.unwrap();
            let change = ChangePasswordRequest {
                current_password: one_time.to_owned(),
                new_password: PASSWORD.to_owned(),
            };
            api.change_password(change).await.unwrap();
        });
        let user = Self::new();
        let file = user.password_file(PASSWORD);
        let env = [("EPIC_PASSWORD_FILE", file.to_str().unwrap())];
        let done = user.run_in(&["login", "--email", email], &env, "");
        assert_eq!((done.exit, done.err.as_str()), (0, ""));
        (user, email.to_owned())
    }

    /// The same user, who reads French.
    pub(crate) fn in_french(mut self) -> Self {
        self.lang = "fr";
        self
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// A file with this password in the home folder.
    pub(crate) fn password_file(&self, password: &str) -> PathBuf {
        let file = self.home().join("password");
        std::fs::write(&file, format!("{password}\n")).unwrap();
        file
    }

    /// The command, before it starts.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_epic"));
        command
            .args(args)
            .env_clear()
            .env("HOME", self.home())
            .env("EPIC_SERVER", &demo().server.url)
            .env("EPIC_LANG", self.lang)
            .env("EPIC_TIME_ZONE", "Europe/Paris")
            .current_dir(self.home())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command.
    pub(crate) fn run(&self, args: &[&str]) -> Done {
        self.run_in(args, &[], "")
    }

    /// Runs a command with environment variables and an input.
    pub(crate) fn run_in(&self, args: &[&str], env: &[(&str, &str)], input: &str) -> Done {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, input).unwrap();
        let mut command = self.command(args);
        command
            .envs(env.iter().copied())
            .stdin(file.reopen().unwrap());
        Done::of(command.output().unwrap())
    }

    /// Runs a command that is done, and returns its output.
    pub(crate) fn done(&self, args: &[&str]) -> String {
        let done = self.run(args);
        assert_eq!((done.exit, done.err.as_str()), (0, ""), "{args:?}");
        done.out
    }

    /// Runs a command that is done, and returns its output as JSON.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let out = self.done(&[args, &["--format", "json"]].concat());
        serde_json::from_str(&out).unwrap()
    }

    /// Runs a command that fails with this exit code, and returns the failure as data.
    pub(crate) fn failure(&self, exit: i32, args: &[&str]) -> Value {
        let done = self.run(&[args, &["--format", "json"]].concat());
        assert_eq!(
            (done.exit, done.out.as_str()),
            (exit, ""),
            "{args:?}: {}",
            done.err
        );
        serde_json::from_str::<Value>(&done.err).unwrap()["error"].take()
    }
}

impl Done {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            exit: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
