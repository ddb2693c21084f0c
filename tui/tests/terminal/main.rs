//! The real program in a pseudo-terminal.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

#[cfg(feature = "demo")]
mod day;
mod guard;
#[cfg_attr(not(feature = "demo"), allow(dead_code))] // Only the demo leaves files behind.
mod pty;
mod start;
#[cfg(feature = "demo")]
mod two;
