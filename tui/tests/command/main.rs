//! Commands on a real server: the program itself, on a line of a shell.
#![cfg(all(unix, feature = "demo"))]
#![allow(clippy::panic, clippy::unwrap_used)]

mod documents;
mod examples;
mod lists;
mod names;
mod others;
mod proxy;
mod scripts;
mod sentences;
mod session;
mod support;
mod terminal;
mod writes;
