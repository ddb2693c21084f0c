//! Tests of the server from the outside, as callers and operators use it: a real server, a real
//! channel, a real database. Code that needs none of these is tested beside its source.
//!
//! # Where a new test goes
//!
//! | folder | subject | question that it answers |
//! |---|---|---|
//! | [`api`] | RPCs on records: rights, validation, rules, lists, history, changes | What does a signed-in caller get? |
//! | [`auth`] | login, tokens, sessions, passwords, keys | Who is a caller, and for how long? |
//! | [`db`] | schema, migrations, roles, plans, the connection to PostgreSQL | What holds without the server's code? |
//! | [`ops`] | the program, TLS, crashes, outages, abuse, reports | What does an operator see? |
//! | [`support`] | servers, databases, fixtures, API clients, certificates | none: it contains no test |
//!
//! A file is named after what it tests. Set-up that a second file needs moves to [`support`].
//!
//! # Databases
//!
//! Without `EPIC_TEST_DATABASE_URL` each test runs on a built-in database of its own. With it, each
//! test uses a database of its own on that PostgreSQL server, and the tests that need several
//! connections run too: they begin with `require_postgres!()`. A run removes everything that it creates
//! (databases, roles, folders, processes); `support/postgres_run.rs` and `support/temp_folder.rs` also
//! remove the remains of killed runs.
//!
//! # Writing a test
//!
//! Start a [`TestServer`](support::server::TestServer) on accounts alone (`start`), on the sample
//! records (`with_sample_records`) or on records of the test's own (`with_sql`). Build requests
//! from [`fixtures`](support::fixtures) and name only the fields that the test is about, so that a
//! new field of a record changes the fixtures and not the tests.

#![allow(unreachable_pub)] // Nothing depends on a test binary.
#![allow(clippy::too_many_lines, clippy::type_complexity)] // Tables of cases are long and wide.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // A test fails by panicking.

#[macro_use]
mod support;

mod api;
mod auth;
mod db;
mod ops;
