//! PostgreSQL: connections, reads, transactions, paging, and the set-up of the database.

pub(crate) mod cache_epoch;
pub mod connect;
pub mod constraint;
mod database;
pub mod database_roles;
#[cfg(feature = "embedded")]
pub mod embedded;
mod error;
mod folding;
pub(crate) mod insert;
pub mod migrations;
pub mod page;
mod pool;
mod removal;
pub(crate) mod role_column;
mod termination;
mod transaction;
pub(crate) mod version;
mod write;

pub use self::{
    database::Database,
    pool::{Connection, Db},
};
pub(crate) use self::{removal::Suspension, transaction::Tx, write::BATCH_ROWS};
