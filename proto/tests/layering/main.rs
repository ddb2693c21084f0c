//! Checks the layering rules of `ARCHITECTURE.md` against the sources of the whole workspace, and
//! the checks against small sources that they must refuse or accept.
//!
//! [`rules`] and [`levels`] are the rules as tables. [`scan`] reads the paths of a file and
//! [`resolve`] finds what they name, through aliases, globs and re-exports. Code of tests is not
//! checked.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod checks;
mod checks_cases;
mod levels;
mod resolve;
mod resolve_cases;
mod rules;
mod scan;
mod tokens;
mod workspace;

use self::workspace::Workspace;

/// The most lines that a source file may have.
const LINES_MAX: usize = 400;

const NOTHING: Vec<String> = Vec::new();

#[test]
fn no_module_imports_from_its_own_level_or_above() {
    let workspace = Workspace::read();
    assert_eq!(
        checks::upward(workspace, "epic_server", levels::SERVER),
        NOTHING
    );
    assert_eq!(checks::upward(workspace, "epic", levels::CLIENT), NOTHING);
}

#[test]
fn the_server_has_few_modules_and_levels() {
    let (modules, levels) = (levels::SERVER_MODULES_MAX, levels::SERVER_LEVELS_MAX);
    assert!(!checks::is_crowded(levels::SERVER, modules, levels));
}

#[test]
fn no_files_import_each_other_in_a_cycle() {
    assert_eq!(checks::cycles(Workspace::read()), NOTHING);
}

#[test]
fn no_source_file_is_too_long() {
    let files = workspace::rust_files(&["build.rs", "proto", "server", "tui"]);
    assert_eq!(checks::too_long(&files, LINES_MAX), NOTHING);
}

#[test]
fn architecture_md_lists_every_source_file() {
    let document = include_str!("../../../ARCHITECTURE.md");
    let files = workspace::rust_files(&["proto/src", "server/src", "tui/src"]);
    assert_eq!(checks::unlisted(document, &files), NOTHING);
}
