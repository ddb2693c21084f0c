//! The Epic Events server: gRPC over PostgreSQL.
//!
//! A module imports only modules that stand below it in this list; modules of one line are
//! independent of each other. `ARCHITECTURE.md` describes each file.
//!
//! ```text
//! commands
//! server
//! collaborator
//! event
//! contract
//! client  change
//! auth
//! api  config  db
//! error  network  telemetry
//! ```

pub mod api;
pub mod auth;
pub mod change;
pub mod client;
pub mod collaborator;
pub mod commands;
pub mod config;
pub mod contract;
pub mod db;
pub mod error;
pub mod event;
pub mod network;
pub mod server;
pub mod telemetry;
