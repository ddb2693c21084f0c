//! Clusters of several versions of PostgreSQL: the installed one, and those that
//! `EPIC_TEST_POSTGRES_VERSIONS` names, as folders of programs that colons separate.

use std::{ops::RangeBounds, path::Path, process::Command};

use super::cluster::{self, PostgresCluster};

/// Starts a cluster of each version whose number, such as 15, is in `wanted`, one after the other.
pub fn clusters(wanted: impl RangeBounds<u32>) -> impl Iterator<Item = PostgresCluster> {
    let others = std::env::var_os("EPIC_TEST_POSTGRES_VERSIONS").unwrap_or_default();
    let others = std::env::split_paths(&others).filter(|it| !it.as_os_str().is_empty());
    let mut programs: Vec<_> = cluster::programs().into_iter().chain(others).collect();
    programs.retain(|folder| wanted.contains(&version_of(folder)));
    if programs.is_empty() {
        eprintln!("skipped: no such version of PostgreSQL is installed");
    }
    programs
        .into_iter()
        .map(|folder| PostgresCluster::start_with(folder, None))
}

/// The number of the version with these programs.
fn version_of(programs: &Path) -> u32 {
    let shown = Command::new(programs.join("postgres"))
        .arg("--version")
        .output()
        .expect("to run");
    let shown = String::from_utf8(shown.stdout).expect("text");
    let number = shown
        .strip_prefix("postgres (PostgreSQL) ")
        .and_then(|version| version.split(['.', ' ', '\n']).next())
        .and_then(|number| number.parse().ok());
    number.unwrap_or_else(|| panic!("no version: {shown}"))
}
