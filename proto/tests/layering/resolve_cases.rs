//! Paths, and what they name.

use std::collections::BTreeSet;

use crate::workspace::Workspace;

const FILE: &str = "tui/src/app/tab.rs";

/// The files around the code of a case.
const AROUND: &[(&str, &str)] = &[
    ("proto/src/lib.rs", "pub mod value; pub use tonic::Status;"),
    (
        "proto/src/value.rs",
        "pub struct Email; pub use self::Email as Address;",
    ),
    ("tui/src/lib.rs", "mod app; mod client; mod view;"),
    (
        "tui/src/app.rs",
        "pub mod tab; pub use self::model::*; pub use crate::client::Api as Connection;
         use crate::view; macro_rules! rows { () => {}; } pub(crate) use rows;",
    ),
    (
        "tui/src/app/model.rs",
        "pub struct Model; pub enum Kind { First } pub type State = Model;",
    ),
    (
        "tui/src/client.rs",
        "pub struct Api; pub use crate::app::*; made! { Watch; }",
    ),
    ("tui/src/view.rs", "pub fn draw() {}"),
];

/// Code, a name that it has, and one that it has not.
const CASES: &[(&str, &str, &str)] = &[
    // Declarations of `use`.
    (
        "use crate::app::Model;",
        "epic::app::model::Model",
        "epic::client",
    ),
    (
        "use super::model::Model as A;",
        "epic::app::model::Model",
        "epic::app::A",
    ),
    ("use super::super::view;", "epic::view", "epic::app::view"),
    (
        "use self::super::Connection;",
        "epic::client::Api",
        "epic::view",
    ),
    (
        "use crate::{view::{self, draw as d}, app::Kind};",
        "epic::view::draw",
        "epic::view::d",
    ),
    ("use epic_events::Status;", "tonic::Status", "epic::Status"),
    (
        "use epic_events::value::Address;",
        "epic_events::value::Email",
        "tonic",
    ),
    ("use ::jiff::Zoned;", "jiff::Zoned", "epic::jiff"),
    ("use core::fmt;", "std::fmt", "core"),
    (
        "use ratatui::crossterm::execute;",
        "crossterm::execute",
        "ratatui",
    ),
    // Aliases.
    (
        "use crate::view as a; use self::a as b; fn f() { b::draw(); }",
        "epic::view::draw",
        "b",
    ),
    (
        "use jiff as time; fn f() { time::Zoned::now(); }",
        "jiff::Zoned::now",
        "time",
    ),
    (
        "extern crate jiff as time; fn f() { time::Zoned::now(); }",
        "jiff::Zoned::now",
        "time",
    ),
    (
        "type A = crate::app::State; fn f() { A::new(); }",
        "epic::app::model::Model::new",
        "A",
    ),
    (
        "fn f() { use std::fs as a; a::read(); }",
        "std::fs::read",
        "a",
    ),
    // Globs.
    (
        "use super::*; fn f(a: Model) {}",
        "epic::app::model::Model",
        "epic::client",
    ),
    (
        "use super::*; fn f() { view::draw(); }",
        "epic::view::draw",
        "view",
    ),
    (
        "use crate::client::*; fn f(a: Connection) {}",
        "epic::client::Api",
        "epic::client::f",
    ),
    (
        "use crate::client::*; fn f(a: Watch) {}",
        "epic::client::Watch",
        "epic::app::Watch",
    ),
    (
        "use jiff::*; fn f() { Zoned::now(); }",
        "jiff::Zoned::now",
        "Zoned",
    ),
    (
        "use std::*; fn f() { fs::read(); }",
        "std::fs::read",
        "epic::fs",
    ),
    (
        "use super::Kind::*; fn f() { First; }",
        "epic::app::model::Kind::First",
        "epic::view",
    ),
    (
        "use super::Kind; use Kind::*; fn f() { First; }",
        "epic::app::model::Kind::First",
        "First",
    ),
    // Paths in code.
    (
        "fn f() { crate::view::draw(); }",
        "epic::view::draw",
        "epic::app::view",
    ),
    (
        "fn f() { super::super::view::draw(); }",
        "epic::view::draw",
        "epic::app::view",
    ),
    (
        "fn f() { <crate::app::State>::new(); }",
        "epic::app::model::Model::new",
        "new",
    ),
    (
        "fn f(a: Vec<&dyn crate::app::Kind>) {}",
        "epic::app::model::Kind",
        "epic::view",
    ),
    (
        "fn f() { let crate::app::Kind::First = a; }",
        "epic::app::model::Kind::First",
        "a",
    ),
    (
        "impl From<tonic::Status> for A {}",
        "tonic::Status",
        "epic::app::tab::tonic",
    ),
    (
        "mod a { use super::super::view; fn f() { view::draw(); } }",
        "epic::view::draw",
        "view",
    ),
    (
        "fn f() { crate::r#view::draw(); }",
        "epic::view::draw",
        "epic::app::view",
    ),
    // Macros and attributes.
    (
        "fn f() { assert!(super::Kind::First != a); }",
        "epic::app::model::Kind::First",
        "epic::view",
    ),
    (
        "fn f() { tracing::info!(\"a\"); }",
        "tracing::info!",
        "std::info!",
    ),
    (
        "use tracing::info; fn f() { info!(\"a\"); }",
        "tracing::info",
        "std::info!",
    ),
    (
        "fn f() { println!(\"{}\", crate::view::draw()); }",
        "epic::view::draw",
        "epic::app::view",
    ),
    (
        "fn f() { println!(\"{}\", a.b(&[std::fs::read()])); }",
        "std::fs::read",
        "b",
    ),
    (
        "fn f() { println!(); }",
        "std::println!",
        "epic::app::tab::println!",
    ),
    (
        "fn f() { super::rows!(); }",
        "epic::app::rows!",
        "std::rows!",
    ),
    (
        "macro_rules! a { ($b:ty) => { $crate::view::draw($b::new()) } }",
        "epic::view::draw",
        "b",
    ),
    (
        "macro_rules! a { () => { tokio::spawn(0..std::fs::LEN) } }",
        "std::fs::LEN",
        "epic::tokio",
    ),
    (
        "#[derive(serde::Serialize)] struct A;",
        "serde::Serialize",
        "derive",
    ),
    (
        "#[serde(with = \"crate::view\")] struct A;",
        "epic::view",
        "serde",
    ),
    ("#[tokio::test] fn f() {}", "tokio::test", "epic::tokio"),
    // What is not a name from elsewhere.
    (
        "fn f<T>(view: T) { view.draw(); T::new(); self.client; }",
        "epic::app::tab",
        "epic::view",
    ),
    (
        "pub(in crate::app) fn f() { i64::from(a); Self::b(); }",
        "epic::app::tab",
        "epic::app::model",
    ),
    (
        "use super::view; struct A; impl A { fn view(&self, view: u8) {} }",
        "epic::view",
        "view::A",
    ),
    (
        "#[cfg(test)] use std::fs; #[test] fn f() { tonic::a(); }",
        "epic::app::tab",
        "std::fs",
    ),
    (
        "#[cfg(all(unix, test))] mod a { use std::fs; }",
        "epic::app::tab",
        "std::fs",
    ),
    (
        "#[cfg(not(test))] use std::fs; #[cfg(any(test, unix))] use std::io;",
        "std::fs",
        "tonic",
    ),
    ("#[cfg(any(test, unix))] use std::io;", "std::io", "std::fs"),
    (
        "fn f() { #[cfg(test)] std::fs::read(a); #[cfg(test)] let a = std::fs::read(b); }",
        "epic::app::tab",
        "std::fs",
    ),
    (
        "fn jiff() { jiff::Zoned::now(); }",
        "jiff::Zoned::now",
        "epic::app::tab::jiff",
    ),
    (
        "mod a { pub fn a() {} pub struct B; } use self::a::a; fn f() { a::B; }",
        "epic::app::tab::a::B",
        "epic::app::tab::a::a::B",
    ),
    ("#[allow(clippy::a)] fn f() {}", "epic::app::tab", "clippy"),
    (
        "#[cfg(feature = \"a::b\")] fn f() {}",
        "epic::app::tab",
        "a",
    ),
    (
        "#[cfg(any(test))] use std::fs;",
        "epic::app::tab",
        "std::fs",
    ),
    (
        "use super::*; fn f() { println!(\"{}\", a.Model); }",
        "epic::app::tab",
        "epic::app::model::Model",
    ),
];

#[test]
fn a_path_names_the_item_that_rust_finds() {
    for (code, named, other) in CASES {
        let around = AROUND.iter().copied();
        let workspace = Workspace::parse(around.chain([(FILE, *code)]));
        let file = workspace.file(FILE);
        let names = file.names.iter().map(|(_, name)| name.join("::"));
        let mut names: BTreeSet<_> = names.collect();
        names.insert(file.module.join("::"));
        assert!(names.contains(*named), "{code}: {names:?}");
        let inside = |name: &String| name == other || name.starts_with(&format!("{other}::"));
        assert!(!names.iter().any(inside), "{code}: {names:?}");
    }
}
