//! The Epic Events server: gRPC over PostgreSQL. `ARCHITECTURE.md` has the map.

pub mod auth;
pub mod change;
pub mod client;
pub mod collaborator;
pub mod config;
pub mod contract;
pub mod database;
pub mod db;
pub mod demo;
pub mod error;
pub mod event;
pub mod handler;
pub mod listen;
pub mod page;
pub mod place;
pub mod record;
pub mod report;
pub mod server;
pub mod shared;
pub mod start;
pub mod tls;
pub mod trace;
pub mod upkeep;
