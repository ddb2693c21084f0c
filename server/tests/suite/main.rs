//! The server as its callers meet it: a real server, a real channel, a real database. Without
//! `EPIC_TEST_DATABASE_URL` that is the built-in one; with it, each test gets a database of its
//! own on that PostgreSQL server, and the tests that need several connections at once run too.

#![allow(unreachable_pub)] // Nothing reaches into a test binary.
#![allow(clippy::too_many_lines, clippy::type_complexity)] // Tables of cases are long and wide.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // How a test fails.

mod bad_input;
mod binary;
mod certificates;
#[cfg(unix)]
mod cluster;
mod concurrency;
mod constraints;
mod database;
#[cfg(unix)]
mod database_tls;
mod etags;
mod faults;
mod forged;
mod furniture;
mod fuzz;
mod history;
mod house;
mod keys;
mod lists;
mod matrix;
mod migrations;
mod paging;
mod passwords;
mod place;
mod plans;
mod raw;
mod repeats;
mod rights;
mod roles;
mod rules;
mod search;
mod sentry;
mod session;
mod sessions;
#[cfg(target_os = "linux")]
mod sockets;
mod stage;
mod succession;
mod throttle;
mod tls;
mod tokens;
mod versions;
mod watch;
mod wire;
