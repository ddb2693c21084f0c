//! The real program in a pseudo-terminal.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

#[cfg(feature = "demo")]
mod day;
mod guard;
mod pty;
mod start;
