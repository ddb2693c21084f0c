//! PostgreSQL: connections, reads, transactions, paging, and the set-up of the database.

pub(crate) mod cache_epoch;
pub mod connect;
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
mod termination;
mod transaction;
pub(crate) mod version;
mod write;

pub use self::{
    database::Database,
    fair_share::ShareLimits,
    pool::{Connection, Db},
};
pub(crate) use self::{removal::Suspension, transaction::Tx, write::BATCH_ROWS};
