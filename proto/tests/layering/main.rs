//! Checks the layering rules of `ARCHITECTURE.md` against the sources of the whole workspace.
//!
//! The rules are tables in this file; [`source`] reads the imports. Test modules are not checked.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod source;

use std::{collections::BTreeSet, path::Path};

use self::source::{Crate, File};

/// The most lines that a source file may have.
const LINES_MAX: usize = 400;

/// The modules at the top of `server/src`, a level a line, the lowest first. A module imports only
/// from the lines above its own.
const SERVER_LEVELS: &[&[&str]] = &[
    &["error", "network", "telemetry"],
    &["api", "config", "db"],
    &["auth"],
    &["change", "client"],
    &["contract"],
    &["event"],
    &["collaborator"],
    &["server"],
    &["commands"],
];

/// The same of `tui/src`.
const CLIENT_LEVELS: &[&[&str]] = &[
    &["layout", "messages", "session_file", "tone"],
    &["format", "log", "theme"],
    &["parse"],
    &["record"],
    &["api", "keys", "widgets"],
    &["client", "form"],
    &["screens", "settings"],
    &["app"],
    &["demo", "view"],
    &["runtime"],
    &["terminal"],
];

/// A path that some files must not name.
struct Ban {
    /// The rule, for the message of a failure.
    rule: &'static str,
    /// Whether the rule applies to the file of this path.
    applies: fn(&str) -> bool,
    /// Whether the file may not name this path.
    forbids: fn(&[String]) -> bool,
}

const BANS: &[Ban] = &[
    Ban {
        rule: "a handler does not use Diesel",
        applies: is_handler,
        forbids: |path| path[0].starts_with("diesel"),
    },
    Ban {
        rule: "rows know no tonic and no wire messages",
        applies: |file| file.starts_with("server/src/") && file.ends_with("/rows.rs"),
        forbids: |path| path[0] == "tonic" || is_wire_message(path),
    },
    Ban {
        rule: "the state and behaviour of the client do not draw",
        applies: decides,
        forbids: |path| {
            path[0] == "ratatui"
                || starts_with(path, &["crate", "view"])
                || starts_with(path, &["crate", "theme"])
                // Text is measured and wrapped there, not drawn.
                || starts_with(path, &["crate", "widgets"])
                    && !starts_with(path, &["crate", "widgets", "text"])
        },
    },
    Ban {
        rule: "an overlay does not use the model",
        applies: |file| file.starts_with("tui/src/app/overlay/"),
        forbids: |path| starts_with(path, &["crate", "app", "model"]),
    },
    Ban {
        rule: "drawing sends no requests and does not change the model",
        applies: |file| is_drawing(file) || file.starts_with("tui/src/view"),
        forbids: |path| {
            ["tokio", "tonic"].contains(&path[0].as_str())
                || ends_with(path, &["ApiRequest"])
                || starts_with(path, &["std", "fs"])
        },
    },
    Ban {
        rule: "the state and behaviour of the client do no I/O and read no clock",
        applies: decides,
        forbids: |path| {
            path[0] == "tokio"
                || ["fs", "io", "net", "process", "thread", "env"]
                    .iter()
                    .any(|module| starts_with(path, &["std", module]))
                || starts_with(path, &["crate", "runtime"])
                || ends_with(path, &["Timestamp", "now"])
                || ends_with(path, &["Zoned", "now"])
                || ends_with(path, &["Instant", "now"])
                || ends_with(path, &["SystemTime", "now"])
        },
    },
];

/// Whether the file contains the RPCs of a service: a module at the top of the server that has rows.
fn is_handler(file: &str) -> bool {
    let top = file.strip_prefix("server/src/");
    let name = top.and_then(|file| file.strip_suffix(".rs"));
    name.is_some_and(|name| {
        let rows = format!("server/src/{name}/rows.rs");
        !name.contains('/') && Path::new(env!("CARGO_MANIFEST_DIR")).join(rows).exists()
    })
}

/// Whether the file is part of the client's `app`, apart from the drawing of its overlays.
fn decides(file: &str) -> bool {
    let in_app = file == "tui/src/app.rs" || file.starts_with("tui/src/app/");
    in_app && !is_drawing(file)
}

/// Whether the file draws an overlay.
fn is_drawing(file: &str) -> bool {
    let inside = file.strip_prefix("tui/src/app/overlay/");
    inside.is_some_and(|file| {
        file == "draw.rs" || file.ends_with("/view.rs") || file.contains("/view/")
    })
}

/// Whether the path names a generated message. Enums of the protocol are plain values.
fn is_wire_message(path: &[String]) -> bool {
    let plain = ["Role", "ChangeKind", "RecordType"];
    starts_with(path, &["epic_events", "v1"])
        && path
            .get(2)
            .is_some_and(|name| !plain.contains(&name.as_str()))
}

fn starts_with(path: &[String], prefix: &[&str]) -> bool {
    path.len() >= prefix.len() && path.iter().zip(prefix).all(|(a, b)| a == b)
}

fn ends_with(path: &[String], suffix: &[&str]) -> bool {
    path.len() >= suffix.len() && path[path.len() - suffix.len()..].iter().eq(suffix)
}

fn crates() -> [Crate; 3] {
    [
        Crate::read("proto/src"),
        Crate::read("server/src"),
        Crate::read("tui/src"),
    ]
}

#[test]
fn no_file_imports_what_its_layer_must_not_know() {
    let crates = crates();
    let mut broken = Vec::new();
    let mut applied = vec![0; BANS.len()];
    for file in crates.iter().flat_map(Crate::files) {
        for (ban, count) in BANS.iter().zip(&mut applied) {
            if (ban.applies)(&file.path) {
                *count += 1;
                let found = file.paths.iter().filter(|path| (ban.forbids)(path));
                broken.extend(
                    found.map(|p| format!("{}: {}: {}", ban.rule, file.path, p.join("::"))),
                );
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(
        applied.iter().all(|&count| count > 0),
        "a rule applies to no file: {applied:?}"
    );
}

#[test]
fn no_module_imports_from_its_own_level_or_above() {
    for (of, levels) in [("server/src", SERVER_LEVELS), ("tui/src", CLIENT_LEVELS)] {
        let sources = Crate::read(of);
        let level = |module: &str| levels.iter().position(|line| line.contains(&module));
        let modules: BTreeSet<_> = sources.files().filter_map(File::top_module).collect();
        let listed: BTreeSet<_> = levels
            .iter()
            .flat_map(|line| line.iter().copied())
            .collect();
        assert_eq!(
            modules, listed,
            "the modules of {of}, and those of the table"
        );
        let mut broken = Vec::new();
        for file in sources.files() {
            let Some(from) = file.top_module() else {
                continue;
            };
            for to in sources.imports(file).filter_map(File::top_module) {
                if from != to && level(from) <= level(to) {
                    broken.push(format!("{} imports from {to}", file.path));
                }
            }
        }
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }
}

#[test]
fn no_files_import_each_other_in_a_cycle() {
    for sources in crates() {
        let mut edges = BTreeSet::new();
        for file in sources.files() {
            // A module and the modules inside it are one unit.
            let others = sources
                .imports(file)
                .filter(|to| !file.contains(to) && !to.contains(file));
            let imported = others.map(|to| (&*file.path, &*to.path));
            edges.extend(imported);
        }
        // An edge is in a cycle only if another leads to it and another leads on from it.
        loop {
            let (from, to): (BTreeSet<_>, BTreeSet<_>) = edges.iter().copied().unzip();
            let before = edges.len();
            edges.retain(|(a, b)| to.contains(a) && from.contains(b));
            if edges.len() == before {
                break;
            }
        }
        assert!(edges.is_empty(), "{edges:#?}");
    }
}

#[test]
fn no_source_file_is_too_long() {
    let long: Vec<_> = source::rust_files(&["build.rs", "proto", "server", "tui"])
        .into_iter()
        .map(|(path, text)| (text.lines().count(), path))
        .filter(|(lines, _)| *lines > LINES_MAX)
        .collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn architecture_md_lists_every_source_file() {
    let mut folder = "";
    let mut listed = BTreeSet::new();
    for line in include_str!("../../../ARCHITECTURE.md").lines() {
        let name = line.split_whitespace().next().unwrap_or_default();
        if line.ends_with("/src/") {
            folder = line;
        } else if line.starts_with("  ") && Path::new(name).extension().is_some_and(|it| it == "rs")
        {
            assert!(
                listed.insert(format!("{folder}{name}")),
                "{name} is listed twice"
            );
        }
    }
    let beside_another = |path: &String| {
        path.ends_with("tests.rs")
            || path.contains("/tests/")
            || path.ends_with("/fixtures.rs")
            || (path.contains("/overlay/") && path.ends_with("/view.rs"))
    };
    let files: BTreeSet<_> = source::rust_files(&["proto/src", "server/src", "tui/src"])
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| !beside_another(path))
        .collect();
    let difference: Vec<_> = listed.symmetric_difference(&files).collect();
    assert!(difference.is_empty(), "{difference:?}");
}
