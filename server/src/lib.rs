//! The Epic Events server: gRPC over PostgreSQL.
//!
//! `ARCHITECTURE.md` describes each file and follows a request. `proto/tests/layering/levels.rs`
//! lists the levels of these modules: a module imports only from levels below its own.

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
