//! The client without a terminal and without a server: keys in, screens and questions out.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, missing_docs)]

mod desk;
mod office;
mod running;
mod screens;
mod updates;
