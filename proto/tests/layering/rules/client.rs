//! The rules of the terminal client.

use crate::checks::Rule;

const UPDATE: &str = "tui/src/app/tab/live.rs";
const FORM: &str = "tui/src/form/values.rs";
const OVERLAY: &str = "tui/src/app/overlay/menu.rs";
const DRAWING: &str = "tui/src/app/overlay/menu/view.rs";

/// What does I/O or reads a clock.
const IO_AND_CLOCKS: &[&str] = &[
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
    "std::os",
    "std::time::Instant",
    "std::time::SystemTime",
    "std::print!",
    "std::println!",
    "std::eprint!",
    "std::eprintln!",
    "std::dbg!",
    "jiff::Timestamp::now",
    "jiff::Zoned::now",
    "jiff::tz::TimeZone::system",
    "jiff::tz::TimeZone::try_system",
    "jiff::tz::db",
];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "state, behaviour and data do no I/O, read no clock and do not draw",
        applies: is_pure,
        forbidden: &[
            IO_AND_CLOCKS,
            &[
                "*",
                "epic::app::overlay::draw",
                "epic::app::overlay::*::view",
                "uuid::Uuid::new_v4",
                "uuid::Uuid::now_v7",
            ],
        ],
        allowed: &[
            "epic::api",
            "epic::app",
            "epic::form",
            "epic::format",
            "epic::keys",
            "epic::layout",
            "epic::messages",
            "epic::parse",
            "epic::record",
            "epic::screens",
            "epic::tone",
            // Text is measured and wrapped there, not drawn.
            "epic::widgets::text",
            // What an overlay returns to `view`, which calls it.
            "epic::app::overlay::draw::Draw",
            "epic_events",
            "std",
            "jiff",
            "prost_types",
            // The log is no part of the state, and no file here.
            "tracing",
            "tui_input",
            "unicode_segmentation",
            "unicode_width",
            "uuid",
            "crossterm::event::KeyCode",
            "crossterm::event::KeyEvent",
            "crossterm::event::KeyModifiers",
        ],
        exceptions: &[
            // Geometry without drawing.
            ("tui/src/layout.rs", "ratatui::layout"),
            // The texts are part of the program.
            ("tui/src/messages.rs", "fluent_bundle"),
            ("tui/src/messages.rs", "rust_embed"),
        ],
        refused: &[
            (UPDATE, "use crate::client::Api;"),
            (UPDATE, "use crate::app::*; fn f(api: Api) {}"),
            (UPDATE, "use super::super::Api;"),
            (UPDATE, "use crate::session_file;"),
            (UPDATE, "fn f() { crate::view::draw(); }"),
            (UPDATE, "use crate as epic; fn f() { epic::view::draw(); }"),
            (UPDATE, "fn f() { tokio::spawn(async {}); }"),
            (UPDATE, "fn f() { tokio::select! { _ = a => {} } }"),
            (UPDATE, "fn f() { futures_util::join!(a, b); }"),
            (UPDATE, "use crate::app::fs; fn f() { fs::read(\"a\"); }"),
            (UPDATE, "use crossterm::execute; fn f() { execute!(out); }"),
            (UPDATE, "use crossterm::event::read;"),
            (UPDATE, "use crossterm::event::*;"),
            (UPDATE, "use ratatui::crossterm::terminal::size;"),
            (UPDATE, "use ratatui::text::Line;"),
            (
                UPDATE,
                "use crate::format::Timestamp; fn f() { Timestamp::now(); }",
            ),
            (
                UPDATE,
                "use crate::format::env; fn f() { env::var(\"A\"); }",
            ),
            (UPDATE, "fn f() { <std::time::Instant>::now(); }"),
            (UPDATE, "const NOW: fn() -> jiff::Zoned = jiff::Zoned::now;"),
            (UPDATE, "use tonic::Code as Status;"),
            (
                UPDATE,
                "use crate::widgets::{self, text}; fn f() -> widgets::popup::Popup {}",
            ),
            (OVERLAY, "use super::*; fn f() { screen::draw(); }"),
            (OVERLAY, "use std::{fmt, io::{self as out, Write as _}};"),
            (OVERLAY, "fn f() { println!(\"a\"); }"),
            (OVERLAY, "use uuid::Uuid; fn f() { Uuid::new_v4(); }"),
            (FORM, "use crate::theme;"),
            (FORM, "fn f() { std::thread::sleep(a); }"),
            (FORM, "fn f() { log::info!(\"a\"); }"),
            ("tui/src/messages.rs", "fn f() { std::env::var(\"LANG\"); }"),
            (
                "tui/src/messages.rs",
                "fn f() { jiff::tz::TimeZone::system(); }",
            ),
            (
                "tui/src/messages.rs",
                "fn f() { sys_locale::get_locales(); }",
            ),
            ("tui/src/layout.rs", "use ratatui::Frame;"),
            (
                "tui/src/keys.rs",
                "use crossterm::{event, event::KeyCode}; fn f() { event::poll(a); }",
            ),
            (
                "tui/src/parse.rs",
                "#[cfg(unix)] use std::os::unix::fs::MetadataExt;",
            ),
            ("tui/src/record/table.rs", "use ratatui::style::Style;"),
            ("tui/src/screens.rs", "use core::net::IpAddr;"),
        ],
        accepted: &[
            (
                UPDATE,
                "use crate::{api::Change, app::Model, keys::Action}; use std::time::Duration;",
            ),
            (
                UPDATE,
                "fn f(at: jiff::Timestamp) { tracing::info!(%at, \"std::env\"); }",
            ),
            (
                UPDATE,
                "fn f(tokio: u8, client: u8) { client.view(tokio); i64::from(tokio); }",
            ),
            (
                UPDATE,
                "#[cfg(test)] mod tests { use crate::view::draw; use std::fs; }",
            ),
            (
                UPDATE,
                "impl A { #[cfg(test)] fn f() { std::fs::read(\"a\"); } }",
            ),
            (
                OVERLAY,
                "use super::*; fn f<T: Default>() -> T { T::default() }",
            ),
            (FORM, "const VERSION: &str = env!(\"CARGO_PKG_VERSION\");"),
            (
                "tui/src/layout.rs",
                "use ratatui::layout::{Constraint, Rect};",
            ),
            (
                "tui/src/keys.rs",
                "use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};",
            ),
        ],
    },
    Rule {
        name: "an overlay does not use the model",
        applies: |file| file.starts_with("tui/src/app/overlay/"),
        forbidden: &[&["epic::app::model"]],
        allowed: &[],
        exceptions: &[],
        refused: &[
            (OVERLAY, "use crate::app::model::Model;"),
            (OVERLAY, "use crate::app::Model;"),
            (OVERLAY, "use crate::app; fn f(model: &app::Model) {}"),
            (OVERLAY, "use super::super::*; fn f(state: &Model) {}"),
            (OVERLAY, "use super::*; fn f(state: &model::Model) {}"),
            (OVERLAY, "use super::Model as State;"),
            (OVERLAY, "fn f(state: &crate::app::model::State) {}"),
            (OVERLAY, "fn f(of: &dyn Fn(&super::super::Model)) {}"),
            (DRAWING, "impl crate::app::Model { fn f() {} }"),
        ],
        accepted: &[
            (
                OVERLAY,
                "use crate::app::context::Context; use super::Effect;",
            ),
            (OVERLAY, "fn f(model: u8) { model.Model; }"),
        ],
    },
    Rule {
        name: "drawing does no I/O and sends no requests",
        applies: |file| is_drawing(file) || is_view(file) || file.starts_with("tui/src/theme"),
        forbidden: &[
            IO_AND_CLOCKS,
            &[
                "*",
                "ratatui::Terminal",
                "ratatui::backend",
                "ratatui::init",
                "ratatui::run",
                "epic::api::ApiRequest",
                "epic::app::cmd::Cmd",
                "epic::app::update",
                "epic::app::effect",
            ],
        ],
        allowed: &[
            "epic::app",
            "epic::form",
            "epic::keys",
            "epic::layout",
            "epic::messages",
            "epic::record",
            "epic::screens",
            "epic::theme",
            "epic::tone",
            "epic::view",
            "epic::widgets",
            "epic_events",
            "std",
            "jiff",
            "ratatui",
            "tui_input",
            "unicode_segmentation",
            "unicode_width",
        ],
        exceptions: &[],
        refused: &[
            (DRAWING, "use crate::api::ApiRequest;"),
            (DRAWING, "use crate::api; fn f() -> api::ApiRequest {}"),
            (DRAWING, "use crate::client::Api;"),
            (DRAWING, "use crate::app::cmd::{self, Cmd};"),
            (DRAWING, "use crate::app::Api;"),
            (DRAWING, "fn f() { crate::app::update(model, message); }"),
            (DRAWING, "fn f() { tokio::spawn(async {}); }"),
            (DRAWING, "use crossterm::queue;"),
            (
                DRAWING,
                "use ratatui::{self as draw}; fn f() { draw::crossterm::queue!(out); }",
            ),
            ("tui/src/view/list.rs", "use std::fs;"),
            (
                "tui/src/view.rs",
                "use jiff::Zoned as Now; fn f() { Now::now(); }",
            ),
            ("tui/src/theme.rs", "use std::io;"),
            ("tui/src/widgets/table.rs", "use crate::runtime;"),
        ],
        accepted: &[
            (
                DRAWING,
                "use ratatui::text::{Line, Span}; use crate::{theme, widgets::popup::Popup};",
            ),
            (
                "tui/src/view.rs",
                "use crate::app::{Model, overlay}; use ratatui::Frame;",
            ),
        ],
    },
    Rule {
        name: "drawing names roles, not colours or attributes",
        applies: |file| is_drawing(file) || is_view(file),
        forbidden: &[&[
            "ratatui::style::Color",
            "ratatui::style::Modifier",
            "ratatui::style::Styled",
            "ratatui::style::Stylize",
            "ratatui::style::palette",
            "ratatui::prelude",
            "crossterm::style",
        ]],
        allowed: &[],
        exceptions: &[],
        refused: &[
            (DRAWING, "use ratatui::style::{Color, Style};"),
            (DRAWING, "use ratatui::style::Modifier;"),
            (DRAWING, "use ratatui::style; fn f() -> style::Color {}"),
            (DRAWING, "use ratatui::prelude::*;"),
            ("tui/src/view/list.rs", "use ratatui::style::Stylize as _;"),
            (
                "tui/src/widgets/table.rs",
                "fn f() { ratatui::style::Color::Red; }",
            ),
        ],
        accepted: &[
            (DRAWING, "use ratatui::style::Style; use crate::theme;"),
            ("tui/src/view.rs", "use crate::theme::Palette;"),
        ],
    },
    Rule {
        name: "only the settings read the environment",
        applies: |file| file.starts_with("tui/src/") && !file.starts_with("tui/src/settings"),
        forbidden: &[&["std::env", "dotenvy", "sys_locale", "etcetera"]],
        allowed: &[],
        exceptions: &[],
        refused: &[
            ("tui/src/runtime.rs", "use std::env;"),
            (
                "tui/src/client/session.rs",
                "fn f() { std::env::temp_dir(); }",
            ),
            ("tui/src/terminal.rs", "use crate::format::env::var;"),
        ],
        accepted: &[(
            "tui/src/client.rs",
            "const AGENT: &str = concat!(\"epic/\", env!(\"CARGO_PKG_VERSION\"));",
        )],
    },
    Rule {
        name: "only the settings and the commands read the command line",
        applies: |file| {
            let reads = ["tui/src/settings", "tui/src/command"];
            file.starts_with("tui/src/") && !reads.iter().any(|it| file.starts_with(it))
        },
        forbidden: &[&["clap"]],
        allowed: &[],
        exceptions: &[],
        refused: &[("tui/src/runtime.rs", "use clap::Parser;")],
        accepted: &[("tui/src/runtime.rs", "fn f(clap: u8) {}")],
    },
];

/// Whether the file is part of what `update` consists of, apart from the drawing of overlays.
fn is_pure(file: &str) -> bool {
    let modules = [
        "api",
        "app",
        "form",
        "format",
        "keys",
        "layout",
        "messages",
        "parse",
        "record",
        "screens",
        "tone",
        "widgets/text",
    ];
    let inside = file.strip_prefix("tui/src/").unwrap_or_default();
    let is_in = |module: &&str| {
        let rest = inside.strip_prefix(module);
        rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    };
    modules.iter().any(is_in) && !is_drawing(file)
}

/// Whether the file draws the screen, apart from overlays.
fn is_view(file: &str) -> bool {
    ["tui/src/view", "tui/src/widgets"]
        .iter()
        .any(|it| file.starts_with(it))
}

/// Whether the file draws an overlay.
fn is_drawing(file: &str) -> bool {
    let inside = file.strip_prefix("tui/src/app/overlay/");
    inside.is_some_and(|file| {
        file == "draw.rs" || file.ends_with("/view.rs") || file.contains("/view/")
    })
}
