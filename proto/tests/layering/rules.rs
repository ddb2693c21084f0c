//! What files may name. Each rule has lines of code that it must refuse, and lines that it must not.

mod client;
mod server;

use crate::{checks::Rule, workspace::Workspace};

/// Every rule.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    server::RULES.iter().chain(client::RULES)
}

/// The files around the lines of the rules: re-exports and aliases of what these may not name.
const AROUND: &[(&str, &str)] = &[
    (
        "proto/src/lib.rs",
        "pub mod epic { pub mod v1 { tonic::include_proto!(\"epic.v1\"); } } pub use epic::v1;",
    ),
    ("server/src/lib.rs", ""),
    (
        "server/src/db.rs",
        "pub use diesel::prelude; pub use self::write::Db;",
    ),
    ("server/src/db/write.rs", "pub struct Db;"),
    ("server/src/client.rs", "pub struct Handler;"),
    ("tui/src/lib.rs", ""),
    (
        "tui/src/app.rs",
        "pub use self::model::Model; use tokio::fs; use crate::client::Api;",
    ),
    (
        "tui/src/app/model.rs",
        "pub struct Model; pub type State = Model;",
    ),
    (
        "tui/src/app/overlay.rs",
        "use super::{Model, model}; use crate::view as screen;",
    ),
    ("tui/src/app/overlay/draw.rs", "pub trait Draw {}"),
    ("tui/src/client.rs", "pub struct Api;"),
    (
        "tui/src/format.rs",
        "pub use jiff::Timestamp; pub use std::env;",
    ),
    ("tui/src/keys.rs", "pub enum Action {}"),
    ("tui/src/view.rs", "pub fn draw() {}"),
    (
        "tui/src/widgets.rs",
        "pub mod text { pub fn wrap() {} } pub mod popup { pub struct Popup; }",
    ),
];

#[test]
fn a_rule_refuses_and_accepts_its_cases() {
    for rule in all() {
        assert!(
            !rule.refused.is_empty() && !rule.accepted.is_empty(),
            "{}",
            rule.name
        );
        for (path, code) in rule.refused {
            let broken = broken(rule, path, code);
            assert!(
                !broken.is_empty(),
                "{} accepts in {path}: {code}",
                rule.name
            );
        }
        for forbidden in rule.forbidden.iter().copied().flatten() {
            let name: Vec<_> = forbidden
                .replace('*', "a")
                .split("::")
                .map(str::to_owned)
                .collect();
            let (path, _) = rule.refused[0];
            assert!(
                rule.forbids(path, &name),
                "{} allows {forbidden}",
                rule.name
            );
        }
        for (path, code) in rule.accepted {
            assert_eq!(
                broken(rule, path, code),
                Vec::<String>::new(),
                "{path}: {code}"
            );
        }
    }
}

/// What a file with this code, among those around it, does against the rule.
fn broken(rule: &Rule, path: &str, code: &str) -> Vec<String> {
    let applies = (rule.applies)(path);
    assert!(applies, "{} does not apply to {path}", rule.name);
    let around = AROUND.iter().filter(|(it, _)| *it != path);
    let workspace = Workspace::parse(around.copied().chain([(path, code)]));
    rule.broken(workspace.file(path))
}

#[test]
fn no_file_names_what_its_layer_must_not_know() {
    let files = Workspace::read().files();
    let broken = files.flat_map(|file| all().flat_map(|rule| rule.broken(file)));
    let broken: Vec<_> = broken.collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_rule_and_every_path_that_it_allows_is_needed() {
    let workspace = Workspace::read();
    for rule in all() {
        let mut files = workspace.files();
        assert!(
            files.any(|file| (rule.applies)(&file.path)),
            "{}",
            rule.name
        );
        assert_eq!(rule.unused(workspace), Vec::<&str>::new(), "{}", rule.name);
    }
}
