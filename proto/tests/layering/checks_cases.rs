//! Small workspaces, and the faults that the checks find in them.

use crate::{
    checks::{Levels, cycles, is_crowded, too_long, unlisted, upward},
    workspace::Workspace,
};

/// Files: paths and texts.
type Files = &'static [(&'static str, &'static str)];

const LEVELS: Levels<'_> = &[&["error"], &["db", "api"], &["event"]];

/// Files, and the imports against the levels.
const UPWARD: &[(Files, &[&str])] = &[
    (
        &[
            ("db.rs", "use crate::error::Error;"),
            ("event.rs", "use crate::{api, db};"),
        ],
        &[],
    ),
    (
        &[("error.rs", "use crate::db::Db;")],
        &["error.rs imports from db"],
    ),
    (
        &[("error.rs", "fn f() { crate::event::f(); }")],
        &["error.rs imports from event"],
    ),
    (
        &[("db/write.rs", "use super::super::event;")],
        &["db/write.rs imports from event"],
    ),
    (
        &[("db.rs", "use crate as all; use all::api::A;")],
        &["db.rs imports from api"],
    ),
    (
        &[("db.rs", "use crate::*; fn f() { event::f(); }")],
        &["db.rs imports from event"],
    ),
    (
        &[("db.rs", "macro_rules! a { () => { $crate::event::f() } }")],
        &["db.rs imports from event"],
    ),
    (
        &[("db.rs", "tracing::info!(a = crate::api::A);")],
        &["db.rs imports from api"],
    ),
    (
        // Through what the crate re-exports at its root.
        &[
            ("lib.rs", "pub use event::Event;"),
            ("db.rs", "use crate::Event;"),
            ("event.rs", "pub struct Event;"),
        ],
        &["db.rs imports from event"],
    ),
    (
        // Through a lower module.
        &[
            ("error.rs", "pub use crate::event::A;"),
            ("db.rs", "use crate::error::A;"),
            ("event.rs", "pub struct A;"),
        ],
        &["db.rs imports from event", "error.rs imports from event"],
    ),
    (
        &[("db.rs", "#[cfg(test)] mod tests { use crate::event; }")],
        &[],
    ),
    (
        &[
            ("db.rs", "#[cfg(test)] mod tests;"),
            ("db/tests.rs", "use crate::event;"),
        ],
        &[],
    ),
    (&[("db/a.rs", "use super::b;"), ("db/b.rs", "")], &[]),
    (
        &[("new.rs", "")],
        &["epic_server and its levels differ by new"],
    ),
];

#[test]
fn an_import_from_the_same_level_or_above_is_found() {
    for (files, expected) in UPWARD {
        let workspace = server(
            files,
            &["lib.rs", "error.rs", "db.rs", "api.rs", "event.rs"],
        );
        assert_eq!(
            found(upward(&workspace, "epic_server", LEVELS)),
            *expected,
            "{files:?}"
        );
    }
    let workspace = server(&[], &["lib.rs", "error.rs", "db.rs", "api.rs"]);
    let missing = "epic_server and its levels differ by event";
    assert_eq!(upward(&workspace, "epic_server", LEVELS), [missing]);
}

#[test]
fn more_modules_or_levels_than_allowed_are_found() {
    assert!(!is_crowded(LEVELS, 4, 3));
    assert!(is_crowded(LEVELS, 3, 3));
    assert!(is_crowded(LEVELS, 4, 2));
}

/// Files, and the imports in a cycle.
const CYCLES: &[(Files, &[&str])] = &[
    (
        &[
            ("a.rs", "use crate::b::B;"),
            ("b.rs", "use crate::c::C;"),
            ("c.rs", ""),
        ],
        &[],
    ),
    (
        &[
            ("a.rs", "use crate::b::B;"),
            ("b.rs", "fn f() { crate::a::f(); }"),
        ],
        &["a.rs imports from b.rs", "b.rs imports from a.rs"],
    ),
    (
        &[
            ("a.rs", "use crate::b;"),
            ("b.rs", "use super::c::*;"),
            ("c.rs", "use crate::a as d;"),
        ],
        &[
            "a.rs imports from b.rs",
            "b.rs imports from c.rs",
            "c.rs imports from a.rs",
        ],
    ),
    (
        // Through a re-export.
        &[
            ("lib.rs", "pub use b::B;"),
            ("a.rs", "use crate::B;"),
            ("b.rs", "use crate::a::A; pub struct B;"),
        ],
        &["a.rs imports from b.rs", "b.rs imports from a.rs"],
    ),
    (
        // Between the files of two folders.
        &[
            ("a.rs", ""),
            ("a/c.rs", "use crate::b::d::D;"),
            ("b.rs", ""),
            ("b/d.rs", "use crate::a::c;"),
        ],
        &["a/c.rs imports from b/d.rs", "b/d.rs imports from a/c.rs"],
    ),
    (
        // From one file into the cycle, and from the cycle to another one.
        &[
            ("a.rs", "use crate::b;"),
            ("b.rs", "use crate::{c, d};"),
            ("c.rs", "use crate::b;"),
            ("d.rs", ""),
        ],
        &["b.rs imports from c.rs", "c.rs imports from b.rs"],
    ),
    // Imports between a module and those inside it do not count.
    (
        &[
            ("a.rs", "use crate::c;"),
            ("a/b.rs", "use super::A;"),
            ("c.rs", "use crate::a::b;"),
        ],
        &[],
    ),
    (
        &[
            ("a.rs", "use self::b::B;"),
            ("a/b.rs", "use crate::c;"),
            ("c.rs", "use crate::a;"),
        ],
        &[],
    ),
    (
        &[("a.rs", "use self::b::B;"), ("a/b.rs", "use super::A;")],
        &[],
    ),
    (
        &[
            ("a.rs", "#[cfg(test)] mod tests { use crate::b; }"),
            ("b.rs", "use crate::a;"),
        ],
        &[],
    ),
];

#[test]
fn a_cycle_of_imports_is_found() {
    for (files, expected) in CYCLES {
        assert_eq!(
            found(cycles(&server(files, &["lib.rs"]))),
            *expected,
            "{files:?}"
        );
    }
}

/// A server with these files, and empty ones in place of those that are missing.
fn server(files: Files, others: &[&str]) -> Workspace {
    let is_missing = |other: &&&str| files.iter().all(|(path, _)| path != *other);
    let others = others.iter().filter(is_missing).map(|path| (*path, ""));
    let files = files.iter().copied().chain(others);
    let files = files.map(|(path, text)| (format!("server/src/{path}"), text));
    let files: Vec<_> = files.collect();
    Workspace::parse(files.iter().map(|(path, text)| (&**path, *text)))
}

/// The faults, without the folder of the files.
fn found(faults: Vec<String>) -> Vec<String> {
    let faults = faults.into_iter();
    faults
        .map(|fault| fault.replace("server/src/", ""))
        .collect()
}

#[test]
fn a_long_file_is_found() {
    let files = [
        ("a.rs", "\n\n"),
        ("b.rs", "\n\n\n"),
        ("c.rs", "\n\nfn f() {}"),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
    assert_eq!(
        too_long(&files, 2),
        ["b.rs has 3 lines", "c.rs has 3 lines"]
    );
    assert!(too_long(&files, 3).is_empty());
}

#[test]
fn a_file_that_is_not_listed_once_is_found() {
    let document =
        "See `x.rs`.\n```\na/src/\n  x.rs    an x\n  x/y.rs  its y\n```\nb/src/\n  x.rs  it";
    let difference = |paths: &[&str]| {
        let files = paths.iter().map(|path| ((*path).to_owned(), String::new()));
        unlisted(document, &files.collect::<Vec<_>>())
    };
    let all = ["a/src/x.rs", "a/src/x/y.rs", "b/src/x.rs"];
    let beside = [
        "a/src/tests.rs",
        "a/src/tests/z.rs",
        "a/src/fixtures.rs",
        "b/src/overlay/x/view.rs",
    ];
    assert!(difference(&[&all[..], &beside].concat()).is_empty());
    assert_eq!(difference(&all[1..]), ["a/src/x.rs is listed too often"]);
    let more = [&all[..], &["a/src/z.rs"]].concat();
    assert_eq!(difference(&more), ["a/src/z.rs is not listed"]);
    let twice = format!("{document}\n  x.rs again");
    let files = all.map(|path| (path.to_owned(), String::new()));
    assert_eq!(unlisted(&twice, &files), ["b/src/x.rs is listed too often"]);
}
