//! PostgreSQL: connections, reads, transactions, paging, and the set-up of the database.

pub(crate) mod cache_epoch;
pub(crate) mod change_reader;
pub mod connect;
mod connection;
mod connection_status;
pub mod constraint;
mod database;
pub mod database_roles;
#[cfg(feature = "embedded")]
pub mod embedded;
mod error;
pub(crate) mod fair_share;
mod folding;
pub(crate) mod insert;
pub mod migrations;
pub mod page;
mod pool;
mod removal;
pub(crate) mod role_column;
mod slots;
mod sqlstate;
mod termination;
mod transaction;
pub(crate) mod version;
mod write;

pub use self::{connection::Connection, database::Database, fair_share::ShareLimits, pool::Db};
pub(crate) use self::{removal::Suspension, transaction::Tx, write::BATCH_ROWS};
