//! Commands on a real server: the program itself, on a line of a shell.
#![cfg(all(unix, feature = "demo"))]
#![allow(clippy::panic, clippy::unwrap_used)]

mod documents;
mod lists;
mod others;
mod session;
mod support;
mod terminal;
mod writes;
