//! The server program and its settings.

use std::{env, process::Command};

use uuid::Uuid;

use crate::caller::Result;

/// The environment of the server program.
pub(crate) struct Settings(Vec<(&'static str, String)>);

impl Settings {
    /// Settings for the database that `database` names, with a first account and a signing key.
    pub(crate) fn new(database: (&'static str, String)) -> Self {
        let secret = Uuid::new_v4().simple().to_string();
        Self(vec![
            database,
            ("EPIC_JWT_SECRET", format!("{secret}{secret}")),
            ("EPIC_ADMIN_NAME", "Bench".to_owned()),
            ("EPIC_ADMIN_EMAIL", "bench@example.org".to_owned()),
            ("EPIC_ADMIN_PASSWORD", secret),
        ])
    }

    /// The value of a setting; empty when there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        let mut settings = self.0.iter();
        settings
            .find(|(it, _)| *it == name)
            .map_or("", |(_, value)| value)
    }

    /// The server program with these settings.
    pub(crate) fn command(&self, argument: &str) -> Command {
        let program = env::var("EPIC_BENCH_SERVER")
            .unwrap_or_else(|_| env!("CARGO_BIN_EXE_epic-server").to_owned());
        let mut command = Command::new(program);
        command.arg(argument);
        // The built-in database is the one without a URL.
        command.env_remove("DATABASE_URL");
        command.envs(self.0.iter().cloned());
        // Without a .env, which would change the settings.
        command.current_dir(env::temp_dir());
        command
    }

    /// Runs a command of the server program to its end.
    pub(crate) fn run(&self, argument: &str) -> Result<()> {
        let output = self.command(argument).output()?;
        if output.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&output.stderr).into())
    }

    /// Fills an empty database with the tables, the first account and the sample data.
    pub(crate) fn fill(&self) -> Result<()> {
        self.run("init")?;
        self.run("load-demo")
    }
}
