//! The real program in a pseudo-terminal.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod guard;
mod pty;
mod start;
