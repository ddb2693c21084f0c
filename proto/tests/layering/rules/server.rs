//! The rules of the protocol and the server.

use crate::checks::Rule;

const PROTOCOL: &str = "proto/src/value/time.rs";
const HANDLER: &str = "server/src/event.rs";
const ROWS: &str = "server/src/event/rows.rs";

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "the protocol does no I/O and reads no clock",
        applies: |file| file.starts_with("proto/src/"),
        forbidden: &[&[
            "diesel*",
            "tokio*",
            "hyper*",
            "tonic::transport",
            "std::env",
            "std::fs",
            "std::io",
            "std::net",
            "std::process",
            "std::thread",
            "std::time::Instant",
            "std::time::SystemTime",
            "jiff::Timestamp::now",
            "jiff::Zoned::now",
            "jiff::tz::TimeZone::system",
        ]],
        allowed: &[],
        exceptions: &[],
        refused: &[
            (PROTOCOL, "use std::fs::read;"),
            (PROTOCOL, "use std::{fmt, env as settings};"),
            (PROTOCOL, "fn f() { jiff::Timestamp::now(); }"),
            (
                PROTOCOL,
                "use jiff::{self as time, Zoned}; fn f() { <time::Timestamp>::now(); }",
            ),
            (PROTOCOL, "use std::*; fn f() { fs::read(\"a\"); }"),
        ],
        accepted: &[
            (
                PROTOCOL,
                "use std::fmt; use jiff::Timestamp; const A: &str = env!(\"A\");",
            ),
            (PROTOCOL, "use tonic::Status; #[cfg(test)] use std::fs;"),
            (
                PROTOCOL,
                "#[cfg(all(test, unix))] mod cases { use std::fs; }",
            ),
            (
                PROTOCOL,
                "fn f(fs: Files) { fs.read(); format!(\"std::fs {}\", fs.io); }",
            ),
        ],
    },
    Rule {
        name: "a handler does not use Diesel",
        // All files but those with SQL, and the types of columns.
        applies: |file| {
            let with_sql = [
                "server/src/auth/password.rs",
                "server/src/auth/session/lifetimes.rs",
                "server/src/db.rs",
                "server/src/event/period.rs",
            ];
            file.starts_with("server/src/")
                && !file.ends_with("/rows.rs")
                && !file.starts_with("server/src/db/")
                && !file.starts_with("server/src/commands/")
                && !with_sql.contains(&file)
        },
        forbidden: &[&["diesel*", "jiff_diesel", "tokio_postgres*", "deadpool"]],
        allowed: &[],
        exceptions: &[
            // `Error` is what a transaction fails with, so it is made from Diesel's error.
            ("server/src/error.rs", "diesel::result::Error"),
        ],
        refused: &[
            (HANDLER, "use diesel::prelude::*;"),
            (
                HANDLER,
                "use diesel as sql; fn f() { sql::sql_query(\"\"); }",
            ),
            (HANDLER, "use ::diesel_async::RunQueryDsl as _;"),
            (HANDLER, "fn f() { diesel::sql_query(\"select 1\"); }"),
            (HANDLER, "fn f() { diesel::insert_into!(events); }"),
            (
                HANDLER,
                "fn f() { tracing::info!(count = diesel::dsl::count_star()); }",
            ),
            (HANDLER, "#[derive(diesel::Queryable)] struct Row;"),
            (HANDLER, "use crate::db; fn f() { db::prelude::max(); }"),
            (HANDLER, "use crate::db::*; use prelude::RunQueryDsl;"),
            (
                HANDLER,
                "extern crate diesel as sql; fn f() -> sql::QueryResult<()> {}",
            ),
            (
                HANDLER,
                "macro_rules! query { ($id:expr) => { diesel::sql_query($id) }; }",
            ),
            (
                "server/src/change/stream.rs",
                "type Query = diesel::SqlQuery;",
            ),
            ("server/src/error.rs", "use diesel::result::*;"),
        ],
        accepted: &[
            (
                HANDLER,
                "use crate::db::Db; use self::rows; fn f(diesel: Db) { diesel.write(); }",
            ),
            (
                HANDLER,
                "#[cfg(test)] mod tests { use diesel::prelude::*; }",
            ),
            (
                HANDLER,
                "fn f() { info!(diesel = 1, \"diesel::sql_query\", x.diesel::<A>()); }",
            ),
            (
                "server/src/error.rs",
                "use diesel::result::Error as Diesel;",
            ),
        ],
    },
    Rule {
        name: "rows know no tonic and no wire messages",
        applies: |file| file.starts_with("server/src/") && file.ends_with("/rows.rs"),
        forbidden: &[&[
            "tonic*",
            "prost*",
            "http*",
            "hyper*",
            "tower*",
            "epic_events::v1",
            "epic_events::api_error",
            "epic_server::api",
        ]],
        // Enums of the protocol are plain values.
        allowed: &["epic_events::v1::Role"],
        exceptions: &[],
        refused: &[
            (ROWS, "use tonic::Status;"),
            (ROWS, "fn f() -> Result<(), tonic::Status> {}"),
            (ROWS, "use tonic_types::StatusExt as _;"),
            (ROWS, "use epic_events::v1::Event;"),
            (ROWS, "use epic_events::v1::*;"),
            (
                ROWS,
                "use epic_events::{v1, value}; fn f(event: v1::Event) {}",
            ),
            (ROWS, "use epic_events::v1::{self as wire, Role};"),
            (
                ROWS,
                "use epic_events as protocol; fn f(event: protocol::v1::Event) {}",
            ),
            (ROWS, "use epic_events::*; fn f(event: v1::Event) {}"),
            (ROWS, "fn f(event: epic_events::epic::v1::Event) {}"),
            (ROWS, "impl From<Row> for epic_events::v1::Event {}"),
        ],
        accepted: &[
            (
                ROWS,
                "use epic_events::{v1::Role, value::Email}; fn f() -> Role { Role::Support }",
            ),
            (
                ROWS,
                "use diesel::prelude::*; fn f(tonic: Row) { tonic.v1; }",
            ),
        ],
    },
    Rule {
        name: "rows use only the database, values and other rows",
        applies: |file| file.starts_with("server/src/") && file.ends_with("/rows.rs"),
        forbidden: &[&["epic_server"]],
        allowed: &[
            "epic_server::*::rows",
            "epic_server::auth::password",
            "epic_server::auth::session",
            "epic_server::auth::throttle::rows",
            "epic_server::auth::token::RefreshToken",
            "epic_server::db",
            "epic_server::error",
            "epic_server::event::period",
            "epic_server::telemetry::report::AuditEvent",
        ],
        exceptions: &[],
        refused: &[
            (ROWS, "use super::Handler;"),
            (ROWS, "use crate::client::*; fn f(it: Handler) {}"),
            (ROWS, "use crate::server::state::AppState;"),
            (ROWS, "fn f() { crate::commands::serve(); }"),
        ],
        accepted: &[
            (
                ROWS,
                "use crate::{client::rows::clients, db::Tx, error::Result};",
            ),
            (ROWS, "struct Row; fn f() -> Row { self::Row }"),
            (ROWS, "pub(in crate::event) fn f() {}"),
        ],
    },
];
