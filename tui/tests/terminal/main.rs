//! End-to-end tests: the program in a pseudo-terminal.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod answers;
mod editing;
mod emulator;
mod hang_up;
mod mouse;
#[cfg(feature = "demo")]
mod network;
#[cfg_attr(not(feature = "demo"), allow(dead_code))]
// Some functions are used only by the demo's tests.
mod pty;
mod restore;
#[cfg(feature = "demo")]
mod session_disk;
mod startup;
#[cfg(feature = "demo")]
mod two_clients;
#[cfg(feature = "demo")]
mod workflow;
