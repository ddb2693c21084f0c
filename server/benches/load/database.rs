//! A temporary database with the sample data.

use std::{
    env,
    process::{Command, Stdio, id},
};

use crate::{caller::Result, settings::Settings};

/// A database that is removed when dropped.
pub(crate) struct BenchDatabase {
    /// The URL of the PostgreSQL server.
    postgres: String,
    name: String,
    /// The settings of the programs that use it.
    pub(crate) settings: Settings,
}

impl BenchDatabase {
    /// Creates the database, its tables, the first account and the sample data.
    pub(crate) fn create() -> Result<Self> {
        let postgres = env::var("EPIC_BENCH_DATABASE_URL")
            .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432".to_owned());
        let postgres = postgres.trim_end_matches('/').to_owned();
        let name = format!("epic_bench_{}", id());
        let settings = Settings::new(("DATABASE_URL", format!("{postgres}/{name}")));
        let database = Self {
            postgres,
            name,
            settings,
        };
        database.administer(&format!(
            "create database {} encoding 'UTF8' template template0",
            database.name
        ))?;
        database.settings.fill()?;
        database.query("vacuum analyze")?;
        Ok(database)
    }

    /// The URL of the database.
    pub(crate) fn url(&self) -> &str {
        self.settings.get("DATABASE_URL")
    }

    /// Executes SQL and returns what it prints: a line for each row.
    pub(crate) fn query(&self, sql: &str) -> Result<String> {
        psql(self.url(), sql)
    }

    fn administer(&self, sql: &str) -> Result<String> {
        psql(&format!("{}/postgres", self.postgres), sql)
    }
}

impl Drop for BenchDatabase {
    fn drop(&mut self) {
        let sql = format!("drop database if exists {} with (force)", self.name);
        if let Err(error) = self.administer(&sql) {
            eprintln!("{} could not be removed: {error}", self.name);
        }
    }
}

fn psql(url: &str, sql: &str) -> Result<String> {
    let output = Command::new("psql")
        .args(["-XqAt", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("psql (postgresql-client): {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8(output.stdout)?)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into())
    }
}
